//! `configMapGenerator` and `secretGenerator`.

use super::decode::{Fields, Located};
use super::key_values::{self, KeyValue};
use super::library::Library;
use super::limits;
use super::object::{Behavior, Object, Objects, empty_mapping, mapping_at, text, value_at};
use crate::model::{Data, HopKind, Mapping, Origin, Text, Value, Why};
use crate::source::{Problem, Span};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

/// Options of one generator, or of all in a kustomization.
#[derive(Clone, Debug, Default)]
pub struct Options {
    labels: Vec<(Text, Located)>,
    annotations: Vec<(Text, Located)>,
    no_hash: bool,
    immutable: bool,
}

/// One generated object.
#[derive(Clone, Debug)]
pub struct Generator {
    kind: Kind,
    name: Located,
    namespace: Option<Located>,
    secret_type: Option<Located>,
    behavior: Behavior,
    literals: Vec<Located>,
    files: Vec<Located>,
    variable_files: Vec<Located>,
    options: Options,
    span: Span,
}

impl Kind {
    /// The field of a kustomization that generates it.
    pub fn field(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapGenerator",
            Self::Secret => "secretGenerator",
        }
    }

    /// The plugin that generates it.
    pub fn plugin(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMapGenerator",
            Self::Secret => "SecretGenerator",
        }
    }
}

impl Options {
    /// Reads `generatorOptions` or `options`.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "generator options", problems)?;
        let options = Self {
            labels: fields.pairs("labels"),
            annotations: fields.pairs("annotations"),
            no_hash: fields.truth("disableNameSuffixHash").unwrap_or_default(),
            immutable: fields.truth("immutable").unwrap_or_default(),
        };
        fields.finish();
        Some(options)
    }

    /// Takes over what `common` says and these do not.
    fn inherit(&mut self, common: &Self) {
        let add = |own: &mut Vec<(Text, Located)>, others: &[(Text, Located)]| {
            for (key, value) in others {
                if own.iter().all(|(known, _)| known != key) {
                    own.push((key.clone(), value.clone()));
                }
            }
        };
        add(&mut self.labels, &common.labels);
        add(&mut self.annotations, &common.annotations);
        self.no_hash |= common.no_hash;
        self.immutable |= common.immutable;
    }
}

