//! What charts are rendered with: what `helm template` takes on its command line.

use super::helm::chart::{KubeVersion, Release, SetKind, Setting};
use crate::model::Text;
use crate::source::{Sources, Span, TextPlace, join};

/// The version of Kubernetes that Helm 3.22 renders for when nobody names one.
const KUBE_VERSION: &str = "1.37.0";

/// What charts are rendered with.
#[expect(clippy::struct_excessive_bools, reason = "the switches of `helm template`")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartInputs {
    /// Files of values, the last of which wins. The paths count from the working directory until
    /// [`ChartInputs::seen_from_root`].
    pub files: Vec<String>,
    /// Single values, in the order in which Helm applies them.
    pub settings: Vec<(SetKind, String)>,
    /// The name of the release.
    pub release: Option<String>,
    /// The namespace of the release.
    pub namespace: Option<String>,
    /// The version of the cluster.
    pub kube_version: Option<KubeVersion>,
    /// Versions of the API that the cluster has beside those that Helm knows.
    pub api_versions: Vec<String>,
    /// Whether a release is upgraded instead of installed.
    pub is_upgrade: bool,
    /// Whether the files in `crds/` are left out, as `helm template` does unless it is asked for them.
    pub leaves_out_crds: bool,
    /// Whether hooks are left out.
    pub no_hooks: bool,
    /// Whether tests are left out.
    pub skip_tests: bool,
    /// Whether values are not held against the schema of the chart.
    pub skip_schema: bool,
    /// The sets of values that the configuration names for charts.
    pub sets: Vec<ChartSet>,
}

/// A set of values of one chart. Paths count from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartSet {
    /// The directory of the chart.
    pub chart: String,
    /// The name of the set.
    pub name: Text,
    /// The name of the release.
    pub release: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Files of values, the last of which wins, with what names each.
    pub files: Vec<(String, TextPlace)>,
    /// Single values, as `helm --set-json` takes them, with what gives each.
    pub values: Vec<(String, TextPlace)>,
}

impl ChartInputs {
    /// The same, with paths from the root, which were from a directory.
    pub(super) fn seen_from_root(&self, directory: &str) -> Self {
        let from_root = |path: &String| join(directory, path).unwrap_or_else(|| path.clone());
        Self { files: self.files.iter().map(from_root).collect(), ..self.clone() }
    }

    /// Whether somebody gives values: without any, a chart is rendered with its defaults, which may be incomplete.
    pub(super) fn gives_values(&self) -> bool {
        !self.files.is_empty() || !self.settings.is_empty()
    }

    /// What the chart is installed as.
    pub(super) fn release(&self) -> Release {
        let text = |given: &Option<String>, usual: &str| given.clone().unwrap_or_else(|| usual.to_owned());
        let usual = || KubeVersion::parse(KUBE_VERSION).unwrap_or_default();
        Release {
            name: text(&self.release, "release-name"),
            namespace: text(&self.namespace, "default"),
            is_upgrade: self.is_upgrade,
            kube_version: self.kube_version.clone().unwrap_or_else(usual),
            api_versions: self.api_versions.clone(),
        }
    }

    /// The settings, with texts to point into.
    pub(super) fn settings(&self, sources: &Sources) -> Vec<Setting> {
        let setting = |(kind, text): &(SetKind, String)| {
            let source = sources.add_input(format!("--helm-{}", kind.option()), text.as_str());
            Setting { kind: *kind, text: text.clone(), span: Span::new(source, 0, text.len() as u32) }
        };
        self.settings.iter().map(setting).collect()
    }

    /// The files that settings name, by the path that they name them by.
    pub(super) fn named_files(&self) -> impl Iterator<Item = &str> {
        let of_file = self.settings.iter().filter(|(kind, _)| *kind == SetKind::File);
        of_file.flat_map(|(_, text)| text.split(',')).filter_map(|part| Some(part.split_once('=')?.1))
    }
}
