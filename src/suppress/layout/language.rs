//! What files are written in, as far as comments differ.

use crate::discover::kind_of;
use crate::source::{Kind, LedgerEntry};
use std::collections::HashMap;

/// What a file is written in, as far as comments differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// HCL of Terraform: `#`, `//`, `/* */`.
    Terraform,
    /// YAML: `#`.
    Yaml,
    /// A template of a Helm chart: `#`, `{{/* */}}`.
    Template,
    /// A Dockerfile: `#`, alone on its line.
    Dockerfile,
}

impl Language {
    /// The language of a kind of file; none where there are no comments.
    pub fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Terraform | Kind::TerraformVariables => Some(Self::Terraform),
            Kind::Kubernetes | Kind::Kustomization | Kind::Helm | Kind::Yaml => Some(Self::Yaml),
            Kind::Dockerfile => Some(Self::Dockerfile),
            _ => None,
        }
    }
}

/// The languages of the files of a scan.
#[derive(Debug)]
pub struct Languages<'a>(HashMap<&'a str, Kind>);

impl<'a> Languages<'a> {
    /// Those of the files that a ledger lists; of others the name decides.
    pub fn new(ledger: &'a [LedgerEntry]) -> Self {
        // Of several entries of a file the first one counts.
        Self(ledger.iter().rev().map(|entry| (entry.file.as_str(), entry.kind)).collect())
    }

    /// Returns the language of the file at a path, as far as it has comments.
    pub fn of(&self, path: &str) -> Option<Language> {
        let kind = self.0.get(path).copied();
        let is_partial = path.rsplit_once('.').is_some_and(|(_, extension)| extension == "tpl");
        let is_template = is_partial || path.split('/').rev().skip(1).any(|part| part == "templates");
        if is_template && matches!(kind, None | Some(Kind::Helm)) {
            return Some(Language::Template);
        }
        Language::of(kind.or_else(|| kind_of(path))?)
    }
}
