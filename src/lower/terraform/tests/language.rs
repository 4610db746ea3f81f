//! What is new in the language since Terraform 1.12 and OpenTofu 1.9, and what both refuse whatever the values are.

use super::Project;
use crate::lower::terraform::{Assignment, Variables};
use crate::source::{Level, Status};

/// Everything that is reported, at any level.
fn told(project: &Project) -> Vec<String> {
    [Level::Error, Level::Warning, Level::Note].into_iter().flat_map(|level| project.problems(level)).collect()
}

fn one(text: &str) -> Project {
    Project::new(&[("main.tf", text)])
}

#[test]
fn a_source_may_be_an_expression_and_what_it_leads_to_is_called() {
    let files = [
        (
            "main.tf",
            "variable \"env\" {\n  default = \"dev\"\n}\nlocals {\n  base = \"./mods\"\n}\nmodule \"m\" {\n  source = \"${local.base}/${var.env}\"\n}\n",
        ),
        ("mods/dev/main.tf", "resource \"x_y\" \"dev\" {}\n"),
        (
            "mods/prod/main.tf",
            "resource \"x_y\" \"prod\" {}\nmodule \"n\" {\n  source = format(\"./%s\", \"inner\")\n}\n",
        ),
        ("mods/prod/inner/main.tf", "resource \"x_y\" \"inner\" {}\n"),
    ];
    let project = Project::new(&files);
    assert_eq!(told(&project), [""; 0]);
    assert_eq!(project.addresses(), ["module.m.x_y.dev", "module.n.x_y.inner", "x_y.prod"]);
    let value = Assignment::Value { name: "env".into(), text: "prod".into() };
    let project = Project::with(&files, Variables { command_line: vec![value], ..Variables::default() });
    assert_eq!(project.addresses(), ["module.m.module.n.x_y.inner", "module.m.x_y.prod", "x_y.dev"]);
}

#[test]
fn a_source_that_is_not_known_is_unseen() {
    let project = one(
        "variable \"v\" {}\nmodule \"m\" {\n  source = \"./${var.v}\"\n}\nresource \"x_y\" \"z\" {\n  a = module.m.out\n}\n",
    );
    assert_eq!(told(&project), ["main.tf:3 The source of module `m` is not known: `var.v` has no value."]);
    assert!(project.value("x_y.z", "a").is_unknown());
    assert_eq!(project.status("main.tf"), Status::Evaluated);
}

#[test]
fn what_is_not_enabled_is_null() {
    let project = Project::new(&[
        (
            "main.tofu",
            "variable \"on\" {\n  default = \"false\"\n}\nresource \"x_y\" \"a\" {\n  lifecycle {\n    enabled = var.on\n  }\n}\nmodule \"m\" {\n  source = \"./m\"\n  lifecycle {\n    enabled = var.on\n  }\n}\nresource \"x_y\" \"b\" {\n  null = x_y.a == null && module.m == null\n  many = length(x_y.a[*])\n  or = try(x_y.a.name, \"none\")\n}\n",
        ),
        ("m/main.tofu", "resource \"x_y\" \"inner\" {}\n"),
    ]);
    assert_eq!(told(&project), [""; 0]);
    assert_eq!(project.addresses(), ["x_y.b"]);
    assert_eq!(["null", "many", "or"].map(|path| project.text("x_y.b", path)), ["true", "0", "none"]);
}

#[test]
fn what_may_be_enabled_may_exist() {
    let project = one(
        "variable \"on\" {}\nresource \"x_y\" \"a\" {\n  name = \"n\"\n  lifecycle {\n    enabled = var.on\n  }\n}\nresource \"x_y\" \"b\" {\n  is = x_y.a == null\n}\n",
    );
    assert!(project.resource("x_y.a").doubt.as_ref().is_some_and(|doubt| doubt.conditional));
    assert!(project.value("x_y.b", "is").is_unknown());
}

