//! Semantic versions.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelValue};
use super::super::version::Version;
use super::strings::text;
use CelData::{Bool, Int};
use std::sync::Arc;

pub const ROWS: &[Row] = &[
    Row("semver", "(string) semver", semver),
    Row("semver", "(string, bool) semver", semver),
    Row("isSemver", "(string) bool", is_semver),
    Row("isSemver", "(string, bool) bool", is_semver),
    Row("isGreaterThan", "semver.(semver) bool", is_greater_than),
    Row("isLessThan", "semver.(semver) bool", is_less_than),
    Row("compareTo", "semver.(semver) int", compare_to),
    Row("major", "semver.() int", |args| number(args, 0)),
    Row("minor", "semver.() int", |args| number(args, 1)),
    Row("patch", "semver.() int", |args| number(args, 2)),
];

fn parsed(args: &[CelValue]) -> Result<Result<Version, String>, Failure> {
    let normalize = matches!(args.get(1).map(|arg| &arg.data), Some(Bool(true)));
    Ok(Version::parse(text(args, 0)?, normalize))
}

fn semver(args: &[CelValue]) -> Answer {
    CelData::Semver(Arc::new(parsed(args)??)).into()
}

fn is_semver(args: &[CelValue]) -> Answer {
    Bool(parsed(args)?.is_ok()).into()
}

fn version(args: &[CelValue], at: usize) -> Result<&Version, Failure> {
    match args.get(at).map(|arg| &arg.data) {
        Some(CelData::Semver(version)) => Ok(version),
        _ => Err(no_overload()),
    }
}

fn is_greater_than(args: &[CelValue]) -> Answer {
    Bool(version(args, 0)?.compare(version(args, 1)?).is_gt()).into()
}

fn is_less_than(args: &[CelValue]) -> Answer {
    Bool(version(args, 0)?.compare(version(args, 1)?).is_lt()).into()
}

fn compare_to(args: &[CelValue]) -> Answer {
    Int(version(args, 0)?.compare(version(args, 1)?) as i64).into()
}

fn number(args: &[CelValue], which: usize) -> Answer {
    let number = version(args, 0)?.numbers().get(which).copied().unwrap_or_default();
    Int(number as i64).into()
}
