//! `matches`, `find`, `findAll`: RE2.

use super::super::function::{Answer, Failure, Row};
use super::super::value::{CelData, CelValue};
use super::strings::{number, text};
use crate::go::re2;
use regex::Regex;
use std::rc::Rc;

pub const ROWS: &[Row] = &[
    Row("matches", "(string, string) bool", matches),
    Row("matches", "string.(string) bool", matches),
    Row("find", "string.(string) string", find),
    Row("findAll", "string.(string) list(string)", find_all),
    Row("findAll", "string.(string, int) list(string)", find_all),
];

fn pattern(args: &[CelValue]) -> Result<Rc<Regex>, Failure> {
    re2::compile(text(args, 1)?).map_err(|message| format!("error parsing regexp: {message}").into())
}

fn matches(args: &[CelValue]) -> Answer {
    CelData::Bool(pattern(args)?.is_match(text(args, 0)?)).into()
}

fn find(args: &[CelValue]) -> Answer {
    let found = pattern(args)?.find(text(args, 0)?).map(|found| found.as_str().to_owned());
    CelData::string(found.unwrap_or_default()).into()
}

fn find_all(args: &[CelValue]) -> Answer {
    let most = number(args, 2)?.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let pattern = pattern(args)?;
    let found = pattern.find_iter(text(args, 0)?).take(most);
    CelData::list(found.map(|found| CelData::string(found.as_str()))).into()
}
