//! Plans through the whole frontend, alone and beside their configuration.

use super::Project;
use crate::model::{PlanOperation, Resource, Symbol, Value};
use crate::source::Status;

/// A bucket of a module instance, a rule that is deleted, a deposed object, and a key that the provider makes.
const PLAN: &str = r#"{
  "format_version": "1.2",
  "variables": {"acl": {"value": "public-read"}},
  "resource_changes": [
    {"address": "module.m[\"a\"].aws_s3_bucket.b", "module_address": "module.m[\"a\"]", "mode": "managed",
     "type": "aws_s3_bucket", "name": "b", "change": {"actions": ["create"], "before": null,
     "after": {"acl": "public-read", "bucket": null, "logging": [], "tags": {"k": "v"}},
     "after_unknown": {"id": true, "arn": true, "bucket": false, "bucket_domain_name": true},
     "after_sensitive": {"tags": {"k": true}}}},
    {"address": "aws_s3_bucket_versioning.v", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "v",
     "change": {"actions": ["update"], "before": {"mfa": null}, "after": {"versioning_configuration": [{"status": "Enabled"}]},
     "after_unknown": {"bucket": true}, "after_sensitive": false}},
    {"address": "aws_s3_bucket.gone", "mode": "managed", "type": "aws_s3_bucket", "name": "gone",
     "change": {"actions": ["delete"], "before": {"acl": "public-read"}, "after": null, "after_unknown": false}},
    {"address": "aws_s3_bucket.kept", "deposed": "abc", "mode": "managed", "type": "aws_s3_bucket", "name": "kept",
     "change": {"actions": ["delete"], "before": {"acl": "public-read"}, "after": null}}
  ],
  "planned_values": {"root_module": {"resources": [
    {"address": "aws_s3_bucket.kept", "mode": "managed", "type": "aws_s3_bucket", "name": "kept",
     "values": {"acl": "private"}, "sensitive_values": {}}
  ]}},
  "configuration": {"root_module": {
    "resources": [
      {"address": "aws_s3_bucket_versioning.v", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "v",
       "provider_config_key": "aws.west", "expressions": {"bucket": {"references": ["module.m[\"a\"].id", "module.m[\"a\"]", "module.m"]},
       "versioning_configuration": [{"status": {"constant_value": "Enabled"}}]}}
    ],
    "module_calls": {"m": {"source": "./m", "expressions": {"acl": {"references": ["var.acl"]}}, "module": {
      "outputs": {"id": {"expression": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}},
      "resources": [{"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b",
       "provider_config_key": "aws", "expressions": {"acl": {"references": ["var.acl"]}}}]}}}
  }}
}"#;

#[test]
fn a_plan_alone_says_what_will_exist() {
    let project = Project::new(&[("out/any.json", PLAN)]);
    let bucket = "module.m[\"a\"].aws_s3_bucket.b";
    assert_eq!(project.addresses(), ["aws_s3_bucket.kept", "aws_s3_bucket_versioning.v", bucket]);
    assert_eq!(project.text("aws_s3_bucket.kept", "acl"), "private");
    assert_eq!(project.text(bucket, "acl"), "public-read");
    assert!(project.value(bucket, "tags.k").sensitive);
    let (bucket, versioning) = (project.resource(bucket), project.resource("aws_s3_bucket_versioning.v"));
    // What is not set is absent for checks, and there for whoever looks at the plan.
    for absent in ["bucket", "logging", "bucket_domain_name"] {
        assert!(bucket.attrs.get(absent).is_none(), "{absent}");
        assert!(bucket.planned.as_ref().is_some_and(|planned| planned.attrs.get(absent).is_some()), "{absent}");
    }
    let symbol = |resource: &Resource, name: &str| {
        resource.attrs.get(name).and_then(Value::as_unknown).and_then(|unknown| unknown.symbol.clone())
    };
    let own = symbol(bucket, "id");
    assert!(matches!(own, Some(Symbol::Reference(_))));
    assert_eq!(symbol(versioning, "bucket"), own, "what is not known yet is still the same bucket");
    let planned = versioning.planned.as_ref().map(|planned| (planned.operation, planned.prior.is_some()));
    assert_eq!(planned, Some((PlanOperation::Update, true)));
    assert_eq!(versioning.meta.get("provider").and_then(Value::as_str), Some("aws.west"));
    let span = project.value("module.m[\"a\"].aws_s3_bucket.b", "acl").origin.span;
    assert_eq!(project.slice(span), "\"public-read\"");
}