impl Generator {
    /// Reads an element of `configMapGenerator` or `secretGenerator`.
    pub fn decode(value: &Value, kind: Kind, common: &Options, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "a generator", problems)?;
        let name = fields.text("name");
        let namespace = fields.text("namespace");
        let generator = Self::read(&mut fields, kind, name, namespace, common, value.origin.span);
        fields.finish();
        generator
    }

    /// Reads what stands beside name and namespace.
    pub fn read(
        fields: &mut Fields<'_, '_>,
        kind: Kind,
        name: Option<Located>,
        namespace: Option<Located>,
        common: &Options,
        span: Span,
    ) -> Option<Self> {
        let behavior = match fields.text("behavior").as_ref().map(|behavior| behavior.text.as_str()) {
            Some("merge") => Behavior::Merge,
            Some("replace") => Behavior::Replace,
            _ => Behavior::Create,
        };
        let literals = fields.texts("literals");
        let files = fields.texts("files");
        let mut variable_files = fields.texts("envs");
        variable_files.extend(fields.text("env").filter(|file| !file.text.is_empty()));
        let secret_type = if kind == Kind::Secret { fields.text("type") } else { None };
        let mut options =
            fields.value("options").and_then(|value| Options::decode(value, fields.problems)).unwrap_or_default();
        options.inherit(common);
        let Some(name) = name.filter(|name| !name.text.is_empty()) else {
            let message = format!("an entry of `{}` needs a `name`", kind.field());
            fields.problems.push(Problem::error(span, message));
            return None;
        };
        Some(Self { kind, name, namespace, secret_type, behavior, literals, files, variable_files, options, span })
    }

    /// The plugin that does this.
    pub fn plugin(&self) -> &'static str {
        self.kind.plugin()
    }

    /// Generates the object. What cannot be read is left out, with a problem.
    pub fn generate(&self, library: &Library<'_>, dir: &str, problems: &mut Vec<Problem>) -> Object {
        let mut pairs: Vec<KeyValue> = Vec::new();
        for given in &self.variable_files {
            match key_values::variables(library, dir, given, problems) {
                Ok(found) => pairs.extend(found),
                Err(problem) => problems.push(problem),
            }
        }
        for given in &self.files {
            match key_values::file(library, dir, given, problems) {
                Ok(pair) => pairs.push(pair),
                Err(problem) => problems.push(problem),
            }
        }
        for given in &self.literals {
            match key_values::literal(given) {
                Ok(pair) => pairs.push(pair),
                Err(problem) => problems.push(problem),
            }
        }
        let mut object = Object::new(self.object(&pairs, problems), self.span);
        object.behavior = self.behavior;
        object.needs_hash |= !self.options.no_hash;
        object
    }

    fn object(&self, pairs: &[KeyValue], problems: &mut Vec<Problem>) -> Value {
        let origin = Origin::at(self.span).read_at(self.span, self.hop("entry"));
        let put = |located: &Located| {
            let span = located.origin.span;
            text(located.text.clone(), Origin::at(span).read_at(span, self.hop("entry")))
        };
        let mut metadata = Mapping::object(vec![("name".into(), put(&self.name))], Some(self.span));
        if let Some(namespace) = self.namespace.as_ref().filter(|namespace| !namespace.text.is_empty()) {
            metadata.set("namespace", put(namespace));
        }
        for (name, given) in [("labels", &self.options.labels), ("annotations", &self.options.annotations)] {
            if given.is_empty() {
                continue;
            }
            if let Some(mapping) = mapping_at(&mut metadata, name, &origin) {
                for (key, located) in given {
                    mapping.set(key.clone(), put(located));
                }
            }
        }
        let kind = match self.kind {
            Kind::ConfigMap => "ConfigMap",
            Kind::Secret => "Secret",
        };
        let mut object = Mapping::object(
            vec![
                ("apiVersion".into(), text("v1", origin.clone())),
                ("kind".into(), text(kind, origin.clone())),
                (
                    "metadata".into(),
                    Value {
                        data: Data::Mapping(metadata.into()),
                        origin: origin.clone(),
                        sensitive: false,
                        trace: None,
                    },
                ),
            ],
            Some(self.span),
        );
        if self.kind == Kind::Secret {
            let given = self.secret_type.as_ref().filter(|given| !given.text.is_empty());
            object.set("type", given.map_or_else(|| text("Opaque", origin.clone()), put));
        }
        if self.options.immutable {
            object.set(
                "immutable",
                Value { data: Data::Bool(true), origin: origin.clone(), sensitive: false, trace: None },
            );
        }
        if self.kind == Kind::Secret && pairs.is_empty() {
            object.set("data", empty_mapping(origin.clone()));
        }
        for pair in pairs {
            self.add(&mut object, pair, &origin, problems);
        }
        Value { data: Data::Mapping(object.into()), origin, sensitive: false, trace: None }
    }

    fn add(&self, object: &mut Mapping, pair: &KeyValue, origin: &Origin, problems: &mut Vec<Problem>) {
        let taken = ["data", "binaryData"]
            .iter()
            .any(|field| object.get(field).is_some_and(|mapping| mapping.get(&pair.key).is_some()));
        if taken {
            let message = format!("`{}` gives the key `{}` twice; remove one of them", self.name.text, pair.key);
            problems.push(Problem::error(pair.origin.span, message));
            return;
        }
        let (field, data) = match &pair.content {
            None => ("data", unknown(pair)),
            Some(content) if limits::check_text(content.len(), pair.origin.span).is_err() => {
                problems.extend(limits::check_text(content.len(), pair.origin.span).err());
                ("data", Value::unknown(Why::Limit("bytes of a generated value".into()), pair.origin.span).data)
            }
            Some(content) => match std::str::from_utf8(content) {
                Ok(content) if self.kind == Kind::ConfigMap => ("data", Data::String(content.into())),
                _ if self.kind == Kind::ConfigMap => ("binaryData", Data::String(encoded(content))),
                _ => ("data", Data::String(encoded(content))),
            },
        };
        let span = pair.origin.span;
        let value = Value {
            data,
            origin: pair.origin.read_at(span, self.hop(&pair.what)),
            sensitive: self.kind == Kind::Secret,
            trace: None,
        };
        if let Some(mapping) = mapping_at(object, field, origin) {
            mapping.set(pair.key.clone(), value);
        }
    }

    fn hop(&self, what: &str) -> HopKind {
        HopKind::Generator(format!("`{}` `{}` from its {what}", self.kind.field(), self.name.text).into())
    }
}

