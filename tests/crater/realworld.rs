//! The public repositories beside ours, unpacked once for each state of their archive.

use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::{env, fs};

/// The folder of each repository; `None`, with a message, where there is no archive or no `tar`.
pub fn repositories() -> Option<Vec<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let archive = env::var_os("GATELINT_SHARED").map_or(beside, PathBuf::from).join("realworld/dev.tar.xz");
    let Ok(about) = fs::metadata(&archive) else {
        println!("skipped: there is no {}", archive.display());
        return None;
    };
    let modified = about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let folder = env::temp_dir().join(format!("gatelint-realworld-{}-{modified}", about.len()));
    if !folder.is_dir() && !unpack(&archive, &folder) {
        println!("skipped: `tar` cannot unpack {}", archive.display());
        return None;
    }
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut repositories: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    repositories.sort();
    Some(repositories)
}

/// Unpacks the archive such that `folder` appears only when it is complete: another process may be doing the same.
fn unpack(archive: &Path, folder: &Path) -> bool {
    let partial = folder.with_extension(process::id().to_string());
    fs::create_dir_all(&partial).unwrap();
    let done = Command::new("tar").arg("-xf").arg(archive).arg("-C").arg(&partial).status();
    let is_done = done.is_ok_and(|status| status.success());
    if is_done {
        // What a repository is called and where it begins is told by this folder.
        for entry in fs::read_dir(&partial).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                fs::create_dir_all(path.join(".git")).unwrap();
            }
        }
    }
    if !is_done || fs::rename(&partial, folder).is_err() {
        fs::remove_dir_all(&partial).unwrap();
    }
    is_done
}
