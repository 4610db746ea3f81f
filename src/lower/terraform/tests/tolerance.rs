//! What is wrong loses only itself.

use super::Project;
use crate::source::{Level, Status};

#[test]
fn a_cycle_loses_its_members_only() {
    let project = Project::new(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = local.a\n  c = \"fine\"\n}\nresource \"x_y\" \"z\" {\n  a = local.a\n  c = local.c\n}\n",
    )]);
    assert_eq!(project.text("x_y.z", "c"), "fine");
    assert!(project.value("x_y.z", "a").is_unknown());
    let message = "main.tf:2 `local.a` depends on itself: `local.a` needs `local.b` needs `local.a`.";
    assert_eq!(project.problems(Level::Error), [message]);
    assert_eq!(project.status("main.tf"), Status::Partial);
}

#[test]
fn a_syntax_error_loses_its_block() {
    let project =
        Project::new(&[("main.tf", "resource \"x_y\" \"a\" {\n  v = \n}\nresource \"x_y\" \"b\" {\n  v = 1\n}\n")]);
    assert!(project.addresses().contains(&"x_y.b"));
    assert_eq!(project.problems(Level::Error).len(), 1);
    assert_eq!(project.status("main.tf"), Status::Partial);
}

#[test]
fn fragments_give_resources() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = var.nowhere\n  acl = \"private\"\n  tags = { owner = local.nobody, kind = \"x\" }\n  key = module.gone.key\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n",
    )]);
    assert_eq!(project.addresses(), ["aws_s3_bucket.b", "aws_s3_bucket.b"]);
    assert_eq!(project.text("aws_s3_bucket.b", "acl"), "private");
    assert_eq!(project.text("aws_s3_bucket.b", "bucket"), "?`var.nowhere` is not declared");
    assert_eq!(project.text("aws_s3_bucket.b", "tags"), "{kind: x, owner: ?`local.nobody` is not declared}");
    assert_eq!(project.problems(Level::Error), [""; 0]);
    assert_eq!(project.status("main.tf"), Status::Evaluated);
}

#[test]
fn a_wrong_expression_loses_its_attribute() {
    let project = Project::new(&[("main.tf", "resource \"x_y\" \"z\" {\n  bad = 1 + \"a\"\n  good = 2\n}\n")]);
    assert_eq!(project.text("x_y.z", "good"), "2");
    assert!(project.value("x_y.z", "bad").is_unknown());
    assert_eq!(project.problems(Level::Error).len(), 1);
}

#[test]
fn overrides_replace_attributes_and_kinds_of_blocks() {
    let project = Project::new(&[
        (
            "main.tf",
            "resource \"x_y\" \"z\" {\n  a = 1\n  b = 1\n  rule {\n    n = 1\n  }\n  rule {\n    n = 2\n  }\n  lifecycle {\n    prevent_destroy = true\n    create_before_destroy = true\n  }\n}\n",
        ),
        (
            "z_override.tf",
            "resource \"x_y\" \"z\" {\n  b = 2\n  rule {\n    n = 3\n  }\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n",
        ),
    ]);
    let text = |path| project.text("x_y.z", path);
    assert_eq!((text("a"), text("b"), text("rule")), ("1".into(), "2".into(), "[{n: 3}]".into()));
    assert_eq!(text("lifecycle"), "[{create_before_destroy: true, prevent_destroy: false}]");
}

#[test]
fn tofu_hides_tf_and_files_of_variables_say_whether_they_count() {
    let project = Project::new(&[
        ("main.tf", "resource \"x_y\" \"tf\" {}\n"),
        ("main.tofu", "resource \"x_y\" \"tofu\" {}\n"),
        ("prod.tfvars", "a = 1\n"),
        ("terraform.tfvars", "a = 1\n"),
        ("m/x.tf", "resource \"x_y\" \"json\" {}\n"),
    ]);
    assert_eq!(project.addresses(), ["x_y.tofu", "x_y.json"]);
    let status = ["main.tf", "main.tofu", "prod.tfvars", "terraform.tfvars"].map(|file| project.status(file));
    assert_eq!(status, [Status::Skipped, Status::Evaluated, Status::Skipped, Status::Evaluated]);
}

