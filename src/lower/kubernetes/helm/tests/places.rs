//! Each part of the output knows the template text that wrote it and the values key that brought it.

use super::Rendered;

const VALUES: &str = "image:\n  repository: nginx\n  tag: 1.27\nresources:\n  limits:\n    cpu: 250m\nextra: 'x-{{ .Values.name }}'\nname: web\nlist: [a, b]\nempty: ''\n";

/// Renders one template with [`VALUES`] and a helper, and compares the pieces of `needle`: text, place, key.
#[track_caller]
fn check(template: &str, needle: &str, expected: &[(&str, &str, &str)]) {
    let helper = "{{ define \"tag\" }}v{{ .Values.image.tag }}!{{ end }}{{ define \"keys\" }}tier: front\napp: {{ .Values.name }}{{ end }}";
    let files = [("templates/a.yaml", template), ("templates/_h.tpl", helper), ("values.yaml", VALUES)];
    let rendered = Rendered::new(&files, None, &[]);
    assert_eq!(rendered.problems(), Vec::<&str>::new(), "{template}");
    let pieces = rendered.pieces(needle);
    let pieces: Vec<_> =
        pieces.iter().map(|(text, place, key)| (text.as_str(), place.as_str(), key.as_str())).collect();
    assert_eq!(pieces, expected, "{template}");
}

#[test]
fn text_of_the_template_stands_where_it_is_written() {
    check("kind: Pod # {{ .Values.name }}\nspec: {}\n", "spec", &[("spec", "templates/a.yaml: spec", "")]);
}

#[test]
fn a_value_stands_at_its_action_and_comes_from_its_key() {
    check("v: {{ .Values.image.tag }}", "1.27", &[("1.27", "templates/a.yaml: {{ .Values.image.tag }}", "image.tag")]);
    check("v: {{ index .Values.list 1 }}", "b", &[("b", "templates/a.yaml: {{ index .Values.list 1 }}", "list[1]")]);
}

#[test]
fn functions_keep_what_came_from_a_key() {
    for template in [
        "v: {{ .Values.name | quote }}",
        "v: {{ .Values.name | default \"d\" }}",
        "v: {{ .Values.missing | default .Values.name }}",
        "v: {{ .Values.name | trimSuffix \"-\" | lower }}",
        "v: {{ coalesce .Values.empty .Values.name }}",
        "v: {{ ternary .Values.name \"b\" true }}",
        "v: {{ $x := .Values.name }}{{ $x }}",
        "v: {{ with .Values.name }}{{ . }}{{ end }}",
        "v: {{ required \"needed\" .Values.name }}",
        "v: {{ .Values.name | toJson }}",
        "v: {{ get .Values \"name\" | replace \"x\" \"y\" }}",
        "v: {{ dict \"k\" .Values.name | toYaml | fromYaml | toYaml | indent 0 }}",
    ] {
        let files = [("templates/a.yaml", template), ("values.yaml", VALUES)];
        let rendered = Rendered::new(&files, None, &[]);
        let pieces = rendered.pieces("web");
        assert_eq!(pieces.len(), 1, "{template}: {pieces:?}");
        if !template.contains("fromYaml") {
            assert_eq!(pieces[0].2, "name", "{template}");
        }
    }
}

#[test]
fn a_fallback_of_the_template_comes_from_no_key() {
    check(
        "v: {{ .Values.empty | default \"latest\" }}",
        "latest",
        &[("latest", "templates/a.yaml: {{ .Values.empty | default \"latest\" }}", "")],
    );
}

#[test]
fn texts_put_together_keep_their_parts() {
    let action = "{{ printf \"%s:%v\" .Values.image.repository .Values.image.tag | quote }}";
    let place = format!("templates/a.yaml: {action}");
    check(
        &format!("image: {action}"),
        "nginx:1.27",
        &[("nginx", &place, "image.repository"), (":", &place, ""), ("1.27", &place, "image.tag")],
    );
    let action = "{{ join \"-\" (list .Values.name .Values.image.repository) }}";
    let place = format!("templates/a.yaml: {action}");
    check(
        &format!("v: {action}"),
        "web-nginx",
        &[("web", &place, "name"), ("-", &place, ""), ("nginx", &place, "image.repository")],
    );
}

#[test]
fn yaml_of_a_section_comes_from_its_keys() {
    let action = "{{- toYaml .Values.resources | nindent 2 }}";
    check(
        &format!("resources:\n  {action}"),
        "250m",
        &[("250m", &format!("templates/a.yaml: {action}"), "resources.limits.cpu")],
    );
}

#[test]
fn an_included_template_keeps_its_places() {
    check(
        "labels:\n  {{- include \"keys\" . | nindent 2 }}\n",
        "front\n  app: web",
        &[
            ("front\n", "templates/_h.tpl: front\n", ""),
            ("  ", "templates/a.yaml: {{- include \"keys\" . | nindent 2 }}", ""),
            ("app: ", "templates/_h.tpl: app: ", ""),
            ("web", "templates/_h.tpl: {{ .Values.name }}", "name"),
        ],
    );
    check(
        "v: {{ template \"tag\" . }}",
        "v1.27!",
        &[
            ("v", "templates/_h.tpl: v", ""),
            ("1.27", "templates/_h.tpl: {{ .Values.image.tag }}", "image.tag"),
            ("!", "templates/_h.tpl: !", ""),
        ],
    );
}

#[test]
fn a_value_that_is_a_template_comes_from_its_key_and_those_that_it_reads() {
    let action = "{{ tpl .Values.extra . }}";
    let place = "templates/a.yaml: tpl .Values.extra .";
    check(&format!("v: {action}"), "x-web", &[("x-", place, "extra"), ("web", place, "name")]);
}

#[test]
fn the_last_values_win_and_say_so() {
    let files = [
        ("templates/a.yaml", "v: {{ .Values.name }} {{ .Values.image.tag }} {{ .Values.image.repository }}"),
        ("values.yaml", VALUES),
    ];
    let rendered = Rendered::new(&files, Some("image: {tag: \"2\"}\n"), &["name=cli"]);
    let key_place = |needle: &str| {
        let text = rendered.text();
        let at = text.text().find(needle).unwrap();
        let note = text.pieces(at..at + needle.len()).next().unwrap().note.unwrap();
        rendered.at(rendered.rendering.notes.get(note).unwrap().span())
    };
    assert_eq!(rendered.text().text(), "v: cli 2 nginx");
    assert_eq!(key_place("cli"), "--set: name=cli");
    assert_eq!(key_place("2"), "prod.yaml: \"2\"");
    assert_eq!(key_place("nginx"), "values.yaml: nginx");
}

#[test]
fn an_error_stands_where_it_is_written() {
    let files = [
        ("templates/a.yaml", "v: {{ include \"x\" . }}"),
        ("templates/_h.tpl", "{{ define \"x\" }}\n{{ .Values.a.b }}{{ end }}"),
    ];
    let rendered = Rendered::new(&files, None, &[]);
    let problem = &rendered.rendering.stopped[0].problem;
    assert_eq!(rendered.at(problem.span), "templates/_h.tpl: .Values.a.b");
    assert_eq!(problem.message, "Nil has no field `b`.");
}
