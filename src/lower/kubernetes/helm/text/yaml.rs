//! Values as YAML, in the layouts of `toYaml` (sigs.k8s.io/yaml) and `toYamlPretty` (go-yaml 3).

use super::float::{FloatForm, float_text};
use super::json;
use super::yaml_scalar::{self, Slot};
use crate::limits::charts::PRINTED_DEPTH;
use crate::lower::kubernetes::helm::value::{Data, Place, PlacedText, TextBuilder, Value};
use crate::syntax::yaml::Dialect;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ecow::EcoString;
use std::cmp::Ordering;

/// Whose layout is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YamlForm {
    /// `toYaml`: through JSON; lists in mappings are not indented; long lines are folded.
    Kubernetes,
    /// `toYamlPretty`: lists in mappings are indented.
    Pretty,
}

/// Returns a value as YAML without a line break at its end. `None` when Go reports an error.
pub fn yaml_text(value: &Value, form: YamlForm) -> Option<PlacedText> {
    let mut writer = Writer { out: TextBuilder::default(), form };
    writer.node(value, 0, Position::Root)?;
    Some(writer.out.finish())
}

/// What a node follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Root,
    /// The colon of a key.
    Value,
    /// The dash of an element.
    Element,
}

struct Writer {
    out: TextBuilder,
    form: YamlForm,
}

impl Writer {
    fn column(&self) -> usize {
        self.out.text().rsplit('\n').next().unwrap_or_default().chars().count()
    }

    fn slot(&self, indent: usize, is_key: bool) -> Slot {
        let dialect = match self.form {
            YamlForm::Kubernetes => Dialect::Kubernetes,
            YamlForm::Pretty => Dialect::Kustomize,
        };
        Slot { column: self.column(), indent, is_key, folds: self.form == YamlForm::Kubernetes, dialect }
    }

    fn line(&mut self, indent: usize, place: Place) {
        self.out.push(&format!("\n{}", " ".repeat(indent)), place);
    }

    /// Writes a scalar or an empty collection behind a key or dash.
    fn scalar(&mut self, text: &str, position: Position, place: Place) {
        self.out.push(if position == Position::Value { " " } else { "" }, place);
        self.out.push(text, place);
    }

    /// Writes a node. `indent` is that of the collection around it.
    fn node(&mut self, value: &Value, indent: usize, position: Position) -> Option<()> {
        if depth_of(indent) > PRINTED_DEPTH {
            return None;
        }
        if self.out.is_full() {
            return Some(());
        }
        let place = Place::noted(value.note);
        match &value.data {
            Data::String(text) => self.string(text, place, indent, position),
            Data::Unknown => {
                self.scalar("", position, place);
                self.out.push_unknown(None, value.note);
            }
            Data::Map(map) if map.open().is_some() && map.borrow().is_empty() => {
                self.scalar("", position, place);
                self.out.push_unknown(None, map.open());
            }
            Data::Map(map) => {
                let entries = map.entries().into_iter().map(|(key, value)| (key, value, place)).collect();
                self.mapping(entries, indent, position, place)?;
            }
            Data::Object(_) if self.form == YamlForm::Pretty => {
                // The names of its fields are those of the program, not those of JSON.
                self.scalar("", position, place);
                self.out.push_unknown(None, None);
            }
            Data::Object(object) => {
                let shown = object.fields.iter().filter(|field| !field.json.is_empty());
                let shown = shown.filter(|field| !field.omits_empty || field.value.truth() == Some(true));
                let entries = shown.map(|field| (field.json.into(), field.value.clone(), place)).collect();
                self.mapping(entries, indent, position, place)?;
            }
            Data::Files(files) => {
                let encoded = files.iter().map(|(name, bytes)| {
                    (EcoString::from(name.as_str()), Value::from(BASE64_STANDARD.encode(bytes)), place)
                });
                self.mapping(encoded.collect(), indent, position, place)?;
            }
            Data::Bytes(bytes) => {
                self.string(&BASE64_STANDARD.encode(bytes).into(), place, indent, position);
            }
            Data::List(list) if list.nil => self.scalar("null", position, place),
            Data::List(list) if list.items.is_empty() => self.scalar("[]", position, place),
            Data::List(list) if list.unordered && list.items.len() > 1 => {
                self.scalar("", position, place);
                self.out.push_unknown(None, value.note);
            }
            Data::List(list) => {
                let inner = match (position, self.form) {
                    (Position::Root, _) => 0,
                    (Position::Value, YamlForm::Kubernetes) => indent,
                    _ => indent + 2,
                };
                for (at, item) in list.items.iter().enumerate() {
                    if at > 0 || position == Position::Value {
                        self.line(inner, place);
                    }
                    self.out.push("- ", Place::noted(item.note).or(place));
                    self.node(item, inner, Position::Element)?;
                }
            }
            data => {
                let text = self.plain(data)?;
                self.scalar(&text, position, place);
            }
        }
        Some(())
    }

