//! Defaults of pods and of the templates of pods.
//!
//! Source: pkg/apis/core/v1/defaults.go and `zz_generated.defaults.go` in kubernetes/kubernetes, 1.36.

use super::part::ObjectPart;
use crate::model::{Type, Value};
use serde_json::{Value as Json, json};

/// The lists of containers in the spec of a pod.
const CONTAINERS: [&str; 3] = ["containers", "ephemeralContainers", "initContainers"];

/// Completes a template of pods.
pub fn template(template: &mut ObjectPart<'_>) {
    template.always("metadata", |_| {});
    template.always("spec", spec);
}

/// Completes the spec of a pod, or of a template of pods.
pub fn spec(spec: &mut ObjectPart<'_>) {
    spec.add("dnsPolicy", "ClusterFirst");
    spec.add("restartPolicy", "Always");
    spec.add("securityContext", json!({}));
    spec.add("terminationGracePeriodSeconds", 30);
    spec.add("schedulerName", "default-scheduler");
    // The second name of the account is an old one, and always the same.
    if let Some(old) = spec.get("serviceAccount").cloned() {
        spec.add_value("serviceAccountName", || old);
    }
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        spec.set("serviceAccount", account);
    }
    for list in CONTAINERS {
        spec.each(list, container);
    }
    spec.each("volumes", volume);
}

/// Completes what has its defaults only in a pod, and not in a template of pods.
pub fn pod(spec: &mut ObjectPart<'_>) {
    let on_host = spec.get("hostNetwork").cloned();
    for list in ["containers", "initContainers"] {
        spec.each(list, |container| {
            container.inside("resources", requests);
            container.each("ports", |port| match on_host.as_ref().map(|value| (value.as_bool(), value.as_unknown())) {
                Some((Some(true), _)) => {
                    if let Some(number) = port.get("containerPort").cloned() {
                        port.add_value("hostPort", || number);
                    }
                }
                Some((_, Some(unknown))) => port.add_unknown("hostPort", Type::Dynamic, unknown.causes.clone()),
                _ => {}
            });
        });
    }
    spec.add("enableServiceLinks", true);
}

/// Requests that are absent are the limits.
fn requests(resources: &mut ObjectPart<'_>) {
    let Some(limits) = resources.get("limits").cloned() else { return };
    match limits.as_unknown() {
        Some(unknown) => resources.add_unknown("requests", Type::Dynamic, unknown.causes.clone()),
        None => resources.always("requests", |requests| fill(requests, &limits)),
    }
}

/// Adds the entries of a mapping that are absent.
pub fn fill(part: &mut ObjectPart<'_>, from: &Value) {
    let Some(mapping) = from.as_mapping() else { return };
    for (name, value) in &mapping.entries {
        part.add_value(name, || value.clone());
    }
    if let Some(causes) = &mapping.open {
        part.open(causes.to_vec());
    }
}

fn container(container: &mut ObjectPart<'_>) {
    pull_policy(container, "image", "imagePullPolicy");
    container.add("terminationMessagePath", "/dev/termination-log");
    container.add("terminationMessagePolicy", "File");
    container.always("resources", |_| {});
    container.each("ports", |port| port.add("protocol", "TCP"));
    container.each("env", |variable| {
        variable.inside("valueFrom", |from| {
            from.inside("fieldRef", |field| field.add("apiVersion", "v1"));
            from.inside("resourceFieldRef", |field| field.add("divisor", "0"));
            from.inside("fileKeyRef", |file| file.add("optional", false));
        });
    });
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        container.inside(name, probe);
    }
    container.inside("lifecycle", |lifecycle| {
        for name in ["postStart", "preStop"] {
            lifecycle.inside(name, |handler| handler.inside("httpGet", http_get));
        }
    });
}

fn probe(probe: &mut ObjectPart<'_>) {
    probe.add("timeoutSeconds", 1);
    probe.add("periodSeconds", 10);
    probe.add("successThreshold", 1);
    probe.add("failureThreshold", 3);
    probe.inside("httpGet", http_get);
    probe.inside("grpc", |grpc| grpc.add("service", ""));
}

fn http_get(get: &mut ObjectPart<'_>) {
    get.add("path", "/");
    get.add("scheme", "HTTP");
}

