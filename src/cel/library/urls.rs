//! URLs.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::url::Url;
use super::super::value::{CelData, CelValue};
use super::strings::text;
use CelData::Bool;
use std::sync::Arc;

pub const ROWS: &[Row] = &[
    Row("url", "(string) url", url),
    Row("isURL", "(string) bool", is_url),
    Row("getScheme", "url.() string", |args| part(args, |url| url.scheme.clone())),
    Row("getHost", "url.() string", |args| part(args, |url| url.host.clone())),
    Row("getHostname", "url.() string", |args| part(args, |url| url.host_and_port().0.to_owned())),
    Row("getPort", "url.() string", |args| part(args, |url| url.host_and_port().1.to_owned())),
    Row("getEscapedPath", "url.() string", |args| part(args, |url| url.path.clone())),
    Row("getQuery", "url.() map(string, list(string))", query),
];

fn url(args: &[CelValue]) -> Answer {
    let url =
        Url::parse(text(args, 0)?).map_err(|why| format!("URL parse error during conversion from string: {why}"))?;
    CelData::Url(Arc::new(url)).into()
}

fn is_url(args: &[CelValue]) -> Answer {
    Bool(Url::parse(text(args, 0)?).is_ok()).into()
}

fn only(args: &[CelValue]) -> Result<&Url, Failure> {
    match args.first().map(|arg| &arg.data) {
        Some(CelData::Url(url)) => Ok(url),
        _ => Err(no_overload()),
    }
}

fn part(args: &[CelValue], part: fn(&Url) -> String) -> Answer {
    CelData::string(part(only(args)?)).into()
}

fn query(args: &[CelValue]) -> Answer {
    let pairs = only(args)?.query().into_iter().map(|(key, values)| {
        let values = CelData::list(values.into_iter().map(CelData::string));
        (CelData::string(key).into(), values.into())
    });
    CelData::map_of(pairs.collect()).into()
}
