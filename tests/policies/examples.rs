//! The examples on a page say what is found, and how often.

use super::custom;
use gatelint::engine::load_custom;
use gatelint::examples::verify;
use gatelint::source::Sources;

/// Whether a page that wants both `a` and `b` of a bucket is right about its example.
fn is_right(example: &str) -> bool {
    let want = |name: &str| {
        format!(
            "  enforce {{\n    condition     = attrs.{name} != null\n    error_message = \"There is no {name}.\"\n  }}\n"
        )
    };
    let page = custom(&format!(
        "---\ntitle: Test\nseverity: high\ncategory: access-control\n---\nWhy.\n\n## Fix\nThat.\n\n## Policy\n```hcl\n\
         resource_policy \"aws_s3_bucket\" \"both\" {{\n{}{}}}\n```\n\n## Examples\n```terraform fail\n{example}\n```\n",
        want("a"),
        want("b"),
    ));
    let loaded = load_custom(&page, &Sources::default());
    let loaded = loaded.unwrap_or_else(|problems| panic!("{}", problems[0].message));
    verify(&page.id, Some(&page), &loaded.examples[0]).is_ok()
}

#[test]
fn a_mark_counts_where_it_says_a_number() {
    let neither = "resource \"aws_s3_bucket\" \"b\" {}";
    for (mark, right) in [("# expect", true), ("# expect 2", true), ("# expect 1", false), ("# expect 3", false)] {
        assert_eq!(is_right(&format!("{neither} {mark}")), right, "{mark} behind");
        assert_eq!(is_right(&format!("{mark}\n{neither}")), right, "{mark} before");
    }
    let one = "resource \"aws_s3_bucket\" \"b\" { a = 1 }";
    assert!(is_right(&format!("{one} # expect 1")));
    assert!(!is_right(&format!("{one} # expect 2")));
    assert!(!is_right(&format!("{one} # expected 1")));
}
