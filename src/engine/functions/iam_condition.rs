//! Which conditions of a statement narrow it.
//!
//! A condition narrows an `Allow` if it demands that a key of the request is there and has one of some values. What
//! excludes values (`StringNotEquals`), and what holds when the key is missing (`ForAllValues:`), does not
//! (IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys").

use super::arguments::{Arguments, items_of};
use super::iam_everybody::fits_everybody;
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::model::Value;

/// `iam_narrowed(statement)`: whether a condition limits when the statement applies: it demands one of some values of
/// a key, with an operator that does not hold for all others or for a missing key.
pub fn is_narrowed(args: &Arguments) -> Result<Value, EvalError> {
    let conditions = items_of(args.get(0)?, "conditions");
    Ok(args.answer(any(conditions.iter().map(|condition| {
        let limits = |variable: &str| !WITHOUT_LIMIT.contains(&variable.to_ascii_lowercase().as_str());
        all([demands(condition), field(condition, "variable", limits), has_fixed_values(condition)])
    }))))
}

/// Condition keys that nearly every request meets.
const WITHOUT_LIMIT: [&str; 2] = ["aws:securetransport", "aws:viaawsservice"];

/// Condition keys that name who or from where; AWS counts a policy with one of them, compared with a
/// fixed value, as not public (S3, "The meaning of public").
const NARROWING: [&str; 19] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "kms:calleraccount",
    "kms:viaservice",
];

/// Whether a condition narrows a statement to some principals, accounts, networks or resources.
pub fn narrows_principals(condition: &Value) -> Truth {
    let names = |variable: &str| NARROWING.contains(&variable.to_ascii_lowercase().as_str());
    // A caller without the key, such as an anonymous one, meets `IfExists`.
    let demands_presence = field(condition, "test", |test| !has_suffix(test, "IfExists"));
    all([field(condition, "variable", names), demands(condition), demands_presence, has_fixed_values(condition)])
}

/// Whether the operator of a condition demands a value.
fn demands(condition: &Value) -> Truth {
    field(condition, "test", |test| {
        let test = test.to_ascii_lowercase();
        !test.contains("not") && !test.starts_with("forallvalues:")
    })
}

/// Whether the values of a condition are not such that everybody meets them.
fn has_fixed_values(condition: &Value) -> Truth {
    any(items_of(condition, "values").iter().map(fits_everybody)).negated()
}

fn field(condition: &Value, name: &str, holds: impl Fn(&str) -> bool) -> Truth {
    match condition.get(name) {
        _ if condition.is_unknown() => Truth::open(condition),
        Some(value) if value.is_unknown() => Truth::open(value),
        value => Truth::Known(holds(value.and_then(Value::as_str).unwrap_or_default())),
    }
}

fn has_suffix(text: &str, suffix: &str) -> bool {
    text.to_ascii_lowercase().ends_with(&suffix.to_ascii_lowercase())
}
