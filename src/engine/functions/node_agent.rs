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

/// Capabilities that change the network of whatever has them.
const NETWORKING: [&str; 3] = ["ALL", "NET_ADMIN", "NET_RAW"];

/// `node_agent(pod, kind)`: the work of a pod that is an agent of its node, such as `"storage driver"`; null for all
/// others. An agent is run once on each node, by an object of the kind `DaemonSet`, and does what only an agent does:
///
/// - it mounts the directories of its work;
/// - it propagates its mounts to the node (`mountPropagation: Bidirectional`): a storage driver;
/// - it changes the network of the node (host network, and a capability for it): a network agent;
/// - it reads `/proc` and `/sys`, or the root of the node read-only with `/sys` beside it: a metrics agent.
///
/// Names do not count. Unknown where the path of a volume is.
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
    let containers = || ["containers", "initContainers"].into_iter().flat_map(|list| items_of(pod, list));
    if containers()
        .flat_map(|container| items_of(container, "volumeMounts"))
        .any(|mount| mount.get("mountPropagation").and_then(Value::as_str) == Some("Bidirectional"))
    {
        return Ok(Value::string("storage driver", args.span));
    }
    let is_on_host_network = pod.get("hostNetwork").and_then(Value::as_bool) == Some(true);
    if is_on_host_network && containers().any(changes_network) {
        return Ok(Value::string("network agent", args.span));
    }
    let root = volumes.iter().find(|volume| {
        let path = volume.get("hostPath").and_then(|volume| volume.get("path")?.as_str());
        path == Some("/")
    });
    let is_only_read = |name: &Value| {
        let mut mounts = containers().flat_map(|container| items_of(container, "volumeMounts"));
        mounts.all(|mount| {
            mount.get("name").and_then(Value::as_str) != name.as_str()
                || mount.get("readOnly").and_then(Value::as_bool) == Some(true)
        })
    };
    // What measures a node reads both.
    let reads_root = || root.and_then(|root| root.get("name")).is_some_and(is_only_read);
    if known("/sys") && (known("/proc") || reads_root()) {
        return Ok(Value::string("metrics agent", args.span));
    }
    let is_open = volumes.iter().chain(paths).any(Value::is_unknown);
    Ok(if is_open { args.unknown(Type::String) } else { Value::null(args.span) })
}

/// Whether a container has a capability to change the network that it is in.
fn changes_network(container: &Value) -> bool {
    let added = container.get("securityContext").and_then(|context| context.get("capabilities"));
    let added = added.map(|capabilities| items_of(capabilities, "add")).unwrap_or_default();
    added.iter().filter_map(Value::as_str).any(|name| NETWORKING.contains(&name.trim_start_matches("CAP_")))
}

/// Whether `path` is `directory` or lies in it.
fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
