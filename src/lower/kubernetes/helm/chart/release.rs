//! What a chart is installed as.

use super::capabilities::KubeVersion;

/// What a chart is installed as.
#[derive(Clone, Debug)]
pub struct Release {
    /// `.Release.Name`
    pub name: String,
    /// `.Release.Namespace`
    pub namespace: String,
    /// Whether it is upgraded instead of installed.
    pub is_upgrade: bool,
    /// The version of the cluster.
    pub kube_version: KubeVersion,
    /// Group versions that the cluster has beside those that Helm knows.
    pub api_versions: Vec<String>,
}
