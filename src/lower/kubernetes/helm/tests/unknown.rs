//! What cannot be known is unknown with a reason, and takes nothing else with it.

use super::Rendered;
use crate::lower::kubernetes::helm::value::Provenance;
use crate::source::{PLACEHOLDER, PieceKind};
use crate::syntax::yaml::{Entry, Node, NodeKind};

/// The reasons of the unknown pieces.
fn reasons(rendered: &Rendered) -> Vec<String> {
    let text = rendered.text();
    let unknown = text.pieces(0..text.text().len()).filter(|piece| piece.kind == PieceKind::Unknown);
    let reason = |note| match rendered.rendering.notes.get(note) {
        Some(Provenance::Unknown { why, .. }) => why.to_string(),
        other => format!("{other:?}"),
    };
    unknown.map(|piece| piece.note.map_or_else(String::new, reason)).collect()
}

#[track_caller]
fn check(template: &str, expected: &str) {
    let rendered = Rendered::new(&[("templates/a.yaml", template)], None, &[]);
    assert_eq!(rendered.problems(), Vec::<&str>::new(), "{template}");
    assert_eq!(rendered.text().text().replace(PLACEHOLDER, "?"), expected, "{template}");
}

#[test]
fn a_scalar_is_partly_known() {
    check("v: {{ printf \"a-%s\" (randAlphaNum 5) | quote }}", "v: \"a-?\"");
    check("v: {{ randAlphaNum 5 | b64enc | upper | quote }}\nw: 1", "v: \"?\"\nw: 1");
    check("v: {{ dict \"a\" uuidv4 \"b\" 1 | toYaml }}", "v: a: ?\nb: 1");
    let rendered = Rendered::new(&[("templates/a.yaml", "v: {{ now | date \"2006\" }}")], None, &[]);
    assert_eq!(reasons(&rendered), ["the time of the rendering is not known"]);
}

#[test]
fn what_is_certain_all_the_same_is_known() {
    check("{{ $p := randAlphaNum 5 }}{{ if $p }}v: {{ $p }}{{ else }}w{{ end }}", "v: ?");
    check("v: {{ randAlphaNum 5 | default \"x\" }}", "v: ?");
    check("v: {{ empty (randAlphaNum 5) }} {{ kindOf (randAlphaNum 5) }}", "v: false string");
    check("v: {{ or true (eq (randAlpha 1) \"a\") }} {{ and false (eq (randAlpha 1) \"a\") }}", "v: true false");
    check("v: {{ or (eq (randAlpha 1) \"a\") true }}", "v: true");
    check("v: {{ printf \"a-%s\" (randAlpha 1) | hasPrefix \"a-\" }}", "v: true");
    check("v: {{ keys (dict \"b\" 1 \"a\" 2) | sortAlpha | join \",\" }}", "v: a,b");
    check("v: {{ keys (dict \"b\" 1 \"a\" 2) | len }}{{ keys (dict \"b\" 1 \"a\" 2) | join \",\" }}", "v: 2?");
}

#[test]
fn an_uncertain_block_is_unknown_and_what_it_sets_too() {
    let unsure = "eq (randAlpha 1) \"a\"";
    check(&format!("a: 1\n{{{{ if {unsure} }}}}b: 2\n{{{{ end }}}}c: 3"), "a: 1\n?\nc: 3");
    check(&format!("{{{{ $x := 1 }}}}{{{{ if {unsure} }}}}{{{{ $x = 2 }}}}{{{{ end }}}}v: {{{{ $x }}}}"), "?v: ?");
    check(
        &format!(
            "{{{{ $d := dict \"k\" 1 }}}}{{{{ if {unsure} }}}}{{{{ $_ := set $d \"k\" 2 }}}}{{{{ end }}}}v: {{{{ $d.k }}}}"
        ),
        "?v: ?",
    );
    // An error in a block that may not be evaluated is none.
    check(&format!("a: 1{{{{ if {unsure} }}}}{{{{ fail \"x\" }}}}{{{{ end }}}}"), "a: 1?");
}

#[test]
fn an_object_is_read_without_its_unknown_lines() {
    let template =
        "kind: Pod\nspec:\n  {{- if eq (randAlpha 1) \"a\" }}\n  hostPID: true\n  {{- end }}\n  hostIPC: true\n";
    let rendered = Rendered::new(&[("templates/a.yaml", template)], None, &[]);
    let document = &rendered.rendering.documents[0];
    assert_eq!(rendered.problems(), Vec::<&str>::new());
    assert_eq!(document.kind, "Pod");
    let alone = "kind: Pod\nspec:\n  {{ if eq (randAlpha 1) \"a\" }}\n  hostPID: true\n  {{ end }}\n  hostIPC: true\n";
    let rendered = Rendered::new(&[("templates/a.yaml", alone)], None, &[]);
    let document = &rendered.rendering.documents[0];
    let spec = document.stream.documents[0].root.get("spec").unwrap();
    assert!(matches!(spec.get("hostIPC").map(|node| &node.kind), Some(NodeKind::Bool(true))));
    let gap = document.text.span(document.gaps[0].clone());
    assert!(rendered.at(gap).contains("{{ if eq (randAlpha 1) \"a\" }}"), "{}", rendered.at(gap));
}

