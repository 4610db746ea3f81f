//! Which files make a module, and reading them.
//!
//! Knows file names and their order; knows nothing of blocks. Terraform's rules for file names, with
//! those of OpenTofu where a `.tofu` file lies beside a `.tf` file.

use super::deployed::AddedFile;
use super::input::Input;
use super::json;
use crate::source::{Files, Kind, Problem, ReadError, SourceId, Sources, Span};
use crate::syntax::hcl::{self, Body};
use std::collections::BTreeSet;

/// One configuration file, parsed as far as it could be.
#[derive(Debug)]
pub(super) struct ConfigFile {
    /// Path from the root.
    pub path: String,
    /// Its number.
    pub source: SourceId,
    /// The blocks that could be read.
    pub body: Body,
    /// Whether it overrides the others.
    pub is_override: bool,
}

/// What reading one directory gave.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// Primary files, then override files, each in lexical order.
    pub files: Vec<ConfigFile>,
    /// Files of the directory that another one replaces: the hidden one and the one that counts.
    pub hidden: Vec<(String, String)>,
    /// Files that could not be read at all; the directory itself when it could not be listed.
    pub failed: Vec<(String, ReadError)>,
    /// What the parsers had to say.
    pub problems: Vec<Problem>,
}

/// What the name of a configuration file says.
struct Name<'n> {
    stem: &'n str,
    is_json: bool,
    is_tofu: bool,
}

impl<'n> Name<'n> {
    /// `None` when it is no configuration file.
    fn of(name: &'n str) -> Option<Self> {
        let ignored = name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
        if ignored {
            return None;
        }
        let endings =
            [(".tf", false, false), (".tf.json", true, false), (".tofu", false, true), (".tofu.json", true, true)];
        endings
            .into_iter()
            .find_map(|(ending, is_json, is_tofu)| Some(Self { stem: name.strip_suffix(ending)?, is_json, is_tofu }))
    }

    fn is_override(&self) -> bool {
        self.stem == "override" || self.stem.ends_with("_override")
    }
}

/// Whether a file of this name is configuration.
pub(super) fn is_configuration_file(name: &str) -> bool {
    Name::of(name).is_some()
}

/// Whether a file overrides the others of its directory.
pub(super) fn is_override(path: &str) -> bool {
    Name::of(path.rsplit('/').next().unwrap_or(path)).is_some_and(|name| name.is_override())
}

/// Whether a file of this kind is configuration, and not only values.
pub(super) fn is_configuration(kind: Kind) -> bool {
    matches!(kind, Kind::Terraform | Kind::TerraformJson)
}

/// The names of all files of a directory, sorted.
pub(super) fn names(input: &Input, dir: &str) -> Result<Vec<String>, ReadError> {
    let entries = input.files.list(dir)?.into_iter();
    Ok(entries.filter(|entry| !entry.is_dir).map(|entry| entry.name).collect())
}

/// Reads and parses the configuration files of a directory.
pub(super) fn load(input: &Input, dir: &str) -> Loaded {
    let mut loaded = Loaded::default();
    let names = names(input, dir).unwrap_or_else(|error| {
        loaded.failed.push((dir.to_owned(), error));
        Vec::new()
    });
    let tofu: BTreeSet<(&str, bool)> = names
        .iter()
        .filter_map(|name| Name::of(name))
        .filter(|name| name.is_tofu)
        .map(|name| (name.stem, name.is_json))
        .collect();
    for name in &names {
        let Some(parts) = Name::of(name) else { continue };
        let path = within(dir, name);
        if !parts.is_tofu && tofu.contains(&(parts.stem, parts.is_json)) {
            let ending = if parts.is_json { ".tofu.json" } else { ".tofu" };
            loaded.hidden.push((path, within(dir, &format!("{}{ending}", parts.stem))));
            continue;
        }
        match read(input, &path, &mut loaded.problems) {
            Ok((source, text)) => {
                let (body, problems) = if parts.is_json {
                    hcl::parse_json(source, &text, &json::property)
                } else {
                    hcl::parse(source, &text)
                };
                loaded.problems.extend(problems);
                loaded.files.push(ConfigFile { path, source, body, is_override: parts.is_override() });
            }
            Err(error) => loaded.failed.push((path, error)),
        }
    }
    loaded.files.sort_by_key(|file| file.is_override);
    loaded
}

/// Reads the configuration files of a directory, with those that it gets before it is run.
pub(super) fn load_with(input: &Input, dir: &str, added: &[AddedFile]) -> Loaded {
    let mut loaded = load(input, dir);
    for AddedFile { name, replaces, path, source, body } in added {
        let replaced = within(dir, name);
        match loaded.files.iter().position(|file| file.path == replaced) {
            Some(_) if !replaces => continue,
            Some(at) => _ = loaded.files.remove(at),
            None => {}
        }
        let (path, is_override) = (path.clone(), is_override(name));
        loaded.files.push(ConfigFile { path, source: *source, body: body.clone(), is_override });
    }
    loaded.files.sort_by_key(|file| file.is_override);
    loaded
}

/// Reads a text; bytes that are not UTF-8 are replaced, with a problem.
pub(super) fn read(input: &Input, path: &str, problems: &mut Vec<Problem>) -> Result<(SourceId, String), ReadError> {
    read_text(input.files, input.sources, path, problems)
}

/// The same. What was read for another environment is not read again.
pub(super) fn read_text(
    files: &dyn Files,
    sources: &Sources,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Result<(SourceId, String), ReadError> {
    if let Some(source) = sources.of_file(path) {
        return Ok((source, sources.get(source).text.clone()));
    }
    let bytes = files.read(path)?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let source = sources.add(path, "");
        let message = "The file is in UTF-16, of which nothing was read. Save it as UTF-8.";
        problems.push(Problem::error(Span::new(source, 0, 0), message));
        return Ok((source, String::new()));
    }
    let (text, is_clean) = match String::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
    };
    let source = sources.add(path, text.clone());
    if !is_clean {
        let message = "The file is not UTF-8. Save it as UTF-8; the bytes that are not were replaced.";
        problems.push(Problem::error(Span::new(source, 0, 0), message));
    }
    Ok((source, text))
}

/// The path of a file of a directory.
pub(super) fn within(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}
