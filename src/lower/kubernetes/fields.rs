//! Compares the fields of an object with the schema of its kind: unknown fields, values of other types, and required
//! fields that are absent.
//!
//! The schema is that of Kubernetes itself, or one that a CustomResourceDefinition of the tree gives. A field that any
//! release has is accepted, since the release of the cluster is unknown.

use super::Object;
use super::custom_schema::{CustomSchema, CustomShape};
use crate::model::{Data, Text, Value};
use crate::schema::{self, Argument, Body, Nesting, Shape, ValueType};
use crate::source::{Span, nearest};
use ecow::{EcoString, eco_format};

/// What the API server writes itself, what is only there on request, and a language of its own.
const NOT_READ: [&str; 4] = ["status", "managedFields", "openAPIV3Schema", "creationTimestamp"];

/// Beginnings of what some tool puts a value in place of before the object is applied.
const PLACEHOLDERS: [&str; 6] = ["$", "{{", "<", "__", "[[", "%"];

/// Returns what is wrong with the fields of an object, each as `{ rule, name, message, meant, at }`; the value of `at` stands
/// at the place. Objects of custom kinds are skipped.
pub fn problems(object: &Object) -> Vec<Value> {
    let (Some(api_version), Some(kind)) = (object.field("apiVersion"), object.field("kind")) else { return Vec::new() };
    let mut reader = Reader { kind, path: Vec::new(), problems: Vec::new() };
    match schema::kubernetes(api_version, kind) {
        Some(ty) => reader.object(&object.value, Fields::Kind(ty.body()), object.header),
        None => reader.unknown_kind(api_version, object.value.get("apiVersion").map_or(object.header, place)),
    }
    reader.problems
}

/// Returns the same of an object of a custom kind, by the schema of one definition of the kind.
pub fn custom_problems(value: &Value, kind: &str, header: Span, schema: CustomSchema<'_>) -> Vec<Value> {
    let mut reader = Reader { kind, path: Vec::new(), problems: Vec::new() };
    reader.custom(value, schema.of_object(), header);
    reader.problems
}

/// The fields that an object may have.
#[derive(Clone, Copy)]
enum Fields<'s> {
    /// Those of a kind of Kubernetes.
    Kind(Body),
    /// Those that a CustomResourceDefinition gives.
    Custom(CustomSchema<'s>),
}

impl<'s> Fields<'s> {
    /// The names of all fields, with what may stand in them.
    fn all(self) -> impl Iterator<Item = (&'s str, Field<'s>)> {
        let (body, schema) = match self {
            Self::Kind(body) => (Some(body), None),
            Self::Custom(schema) => (None, Some(schema)),
        };
        let of_kind = body.into_iter().flat_map(Body::arguments).map(|(name, said)| (name, Field::Kind(said)));
        let custom = schema.into_iter().flat_map(CustomSchema::fields).map(|(name, said)| (name, Field::Custom(said)));
        of_kind.chain(custom)
    }

    fn get(self, name: &str) -> Option<Field<'s>> {
        match self {
            Self::Kind(body) => body.get(name).map(Field::Kind),
            Self::Custom(schema) => schema.field(name).map(Field::Custom),
        }
    }

    /// Whether fields without a schema stay.
    fn is_open(self) -> bool {
        matches!(self, Self::Custom(schema) if schema.keeps_unknown())
    }

    fn requires(self, name: &str, field: Field<'_>) -> bool {
        match (self, field) {
            // The API server writes what is missing of it.
            (_, Field::Kind(said)) => name != "metadata" && said.is_required(),
            (Self::Custom(schema), Field::Custom(said)) => schema.requires(name, said),
            (Self::Kind(_), Field::Custom(_)) => false,
        }
    }
}

/// What may stand in a field.
#[derive(Clone, Copy)]
enum Field<'s> {
    Kind(Argument),
    Custom(CustomSchema<'s>),
}

impl<'s> Field<'s> {
    /// The fields of the objects that stand in it.
    fn inner(self) -> Option<Fields<'s>> {
        match self {
            Self::Kind(said) => said.body().map(|(_, body)| Fields::Kind(body)),
            Self::Custom(schema) => schema.inner().map(Fields::Custom),
        }
    }
}

struct Reader<'o> {
    kind: &'o str,
    /// The fields around, outermost first, with what they stand in.
    path: Vec<(&'o str, Fields<'o>)>,
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

    fn object(&mut self, value: &'o Value, fields: Fields<'o>, header: Span) {
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
            let Some(said) = fields.get(name) else {
                if !fields.is_open() {
                    self.unknown_field(name, field, fields);
                }
                continue;
            };
            self.path.push((name, fields));
            match said {
                Field::Kind(said) => self.field(field, said, place(field)),
                Field::Custom(schema) => self.custom(field, schema, place(field)),
            }
            self.path.pop();
        }
        if mapping.open.is_some() {
            return;
        }
        for (name, _) in fields.all().filter(|(name, field)| fields.requires(name, *field)) {
            let is_absent = mapping.get(name).is_none_or(Value::is_null);
            if is_absent && !NOT_READ.contains(&name) {
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
                sequence.items.iter().for_each(|item| self.object(item, Fields::Kind(body), place(item)));
            }
            (Nesting::Map, Data::Mapping(mapping)) => {
                mapping.entries.iter().for_each(|(_, item)| self.object(item, Fields::Kind(body), place(item)));
            }
            (Nesting::Single, _) => self.object(value, Fields::Kind(body), header),
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

    /// What a CustomResourceDefinition says of a value.
    fn custom(&mut self, value: &'o Value, schema: CustomSchema<'o>, header: Span) {
        match (schema.shape(), &value.data) {
            (_, Data::Null(_) | Data::Unknown(_)) | (CustomShape::Any, _) => {}
            (CustomShape::Object, _) => self.object(value, Fields::Custom(schema), header),
            (CustomShape::Map(inner), Data::Mapping(mapping)) => {
                mapping.entries.iter().for_each(|(_, item)| self.custom(item, inner, place(item)));
            }
            (CustomShape::List(inner), Data::Sequence(sequence)) => {
                sequence.items.iter().for_each(|item| self.custom(item, inner, place(item)));
            }
            (CustomShape::String | CustomShape::IntOrString, Data::String(_))
            | (CustomShape::Number | CustomShape::IntOrString, Data::Number(_))
            | (CustomShape::Bool, Data::Bool(_)) => {}
            _ if is_placeholder(value) => {}
            (shape, _) => self.wrong_type(shape.word(), value),
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

    fn unknown_field(&mut self, name: &str, value: &Value, fields: Fields<'o>) {
        let around = self.path.iter().rev().find(|(_, fields)| fields.get(name).is_some());
        let inside = || fields.all().find(|(_, said)| said.inner().is_some_and(|inner| inner.get(name).is_some()));
        let near = || nearest(name, fields.all().map(|(name, _)| name));
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
