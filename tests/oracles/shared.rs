//! The large collection: archives beside the repository, unpacked once for each state of them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs, process};

/// The folder of the recordings of Terraform.
pub fn terraform() -> Option<PathBuf> {
    unpacked("terraform")
}

/// A folder a kustomization.
pub fn kustomize() -> Option<PathBuf> {
    unpacked("kustomize")
}

/// A folder a manifest.
pub fn yaml() -> Option<PathBuf> {
    unpacked("kubernetes-yaml")
}

/// The recordings of expressions and policies.
pub fn cel() -> Option<PathBuf> {
    unpacked("cel").map(|folder| folder.join("cel"))
}

/// Folders of charts: `templates`, `mechanics` and `charts`.
pub fn helm() -> Option<PathBuf> {
    unpacked("helm")
}

/// Where an archive's content lies; `None`, with a message, where there is no such archive or no `tar`.
fn unpacked(name: &str) -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = env::var_os("GATELINT_SHARED").map_or(beside, PathBuf::from);
    let archive = shared.join("vectors").join(format!("{name}.tar.xz"));
    let Ok(about) = fs::metadata(&archive) else {
        println!("skipped: there is no {}", archive.display());
        return None;
    };
    let modified = about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let folder = env::temp_dir().join(format!("gatelint-oracles-{name}-{}-{modified}", about.len()));
    if folder.is_dir() {
        return Some(folder);
    }
    // Another process may be doing the same: the folder appears only when it is complete.
    let partial = folder.with_extension(process::id().to_string());
    fs::create_dir_all(&partial).unwrap();
    let done = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&partial).status();
    if !done.is_ok_and(|status| status.success()) {
        println!("skipped: `tar` cannot unpack {}", archive.display());
        fs::remove_dir_all(&partial).unwrap();
        return None;
    }
    if fs::rename(&partial, &folder).is_err() {
        fs::remove_dir_all(&partial).unwrap();
    }
    Some(folder)
}
