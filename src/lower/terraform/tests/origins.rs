//! Where values come from.

use super::{Project, value};
use crate::lower::terraform::{Assignment, Variables};

const NESTED: [(&str, &str); 4] = [
    ("main.tf", "variable \"acl\" {}\nmodule \"a\" {\n  source = \"./a\"\n  acl    = var.acl\n}\n"),
    (
        "a/main.tf",
        "variable \"acl\" {}\nmodule \"b\" {\n  source = \"./b\"\n  acl    = local.acl\n}\nlocals {\n  acl = var.acl\n}\n",
    ),
    ("a/b/main.tf", "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"x\" {\n  acl = var.acl\n}\n"),
    ("terraform.tfvars", "# values\nacl = \"public-read\"\n"),
];

#[test]
fn a_value_three_calls_deep_shows_the_tfvars_line() {
    let project = Project::new(&NESTED);
    let acl = project.value("module.a.module.b.aws_s3_bucket.x", "acl");
    assert_eq!(acl.as_str(), Some("public-read"));
    let way = [
        "a/b/main.tf:3",
        "a/main.tf:4 argument `acl` of module `b`",
        "a/main.tf:7 local `acl`",
        "main.tf:4 argument `acl` of module `a`",
        "terraform.tfvars:2 value of variable `acl`",
    ];
    assert_eq!(project.way(acl), way);
    let call = project.resource("module.a.module.b.aws_s3_bucket.x").call.as_ref().expect("a call");
    assert_eq!((call.address.as_str(), project.place(call.header)), ("module.a.module.b", "a/main.tf:2".into()));
    assert_eq!(call.outer.as_ref().expect("an outer call").address, "module.a");
}

#[test]
fn the_command_line_wins_and_is_named() {
    let variables = Variables { command_line: vec![value("acl", "private")], ..Variables::default() };
    let project = Project::with(&NESTED, variables);
    let acl = project.value("module.a.module.b.aws_s3_bucket.x", "acl");
    assert_eq!(acl.as_str(), Some("private"));
    assert_eq!(project.way(acl).last().map(String::as_str), Some("--var acl:1 value of variable `acl`"));
}

#[test]
fn an_unknown_variable_is_missed_at_its_declaration() {
    let project = Project::new(&NESTED[..3]);
    let acl = project.value("module.a.module.b.aws_s3_bucket.x", "acl");
    let cause = &acl.as_unknown().expect("unknown").causes[0];
    assert_eq!(
        (cause.why.to_string(), project.place(cause.span)),
        ("`var.acl` has no value".into(), "main.tf:1".into())
    );
}

#[test]
fn elements_keep_their_own_places() {
    let project = Project::new(&[(
        "main.tf",
        "variable \"rules\" {\n  default = [\n    { port = 22 },\n    { port = 80 },\n  ]\n}\nresource \"x_y\" \"z\" {\n  dynamic \"rule\" {\n    for_each = var.rules\n    content {\n      port = rule.value.port\n    }\n  }\n}\n",
    )]);
    let port = project.value("x_y.z", "rule.1.port");
    assert_eq!(project.way(port)[0], "main.tf:11");
    assert_eq!(project.place(port.origin.written()), "main.tf:4");
}

#[test]
fn an_attribute_of_another_resource_is_a_hop() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"logs\"\n}\nresource \"aws_s3_bucket_policy\" \"p\" {\n  bucket = aws_s3_bucket.a.bucket\n}\n",
    )]);
    let bucket = project.value("aws_s3_bucket_policy.p", "bucket");
    assert_eq!(bucket.as_str(), Some("logs"));
    assert_eq!(project.way(bucket), ["main.tf:5", "main.tf:2 attribute `aws_s3_bucket.a.bucket`"]);
}

#[test]
fn named_files_of_variables_count_in_their_order() {
    let files = [
        ("main.tf", "variable \"x\" {}\nresource \"t_t\" \"t\" {\n  x = var.x\n}\n"),
        ("a.tfvars", "x = 1\n"),
        ("b.tfvars", "x = 2\n"),
    ];
    let order = |names: [&str; 2]| names.map(|name| Assignment::File(name.into())).to_vec();
    for (names, expected) in [(["a.tfvars", "b.tfvars"], "2"), (["b.tfvars", "a.tfvars"], "1")] {
        let project = Project::with(&files, Variables { command_line: order(names), ..Variables::default() });
        assert_eq!(project.text("t_t.t", "x"), expected);
    }
}

#[test]
fn paths_of_the_command_line_begin_where_it_was_typed() {
    let typed = Variables { command_line: vec![Assignment::File("../prod.tfvars".into())], ..Variables::default() };
    let files = [
        ("infra/main.tf", "variable \"x\" {}\nresource \"t_t\" \"t\" {\n  x = var.x\n}\n"),
        ("prod.tfvars", "x = 3\n"),
    ];
    let project = Project::with(&files, typed.from_directory("infra"));
    assert_eq!(project.text("t_t.t", "x"), "3");
}
