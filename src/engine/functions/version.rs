//! Versions.

use super::arguments::Arguments;
use crate::expr::{EvalError, VersionConstraints, read_version};
use crate::model::{Type, Value};

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
    let version = read_version(version).ok_or_else(|| args.wrong(&format!("cannot read the version `{version}`")))?;
    let constraints = VersionConstraints::read(constraint);
    let constraints = constraints.ok_or_else(|| args.wrong(&format!("cannot read the constraint `{constraint}`")))?;
    Ok(args.truth(constraints.admit(&version)))
}

/// `semver_cmp(a, b)`: -1, 0 or 1. Also `core::semvercmp`.
pub fn compare(args: &Arguments) -> Result<Value, EvalError> {
    let (Some(a), Some(b)) = (args.text(0)?, args.text(1)?) else { return Ok(args.unknown(Type::Number)) };
    let both = read_version(a).zip(read_version(b)).ok_or_else(|| args.wrong("takes two versions"))?;
    Ok(Value::number(both.0.cmp(&both.1) as i64, args.span))
}
