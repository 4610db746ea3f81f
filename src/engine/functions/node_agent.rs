//! Which pods are agents of their node: programs that cannot do their work without a part of it.

use super::arguments::{Arguments, items_of};
use crate::expr::EvalError;
use crate::model::{Type, Value};

/// Directories of a node that belong to a work, with the work. The network plugin's are those of the CNI
/// specification and of kube-proxy, the storage driver's and the device plugin's those of the kubelet's plugin
/// interfaces, the logs those of the container runtime interface.
const WORKS: [(&str, &str); 12] = [
    ("/opt/cni", "network plugin"),
    ("/etc/cni", "network plugin"),
    ("/var/lib/cni", "network plugin"),
    ("/run/netns", "network plugin"),
    ("/var/run/netns", "network plugin"),
    ("/run/xtables.lock", "network plugin"),
    ("/sys/fs/bpf", "network plugin"),
    ("/var/lib/kubelet/device-plugins", "device plugin"),
    ("/var/lib/kubelet", "storage driver"),
    ("/var/log/pods", "log collector"),
    ("/var/log/containers", "log collector"),
    ("/var/lib/docker/containers", "log collector"),
];

/// `node_agent(pod, kind)`: the work of a pod that is an agent of its node, such as `"storage driver"`; null for all
/// others. An agent is run once on each node, by an object of the kind `DaemonSet`, and mounts the directories of its
/// work. Names do not count. Unknown where the path of a volume is.
pub fn node_agent(args: &Arguments) -> Result<Value, EvalError> {
    let pod = args.get(0)?;
    if args.text(1)? != Some("DaemonSet") {
        return Ok(Value::null(args.span));
    }
    let volumes = items_of(pod, "volumes");
    let paths: Vec<&Value> = volumes.iter().filter_map(|volume| volume.get("hostPath")?.get("path")).collect();
    let known = |wanted: &str| paths.iter().any(|path| path.as_str().is_some_and(|path| is_within(path, wanted)));
    if let Some((_, work)) = WORKS.iter().find(|(directory, _)| known(directory)) {
        return Ok(Value::string(*work, args.span));
    }
    // What measures a node reads both.
    if known("/proc") && known("/sys") {
        return Ok(Value::string("metrics agent", args.span));
    }
    let is_open = volumes.iter().chain(paths).any(Value::is_unknown);
    Ok(if is_open { args.unknown(Type::String) } else { Value::null(args.span) })
}

/// Whether `path` is `directory` or lies in it.
fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
