//! Compares the fields of an object with the schema of its kind: unknown fields, values of other types, and required
//! fields that are absent.
//!
//! Knows the kinds of Kubernetes itself; objects of custom kinds are skipped. A field that any release has is accepted,
//! since the release of the cluster is unknown.

use super::Object;
use crate::model::{Data, Text, Value};
use crate::schema::{self, Argument, Body, Nesting, Shape, ValueType};
use crate::source::{Span, nearest};
use ecow::{EcoString, eco_format};

/// What the API server writes itself, what is only there on request, and a language of its own.
const NOT_READ: [&str; 4] = ["status", "managedFields", "openAPIV3Schema", "creationTimestamp"];

/// Beginnings of what some tool puts a value in place of before the object is applied.
const PLACEHOLDERS: [&str; 6] = ["$", "{{", "<", "__", "[[", "%"];

/// Returns what is wrong with the fields of an object, each as `{ rule, name, message, meant, at }`; the value of `at` stands
/// at the place.
pub fn problems(object: &Object) -> Vec<Value> {
    let (Some(api_version), Some(kind)) = (object.field("apiVersion"), object.field("kind")) else { return Vec::new() };
    let mut reader = Reader { kind, path: Vec::new(), problems: Vec::new() };
    match schema::kubernetes(api_version, kind) {
        Some(ty) => reader.object(&object.value, ty.body(), object.header),
        None => reader.unknown_kind(api_version, object.value.get("apiVersion").map_or(object.header, place)),
    }
    reader.problems
}

struct Reader<'o> {
    kind: &'o str,
    /// The fields around, outermost first, with the bodies that they stand in.
    path: Vec<(&'o str, Body)>,
    problems: Vec<Value>,
}

impl<'o> Reader<'o> {
    fn add(&mut self, rule: &str, name: &str, message: EcoString, place: Span) {
        self.suggest(rule, name, message, place, None);
    }

    fn suggest(&mut self, rule: &str, name: &str, message: EcoString, place: Span, meant: Option<&str>) {
        let text = |text: Text| Value::string(text, place);
        let entries = vec![
            ("rule".into(), text(rule.into())),
            ("name".into(), text(name.into())),
            ("message".into(), text(message)),
            ("meant".into(), meant.map_or_else(|| Value::null(place), |meant| text(meant.into()))),
            ("at".into(), text(name.into())),
        ];
        self.problems.push(Value::object(entries, place));
    }

    /// A kind that the API version has not, but another one has. Versions before the first stable one come and go.
    fn unknown_kind(&mut self, api_version: &str, place: Span) {
        let version = api_version.rsplit('/').next().unwrap_or_default();
        if version.contains("alpha") || version.contains("beta") {
            return;
        }
        let group = api_version.strip_suffix(version).unwrap_or_default();
        let is_own = |name: &str| name.strip_prefix(group).is_some_and(|rest| rest.matches('/').count() == 1);
        let mut others = schema::kubernetes_kinds(self.kind).map(schema::TypeSchema::name).peekable();
        if others.peek().is_none() || !schema::kubernetes_types(group).any(|ty| is_own(ty.name())) {
            return;
        }
        let stable = |name: &&str| !name.contains("alpha") && !name.contains("beta");
        let Some((right, _)) = others.filter(stable).last().and_then(|name| name.rsplit_once('/')) else { return };
        let message = eco_format!("`{api_version}` has no kind `{}`; use `{right}`.", self.kind);
        self.add("kind", self.kind, message, place);
    }

    fn object(&mut self, value: &'o Value, body: Body, header: Span) {
        let Some(mapping) = value.as_mapping() else {
            if !matches!(value.data, Data::Null(_) | Data::Unknown(_)) && !is_placeholder(value) {
                self.wrong_type("an object", value);
            }
            return;
        };
        let header = mapping.header.unwrap_or(header);
        for (name, field) in &mapping.entries {
            if NOT_READ.contains(&name.as_str()) {
                continue;
            }
            let Some(said) = body.get(name) else {
                self.unknown_field(name, field, body);
                continue;
            };
            self.path.push((name, body));
            self.field(field, said, place(field));
            self.path.pop();
        }
        if mapping.open.is_some() {
            return;
        }
        for (name, _) in body.arguments().filter(|(_, said)| said.is_required()) {
            let is_absent = mapping.get(name).is_none_or(Value::is_null);
            if is_absent && !NOT_READ.contains(&name) && name != "metadata" {
                let message = eco_format!("The field `{}` is required.", self.named(name));
                self.add("required", name, message, header);
            }
        }
    }

