//! Paths of a host that containers are shown.
//!
//! Owns which of them give the host away. A path that is known in part decides by its known beginning or end.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::expr::partial::PartialText;
use crate::model::Value;

/// Directories that are sensitive as a whole, though not all that lies below them is.
const DIRECTORIES: [&str; 15] = [
    "", "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr", "/var",
    "/var/lib", "/var/log",
];

/// Directories that are sensitive with all that lies below them.
const TREES: [&str; 10] = [
    "/boot",
    "/dev",
    "/etc",
    "/proc",
    "/root",
    "/sys",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
];

/// Container runtimes and engines, by the names of their sockets.
const RUNTIMES: [&str; 7] = ["containerd", "cri-dockerd", "crio", "docker", "dockershim", "frakti", "podman"];

/// Directories in which such a socket lies.
const SOCKET_DIRECTORIES: [&str; 5] = ["/run", "/run/containerd", "/run/crio", "/run/docker", "/run/podman"];

/// `sensitive_host_path(path)`: whether a path of a host, or one of a list, holds the credentials or the system of the
/// host.
pub fn sensitive_host_path(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match PartialText::of_text(value) {
        Some(path) if path.is_known() => Some(is_sensitive(path.text())),
        Some(path) => sensitive_by_prefix(path.prefix()),
        None => Some(false),
    })
}

fn is_sensitive(path: &str) -> bool {
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    path.starts_with('/') && DIRECTORIES.contains(&trimmed) || TREES.iter().any(|tree| is_in(path, tree))
}

fn is_in(path: &str, tree: &str) -> bool {
    path.strip_prefix(tree).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn sensitive_by_prefix(prefix: &str) -> Option<bool> {
    if TREES.iter().any(|tree| prefix.strip_prefix(tree).is_some_and(|rest| rest.starts_with('/'))) {
        return Some(true);
    }
    let may_become = |path: &str| path.starts_with(prefix) || prefix.trim_end_matches('/') == path;
    if DIRECTORIES.iter().chain(&TREES).any(|path| may_become(path)) { None } else { Some(false) }
}

/// `runtime_socket(path)`: whether a path of a host, or one of a list, is the socket of a container runtime or a
/// directory with one.
pub fn runtime_socket(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match PartialText::of_text(value) {
        Some(path) if path.is_known() => Some(is_socket(path.text()) || is_socket_directory(path.text())),
        Some(path) => {
            let end = path.suffix();
            if is_socket(end) {
                return Some(true);
            }
            // Only what its last part may become decides.
            let last = end.trim_end_matches('/').rsplit_once('/').map(|(_, last)| last);
            let may_be =
                |last: &str| SOCKET_DIRECTORIES.iter().any(|directory| directory.ends_with(&format!("/{last}")));
            last.and_then(|last| (!may_be(last)).then_some(false))
        }
        None => Some(false),
    })
}

fn is_socket(path: &str) -> bool {
    let name = path.rsplit_once('/').map(|(_, name)| name).and_then(|name| name.strip_suffix(".sock"));
    name.is_some_and(|name| RUNTIMES.contains(&name))
}

fn is_socket_directory(path: &str) -> bool {
    let path = path.strip_prefix("/var").filter(|rest| rest.starts_with("/run")).unwrap_or(path);
    SOCKET_DIRECTORIES.contains(&path.strip_suffix('/').unwrap_or(path))
}
