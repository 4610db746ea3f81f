//! `replacements`: values copied from a field of one object into fields of others.

use super::decode::{Fields, Located};
use super::identity::scalar_text;
use super::limits;
use super::lookup::{self, Part};
use super::object::{Object, Objects};
use super::selector::Selector;
use crate::model::{Cause, Data, HopKind, Number, Origin, Text, Type, Value};
use crate::source::{Problem, Span};

/// One replacement.
#[derive(Clone, Debug)]
pub struct Replacement {
    source: Selector,
    from: Located,
    options: Options,
    targets: Vec<Target>,
    span: Span,
}

/// Which part of a string is meant.
#[derive(Clone, Debug, Default)]
struct Options {
    delimiter: Text,
    index: i64,
    create: bool,
}

#[derive(Clone, Debug)]
struct Target {
    select: Selector,
    reject: Vec<Selector>,
    fields: Vec<Located>,
    options: Options,
}

impl Replacement {
    /// Reads an element of `replacements`, or of a file of them.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let span = value.origin.span;
        let mut fields = Fields::of(value, "a replacement", problems)?;
        fields.ignore(&["path"]);
        let (source, targets) = (fields.value("source"), fields.value("targets"));
        let (Some(source), Some(_)) = (source, targets) else {
            fields.problems.push(Problem::error(span, "a replacement needs a `source` and `targets`"));
            return None;
        };
        let (source, from, options) = decode_source(source, fields.problems)?;
        let list = fields.list("targets");
        let targets: Option<Vec<Target>> = list.iter().map(|target| Target::decode(target, fields.problems)).collect();
        fields.finish();
        Some(Self { source, from, options, targets: targets?, span })
    }

    /// Copies the value. Where there is none, and `missing` are the causes of what is unseen and may hold it, the fields
    /// that it would be copied to are unknown.
    pub fn apply(&self, objects: &mut Objects, missing: &[Cause]) -> Result<(), Problem> {
        let found = self.value(objects);
        let unknown = || Value::unknown_of(Type::Dynamic, missing.to_vec(), self.span);
        let value = match &found {
            Ok(value) => value.clone(),
            Err(problem) if missing.is_empty() => return Err(problem.clone()),
            Err(_) => unknown(),
        };
        for target in &self.targets {
            for object in objects.change().iter_mut().filter(|object| target.takes(object)) {
                for field in &target.fields {
                    let copied = self.copy(&value, object, target, field);
                    if found.is_ok() {
                        copied?;
                    }
                }
            }
        }
        found.map(drop)
    }

    fn value(&self, objects: &mut Objects) -> Result<Value, Problem> {
        let wanted = &self.source.exact;
        let fits = |object: &&mut Object| self.source.selects_exactly(object);
        let mut sources: Vec<&mut Object> = objects.change().iter_mut().filter(fits).collect();
        let [source] = sources.as_mut_slice() else {
            let message = match sources.len() {
                0 => format!("there is no `{wanted}` to take the value from"),
                _ => format!("several objects fit `{wanted}`; say more about the one that is meant"),
            };
            return Err(Problem::error(self.source.span, message));
        };
        let place = self.from.origin.span;
        let missing = || Problem::error(place, format!("`{wanted}` has no field `{}`", self.from.text));
        let parts = lookup::parse(&self.from.text).ok_or_else(missing)?;
        let ways = lookup::find(&mut source.value, &parts, None);
        let found = ways.first().and_then(|way| source.value.at(way)).ok_or_else(missing)?;
        if self.options.delimiter.is_empty() {
            return Ok(found.clone());
        }
        let whole = scalar_text(found);
        let mut pieces = whole.split(self.options.delimiter.as_str());
        let piece = usize::try_from(self.options.index).ok().and_then(|index| pieces.nth(index));
        let out_of_bounds = || Problem::error(place, format!("`{whole}` has no part {}", self.options.index));
        let piece = piece.filter(|_| is_scalar(found)).ok_or_else(out_of_bounds)?;
        Ok(Value {
            data: Data::String(piece.into()),
            origin: found.origin.clone(),
            sensitive: found.sensitive,
            trace: None,
        })
    }

    fn copy(&self, value: &Value, object: &mut Object, target: &Target, field: &Located) -> Result<(), Problem> {
        let origin = Origin::at(self.span);
        let refused = |message: String| Problem::error(field.origin.span, message);
        let missing = || refused(format!("`{}` has no field `{}`", object.identity(), field.text));
        let parts: Vec<Part> = lookup::parse(&field.text).ok_or_else(missing)?;
        let mut content = object.value.clone();
        let ways = lookup::find(&mut content, &parts, target.options.create.then_some(&origin));
        if ways.is_empty() {
            return Err(missing());
        }
        for way in ways {
            let existed = object.value.at(&way).is_some_and(|old| !old.is_null());
            let Some(place) = lookup::at_mut(&mut content, &way) else { continue };
            let origin = value.origin.read_at(value.origin.span, HopKind::Patch("replacement".into()));
            if value.is_unknown() {
                *place = Value { origin, ..value.clone() };
            } else if existed && is_scalar(place) && is_scalar(value) {
                let new = target.options.joined(&scalar_text(place), &scalar_text(value));
                limits::check_text(new.len(), self.span)?;
                let data = as_before(place, &new);
                *place = Value { data, origin, sensitive: value.sensitive || place.sensitive, trace: None };
            } else if !target.options.delimiter.is_empty() && existed {
                return Err(refused("`delimiter` only works where the field is a scalar".into()));
            } else {
                let data = match &value.data {
                    Data::String(content) if !existed => plain(content),
                    other => other.clone(),
                };
                *place = Value { data, origin, sensitive: value.sensitive, trace: None };
            }
        }
        limits::check_size(&content, self.span)?;
        object.value = content;
        Ok(())
    }
}