/// What is read of a template in which `?` alone in its line is unknown text, as JSON-like text; `?` is an unknown key,
/// element or value.
fn read(template: &str) -> String {
    fn shown(node: &Node) -> String {
        match &node.kind {
            NodeKind::String(text) => text.as_str().replace(PLACEHOLDER, "?"),
            NodeKind::Sequence(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            NodeKind::Mapping(mapping) => {
                let entry = |entry: &Entry| {
                    let is_known = !entry.key.contains(PLACEHOLDER);
                    if is_known { format!("{}: {}", entry.key, shown(&entry.value)) } else { "?".to_owned() }
                };
                format!("{{{}}}", mapping.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            NodeKind::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }
    let template = template.replace('?', "{{ if eq (randAlpha 1) \"a\" }}x{{ end }}");
    let rendered = Rendered::new(&[("templates/a.yaml", &template)], None, &[]);
    assert_eq!(rendered.problems(), Vec::<&str>::new(), "{template}");
    let document = &rendered.rendering.documents[0];
    assert!(!document.is_open, "{template}");
    shown(&document.stream.documents[0].root)
}

#[test]
fn an_unknown_line_opens_what_it_may_belong_to() {
    let cases = [
        // The mapping around it, and what ended right above it and is indented no less.
        ("a: 1\n?\nb: 2", "{a: 1, ?, b: 2}"),
        ("a:\n  b: 1\n  ?\nc: 2", "{a: {b: 1, ?}, c: 2}"),
        ("a:\n  b: 1\n?\nc: 2", "{a: {b: 1, ?}, ?, c: 2}"),
        ("a:\n  b:\n    c: 1\n  ?\n  d: 2", "{a: {b: {c: 1, ?}, ?, d: 2}}"),
        ("?\na: 1", "{?, a: 1}"),
        ("a: 1\n?", "{a: 1, ?}"),
        // Lists: their elements, and the mapping that holds them.
        ("a:\n- b: 1\n?\nc: 2", "{a: [{b: 1, ?}, ?], ?, c: 2}"),
        ("a:\n- b: 1\n- c: 2\n  ?\n- d: 3", "{a: [{b: 1}, {c: 2, ?}, {d: 3}]}"),
        ("a:\n  - 1\n  ?\n  - 2", "{a: [1, ?, 2]}"),
        // The value of the key above, or what comes before it.
        ("a:\n  ?\nb: 1", "{a: ?, b: 1}"),
        ("a:\n  ?\n  ?\nb: 1", "{a: ?, b: 1}"),
        ("a:\n  ?\n  c: 1\nb: 1", "{a: {?, c: 1}, b: 1}"),
        ("a:\n  ?\n  - 1\nb: 1", "{a: [?, 1], b: 1}"),
        ("a:\n- b:\n    ?\n  c: 1", "{a: [{b: ?, c: 1}]}"),
        // Texts.
        ("a: |\n  x\n  ?\n  y\nb: 1", "{a: x\n?\ny\n, b: 1}"),
        ("a: |-\n?\nb: 1", "{a: ?, b: 1}"),
        ("a: |\n  x\n?\nb: 1", "{a: x\n?\n, ?, b: 1}"),
    ];
    for (template, expected) in cases {
        assert_eq!(read(template), expected, "{template}");
    }
}

#[test]
fn where_the_shape_is_not_seen_everything_is_open() {
    let template = "kind: A\nspec: {a: 1,\n  {{ if eq (randAlpha 1) \"a\" }}: {{ end }}]\n  b: 2}\n";
    let rendered = Rendered::new(&[("templates/a.yaml", template)], None, &[]);
    assert_eq!(rendered.problems(), Vec::<&str>::new());
    assert!(rendered.rendering.documents[0].is_open);
}

#[test]
fn a_dependency_that_is_not_here_is_unseen() {
    let chart = "name: c\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.x.x, repository: \"https://example.com\", condition: db.enabled}\n";
    let template = "v: {{ .Values.db.port }} {{ .Values.db.user }} {{ include \"db.host\" . }}";
    let on = [("Chart.yaml", chart), ("values.yaml", "db: {enabled: true, user: app}"), ("templates/a.yaml", template)];
    let rendered = Rendered::new(&on, None, &[]);
    assert_eq!(rendered.text().text().replace(PLACEHOLDER, "?"), "v: ? app ?");
    assert_eq!(rendered.rendering.unseen[0].0, "db");
    assert_eq!(
        reasons(&rendered),
        [
            "chart `db` is not in `charts/`",
            "template `db.host` may be defined by chart `db`, which is not in `charts/`"
        ]
    );
    let off = [
        ("Chart.yaml", chart),
        ("values.yaml", "db: {enabled: false}"),
        ("templates/a.yaml", "v: {{ .Values.db.port }}"),
    ];
    let rendered = Rendered::new(&off, None, &[]);
    assert_eq!(rendered.text().text(), "v: ");
    assert!(rendered.rendering.unseen.is_empty());
}

#[test]
fn a_dependency_elsewhere_in_the_tree_is_read_there() {
    let chart =
        "name: c\nversion: 1.0.0\ndependencies:\n- {name: lib, version: 1.x.x, repository: \"file://../lib\"}\n";
    let files = [
        ("Chart.yaml", chart),
        ("templates/a.yaml", "v: {{ include \"lib.x\" . }}"),
        ("../lib/Chart.yaml", "name: lib\nversion: 1.2.3\ntype: library\n"),
        ("../lib/templates/_x.tpl", "{{ define \"lib.x\" }}here{{ end }}"),
    ];
    let files = files.map(|(path, text)| (path, text));
    let rendered = Rendered::new(&files, None, &[]);
    assert_eq!(rendered.text().text(), "v: here");
    assert!(rendered.loading[0].starts_with("Dependency `lib` is not in `charts/`"), "{:?}", rendered.loading);
}
