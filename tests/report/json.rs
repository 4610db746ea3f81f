//! The JSON report and its schema.

use crate::given;
use gatelint::finding::Suppressed;
use gatelint::report::{Format, Report};
use serde_json::Value;
use std::path::Path;

#[test]
fn keys_stand_in_the_order_of_the_contract() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Json));
}

/// The published schema; readers must ignore unknown keys, but a test must not: every object is closed.
fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let mut schema = serde_json::from_str(&std::fs::read_to_string(path).expect("the schema")).expect("JSON");
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if map.get("type").is_some_and(|kind| kind == "object") {
                map.insert("additionalProperties".into(), false.into());
            }
        }
        _ => {}
    }
}

fn errors(report: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).expect("a valid schema");
    validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn json(report: &Report) -> Value {
    serde_json::from_str(&given::write(report, Format::Json)).expect("JSON")
}

#[test]
fn r_json_1_reports_keep_the_published_schema() {
    let mut suppressed = given::bucket();
    let span = suppressed.findings[0].block;
    suppressed.findings[0].suppressed = Some(Suppressed {
        span: Some(span),
        reason: Some("public by design".into()),
        by: gatelint::finding::SuppressedBy::Comment,
        owner: Some("web".into()),
        until: Some("2027-01-31".into()),
    });
    for report in [given::clean(), given::bucket(), suppressed] {
        assert_eq!(errors(&json(&report)), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let report = json(&given::bucket());
    let spoil = |pointer: &str, value: Value| {
        let mut spoilt = report.clone();
        *spoilt.pointer_mut(pointer).expect(pointer) = value;
        assert!(!errors(&spoilt).is_empty(), "{pointer}");
    };
    spoil("/schema", 2.into());
    spoil("/findings/0/severity", "HIGH".into());
    spoil("/findings/0/location/start/line", 0.into());
    spoil("/findings/0/suppressed", false.into());
    spoil("/inconclusive/0/because", Value::Array(Vec::new()));
    spoil("/ledger/files/0/status", "ok".into());
    spoil("/summary/exit", "1".into());
}
