//! Encodings: Base64, Base32, JSON, YAML, TOML.

use super::reading::{Words, json_value, toml_value, yaml_value};
use super::short::{A, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::text::{JsonForm, YamlForm, json_text, toml_text, yaml_text};
use crate::lower::kubernetes::helm::value::{Data, Map, Value};
use crate::lower::kubernetes::helm::value::{Element, List, lossy};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

const COMPACT: JsonForm = JsonForm { escapes_html: true, is_indented: false };
const PRETTY: JsonForm = JsonForm { escapes_html: true, is_indented: true };
const RAW: JsonForm = JsonForm { escapes_html: false, is_indented: false };

pub const FUNCTIONS: &[Function] = &[
    Function::new("b64enc", &[S], |call| {
        let encoded = BASE64_STANDARD.encode(call.text(0));
        call.result(encoded)
    })
    .gives_text(),
    Function::new("b64dec", &[S], |call| {
        let decoded = base64_decoded(call.text(0));
        call.result(decoded)
    })
    .gives_text(),
    Function::new("b32enc", &[S], |call| {
        let encoded = base32_encoded(call.text(0).as_bytes());
        call.result(encoded)
    })
    .gives_text(),
    Function::new("b32dec", &[S], |call| {
        let decoded = base32_decoded(call.text(0));
        call.result(decoded)
    }),
    Function::new("toJson", &[A], |call| json(call, COMPACT, false)).of_anything(),
    Function::new("mustToJson", &[A], |call| json(call, COMPACT, true)).of_anything(),
    Function::new("toPrettyJson", &[A], |call| json(call, PRETTY, false)).of_anything(),
    Function::new("mustToPrettyJson", &[A], |call| json(call, PRETTY, true)).of_anything(),
    Function::new("toRawJson", &[A], |call| json(call, RAW, true)).of_anything(),
    Function::new("mustToRawJson", &[A], |call| json(call, RAW, true)).of_anything(),
    Function::new("toYaml", &[A], |call| yaml(call, YamlForm::Kubernetes)).of_anything(),
    Function::new("toYamlPretty", &[A], |call| yaml(call, YamlForm::Pretty)).of_anything(),
    Function::new("toToml", &[A], |call| {
        if call.value(0).is_nil() {
            return call.fail("nil cannot be written as TOML");
        }
        if matches!(call.value(0).data, Data::Object(_)) {
            return call.unknown_text("structs are not written as TOML");
        }
        let text = toml_text(&call.value(0)).unwrap_or_else(|message| message);
        call.evaluator.bytes(text.len(), call.span)?;
        call.result(text)
    }),
    Function::new("fromJson", &[S], |call| from(call, json_value, "map", false)),
    Function::new("fromJsonArray", &[S], |call| from(call, json_value, "slice", false)),
    Function::new("mustFromJson", &[S], |call| {
        let value = json_value(call.text(0));
        match value {
            Ok(value) => call.result(value),
            Err(message) => call.fail(message.unwrap_or_else(|| "this is not JSON".into())),
        }
    }),
    Function::new("fromYaml", &[S], |call| from(call, yaml_value, "map", true)),
    Function::new("fromYamlArray", &[S], |call| from(call, yaml_value, "slice", true)),
    Function::new("fromToml", &[S], |call| from(call, toml_value, "map", false)),
];

fn json(call: &mut Call<'_, '_>, form: JsonForm, must: bool) -> Outcome<Value> {
    let value = call.value(0);
    match json_text(&value, form) {
        Some(text) => {
            call.evaluator.bytes(text.text().len(), call.span)?;
            Ok(Value::from(text).noted(value.note))
        }
        None if must => call.fail("this value cannot be written as JSON"),
        None => Ok("".into()),
    }
}

fn yaml(call: &mut Call<'_, '_>, form: YamlForm) -> Outcome<Value> {
    let value = call.value(0);
    let Some(text) = yaml_text(&value, form) else { return Ok("".into()) };
    call.evaluator.bytes(text.text().len(), call.span)?;
    Ok(Value::from(text).noted(value.note))
}

/// Reads a text of which a map or list is wanted. What went wrong is in the result: the key `Error` of a map, the
/// only element of a list.
fn from(
    call: &mut Call<'_, '_>,
    read: fn(&str) -> Result<Value, Words>,
    wanted: &str,
    is_yaml: bool,
) -> Outcome<Value> {
    call.evaluator.bytes(call.text(0).len(), call.span)?;
    let read = read(call.text(0)).and_then(|value| match &value.data {
        Data::Nil => Ok(value),
        _ if value.kind_name() == wanted => Ok(value),
        _ => {
            let target = if wanted == "map" { "map[string]interface {}" } else { "[]interface {}" };
            let found = match value.kind_name() {
                "float64" => "number",
                "map" => "object",
                "slice" => "array",
                other => other,
            };
            let message = format!("json: cannot unmarshal {found} into Go value of type {target}");
            let prefix = if is_yaml { "error unmarshaling JSON: while decoding JSON: " } else { "" };
            Err(Some(format!("{prefix}{message}")))
        }
    });
    let read = match read {
        Ok(value) => Ok(value),
        Err(Some(words)) => Err(words.into()),
        Err(None) => Err(call.unknown_text("what the reader says of this broken text is not known")?),
    };
    let value = match (read, wanted) {
        (Ok(value), "map") if value.is_nil() => Map::default().into(),
        (Ok(value), _) if value.is_nil() && call.text(0).trim() == "null" => List::nil(Element::Any).into(),
        (Ok(value), _) if value.is_nil() => Value::list(Vec::new()),
        (Ok(value), _) => value,
        (Err(words), "map") => Map::from_iter([("Error".into(), words)]).into(),
        (Err(words), _) => Value::list(vec![words]),
    };
    call.result(value)
}

/// The decoded text, or the words of Go about what is wrong.
fn base64_decoded(text: &str) -> String {
    let compact: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    match BASE64_STANDARD.decode(&compact) {
        Ok(bytes) => lossy(&bytes),
        Err(_) => format!("illegal base64 data at input byte {}", base64_fault(text)),
    }
}

/// The byte at which Go notices that a text is no Base64.
fn base64_fault(text: &str) -> usize {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let bytes: Vec<(usize, u8)> = text.bytes().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n')).collect();
    let mut digits = 0_usize;
    for (position, (at, byte)) in bytes.iter().enumerate() {
        if is_digit(*byte) {
            digits += 1;
            continue;
        }
        if *byte != b'=' || digits % 4 < 2 {
            return *at;
        }
        // Padding: of two digits a second sign must follow, of three none; then the text ends.
        let mut next = position + 1;
        if digits % 4 == 2 {
            match bytes.get(next) {
                None => return text.len(),
                Some((at, byte)) if *byte != b'=' => return *at,
                Some(_) => next += 1,
            }
        }
        return bytes.get(next).map_or(*at, |(at, _)| *at);
    }
    bytes.get(bytes.len().saturating_sub(digits % 4)).map_or(text.len(), |(at, _)| *at)
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32_encoded(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let bits = chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - chunk.len()));
        let digits = (chunk.len() * 8).div_ceil(5);
        for at in 0..8 {
            let digit = (bits >> (35 - 5 * at) & 31) as usize;
            out.push(if at < digits { char::from(*BASE32.get(digit).unwrap_or(&b'A')) } else { '=' });
        }
    }
    out
}

fn base32_decoded(text: &str) -> String {
    let compact: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let mut bytes = Vec::new();
    for (number, chunk) in compact.chunks(8).enumerate() {
        let digits = chunk.iter().take_while(|byte| **byte != b'=').count();
        let value = |byte: &u8| BASE32.iter().position(|digit| digit == byte);
        let wrong = chunk.iter().take(digits).position(|byte| value(byte).is_none());
        let is_padded = chunk.len() == 8 && chunk.iter().skip(digits).all(|byte| *byte == b'=');
        if wrong.is_some() || !is_padded || !matches!(digits, 2 | 4 | 5 | 7 | 8) {
            return format!(
                "illegal base32 data at input byte {}",
                number * 8 + wrong.unwrap_or(chunk.len().min(digits))
            );
        }
        let bits = chunk.iter().take(digits).filter_map(value).fold(0_u64, |bits, digit| bits << 5 | digit as u64);
        let bits = bits << (5 * (8 - digits));
        bytes.extend(bits.to_be_bytes().iter().skip(3).take(digits * 5 / 8));
    }
    lossy(&bytes)
}
