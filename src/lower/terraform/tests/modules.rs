//! Modules: instances, roots, sources.

use super::{Project, shown};
use crate::source::{Level, Status};

#[test]
fn a_called_module_is_judged_in_the_contexts_of_its_callers_only() {
    let project = Project::new(&[
        ("main.tf", "variable \"name\" {}\nresource \"x_y\" \"z\" {\n  name = var.name\n}\n"),
        ("examples/one/main.tf", "module \"it\" {\n  source = \"../..\"\n  name = \"one\"\n}\n"),
        ("examples/two/main.tf", "module \"it\" {\n  source = \"../../\"\n  name = \"two\"\n}\n"),
        ("other/main.tf", "resource \"x_y\" \"alone\" {}\n"),
    ]);
    assert_eq!(project.addresses(), ["module.it.x_y.z", "module.it.x_y.z", "x_y.alone"]);
    let roots: Vec<&str> = project.lowered.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(roots, ["examples/one", "examples/two", "other"]);
}

#[test]
fn instances_have_the_addresses_that_terraform_prints() {
    let project = Project::new(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  for_each = { \"a b\" = 1, q = 2 }\n  n = each.value\n}\noutput \"o\" {\n  value = module.m[\"q\"].n\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"n\" {}\nresource \"x_y\" \"z\" {\n  count = var.n\n  at = count.index\n}\noutput \"n\" {\n  value = var.n\n}\n",
        ),
    ]);
    let expected = ["module.m[\"a b\"].x_y.z[0]", "module.m[\"q\"].x_y.z[0]", "module.m[\"q\"].x_y.z[1]"];
    assert_eq!(project.addresses(), expected);
    assert_eq!(project.text("module.m[\"q\"].x_y.z[1]", "at"), "1");
    assert_eq!(project.output("o"), "2");
}

#[test]
fn a_module_that_is_not_on_disk_is_one_named_unknown() {
    let project = Project::new(&[(
        "main.tf",
        "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nresource \"x_y\" \"z\" {\n  vpc = module.vpc.vpc_id\n  also = module.vpc.vpc_id\n}\n",
    )]);
    assert_eq!(project.text("x_y.z", "vpc"), "?the source of `module.vpc` is not on disk");
    let symbols = ["vpc", "also"].map(|name| project.value("x_y.z", name).as_unknown().and_then(|u| u.symbol.clone()));
    assert!(symbols[0].is_some() && symbols[0] == symbols[1]);
    assert_eq!(project.problems(Level::Warning).len(), 1);
    assert_eq!(project.status("main.tf"), Status::Evaluated);
}

#[test]
fn installed_modules_are_found_by_the_manifest() {
    let project = Project::new(&[
        ("main.tf", "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n"),
        (
            ".terraform/modules/modules.json",
            "{\"Modules\": [{\"Key\": \"vpc\", \"Source\": \"x\", \"Dir\": \".terraform/modules/vpc\"}, {\"Key\": \"vpc.in\", \"Source\": \"y\", \"Dir\": \"elsewhere\"}]}",
        ),
        (".terraform/modules/vpc/main.tf", "resource \"x_y\" \"z\" {}\nmodule \"in\" {\n  source = \"a/b/c\"\n}\n"),
        ("elsewhere/main.tf", "resource \"x_y\" \"deep\" {}\n"),
    ]);
    assert!(project.addresses().contains(&"module.vpc.x_y.z"));
    assert!(project.addresses().contains(&"module.vpc.module.in.x_y.deep"));
    assert!(!project.resource("module.vpc.x_y.z").call.as_ref().expect("a call").committed);
}

#[test]
fn modules_that_call_each_other_stop() {
    let project = Project::new(&[
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\nresource \"x_y\" \"a\" {}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\nresource \"x_y\" \"b\" {}\n"),
    ]);
    assert_eq!(project.addresses(), ["module.b.x_y.b", "x_y.a"]);
    assert_eq!(project.problems(Level::Error), ["b/main.tf:2 Module `a` calls itself through `../a`."]);
}

#[test]
fn an_unknown_for_each_is_one_symbolic_instance() {
    let project = Project::new(&[
        (
            "main.tf",
            "variable \"all\" {}\nmodule \"m\" {\n  source = \"./m\"\n  for_each = var.all\n  n = each.value\n}\n",
        ),
        ("m/main.tf", "variable \"n\" {}\nresource \"x_y\" \"z\" {\n  n = var.n\n  bad = \"known\"\n}\n"),
    ]);
    assert_eq!(project.text("module.m[*].x_y.z", "n"), "?`var.all` has no value");
    assert_eq!(project.text("module.m[*].x_y.z", "bad"), "known");
}

#[test]
fn an_undecided_choice_of_counts_gives_the_instances_that_may_be() {
    let project = Project::new(&[(
        "main.tf",
        "variable \"on\" {}\nresource \"x_y\" \"z\" {\n  count = var.on ? 1 : 0\n}\nresource \"x_y\" \"user\" {\n  of = x_y.z[0].id\n  all = x_y.z[*].id\n}\n",
    )]);
    assert_eq!(project.addresses(), ["x_y.user", "x_y.z[0]"]);
    let of = project.value("x_y.user", "of").as_unknown().expect("unknown").symbol.clone();
    assert_eq!(of, project.value("x_y.z[0]", "id").as_unknown().expect("unknown").symbol);
    assert_eq!(shown(project.value("x_y.user", "all")), "?`var.on` has no value");
}

#[test]
fn default_tags_come_from_the_provider_that_the_call_passes() {
    let project = Project::new(&[
        (
            "main.tf",
            "provider \"aws\" {\n  default_tags {\n    tags = { team = \"a\" }\n  }\n}\nprovider \"aws\" {\n  alias = \"west\"\n  default_tags {\n    tags = { team = \"w\", env = \"x\" }\n  }\n}\nmodule \"m\" {\n  source = \"./m\"\n  providers = { aws = aws.west }\n}\nresource \"aws_vpc\" \"own\" {}\n",
        ),
        ("m/main.tf", "resource \"aws_vpc\" \"v\" {\n  tags = { env = \"y\" }\n}\n"),
    ]);
    assert_eq!(project.text("module.m.aws_vpc.v", "tags_all"), "{env: y, team: w}");
    assert_eq!(project.text("aws_vpc.own", "tags_all"), "{team: a}");
}
