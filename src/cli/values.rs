//! Values from outside: variables and build arguments, from flags and the environment.

use super::helm_values::HelmValues;
use crate::lower::Inputs;
use crate::lower::terraform::{Assignment, Limits, Variables};
use anyhow::Context as _;
use clap::ArgMatches;

/// Values from outside.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Values {
    /// Value of a Terraform variable.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,
    /// File of values of Terraform variables.
    #[arg(long = "var-file", value_name = "FILE")]
    variable_files: Vec<String>,
    /// Terraform workspace that is evaluated.
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// Directory of the configuration that a Terraform plan was made of. [default: the directory of the plan]
    #[arg(long, value_name = "DIR")]
    plan_for: Option<String>,
    /// Value of a Dockerfile's ARG.
    #[arg(long, value_name = "NAME=VALUE")]
    build_arg: Vec<String>,
    /// Stage that is built of a Dockerfile.
    #[arg(long, value_name = "STAGE")]
    target: Option<String>,
    /// How charts are rendered.
    #[command(flatten)]
    pub helm: HelmValues,
    /// Places on the command line of `variables`, then of `variable_files`: the later one counts.
    #[arg(skip)]
    order: (Vec<usize>, Vec<usize>),
}

impl Values {
    /// Remembers in which order the flags were given.
    pub fn note_order(&mut self, matches: &ArgMatches) {
        let places = |id| matches.indices_of(id).map(Iterator::collect).unwrap_or_default();
        self.order = (places("variables"), places("variable_files"));
    }

    /// Returns the workspace of the command line.
    pub fn workspace(&self) -> Option<&str> {
        self.workspace.as_deref()
    }

    /// The values as the lowering takes them, with `TF_VAR_<name>` and `TF_WORKSPACE` of the
    /// environment, as in Terraform.
    pub fn inputs(&self) -> anyhow::Result<Inputs> {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?.to_owned(), value)));
        let mut environment: Vec<(String, String)> = environment.collect();
        environment.sort();
        let of_environment = || std::env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty());
        let workspace = self.workspace.clone().or_else(of_environment);
        Ok(Inputs {
            variables: Variables { environment, configured: Vec::new(), command_line: self.command_line()?, workspace },
            build_args: self.build_arg.iter().map(|text| pair(text)).collect::<Result<_, _>>()?,
            target: self.target.clone(),
            charts: self.helm.inputs()?,
            plan_for: self.plan_for.clone(),
            limits: Limits::default(),
        })
    }

    fn command_line(&self) -> anyhow::Result<Vec<Assignment>> {
        let mut all = Vec::new();
        for (text, place) in self.variables.iter().zip(&self.order.0) {
            let (name, text) = pair(text)?;
            all.push((*place, Assignment::Value { name, text }));
        }
        for (path, place) in self.variable_files.iter().zip(&self.order.1) {
            all.push((*place, Assignment::File(path.clone())));
        }
        all.sort_by_key(|(place, _)| *place);
        Ok(all.into_iter().map(|(_, assignment)| assignment).collect())
    }
}

fn pair(text: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = text.split_once('=').with_context(|| format!("`{text}` is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}