#[test]
fn json_is_read_into_the_same_resources() {
    let json = r#"{"resource": {"x_y": {"z": {"count": 2, "n": "${count.index}", "lifecycle": {"prevent_destroy": true}}}}, "variable": {"v": {"type": "list(string)", "default": ["a"]}}, "output": {"o": {"value": "${var.v[0]}"}}}"#;
    let project = Project::new(&[("main.tf.json", json)]);
    assert_eq!(project.addresses(), ["x_y.z[0]", "x_y.z[1]"]);
    assert_eq!(project.text("x_y.z[1]", "n"), "1");
    assert_eq!(project.text("x_y.z[1]", "lifecycle"), "[{prevent_destroy: true}]");
    assert_eq!(project.output("o"), "a");
}

#[test]
#[expect(clippy::format_collect, reason = "a text of a few kilobytes")]
fn deep_chains_and_wide_calls_end() {
    let chain: String = (1..3_000).map(|n| format!("  l{n} = local.l{} + 1\n", n - 1)).collect();
    let text = format!(
        "locals {{\n  l0 = 1\n{chain}}}\nresource \"x_y\" \"z\" {{\n  v = local.l2999\n}}\nresource \"x_y\" \"many\" {{\n  count = 1000000\n}}\n"
    );
    let project = Project::new(&[("main.tf", &text)]);
    assert!(!project.problems(Level::Error).is_empty());
    assert!(project.addresses().contains(&"x_y.z"));
}

#[test]
#[expect(clippy::format_collect, reason = "a text of a few kilobytes")]
fn values_that_share_their_parts_cannot_unfold_without_end() {
    let wide: String = (1..64).map(|n| format!("  w{n} = {{ a = local.w{m}, b = local.w{m} }}\n", m = n - 1)).collect();
    let deep: String = (1..1_000).map(|n| format!("  d{n:03} = [[[[[[[[local.d{:03}]]]]]]]]\n", n - 1)).collect();
    let wide = format!("locals {{\n  w0 = [1]\n{wide}}}\n");
    let deep = format!("locals {{\n  d000 = [1]\n{deep}}}\n");
    let project = Project::new(&[("wide.tf", &wide), ("deep.tf", &deep)]);
    assert!(project.problems(Level::Error).iter().any(|problem| problem.starts_with("wide.tf")));
    assert!(project.problems(Level::Error).iter().any(|problem| problem.starts_with("deep.tf")));
}

#[test]
fn either_side_decides_alone_unless_the_configuration_asks_for_an_older_language() {
    let body = "variable \"v\" {\n  default = null\n}\nresource \"x_y\" \"z\" {\n  on = var.v != null && var.v.on\n}\n";
    let settings = "terraform {\n  required_version = \"~> 1.5, < 1.12\"\n}\n";
    let old = Project::new(&[("main.tf", body), ("versions.tf", settings)]);
    assert!(old.value("x_y.z", "on").is_unknown());
    let new = Project::new(&[("main.tf", body)]);
    assert_eq!(new.text("x_y.z", "on"), "false");
}

#[test]
fn an_error_in_a_block_that_may_not_exist_is_not_certain() {
    let project = Project::new(&[(
        "main.tf",
        "variable \"on\" {}\nvariable \"v\" {\n  default = []\n}\nresource \"x_y\" \"z\" {\n  count = var.on ? 1 : 0\n  first = var.v[0]\n}\n",
    )]);
    assert_eq!(project.problems(Level::Error), [""; 0]);
    assert_eq!(project.problems(Level::Note).len(), 1);
    assert_eq!(project.status("main.tf"), Status::Evaluated);
}

#[test]
fn a_number_for_what_is_no_list_is_told_in_the_language_of_the_configuration() {
    let project = Project::new(&[("main.tf", "locals {\n  a = { b = 1 }\n  c = local.a[0]\n}\n")]);
    let told = project.problems(Level::Error);
    assert!(told.iter().all(|problem| !problem.contains("by number")), "{told:?}");
    let project = Project::new(&[(
        "main.tf",
        "variable \"rules\" {\n  default = null\n}\nresource \"x_y\" \"z\" {\n  dynamic \"rule\" {\n    for_each = var.rules\n    content {}\n  }\n}\n",
    )]);
    let expected = "main.tf:6 `var.rules` is null. `for_each` needs a list, a set or a map.";
    assert_eq!(project.problems(Level::Error), [expected]);
}
