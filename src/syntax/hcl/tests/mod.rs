//! The reader against its specification, against other readers, and against hostile texts.

mod hostile;
mod json;
mod oracles;
mod shapes;

use crate::source::{Problem, SourceId};
use std::path::{Path, PathBuf};

const SOURCE: SourceId = SourceId(0);

/// A folder of test data that is not part of the project, named by an environment variable or else
/// looked for in the shared folder; `None`, with a message, where it is not at hand.
fn data(variable: &str, below_shared: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("GATELINT_SHARED").map_or_else(|| beside("shared"), PathBuf::from);
    let path = std::env::var_os(variable).map_or_else(|| shared.join(below_shared), PathBuf::from);
    let found = path.exists();
    if !found {
        eprintln!("skipped: no {}, and {variable} is not set", path.display());
    }
    found.then_some(path)
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// All files below `dir` whose names end in `ending`, sorted, as text.
fn files(dir: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let (mut found, mut dirs) = (Vec::new(), vec![dir.to_path_buf()]);
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                dirs.push(entry.path());
            } else if kind.is_file() && entry.file_name().to_string_lossy().ends_with(ending) {
                found.extend(std::fs::read_to_string(entry.path()).ok().map(|text| (entry.path(), text)));
            }
        }
    }
    found.sort();
    found
}

fn messages(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| format!("{}..{}: {}", problem.span.start, problem.span.end, problem.message))
        .collect()
}
