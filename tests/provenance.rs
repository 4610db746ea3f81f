//! Where a finding is, and the way of the value from there: one scenario for each rule of the policy
//! language. The expectations are a person's reading of the rules in `docs/policy-language.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

use gatelint::discover::Memory;
use gatelint::engine::{CustomPage, Selection};
use gatelint::report::Report;
use gatelint::scan::{self, Request};
use gatelint::source::Span;

/// A page with the metadata that every page has, around a policy.
fn page(policy: &str) -> CustomPage {
    let text = format!(
        "---\ntitle: Test\nseverity: high\ncategory: access-control\n---\nWhy.\n\n## Fix\nThat.\n\n## Policy\n```hcl\n{policy}\n```\n"
    );
    CustomPage { id: "test/page".to_owned(), path: "test/page.md".to_owned(), text }
}

fn judge(policy: &str, files: &[(&str, &str)]) -> Report {
    let tree = Memory::tree(files.iter().copied());
    let request = Request {
        selection: Selection { only: vec!["test/page".to_owned()], ..Selection::default() },
        custom: vec![page(policy)],
        ..Request::default()
    };
    let report = scan::judge(&tree, &request).expect("the page can be chosen");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report
}

/// `file:line "the text there"`
fn place(report: &Report, span: Span) -> String {
    let source = report.sources.get(span.source);
    format!("{}:{} {:?}", source.path, source.places(span).0.line, source.slice(span))
}

/// Each finding as its place and path, then one line for each label.
fn told(report: &Report) -> String {
    let mut lines = Vec::new();
    for finding in &report.findings {
        lines.push(format!("{} ({})", place(report, finding.place), finding.path));
        lines.extend(finding.labels.iter().map(|label| format!("  {}: {}", label.message, place(report, label.span))));
    }
    for verdict in &report.inconclusive {
        let because: Vec<String> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        lines.push(format!("? {} because {}", place(report, verdict.place), because.join("; ")));
    }
    lines.join("\n")
}

#[track_caller]
fn expect(policy: &str, files: &[(&str, &str)], expected: &str) {
    let found = told(&judge(policy, files));
    assert_eq!(found, expected.trim(), "\n{found}\n");
}

const ACL: &str = r#"
resource_policy "aws_s3_bucket" "acl" {
  enforce { condition = attrs.acl != "public-read" }
}"#;

#[test]
fn a_literal_is_its_own_place() {
    expect(
        ACL,
        &[("main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n")],
        r#"main.tf:2 "\"public-read\"" (acl)"#,
    );
}

#[test]
fn the_way_leads_through_locals_to_the_default() {
    let main = "variable \"acl\" {\n  default = \"public-read\"\n}\nlocals {\n  acl = var.acl\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = local.acl\n}\n";
    expect(
        ACL,
        &[("main.tf", main)],
        r#"
main.tf:8 "local.acl" (acl)
  local `acl`: main.tf:5 "var.acl"
  default of variable `acl`: main.tf:2 "\"public-read\"""#,
    );
}

#[test]
fn the_way_leads_to_the_line_of_the_tfvars() {
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    expect(
        ACL,
        &[("main.tf", main), ("terraform.tfvars", "# values\nacl = \"public-read\"\n")],
        r#"
main.tf:3 "var.acl" (acl)
  value of variable `acl`: terraform.tfvars:2 "\"public-read\"""#,
    );
}

#[test]
fn a_value_that_came_through_a_call_is_at_the_argument() {
    let main = "module \"m\" {\n  source = \"./m\"\n  acl    = \"public-read\"\n}\n";
    let module = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    expect(
        ACL,
        &[("main.tf", main), ("m/main.tf", module)],
        r#"
main.tf:3 "\"public-read\"" (acl)
  `module.m.aws_s3_bucket.b` in the module: m/main.tf:3 "var.acl""#,
    );
}

