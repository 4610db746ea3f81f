//! A chart as it takes part in one rendering: under the name of its alias, with the charts in it that are enabled.

use super::load::Chart;
use super::metadata::Dependency;
use super::values;
use crate::lower::kubernetes::helm::value::{Map, Notes};
use ecow::EcoString;
use std::sync::Arc;

/// A chart in one rendering.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The chart.
    pub chart: Arc<Chart>,
    /// Its name, or its alias.
    pub name: EcoString,
    /// Its defaults.
    pub values: Map,
    /// What it lists as dependencies; `None` where the key is missing. After `resolve`, those that are
    /// enabled, under their aliases; `None` where none is.
    pub listed: Option<Vec<Dependency>>,
    /// Those of them that are enabled and not in `charts/`, under their aliases.
    pub unseen: Vec<Dependency>,
    /// Whether its dependencies were gone through: only then do the charts in it follow its alias.
    pub is_resolved: bool,
    /// The charts in it.
    pub dependencies: Vec<Self>,
}

impl Instance {
    /// The chart with all charts in it.
    pub fn new(chart: &Arc<Chart>, notes: &mut Notes) -> Self {
        Self {
            chart: chart.clone(),
            name: chart.metadata.name.clone(),
            values: values::of_file(chart.values.as_deref(), notes),
            listed: chart.metadata.dependencies.clone(),
            unseen: Vec::new(),
            is_resolved: false,
            dependencies: chart.dependencies.iter().map(|inner| Self::new(inner, notes)).collect(),
        }
    }

    /// The listed dependencies that are not in `charts/`.
    pub fn missing(&self) -> impl Iterator<Item = &Dependency> {
        let is_here =
            |listed: &Dependency| self.dependencies.iter().any(|inner| inner.chart.metadata.name == listed.name);
        self.listed.iter().flatten().filter(move |listed| !is_here(listed))
    }

    /// The name in the paths of the charts in it.
    pub fn name_above(&self) -> &EcoString {
        if self.is_resolved { &self.name } else { &self.chart.metadata.name }
    }
}
