//! What a statement of an AWS policy grants.
//!
//! Whatever part of a statement is not known leaves the answer open where it would decide.

use super::arguments::{Arguments, items};
use super::text::glob;
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Cause, Data, Unknown, Value, Why};

/// `iam_allows(statement, actions)`: whether an `Allow` covers any of `actions` (a name or a list):
/// a pattern in `actions` fits it, or `not_actions` is written and no pattern there does.
pub fn allows(args: &Arguments) -> Result<Value, EvalError> {
    let (statement, wanted) = (args.get(0)?, args.items(1)?);
    let (listed, excluded) = (items_of(statement, "actions"), items_of(statement, "not_actions"));
    let among = |patterns: &[Value], action: &Value| any(patterns.iter().map(|pattern| fits(pattern, action)));
    let covered = any(wanted.iter().map(|action| match excluded {
        [] => among(listed, action),
        excluded => among(excluded, action).negated(),
    }));
    Ok(args.answer(all([is_allow(statement), covered])))
}

/// `iam_is_public(statement)`: whether an `Allow` grants to everyone: a principal `*` or of any account, and no condition
/// that narrows it to an organisation, account, network or resource.
pub fn is_public(args: &Arguments) -> Result<Value, EvalError> {
    let statement = args.get(0)?;
    let to_everyone = any(items_of(statement, "principals").iter().map(is_everyone));
    let narrowed = any(items_of(statement, "conditions").iter().map(narrows));
    Ok(args.answer(all([is_allow(statement), to_everyone, narrowed.negated()])))
}

fn is_allow(statement: &Value) -> Truth {
    match statement.get("effect") {
        _ if statement.is_unknown() => Truth::open(statement),
        Some(effect) if effect.is_unknown() => Truth::open(effect),
        effect => {
            Truth::Known(effect.and_then(Value::as_str).is_some_and(|effect| effect.eq_ignore_ascii_case("allow")))
        }
    }
}

/// The elements of a field; of what is not known, that itself is the one element.
fn items_of<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    if value.is_unknown() { std::slice::from_ref(value) } else { value.get(key).map(items).unwrap_or_default() }
}

fn fits(pattern: &Value, action: &Value) -> Truth {
    match (&pattern.data, &action.data) {
        (Data::String(pattern), Data::String(action)) => {
            Truth::Known(glob(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()))
        }
        (Data::Unknown(_), _) => Truth::open(pattern),
        (_, Data::Unknown(_)) => Truth::open(action),
        _ => Truth::Known(false),
    }
}

fn is_everyone(principal: &Value) -> Truth {
    let of_accounts = match principal.get("type") {
        _ if principal.is_unknown() => Truth::open(principal),
        Some(kind) if kind.is_unknown() => Truth::open(kind),
        kind => Truth::Known(matches!(kind.and_then(Value::as_str), Some("*" | "AWS"))),
    };
    all([of_accounts, any(items_of(principal, "identifiers").iter().map(fits_everybody))])
}

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

fn narrows(condition: &Value) -> Truth {
    let field = |name: &str, holds: &dyn Fn(&str) -> bool| match condition.get(name) {
        _ if condition.is_unknown() => Truth::open(condition),
        Some(value) if value.is_unknown() => Truth::open(value),
        value => Truth::Known(holds(value.and_then(Value::as_str).unwrap_or_default())),
    };
    all([
        field("variable", &|variable| NARROWING.contains(&variable.to_ascii_lowercase().as_str())),
        field("test", &|test| !test.contains("Not")),
        any(items_of(condition, "values").iter().map(fits_everybody)).negated(),
    ])
}

/// Values of principals and conditions that fit everybody, beside ARNs.
const OPEN: [&str; 3] = ["*", "0.0.0.0/0", "::/0"];

/// Whether a principal, or the value of a condition, fits everybody.
fn fits_everybody(value: &Value) -> Truth {
    match &value.data {
        Data::String(text) => Truth::Known(is_open(text)),
        Data::Unknown(unknown) if account(&unknown.refinement.prefix).is_some_and(is_any) => Truth::Known(true),
        Data::Unknown(unknown) if names_somebody(unknown) => Truth::Known(false),
        Data::Unknown(_) => Truth::open(value),
        _ => Truth::Known(false),
    }
}

/// Whether what is known of a name says that it is somebody's: a resource is in it, or it does not begin like what
/// fits everybody.
fn names_somebody(unknown: &Unknown) -> bool {
    let is_of_resource = |cause: &Cause| matches!(cause.why, Why::AfterApply(_) | Why::DataSource(_));
    let has_resource = unknown.symbol.is_some() && unknown.causes.iter().any(is_of_resource);
    has_resource || OPEN.iter().all(|open| !open.starts_with(unknown.refinement.prefix.as_str()))
}

/// Whether a text fits everybody: all addresses, anything, an ARN of any account.
fn is_open(text: &str) -> bool {
    OPEN.contains(&text) || text.starts_with("arn:") && account(text).is_none_or(is_any)
}

/// The account in an ARN, where it is written.
fn account(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(3)
}

fn is_any(account: &str) -> bool {
    account.starts_with('*')
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn an_arn_of_any_account_is_open() {
        assert!(is_open("arn:aws:iam::*"));
        assert!(is_open("arn:aws:iam::*:role/x"));
        assert!(!is_open("arn:aws:iam::123456789012:role/*"));
        assert!(!is_open("arn:aws:s3:::logs"));
    }
}
