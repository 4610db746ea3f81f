//! The JSON form against the native one: the same tree, but for the places.

use super::super::*;
use super::{SOURCE, messages};
use crate::source::Span;

/// Blocks as in a small part of Terraform.
fn properties(within: &[&str], name: &str) -> Property {
    match (within, name) {
        ([], "resource") => Property::Block { labels: 2 },
        ([], "variable") | (["resource", _], "dynamic") => Property::Block { labels: 1 },
        ([], "locals") | (["resource", _], "lifecycle") | (["resource", _, "dynamic", _], "content") => {
            Property::Block { labels: 0 }
        }
        (["resource", "a"], "nested") => Property::Nested,
        _ => Property::Argument,
    }
}

/// A tree without its places.
fn bare(body: &Body) -> String {
    let shown = format!("{:?}", body.items);
    let mut parts = shown.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('}').unwrap().1)
}

#[track_caller]
fn same(json: &str, native: &str) {
    let (body, problems) = parse_json(SOURCE, json, &properties);
    assert_eq!(messages(&problems), Vec::<String>::new());
    let (expected, problems) = parse(SOURCE, native);
    assert_eq!(messages(&problems), Vec::<String>::new());
    assert_eq!(bare(&body), bare(&expected));
}

#[test]
fn blocks_are_objects_or_arrays_below_their_labels() {
    same(
        r#"{"resource": {"a": {"x": {"y": -1.5}, "z": [{"y": null}, {"y": true}]}}, "//": "a comment"}"#,
        "resource \"a\" \"x\" {\n y = -1.5\n}\nresource \"a\" \"z\" {\n y = null\n}\nresource \"a\" \"z\" {\n y = true\n}",
    );
    same(r#"{"resource": [{"a": {"x": {}}}, {"a": [{"z": {}}]}]}"#, "resource a x {}\nresource a z {}");
    same(
        r#"{"resource": {"a": {"x": {"dynamic": {"d": {"for_each": [1], "content": {"c": 2}}}, "lifecycle": null}}}}"#,
        "resource a x {\n dynamic d {\n for_each = [1]\n content {\n c = 2\n }\n }\n}",
    );
    same(r#"[{"locals": {"a": 1}}, {"locals": [{"b": 2}]}]"#, "locals {\n a = 1\n}\nlocals {\n b = 2\n}");
}

#[test]
fn strings_are_templates_and_keys_are_too() {
    same(
        r#"{"a": ["b", "${c.d}", "e-${f} $${g}"], "h": {"i": "\u00e9\n", "${j}": {}}}"#,
        "a = [\"b\", \"${c.d}\", \"e-${f} $${g}\"]\nh = {\"i\" = \"é\\n\", \"${j}\" = {}}",
    );
}

#[test]
fn places_in_strings_count_their_escapes() {
    let text = r#"{"a": "é\n\u00e9\ud83d\ude00${ b[\"c\"].d }"}"#;
    let (body, problems) = parse_json(SOURCE, text, &properties);
    assert_eq!(messages(&problems), Vec::<String>::new());
    let Some(ExprKind::Template(parts)) = body.attribute("a").map(|a| &a.value.kind) else { panic!("no template") };
    let [TemplatePart::Literal(literal, before), TemplatePart::Interpolation(expr)] = parts.as_slice() else {
        panic!("other parts")
    };
    let slice = |span: Span| &text[span.start as usize..span.end as usize];
    assert_eq!((literal.as_str(), slice(*before)), ("é\né😀", r"é\n\u00e9\ud83d\ude00"));
    assert_eq!(slice(expr.span), r#"b[\"c\"].d"#);
}

#[track_caller]
fn is_wrong(text: &str, at: &str, message: &str) {
    let (_, problems) = parse_json(SOURCE, text, &properties);
    let [problem] = problems.as_slice() else { panic!("{text}: {:?}", messages(&problems)) };
    assert_eq!(
        (&text[problem.span.start as usize..problem.span.end as usize], problem.message.as_str()),
        (at, message)
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    is_wrong("{\"a\": 1,}", "}", "Expected a name in double quotes, found `}`.");
    is_wrong("{\"a\": 01}", "01", "A JSON number has no leading zero.");
    is_wrong("{\"a\": \"\\x\"}", "\\", "This is no escape of JSON.");
    is_wrong("{\"a\": \"b\n\"}", "\"b", "This string is not closed on its line.");
    is_wrong("{\"a\": 1} 2", "2", "Expected the end of the text, found `2`.");
    is_wrong("{\"a\": tru}", "t", "Expected a JSON value, found `t`.");
    is_wrong("{\"a\": 1", "", "Expected `,` or `}`, but the text ends here.");
    is_wrong("{\"a\": \"x ${ b\"}", "${", "This interpolation is not closed: expected `}` before the string ends.");
    is_wrong("1", "1", "Expected an object with arguments and blocks.");
    is_wrong("{\"resource\": {\"a\": 1}}", "1", "Expected an object with the labels of `resource` as properties.");
    is_wrong("{\"locals\": 1}", "1", "Expected an object with the content of `locals`.");
}

#[test]
fn hostile_texts_are_refused() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        format!("{{\"a\": [{}", "1,".repeat(5 << 20)),
        format!("{{\"a\": \"{}\"}}", "${".repeat(100_000)),
        format!("{{\"a\": {}\"{}\"{}}}", "[".repeat(500), "${(((((((((((((1)))))))))))))}", "]".repeat(500)),
        "\"".repeat(1_000_001),
    ] {
        let (_, problems) = parse_json(SOURCE, &text, &properties);
        assert_eq!(problems.len(), 1, "{}", text.get(..20).unwrap());
    }
}
