//! What charts are rendered with, from flags: those of `helm template`, each with `helm-` before its name.

use crate::lower::kubernetes::{ChartInputs, KubeVersion, SetKind};
use anyhow::Context as _;

/// What charts are rendered with.
#[expect(clippy::struct_excessive_bools, clippy::struct_field_names, reason = "the options of the command line")]
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Helm charts")]
pub struct HelmValues {
    /// File of values for Helm charts; of several the last one wins.
    #[arg(long = "helm-values", value_name = "FILE")]
    helm_files: Vec<String>,
    /// Value for Helm charts, as `helm --set` takes it.
    #[arg(long = "helm-set", value_name = "KEY=VALUE")]
    helm_typed: Vec<String>,
    /// Text value for Helm charts, as `helm --set-string` takes it.
    #[arg(long = "helm-set-string", value_name = "KEY=TEXT")]
    helm_strings: Vec<String>,
    /// JSON value for Helm charts, as `helm --set-json` takes it.
    #[arg(long = "helm-set-json", value_name = "KEY=JSON")]
    helm_json: Vec<String>,
    /// Value for Helm charts that is the content of a file, as `helm --set-file` takes it.
    #[arg(long = "helm-set-file", value_name = "KEY=FILE")]
    helm_contents: Vec<String>,
    /// Literal text value for Helm charts, as `helm --set-literal` takes it.
    #[arg(long = "helm-set-literal", value_name = "KEY=TEXT")]
    helm_literals: Vec<String>,
    /// Release name of Helm charts [default: release-name].
    #[arg(long = "helm-release", value_name = "NAME")]
    helm_release: Option<String>,
    /// Namespace of the releases of Helm charts [default: default].
    #[arg(long = "helm-namespace", value_name = "NAME")]
    helm_namespace: Option<String>,
    /// Kubernetes version that Helm charts are rendered for.
    #[arg(long = "helm-kube-version", value_name = "VERSION")]
    helm_kube_version: Option<String>,
    /// Further API versions of the cluster that Helm charts are rendered for.
    #[arg(long = "helm-api-versions", value_name = "VERSION", value_delimiter = ',')]
    helm_api_versions: Vec<String>,
    /// Render Helm charts for an upgrade instead of an installation.
    #[arg(long = "helm-is-upgrade")]
    helm_is_upgrade: bool,
    /// Show the files in `crds/` of Helm charts too; a scan always evaluates them.
    #[arg(long = "helm-include-crds")]
    helm_include_crds: bool,
    /// Leave out the hooks of Helm charts.
    #[arg(long = "helm-no-hooks")]
    helm_no_hooks: bool,
    /// Leave out the tests of Helm charts.
    #[arg(long = "helm-skip-tests")]
    helm_skip_tests: bool,
    /// Do not validate values against the schemas of Helm charts.
    #[arg(long = "helm-skip-schema-validation")]
    helm_skip_schema: bool,
}

impl HelmValues {
    /// The inputs as the lowering takes them.
    pub fn inputs(&self) -> anyhow::Result<ChartInputs> {
        let parse = |text: &String| {
            let version = KubeVersion::parse(text);
            version.with_context(|| format!("`{text}` is not a Kubernetes version such as 1.33"))
        };
        // Helm applies its options in this order, wherever they stand on the command line.
        let kinds = [
            (SetKind::Json, &self.helm_json),
            (SetKind::Typed, &self.helm_typed),
            (SetKind::String, &self.helm_strings),
            (SetKind::File, &self.helm_contents),
            (SetKind::Literal, &self.helm_literals),
        ];
        let settings = kinds.into_iter().flat_map(|(kind, texts)| texts.iter().map(move |text| (kind, text.clone())));
        Ok(ChartInputs {
            files: self.helm_files.clone(),
            settings: settings.collect(),
            release: self.helm_release.clone(),
            namespace: self.helm_namespace.clone(),
            kube_version: self.helm_kube_version.as_ref().map(parse).transpose()?,
            api_versions: self.helm_api_versions.clone(),
            is_upgrade: self.helm_is_upgrade,
            leaves_out_crds: false,
            no_hooks: self.helm_no_hooks,
            skip_tests: self.helm_skip_tests,
            skip_schema: self.helm_skip_schema,
            sets: Vec::new(),
        })
    }

    /// Whether the files in `crds/` are shown, which `helm template` leaves out unless it is asked for them.
    pub fn includes_crds(&self) -> bool {
        self.helm_include_crds
    }
}
