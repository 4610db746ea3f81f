//! Literals that look like secrets.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Data, Value};
use regex::RegexSet;
use std::sync::LazyLock;

/// Forms of credentials that their issuers publish, so that scanners can find them.
const FORMS: [&str; 12] = [
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    r"\bgh[pousr]_[0-9A-Za-z]{36,}\b",
    r"\bgithub_pat_[0-9A-Za-z_]{40,}\b",
    r"\bglpat-[0-9A-Za-z_-]{20,}\b",
    r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    r"\bAIza[0-9A-Za-z_-]{35}\b",
    r"\bsk_live_[0-9A-Za-z]{20,}\b",
    r"\bnpm_[0-9A-Za-z]{36}\b",
    r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]+",
    r"(?i)aws_?secret_?(?:access_?)?key[^\n]{0,20}[=:][^\n]{0,4}\b[0-9A-Za-z/+]{40}\b",
    r"\b[a-z][a-z0-9+.-]*://[^/\s:@${}]+:[^/\s:@${}]+@",
];

static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(FORMS).ok());

/// `looks_secret(value)`: whether a string, or one of a list, holds a credential in a form that its
/// issuer publishes: access keys, tokens, private keys, URLs with a password.
pub fn looks_secret(args: &Arguments) -> Result<Value, EvalError> {
    let set = SET.as_ref().ok_or_else(|| args.wrong("has a form that cannot be compiled"))?;
    args.any(0, |value| match &value.data {
        Data::String(text) => Some(set.is_match(text)),
        Data::Unknown(_) => None,
        _ => Some(false),
    })
}

#[cfg(test)]
mod tests {
    use super::SET;

    #[test]
    fn forms_compile_and_find() {
        let set = SET.as_ref().unwrap();
        assert!(set.is_match("key AKIAIOSFODNN7EXAMPLE"));
        assert!(set.is_match("postgres://app:hunter2@db/app"));
        assert!(!set.is_match("postgres://${var.user}:${var.password}@db/app"));
        assert!(!set.is_match("an ordinary sentence"));
    }
}
