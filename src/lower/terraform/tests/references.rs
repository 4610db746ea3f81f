//! References between resources, nested blocks, policy documents.

use super::Project;
use crate::model::{HopKind, Symbol};

fn symbol(project: &Project, address: &str, path: &str) -> String {
    match &project.value(address, path).as_unknown().expect("unknown").symbol {
        Some(Symbol::Reference(reference)) => reference.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_provider_knows_is_a_symbol() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_kms_key\" \"k\" {\n  count = 2\n}\ndata \"aws_vpc\" \"v\" {}\nresource \"x_y\" \"z\" {\n  arn = aws_kms_key.k[1].arn\n  every = aws_kms_key.k[*].arn\n  data = data.aws_vpc.v.cidr_block_associations[0].cidr_block\n  gone = aws_nowhere.at_all.id\n  map = { for k in aws_kms_key.k : k.description => k.id... }\n}\n",
    )]);
    assert_eq!(symbol(&project, "x_y.z", "arn"), "aws_kms_key.k[1].arn");
    assert_eq!(symbol(&project, "x_y.z", "every.0"), "aws_kms_key.k[0].arn");
    assert_eq!(symbol(&project, "x_y.z", "data"), "data.aws_vpc.v.cidr_block_associations[0].cidr_block");
    assert_eq!(symbol(&project, "x_y.z", "gone"), "aws_nowhere.at_all.id");
    assert_eq!(symbol(&project, "aws_kms_key.k[1]", "arn"), "aws_kms_key.k[1].arn");
    let arn = project.value("x_y.z", "arn").as_unknown().expect("unknown");
    assert_eq!(arn.refinement.prefix, "arn:");
}

#[test]
fn a_whole_resource_is_read_through_modules_and_locals() {
    let project = Project::new(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n}\nlocals {\n  bucket = module.m.bucket\n}\nresource \"x_y\" \"z\" {\n  name = local.bucket.bucket\n  id = local.bucket.id\n  region = local.bucket.region\n  one = module.m.bucket[*].bucket\n  rule = local.bucket.rule[0].days\n}\n",
        ),
        (
            "m/main.tf",
            "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"logs\"\n  rule {\n    days = 3\n  }\n}\noutput \"bucket\" {\n  value = aws_s3_bucket.b\n}\n",
        ),
    ]);
    assert_eq!(project.text("x_y.z", "name"), "logs");
    assert_eq!(symbol(&project, "x_y.z", "region"), "module.m.aws_s3_bucket.b.region");
    // A bucket's id is its name.
    assert_eq!(project.text("x_y.z", "id"), "logs");
    assert_eq!(project.text("x_y.z", "one"), "[logs]");
    assert_eq!(project.text("x_y.z", "rule"), "3");
}

#[test]
fn nested_and_dynamic_blocks_are_lists_in_source_order() {
    let project = Project::new(&[(
        "main.tf",
        "variable \"more\" {}\nresource \"x_y\" \"z\" {\n  rule {\n    n = 1\n  }\n  dynamic \"rule\" {\n    for_each = [2, 3]\n    iterator = it\n    content {\n      n = it.value\n      dynamic \"inner\" {\n        for_each = { a = it.key }\n        content {\n          k = inner.key\n          v = inner.value\n        }\n      }\n    }\n  }\n  dynamic \"open\" {\n    for_each = var.more\n    content {}\n  }\n  mixed {}\n  dynamic \"mixed\" {\n    for_each = var.more\n    content {}\n  }\n}\n",
    )]);
    let rules = "[{n: 1}, {inner: [{k: a, v: 0}], n: 2}, {inner: [{k: a, v: 1}], n: 3}]";
    assert_eq!(project.text("x_y.z", "rule"), rules);
    assert_eq!(project.text("x_y.z", "open"), "?`var.more` has no value");
    assert_eq!(project.text("x_y.z", "mixed"), "[{}, ?`var.more` has no value]");
}

const DOCUMENT: &str = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    sid       = \"Read\"\n    actions   = [\"s3:Get*\", \"s3:List*\"]\n    resources = [aws_s3_bucket.b.arn, \"arn:aws:s3:::x/&{aws:username}\"]\n    principals {\n      type        = \"*\"\n      identifiers = [\"*\"]\n    }\n    condition {\n      test     = \"Bool\"\n      variable = \"aws:SecureTransport\"\n      values   = [true]\n    }\n  }\n}\nresource \"aws_s3_bucket_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.minified_json\n}\n";

#[test]
fn a_policy_document_is_the_text_that_the_provider_makes() {
    let known = DOCUMENT.replace("aws_s3_bucket.b.arn", "\"arn:aws:s3:::b\"");
    let project = Project::new(&[("main.tf", &known)]);
    // As `terraform-provider-aws` 5 prints it.
    let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:List*","s3:Get*"],"Resource":["arn:aws:s3:::x/${aws:username}","arn:aws:s3:::b"],"Principal":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#;
    assert_eq!(project.text("aws_s3_bucket_policy.p", "policy"), text);
    let policy = project.value("aws_s3_bucket_policy.p", "policy");
    let hop = policy.origin.hops().next().map(|hop| hop.kind.clone());
    assert_eq!(hop, Some(HopKind::Document("data.aws_iam_policy_document.d".into())));
    let statement = policy.origin.encoded().and_then(|document| document.get("statement")?.as_items()?.first());
    assert_eq!(statement.map(|statement| project.place(statement.origin.span)), Some("main.tf:2".into()));
}

#[test]
fn a_policy_document_with_an_unknown_part_can_be_followed() {
    let project = Project::new(&[("main.tf", &format!("{DOCUMENT}resource \"aws_s3_bucket\" \"b\" {{}}\n"))]);
    assert_eq!(symbol(&project, "aws_s3_bucket_policy.p", "policy"), "data.aws_iam_policy_document.d.minified_json");
    let policy = project.value("aws_s3_bucket_policy.p", "policy").as_unknown().expect("unknown");
    assert_eq!(policy.causes[0].why.to_string(), "`aws_s3_bucket.b.arn` is known only after apply");
    assert_eq!(project.text("data.aws_iam_policy_document.d", "statement.0.sid"), "Read");
}
