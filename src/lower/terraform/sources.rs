//! Where the source of a `module` block lies on disk.
//!
//! Local paths are followed inside the root of the scan. What Terraform installed lies in
//! `.terraform/modules` of the root module. Nothing is ever downloaded.

use super::scope::ModuleScope;
use crate::model::{Value, Why};
use crate::source::{self, Problem, Span};
use crate::syntax::hcl::Block;

/// What a source leads to.
pub(super) enum Target {
    /// A module on disk.
    Found(Found),
    /// None.
    Absent(Absent),
}

/// A module that is not on disk.
pub(super) struct Absent {
    /// What the user is told.
    pub problem: Problem,
    /// Where it comes from, as written, with the version; empty where that is not known.
    pub source: String,
    /// Why it is not there, where there is more to say than that.
    pub why: Option<Why>,
}

impl Absent {
    fn new(problem: Problem) -> Self {
        Self { problem, source: String::new(), why: None }
    }
}

/// A module on disk.
pub(super) struct Found {
    /// Its directory, from the root of the scan.
    pub dir: String,
    /// Its `path.module`.
    pub path: String,
    /// Names of the calls that lead to it, dotted.
    pub key: String,
}

/// Finds the module that a block calls.
pub(super) fn target(names: &ModuleScope, name: &str, block: &Block) -> Target {
    let Some(attribute) = block.body.attribute("source") else {
        let problem = Problem::error(block.header, format!("Module `{name}` has no `source`."));
        return Target::Absent(Absent::new(problem));
    };
    let span = attribute.value.span;
    let value = names.evaluate(&attribute.value);
    if let Some(cause) = value.as_unknown().and_then(|unknown| unknown.causes.first()) {
        let problem = Problem::refused(span, format!("The source of module `{name}` is not known: {}.", cause.why));
        return Target::Absent(Absent { why: Some(cause.why.clone()), ..Absent::new(problem) });
    }
    if value.sensitive {
        let message = format!("The source of module `{name}` is sensitive, and would show; OpenTofu refuses it.");
        names.report(Problem::refused(span, message));
    }
    let Some(text) = value.as_str() else {
        let problem = Problem::error(span, format!("The source of module `{name}` is no text."));
        return Target::Absent(Absent::new(problem));
    };
    let instance = names.instance;
    let key =
        if instance.manifest_key.is_empty() { name.to_owned() } else { format!("{}.{name}", instance.manifest_key) };
    let limits = &names.evaluation.input.limits;
    if instance.depth >= limits.module_depth {
        let message = format!("More than {} modules are nested here; this one was left out.", limits.module_depth);
        let why = Some(Why::Limit("nested modules".into()));
        return Target::Absent(Absent { why, ..Absent::new(Problem::error(span, message)) });
    }
    let found = if is_local(text) { local(names, text, key) } else { installed(names, text, key, span) };
    let absent = |problem, why| {
        let version = block.body.attribute("version").map(|version| names.evaluate(&version.value));
        let version = version.as_ref().and_then(Value::as_str).map(|version| format!(" {version}"));
        Target::Absent(Absent { problem, source: format!("{text}{}", version.unwrap_or_default()), why })
    };
    match found {
        Ok(found) if calls_itself(names, &found.dir) => {
            let why = Why::Unseen(ecow::eco_format!("`module.{name}` calls itself through `{text}`"));
            absent(Problem::error(span, format!("Module `{name}` calls itself through `{text}`.")), Some(why))
        }
        Ok(found) => Target::Found(found),
        Err((true, message)) => absent(Problem::error(span, message), None),
        Err((false, message)) => {
            let why = is_local(text).then(|| {
                Why::Unseen(ecow::eco_format!("the source `{text}` of `module.{name}` lies outside the scan root"))
            });
            absent(Problem::warning(span, message), why)
        }
    }
}

/// Whether a source is a path, as Terraform tells them apart.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./")
        || source.starts_with("../")
        || source.starts_with(".\\")
        || source.starts_with("..\\")
        || source == ".."
}

fn calls_itself(names: &ModuleScope, dir: &str) -> bool {
    let callers =
        std::iter::successors(Some(names.instance), |instance| instance.parent.as_ref().map(|parent| &parent.instance));
    callers.into_iter().any(|caller| caller.module.dir == dir)
}

fn local(names: &ModuleScope, source: &str, key: String) -> Result<Found, (bool, String)> {
    let source = source.replace('\\', "/");
    let module = &names.instance.module.dir;
    let Some(dir) = source::join(module, &source) else {
        return Err((false, format!("The source `{source}` lies outside the scan root; nothing is read there.")));
    };
    if !names.evaluation.input.files.is_dir(&dir) {
        return Err((true, format!("There is no directory at `{source}`.")));
    }
    Ok(Found { path: cleaned(&names.instance.path, &source), dir, key })
}

fn installed(names: &ModuleScope, source: &str, key: String, span: Span) -> Result<Found, (bool, String)> {
    let files = names.evaluation.input.files;
    let subdirectory = source.split_once("://").map_or(source, |(_, rest)| rest).split_once("//");
    let subdirectory = subdirectory.map(|(_, rest)| rest.split('?').next().unwrap_or_default().to_owned());
    let mut candidates: Vec<String> =
        names.evaluation.manifest.directory(&key).map(str::to_owned).into_iter().collect();
    // Where there is no manifest, by the layout that it would describe.
    let unpacked = format!(".terraform/modules/{key}");
    candidates.extend(subdirectory.map(|rest| format!("{unpacked}/{rest}")));
    candidates.push(unpacked);
    for path in candidates {
        if let Some(dir) = source::join(&names.evaluation.root, &path)
            && files.is_dir(&dir)
        {
            return Ok(Found { path: cleaned(".", &path), dir, key });
        }
    }
    if let Some(dir) = source::join(&names.instance.module.dir, source)
        && source != "."
        && files.is_dir(&dir)
    {
        // As versions before 0.12 read it.
        let message =
            format!("`{source}` is read as the path `./{source}`; since Terraform 0.12 it must be written so.");
        names.report(Problem::refused(span, message));
        return Ok(Found { path: cleaned(&names.instance.path, source), dir, key });
    }
    if is_address(source) {
        return Err((
            false,
            format!("The module `{source}` is not on disk; run `{}` to have it evaluated too.", fetching(names)),
        ));
    }
    Err((true, format!("`{source}` is no module address. A path begins with `./` or `../`.")))
}

/// The command that installs what the root module calls.
fn fetching(names: &ModuleScope) -> String {
    let root = names.evaluation.root.as_str();
    let is_tofu = |(path, ..): &(String, _, _)| path.contains(".tofu");
    let program = if names.evaluation.declarations(root).files.iter().any(is_tofu) { "tofu" } else { "terraform" };
    if root.is_empty() { format!("{program} init") } else { format!("{program} -chdir={root} init") }
}

/// Whether a source could be that of a registry, a repository or an archive.
fn is_address(source: &str) -> bool {
    let parts = source.split("//").next().unwrap_or_default().split('/').filter(|part| !part.is_empty()).count();
    source.contains("::")
        || source.contains("://")
        || source.starts_with("git@")
        || (3..=4).contains(&parts)
        || parts > 4
}

/// `path` in the directory `base`, as short as it can be written; `.` for the directory itself.
fn cleaned(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}
