//! `gatelint export`

use crate::check::{self, Page};
use crate::engine::{self, Catalog, CheckNames, CustomPage, PolicySet, Selection};
use crate::export::{self, Action};
use crate::gate::Exit;
use crate::source::Sources;
use clap::{Subcommand, ValueEnum};
use std::io::Write as _;
use std::path::PathBuf;

/// `gatelint export`
#[derive(Debug, clap::Args)]
pub struct Export {
    /// What checks become.
    #[command(subcommand)]
    pub what: ExportWhat,
}

/// What checks can become.
#[derive(Debug, Subcommand)]
pub enum ExportWhat {
    /// ValidatingAdmissionPolicies of Kubernetes, with a binding each.
    Vap(Vap),
}

/// `gatelint export vap`
#[derive(Debug, clap::Args)]
pub struct Vap {
    /// The checks: ids, globs of ids, or ids of other tools.
    #[arg(value_name = "CHECK", required = true)]
    pub checks: Vec<String>,
    /// What the bindings do with an object that a policy refuses.
    #[arg(long, value_enum, value_name = "ACTION", default_value = "deny")]
    pub action: ActionName,
    /// Directory of custom checks. A custom page replaces the built-in check with the same id.
    #[arg(long = "checks", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// The word for an action.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ActionName {
    /// Refuse the object.
    Deny,
    /// Warn the user.
    Warn,
    /// Write to the audit log.
    Audit,
}

/// Writes the policies to standard output, and the checks that cannot be policies, with the reasons, to standard error.
pub fn run(args: &Export) -> anyhow::Result<Exit> {
    let ExportWhat::Vap(vap) = &args.what;
    let action = match vap.action {
        ActionName::Deny => Action::Deny,
        ActionName::Warn => Action::Warn,
        ActionName::Audit => Action::Audit,
    };
    let sources = Sources::default();
    let custom = super::custom::pages(&vap.folders)?;
    let (mut out, mut errors) = (std::io::stdout().lock(), std::io::stderr().lock());
    let mut exported = 0;
    for (page, custom) in pages(&vap.checks, &custom, &sources)? {
        match export::policy(&page, custom) {
            Ok(policy) => {
                if exported > 0 {
                    writeln!(out, "---")?;
                }
                out.write_all(policy.yaml(action).as_bytes())?;
                exported += 1;
            }
            Err(reason) => writeln!(errors, "{}: not exported: {reason}", page.meta.id)?,
        }
    }
    Ok(if exported > 0 { Exit::Open } else { Exit::Usage })
}

/// The checks that are named.
fn pages<'c>(
    names: &[String],
    custom: &'c [CustomPage],
    sources: &Sources,
) -> anyhow::Result<Vec<(Page, Option<&'c CustomPage>)>> {
    let (policies, selection) = (PolicySet::default(), Selection::default());
    let catalog = Catalog::new(custom, &policies, &selection, sources).map_err(anyhow::Error::msg)?;
    let own: Vec<&CustomPage> = engine::latest(custom).collect();
    let known = CheckNames::new(catalog.ids(), &own);
    let wanted = known.globs(names, false).map_err(anyhow::Error::msg)?;
    let broken = |problems: Vec<crate::source::Problem>| {
        let told: Vec<String> = problems.iter().map(|problem| super::custom::told(problem, sources)).collect();
        anyhow::anyhow!(told.join("\n"))
    };
    let mut pages = Vec::new();
    for page in own.iter().filter(|page| wanted.is_match(&page.id)) {
        pages.push((engine::load_custom(page, sources).map_err(broken)?, Some(*page)));
    }
    let is_replaced = |id: &str| own.iter().any(|page| page.id == id);
    for page in check::pages().iter().filter(|page| wanted.is_match(page.id) && !is_replaced(page.id)) {
        pages.push((engine::load(page, sources).map_err(broken)?, None));
    }
    pages.sort_by(|(one, _), (other, _)| one.meta.id.cmp(&other.meta.id));
    Ok(pages)
}
