//! The ledger: what was looked at, and how far it got. Nothing that was found is missing here.

/// What a file is, by its name and content. The one list of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `.tf`, `.tofu`.
    Terraform,
    /// `.tf.json`, `.tofu.json`.
    TerraformJson,
    /// `.tfvars`, `.tfvars.json`.
    TerraformVariables,
    /// `.tftest.hcl`, `.tofutest.hcl` and their mocks, `.tfmock.hcl`.
    TerraformTest,
    /// `.tfquery.hcl`: searches for resources that exist already.
    TerraformQuery,
    /// `.tfcomponent.hcl`, `.tfdeploy.hcl`, `.tfstack.hcl`.
    TerraformStack,
    /// `terragrunt.hcl`, and the files that such a file includes.
    Terragrunt,
    /// JSON of `terraform show`: a plan.
    TerraformPlan,
    /// JSON of `terraform show`: a state; or a raw state, `.tfstate`.
    TerraformState,
    /// YAML or JSON that holds Kubernetes objects.
    Kubernetes,
    /// `kustomization.yaml` and its other spellings.
    Kustomization,
    /// A file of a Helm chart: `Chart.yaml`, values, templates.
    Helm,
    /// What `helm template` printed, on standard input.
    RenderedChart,
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// A Dockerfile that a template engine has to render first.
    DockerfileTemplate,
    /// A Compose file.
    Compose,
    /// `docker-bake.hcl`, `docker-bake.json`, and the files that override them.
    Bake,
    /// A `CloudFormation` template, as YAML or JSON.
    CloudFormation,
    /// An Azure Resource Manager template.
    Arm,
    /// A Bicep file.
    Bicep,
    /// A Packer template or its variables: `.pkr.hcl`, `.pkrvars.hcl`.
    Packer,
    /// YAML of no kind above.
    Yaml,
    /// JSON of no kind above.
    Json,
    /// `.gitignore` or `.ignore`, where its rules do not count.
    IgnoreRules,
    /// A directory, where it could not be read.
    Directory,
}

impl Kind {
    /// The name in the ledger of every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::TerraformJson => "terraform-json",
            Self::TerraformVariables => "terraform-variables",
            Self::TerraformTest => "terraform-test",
            Self::TerraformQuery => "terraform-query",
            Self::TerraformStack => "terraform-stack",
            Self::Terragrunt => "terragrunt",
            Self::TerraformPlan => "terraform-plan",
            Self::TerraformState => "terraform-state",
            Self::Kubernetes => "kubernetes",
            Self::Kustomization => "kustomization",
            Self::Helm => "helm",
            Self::RenderedChart => "rendered-chart",
            Self::Dockerfile => "dockerfile",
            Self::DockerfileTemplate => "dockerfile-template",
            Self::Compose => "compose",
            Self::Bake => "bake",
            Self::CloudFormation => "cloudformation",
            Self::Arm => "arm",
            Self::Bicep => "bicep",
            Self::Packer => "packer",
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::IgnoreRules => "ignore-rules",
            Self::Directory => "directory",
        }
    }

    /// What people call a file of this kind.
    pub fn title(self) -> &'static str {
        match self {
            Self::Terraform | Self::TerraformJson => "Terraform configuration",
            Self::TerraformVariables => "Terraform variable definitions",
            Self::TerraformTest => "Terraform test",
            Self::TerraformQuery => "Terraform query",
            Self::TerraformStack => "Terraform Stacks configuration",
            Self::Terragrunt => "Terragrunt configuration",
            Self::TerraformPlan => "Terraform plan",
            Self::TerraformState => "Terraform state",
            Self::Kubernetes => "Kubernetes manifest",
            Self::Kustomization => "kustomization",
            Self::Helm => "Helm chart",
            Self::RenderedChart => "rendered Helm chart",
            Self::Dockerfile => "Dockerfile",
            Self::DockerfileTemplate => "Dockerfile template",
            Self::Compose => "Compose file",
            Self::Bake => "Bake file",
            Self::CloudFormation => "CloudFormation template",
            Self::Arm => "Azure Resource Manager (ARM) template",
            Self::Bicep => "Bicep file",
            Self::Packer => "Packer template",
            Self::Yaml => "YAML file",
            Self::Json => "JSON file",
            Self::IgnoreRules => "ignore file",
            Self::Directory => "directory",
        }
    }
}

/// How far a file got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Read whole and judged.
    Evaluated,
    /// Left out for a stated reason; exit 4 only under `--require-complete`, and not where nothing is deployed from it.
    Skipped,
    /// Part of it could not be read or evaluated; exit 4.
    Partial,
    /// None of it could be read; exit 4.
    Failed,
}

impl Status {
    /// The name in the ledger of every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evaluated => "evaluated",
            Self::Skipped => "skipped",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}

/// One file in the ledger. Every candidate file stands in it exactly once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerEntry {
    /// Path from the root, with `/`.
    pub file: String,
    /// What it is.
    pub kind: Kind,
    /// How far it got.
    pub status: Status,
    /// Why it got no further, where it did not.
    pub reason: Option<String>,
    /// Whether something may be deployed from it. A scan is complete without a file, such as a test, from which nothing
    /// is.
    pub is_deployed: bool,
}

impl LedgerEntry {
    /// A file that was read whole and judged.
    pub fn evaluated(file: impl Into<String>, kind: Kind) -> Self {
        Self { file: file.into(), kind, status: Status::Evaluated, reason: None, is_deployed: true }
    }

    /// A file that got no further than `status`, and why.
    pub fn stopped(file: impl Into<String>, kind: Kind, status: Status, reason: impl Into<String>) -> Self {
        Self { file: file.into(), kind, status, reason: Some(reason.into()), is_deployed: true }
    }

    /// A file that was skipped since nothing is deployed from it, and why that is so.
    pub fn undeployed(file: impl Into<String>, kind: Kind, reason: impl Into<String>) -> Self {
        Self { is_deployed: false, ..Self::stopped(file, kind, Status::Skipped, reason) }
    }
}
