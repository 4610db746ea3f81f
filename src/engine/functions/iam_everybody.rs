//! Who is everybody to AWS: `*`, all addresses, ARNs of any account.

use crate::expr::truth::Truth;
use crate::model::{Cause, Data, Form, Unknown, Value, Why};

/// Values of principals and conditions that fit everybody, beside ARNs.
const OPEN: [&str; 3] = ["*", "0.0.0.0/0", "::/0"];

/// Whether a principal, or the value of a condition, fits everybody.
pub fn fits_everybody(value: &Value) -> Truth {
    match &value.data {
        Data::String(text) => Truth::Known(is_open(text)),
        Data::Unknown(unknown) if account(&unknown.refinement.prefix).is_some_and(is_any) => Truth::Known(true),
        Data::Unknown(unknown) if names_somebody(unknown) => Truth::Known(false),
        Data::Unknown(_) => Truth::open(value),
        _ => Truth::Known(false),
    }
}

/// Whether what is known of a name says that it is somebody's: an attribute of a resource is in it, or it does not
/// begin like what fits everybody.
fn names_somebody(unknown: &Unknown) -> bool {
    let is_of_resource = |cause: &Cause| matches!(cause.why, Why::AfterApply(_) | Why::DataSource(_));
    let has_resource = unknown.symbol.is_some() && unknown.causes.iter().any(is_of_resource);
    has_resource
        || Form::of(unknown).is_some()
        || OPEN.iter().all(|open| !open.starts_with(unknown.refinement.prefix.as_str()))
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
