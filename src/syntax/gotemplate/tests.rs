//! Trees, places and recovery.

#![allow(clippy::format_collect, reason = "a test shows small trees")]

use super::{BlockKind, Ideal, Node, NodeKind, Number, OperandKind, Template, parse};
use crate::source::{Derived, SourceId, Span};

fn read(text: &str) -> Template {
    parse(&Derived::file(SourceId(0), text))
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// The tree as text: literals quoted, actions by their commands, blocks in brackets.
fn shown(nodes: &[Node]) -> String {
    let operand = |kind: &OperandKind| match kind {
        OperandKind::Dot => ".".to_owned(),
        OperandKind::Nil => "nil".into(),
        OperandKind::Bool(value) => value.to_string(),
        OperandKind::Number(number) => format!("{:?}", number.float.unwrap_or_default()),
        OperandKind::String(text) => format!("{text:?}"),
        OperandKind::Function(name) => name.to_string(),
        OperandKind::Field(names) => format!(".{}", names.join(".")),
        OperandKind::Variable(name, names) => {
            format!("{name}{}", names.iter().map(|n| format!(".{n}")).collect::<String>())
        }
        OperandKind::Chain(_, names) => format!("(…).{}", names.join(".")),
        OperandKind::Pipeline(_) => "(…)".into(),
    };
    let pipeline = |pipeline: &super::Pipeline| {
        let names: Vec<&str> = pipeline.variables.iter().map(|variable| variable.name.as_str()).collect();
        let sign = if pipeline.assigns { "=" } else { ":=" };
        let commands = pipeline
            .commands
            .iter()
            .map(|command| command.operands.iter().map(|word| operand(&word.kind)).collect::<Vec<_>>().join(" "));
        let commands = commands.collect::<Vec<_>>().join(" | ");
        if names.is_empty() { commands } else { format!("{} {sign} {commands}", names.join(", ")) }
    };
    let node = |node: &Node| match &node.kind {
        NodeKind::Text(text) => format!("{text:?}"),
        NodeKind::Action(action) => format!("<{}>", pipeline(action)),
        NodeKind::Block(block) => {
            let kind = match block.kind {
                BlockKind::If => "if",
                BlockKind::With => "with",
                BlockKind::Range => "range",
            };
            let condition = block.pipeline.as_ref().map_or("?".into(), pipeline);
            let otherwise = block.otherwise.as_ref().map(|nodes| format!(" else {}", shown(nodes))).unwrap_or_default();
            format!("[{kind} {condition}: {}{otherwise}]", shown(&block.body))
        }
        NodeKind::Break => "break".into(),
        NodeKind::Continue => "continue".into(),
        NodeKind::Call(name, data) => format!("call {name} {}", data.as_ref().map(pipeline).unwrap_or_default()),
        NodeKind::Broken => "BROKEN".into(),
    };
    nodes.iter().map(node).collect::<Vec<_>>().join(" ")
}

#[test]
fn trees() {
    for (text, tree) in [
        ("a{{ .x.y }}b", r#""a" <.x.y> "b""#),
        ("a \n{{- 1 -}}\n b", r#""a" <1.0> "b""#),
        ("a {{-3}} b", r#""a " <-3.0> " b""#),
        ("{{/* c */}}x{{- /* d */ -}} y", r#""x" "y""#),
        ("{{ $x := .a }}{{ $x = .b }}{{ $x.c }}", "<$x := .a> <$x = .b> <$x.c>"),
        ("{{ a .b | c \"d\" `e` 'f' nil true | g }}", r#"<a .b | c "d" "e" 102.0 nil true | g>"#),
        ("{{ (a).b }}{{ (a) .b }}", "<(…).b> <(…) .b>"),
        ("{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}", r#"[if .a: "1" else [if .b: "2" else "3"]]"#),
        ("{{ with .a }}1{{ else with .b }}2{{ end }}", r#"[with .a: "1" else [with .b: "2"]]"#),
        (
            "{{ range $i, $x := . }}{{ break }}{{ continue }}{{ else }}n{{ end }}",
            r#"[range $i, $x := .: break continue else "n"]"#,
        ),
        ("{{ template \"t\" }}{{ template `t` . }}", "call t  call t ."),
        ("{{ define \"t\" }}x{{ end }}y", r#""y""#),
        ("{{ block \"t\" .a }}x{{ end }}", "call t .a"),
        ("{{\n a\n  .b\n}}", "<a .b>"),
        ("{{ a | }}", "<a>"),
    ] {
        let template = read(text);
        let problems: Vec<_> = template.problems.iter().map(|problem| &problem.message).collect();
        assert!(problems.is_empty(), "{text}: {problems:?}");
        assert_eq!(shown(&template.body), tree, "{text}");
    }
    let template = read("{{ define \"t\" }}{{ end }}{{ define \"t\" }}x{{ end }}{{/* note */}}{{ f (g) }}");
    assert_eq!(shown(&template.defines[0].body), "\"x\"");
    assert_eq!(template.comments[0].text, " note ");
    let called: Vec<_> = template.functions.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(called, ["f", "g"]);
}

#[test]
fn places() {
    let text = "x: {{- if and .a (b $) }} y {{ .c | d }}{{ else if .e }}z{{ end }} w";
    let template = read(text);
    let [_, block, rest] = &*template.body else { panic!() };
    assert_eq!(slice(text, block.span), "{{- if and .a (b $) }} y {{ .c | d }}{{ else if .e }}z{{ end }}");
    assert_eq!(slice(text, rest.span), " w");
    let NodeKind::Block(block) = &block.kind else { panic!() };
    let condition = block.pipeline.as_ref().unwrap();
    assert_eq!(slice(text, condition.span), "and .a (b $)");
    assert_eq!(slice(text, condition.commands[0].operands[2].span), "(b $)");
    let NodeKind::Action(action) = &block.body[1].kind else { panic!() };
    assert_eq!(slice(text, block.body[1].span), "{{ .c | d }}");
    assert_eq!(slice(text, action.span), ".c | d");
    assert_eq!(slice(text, action.commands[1].span), "d");
}

#[test]
fn a_broken_action_loses_only_itself_and_says_where() {
    for (text, tree, faults) in [
        ("a{{ .b. }}c{{ .d }}", r#""a" BROKEN "c" <.d>"#, &[". }}"][..]),
        ("a{{ f ) }}b", r#""a" BROKEN "b""#, &[")"]),
        ("a{{ (f }}b", r#""a" BROKEN "b""#, &[""]),
        ("{{ \"x }}\nb{{ 1 }}", "BROKEN \"\\nb\" <1.0>", &["\"x }}"]),
        ("{{ if .a | | }}1{{ end }}2", r#"[if ?: "1"] "2""#, &["|"]),
        ("{{ if }}1{{ end }}2", r#"[if ?: "1"] "2""#, &["}}"]),
        ("{{ end }}a", r#""a""#, &["{{ end }}"]),
        ("{{ if 1 }}a", r#"[if 1.0: "a"]"#, &["{{ if 1 }}"]),
        ("{{ break }}a", "BROKEN \"a\"", &["{{ break }}"]),
        ("{{ $x }}a", "BROKEN \"a\"", &["$x"]),
        ("{{ .a | 1 }}b", "BROKEN \"b\"", &[".a | 1"]),
        ("{{ 1_ }}{{ 08 }}{{ 99999999999999999999 }}", "BROKEN BROKEN BROKEN", &["1_", "08", "99999999999999999999"]),
        ("{{/* a }}b", "BROKEN", &["{{/* a }}b"]),
        ("{{/* a */ b }}c", "BROKEN \"c\"", &["{{/* a */ b }}"]),
        ("{{ if 1 }}{{ define \"x\" }}y{{ end }}{{ end }}z", "[if 1.0: BROKEN] \"z\"", &["{{ define \"x\" }}"]),
        ("{{ define \"x\" }}y{{ end }}{{ define \"x\" }}z{{ end }}", "", &["\"x\""]),
    ] {
        let template = read(text);
        assert_eq!(shown(&template.body), tree, "{text}");
        let found: Vec<_> = template.problems.iter().map(|problem| slice(text, problem.span)).collect();
        assert_eq!(found.len(), faults.len(), "{text}: {found:?}");
        for (found, fault) in found.iter().zip(faults) {
            assert!(
                fault.is_empty() || found.contains(fault) || fault.contains(found),
                "{text}: {found:?}, not {fault:?}"
            );
        }
    }
}

#[test]
fn numbers() {
    for (text, integer, float, ideal) in [
        ("1", Some(1), Some(1.0), Ideal::Integer),
        ("-0x1F", Some(-31), Some(-31.0), Ideal::Integer),
        ("0b101", Some(5), Some(5.0), Ideal::Integer),
        ("0o17", Some(15), Some(15.0), Ideal::Integer),
        ("017", Some(15), Some(15.0), Ideal::Integer),
        ("1_000", Some(1000), Some(1000.0), Ideal::Integer),
        ("3.0", Some(3), Some(3.0), Ideal::Float),
        (".5", None, Some(0.5), Ideal::Float),
        ("1e3", Some(1000), Some(1000.0), Ideal::Float),
        ("1e100", None, Some(1e100), Ideal::Float),
        ("0x1p4", Some(16), Some(16.0), Ideal::Float),
        ("0x1e", Some(30), Some(30.0), Ideal::Integer),
        ("18446744073709551615", None, Some(18_446_744_073_709_551_615.0), Ideal::Overflow),
    ] {
        let number = Number::parse(text).unwrap();
        assert_eq!((number.integer, number.float, number.ideal), (integer, float, ideal), "{text}");
    }
    assert_eq!(Number::parse("1+2i").unwrap().complex, Some((1.0, 2.0)));
    for text in ["1__0", "0x", "1.2.3", "0b2", "1e", "99999999999999999999", "_1"] {
        assert!(Number::parse(text).is_err(), "{text}");
    }
}

#[test]
fn every_prefix_of_a_template_is_read() {
    let text = "a{{- if and (eq .x \"y\\n\") $.z -}} {{/* c */}} {{ range $i, $v := .l }}{{ $v | f `r` 'c' 0x1p2 }}{{ end }}{{ else with x }}{{ end }}{{ define \"d\" }}é{{ end }}";
    for (end, _) in text.char_indices() {
        let template = read(&text[..end]);
        template.problems.iter().for_each(|problem| assert!(problem.span.end as usize <= end));
    }
}
