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
fn a_module_gets_the_files_that_are_generated_and_copied() {
    let own = |name: &str| format!("resource \"x_y\" \"{name}\" {{\n  name = \"{name}\"\n}}\n");
    let generate = |name: &str, rest: &str, contents: &str| {
        format!("generate \"{name}\" {{\n  path = \"{name}.tf\"\n{rest}  contents = <<EOF\n{contents}EOF\n}}\n")
    };
    let unit = "terraform {\n  source = \"../m\"\n}\n";
    let replaced = own("other").replace("\"other\"\n}", "\"replaced-${get_aws_account_id()}\"\n  size = 3\n}");
    let root = generate("other", "  if_exists = \"overwrite\"\n", &replaced) + &generate("late", "", &own("root"));
    let include = "include \"root\" {\n  path = \"../root.hcl\"\n}\n";
    let files = [
        ("m/main.tf", MODULE.to_owned()),
        ("m/other.tf", own("other")),
        ("root.hcl", root),
        ("a/terragrunt.hcl", format!("{include}{unit}{}", generate("late", "", &own("child")))),
        ("a/extra.tf", "resource \"x_y\" \"extra\" {\n  name = \"extra-${var.name}\"\n}\n".to_owned()),
        ("a/terraform.tfvars", "name = \"copied\"\n".to_owned()),
        ("b/terragrunt.hcl", unit.to_owned() + &generate("other", "  if_exists = \"skip\"\n", &own("skipped"))),
        ("c/terragrunt.hcl", unit.to_owned() + &generate("gone", "  disable = true\n", &own("gone"))),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let expected = [
        "a: child -",
        "a: extra-copied -",
        "a: ? 3",
        "a: copied 1",
        "b: other -",
        "b: default 1",
        "c: other -",
        "c: default 1",
    ];
    assert_eq!(told(&files), expected);
    let project = Project::new(&files);
    assert_eq!(project.problems(Level::Warning), [""; 0]);
}

#[test]
fn a_module_that_was_fetched_is_read_and_never_twice() {
    let cached = "a/.terragrunt-cache/x/y/app/main.tf";
    let files = [
        ("a/terragrunt.hcl", "terraform {\n  source = \"git::https://example.com/m.git//app?ref=v1\"\n}\n"),
        (cached, MODULE),
        ("m/main.tf", MODULE),
        ("b/terragrunt.hcl", "terraform {\n  source = \"../m\"\n}\ninputs = { name = \"b\" }\n"),
    ];
    assert_eq!(told(&files), ["a: default 1", "b: b 1"]);
}

#[test]
fn arguments_and_files_of_variables_are_read() {
    let files = [
        ("m/main.tf", MODULE),
        ("common.tfvars", "name = \"common\"\nsize = 4\n"),
        (
            "a/terragrunt.hcl",
            "terraform {\n  source = \"../m\"\n  extra_arguments \"all\" {\n    commands  = [\"plan\"]\n    \
             arguments = [\"-var\", \"name=option\", \"-var-file=../common.tfvars\"]\n  }\n}\n",
        ),
        (
            "b/terragrunt.hcl",
            "terraform {\n  source = \"../m\"\n}\ninputs = merge(jsondecode(read_tfvars_file(\"../common.tfvars\")), { \
             size = 5 })\n",
        ),
        ("c/terragrunt.hcl", "terraform {\n  source = \"../m\"\n}\ninputs = values\n"),
        ("c/terragrunt.values.hcl", "name = \"values\"\n"),
    ];
    assert_eq!(told(&files), ["a: option 4", "b: common 5", "c: values 1"]);
}

#[test]
fn lists_are_joined_by_one_strategy_only() {
    let module =
        "variable \"of\" {}\nresource \"x_y\" \"r\" {\n  name = join(\",\", var.of.list)\n  size = var.of.size\n}\n";
    let unit = |strategy: &str| {
        format!(
            "include \"root\" {{\n  path = \"../root.hcl\"\n  merge_strategy = \"{strategy}\"\n}}\nterraform {{\n  source =              \"../m\"\n}}\ninputs = {{\n  of = {{ list = [\"own\"] }}\n}}\n"
        )
    };
    let (deep, maps) = (unit("deep"), unit("deep_map_only"));
    let files = [
        ("m/main.tf", module),
        ("root.hcl", "inputs = {\n  of = { list = [\"root\"], size = 2 }\n}\n"),
        ("a/terragrunt.hcl", deep.as_str()),
        ("b/terragrunt.hcl", maps.as_str()),
    ];
    assert_eq!(told(&files), ["a: root,own 2", "b: own 2"]);
}

#[test]
fn a_stack_makes_stacks() {
    let files = [
        ("m/main.tf", MODULE),
        (
            "units/app/terragrunt.hcl",
            "terraform {\n  source = \"${get_repo_root()}/m\"\n}\ninputs = {\n  name = values.name\n}\n",
        ),
        (
            "stacks/pair/terragrunt.stack.hcl",
            "unit \"app\" {\n  source = \"${get_repo_root()}/units/app\"\n  path   = \"app\"\n  \
             values = { name = \"${values.of}-app\" }\n}\n",
        ),
        (
            "live/terragrunt.stack.hcl",
            "stack \"one\" {\n  source = \"../stacks/pair\"\n  path   = \"one\"\n  values = { of = \"one\" }\n}\n\
             unit \"app\" {\n  source = \"../units/app\"\n  path   = \"app\"\n  no_dot_terragrunt_stack = true\n  \
             values = { name = \"own\" }\n}\n",
        ),
        // A copy that an earlier run left.
        ("live/app/terragrunt.hcl", "terraform {\n  source = \"../../m\"\n}\ninputs = {\n  name = \"left\"\n}\n"),
    ];
    let one = "live/.terragrunt-stack/one/.terragrunt-stack/app: one-app 1";
    assert_eq!(told(&files), [one, "live/app: own 1"]);
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