#[test]
fn a_literal_in_a_called_module_stays_there_and_is_one_finding() {
    let main = "module \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n}\n";
    let module = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
    let report = judge(ACL, &[("main.tf", main), ("m/main.tf", module)]);
    assert_eq!(told(&report), r#"m/main.tf:2 "\"public-read\"" (acl)"#);
    assert_eq!(report.findings[0].resource, "module.a.aws_s3_bucket.b");
    assert_eq!(report.findings[0].also, ["module.b.aws_s3_bucket.b"]);
}

#[test]
fn a_module_that_is_not_committed_is_judged_at_its_call() {
    let main = "module \"m\" {\n  source = \"registry/m/aws\"\n}\n";
    let list =
        r#"{"Modules":[{"Key":"m","Source":"registry.terraform.io/registry/m/aws","Dir":".terraform/modules/m"}]}"#;
    let module = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
    let files =
        [("main.tf", main), (".terraform/modules/modules.json", list), (".terraform/modules/m/main.tf", module)];
    let mut tree = Memory::tree(files);
    tree.candidates.retain(|file| !file.path.starts_with('.'));
    let request = Request {
        selection: Selection { only: vec!["test/page".to_owned()], ..Selection::default() },
        custom: vec![page(ACL)],
        ..Request::default()
    };
    let report = scan::judge(&tree, &request).unwrap();
    assert!(told(&report).starts_with("main.tf:1 \"module \\\"m\\\"\" (acl)"), "{}", told(&report));
}

#[test]
fn what_is_absent_is_missing_from_the_block_that_should_hold_it() {
    let policy = r#"
resource_policy "aws_s3_bucket" "versioned" {
  enforce { condition = attrs.versioning[0].enabled == true }
}"#;
    expect(
        policy,
        &[("main.tf", "resource \"aws_s3_bucket\" \"b\" {\n}\n")],
        r#"main.tf:1 "resource \"aws_s3_bucket\" \"b\"" (versioning[0].enabled)"#,
    );
    expect(
        policy,
        &[("main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  versioning {\n  }\n}\n")],
        r#"main.tf:2 "versioning" (versioning[0].enabled)"#,
    );
}

#[test]
fn at_each_operator_the_side_that_decided_is_followed() {
    let policy = r#"
resource_policy "aws_x" "both" {
  enforce { condition = attrs.a == 1 && !(attrs.b == 2 || attrs.c == 3) }
}"#;
    let wrong_c = "resource \"aws_x\" \"x\" {\n  a = 1\n  b = 1\n  c = 3\n}\n";
    expect(policy, &[("main.tf", wrong_c)], r#"main.tf:4 "3" (c)"#);
    let wrong_a = "resource \"aws_x\" \"x\" {\n  a = 2\n  b = 2\n  c = 3\n}\n";
    expect(policy, &[("main.tf", wrong_a)], r#"main.tf:2 "2" (a)"#);
}

#[test]
fn a_loop_is_decided_by_its_first_wrong_element() {
    let policy = r#"
resource_policy "aws_security_group" "open" {
  enforce {
    condition = alltrue([for rule in attrs.ingress : !cidr_is_any(rule.cidr_blocks)])
  }
}"#;
    let main = "resource \"aws_security_group\" \"s\" {\n  ingress {\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n  ingress {\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    expect(policy, &[("main.tf", main)], r#"main.tf:6 "[\"0.0.0.0/0\"]" (ingress[1].cidr_blocks)"#);
}

#[test]
fn for_each_gives_one_verdict_for_each_element() {
    let policy = r#"
resource_policy "aws_x" "each" {
  enforce {
    for_each      = attrs.rule
    condition     = each.value.open != true
    error_message = "Rule ${each.key} is open."
  }
}"#;
    let main = "resource \"aws_x\" \"x\" {\n  rule {\n    open = true\n  }\n  rule {\n  }\n  rule {\n    open = true\n  }\n}\n";
    let report = judge(policy, &[("main.tf", main)]);
    assert_eq!(told(&report), "main.tf:3 \"true\" (rule[0].open)\nmain.tf:8 \"true\" (rule[2].open)");
    assert_eq!(report.findings[1].message, "Rule 2 is open.");
}

#[test]
fn an_element_that_came_through_a_variable_is_at_its_attribute() {
    let policy = r#"
resource_policy "aws_x" "list" {
  enforce { condition = alltrue([for cidr in attrs.cidrs : cidr != "0.0.0.0/0"]) }
}"#;
    let main = "variable \"cidrs\" {}\nresource \"aws_x\" \"x\" {\n  cidrs = var.cidrs\n}\n";
    expect(
        policy,
        &[("main.tf", main), ("terraform.tfvars", "cidrs = [\n  \"10.0.0.0/8\",\n  \"0.0.0.0/0\",\n]\n")],
        r#"
main.tf:3 "var.cidrs" (cidrs[1])
  value of variable `cidrs`: terraform.tfvars:3 "\"0.0.0.0/0\"""#,
    );
}

#[test]
fn a_statement_is_a_block_of_its_own() {
    let policy = r#"
resource_policy "aws_iam_policy" "admin" {
  enforce {
    for_each  = iam_policy(attrs.policy).statements
    condition = !contains(each.value.actions, "*")
  }
}"#;
    let document = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"s3:Get*\"]\n    resources = [\"*\"]\n  }\n  statement {\n    actions   = [\"*\"]\n    resources = [\"*\"]\n  }\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n";
    expect(policy, &[("main.tf", document)], r#"main.tf:7 "[\"*\"]" (policy[1].actions)"#);
    let encoded = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    Statement = [{\n      Effect = \"Allow\"\n      Action = \"*\"\n      Resource = \"*\"\n    }]\n  })\n}\n";
    expect(policy, &[("main.tf", encoded)], r#"main.tf:5 "\"*\"" (policy[0].actions)"#);
}

#[test]
fn a_statement_that_is_not_known_is_no_empty_statement() {
    let policy = r#"
resource_policy "aws_iam_policy" "scoped" {
  enforce {
    for_each  = iam_policy(attrs.policy).statements
    condition = length(each.value.resources) > 0 && !contains(each.value.resources, "*")
  }
}"#;
    let resource = "resource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n";
    let document = "variable \"grants\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"s3:Get*\"]\n    resources = [\"*\"]\n  }\n  dynamic \"statement\" {\n    for_each = var.grants\n    content {\n      actions   = [statement.value]\n      resources = [\"arn:aws:s3:::logs\"]\n    }\n  }\n}\n";
    expect(
        policy,
        &[("main.tf", &format!("{document}{resource}"))],
        r#"
main.tf:5 "[\"*\"]" (policy[0].resources)
? main.tf:15 "resource \"aws_iam_policy\" \"p\"" because `var.grants` has no value"#,
    );
    let encoded = "variable \"grant\" {}\nresource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    Statement = [var.grant, { Action = \"*\", Resource = \"*\" }]\n  })\n}\n";
    expect(
        policy,
        &[("main.tf", encoded)],
        r#"
main.tf:4 "\"*\"" (policy[1].resources)
? main.tf:4 "var.grant" because `var.grant` has no value"#,
    );
}

#[test]
fn an_unknown_value_names_the_input_that_is_missing() {
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    expect(ACL, &[("main.tf", main)], r#"? main.tf:3 "var.acl" because `var.acl` has no value"#);
}

#[test]
fn a_sibling_is_found_by_the_reference_to_it() {
    let policy = r#"
resource_policy "aws_s3_bucket" "blocked" {
  enforce {
    condition = anytrue([for block in referrers("aws_s3_bucket_public_access_block") : block.block_public_acls == true])
  }
}"#;
    let bucket = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"logs\"\n}\n";
    let block = "resource \"aws_s3_bucket_public_access_block\" \"b\" {\n  bucket = aws_s3_bucket.b.id\n  block_public_acls = true\n}\n";
    expect(policy, &[("main.tf", &format!("{bucket}{block}"))], "");
    expect(policy, &[("main.tf", bucket)], r#"main.tf:1 "resource \"aws_s3_bucket\" \"b\"" ()"#);
}

#[test]
fn a_container_is_judged_with_its_pod() {
    let policy = r#"
resource_policy "container" "root" {
  locals {
    own = attrs.securityContext.runAsNonRoot
    pod = owner.attrs.securityContext.runAsNonRoot
  }
  enforce { condition = local.own == true || local.own == null && local.pod == true }
}"#;
    let pod = |pod: &str, own: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n{pod}  containers:\n    - name: app\n      image: a\n{own}"
        )
    };
    let root = pod("  securityContext:\n    runAsNonRoot: false\n", "");
    expect(policy, &[("pod.yaml", &root)], r#"pod.yaml:7 "false" (securityContext.runAsNonRoot)"#);
    let own = pod("", "      securityContext:\n        runAsNonRoot: false\n");
    expect(policy, &[("pod.yaml", &own)], r#"pod.yaml:10 "false" (securityContext.runAsNonRoot)"#);
    let sound = pod("  securityContext:\n    runAsNonRoot: true\n", "");
    expect(policy, &[("pod.yaml", &sound)], "");
}

#[test]
fn a_value_in_a_policy_in_a_heredoc_has_its_own_place() {
    let policy = r#"
resource_policy "aws_iam_policy" "admin" {
  enforce {
    for_each  = iam_policy(attrs.policy).statements
    condition = !contains(each.value.actions, "*")
  }
}"#;
    let main = r#"resource "aws_iam_policy" "p" {
  policy = <<-EOT
    {
      "Statement": [
        { "Effect": "Allow", "Action": "s3:Get*", "Resource": "${aws_s3_bucket.b.arn}" },
        {
          "Effect": "Allow",
          "Action": "*"
        }
      ]
    }
  EOT
}
resource "aws_s3_bucket" "b" {}
"#;
    let report = judge(policy, &[("main.tf", main)]);
    let source = report.sources.get(report.findings[0].place.source);
    let (start, end) = source.places(report.findings[0].place);
    assert_eq!((start.line, start.column, end.line, end.column), (8, 21, 8, 24), "{}", told(&report));
}

#[test]
fn one_cause_in_a_base_lists_the_overlays_that_take_it_up() {
    let policy = r#"
resource_policy "container" "privileged" {
  enforce { condition = attrs.securityContext.privileged != true }
}"#;
    let base = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: app\n      securityContext:\n        privileged: true\n";
    let files = [
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", base),
        ("one/kustomization.yaml", "resources: [../base]\n"),
        ("two/kustomization.yaml", "resources: [../base]\n"),
    ];
    let report = judge(policy, &files);
    assert_eq!(told(&report), r#"base/pod.yaml:9 "true" (securityContext.privileged)"#);
    assert_eq!(report.findings[0].unit, "one");
    assert_eq!(report.findings[0].also, ["Pod/p/container/app in two"]);
}

/// A policy on pods that cannot hold, pointing at something.
fn pointing(locals: &str, at: &str) -> String {
    format!(
        "resource_policy \"pod\" \"x\" {{\n  locals {{\n    {locals}\n  }}\n  enforce {{\n    condition = attrs.containers == null\n    at        = {at}\n  }}\n}}"
    )
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: a\nspec:\n  securityContext:\n    runAsUser: 0\n  containers:\n    - name: app\n      image: app:latest\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: s\n  namespace: a\nautomountServiceAccountToken: true\n";

#[track_caller]
fn points(locals: &str, at: &str, expected: &str) {
    expect(&pointing(locals, at), &[("pod.yaml", POD)], expected);
}

#[test]
fn a_choice_points_to_what_it_chose_or_where_that_should_be() {
    let chosen = r#"pod.yaml:8 "0" (securityContext.runAsUser)"#;
    points("", "attrs.hostPID == true ? attrs.hostPID : attrs.securityContext.runAsUser", chosen);
    let lacking = r#"pod.yaml:7 "securityContext" (securityContext.runAsGroup)"#;
    points("", "attrs.hostPID == true ? attrs.hostPID : attrs.securityContext.runAsGroup", lacking);
    points("c = attrs.hostPID == true ? attrs : attrs.securityContext", "local.c.runAsUser", chosen);
}

#[test]
fn what_was_tried_points_to_the_value_inside() {
    let made = "list = [for container in attrs.containers : container if container.image != null]";
    let image = r#"pod.yaml:11 "app:latest" (containers[0].image)"#;
    points(made, "try(local.list[0].image, attrs.securityContext)", image);
    points(made, "local.list[0].image", image);
    // What is tried first counts, though it is computed, and only what follows is a plain reading.
    let computed = r#"pod.yaml:11 "app:latest" ()"#;
    points("", "try(one([for container in attrs.containers : container.image]), attrs.securityContext)", computed);
    points("", "try(attrs.hostPID, attrs.securityContext)", r#"pod.yaml:7 "securityContext" (securityContext)"#);
}

#[test]
fn what_is_in_a_built_object_keeps_its_place() {
    let policy = |at: &str| {
        format!(
            "resource_policy \"pod\" \"x\" {{\n  enforce {{\n    for_each  = [for key, value in attrs.securityContext : {{ key = key, value = value }}]\n    condition = each.value.value != 0\n    {at}\n  }}\n}}"
        )
    };
    let expected = r#"pod.yaml:8 "0" (securityContext.runAsUser)"#;
    expect(&policy(""), &[("pod.yaml", POD)], expected);
    expect(&policy("at = each.value.value"), &[("pod.yaml", POD)], expected);
}

#[test]
fn a_text_points_to_what_it_was_made_of() {
    for text in ["${container.image}", "${container.image}-x"] {
        let policy = format!(
            "resource_policy \"pod\" \"x\" {{\n  enforce {{ condition = alltrue([for container in attrs.containers : !regex_match(\"{text}\", \":latest\")]) }}\n}}"
        );
        expect(&policy, &[("pod.yaml", POD)], r#"pod.yaml:11 "app:latest" (containers[0].image)"#);
    }
}

#[test]
fn a_policy_may_point_into_another_resource() {
    let account = "account = in_namespace(\"ServiceAccount\", \"s\")[0]";
    points(account, "local.account.automountServiceAccountToken", r#"pod.yaml:18 "true" ()"#);
    points("", "in_namespace(\"ServiceAccount\")[0].metadata.name", r#"pod.yaml:16 "s" ()"#);
    points(account, "local.account.metadata.labels", r#"pod.yaml:15 "metadata" ()"#);
    // What it does not point at stays in the block that is judged.
    let policy = "resource_policy \"pod\" \"x\" {\n  enforce { condition = in_namespace(\"ServiceAccount\", \"s\")[0].automountServiceAccountToken != true }\n}";
    expect(policy, &[("pod.yaml", POD)], r#"pod.yaml:6 "spec" ()"#);
}

#[test]
fn the_element_that_decides_is_found_wherever_the_list_is_made() {
    let files: &[(&str, &str)] = &[(
        "main.tf",
        "resource \"aws_example\" \"x\" {\n  part { on = true }\n  part { on = false }\n  open = true\n}\n",
    )];
    let policy = |locals: &str, condition: &str| {
        format!(
            "resource_policy \"aws_example\" \"x\" {{\n  locals {{\n{locals}\n  }}\n  enforce {{ condition = {condition} }}\n}}"
        )
    };
    let second = r#"main.tf:3 "false" (part[1].on)"#;
    expect(&policy("", "alltrue([for part in attrs.part : part.on])"), files, second);
    expect(&policy("all = [for part in attrs.part : part.on]", "alltrue(local.all)"), files, second);
    expect(&policy("", "alltrue(concat([true], [for part in attrs.part : part.on]))"), files, second);
    expect(&policy("", "alltrue([attrs.open, attrs.part[1].on])"), files, second);
    expect(
        &policy("all = [attrs.open, attrs.part[1].on]", "alltrue([for each_one in local.all : each_one])"),
        files,
        second,
    );
}

#[test]
fn an_inconclusive_verdict_stands_at_the_element_that_is_not_known() {
    let file =
        "variable \"later\" {}\nresource \"aws_example\" \"x\" {\n  part { on = true }\n  part { on = var.later }\n}\n";
    let policy = |condition: &str| {
        format!("resource_policy \"aws_example\" \"x\" {{\n  enforce {{ condition = {condition} }}\n}}")
    };
    let expected = r#"? main.tf:4 "var.later" because `var.later` has no value"#;
    for condition in [
        "alltrue([for part in attrs.part : part.on])",
        "length([for part in attrs.part : part if !part.on]) == 0",
        "alltrue(attrs.part[*].on)",
        "length(attrs.part) > 1 && attrs.part[1].on",
        "(attrs.part[1].on ? \"a\" : \"b\") == \"a\"",
    ] {
        expect(&policy(condition), &[("main.tf", file)], expected);
    }
}

#[test]
fn a_misspelt_argument_is_a_label_of_what_it_hides() {
    expect(
        "resource_policy \"aws_ebs_volume\" \"encrypted\" {\n  enforce { condition = attrs.encrypted == true }\n}",
        &[(
            "main.tf",
            "resource \"aws_ebs_volume\" \"v\" {\n  availability_zone = \"a\"\n  size = 8\n  encyrpted = true\n}\n",
        )],
        "main.tf:1 \"resource \\\"aws_ebs_volume\\\" \\\"v\\\"\" (encrypted)\n  \
         `aws_ebs_volume` has no argument `encyrpted` here; did you mean `encrypted`?: main.tf:4 \"encyrpted\"",
    );
}

#[test]
fn a_field_on_another_level_is_a_label_of_what_it_hides() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: a\n    readOnlyRootFilesystem: true\n";
    expect(
        "resource_policy \"container\" \"read_only\" {\n  enforce { condition = attrs.securityContext.readOnlyRootFilesystem == true }\n}",
        &[("pod.yaml", pod)],
        "pod.yaml:7 \"name\" (securityContext.readOnlyRootFilesystem)\n  \
         Pod has no field `spec.containers.readOnlyRootFilesystem`; it belongs in `securityContext`: pod.yaml:9 \"true\"",
    );
}
