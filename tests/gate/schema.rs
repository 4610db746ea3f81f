//! The published schema of the configuration says what the reader says.

use crate::repository::{gatelint, repository};
use serde_json::{Value as Json, json};
use std::fs;
use std::path::Path;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the repository")
}

fn schema() -> Json {
    serde_json::from_str(&text("docs/config.schema.json")).expect("JSON")
}

/// The configuration in the documentation.
fn example() -> String {
    let page = text("docs/configuration.md");
    let (_, rest) = page.split_once("```yaml\n").expect("an example");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// Whether gatelint takes the configuration; the folders it names are there.
fn refused(name: &str, config: &str) -> Option<String> {
    let files = [
        ("policy/checks/README", ""),
        ("policy/terraform/README", ""),
        ("policy/exceptions.json", "[]"),
        ("deploy/overlays/production/kustomization.yaml", "resources: []\n"),
        ("deploy/web/Chart.yaml", "name: web\nversion: 1.0.0\n"),
        ("deploy/web/values-staging.yaml", ""),
        ("deploy/web/values-production.yaml", ""),
        ("main.tf", ""),
        (".gatelint.yaml", config),
    ];
    let run = gatelint(&repository(name, &files), &["inspect"]);
    (run.exit != 0).then_some(run.errors)
}

#[test]
fn the_example_of_the_documentation_names_every_key_and_is_taken() {
    let example = example();
    assert_eq!(refused("schema-example", &example), None);
    let written: Json = serde_saphyr::from_str(&example).expect("YAML");
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let wrong: Vec<String> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for key in schema()["properties"].as_object().expect("keys").keys() {
        assert!(!written[key].is_null(), "`{key}` is not in the example");
    }
}

#[test]
fn both_know_the_same_keys() {
    let schema = schema();
    let each = |path: &str| &schema.pointer(path).unwrap_or(&Json::Null)["properties"];
    let levels = [
        ("", each("")),
        ("paths: {KEY: 1}", each("/properties/paths")),
        ("overrides: [{KEY: 1}]", each("/properties/overrides/items")),
        ("environments: {a: {KEY: 1}}", each("/properties/environments/additionalProperties")),
        ("gate: {KEY: 1}", each("/properties/gate")),
        ("gate: {exceptions: [{KEY: 1}]}", each("/properties/gate/properties/exceptions/items")),
        ("gate: {may-stay-unread: [{KEY: 1}]}", each("/properties/gate/properties/may-stay-unread/items")),
        ("admission: {KEY: 1}", each("/properties/admission")),
        ("admission: {rules: [{KEY: 1}]}", each("/properties/admission/properties/rules/items")),
        ("suppressions: {KEY: 1}", each("/properties/suppressions")),
        ("suppressions: {entries: [{KEY: 1}]}", each("/properties/suppressions/properties/entries/items")),
        ("limits: {KEY: 1}", each("/properties/limits")),
    ];
    for (at, (config, published)) in levels.into_iter().enumerate() {
        let config = if config.is_empty() { "KEY: 1" } else { config };
        let said = refused(&format!("schema-keys-{at}"), config).expect("the key is refused");
        let (_, known) = said.trim().trim_end_matches('.').rsplit_once("the keys are ").expect("the keys");
        let mut known: Vec<&str> = known.split(", ").collect();
        known.sort_unstable();
        let mut published: Vec<&String> = published.as_object().expect("keys").keys().collect();
        published.sort_unstable();
        assert_eq!(known, published, "{config}");
    }
}

#[test]
fn both_refuse_the_same_values() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for (at, wrong) in [
        json!({"edition": "now"}),
        json!({"gate": {"fail-on": "bad"}}),
        json!({"gate": {"exceptions": [{"categories": ["none"], "fail-on": "low"}]}}),
        json!({"gate": {"may-stay-unread": [{"paths": ["a"]}]}}),
        json!({"checks": {"**": "loud"}}),
        json!({"suppressions": {"entries": [{"checks": ["**"], "until": "tomorrow"}]}}),
        json!({"admission": {"mode": "block"}}),
        json!({"admission": {"rules": [{"checks": ["**"]}]}}),
        json!({"limits": {"instances": 10001}}),
        json!({"paths": "all"}),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(!validator.is_valid(&wrong), "{wrong}");
        assert!(refused(&format!("schema-value-{at}"), &wrong.to_string()).is_some(), "{wrong}");
    }
}
