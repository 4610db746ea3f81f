//! Values of a chart and the charts in it, merged: those given above win over those of a chart's own file.
//!
//! A null given above removes a default. Helm merges several times on the way, first keeping nulls, at last
//! removing what they stand for; `keeps_null` says which.

use super::instance::Instance;
use crate::lower::kubernetes::helm::value::{Map, Value};
use std::collections::BTreeSet;

/// The section that every chart shares with those in it.
const GLOBAL: &str = "global";

/// Merges the defaults of a chart, and of the charts in it, under `values`, which are changed. An error where a
/// chart's section is no map.
pub fn coalesce(chart: &Instance, values: &Map, keeps_null: bool) -> Result<(), String> {
    defaults(chart, values, keeps_null);
    for inner in &chart.dependencies {
        let section = match values.get(&inner.name) {
            None => {
                let section = Map::default();
                values.set(inner.name.clone(), section.clone().into());
                section
            }
            Some(value) => value.as_map().cloned().ok_or_else(|| {
                format!("the values of chart `{}` must be a map, not of type {}", inner.name, value.type_name())
            })?,
        };
        globals(&section, values);
        coalesce(inner, &section, keeps_null)?;
    }
    Ok(())
}

/// Merges a chart's own defaults under `values`.
fn defaults(chart: &Instance, values: &Map, keeps_null: bool) {
    for (key, default) in chart.values.deep_copy().entries() {
        let Some(present) = values.get(&key) else {
            values.set(key, default);
            continue;
        };
        if present.is_nil() && !keeps_null {
            values.remove(&key);
        } else if let (Some(present), Some(default)) = (present.as_map(), default.as_map()) {
            // The section of a chart in it is merged once more there, where nulls are removed.
            let is_section = chart.dependencies.iter().any(|inner| inner.name == key);
            tables(present, default, keeps_null || is_section);
        }
    }
}

/// Merges `source` under `target`, which is changed and wins.
pub fn tables(target: &Map, source: &Map, keeps_null: bool) {
    let given: BTreeSet<_> =
        source.entries().into_iter().filter(|(_, value)| !value.is_nil()).map(|(key, _)| key).collect();
    for (key, value) in target.entries() {
        if value.is_nil() {
            source.set(key, value);
        }
    }
    for (key, value) in source.entries() {
        match target.get(&key) {
            None => target.set(key, value),
            Some(present) if present.is_nil() => {
                // A null over a default removes both; a null over nothing stays.
                if !keeps_null && given.contains(&key) {
                    target.remove(&key);
                }
            }
            Some(present) => {
                if let (Some(present), Some(value)) = (present.as_map(), value.as_map()) {
                    tables(present, value, keeps_null);
                }
            }
        }
    }
}

/// Hands the `global` section of a chart down to a chart in it. What the upper one says wins.
fn globals(section: &Map, values: &Map) {
    let map_of = |map: &Map| match map.get(GLOBAL) {
        None => Some(Map::default()),
        Some(value) => value.as_map().cloned(),
    };
    let (Some(target), Some(source)) = (map_of(section), map_of(values)) else { return };
    for (key, value) in source.entries() {
        let present = target.get(&key);
        let Some(table) = value.as_map() else {
            if present.is_none_or(|present| present.as_map().is_none()) {
                target.set(key, value);
            }
            continue;
        };
        let copy = Map::default();
        table.entries().into_iter().for_each(|(key, value)| copy.set(key, value));
        match present.as_ref().map(Value::as_map) {
            None => target.set(key, Value { note: value.note, ..Value::from(copy) }),
            Some(Some(present)) => {
                tables(&copy, present, true);
                target.set(key, Value { note: value.note, ..Value::from(copy) });
            }
            Some(None) => {}
        }
    }
    section.set(GLOBAL, target.into());
}
