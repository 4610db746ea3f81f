//! Live repositories of Terragrunt: which module is deployed, and with which values.

use super::Project;
use crate::source::{Level, Status};

const MODULE: &str = "variable \"name\" { default = \"default\" }\nvariable \"size\" { default = 1 }\n\
                      resource \"x_y\" \"r\" {\n  name = var.name\n  size = var.size\n}\n";

/// The attributes of all resources, by unit.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let project = Project::new(files);
    let told = project.lowered.resources.iter().filter(|resource| resource.type_name == "x_y").map(|resource| {
        let of = |name: &str| match resource.attrs.get(name) {
            Some(value) if value.is_unknown() => "?".to_owned(),
            Some(value) => value.as_str().map_or_else(
                || if let crate::model::Data::Number(number) = &value.data { number.to_string() } else { "-".into() },
                str::to_owned,
            ),
            None => "-".to_owned(),
        };
        format!("{}: {} {}", project.lowered.unit_path(resource.unit), of("name"), of("size"))
    });
    told.collect()
}

#[test]
fn a_module_is_evaluated_as_each_unit_deploys_it() {
    let files = [
        ("modules/app/main.tf", MODULE),
        (
            "live/root.hcl",
            "locals {\n  region = \"eu\"\n}\ninputs = {\n  name = \"${local.region}-${path_relative_to_include()}\"\n  size = 2\n}\n",
        ),
        (
            "live/prod/app/terragrunt.hcl",
            "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform {\n  source = \"../../../modules//app\"\n}\n\
             inputs = {\n  size = 3\n}\n",
        ),
        (
            "live/dev/app/terragrunt.hcl",
            "include \"root\" {\n  path   = find_in_parent_folders(\"root.hcl\")\n  expose = true\n}\nterraform {\n  \
             source = \"${get_repo_root()}/modules/app\"\n}\ninputs = {\n  name = basename(get_terragrunt_dir())\n  \
             size = length(include.root.locals.region)\n}\n",
        ),
    ];
    assert_eq!(told(&files), ["live/dev/app: app 2", "live/prod/app: eu-prod/app 3"]);
    let project = Project::new(&files);
    assert!(
        project.lowered.ledger.iter().all(|entry| entry.status == Status::Evaluated),
        "{:?}",
        project.lowered.ledger
    );
}

#[test]
fn what_only_a_run_knows_is_unknown() {
    let files = [
        ("m/main.tf", MODULE),
        (
            "a/terragrunt.hcl",
            "terraform {\n  source = \"../m\"\n}\ndependency \"vpc\" {\n  config_path = \"../vpc\"\n  mock_outputs = { id = \"mock\" }\n}\n\
             inputs = {\n  name = dependency.vpc.outputs.id\n  size = get_env(\"SIZE\", 7)\n}\n",
        ),
        (
            "b/terragrunt.hcl",
            "terraform {\n  source = \"../m\"\n}\ndependency \"vpc\" {\n  config_path = \"../vpc\"\n  skip_outputs = true\n  \
             mock_outputs = { id = \"mock\" }\n}\ninputs = {\n  name = dependency.vpc.outputs.id\n}\n",
        ),
        (
            "c/terragrunt.hcl",
            "terraform {\n  source = \"../m\"\n}\ninputs = merge({ size = 5 }, run_cmd(\"./inputs.sh\"))\n",
        ),
    ];
    assert_eq!(told(&files), ["a: ? 7", "b: mock 1", "c: ? ?"]);
}

#[test]
fn files_of_values_and_merged_inputs_count() {
    let files = [
        (
            "m/main.tf",
            "variable \"name\" {}\nvariable \"size\" {}\nvariable \"tags\" { default = {} }\n\
                       resource \"x_y\" \"r\" {\n  name = join(\",\", [for k, v in var.tags : \"${k}=${v}\"])\n  size = var.size\n}\n",
        ),
        ("common.hcl", "inputs = {\n  name = \"n\"\n  tags = { a = 1, b = 1 }\n}\n"),
        (
            "u/terragrunt.hcl",
            "include {\n  path           = \"../common.hcl\"\n  merge_strategy = \"deep\"\n}\nterraform {\n  source = \"../m\"\n  \
             extra_arguments \"files\" {\n    commands = [\"plan\"]\n    required_var_files = [\"${get_terragrunt_dir()}/size.tfvars\"]\n  }\n}\n\
             inputs = {\n  size = 1\n  tags = { b = 2 }\n}\n",
        ),
        ("u/size.tfvars", "size = 9\n"),
    ];
    assert_eq!(told(&files), ["u: a=1,b=2 9"]);
}

#[test]
fn a_stack_makes_units() {
    let files = [
        ("m/main.tf", MODULE),
        (
            "units/app/terragrunt.hcl",
            "terraform {\n  source = \"${get_repo_root()}/m\"\n}\ninputs = {\n  name = values.name\n}\n",
        ),
        (
            "live/terragrunt.stack.hcl",
            "unit \"one\" {\n  source = \"../units/app\"\n  path   = \"one\"\n  values = { name = \"first\" }\n}\n\
             unit \"two\" {\n  source = \"../units/app\"\n  path   = \"two\"\n  values = { name = \"second\" }\n}\n",
        ),
    ];
    assert_eq!(told(&files), ["live/.terragrunt-stack/one: first 1", "live/.terragrunt-stack/two: second 1"]);
}

#[test]
fn what_deploys_nothing_here_has_a_reason() {
    let project = Project::new(&[
        ("a/terragrunt.hcl", "terraform {\n  source = \"git::https://example.com/m.git//vpc?ref=v1\"\n}\n"),
        ("b/terragrunt.hcl", "inputs = {}\n"),
        ("c/terragrunt.hcl", "terraform {\n  source = \"../gone\"\n}\n"),
        ("d/terragrunt.hcl", "include {\n  path = \"../nowhere.hcl\"\n}\n"),
    ]);
    let told: Vec<_> = project.lowered.ledger.iter().map(|entry| (entry.file.as_str(), entry.status)).collect();
    let skipped = |file| (file, Status::Skipped);
    assert_eq!(told, ["a/terragrunt.hcl", "b/terragrunt.hcl", "c/terragrunt.hcl", "d/terragrunt.hcl"].map(skipped));
    let unseen: Vec<_> =
        project.lowered.units.iter().flat_map(|unit| &unit.unseen).map(|unseen| unseen.what.as_str()).collect();
    assert_eq!(unseen, ["module `git::https://example.com/m.git//vpc?ref=v1`", "module `../gone`"]);
    assert_eq!(project.problems(Level::Error), [""; 0]);
}
