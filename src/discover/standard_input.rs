//! A text on standard input, as one more file of the tree.
//!
//! Owns what the text is called: by the name that it is given, or by what it is. Knows first bytes only.

use super::disk::{Disk, WalkError};
use super::overlay::Overlay;
use super::{Candidate, Tree, content};
use crate::source::{Kind, join};
use std::sync::Arc;

/// What a text without a name is called.
const UNNAMED: &str = "stdin";

/// What was read from standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardInput {
    /// Its name, from the working directory.
    pub name: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Why standard input is no input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StandardInputError {
    /// There is nothing.
    #[error("standard input is empty")]
    Empty,
    /// Nothing tells what it is.
    #[error("cannot tell what standard input is; name it with --stdin-name, as in --stdin-name main.tf")]
    Unclear,
    /// The name leads out of the root.
    #[error("--stdin-name leads out of the scan root")]
    Outside,
}

impl StandardInput {
    /// Whether a tree can hold it.
    pub fn check(&self) -> Result<(), StandardInputError> {
        self.place("").map(drop)
    }

    /// The tree of `paths`, of no other file where there are none, with the text as one more file.
    pub fn tree(&self, paths: &[std::path::PathBuf]) -> Result<Tree, WalkError> {
        let mut tree = if paths.is_empty() { Disk::unvisited()? } else { Disk::tree(paths)? };
        let Ok(candidate) = self.place(&tree.directory) else { return Ok(tree) };
        let path = candidate.path.clone();
        tree.candidates.retain(|other| other.path != path);
        tree.left_out.retain(|entry| entry.file != path);
        tree.candidates.push(candidate);
        tree.candidates.sort();
        tree.starts.push(path.clone());
        let contents = [(path, self.bytes.clone())].into();
        tree.files = Arc::new(Overlay { files: tree.files, contents });
        Ok(tree)
    }

    /// Where it stands, for a working directory, and what it is.
    fn place(&self, directory: &str) -> Result<Candidate, StandardInputError> {
        let head = String::from_utf8_lossy(self.bytes.get(..64 << 10).unwrap_or(&self.bytes)).into_owned();
        if head.trim().is_empty() {
            return Err(StandardInputError::Empty);
        }
        if let Some(name) = &self.name {
            let path = join(directory, &name.replace('\\', "/")).filter(|path| !path.is_empty());
            let path = path.ok_or(StandardInputError::Outside)?;
            let kind = content::kind::<()>(&path, true, |_| Ok(head.clone())).ok().flatten();
            let kind = kind.or_else(|| content::of_text(&head)).ok_or(StandardInputError::Unclear)?;
            return Ok(Candidate { path, kind: content::printed(kind, &head) });
        }
        let kind = content::of_text(&head).ok_or(StandardInputError::Unclear)?;
        let path = match kind {
            // Files of Terraform are known by their endings, and make one module with those beside them.
            Kind::Terraform => format!("{UNNAMED}/main.tf"),
            // What they were made of lies in the working directory.
            Kind::TerraformPlan | Kind::TerraformState | Kind::Dockerfile => {
                join(directory, UNNAMED).unwrap_or_else(|| UNNAMED.to_owned())
            }
            _ => UNNAMED.to_owned(),
        };
        Ok(Candidate { path, kind: content::printed(kind, &head) })
    }
}

#[cfg(test)]
mod tests {
    use super::{StandardInput, StandardInputError};
    use crate::source::Kind;

    fn placed(name: Option<&str>, text: &str) -> Result<(String, Kind), StandardInputError> {
        let input = StandardInput { name: name.map(str::to_owned), bytes: text.as_bytes().to_vec() };
        input.place("infra").map(|candidate| (candidate.path, candidate.kind))
    }

    #[test]
    fn a_text_is_known_by_its_name_or_by_what_it_is() {
        let of = |text: &str| placed(None, text).map(|(path, kind)| format!("{path} {}", kind.name()));
        let plan = "{\"format_version\":\"1.2\",\"planned_values\":{}}";
        assert_eq!(of(plan).as_deref(), Ok("infra/stdin terraform-plan"));
        assert_eq!(of("# a build\nFROM alpine\n").as_deref(), Ok("infra/stdin dockerfile"));
        assert_eq!(
            of("---\n# Source: c/templates/a.yaml\napiVersion: v1\nkind: Pod\n").as_deref(),
            Ok("stdin rendered-chart")
        );
        assert_eq!(of("{\"apiVersion\": \"v1\", \"kind\": \"List\"}").as_deref(), Ok("stdin yaml"));
        assert_eq!(of("# x\nresource \"a_b\" \"c\" {}\n").as_deref(), Ok("stdin/main.tf terraform"));
        assert_eq!(of(" \n"), Err(StandardInputError::Empty));
        assert_eq!(of("hello\n"), Err(StandardInputError::Unclear));
        assert_eq!(placed(Some("a.tf"), "x"), Ok(("infra/a.tf".to_owned(), Kind::Terraform)));
        assert_eq!(placed(Some("plan"), plan), Ok(("infra/plan".to_owned(), Kind::TerraformPlan)));
        assert_eq!(placed(Some("../../a.tf"), "x"), Err(StandardInputError::Outside));
    }
}
