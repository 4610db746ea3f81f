//! A policy that takes too much ends with a problem that names it.

use super::{judged, page, problems};

const FILE: &[(&str, &str)] = &[("main.tf", "resource \"aws_example\" \"e\" {}\n")];

#[test]
fn a_policy_that_never_ends_is_named() {
    let forever = "length([for a in range(1000) : [for b in range(1000) : a * b == 3]]) == 0";
    let policy = format!("resource_policy \"aws_example\" \"x\" {{\n  enforce {{ condition = {forever} }}\n}}");
    let report = judged(page(&policy), FILE, &[]);
    let told = problems(&report);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("`test/page`") && told[0].contains("evaluation steps"), "{told:?}");
    assert_eq!(report.decision.exit as u8, 4);
}

#[test]
fn try_does_not_catch_a_limit() {
    let policy = "resource_policy \"aws_example\" \"x\" {\n  enforce { condition = try(length(join(\"\", [for a in range(1000) : join(\"\", [for b in range(1000) : \"0123456789abcdef0123456789abcdef\"])])) > 0, true) }\n}";
    let told = problems(&judged(page(policy), FILE, &[]));
    assert!(told.len() == 1 && told[0].contains("`test/page`") && told[0].contains("limit"), "{told:?}");
}
