//! Objects in HCL against the same ones in YAML, and the provider's schema against the API's.

use super::{kind_of, object};
use crate::discover::Memory;
use crate::lower::{Inputs, lower};
use crate::model::{Address, Data, Format, Resource, UnitId, Value};
use crate::schema::{self, Argument, Body, Nesting, Shape};
use crate::source::{SourceId, Sources, Span};

const HCL: &str = r#"
variable "image" {}
locals { ports = [80, 443] }
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name   = "web"
    labels = { "app_name" = "web" }
  }
  spec {
    selector { match_labels = { app_name = "web" } }
    template {
      metadata { labels = { app_name = "web" } }
      spec {
        host_pid             = true
        service_account_name = "web"
        security_context { run_as_non_root = true }
        container {
          name  = "app"
          image = "nginx:1"
          args  = ["-v"]
          dynamic "port" {
            for_each = local.ports
            content { container_port = port.value }
          }
          env {
            name = "A"
            value_from {
              secret_key_ref {
                name = "s"
                key  = "k"
              }
            }
          }
          resources { limits = { memory = "1Gi" } }
          security_context {
            capabilities { drop = ["ALL"] }
          }
          liveness_probe {
            http_get {
              path = "/"
              port = 80
            }
          }
          volume_mount {
            name       = "v"
            mount_path = "/v"
          }
        }
        container {
          name  = "side"
          image = var.image
        }
        volume {
          name = "v"
          host_path { path = "/" }
        }
      }
    }
  }
}
"#;

const YAML: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app_name: web}}
spec:
  selector: {matchLabels: {app_name: web}}
  template:
    metadata: {labels: {app_name: web}}
    spec:
      hostPID: true
      serviceAccountName: web
      securityContext: {runAsNonRoot: true}
      containers:
      - name: app
        image: "nginx:1"
        args: ["-v"]
        ports: [{containerPort: 80}, {containerPort: 443}]
        env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]
        resources: {limits: {memory: 1Gi}}
        securityContext: {capabilities: {drop: [ALL]}}
        livenessProbe: {httpGet: {path: /, port: 80}}
        volumeMounts: [{name: v, mountPath: /v}]
      - name: side
        image: UNKNOWN
      volumes: [{name: v, hostPath: {path: /}}]
"#;

/// A value for every argument and block that a schema has.
fn all(body: Body, depth: usize) -> Value {
    let span = Span::new(SourceId(0), 0, 0);
    let text = || Value::string("x", span);
    let entry = |(name, said): (&str, Argument)| {
        let value = match (said.body(), said.value_type().shape()) {
            (Some((_, body)), _) if depth > 0 => Value::tuple(vec![all(body, depth - 1)], span),
            (Some(_), _) => return None,
            (None, Shape::List(_) | Shape::Set(_)) => Value::tuple(vec![text()], span),
            (None, Shape::Map(_)) => Value::object(vec![("k".into(), text())], span),
            _ => text(),
        };
        said.is_settable().then(|| (name.into(), value))
    };
    Value::object(body.arguments().filter_map(entry).collect(), span)
}

/// The fields that a kind does not have, and those that are no list or are one against its schema.
fn unknown_fields(value: &Value, body: Body, path: &str, unknown: &mut Vec<String>) {
    for (name, value) in value.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
        let path = format!("{path}.{name}");
        match body.get(name).map(Argument::body) {
            None => unknown.push(path),
            Some(Some((Nesting::List, inner))) => match value.as_items() {
                Some(items) => items.iter().for_each(|item| unknown_fields(item, inner, &path, unknown)),
                None => unknown.push(format!("{path} (no list)")),
            },
            Some(Some((Nesting::Single, inner))) if value.as_items().is_none() => {
                unknown_fields(value, inner, &path, unknown);
            }
            Some(Some((Nesting::Single, _))) => unknown.push(format!("{path} (a list)")),
            Some(_) => {}
        }
    }
}

/// Arguments for which the present API has no field: it has removed them, or only the provider takes them.
const WITHOUT_FIELD: [&str; 12] = [
    ".azureFile.secretNamespace",
    ".backend.serviceName",
    ".backend.servicePort",
    ".binaryData",
    ".binaryDataWo",
    ".dataWo",
    ".secretRef.namespace",
    ".spec.targetCPUUtilizationPercentage",
    ".volumes.local",
    "kubernetes_certificate_signing_request_v1.certificate",
    "kubernetes_ingress.spec.backend",
    "kubernetes_manifest.manifest",
];

