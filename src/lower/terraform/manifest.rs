//! `modules.json`: where `terraform init` installed the modules that a root module calls.

use super::load;
use crate::source::Files;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What `terraform init` installed: directories by dotted names of calls.
#[derive(Debug, Default)]
pub(super) struct Manifest(BTreeMap<String, String>);

#[derive(Deserialize)]
struct ManifestFile {
    #[serde(rename = "Modules")]
    modules: Vec<ManifestEntry>,
}

#[derive(Deserialize)]
struct ManifestEntry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    dir: String,
}

impl Manifest {
    /// Reads `.terraform/modules/modules.json` of a root module; empty where there is none.
    pub fn read(files: &dyn Files, root: &str) -> Self {
        let path = load::within(root, ".terraform/modules/modules.json");
        if !files.is_file(&path) {
            return Self::default();
        }
        let bytes = files.read(&path).unwrap_or_default();
        let file: Option<ManifestFile> = serde_json::from_slice(&bytes).ok();
        Self(file.into_iter().flat_map(|file| file.modules).map(|entry| (entry.key, entry.dir)).collect())
    }

    /// The directory that a call was installed to, from the root module's; `key` is the dotted names of the calls that
    /// lead there.
    pub fn directory(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}
