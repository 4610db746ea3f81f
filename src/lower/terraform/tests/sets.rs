//! Arguments and blocks that a provider calls sets: each element once, in no order. Expectations are Terraform's.

use super::Project;
use crate::model::TypeKind;
use crate::source::Level;

#[test]
fn an_element_is_there_once_where_it_is_first_written_and_each_block_has_its_place() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_instance\" \"i\" {\n  vpc_security_group_ids = [\"sg-2\", \"sg-1\", \"sg-2\"]\n  user_data_base64 = \"x\"\n}\nresource \"aws_security_group\" \"g\" {\n  ingress {\n    from_port = 443\n  }\n  ingress {\n    from_port = \"22\"\n  }\n  ingress {\n    from_port = 443\n  }\n}\nresource \"aws_lb\" \"l\" {\n  subnets = [aws_subnet.a.id, aws_subnet.a.id]\n}\nresource \"aws_subnet\" \"a\" {}\noutput \"rules\" {\n  value = length(aws_security_group.g.ingress)\n}\n",
    )]);
    assert_eq!(project.text("aws_instance.i", "vpc_security_group_ids"), "[sg-2, sg-1]");
    let second = project.value("aws_instance.i", "vpc_security_group_ids.1");
    assert_eq!(project.slice(second.origin.span), "\"sg-1\"");
    assert_eq!(
        project.text("aws_security_group.g", "ingress"),
        "[{from_port: 443}, {from_port: 22}, {from_port: 443}]"
    );
    assert_eq!(project.output("rules"), "2");
    assert_eq!(project.place(project.value("aws_security_group.g", "ingress.1").origin.span), "main.tf:9");
    // What is not known may turn out to be the same, or not.
    assert_eq!(project.value("aws_lb.l", "subnets").as_items().map(<[_]>::len), Some(2));
}

#[test]
fn who_refers_to_a_set_gets_it_in_order_and_finds_no_index() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_instance\" \"a\" {\n  vpc_security_group_ids = [\"sg-2\", \"sg-1\", \"sg-2\"]\n}\nresource \"aws_instance\" \"b\" {\n  vpc_security_group_ids = [\"sg-1\", \"sg-2\"]\n}\nresource \"aws_security_group\" \"g\" {\n  ingress {\n    from_port = 443\n  }\n}\nresource \"aws_lb\" \"l\" {\n  subnets = [aws_subnet.a.id, aws_subnet.b.id]\n}\nresource \"aws_subnet\" \"a\" {}\nresource \"aws_subnet\" \"b\" {}\nlocals {\n  ids = aws_instance.a.vpc_security_group_ids\n}\noutput \"list\" {\n  value = tolist(local.ids)\n}\noutput \"equal\" {\n  value = local.ids == aws_instance.b.vpc_security_group_ids\n}\noutput \"first\" {\n  value = local.ids[0]\n}\noutput \"rule\" {\n  value = aws_security_group.g.ingress[0].from_port\n}\noutput \"ports\" {\n  value = aws_security_group.g.ingress[*].from_port\n}\noutput \"length\" {\n  value = length(aws_lb.l.subnets)\n}\noutput \"some\" {\n  value = length(aws_lb.l.subnets) > 0 && length(aws_lb.l.subnets) < 3\n}\nresource \"x_y\" \"each\" {\n  for_each = local.ids\n}\n",
    )]);
    assert_eq!(project.output("list"), "[sg-1, sg-2]");
    assert_eq!(project.output("equal"), "true");
    assert_eq!(project.output("ports"), "[443]");
    assert!(project.output("length").starts_with('?'), "{}", project.output("length"));
    assert_eq!(project.output("some"), "true");
    let instances: Vec<_> = project.addresses().into_iter().filter(|address| address.starts_with("x_y")).collect();
    assert_eq!(instances, ["x_y.each[\"sg-1\"]", "x_y.each[\"sg-2\"]"]);
    let without_index: Vec<_> =
        project.problems(Level::Error).into_iter().filter(|problem| problem.contains("set have no index")).collect();
    let places: Vec<_> = without_index.iter().filter_map(|problem| problem.split(' ').next()).collect();
    assert_eq!(places, ["main.tf:27", "main.tf:30"], "{:?}", project.problems(Level::Error));
}

#[test]
fn what_a_schema_calls_a_list_is_one_though_a_set_is_given() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_security_group_rule\" \"r\" {\n  cidr_blocks = toset([\"10.0.2.0/24\", \"10.0.1.0/24\"])\n}\noutput \"first\" {\n  value = aws_security_group_rule.r.cidr_blocks[0]\n}\n",
    )]);
    assert_eq!(project.output("first"), "10.0.1.0/24");
}

#[test]
fn a_set_of_a_plan_is_one() {
    let state = r#"{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [
      {"address": "aws_instance.s", "mode": "managed", "type": "aws_instance", "name": "s",
       "values": {"vpc_security_group_ids": ["sg-1"], "ebs_block_device": [{"device_name": "a"}], "credit_specification": [{"cpu_credits": "x"}]}}]}}}"#;
    let project = Project::new(&[("state.json", state)]);
    let kinds = ["vpc_security_group_ids", "ebs_block_device", "credit_specification"];
    let kinds = kinds.map(|name| project.value("aws_instance.s", name).kind());
    assert_eq!(kinds, [TypeKind::Set, TypeKind::Set, TypeKind::Tuple]);
}