/// Base64; from 70 characters on in lines of 70.
fn encoded(content: &[u8]) -> Text {
    const LINE: usize = 70;
    let whole = STANDARD.encode(content);
    if whole.len() < LINE {
        return whole.into();
    }
    let mut lines = Text::new();
    for (at, character) in whole.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}

fn unknown(pair: &KeyValue) -> Data {
    let why = Why::Invalid(format!("`{}` is taken from the environment in which Kustomize runs", pair.key).into());
    Value::unknown(why, pair.origin.span).data
}

impl Objects {
    /// Adds generated objects: each as its behavior says.
    pub fn absorb(&mut self, generated: Object, problems: &mut Vec<Problem>) {
        let identity = generated.identity();
        let places = self.ever_called(&identity);
        let refuse = |message: String| Problem::error(generated.block, message);
        match (places.as_slice(), generated.behavior) {
            ([], Behavior::Create) => self.change().push(generated),
            ([], Behavior::Merge | Behavior::Replace) => {
                let message = format!("there is no `{identity}` to merge with or replace; use `behavior: create`");
                problems.push(refuse(message));
            }
            ([_], Behavior::Create) => {
                let message = format!("there is a `{identity}` already; set `behavior` to `merge` or `replace`");
                problems.push(refuse(message));
            }
            ([place], behavior) => {
                if let Some(old) = self.change().get_mut(*place) {
                    *old = combined(old, generated, behavior);
                }
            }
            _ => problems.push(refuse(format!("several objects are called `{identity}`; rename all but one"))),
        }
    }
}

/// The new object in the place of the old one, with its name and metadata, and its data where they are merged.
fn combined(old: &Object, mut new: Object, behavior: Behavior) -> Object {
    let origin = new.value.origin.clone();
    if let (Some(object), Some(old_object)) = (new.value.as_mapping_mut(), old.value.as_mapping()) {
        if let (Some(metadata), Some(old_metadata)) =
            (mapping_at(object, "metadata", &origin), old_object.get("metadata"))
        {
            for name in ["name", "namespace"] {
                if let Some(value) = old_metadata.get(name) {
                    metadata.set(name, value.clone());
                }
            }
            for name in ["labels", "annotations"] {
                add_missing(metadata, name, old_metadata.get(name), &origin);
            }
        }
        if behavior == Behavior::Merge {
            for name in ["data", "binaryData"] {
                add_missing(object, name, old_object.get(name), &origin);
            }
        }
    }
    new.needs_hash &= old.needs_hash;
    new.previous.clone_from(&old.previous);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.variables.clone_from(&old.variables);
    new.transformations.clone_from(&old.transformations);
    if behavior == Behavior::Merge {
        new.provenance.clone_from(&old.provenance);
    }
    new
}

/// Adds the entries of `old` whose keys the mapping at `name` does not have.
fn add_missing(object: &mut Mapping, name: &str, old: Option<&Value>, origin: &Origin) {
    let Some(old) = old.and_then(Value::as_mapping).filter(|old| !old.entries.is_empty()) else { return };
    if object.get(name).is_none() {
        object.set(name, empty_mapping(origin.clone()));
    }
    let Some(mapping) = value_at(object, name).and_then(Value::as_mapping_mut) else { return };
    for (key, value) in &old.entries {
        if mapping.get(key).is_none() {
            mapping.set(key.clone(), value.clone());
        }
    }
}
