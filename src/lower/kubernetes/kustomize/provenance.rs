//! `buildMetadata`: what the result tells of how it was built.

use super::identity::scalar_text;
use super::object::{Objects, mapping_at, put_by, text};
use crate::model::Value;
use crate::source::Span;

/// What is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildMetadata {
    /// A label says who manages the object.
    pub managed_by: bool,
    /// An annotation says where the object comes from.
    pub origins: bool,
    /// An annotation says what changed the object.
    pub transformers: bool,
    /// The place of the field.
    pub span: Option<Span>,
}

/// The path of `file` as seen from the directory `root`.
pub fn relative(root: &str, file: &str) -> String {
    let (mut root, mut below): (Vec<&str>, Vec<&str>) = (parts(root), parts(file));
    let shared = root.iter().zip(&below).take_while(|(one, other)| one == other).count();
    root.drain(..shared);
    below.drain(..shared);
    let mut path = vec![".."; root.len()];
    path.append(&mut below);
    path.join("/")
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// Where an object of a file comes from.
pub fn of_file(root: &str, file: &str) -> String {
    format!("path: {}\n", relative(root, file))
}

/// What configured a generator or transformer: the field of a kustomization, or an object.
pub fn configured(root: &str, file: &str, plugin: &str, configuration: Option<&Value>) -> String {
    let mut told = format!("configuredIn: {}\nconfiguredBy:\n", relative(root, file));
    let Some(configuration) = configuration else {
        return told + "  apiVersion: builtin\n  kind: " + plugin + "\n";
    };
    let metadata = configuration.get("metadata");
    let fields = [
        ("apiVersion", configuration.get("apiVersion")),
        ("kind", configuration.get("kind")),
        ("name", metadata.and_then(|metadata| metadata.get("name"))),
        ("namespace", metadata.and_then(|metadata| metadata.get("namespace"))),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            for part in ["  ", name, ": ", scalar_text(value).as_str(), "\n"] {
                told.push_str(part);
            }
        }
    }
    told
}

/// As an element of a YAML list.
pub fn element(told: &str) -> String {
    told.lines()
        .enumerate()
        .fold(String::new(), |list, (at, line)| list + if at == 0 { "- " } else { "  " } + line + "\n")
}

impl BuildMetadata {
    /// Puts labels and annotations on the finished objects.
    pub fn apply(self, objects: &mut Objects) {
        let Some(span) = self.span else { return };
        let origin = put_by(span, "build metadata");
        for object in objects.change() {
            let provenance = object.provenance.take().filter(|_| self.origins);
            let transformations = object.transformations.concat();
            let Some(metadata) = object.value.as_mapping_mut().and_then(|o| mapping_at(o, "metadata", &origin)) else {
                continue;
            };
            let labels = if self.managed_by { mapping_at(metadata, "labels", &origin) } else { None };
            if let Some(labels) = labels {
                labels.set("app.kubernetes.io/managed-by", text("kustomize-(devel)", origin.clone()));
            }
            let told = [
                ("config.kubernetes.io/origin", provenance),
                (
                    "alpha.config.kubernetes.io/transformations",
                    Some(transformations).filter(|told| self.transformers && !told.is_empty()),
                ),
            ];
            for (key, told) in told {
                let Some(told) = told else { continue };
                if let Some(annotations) = mapping_at(metadata, "annotations", &origin) {
                    annotations.set(key, text(told, origin.clone()));
                }
            }
        }
    }
}
