//! The releases of a provider that a module may be run with.
//!
//! Owns what version constraints, `version` of a `provider` block and the lock file say of major versions.

use super::evaluation::Evaluation;
use super::load;
use super::module::Module;
use super::providers::{SAME, is_of, member, required, source, text};
use crate::expr::VersionConstraints;
use crate::schema::{Family, Releases};
use crate::syntax::hcl::{self, Block, Body};
use ecow::EcoString;

/// Returns the releases of a provider that a module may be run with: what itself and the root module ask for, or the
/// one that is locked. Empty where it asks for releases that the table has not.
pub(super) fn of(evaluation: &Evaluation, module: &Module, family: Family) -> Releases {
    let key = (module.dir.clone(), family);
    let known = evaluation.releases.borrow().get(&key).copied();
    known.unwrap_or_else(|| {
        let found = find(evaluation, module, family);
        evaluation.releases.borrow_mut().insert(key, found);
        found
    })
}

fn find(evaluation: &Evaluation, module: &Module, family: Family) -> Releases {
    if let Some(locked) = locked(evaluation, family) {
        return family.select(|release| release == locked);
    }
    let root = evaluation.declarations(&evaluation.root);
    let mut conditions = VersionConstraints::default();
    for module in [module, &root] {
        let locals = [family.name(), SAME.0].into_iter();
        for local in locals.filter(|local| is_of(family, local, source(&module.settings, local))) {
            constraints(module, local, &mut conditions);
        }
    }
    family.select(|release| conditions.admit_some(release.into(), None))
}

/// Adds the conditions that a module makes of a provider by its local name. One that cannot be read admits all releases.
fn constraints(module: &Module, local: &str, conditions: &mut VersionConstraints) {
    let declared = required(&module.settings, local).filter_map(|expr| text(expr).or_else(|| member(expr, "version")));
    let is_configured = |block: &&Block| block.labels.first().is_some_and(|label| label.name == local);
    let configured = module.providers.iter().filter(is_configured);
    let configured = configured.filter_map(|block| text(&block.body.attribute("version")?.value));
    let written = declared.chain(configured).flat_map(|constraint| constraint.split(','));
    written.filter_map(VersionConstraints::read).for_each(|condition| conditions.extend(condition));
}

/// The major version of a provider that `terraform init` locked.
fn locked(evaluation: &Evaluation, family: Family) -> Option<u16> {
    let locks = evaluation.locks.get_or_init(|| read_locks(evaluation));
    locks.iter().find(|(source, _)| is_of(family, "", Some(source))).map(|(_, release)| *release)
}

/// Sources and major versions in the lock file of the root module.
fn read_locks(evaluation: &Evaluation) -> Vec<(EcoString, u16)> {
    let path = load::within(&evaluation.root, ".terraform.lock.hcl");
    if !evaluation.input.files.is_file(&path) {
        return Vec::new();
    }
    let Ok((source, text)) = load::read(&evaluation.input, &path, &mut Vec::new()) else { return Vec::new() };
    let (body, _): (Body, _) = hcl::parse(source, &text);
    let lock = |block: &Block| {
        let version = block.body.attribute("version").and_then(|attribute| super::providers::text(&attribute.value))?;
        Some((block.labels.first()?.name.clone(), version.split('.').next()?.parse().ok()?))
    };
    body.blocks_of("provider").filter_map(lock).collect()
}
