//! How much the wildcards of a statement cover: every action of a service, every resource of a kind.
//!
//! Wildcards are read as IAM matches them: `*` is any text, `?` any character, in actions and in each field of an ARN;
//! fields that an ARN leaves out are any (IAM user guide, "IAM JSON policy elements: Resource"). Partition, region and
//! account are not looked at: everything in one account is everything.

use super::arguments::{Arguments, items_of};
use super::iam_statement::is_allow;
use super::text::glob;
use crate::expr::EvalError;
use crate::expr::partial::PartialText;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Data, Form, Value};

/// Stands for what a wildcard of a question may be: only another wildcard covers it.
const ANYTHING: &str = "\u{fdd0}\u{fdd1}\u{fdd2}\u{fdd3}\u{fdd4}\u{fdd5}\u{fdd6}\u{fdd7}";
/// Stands for a piece of a pattern that is not known, and is no wildcard.
const SOMETHING: &str = "\u{fdd8}";

/// `iam_covers(statement, pattern)`: whether an `Allow` covers every action that fits a pattern: `"*"`, `"iam:*"`. By
/// `not_actions` it does if none of them is among these.
pub fn covers_actions(args: &Arguments) -> Result<Value, EvalError> {
    let statement = args.get(0)?;
    let Some(wanted) = args.text(1)? else { return Err(args.wrong("takes a pattern of actions")) };
    let wanted = if wanted == "*" { "*:*" } else { wanted }.to_ascii_lowercase();
    let every = wanted.replace('*', ANYTHING);
    let holds = |pattern: &str| glob(pattern, &every);
    let overlaps = |pattern: &str| glob(&wanted, pattern) || glob(pattern, &every);
    let covered = match items_of(statement, "not_actions") {
        [] => any(items_of(statement, "actions").iter().map(|action| decided(action, holds))),
        excluded => any(excluded.iter().map(|action| decided(action, overlaps))).negated(),
    };
    Ok(args.answer(all([is_allow(statement), covered])))
}

/// `iam_reaches(statement, resources)`: whether a statement covers every resource of a kind, or of one of a list:
/// `"*"` is everything, `"iam:role/*"` every role. By `not_resources` it does if that excludes no whole kind.
pub fn reaches(args: &Arguments) -> Result<Value, EvalError> {
    let (statement, kinds) = (args.get(0)?, args.items(1)?);
    let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
    let covers = |resource: &Value| any(kinds.iter().map(|kind| covers_kind(resource, kind)));
    let reached = match items_of(statement, "not_resources") {
        [] => any(items_of(statement, "resources").iter().map(covers)),
        excluded => any(excluded.iter().map(covers)).negated(),
    };
    Ok(args.answer(reached))
}

/// Whether a pattern of actions holds, whatever stands where it is not known.
fn decided(action: &Value, holds: impl Fn(&str) -> bool) -> Truth {
    let Some(text) = PartialText::of(action) else { return unread(action) };
    let with = |piece: &str| holds(&shown(&text, piece).to_ascii_lowercase());
    agreed(with(SOMETHING), with("*"), action)
}

/// Whether the ARN pattern `resource` covers every resource of a kind.
fn covers_kind(resource: &Value, kind: &str) -> Truth {
    let Some(text) = PartialText::of(resource) else { return unread(resource) };
    let begins_with_arn = matches!(text.forms().next(), Some(Some(Form::Arn | Form::IamArn(_))));
    if text.begins_unknown() && begins_with_arn {
        // What belongs to one resource is not all of a kind.
        return Truth::Known(false);
    }
    let with = |piece: &str| covers(&shown(&text, piece), kind);
    agreed(with(SOMETHING), with("*"), resource)
}

fn unread(value: &Value) -> Truth {
    if matches!(value.data, Data::Unknown(_)) { Truth::open(value) } else { Truth::Known(false) }
}

fn agreed(least: bool, most: bool, value: &Value) -> Truth {
    Truth::of((least == most).then_some(least), value)
}

/// The text of a pattern, with a piece in place of what is not known. Of what has a form it is known to be no wildcard.
fn shown(text: &PartialText, piece: &str) -> String {
    let mut forms = text.forms();
    let mut shown = String::with_capacity(text.text().len());
    for known in text.pieces() {
        shown.push_str(known.unwrap_or_else(|| match forms.next() {
            Some(Some(_)) => SOMETHING,
            _ => piece,
        }));
    }
    shown
}

/// Whether an ARN pattern covers every resource of a kind: `*`, or a service and a pattern, `iam:role/*`.
fn covers(pattern: &str, kind: &str) -> bool {
    if !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*') {
        return true;
    }
    let mut fields = pattern.splitn(6, ':');
    if !fields.next().is_some_and(|scheme| glob(scheme, "arn")) {
        return false;
    }
    let service = fields.nth(1).unwrap_or("*");
    let resource = fields.nth(2).unwrap_or("*");
    let (wanted_service, wanted_resource) = kind.split_once(':').unwrap_or((kind, "*"));
    glob(service, &wanted_service.replace('*', ANYTHING)) && glob(resource, &wanted_resource.replace('*', ANYTHING))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn arns_cover_kinds_as_iam_matches_them() {
        for pattern in ["*", "**", "arn:*", "arn:aws:*", "arn:aws:*:*:*:*", "arn:aws:*:*:111122223333:*"] {
            assert!(covers(pattern, "*") && covers(pattern, "iam:role/*"), "{pattern}");
        }
        for pattern in ["arn:aws:iam::*:*", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:role*", "arn:*:iam::*"]
        {
            assert!(!covers(pattern, "*") && covers(pattern, "iam:role/*"), "{pattern}");
        }
        for pattern in ["", "role", "arn:aws:iam::*:role/app-*", "arn:aws:iam::*:role/????", "arn:aws:s3:::*"] {
            assert!(!covers(pattern, "*") && !covers(pattern, "iam:role/*"), "{pattern}");
        }
    }
}
