//! One installation of a chart that something in the tree, or the configuration, describes.
//!
//! Owns what it is installed with. Who describes installations is known to [`super::chart_users`].

use super::ChartSet;
use super::helm::chart::{SetKind, Setting};
use crate::model::Text;
use crate::source::{Sources, Span, TextPlace};
use crate::syntax::yaml::Node;
use std::sync::Arc;

/// One installation of a chart.
#[derive(Clone, Debug)]
pub(super) struct ChartUse {
    /// The directory of the chart from the root.
    pub chart: String,
    /// What tells it from other installations of the chart: the name of a set of values, or who describes it.
    pub name: Text,
    /// The name of the release.
    pub release: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Values, the last of which win.
    pub layers: Vec<ValuesLayer>,
    /// Whether the `values.yaml` of the chart does not count.
    pub replaces_defaults: bool,
    /// Whether tests are left out.
    pub skips_tests: bool,
    /// Whether the files of `crds/` are left out.
    pub skips_definitions: bool,
}

/// Some of the values of an installation.
#[derive(Clone, Debug)]
pub(super) enum ValuesLayer {
    /// A file.
    File {
        /// Its path from the root.
        path: String,
        /// What names it.
        named: Span,
        /// Whether it may be absent.
        is_optional: bool,
    },
    /// A mapping that stands in the description.
    Content(Arc<Node>),
    /// A single value.
    Setting(Setting),
}

impl ValuesLayer {
    /// The path of a file.
    pub(super) fn file(&self) -> Option<&String> {
        if let Self::File { path, .. } = self { Some(path) } else { None }
    }
}

impl ChartUse {
    /// An installation with the defaults of the chart.
    pub(super) fn new(chart: String, name: Text) -> Self {
        Self {
            chart,
            name,
            release: None,
            namespace: None,
            layers: Vec::new(),
            replaces_defaults: false,
            skips_tests: false,
            skips_definitions: false,
        }
    }

    /// One that the configuration describes.
    pub(super) fn configured(set: &ChartSet, sources: &Sources) -> Self {
        let file = |(path, place): &(String, TextPlace)| ValuesLayer::File {
            path: path.clone(),
            named: place.span(sources),
            is_optional: false,
        };
        let setting = |(text, place): &(String, TextPlace)| {
            ValuesLayer::Setting(Setting { kind: SetKind::Json, text: text.clone(), span: place.span(sources) })
        };
        Self {
            release: set.release.clone(),
            namespace: set.namespace.clone(),
            layers: set.files.iter().map(file).chain(set.values.iter().map(setting)).collect(),
            ..Self::new(set.chart.clone(), set.name.clone())
        }
    }
}
