//! Charts in a build: who renders them is given from outside.

use crate::model::{Unseen, Value};
use crate::source::{Problem, Span};

/// Renders the charts that kustomizations name.
pub trait ChartRenderer: Sync {
    /// What the entry `entry` of `helmCharts` gives in a kustomization with the content `kustomization` in `directory`;
    /// `None` where the chart is not in the tree.
    fn render(&self, directory: &str, kustomization: &Value, entry: &Value) -> Option<RenderedChart>;
}

/// A chart that was rendered.
#[derive(Debug, Default)]
pub struct RenderedChart {
    /// Its objects, with the place of each.
    pub objects: Vec<(Value, Span)>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// What of it is not seen.
    pub unseen: Vec<Unseen>,
    /// The paths of its files.
    pub files: Vec<String>,
}