/// Whether an image is pulled anew depends on its tag.
fn pull_policy(part: &mut ObjectPart<'_>, image: &str, policy: &str) {
    if let Some(causes) = part.causes(image) {
        part.add_unknown(policy, Type::String, causes);
        return;
    }
    let is_latest = is_latest(part.text(image).unwrap_or_default());
    part.add(policy, if is_latest { "Always" } else { "IfNotPresent" });
}

/// Whether an image has the tag `latest`, which it also has if it names neither a tag nor a digest. What is no name of an
/// image has none.
fn is_latest(image: &str) -> bool {
    let (named, has_digest) = image.split_once('@').map_or((image, false), |(named, _)| (named, true));
    let last = named.rsplit('/').next().unwrap_or_default();
    let tag = last.split_once(':').map(|(_, tag)| tag);
    let path = named.get(..named.len() - tag.map_or(0, |tag| tag.len() + 1)).unwrap_or_default();
    let is_domain = |first: &str| first.contains(['.', ':']) || first == "localhost" || has_capitals(first);
    let path = path.split_once('/').filter(|(first, _)| is_domain(first)).map_or(path, |(_, rest)| rest);
    let is_name = !path.is_empty() && !has_capitals(path) && !path.contains(char::is_whitespace);
    is_name && tag.map_or(!has_digest, |tag| tag == "latest")
}

fn has_capitals(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// The fields of a volume that say what it is, and not how it is called.
const NOT_A_SOURCE: &str = "name";

fn volume(volume: &mut ObjectPart<'_>) {
    if !volume.has_other_than(NOT_A_SOURCE) {
        volume.add("emptyDir", json!({}));
    }
    for name in ["secret", "configMap", "downwardAPI", "projected"] {
        volume.inside(name, |source| source.add("defaultMode", 0o644));
    }
    volume.inside("downwardAPI", downward);
    volume.inside("projected", |projected| {
        projected.each("sources", |source| {
            source.inside("serviceAccountToken", |token| token.add("expirationSeconds", 3600));
            source.inside("downwardAPI", downward);
        });
    });
    volume.inside("ephemeral", |ephemeral| {
        ephemeral.inside("volumeClaimTemplate", |claim| {
            claim.always("metadata", |_| {});
            claim.inside("spec", claim_spec);
        });
    });
    volume.inside("image", |image| pull_policy(image, "reference", "pullPolicy"));
    volume_source(volume);
}

/// Completes what a volume of a pod and a persistent volume have in common.
pub fn volume_source(volume: &mut ObjectPart<'_>) {
    volume.inside("hostPath", |path| path.add("type", ""));
    volume.inside("iscsi", |iscsi| iscsi.add("iscsiInterface", "default"));
    volume.inside("rbd", |rbd| {
        rbd.add("pool", "rbd");
        rbd.add("user", "admin");
        rbd.add("keyring", "/etc/ceph/keyring");
    });
    volume.inside("azureDisk", |disk| {
        disk.add("cachingMode", "ReadWrite");
        disk.add("fsType", "ext4");
        disk.add("kind", "Shared");
        disk.add("readOnly", false);
    });
    volume.inside("scaleIO", |disk| {
        disk.add("fsType", "xfs");
        disk.add("storageMode", "ThinProvisioned");
    });
}

fn downward(source: &mut ObjectPart<'_>) {
    source.each("items", |item| {
        item.inside("fieldRef", |field| field.add("apiVersion", "v1"));
        item.inside("resourceFieldRef", |field| field.add("divisor", "0"));
    });
}

/// Completes the spec of a claim of a persistent volume.
pub fn claim_spec(spec: &mut ObjectPart<'_>) {
    spec.add("volumeMode", "Filesystem");
    spec.always("resources", |_| {});
    for source in ["dataSource", "dataSourceRef"] {
        spec.inside(source, |source| source.add("apiGroup", Json::Null));
    }
}

#[cfg(test)]
mod tests {
    use super::is_latest;

    #[test]
    fn an_image_without_tag_and_digest_is_the_latest() {
        for image in ["nginx", "nginx:latest", "r.example.com:5000/web", "docker.io/nginx:latest@sha256:0", "a/b"] {
            assert!(is_latest(image), "{image}");
        }
        for image in ["nginx:1.27", "r.example.com:5000/web:v1", "nginx@sha256:0", "Nginx", "", "a b", "r.io/A:latest"]
        {
            assert!(!is_latest(image), "{image}");
        }
    }
}