impl Options {
    fn decode(value: Option<&Value>, problems: &mut Vec<Problem>) -> Self {
        let fields = value.and_then(|value| Fields::of(value, "replacement options", problems));
        let Some(mut fields) = fields else { return Self::default() };
        let delimiter = fields.text("delimiter").map(|located| located.text).unwrap_or_default();
        let index = fields.integer("index").map_or(0, |(index, _)| index);
        let create = fields.truth("create").unwrap_or_default();
        fields.ignore(&["encoding"]);
        fields.finish();
        Self { delimiter, index, create }
    }

    /// `old` with its part replaced by `new`: before it for a negative index, behind it for one past the end.
    fn joined(&self, old: &str, new: &str) -> String {
        if self.delimiter.is_empty() {
            return new.to_string();
        }
        let mut pieces: Vec<&str> = old.split(self.delimiter.as_str()).collect();
        match usize::try_from(self.index) {
            Err(_) => pieces.insert(0, new),
            Ok(index) => match pieces.get_mut(index) {
                Some(piece) => *piece = new,
                None => pieces.push(new),
            },
        }
        pieces.join(&self.delimiter)
    }
}

impl Target {
    fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "a target of a replacement", problems)?;
        let Some(select) = fields.value("select") else {
            fields.problems.push(Problem::error(value.origin.span, "a target needs `select`"));
            return None;
        };
        let select = Selector::decode_exactly(select, fields.problems)?;
        let rejects = fields.list("reject");
        let reject: Option<Vec<Selector>> =
            rejects.iter().map(|reject| Selector::decode_exactly(reject, fields.problems)).collect();
        let mut paths = fields.texts("fieldPaths");
        if paths.is_empty() {
            paths.push(Located { text: "metadata.name".into(), origin: value.origin.clone() });
        }
        let options = fields.value("options");
        let options = Options::decode(options, fields.problems);
        fields.finish();
        Some(Self { select, reject: reject?, fields: paths, options })
    }

    fn takes(&self, object: &Object) -> bool {
        self.select.selects_exactly(object) && !self.reject.iter().any(|reject| reject.selects_exactly(object))
    }
}

fn decode_source(value: &Value, problems: &mut Vec<Problem>) -> Option<(Selector, Located, Options)> {
    let mut fields = Fields::of(value, "the source of a replacement", problems)?;
    let path = fields.text("fieldPath").filter(|path| !path.text.is_empty());
    let path = path.unwrap_or_else(|| Located { text: "metadata.name".into(), origin: value.origin.clone() });
    let options = fields.value("options");
    let options = Options::decode(options, fields.problems);
    let selector = Selector::read_exactly(&mut fields, value.origin.span);
    fields.finish();
    Some((selector?, path, options))
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value.data, Data::Sequence(_) | Data::Mapping(_))
}

/// `text` as what stood there before: a string stays one, a number becomes what the text says.
fn as_before(old: &Value, text: &str) -> Data {
    if matches!(old.data, Data::String(_)) { Data::String(text.into()) } else { plain(text) }
}

/// What plain text means in YAML.
pub fn plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" => Data::Null(Type::Dynamic),
        "true" => Data::Bool(true),
        "false" => Data::Bool(false),
        _ => {
            let numeric = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+' || c == '.');
            let number = if numeric { Number::parse(text) } else { None };
            number.map_or_else(|| Data::String(text.into()), Data::Number)
        }
    }
}