#[test]
fn words_of_the_language_are_no_references() {
    let project = one(
        "action \"x_ping\" \"p\" {\n  for_each = toset([\"a\"])\n  config {\n    message = \"hi ${each.key}\"\n  }\n}\nresource \"x_y\" \"a\" {\n  provisioner \"local-exec\" {\n    when = destroy\n    on_failure = continue\n    command = \"true\"\n  }\n  lifecycle {\n    action_trigger {\n      events = [before_create, after_update]\n      actions = [action.x_ping.p[\"a\"]]\n    }\n  }\n}\noutput \"o\" {\n  type = set(string)\n  value = [\"b\", \"a\", \"b\"]\n}\nterraform {\n  encryption {\n    key_provider \"pbkdf2\" \"k\" {\n      passphrase = \"correct-horse-battery\"\n    }\n    method \"aes_gcm\" \"m\" {\n      keys = key_provider.pbkdf2.k\n    }\n  }\n}\n",
    );
    assert_eq!(told(&project), [""; 0]);
    assert_eq!(project.output("o"), "[a, b]");
    assert_eq!(project.text("action.x_ping.p[\"a\"]", "config.0.message"), "hi a");
}

#[test]
fn a_provider_may_be_configured_several_times() {
    let project = Project::new(&[
        (
            "main.tofu",
            "provider \"aws\" {\n  alias = \"by\"\n  for_each = toset([\"eu\", \"us\"])\n  default_tags {\n    tags = { zone = each.key }\n  }\n}\nresource \"aws_x\" \"a\" {\n  for_each = toset([\"eu\", \"us\"])\n  provider = aws.by[each.key]\n}\nmodule \"m\" {\n  source = \"./m\"\n  providers = { aws = aws.by[\"us\"] }\n}\n",
        ),
        ("m/main.tofu", "resource \"aws_x\" \"b\" {}\n"),
    ]);
    assert_eq!(told(&project), [""; 0]);
    assert_eq!(project.text("aws_x.a[\"eu\"]", "tags_all.zone"), "eu");
    assert_eq!(project.text("module.m.aws_x.b", "tags_all.zone"), "us");
}

#[test]
fn an_ephemeral_value_is_null_where_it_is_asked_to_be() {
    let project = one(
        "variable \"t\" {\n  ephemeral = true\n  default = \"x\"\n}\noutput \"o\" {\n  value = ephemeralasnull({ a = var.t, b = 1 })\n}\n",
    );
    assert_eq!(told(&project), [""; 0]);
    assert_eq!(project.output("o"), "{a: null, b: 1}");
    let kept =
        one("variable \"t\" {\n  ephemeral = true\n  default = 1\n}\nresource \"x_y\" \"z\" {\n  count = var.t\n}\n");
    assert_eq!(told(&kept).len(), 1);
}

