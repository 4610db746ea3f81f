//! Values as `fmt.Print` writes them (`%v`).

use super::float::{FloatForm, float_text};
use crate::go::duration;
use crate::limits::charts::PRINTED_BYTES;
use crate::limits::charts::PRINTED_DEPTH;
use crate::lower::kubernetes::helm::value::{Data, Object, ObjectKind, Place, PlacedText, TextBuilder, Value};

/// Returns a value as `%v` writes it.
pub fn value_text(value: &Value) -> PlacedText {
    if let Some(text) = value.as_text() {
        let mut builder = TextBuilder::default();
        builder.push_text(text, Place::noted(value.note));
        return builder.finish();
    }
    let mut builder = TextBuilder::default();
    write_value(&mut builder, value, 0);
    builder.finish()
}

/// Writes a value as `%v` does. `depth` is that of the value within the one that is written.
pub fn write_value(out: &mut TextBuilder, value: &Value, depth: usize) {
    if out.is_full() {
        return;
    }
    let place = Place::noted(value.note);
    match &value.data {
        Data::Unknown => out.push_unknown(None, value.note),
        Data::String(text) => out.push_text(text, place),
        Data::List(list) if depth < PRINTED_DEPTH => {
            if list.unordered && list.items.len() > 1 {
                return out.push_unknown(None, value.note);
            }
            out.push("[", place);
            for (at, item) in list.items.iter().enumerate() {
                out.push(if at == 0 { "" } else { " " }, place);
                write_value(out, item, depth + 1);
            }
            out.push("]", place);
        }
        Data::Map(map) if map.open().is_some() && map.borrow().is_empty() => out.push_unknown(None, map.open()),
        Data::Map(map) if depth < PRINTED_DEPTH => {
            out.push("map[", place);
            for (at, (key, item)) in map.entries().iter().enumerate() {
                out.push(if at == 0 { "" } else { " " }, place);
                out.push(key, Place::noted(item.note));
                out.push(":", Place::noted(item.note));
                write_value(out, item, depth + 1);
            }
            out.push("]", place);
        }
        Data::List(_) | Data::Map(_) => out.push("…", place),
        Data::Object(object) => write_object(out, object, depth),
        Data::Bytes(bytes) if bytes.len() > PRINTED_BYTES => out.push_unknown(None, value.note),
        Data::Bytes(bytes) => {
            let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
            out.push(&format!("[{}]", numbers.join(" ")), place);
        }
        Data::Files(files) => {
            out.push("map[", place);
            for (at, (path, bytes)) in files.iter().enumerate() {
                out.push(if at == 0 { "" } else { " " }, place);
                out.push(&format!("{path}:"), place);
                write_value(out, &Data::Bytes(bytes.clone()).into(), depth + 1);
            }
            out.push("]", place);
        }
        _ => out.push(&scalar_text(&value.data), place),
    }
}

fn write_object(out: &mut TextBuilder, object: &Object, depth: usize) {
    if object.kind.is_pointer() && depth > 0 {
        // Its address in the memory of Helm.
        return out.push_unknown(None, None);
    }
    out.push_plain(if object.kind.is_pointer() { "&{" } else { "{" });
    // What `Chart.yaml` says is a struct of its own in `.Chart`.
    let embedded = if object.kind == ObjectKind::Chart { object.fields.len() - 1 } else { 0 };
    out.push_plain(if embedded > 0 { "{" } else { "" });
    for (at, field) in object.fields.iter().enumerate() {
        out.push_plain(if at == embedded && at > 0 { "}" } else { "" });
        out.push_plain(if at == 0 { "" } else { " " });
        write_value(out, &field.value, depth + 1);
    }
    out.push_plain("}");
}

/// A value without parts as `%v` writes it.
pub(super) fn scalar_text(data: &Data) -> String {
    match data {
        Data::Invalid | Data::Nil => "<nil>".into(),
        Data::Bool(value) => value.to_string(),
        Data::Integer(integer) => integer.value.to_string(),
        Data::Float(value) => float_text(*value, FloatForm::General, None),
        Data::Complex(real, imaginary) => {
            let part = |value: f64| float_text(value, FloatForm::General, None);
            let imaginary = part(*imaginary);
            let sign = if imaginary.starts_with(['+', '-']) { "" } else { "+" };
            format!("({}{sign}{imaginary}i)", part(*real))
        }
        Data::Version(version) => version.to_string(),
        Data::Time(moment) => moment.to_string(),
        Data::Duration(nanoseconds) => duration::write(*nanoseconds),
        Data::Error(message) => message.to_string(),
        Data::String(_)
        | Data::Bytes(_)
        | Data::List(_)
        | Data::Map(_)
        | Data::Files(_)
        | Data::Object(_)
        | Data::Unknown => String::new(),
    }
}

/// Returns the arguments as `fmt.Sprint` writes them: a blank stands between two that are both no strings.
pub fn print(arguments: &[Value]) -> PlacedText {
    let mut out = TextBuilder::default();
    let mut after_string = true;
    for (at, argument) in arguments.iter().enumerate() {
        let is_string = matches!(argument.data, Data::String(_));
        if at > 0 && !is_string && !after_string {
            out.push_plain(" ");
        }
        write_value(&mut out, argument, 0);
        after_string = is_string;
    }
    out.finish()
}

/// Returns the arguments as `fmt.Sprintln` writes them.
pub fn println(arguments: &[Value]) -> PlacedText {
    let mut out = TextBuilder::default();
    for (at, argument) in arguments.iter().enumerate() {
        out.push_plain(if at == 0 { "" } else { " " });
        write_value(&mut out, argument, 0);
    }
    out.push_plain("\n");
    out.finish()
}
