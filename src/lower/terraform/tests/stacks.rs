//! Terraform Stacks: which modules are deployed, and with which values.

use super::Project;
use crate::model::Value;
use crate::source::{Level, Status};

#[test]
fn a_component_is_evaluated_once_for_each_deployment() {
    let project = Project::new(&[
        (
            "store/main.tf",
            "variable \"acl\" { default = \"public-read-write\" }\nresource \"x_y\" \"r\" { acl = var.acl }\n",
        ),
        (
            "main.tfcomponent.hcl",
            "variable \"acl\" {\n  type = string\n  default = \"private\"\n}\nlocals { acl = upper(var.acl) }\n\
             component \"store\" {\n  source = \"./store\"\n  inputs = { acl = local.acl }\n}\n\
             component \"other\" {\n  source = \"./store\"\n  inputs = { acl = component.store.acl }\n}\n\
             component \"far\" {\n  source = \"acme/far/aws\"\n}\n",
        ),
        (
            "main.tfdeploy.hcl",
            "deployment \"dev\" {\n  inputs = { acl = \"public-read\" }\n}\ndeployment \"prod\" {\n  inputs = {}\n}\n",
        ),
    ]);
    let told: Vec<String> = project
        .lowered
        .resources
        .iter()
        .filter(|resource| resource.type_name == "x_y")
        .map(|resource| {
            let acl = resource.attrs.get("acl").and_then(Value::as_str).unwrap_or("?");
            format!("{}: {acl}", project.lowered.unit_path(resource.unit))
        })
        .collect();
    assert_eq!(told, ["dev/other: ?", "dev/store: PUBLIC-READ", "prod/other: ?", "prod/store: PRIVATE"]);
    assert!(
        project.lowered.ledger.iter().all(|entry| entry.status == Status::Evaluated),
        "{:?}",
        project.lowered.ledger
    );
    assert_eq!(project.problems(Level::Error), [""; 0]);
    let unseen = project.lowered.units.iter().flat_map(|unit| &unit.unseen).count();
    assert_eq!(unseen, 2, "the component of each deployment whose module is not in the tree");
}