    fn mapping(
        &mut self,
        mut entries: Vec<(EcoString, Value, Place)>,
        indent: usize,
        position: Position,
        place: Place,
    ) -> Option<()> {
        if entries.is_empty() {
            self.scalar("{}", position, place);
            return Some(());
        }
        entries.sort_by(|(a, ..), (b, ..)| natural_order(a, b));
        let inner = if position == Position::Root { 0 } else { indent + 2 };
        for (at, (key, value, _)) in entries.iter().enumerate() {
            if at > 0 || position == Position::Value {
                self.line(inner, place);
            }
            let key_place = Place::noted(value.note).or(place);
            let is_simple = yaml_scalar::is_simple_key(key);
            let mut slot = self.slot(inner + 2, is_simple);
            if !is_simple {
                self.out.push("? ", key_place);
                slot.column += 2;
            }
            let written = yaml_scalar::string(key, slot);
            self.out.push(&written, key_place);
            if is_simple {
                self.out.push(":", key_place);
                self.node(value, inner, Position::Value)?;
            } else {
                self.line(inner, key_place);
                self.out.push(": ", key_place);
                self.node(value, inner, Position::Element)?;
            }
        }
        Some(())
    }

    fn string(&mut self, text: &PlacedText, place: Place, indent: usize, position: Position) {
        self.out.push(if position == Position::Value { " " } else { "" }, place);
        let place = Place { note: place.note.or(text.note()), ..place };
        if !text.is_known() {
            // The parts are kept; how the whole would be quoted is not known.
            return self.out.push_text(&text.map(|part| part.replace('\n', " ")), place);
        }
        let lines = if position == Position::Root { 2 } else { indent + 2 };
        let written = yaml_scalar::string(text.text(), self.slot(lines, false));
        self.out.push(&written, place);
    }

    /// A scalar that is no string.
    fn plain(&self, data: &Data) -> Option<String> {
        Some(match data {
            Data::Invalid | Data::Nil => "null".into(),
            Data::Float(value) if self.form == YamlForm::Pretty => match () {
                () if value.is_nan() => ".nan".into(),
                () if value.is_infinite() => {
                    if *value > 0.0 {
                        ".inf".into()
                    } else {
                        "-.inf".into()
                    }
                }
                () => float_text(*value, FloatForm::General, None),
            },
            Data::Float(value) => {
                // Through JSON: what looks like an integer there is one.
                let text = json::number(*value)?;
                if text == "-0" {
                    return Some("0".into());
                }
                let is_integer = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
                if is_integer { text } else { float_text(*value, FloatForm::General, None) }
            }
            Data::Bool(value) => value.to_string(),
            Data::Integer(integer) => integer.value.to_string(),
            Data::Duration(nanoseconds) => nanoseconds.to_string(),
            Data::Version(version) => {
                return Some(yaml_scalar::string(&version.to_string(), self.slot(0, true)));
            }
            Data::Time(moment) => format!("\"{}\"", moment.rfc3339()),
            Data::Error(_) => "{}".into(),
            _ => return None,
        })
    }
}

/// How many collections lie around an indentation, at most.
fn depth_of(indent: usize) -> usize {
    indent / 2
}

/// The order of keys: letters behind everything else, and runs of digits by their number.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let (Some(&first), Some(&second)) = (a.get(at), b.get(at)) else { return Ordering::Equal };
    match (first.is_alphabetic(), second.is_alphabetic()) {
        (true, true) => return first.cmp(&second),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero inside a number counts as a digit of it.
    let inside =
        (first == '0' || second == '0') && a.iter().take(at).rev().take_while(|c| c.is_numeric()).any(|c| *c != '0');
    let run = |chars: &[char]| {
        let digits = chars.iter().skip(at).take_while(|c| c.is_numeric());
        digits.fold((i64::from(inside), at), |(number, end), digit| {
            let digit = i64::from(u32::from(*digit)) - 48;
            (number.wrapping_mul(10).wrapping_add(digit), end + 1)
        })
    };
    let ((one, one_end), (other, other_end)) = (run(&a), run(&b));
    one.cmp(&other).then(one_end.cmp(&other_end)).then(first.cmp(&second))
}
