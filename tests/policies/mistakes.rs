//! What is wrong on a page is said where it stands, with what was probably meant, whatever is scanned.

use super::{custom, judged, page, problems};

#[track_caller]
fn says(policy: &str, expected: &str) {
    let told = problems(&judged(page(policy), &[], &[]));
    assert_eq!(told, [expected]);
}

/// A condition on line 14 of its page.
fn condition(text: &str) -> String {
    format!(
        "locals {{ public = [\"a\"] }}\nresource_policy \"aws_example\" \"x\" {{\n  enforce {{ condition = {text} }}\n}}"
    )
}

#[test]
fn unknown_function() {
    says(
        &condition("contians(local.public, attrs.acl)"),
        "test/page.md:15:25: There is no function `contians`; did you mean `contains`?",
    );
    says(&condition("core::frobnicate(1)"), "test/page.md:15:25: There is no function `core::frobnicate`.");
}

#[test]
fn unknown_root() {
    says(&condition("attr.acl == null"), "test/page.md:15:25: `attr` is not known here; did you mean `attrs`?");
    says(
        &condition("alltrue([for attr in attrs.all : attr && var.x])"),
        "test/page.md:15:66: `var` is not known here; there are attrs, meta, owner, local, input and each.",
    );
    says(&condition("each.value"), "test/page.md:15:25: `each` is known only in an `enforce` with `for_each`.");
}

#[test]
fn undeclared_local_and_input() {
    says(
        &condition("local.pubilc == []"),
        "test/page.md:15:31: `local.pubilc` is not declared; did you mean `public`?",
    );
    says(&condition("input.region == null"), "test/page.md:15:31: `input.region` is not declared.");
}

#[test]
fn misspelt_block_and_attribute() {
    says(
        "resource_policy \"a\" \"x\" {\n  enforce { conditon = true }\n}",
        "test/page.md:14:13: `conditon` does not belong here; there are condition, error_message, info_message, at, for_each, severity and fix; did you mean `condition`?",
    );
}

#[test]
fn misspelt_metadata() {
    let page = |line: &str| {
        custom(&format!("---\ntitle: T\nseverity: high\n{line}\ncategory: network\n---\nWhy.\n\n## Fix\nF.\n"))
    };
    let told = |line: &str| problems(&judged(page(line), &[], &[]));
    assert_eq!(told("refrences: []").len(), 1);
    assert!(
        told("refrences: []")[0]
            .contains("test/page.md:4:1: Unknown key `refrences` in a check's metadata (did you mean `references`?)"),
        "{:?}",
        told("refrences: []")
    );
    assert!(
        told("aliases: {checkow: [A]}")[0].contains("did you mean `checkov`?"),
        "{:?}",
        told("aliases: {checkow: [A]}")
    );
}

#[test]
fn an_input_needs_a_value_of_its_type() {
    let policy = "input \"most\" {\n  type = number\n}\nresource_policy \"aws_example\" \"x\" {\n  enforce { condition = attrs.size <= input.most }\n}";
    let file = [("main.tf", "resource \"aws_example\" \"e\" {\n  size = 5\n}\n")];
    let told = |inputs: &[(&str, &str)]| problems(&judged(page(policy), &file, inputs));
    assert_eq!(told(&[]), ["test/page.md:13:1: Input `most` has no value; give one with `--input most=VALUE`."]);
    assert_eq!(told(&[("most", "\"many\"")]).len(), 1);
    assert_eq!(told(&[("most", "7")]), [""; 0]);
    assert!(judged(page(policy), &file, &[("most", "7")]).findings.is_empty());
    assert_eq!(judged(page(policy), &file, &[("most", "4")]).findings.len(), 1);
}

#[test]
fn unknown_family() {
    says(
        "resource_policy \"family.aws_bl\" \"x\" {\n  enforce { condition = true }\n}",
        "test/page.md:13:17: There is no family of types `aws_bl`; did you mean `aws_lb`?",
    );
}
