//! What a reference gives though something is wrong or unusual about what it refers to.

use super::Project;
use crate::source::Level;

#[test]
fn the_id_of_a_resource_that_nothing_declares_is_not_null() {
    let project = Project::new(&[(
        "main.tf",
        "locals {\n  key = aws_kms_key.gone\n}\noutput \"id\" {\n  value = aws_x.nope.id != null\n}\noutput \"arn\" {\n  value = local.key.arn != null && aws_kms_key.more[0].arn != \"\"\n}\noutput \"other\" {\n  value = aws_x.nope.name != null\n}\noutput \"local\" {\n  value = local.nope.id != null\n}\n",
    )]);
    assert_eq!(project.output("id"), "true");
    assert_eq!(project.output("arn"), "true");
    assert!(project.output("other").contains("`aws_x.nope` is not declared"));
    assert!(project.output("local").contains("`local.nope` is not declared"));
    assert!(project.problems(Level::Error).is_empty(), "{:?}", project.problems(Level::Error));
}

#[test]
fn a_template_file_is_a_function_of_its_arguments() {
    let project = Project::new(&[
        (
            "main.tf",
            "variable \"who\" {}\ndata \"template_file\" \"t\" {\n  template = file(\"t.sh\")\n  vars = {\n    name = \"web\"\n    port = 80\n  }\n}\ndata \"template_file\" \"open\" {\n  template = \"hello $${name}\"\n  vars = { name = var.who }\n}\ndata \"template_file\" \"wrong\" {\n  template = \"$${nobody}\"\n}\ndata \"template_file\" \"many\" {\n  count    = 2\n  template = \"n\"\n}\nresource \"aws_instance\" \"i\" {\n  user_data = data.template_file.t.rendered\n}\nresource \"aws_instance\" \"open\" {\n  user_data = data.template_file.open.rendered\n}\nresource \"aws_instance\" \"wrong\" {\n  user_data = data.template_file.wrong.rendered\n}\noutput \"many\" {\n  value = join(\",\", data.template_file.many[*].rendered)\n}\n",
        ),
        ("t.sh", "#!/bin/sh\nrun ${name} ${port}\n"),
    ]);
    assert_eq!(project.text("aws_instance.i", "user_data"), "#!/bin/sh\nrun web 80\n");
    assert_eq!(project.text("aws_instance.open", "user_data"), "?`var.who` has no value");
    assert!(project.text("aws_instance.wrong", "user_data").starts_with('?'));
    assert_eq!(project.output("many"), "n,n");
    let way = project.way(project.value("aws_instance.i", "user_data"));
    assert_eq!(way[0], "main.tf:21");
    assert!(way.iter().any(|hop| hop.contains("attribute `data.template_file.t.rendered`")), "{way:?}");
}

#[test]
fn what_a_provider_computes_has_its_type_and_stays_in_nested_lists() {
    let project = Project::new(&[(
        "main.tf",
        "resource \"aws_security_group\" \"g\" {}\nresource \"aws_route53_zone\" \"z\" {}\nresource \"aws_lb\" \"l\" {\n  security_groups = flatten([for a in [1] : [for b in [1] : aws_security_group.g.name]])\n}\noutput \"length\" {\n  value = length(flatten([[aws_security_group.g.name, aws_security_group.g.owner_id], [\"x\"]]))\n}\noutput \"servers\" {\n  value = length(flatten([[aws_route53_zone.z.name_servers], [\"x\"]])) > 0\n}\n",
    )]);
    let group = project.value("aws_lb.l", "security_groups.0").as_unknown().and_then(|unknown| unknown.referenced());
    assert_eq!(group.map(ToString::to_string).as_deref(), Some("aws_security_group.g.name"));
    assert_eq!(project.output("length"), "3");
    assert!(project.output("servers").starts_with('?'), "a list in it is not known");
}