    fn field(&mut self, value: &'o Value, said: Argument, header: Span) {
        let Some((nesting, body)) = said.body() else { return self.simple(value, said.value_type()) };
        match (nesting, &value.data) {
            (_, Data::Null(_) | Data::Unknown(_)) => {}
            (Nesting::List | Nesting::Set, Data::Sequence(sequence)) => {
                sequence.items.iter().for_each(|item| self.object(item, body, place(item)));
            }
            (Nesting::Map, Data::Mapping(mapping)) => {
                mapping.entries.iter().for_each(|(_, item)| self.object(item, body, place(item)));
            }
            (Nesting::Single, _) => self.object(value, body, header),
            _ if is_placeholder(value) => {}
            (Nesting::List | Nesting::Set, _) => self.wrong_type("a list", value),
            (Nesting::Map, _) => self.wrong_type("a map", value),
        }
    }

    fn simple(&mut self, value: &'o Value, wanted: ValueType) {
        let fits = match (wanted.shape(), &value.data) {
            (_, Data::Null(_) | Data::Unknown(_)) | (Shape::Any, _) => return,
            (Shape::List(element) | Shape::Set(element), Data::Sequence(sequence)) => {
                return sequence.items.iter().for_each(|item| self.simple(item, element));
            }
            (Shape::Map(element), Data::Mapping(mapping)) => {
                return mapping.entries.iter().for_each(|(_, item)| self.simple(item, element));
            }
            (Shape::String, Data::String(_))
            | (Shape::Number | Shape::Integer, Data::Number(_))
            | (Shape::Bool, Data::Bool(_))
            | (Shape::IntOrString | Shape::Quantity, Data::String(_) | Data::Number(_)) => true,
            _ => is_placeholder(value),
        };
        if !fits {
            self.wrong_type(word(wanted.shape()), value);
        }
    }

    fn wrong_type(&mut self, wanted: &str, value: &Value) {
        let Some((name, _)) = self.path.last() else { return };
        let given = match &value.data {
            Data::Sequence(_) => "a list",
            Data::Mapping(_) => "an object",
            Data::String(_) => "a string",
            Data::Number(_) => "a number",
            _ => "a bool",
        };
        let name = *name;
        let message = eco_format!("`{}` takes {wanted}, not {given}.", self.named(""));
        self.add("value", name, message, place(value));
    }

    fn unknown_field(&mut self, name: &str, value: &Value, body: Body) {
        let around = self.path.iter().rev().find(|(_, body)| body.get(name).is_some());
        let inside =
            || body.arguments().find(|(_, said)| said.body().is_some_and(|(_, inner)| inner.get(name).is_some()));
        let near = || nearest(name, body.arguments().map(|(name, _)| name));
        let (hint, meant) = match around {
            Some((field, _)) => (eco_format!("; it belongs beside `{field}`."), Some(name)),
            None => match (near(), inside()) {
                (Some(near), _) => (eco_format!("; did you mean `{near}`?"), Some(near)),
                (None, Some((field, _))) => (eco_format!("; it belongs in `{field}`."), Some(name)),
                (None, None) => (".".into(), None),
            },
        };
        let message = eco_format!("{} has no field `{}`{hint}", self.kind, self.named(name));
        self.suggest("field", name, message, place(value), meant);
    }

    /// The path to a field of what is read.
    fn named(&self, name: &str) -> EcoString {
        let fields = self.path.iter().map(|(field, _)| *field).chain(Some(name).filter(|name| !name.is_empty()));
        fields.collect::<Vec<_>>().join(".").into()
    }
}

fn word(shape: Shape) -> &'static str {
    match shape {
        Shape::Number | Shape::Integer => "a number",
        Shape::Bool => "a bool",
        Shape::IntOrString => "a number or a string",
        Shape::Quantity => "a quantity",
        Shape::List(_) | Shape::Set(_) => "a list",
        Shape::Map(_) => "a map",
        Shape::String | Shape::Any => "a string",
    }
}

/// Whether a value will be another one before it is applied.
fn is_placeholder(value: &Value) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    value.as_str().is_some_and(|text| is_word(text) || PLACEHOLDERS.iter().any(|mark| text.contains(mark)))
}

/// Where a field is announced, or its value stands.
fn place(value: &Value) -> Span {
    let header = match &value.data {
        Data::Mapping(mapping) => mapping.header,
        Data::Sequence(sequence) => sequence.header,
        _ => None,
    };
    header.unwrap_or(value.origin.span)
}
