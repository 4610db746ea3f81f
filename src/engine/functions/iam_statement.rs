//! What a statement of an AWS policy grants.
//!
//! Whatever part of a statement is not known leaves the answer open where it would decide.

use super::arguments::{Arguments, items_of};
use super::iam_condition::narrows_principals;
use super::iam_everybody::fits_everybody;
use super::text::glob;
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Data, Value};

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

/// `iam_is_public(statement)`: whether an `Allow` grants to everyone: a principal `*` or of any account, or everyone but
/// those in `not_principals`; and no condition that narrows it to an organisation, account, network or resource.
pub fn is_public(args: &Arguments) -> Result<Value, EvalError> {
    let statement = args.get(0)?;
    let but = |who: &Value| if who.is_unknown() { Truth::open(who) } else { Truth::Known(true) };
    let excluded = items_of(statement, "not_principals").iter().map(but);
    let to_everyone = any(items_of(statement, "principals").iter().map(is_everyone).chain(excluded));
    let narrowed = any(items_of(statement, "conditions").iter().map(narrows_principals));
    Ok(args.answer(all([is_allow(statement), to_everyone, narrowed.negated()])))
}

/// Whether a statement allows rather than denies.
pub fn is_allow(statement: &Value) -> Truth {
    match statement.get("effect") {
        _ if statement.is_unknown() => Truth::open(statement),
        Some(effect) if effect.is_unknown() => Truth::open(effect),
        effect => {
            Truth::Known(effect.and_then(Value::as_str).is_some_and(|effect| effect.eq_ignore_ascii_case("allow")))
        }
    }
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
