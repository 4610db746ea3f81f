//! Defaults of the kinds of Kubernetes, as the API server's decoding sets them.
//!
//! Sources: `SetDefaults_*` in pkg/apis/*/v1/defaults.go (and autoscaling/v2) in kubernetes/kubernetes, 1.36, and the fields
//! of k8s.io/api 0.36 that are written though they are empty.

use super::part::ObjectPart;
use super::pods;
use crate::model::{Data, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// Completes an object of a kind, in the version that is stable.
pub fn complete(group: &str, kind: &str, object: &mut ObjectPart<'_>) {
    object.always("metadata", |_| {});
    match group {
        "" => core(kind, object),
        "apps" => apps(kind, object),
        "batch" => batch(kind, object),
        "networking.k8s.io" => networking(kind, object),
        "autoscaling" if kind == "HorizontalPodAutoscaler" => object.always("spec", autoscaler),
        "rbac.authorization.k8s.io" => rbac(kind, object),
        "storage.k8s.io" => storage(kind, object),
        "policy" if kind == "PodDisruptionBudget" => object.always("spec", |_| {}),
        "scheduling.k8s.io" if kind == "PriorityClass" => {
            object.add("preemptionPolicy", "PreemptLowerPriority");
            object.add("value", 0);
        }
        "discovery.k8s.io" if kind == "EndpointSlice" => {
            object.add("endpoints", Json::Null);
            object.add("ports", Json::Null);
            object.each("endpoints", |endpoint| endpoint.always("conditions", |_| {}));
            object.each("ports", |port| {
                port.add("name", "");
                port.add("protocol", "TCP");
            });
        }
        "apiextensions.k8s.io" if kind == "CustomResourceDefinition" => object.inside("spec", definition),
        "coordination.k8s.io" => object.always("spec", |_| {}),
        "flowcontrol.apiserver.k8s.io" => flow(kind, object),
        _ => {}
    }
}

fn core(kind: &str, object: &mut ObjectPart<'_>) {
    match kind {
        "Pod" => object.always("spec", |spec| {
            pods::spec(spec);
            pods::pod(spec);
        }),
        "PodTemplate" => object.always("template", pods::template),
        "ReplicationController" => replication_controller(object),
        "Service" => object.always("spec", service),
        "Secret" => {
            object.add("type", "Opaque");
            string_data(object);
        }
        "Namespace" => {
            object.always("spec", |_| {});
            if let Some(name) = object.get("metadata").and_then(|metadata| metadata.get("name")).cloned() {
                object.inside("metadata", |metadata| {
                    metadata.always("labels", |labels| labels.set("kubernetes.io/metadata.name", name));
                });
            }
        }
        "PersistentVolume" => object.always("spec", |spec| {
            spec.add("persistentVolumeReclaimPolicy", "Retain");
            spec.add("volumeMode", "Filesystem");
            pods::volume_source(spec);
            // Of a claim, it would be the absence of a class.
            if spec.text("storageClassName") == Some("") {
                spec.take("storageClassName");
            }
        }),
        "PersistentVolumeClaim" => object.always("spec", pods::claim_spec),
        "Endpoints" => object.each("subsets", |subset| {
            subset.each("ports", |port| port.add("protocol", "TCP"));
        }),
        "LimitRange" => object.always("spec", |spec| spec.each("limits", limit)),
        "ResourceQuota" => object.always("spec", |_| {}),
        _ => {}
    }
}

/// What is given as text is stored encoded, over what is given so already.
fn string_data(secret: &mut ObjectPart<'_>) {
    let Some(given) = secret.take("stringData") else { return };
    if given.is_unknown() {
        secret.set("data", given);
        return;
    }
    let Some(given) = given.as_mapping().filter(|given| !given.entries.is_empty()) else { return };
    secret.always("data", |data| {
        for (name, value) in &given.entries {
            let mut value = value.clone();
            if let Data::String(text) = &value.data {
                value.data = Data::String(STANDARD.encode(text.as_bytes()).into());
            }
            data.set(name, value);
        }
        if let Some(causes) = &given.open {
            data.open(causes.to_vec());
        }
    });
}

/// The labels of a template are those of the object, and its selector, where these are absent.
fn replication_controller(object: &mut ObjectPart<'_>) {
    object.always("spec", |spec| {
        spec.add("replicas", 1);
        spec.inside("template", pods::template);
    });
    let labels = template_labels(object);
    if let Some(labels) = &labels {
        object.inside("spec", |spec| spec.add_value("selector", || labels.clone()));
    }
    take_labels(object, labels);
}

fn template_labels(object: &ObjectPart<'_>) -> Option<Value> {
    object.get("spec")?.get("template")?.get("metadata")?.get("labels").cloned()
}

fn take_labels(object: &mut ObjectPart<'_>, labels: Option<Value>) {
    if let Some(labels) = labels {
        object.inside("metadata", |metadata| metadata.add_value("labels", || labels));
    }
}

fn service(spec: &mut ObjectPart<'_>) {
    spec.add("sessionAffinity", "None");
    spec.add("type", "ClusterIP");
    match (spec.text("sessionAffinity"), spec.causes("sessionAffinity")) {
        (Some("None"), _) => drop(spec.take("sessionAffinityConfig")),
        (Some("ClientIP"), _) => spec.always("sessionAffinityConfig", |config| {
            config.always("clientIP", |client| client.add("timeoutSeconds", 10_800));
        }),
        (_, Some(causes)) => spec.open(causes),
        _ => {}
    }
    spec.each("ports", |port| {
        port.add("protocol", "TCP");
        let is_unset = port.get("targetPort").is_some_and(|target| match &target.data {
            Data::Number(number) => number.as_i64() == Some(0),
            Data::String(text) => text.is_empty(),
            _ => false,
        });
        if is_unset {
            port.take("targetPort");
        }
        if let Some(number) = port.get("port").cloned() {
            port.add_value("targetPort", || number);
        }
    });
    let causes = spec.causes("type");
    let kind = spec.text("type").unwrap_or_default().to_owned();
    let is_outside =
        matches!(kind.as_str(), "NodePort" | "LoadBalancer") || spec.has("externalIPs") && kind == "ClusterIP";
    if let Some(causes) = causes {
        spec.open(causes);
        return;
    }
    if is_outside {
        spec.add("externalTrafficPolicy", "Cluster");
    }
    if kind != "ExternalName" {
        spec.add("internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        spec.add("allocateLoadBalancerNodePorts", true);
    }
}

/// What a container may use at most is what it gets, where no default is written.
fn limit(limit: &mut ObjectPart<'_>) {
    if limit.text("type") != Some("Container") {
        return;
    }
    for (name, from) in [("default", "max"), ("defaultRequest", "default"), ("defaultRequest", "min")] {
        if let Some(from) = limit.get(from).cloned() {
            limit.always(name, |part| pods::fill(part, &from));
        }
    }
}

fn apps(kind: &str, object: &mut ObjectPart<'_>) {
    let rolling = |strategy: &mut ObjectPart<'_>, given: Json| {
        strategy.add("type", "RollingUpdate");
        if let Some(causes) = strategy.causes("type") {
            strategy.open(causes);
        }
        if strategy.text("type") == Some("RollingUpdate") {
            strategy.always("rollingUpdate", |update| {
                given.as_object().into_iter().flatten().for_each(|(name, value)| update.add(name, value.clone()));
            });
        }
    };
    object.always("spec", |spec| {
        match kind {
            "Deployment" => {
                spec.add("replicas", 1);
                spec.always("strategy", |strategy| {
                    rolling(strategy, json!({"maxSurge": "25%", "maxUnavailable": "25%"}));
                });
                spec.add("revisionHistoryLimit", 10);
                spec.add("progressDeadlineSeconds", 600);
            }
            "DaemonSet" => {
                spec.always("updateStrategy", |strategy| {
                    rolling(strategy, json!({"maxSurge": 0, "maxUnavailable": 1}));
                });
                spec.add("revisionHistoryLimit", 10);
            }
            "StatefulSet" => stateful_set(spec),
            "ReplicaSet" => spec.add("replicas", 1),
            _ => {}
        }
        if kind != "ControllerRevision" {
            spec.always("template", pods::template);
        }
    });
}

fn stateful_set(spec: &mut ObjectPart<'_>) {
    spec.add("podManagementPolicy", "OrderedReady");
    spec.always("updateStrategy", |strategy| {
        if !strategy.has("type") {
            strategy.add("type", "RollingUpdate");
            strategy.add("rollingUpdate", json!({}));
        }
        if strategy.text("type") == Some("RollingUpdate") {
            strategy.inside("rollingUpdate", |update| {
                update.add("partition", 0);
            });
        }
    });
    spec.always("persistentVolumeClaimRetentionPolicy", |policy| {
        policy.add("whenDeleted", "Retain");
        policy.add("whenScaled", "Retain");
    });
    spec.add("replicas", 1);
    spec.add("revisionHistoryLimit", 10);
    spec.add("serviceName", "");
    spec.each("volumeClaimTemplates", |claim| {
        claim.add("apiVersion", "v1");
        claim.add("kind", "PersistentVolumeClaim");
        claim.always("metadata", |_| {});
        claim.always("spec", pods::claim_spec);
        claim.set_json("status", &json!({"phase": "Pending"}));
    });
}

fn batch(kind: &str, object: &mut ObjectPart<'_>) {
    match kind {
        "Job" => {
            object.always("spec", job);
            let labels = template_labels(object);
            take_labels(object, labels);
        }
        "CronJob" => object.always("spec", |spec| {
            spec.add("concurrencyPolicy", "Allow");
            spec.add("suspend", false);
            spec.add("successfulJobsHistoryLimit", 3);
            spec.add("failedJobsHistoryLimit", 1);
            spec.always("jobTemplate", |template| {
                template.always("metadata", |_| {});
                template.always("spec", |spec| {
                    spec.always("template", pods::template);
                    on_pod_conditions(spec);
                });
            });
        }),
        _ => {}
    }
}

fn job(spec: &mut ObjectPart<'_>) {
    if !spec.has("parallelism") {
        spec.add("completions", 1);
    }
    spec.add("parallelism", 1);
    spec.add("backoffLimit", if spec.has("backoffLimitPerIndex") { i64::from(i32::MAX) } else { 6 });
    spec.add("completionMode", "NonIndexed");
    spec.add("suspend", false);
    spec.add("podReplacementPolicy", if spec.has("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" });
    spec.add("manualSelector", false);
    spec.always("template", pods::template);
    on_pod_conditions(spec);
}

fn on_pod_conditions(spec: &mut ObjectPart<'_>) {
    spec.inside("podFailurePolicy", |policy| {
        policy.each("rules", |rule| rule.each("onPodConditions", |condition| condition.add("status", "True")));
    });
}

fn networking(kind: &str, object: &mut ObjectPart<'_>) {
    match kind {
        "NetworkPolicy" => object.always("spec", |spec| {
            spec.always("podSelector", |_| {});
            match spec.causes("egress").or_else(|| spec.causes("policyTypes")) {
                Some(causes) => spec.add_unknown("policyTypes", crate::model::Type::Dynamic, causes),
                None if spec.has("egress") => spec.add("policyTypes", json!(["Ingress", "Egress"])),
                None => spec.add("policyTypes", json!(["Ingress"])),
            }
            for direction in ["ingress", "egress"] {
                spec.each(direction, |rule| rule.each("ports", |port| port.add("protocol", "TCP")));
            }
        }),
        "Ingress" => object.always("spec", |spec| {
            spec.inside("defaultBackend", backend);
            spec.each("rules", |rule| {
                rule.inside("http", |http| http.each("paths", |path| path.inside("backend", backend)));
            });
        }),
        "IngressClass" => object.always("spec", |spec| {
            spec.inside("parameters", |parameters| parameters.add("scope", "Cluster"));
        }),
        _ => {}
    }
}

fn backend(backend: &mut ObjectPart<'_>) {
    backend.inside("service", |service| service.always("port", |_| {}));
}

fn autoscaler(spec: &mut ObjectPart<'_>) {
    spec.add("minReplicas", 1);
    let cpu = json!({"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}});
    spec.add("metrics", json!([{"type": "Resource", "resource": cpu}]));
    spec.inside("behavior", |behavior| {
        let pods = json!({"type": "Pods", "value": 4, "periodSeconds": 15});
        let percent = json!({"type": "Percent", "value": 100, "periodSeconds": 15});
        behavior.always("scaleUp", |rules| {
            rules.add("stabilizationWindowSeconds", 0);
            rules.add("selectPolicy", "Max");
            rules.add("policies", json!([pods, percent]));
        });
        behavior.always("scaleDown", |rules| {
            rules.add("selectPolicy", "Max");
            rules.add("policies", json!([percent]));
        });
    });
}

fn rbac(kind: &str, object: &mut ObjectPart<'_>) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    match kind {
        "Role" | "ClusterRole" => object.add("rules", Json::Null),
        "RoleBinding" | "ClusterRoleBinding" => {
            object.inside("roleRef", |role| role.add("apiGroup", GROUP));
            object.each("subjects", |subject| {
                if matches!(subject.text("kind"), Some("User" | "Group")) {
                    subject.add("apiGroup", GROUP);
                }
            });
        }
        _ => {}
    }
}

fn storage(kind: &str, object: &mut ObjectPart<'_>) {
    match kind {
        "StorageClass" => {
            object.add("reclaimPolicy", "Delete");
            object.add("volumeBindingMode", "Immediate");
        }
        "CSIDriver" => object.always("spec", |spec| {
            spec.add("attachRequired", true);
            for name in ["podInfoOnMount", "requiresRepublish", "seLinuxMount", "storageCapacity"] {
                spec.add(name, false);
            }
            spec.add("fsGroupPolicy", "ReadWriteOnceWithFSType");
            spec.add("volumeLifecycleModes", json!(["Persistent"]));
        }),
        _ => {}
    }
}

fn definition(spec: &mut ObjectPart<'_>) {
    let kind = spec.get("names").and_then(|names| names.get("kind")).and_then(Value::as_str).map(str::to_owned);
    if let Some(kind) = kind {
        spec.inside("names", |names| {
            names.add("singular", kind.to_lowercase());
            names.add("listKind", format!("{kind}List"));
        });
    }
    spec.add("conversion", json!({"strategy": "None"}));
    spec.inside("conversion", |conversion| {
        conversion.inside("webhook", |webhook| {
            webhook.inside("clientConfig", |config| config.inside("service", |service| service.add("port", 443)));
        });
    });
}

fn flow(kind: &str, object: &mut ObjectPart<'_>) {
    object.always("spec", |spec| match kind {
        "FlowSchema" => spec.add("matchingPrecedence", 1000),
        "PriorityLevelConfiguration" => {
            spec.inside("exempt", |exempt| {
                exempt.add("nominalConcurrencyShares", 0);
                exempt.add("lendablePercent", 0);
            });
            spec.inside("limited", |limited| {
                limited.add("nominalConcurrencyShares", 30);
                limited.add("lendablePercent", 0);
                limited.always("limitResponse", |response| {
                    response.inside("queuing", |queuing| {
                        queuing.add("handSize", 8);
                        queuing.add("queues", 64);
                        queuing.add("queueLengthLimit", 50);
                    });
                });
            });
        }
        _ => {}
    });
}
