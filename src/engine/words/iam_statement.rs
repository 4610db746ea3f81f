//! What a statement of an AWS policy grants.

use super::arguments::{Arguments, Truth, any, items};
use super::text::glob;
use crate::expr::EvalError;
use crate::model::{Data, Value};

/// `iam_allows(statement, actions)`: whether an `Allow` covers any of `actions` (a name or a list):
/// a pattern in `actions` fits it, or `not_actions` is written and no pattern there does.
pub fn allows(args: &Arguments) -> Result<Value, EvalError> {
    let statement = args.get(0)?;
    if !is_allow(statement) {
        return Ok(args.truth(false));
    }
    let wanted = args.items(1)?;
    let not_actions = statement.get("not_actions").map(items).unwrap_or_default();
    let answer = if not_actions.is_empty() {
        let actions = statement.get("actions").map(items).unwrap_or_default();
        any(actions, |pattern| fits_any(pattern, wanted))
    } else {
        match any(not_actions, |pattern| fits_any(pattern, wanted)) {
            Truth::Known(excluded) => Truth::Known(!excluded),
            unknown @ Truth::Unknown(_) => unknown,
        }
    };
    Ok(args.answer(answer))
}

/// `iam_is_public(statement)`: whether an `Allow` grants to everyone: a principal `*` or of any account, and no condition
/// that narrows it to an organisation, account, network or resource.
pub fn is_public(args: &Arguments) -> Result<Value, EvalError> {
    let statement = args.get(0)?;
    if !is_allow(statement) || items_of(statement, "conditions").iter().any(narrows) {
        return Ok(args.truth(false));
    }
    let principals = items_of(statement, "principals");
    let everyone = |principal: &Value| {
        if principal.is_unknown() {
            return None;
        }
        let kind = principal.get("type").and_then(Value::as_str).unwrap_or_default();
        if !matches!(kind, "*" | "AWS") {
            return Some(false);
        }
        match any(items_of(principal, "identifiers"), |name| match &name.data {
            Data::String(name) => Some(is_open(name)),
            // A name that starts like an ARN or is a reference to a resource is somebody, not everybody.
            Data::Unknown(unknown) if !unknown.refinement.prefix.is_empty() || unknown.symbol.is_some() => Some(false),
            Data::Unknown(_) => None,
            _ => Some(false),
        }) {
            Truth::Known(truth) => Some(truth),
            Truth::Unknown(_) => None,
        }
    };
    Ok(args.answer(any(principals, everyone)))
}

fn is_allow(statement: &Value) -> bool {
    statement.get("effect").and_then(Value::as_str).is_some_and(|effect| effect.eq_ignore_ascii_case("allow"))
}

fn items_of<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).map(items).unwrap_or_default()
}

fn fits_any(pattern: &Value, wanted: &[Value]) -> Option<bool> {
    match &pattern.data {
        Data::String(pattern) => {
            let pattern = pattern.to_ascii_lowercase();
            let fits =
                |action: &Value| action.as_str().is_some_and(|action| glob(&pattern, &action.to_ascii_lowercase()));
            Some(wanted.iter().any(fits))
        }
        Data::Unknown(_) => None,
        _ => Some(false),
    }
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

fn narrows(condition: &Value) -> bool {
    let variable = condition.get("variable").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let open = items_of(condition, "values").iter().any(|value| value.as_str().is_some_and(is_open));
    let negated = condition.get("test").and_then(Value::as_str).is_some_and(|test| test.contains("Not"));
    NARROWING.contains(&variable.as_str()) && !open && !negated
}

/// Whether a value of a condition fits everybody: all addresses, anything, an ARN of any account.
fn is_open(value: &str) -> bool {
    let account = value.strip_prefix("arn:").map(|arn| arn.split(':').nth(3).unwrap_or("*"));
    matches!(value, "*" | "0.0.0.0/0" | "::/0") || account.is_some_and(|account| account.starts_with('*'))
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