#[test]
fn every_argument_of_the_provider_is_a_field() {
    let mut unknown = Vec::new();
    for ty in schema::terraform_types("kubernetes_").filter(|ty| kind_of(ty.name()).is_some()) {
        let span = Span::new(SourceId(0), 0, 0);
        let resource = resource(ty.name(), all(ty.body(), 12), span);
        let object = object(&resource, "x".into()).unwrap();
        let text = |name: &str| object.value.get(name).and_then(Value::as_str).unwrap().to_owned();
        let Some(kind) = schema::kubernetes(&text("apiVersion"), &text("kind")) else {
            unknown.push(format!("{} is of no kind", ty.name()));
            continue;
        };
        unknown_fields(&object.value, kind.body(), ty.name(), &mut unknown);
    }
    unknown.retain(|path| !WITHOUT_FIELD.iter().any(|end| path.ends_with(end)));
    assert_eq!(unknown, Vec::<String>::new(), "{unknown:#?}");
}

fn resource(type_name: &str, attrs: Value, span: Span) -> Resource {
    Resource {
        format: Format::Terraform,
        type_name: type_name.into(),
        families: &[],
        address: Address::default(),
        attrs,
        meta: Value::object(Vec::new(), span),
        block: span,
        header: span,
        owner: None,
        unit: UnitId(0),
        call: None,
        doubt: None,
        planned: None,
    }
}

fn shown(value: &Value) -> String {
    match &value.data {
        Data::Null(_) => "null".into(),
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => value.as_f64().to_string(),
        Data::String(text) => text.to_string(),
        Data::Unknown(_) => "UNKNOWN".into(),
        Data::Sequence(sequence) => format!("{:?}", sequence.items.iter().map(shown).collect::<Vec<_>>()),
        Data::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|(key, value)| format!("{key}: {}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

const MOVED: &str = r#"
resource "kubernetes_persistent_volume_v1" "v" {
  metadata { name = "v" }
  spec {
    capacity     = { storage = "1Gi" }
    access_modes = ["ReadWriteOnce"]
    persistent_volume_source {
      host_path { path = "/" }
    }
  }
}
resource "kubernetes_default_service_account_v1" "d" {
  metadata { namespace = "shop" }
  automount_service_account_token = false
}
resource "kubernetes_daemonset" "d" {
  metadata { name = "d" }
  spec {
    strategy { type = "OnDelete" }
  }
}
"#;

#[test]
fn what_the_provider_has_elsewhere_is_where_the_api_has_it() {
    let lowered = lower(&Memory::tree([("main.tf", MOVED)]), &Sources::default(), &Inputs::default());
    let of = |type_name: &str| {
        shown(&lowered.resources.iter().find(|resource| resource.type_name == type_name).unwrap().attrs)
    };
    let volume = of("PersistentVolume");
    assert!(volume.contains("hostPath: {path: /}") && !volume.contains("persistentVolumeSource"), "{volume}");
    let account = of("ServiceAccount");
    assert!(account.contains("name: default") && account.contains("namespace: shop"), "{account}");
    assert!(of("DaemonSet").contains("updateStrategy: {type: OnDelete}"));
}

#[test]
fn a_deployment_in_hcl_is_the_one_in_yaml() {
    let tree = Memory::tree([("main.tf", HCL), ("web.yaml", YAML)]);
    let sources = Sources::default();
    let lowered = lower(&tree, &sources, &Inputs::default());
    let of = |type_name: &str| -> Vec<&Resource> {
        lowered.resources.iter().filter(|resource| resource.type_name == type_name).collect()
    };
    for (type_name, count) in [("Deployment", 1), ("pod", 1), ("container", 2)] {
        let found = of(type_name);
        assert_eq!(found.len(), 2 * count, "{type_name}");
        for (hcl, yaml) in found.iter().zip(&found[count..]) {
            assert_eq!(shown(&hcl.attrs), shown(&yaml.attrs));
            assert_eq!(hcl.meta.get("container_kind").map(shown), yaml.meta.get("container_kind").map(shown));
            assert_eq!(hcl.families, yaml.families);
        }
    }
    let container = of("container")[0];
    assert_eq!(container.address, "kubernetes_deployment_v1.web/container/app");
    let image = container.attrs.get("image").unwrap().origin.span;
    assert_eq!(sources.get(image.source).slice(image), "\"nginx:1\"");
    let deployment = &lowered.resources[of("pod")[0].owner.unwrap().0 as usize];
    let described_by = &lowered.resources[deployment.owner.unwrap().0 as usize];
    assert_eq!(described_by.type_name, "kubernetes_deployment_v1");
}
