//! Versions.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Type, Value};
use semver::Version;
use std::cmp::Ordering;

/// `semver_matches(version, constraint)`: whether a version satisfies a constraint as Terraform writes
/// them: `>= 1.2, < 2.0`, `~> 1.4`. Also `core::semverconstraint`.
pub fn matches(args: &Arguments) -> Result<Value, EvalError> {
    let (Some(version), Some(constraint)) = (args.text(0)?, args.text(1)?) else {
        return Ok(if args.values.iter().any(Value::is_unknown) {
            args.unknown(Type::Bool)
        } else {
            args.truth(false)
        });
    };
    let version = parse(version).ok_or_else(|| args.wrong(&format!("cannot read the version `{version}`")))?;
    let satisfied = constraint.split(',').map(|part| satisfies(&version, part.trim()));
    let satisfied: Option<Vec<bool>> = satisfied.collect();
    let satisfied = satisfied.ok_or_else(|| args.wrong(&format!("cannot read the constraint `{constraint}`")))?;
    Ok(args.truth(satisfied.into_iter().all(|part| part)))
}

/// `semver_cmp(a, b)`: -1, 0 or 1. Also `core::semvercmp`.
pub fn compare(args: &Arguments) -> Result<Value, EvalError> {
    let (Some(a), Some(b)) = (args.text(0)?, args.text(1)?) else { return Ok(args.unknown(Type::Number)) };
    let both = parse(a).zip(parse(b)).ok_or_else(|| args.wrong("takes two versions"))?;
    Ok(Value::number(both.0.cmp(&both.1) as i64, args.span))
}

/// A version with one to three parts, with or without `v`.
fn parse(text: &str) -> Option<Version> {
    let text = text.trim().trim_start_matches('v');
    let core_end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(core_end);
    let missing = 2usize.checked_sub(core.matches('.').count())?;
    Version::parse(&format!("{core}{}{rest}", ".0".repeat(missing))).ok()
}

fn satisfies(version: &Version, constraint: &str) -> Option<bool> {
    let digits = constraint.find(|c: char| c.is_ascii_digit() || c == 'v')?;
    let (operator, wanted_text) = constraint.split_at(digits);
    let wanted = parse(wanted_text)?;
    let order = version.cmp(&wanted);
    Some(match operator.trim() {
        "" | "=" | "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        // Only the last part that is written may grow.
        "~>" if wanted_text.matches('.').count() >= 2 => {
            order != Ordering::Less && (version.major, version.minor) == (wanted.major, wanted.minor)
        }
        "~>" => order != Ordering::Less && version.major == wanted.major,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{parse, satisfies};

    #[test]
    fn constraints() {
        let version = parse("1.4.7").unwrap();
        assert_eq!(satisfies(&version, "~> 1.4"), Some(true));
        assert_eq!(satisfies(&version, "~> 1.3.0"), Some(false));
        assert_eq!(satisfies(&version, ">= 1.5"), Some(false));
        assert_eq!(satisfies(&version, "?"), None);
    }
}
