//! Charts that would never end: a problem each, within the limits on steps and bytes.

use super::Rendered;

#[test]
fn bombs_end_with_a_problem() {
    let nested = format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000));
    let blocks = "{{ if true }}".repeat(100_000);
    let cases = [
        "{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
        "{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}",
        "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ $t := \"{{ tpl . . }}\" }}{{ tpl $t $t }}",
        "{{ range 1000000000 }}x{{ end }}",
        "{{ range until 1000000000 }}x{{ end }}",
        "{{ seq 1 1000000000 }}",
        "{{ repeat 1000000000 \"xxxx\" }}",
        "{{ indent 1000000000 \"x\" }}",
        "{{ printf \"%1000000000d\" 1 | len | fail }}",
        "{{ $x := \"aaaaaaaaaaaaaaaa\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := list 1 2 3 4 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}",
        "{{ $x := list 1 }}{{ range until 1000 }}{{ range until 100000 }}{{ $x = list $x }}{{ end }}{{ end }}",
        "{{ $x := dict }}{{ range until 1000 }}{{ range until 100000 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ end }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ toYaml $x | fail }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ deepCopy $x }}",
        "{{ $x := dict }}{{ range until 60 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ merge (dict) $x | toJson | fail }}",
        "{{ range $i := until 100000 }}{{ range until 100000 }}{{ $i }}{{ end }}{{ end }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d | fail }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}{{ fail \"x\" }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d | len | fail }}",
        &nested,
        &blocks,
        "{{ \"",
        "{{ define",
    ];
    for template in cases {
        let rendered = Rendered::new(&[("templates/a.yaml", template)], None, &[]);
        let shown: String = template.chars().take(60).collect();
        assert!(!rendered.problems().is_empty(), "{shown}");
    }
}

#[test]
fn values_and_patterns_end() {
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let anchors = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    for values in [deep.as_str(), anchors] {
        let rendered = Rendered::new(&[("values.yaml", values), ("templates/a.yaml", "v: 1")], None, &[]);
        assert!(!rendered.loading.is_empty());
    }
    let stars = format!("{{{{ .Files.Glob \"{}b\" }}}}", "*a".repeat(60));
    let name = "a".repeat(200);
    Rendered::new(
        &[("templates/a.yaml", &stars), (&name, "x"), (".helmignore", &format!("{}b\n", "*a".repeat(60)))],
        None,
        &[],
    );
}
