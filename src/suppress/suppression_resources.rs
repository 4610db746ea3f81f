//! Suppressions as resources, so that checks can judge them as they judge everything else.
//!
//! Each is a `suppression`:
//!
//! | attribute | |
//! |---|---|
//! | `syntax` | the tool in whose words it is written: `gatelint`, `checkov`, … |
//! | `by` | what carries it: `comment`, `annotation`, `config`, `ignore-file` |
//! | `checks` | `{name, ids, nearest, is_used}` for each name: our checks of that name, what was probably meant where there is none, and whether it covers anything |
//! | `reason` `owner` `until` | as written, or null |
//! | `is_expired` | whether its last day is over |
//! | `broken_rules` | what it lacks of what the configuration asks, in words |
//! | `protected` | the names in it of checks that cannot be suppressed |
//! | `is_used` | whether it covers a finding, or a verdict that could not be given |
//! | `fault` | why it cannot be understood, or null |
//! | `holds` | whether it suppresses what it covers |

use super::suppression::Suppression;
use crate::model::{Address, Format, Lowered, Resource, Unit, Value};
use crate::source::{Sources, Span};
use ecow::eco_format;
use std::collections::BTreeMap;

/// The type of the resources.
pub const TYPE: &str = "suppression";

/// One resource for each suppression, in a unit for each file.
pub fn resources(suppressions: &[Suppression], sources: &Sources) -> Lowered {
    let mut lowered = Lowered::default();
    let mut units = BTreeMap::new();
    let mut taken: BTreeMap<(String, Address), usize> = BTreeMap::new();
    for suppression in suppressions {
        let place = suppression.directive.place;
        let path = sources.get(place.source).path.clone();
        let new_unit = || Unit::new(Format::Suppression, path.as_str());
        let unit = *units.entry(path.clone()).or_insert_with(|| lowered.add_unit(new_unit()));
        let address = address(suppression);
        let times = taken.entry((path, address.clone())).or_default();
        *times += 1;
        let address = address.numbered(*times - 1);
        lowered.add(Resource {
            format: Format::Suppression,
            type_name: TYPE.into(),
            families: &[],
            address,
            attrs: attributes(suppression),
            meta: Value::object(Vec::new(), place),
            block: place,
            header: place,
            owner: None,
            unit,
            call: None,
            doubt: None,
            planned: None,
        });
    }
    lowered
}

/// `suppression["aws/s3/public-acl"]`
fn address(suppression: &Suppression) -> Address {
    let names: Vec<&str> = suppression.directive.named().iter().map(|named| named.text.as_str()).collect();
    Address::other(None, eco_format!("{TYPE}[\"{}\"]", names.join(",")))
}

fn attributes(suppression: &Suppression) -> Value {
    let directive = &suppression.directive;
    let place = directive.place;
    let text = |text: &str, span: Span| Value::string(text, span);
    let optional = |text: Option<&str>, span: Span| text.map_or(Value::null(span), |text| Value::string(text, span));
    let list = |texts: Vec<&str>| Value::tuple(texts.into_iter().map(|item| text(item, place)).collect(), place);
    let named = directive.named().iter().zip(&suppression.meant);
    let checks = named.map(|(named, meant)| {
        let ids = meant.checks.iter().map(|id| text(id, named.span)).collect();
        let entries = vec![
            ("name".into(), text(&named.text, named.span)),
            ("ids".into(), Value::tuple(ids, named.span)),
            ("nearest".into(), optional(meant.nearest.as_deref(), named.span)),
            ("is_used".into(), Value::bool(!meant.checks.is_disjoint(&suppression.covers), named.span)),
        ];
        Value::object(entries, named.span)
    });
    let until = directive.until.map(|until| text(&until.date.to_string(), until.span));
    let fault = directive.fault.as_ref().map(|fault| text(&fault.message, fault.span));
    let entries = vec![
        ("syntax".into(), text(directive.syntax.tool(), place)),
        ("by".into(), text(directive.by.name(), place)),
        ("checks".into(), Value::tuple(checks.collect(), place)),
        ("reason".into(), optional(directive.reason.as_deref(), place)),
        ("owner".into(), optional(directive.owner.as_deref(), place)),
        ("until".into(), until.unwrap_or(Value::null(place))),
        ("is_used".into(), Value::bool(!suppression.covers.is_empty(), place)),
        ("is_expired".into(), Value::bool(suppression.is_expired, place)),
        ("broken_rules".into(), list(suppression.broken.iter().map(String::as_str).collect())),
        ("protected".into(), list(suppression.protected.iter().map(String::as_str).collect())),
        ("fault".into(), fault.unwrap_or(Value::null(place))),
        ("holds".into(), Value::bool(suppression.holds(), place)),
    ];
    Value::object(entries, place)
}
