//! What day it is: the one thing that a scan takes from the clock.

use crate::suppress::Date;
use anyhow::Context as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// Today in UTC, or the day of `SOURCE_DATE_EPOCH` (reproducible-builds.org), so that a run can be repeated.
pub fn today() -> anyhow::Result<Date> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => {
            text.parse().with_context(|| format!("SOURCE_DATE_EPOCH is `{text}`, not a number of seconds"))?
        }
        _ => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64),
    };
    Ok(Date::of_unix_time(seconds))
}
