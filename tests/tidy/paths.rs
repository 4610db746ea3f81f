//! Which file of the crate names which: the paths of `use` items and of expressions, resolved to files.
//!
//! Knows Rust's syntax only as far as this needs: comments are left out, `#[cfg(test)]` ends a file, use trees are
//! expanded, and a name that a module re-exports leads to the file that defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A module by its path below the crate: `["model", "value"]`; the crate itself is empty.
pub type Module = Vec<String>;

/// One path that a file names.
struct Named {
    path: Vec<String>,
    is_reexport: bool,
}

/// All modules, and the paths that each names.
pub struct Crate {
    modules: BTreeMap<Module, Vec<Named>>,
}

impl Crate {
    /// Reads the files, paths below `src` with texts.
    pub fn new<'t>(files: impl Iterator<Item = (&'t Path, &'t str)>) -> Self {
        let modules = files.map(|(path, text)| (module_of(path), named(&code_of(text))));
        Self { modules: modules.collect() }
    }

    /// The modules in order.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.keys()
    }

    /// The modules that `module` uses, not counting those that it contains or is contained in: the `mod.rs` of a
    /// folder speaks for the folder, and may define what its files share.
    pub fn uses(&self, module: &Module) -> BTreeSet<Module> {
        let named = self.modules.get(module).into_iter().flatten().filter(|named| !named.is_reexport);
        let used = named.filter_map(|named| self.resolved(module, &named.path, 0));
        used.filter(|used| !module.starts_with(used) && !used.starts_with(module)).collect()
    }

    /// The module that a path named in `module` leads to; `None` when it leads out of the crate.
    fn resolved(&self, module: &Module, path: &[String], depth: usize) -> Option<Module> {
        let mut rest = path;
        let mut at = match rest.first()?.as_str() {
            "crate" => Module::new(),
            "self" | "super" => module.clone(),
            child if self.modules.contains_key(&inside(module, child)) => module.clone(),
            _ => return None,
        };
        while let Some(first) = rest.first().filter(|name| ["crate", "self", "super"].contains(&name.as_str())) {
            if first == "super" {
                at.pop();
            }
            rest = &rest[1..];
        }
        while let Some(child) =
            rest.first().map(|name| inside(&at, name)).filter(|child| self.modules.contains_key(child))
        {
            at = child;
            rest = &rest[1..];
        }
        let Some(name) = rest.first().filter(|_| depth < 8) else { return Some(at) };
        let exported = self.modules.get(&at)?.iter().filter(|named| named.is_reexport);
        let source = exported
            .filter(|named| named.path.last() == Some(name))
            .find_map(|named| self.resolved(&at, &named.path, depth + 1));
        source.or(Some(at))
    }
}

fn inside(module: &Module, child: &str) -> Module {
    module.iter().cloned().chain([child.to_owned()]).collect()
}

/// The module that the file at `path`, below `src`, is.
fn module_of(path: &Path) -> Module {
    let mut parts: Module = path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// The text without comments and without tests.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn named(code: &str) -> Vec<Named> {
    let mut named = Vec::new();
    let mut rest = code;
    let mut expressions = String::new();
    while let Some(at) = find_use(rest) {
        let (before, item) = rest.split_at(at);
        expressions.push_str(before);
        let is_reexport = before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("pub"));
        let (tree, after) = item["use ".len()..].split_once(';').unwrap_or((item, ""));
        let mut paths = Vec::new();
        expand(&[], tree, &mut paths);
        named.extend(paths.into_iter().map(|path| Named { path, is_reexport }));
        rest = after;
    }
    expressions.push_str(rest);
    named.extend(paths_in(&expressions).map(|path| Named { path, is_reexport: false }));
    named
}

/// Where the next `use` item begins.
fn find_use(code: &str) -> Option<usize> {
    let starts = code.match_indices("use ").map(|(at, _)| at);
    starts.into_iter().find(|at| {
        let line = code[..*at].rsplit('\n').next().unwrap_or_default().trim_start();
        line.is_empty() || line == "pub " || line.starts_with("pub(")
    })
}

/// All paths of a use tree.
fn expand(prefix: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let Some((base, group)) = tree.split_once('{') else {
        let whole = tree.split(" as ").next().unwrap_or_default();
        let path: Vec<String> = prefix.iter().cloned().chain(segments(whole)).filter(|name| name != "*").collect();
        return paths.push(path);
    };
    let prefix: Vec<String> = prefix.iter().cloned().chain(segments(base)).collect();
    let group = group.rsplit_once('}').map_or(group, |(group, _)| group);
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = &group[start..at];
                if !part.trim().is_empty() {
                    expand(&prefix, part, paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = String> + '_ {
    path.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The paths of several segments in expressions and types.
fn paths_in(code: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = code.split(move |c| !is_part(c)).filter(|word| word.contains("::"));
    words.map(|word| segments(word).collect::<Vec<_>>()).filter(|path| path.len() > 1)
}
