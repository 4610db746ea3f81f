//! Values as TOML, in the layout of the encoder that Helm uses (BurntSushi/toml).

use super::float::{FloatForm, float_text};
use crate::limits::charts::PRINTED_DEPTH;
use crate::limits::charts::TOML_INLINE_DEPTH;
use crate::lower::kubernetes::helm::value::{Data, List, Map, TEXT_LIMIT, Value};

/// Returns a value as TOML, or the message of the encoder.
pub fn toml_text(value: &Value) -> Result<String, String> {
    let map = match &value.data {
        Data::Map(map) => map,
        Data::List(list) if is_table_list(list) => {
            return Err("toml: top-level values must be Go maps or structs".into());
        }
        _ => return inline(value, 0),
    };
    let mut writer = Writer { out: String::new() };
    writer.table(map, &[])?;
    Ok(writer.out)
}

struct Writer {
    out: String,
}

impl Writer {
    /// Writes the entries of a table: plain ones first, then those that are tables.
    fn table(&mut self, map: &Map, path: &[String]) -> Result<(), String> {
        if path.len() > PRINTED_DEPTH {
            return Err("toml: nested too deeply".into());
        }
        if self.out.len() > TEXT_LIMIT {
            return Ok(());
        }
        let entries = map.entries();
        let is_table = |value: &Value| match &value.data {
            Data::Map(_) => true,
            Data::List(list) => is_table_list(list),
            _ => false,
        };
        let indent = "  ".repeat(path.len().saturating_sub(1));
        for (key, value) in entries.iter().filter(|(_, value)| !is_table(value) && !value.is_nil()) {
            let text = inline(value, 0)?;
            let indent = if path.is_empty() { "" } else { &format!("{indent}  ") };
            self.out.extend([format!("{indent}{} = {text}\n", quoted_key(key))]);
        }
        for (key, value) in entries.iter().filter(|(_, value)| is_table(value)) {
            let mut inner = path.to_vec();
            inner.push(quoted_key(key));
            let indent = "  ".repeat(inner.len() - 1);
            match &value.data {
                Data::Map(map) => {
                    self.header(&format!("{indent}[{}]\n", inner.join(".")), inner.len());
                    self.table(map, &inner)?;
                }
                Data::List(list) => {
                    for item in &list.items {
                        let Data::Map(map) = &item.data else { continue };
                        self.header(&format!("{indent}[[{}]]\n", inner.join(".")), inner.len());
                        self.table(map, &inner)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// An empty line stands before a table of the first level, unless it begins the text.
    fn header(&mut self, text: &str, level: usize) {
        if level == 1 && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.push_str(text);
    }
}

fn is_table_list(list: &List) -> bool {
    !list.items.is_empty() && list.items.iter().all(|item| matches!(item.data, Data::Map(_)))
}

fn inline(value: &Value, depth: usize) -> Result<String, String> {
    if depth > TOML_INLINE_DEPTH {
        return Err("toml: nested too deeply".into());
    }
    Ok(match &value.data {
        Data::String(text) => quoted(text.text()),
        Data::Bool(value) => value.to_string(),
        Data::Integer(integer) => integer.value.to_string(),
        Data::Float(value) => number(*value),
        Data::List(list) => {
            if list.items.iter().any(Value::is_nil) {
                return Err("toml: cannot encode array with nil element".into());
            }
            let items: Result<Vec<_>, _> = list.items.iter().map(|item| inline(item, depth + 1)).collect();
            format!("[{}]", items?.join(", "))
        }
        Data::Map(map) => {
            let entries = map.entries();
            let shown = entries.iter().filter(|(_, value)| !value.is_nil());
            let items: Result<Vec<_>, String> =
                shown.map(|(key, value)| Ok(format!("{} = {}", quoted_key(key), inline(value, depth + 1)?))).collect();
            format!("{{{}}}", items?.join(", "))
        }
        Data::Version(version) => quoted(&version.to_string()),
        Data::Time(moment) => moment.rfc3339(),
        _ => return Err("toml: unsupported type".into()),
    })
}

fn number(value: f64) -> String {
    match () {
        () if value.is_nan() => "nan".into(),
        () if value.is_infinite() => {
            if value > 0.0 {
                "+inf".into()
            } else {
                "-inf".into()
            }
        }
        () => {
            let text = float_text(value, FloatForm::General, None);
            if text.contains(['e', '.']) { text } else { format!("{text}.0") }
        }
    }
}

fn quoted_key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(is_bare) { key.into() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\0'..='\x1f' | '\x7f' => out.extend([format!("\\u{:04x}", u32::from(c))]),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
