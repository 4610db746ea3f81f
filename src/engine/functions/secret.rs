//! Credentials, by the vocabulary that all formats share.

use super::arguments::{Arguments, items};
use crate::expr::EvalError;
use crate::expr::partial::PartialText;
use crate::model::credential::{self, form, origin, text};
use crate::model::{Cause, Data, Type, Value, Why};

/// `looks_secret(value)`: whether a string, or one of a list, holds a credential in a form that its
/// issuer publishes (access keys, tokens, private keys, URLs with a password), or is made from an attribute that is one.
pub fn looks_secret(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match &value.data {
        Data::String(text) => Some(form::is_issued(text)),
        Data::Unknown(_) => unknown_credential(value),
        _ => Some(false),
    })
}

/// `holds_credential(name, value, beside)`: whether a variable of that name gives a credential away with that value.
/// `beside` are names of other things in the resource, which may be left out; without a value, the name alone decides.
pub fn holds_credential(args: &Arguments) -> Result<Value, EvalError> {
    let Some(name) = args.text(0)? else {
        let unknown = args.get(0)?.is_unknown();
        return Ok(if unknown { args.unknown(Type::Bool) } else { args.truth(false) });
    };
    let Some(value) = args.values.get(1) else { return Ok(args.truth(credential::is_named(name))) };
    let beside = || args.values.get(2).map(items).unwrap_or_default().iter().filter_map(Value::as_str);
    let holds = match &value.data {
        Data::String(text) => Some(credential::holds(name, text, beside())),
        Data::Number(number) => Some(credential::holds(name, &number.to_string(), beside())),
        Data::Unknown(_) => unknown_credential(value),
        _ => Some(false),
    };
    Ok(holds.map_or_else(|| args.unknown(Type::Bool), |holds| args.truth(holds)))
}

/// `is_placeholder(value)`: whether a text, or one of a list, stands there until somebody puts a value in.
pub fn is_placeholder(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match &value.data {
        Data::String(text) => Some(credential::is_placeholder(text)),
        Data::Unknown(_) => None,
        _ => Some(false),
    })
}

/// `is_written(value)`: whether a secret, or one of a list, is written in the configuration. What a resource or data source
/// gives is not, unless the text beside it sets a credential.
pub fn is_written(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match &value.data {
        Data::Null(_) => Some(false),
        Data::String(text) => Some(!text.is_empty()),
        Data::Unknown(unknown) => {
            let is_given =
                |cause: &Cause| matches!(cause.why, Why::AfterApply(_) | Why::Computed(_) | Why::DataSource(_));
            let sets_credential = PartialText::of(value).is_some_and(|text| !names_in_pieces(&text).is_empty());
            if sets_credential { Some(true) } else { unknown.causes.iter().any(is_given).then_some(false) }
        }
        _ => Some(true),
    })
}

/// `credentials_in(text)`: what a text sets to a credential: the names of variables and settings, or what else tells it.
pub fn credentials_in(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    let told = |names: Vec<String>| {
        let names = names.into_iter().map(|name| Value::string(name, args.span));
        Value::tuple(names.collect(), args.span)
    };
    if let Some(text) = value.as_str() {
        return Ok(told(names_in(text)));
    }
    if !value.is_unknown() {
        return Ok(told(Vec::new()));
    }
    if let Some(path) = origin::credential(value) {
        return Ok(told(vec![path.to_owned()]));
    }
    let names = PartialText::of(value).map(|text| names_in_pieces(&text)).unwrap_or_default();
    Ok(if names.is_empty() { args.unknown(Type::Dynamic) } else { told(names) })
}

fn names_in_pieces(text: &PartialText) -> Vec<String> {
    text.pieces().flatten().flat_map(names_in).collect()
}

fn names_in(text: &str) -> Vec<String> {
    let mut names = text::assigned(text);
    if names.is_empty() && form::is_issued(text) {
        names.push("a value of the form of a real credential".to_owned());
    }
    names
}

/// Whether a value that is not known is a credential: by what it is made from, and by the text that is known of it.
fn unknown_credential(value: &Value) -> Option<bool> {
    if origin::credential(value).is_some() {
        return Some(true);
    }
    let partial = PartialText::of(value)?;
    let issued = partial.pieces().flatten().any(form::is_issued);
    let elsewhere = form::of(partial.prefix()) == form::Form::Elsewhere;
    if issued { Some(true) } else { elsewhere.then_some(false) }
}
