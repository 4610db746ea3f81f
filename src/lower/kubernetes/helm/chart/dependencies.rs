//! Which charts in a chart are enabled and under which names, and which values are imported from them.

use super::coalesce::{coalesce, tables};
use super::instance::Instance;
use super::metadata::Dependency;
use crate::lower::kubernetes::helm::functions::is_compatible;
use crate::lower::kubernetes::helm::value::{Data, Map, Value};
use ecow::EcoString;

impl Instance {
    /// Applies aliases, tags, conditions and imports, given the values from above.
    pub fn resolve(&mut self, given: &Map) -> Result<(), String> {
        self.enable(given, "")?;
        self.import()
    }

    /// Whether a chart in it is the one that is listed.
    fn is_meant(inner: &Self, listed: &Dependency) -> bool {
        inner.chart.metadata.name == listed.name && is_compatible(&listed.version, &inner.chart.metadata.version)
    }

    fn enable(&mut self, given: &Map, path: &str) -> Result<(), String> {
        let Some(listed) = self.listed.clone() else { return Ok(()) };
        let missing: Vec<EcoString> = self.missing().map(|listed| listed.called().clone()).collect();
        let is_listed = |inner: &&Self| listed.iter().any(|listed| Self::is_meant(inner, listed));
        let mut dependencies: Vec<Self> = self.dependencies.iter().filter(|inner| !is_listed(inner)).cloned().collect();
        for listed in &listed {
            if let Some(inner) = self.dependencies.iter().find(|inner| Self::is_meant(inner, listed)) {
                dependencies.push(Self {
                    name: listed.called().clone(),
                    values: inner.values.deep_copy(),
                    ..inner.clone()
                });
            }
        }
        self.dependencies = dependencies;
        let values = given.deep_copy();
        coalesce(self, &values, false)?;
        let (mut enabled, mut disabled) = (Vec::new(), Vec::new());
        for listed in listed {
            let called = listed.called().clone();
            if is_enabled(&listed, &values, path) {
                enabled.push(Dependency { name: called, ..listed });
            } else {
                disabled.push(called);
            }
        }
        self.dependencies.retain(|inner| !disabled.contains(&inner.name));
        self.unseen = enabled.iter().filter(|listed| missing.contains(&listed.name)).cloned().collect();
        self.is_resolved = true;
        self.listed = (!enabled.is_empty()).then_some(enabled);
        for inner in &mut self.dependencies {
            let path = format!("{path}{}.", inner.name);
            inner.enable(&values, &path)?;
        }
        Ok(())
    }

    /// Takes over values of the charts in it, as `import-values` says. A chart's own values win.
    fn import(&mut self) -> Result<(), String> {
        for inner in &mut self.dependencies {
            inner.import()?;
        }
        let Some(listed) = &self.listed else { return Ok(()) };
        let values = Map::default();
        coalesce(self, &values, true)?;
        let imported = Map::default();
        for listed in listed {
            for (child, parent) in &listed.imports {
                let Some(table) = table(&values, &format!("{}.{child}", listed.name)) else { continue };
                let placed = if parent == "." { table } else { nested(parent, table) };
                tables(&imported, &placed, true);
            }
        }
        let own = values.deep_copy();
        tables(&own, &imported, true);
        self.values = own;
        Ok(())
    }
}

/// The map at a path with dots between its keys.
pub fn table(values: &Map, path: &str) -> Option<Map> {
    path.split('.').try_fold(values.clone(), |map, key| map.get(key)?.as_map().cloned())
}

/// A map that holds `inner` at a path.
fn nested(path: &str, inner: Map) -> Map {
    path.rsplit('.').fold(inner, |inner, key| Map::from_iter([(key.into(), inner.into())]))
}

/// Whether tags and conditions leave a dependency enabled. The first condition that is a boolean decides.
fn is_enabled(listed: &Dependency, values: &Map, path: &str) -> bool {
    for condition in listed.condition.trim().split(',').filter(|condition| !condition.is_empty()) {
        let full = format!("{path}{condition}");
        let (tables, key) = full.rsplit_once('.').map_or((None, full.as_str()), |(tables, key)| (Some(tables), key));
        let holder = match tables {
            Some(path) => table(values, path),
            None => Some(values.clone()),
        };
        if let Some(Some(decided)) = holder.and_then(|map| map.get(key)).map(|value| as_bool(&value)) {
            return decided;
        }
    }
    let tags = values.get("tags");
    let tag = |name: &EcoString| tags.as_ref().and_then(Value::as_map)?.get(name).and_then(|value| as_bool(&value));
    let set: Vec<bool> = listed.tags.iter().filter_map(tag).collect();
    set.is_empty() || set.contains(&true)
}

fn as_bool(value: &Value) -> Option<bool> {
    if let Data::Bool(value) = value.data { Some(value) } else { None }
}