#[test]
fn a_plan_decides_and_its_configuration_has_the_places() {
    let root = "variable \"acl\" {}\nmodule \"m\" {\n  source   = \"./m\"\n  for_each = toset([\"a\"])\n  acl      = var.acl\n}\n\
                resource \"aws_s3_bucket_versioning\" \"v\" {\n  bucket = module.m[\"a\"].id\n  versioning_configuration {\n    \
                status = \"Suspended\"\n  }\n}\nresource \"aws_s3_bucket\" \"kept\" {}\nresource \"aws_s3_bucket\" \"other\" {}\n";
    let module = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n\
                  output \"id\" {\n  value = aws_s3_bucket.b.id\n}\n";
    let project = Project::new(&[("infra/main.tf", root), ("infra/m/main.tf", module), ("infra/tfplan.json", PLAN)]);
    let bucket = "module.m[\"a\"].aws_s3_bucket.b";
    // What the configuration has beside the plan is evaluated all the same, with a warning.
    let expected = ["aws_s3_bucket.kept", "aws_s3_bucket.other", "aws_s3_bucket_versioning.v", bucket];
    assert_eq!(project.addresses(), expected);
    assert!(project.lowered.problems.iter().any(|problem| problem.message.contains("`aws_s3_bucket.other`")));
    let acl = project.value(bucket, "acl");
    assert_eq!((acl.as_str(), project.slice(acl.origin.span)), (Some("public-read"), "var.acl".to_owned()));
    assert_eq!(project.resource(bucket).attrs.get("lifecycle").and_then(Value::as_items).map(<[_]>::len), Some(1));
    let status = project.value("aws_s3_bucket_versioning.v", "versioning_configuration.0.status");
    assert_eq!((status.as_str(), project.slice(status.origin.span)), (Some("Enabled"), "\"Suspended\"".to_owned()));
    assert!(status.origin.hops().any(|hop| project.slice(hop.span) == "\"Enabled\""), "the plan is a hop");
    assert_eq!(project.lowered.units.len(), 1);
}

#[test]
fn what_is_no_plan_is_told_apart() {
    let newer = PLAN.replace("\"1.2\"", "\"2.0\"");
    let files = [
        (
            "raw.tfstate",
            r#"{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": []}"#,
        ),
        ("newer.json", newer.as_str()),
        ("cut.json", PLAN.get(..600).unwrap()),
        (
            "destroy.json",
            r#"{"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": [
          {"address": "a_b.c", "mode": "managed", "type": "a_b", "name": "c", "change": {"actions": ["delete"], "before": {}, "after": null}}]}"#,
        ),
        (
            "state.json",
            r#"{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [
          {"address": "aws_s3_bucket.s", "mode": "managed", "type": "aws_s3_bucket", "name": "s", "values": {"acl": "private"}}]}}}"#,
        ),
    ];
    let project = Project::new(&files);
    let mut ledger: Vec<_> =
        project.lowered.ledger.iter().map(|entry| (entry.file.as_str(), entry.kind.name(), entry.status)).collect();
    ledger.sort_unstable();
    let expected = [
        ("cut.json", "terraform-plan", Status::Failed),
        ("destroy.json", "terraform-plan", Status::Skipped),
        ("newer.json", "terraform-plan", Status::Failed),
        ("raw.tfstate", "terraform-state", Status::Skipped),
        ("state.json", "terraform-state", Status::Evaluated),
    ];
    assert_eq!(ledger, expected);
    assert_eq!(project.text("aws_s3_bucket.s", "acl"), "private");
}