/// Each row was run with Terraform 1.11.4 or 1.15.5 and OpenTofu 1.12.6, which refuse it at that line.
#[test]
fn what_both_programs_refuse_is_reported_at_its_place() {
    let validated = |condition: &str| {
        format!(
            "variable \"n\" {{\n  default = 1\n  validation {{\n    condition = {condition}\n    error_message = \"Bad.\"\n  }}\n}}\n"
        )
    };
    let rows = [
        ("import {\n  to = x_y.gone\n  id = \"a\"\n}\n".to_owned(), 2),
        ("import {\n  to = module.gone.x_y.z\n  id = \"a\"\n}\n".to_owned(), 2),
        ("import {\n  to = x_y.z\n}\nresource \"x_y\" \"z\" {}\n".to_owned(), 1),
        ("output \"o\" {}\n".to_owned(), 1),
        ("variable \"n\" {\n  type = \"list(string)\"\n}\n".to_owned(), 2),
        ("variable \"locals\" {}\n".to_owned(), 1),
        ("variable \"o\" {\n  deprecated = local.m\n}\nlocals {\n  m = \"x\"\n}\n".to_owned(), 2),
        ("terraform {\n  required_version = \"~> 0.10.8\"\n}\n".to_owned(), 2),
        (validated("var.n + 1"), 4),
        (validated("[var.n]"), 4),
        (validated("var.n == null ? null : null"), 4),
        (validated("true"), 4),
        ("check \"c\" {\n  assert {\n    condition = local.a\n  }\n}\nlocals {\n  a = true\n}\n".to_owned(), 2),
        ("removed {\n  from = x_y.z[1]\n}\n".to_owned(), 2),
        ("list \"x_y\" \"z\" {}\n".to_owned(), 1),
        ("provider \"x\" {\n  for_each = toset([])\n}\n".to_owned(), 2),
        ("provider \"x\" {\n  alias = \"a\"\n}\nresource \"x_y\" \"z\" {\n  provider = x.a[\"k\"]\n}\n".to_owned(), 5),
        ("output \"o\" {\n  value = action.x_y.z\n}\naction \"x_y\" \"z\" {}\n".to_owned(), 2),
        ("output \"o\" {\n  value = terraform_data.d.nope\n}\nresource \"terraform_data\" \"d\" {}\n".to_owned(), 4),
    ];
    for (text, line) in rows {
        let project = one(&text);
        let place = format!("main.tf:{line} ");
        assert!(told(&project).iter().any(|problem| problem.starts_with(&place)), "{text}{:?}", told(&project));
        assert_eq!(project.status("main.tf"), Status::Evaluated, "{text}");
    }
    let values = Project::new(&[("main.tf", "variable \"a\" {}\n"), ("terraform.tfvars", "a = 1\nlocals {\n}\n")]);
    assert!(told(&values).iter().any(|problem| problem.starts_with("terraform.tfvars:2 ")), "{:?}", told(&values));
}

/// Each row is an error of Terraform's `internal/configs` and `internal/refactoring`, which OpenTofu shares.
#[test]
fn what_the_loaders_of_both_programs_refuse_is_reported_at_its_place() {
    let rows = [
        ("terraform {\n  required_version = \"latest\"\n}\n", 2),
        ("terraform {\n  backend \"s3\" {}\n}\nterraform {\n  backend \"local\" {}\n}\n", 5),
        ("provider \"x\" {}\nprovider \"x\" {\n  alias = \"a\"\n}\nprovider \"x\" {}\n", 5),
        ("variable \"n\" {\n  nullable = false\n  default = null\n}\n", 3),
        ("resource \"x_y\" \"z\" {}\nremoved {\n  from = x_y.z\n}\n", 3),
        ("resource \"x_y\" \"z\" {\n  depends_on = [1 + 1]\n}\n", 2),
        ("resource \"x_y\" \"z\" {\n  lifecycle {\n    create_before_destroy = x_y.a.b\n  }\n}\n", 3),
    ];
    for (text, line) in rows {
        let place = format!("main.tf:{line} ");
        let told = told(&one(text));
        assert!(told.iter().any(|problem| problem.starts_with(&place)), "{text}{told:?}");
    }
    let accepted = [
        "terraform {\n  required_version = \">= 1.9.0-beta1, != v1.9.1\"\n  backend \"s3\" {}\n}\n",
        "provider \"x\" {}\nprovider \"x\" {\n  alias = \"a\"\n}\nprovider \"y\" {}\n",
        "resource \"x_y\" \"z\" {\n  depends_on = [x_y.a, \"x_y.a\"]\n}\nresource \"x_y\" \"a\" {}\nremoved {\n  from = x_y.b\n}\n",
    ];
    for text in accepted {
        assert_eq!(told(&one(text)), [""; 0], "{text}");
    }
}

#[test]
fn a_type_in_json_is_a_text() {
    let project =
        Project::new(&[("main.tf.json", "{\"variable\": {\"n\": {\"type\": \"list(string)\", \"default\": []}}}")]);
    assert_eq!(told(&project), [""; 0]);
}
