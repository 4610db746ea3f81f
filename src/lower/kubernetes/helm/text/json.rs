//! Values as `encoding/json` writes them.

use super::float::{FloatForm, float_text};
use crate::limits::charts::PRINTED_DEPTH;
use crate::lower::kubernetes::helm::value::{Data, Object, Place, PlacedText, TextBuilder, Value};
use crate::source::PieceKind;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// How JSON is written.
#[derive(Clone, Copy, Debug)]
pub struct JsonForm {
    /// Whether `<`, `>` and `&` are escaped.
    pub escapes_html: bool,
    /// Whether each element has a line of its own.
    pub is_indented: bool,
}

/// Returns a value as JSON. `None` when Go reports an error.
pub fn json_text(value: &Value, form: JsonForm) -> Option<PlacedText> {
    let mut writer = Writer { out: TextBuilder::default(), form };
    writer.value(value, 0)?;
    Some(writer.out.finish())
}

struct Writer {
    out: TextBuilder,
    form: JsonForm,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        if depth > PRINTED_DEPTH {
            return None;
        }
        if self.out.is_full() {
            return Some(());
        }
        let place = Place::noted(value.note);
        match &value.data {
            Data::Unknown => self.out.push_unknown(None, value.note),
            Data::Invalid | Data::Nil => self.out.push("null", place),
            Data::String(text) => self.string(text, place),
            Data::List(list) if list.nil => self.out.push("null", place),
            Data::Bytes(bytes) => {
                self.out.push(&format!("\"{}\"", BASE64_STANDARD.encode(bytes)), place);
            }
            Data::List(list) => {
                if list.unordered && list.items.len() > 1 {
                    self.out.push_unknown(None, value.note);
                    return Some(());
                }
                self.open("[", place);
                for (at, item) in list.items.iter().enumerate() {
                    self.separate(at, depth + 1, place);
                    self.value(item, depth + 1)?;
                }
                self.close("]", list.items.is_empty(), depth, place);
            }
            Data::Map(map) if map.open().is_some() && map.borrow().is_empty() => {
                self.out.push_unknown(None, map.open());
            }
            Data::Map(map) => {
                let entries = map.entries();
                self.open("{", place);
                for (at, (key, item)) in entries.iter().enumerate() {
                    self.separate(at, depth + 1, place);
                    self.key(key, Place::noted(item.note));
                    self.value(item, depth + 1)?;
                }
                self.close("}", entries.is_empty(), depth, place);
            }
            Data::Object(object) => self.object(object, depth)?,
            Data::Files(files) => {
                self.open("{", place);
                for (at, (name, bytes)) in files.iter().enumerate() {
                    self.separate(at, depth + 1, place);
                    self.key(name, place);
                    self.out.push_plain(&format!("\"{}\"", BASE64_STANDARD.encode(bytes)));
                }
                self.close("}", files.is_empty(), depth, place);
            }
            data => {
                let text = scalar(data)?;
                self.out.push(&text, place);
            }
        }
        Some(())
    }

    fn object(&mut self, object: &Object, depth: usize) -> Option<()> {
        let shown = object.fields.iter().filter(|field| !field.json.is_empty());
        let shown: Vec<_> = shown.filter(|field| !field.omits_empty || field.value.truth() == Some(true)).collect();
        self.open("{", Place::default());
        for (at, field) in shown.iter().enumerate() {
            self.separate(at, depth + 1, Place::default());
            self.key(field.json, Place::default());
            self.value(&field.value, depth + 1)?;
        }
        self.close("}", shown.is_empty(), depth, Place::default());
        Some(())
    }

    fn string(&mut self, text: &PlacedText, place: Place) {
        self.out.push("\"", place);
        for (part, own) in text.parts() {
            if own.kind == PieceKind::Unknown {
                self.out.push(part, own);
                continue;
            }
            let escaped = escaped(part, self.form.escapes_html);
            self.out.push(&escaped, Place { kind: PieceKind::Replacement, ..own.or(place) });
        }
        self.out.push("\"", place);
    }

    fn key(&mut self, key: &str, place: Place) {
        self.out.push(&format!("\"{}\":", escaped(key, self.form.escapes_html)), place);
        self.out.push(if self.form.is_indented { " " } else { "" }, place);
    }

    fn open(&mut self, bracket: &str, place: Place) {
        self.out.push(bracket, place);
    }

    fn separate(&mut self, at: usize, depth: usize, place: Place) {
        self.out.push(if at == 0 { "" } else { "," }, place);
        self.line(depth, place);
    }

    fn close(&mut self, bracket: &str, is_empty: bool, depth: usize, place: Place) {
        if !is_empty {
            self.line(depth, place);
        }
        self.out.push(bracket, place);
    }

    fn line(&mut self, depth: usize, place: Place) {
        if self.form.is_indented {
            self.out.push(&format!("\n{}", "  ".repeat(depth)), place);
        }
    }
}

fn scalar(data: &Data) -> Option<String> {
    Some(match data {
        Data::Bool(value) => value.to_string(),
        Data::Integer(integer) => integer.value.to_string(),
        Data::Float(value) => number(*value)?,
        Data::Version(version) => format!("\"{}\"", escaped(&version.to_string(), true)),
        Data::Time(moment) => format!("\"{}\"", moment.rfc3339()),
        Data::Duration(nanoseconds) => nanoseconds.to_string(),
        Data::Error(_) => "{}".into(),
        _ => return None,
    })
}

/// A float as JSON: with an exponent only where it is very small or large. `None` for infinity.
pub(super) fn number(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return Some(float_text(value, FloatForm::Plain, None));
    }
    let text = float_text(value, FloatForm::Exponent, None);
    // `e-09` is written `e-9`.
    Some(match text.split_once("e-0") {
        Some((mantissa, exponent)) => format!("{mantissa}e-{exponent}"),
        None => text,
    })
}

/// The inside of a JSON string.
pub(super) fn escaped(text: &str, html: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '<' | '>' | '&' if html => out.extend([format!("\\u{:04x}", u32::from(c))]),
            '\u{fffd}' => out.push_str("\\ufffd"),
            '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => out.extend([format!("\\u{:04x}", u32::from(c))]),
            _ => out.push(c),
        }
    }
    out
}
