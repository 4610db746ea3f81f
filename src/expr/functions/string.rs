//! Functions of strings that need no pattern and no format.

use super::{Function, FunctionError, Invocation, Param, Pieces, Returns, Shape, text};
use crate::expr::Mode;
use crate::expr::partial::PartialText;
use crate::model::{Data, Part, Refinement, Symbol, Type, Unknown, Value};
use std::fmt::Write;
use std::sync::Arc;

const TEXT: Returns = Returns::Always(Shape::String);
const TRUTH: Returns = Returns::Always(Shape::Bool);
const TEXTS: Returns = Returns::Always(Shape::List(&Shape::String));
const STR: Param = Param::new("str", Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("chomp", &[STR], TEXT, |call| Ok(call.string(call.text(0).trim_end_matches(['\r', '\n']))))
        .piecewise(Pieces::Cut),
    Function::new("endswith", &[STR.unknown(), Param::new("suffix", Shape::String)], TRUTH, |call| {
        Ok(answer(call, known_part(call).and_then(|text| text.ends_with(call.text(1)))))
    }),
    Function::new("indent", &[Param::new("spaces", Shape::Number), STR], TEXT, indent).piecewise(Pieces::Changed),
    Function::new("join", &[Param::new("separator", Shape::String)], TEXT, join)
        .variadic(Param::new("lists", Shape::List(&Shape::String)))
        .piecewise(Pieces::Kept),
    Function::new("lower", &[STR.unknown()], TEXT, |call| Ok(in_case(call, text::lower))),
    Function::new("split", &[Param::new("separator", Shape::String), STR], TEXTS, split),
    Function::new("startswith", &[STR.unknown(), Param::new("prefix", Shape::String)], TRUTH, |call| {
        Ok(startswith(call))
    }),
    Function::new("strcontains", &[STR.unknown(), Param::new("substr", Shape::String)], TRUTH, |call| {
        Ok(answer(call, known_part(call).and_then(|text| text.contains(call.text(1)))))
    }),
    Function::new("strrev", &[STR], TEXT, |call| {
        Ok(call.string(text::characters(call.text(0)).rev().collect::<String>()))
    }),
    Function::new(
        "substr",
        &[STR, Param::new("offset", Shape::Number), Param::new("length", Shape::Number)],
        TEXT,
        substr,
    ),
    Function::new("title", &[STR], TEXT, |call| Ok(call.string(text::title(call.text(0))))),
    Function::new("trim", &[STR, Param::new("cutset", Shape::String)], TEXT, |call| {
        let cutset = call.text(1);
        Ok(call.string(call.text(0).trim_matches(|character| cutset.contains(character))))
    })
    .piecewise(Pieces::Cut),
    Function::new("trimprefix", &[STR, Param::new("prefix", Shape::String)], TEXT, |call| {
        let whole = call.text(0);
        Ok(call.string(whole.strip_prefix(call.text(1)).unwrap_or(whole)))
    }),
    Function::new("trimspace", &[STR], TEXT, |call| Ok(call.string(call.text(0).trim()))).piecewise(Pieces::Cut),
    Function::new("trimsuffix", &[STR, Param::new("suffix", Shape::String)], TEXT, |call| {
        let whole = call.text(0);
        Ok(call.string(whole.strip_suffix(call.text(1)).unwrap_or(whole)))
    }),
    Function::new("upper", &[STR.unknown()], TEXT, |call| Ok(in_case(call, text::upper))),
    Function::new("urldecode", &[STR], TEXT, urldecode),
    Function::new("urlencode", &[STR], TEXT, urlencode),
];

/// Indents every line but the first.
fn indent(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let spaces = usize::try_from(call.integer(0)?)
        .map_err(|_| FunctionError::argument(0, "The number of spaces must not be negative."))?;
    let lines = call.text(1).matches('\n').count();
    call.budget.bytes(spaces.saturating_mul(lines).saturating_add(call.text(1).len()), call.span)?;
    Ok(call.string(call.text(1).replace('\n', &format!("\n{}", " ".repeat(if lines == 0 { 0 } else { spaces })))))
}

/// Joins the elements of all lists; one unknown element makes the whole unknown, a null one is an error.
fn join(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    if call.args.len() < 2 {
        return Err("At least one list is required.".into());
    }
    let lists = call.args.get(1..).unwrap_or_default();
    if !lists.iter().all(Value::is_wholly_known) {
        return Ok(call.through(Pieces::Kept, join).unwrap_or_else(|| call.unknown()));
    }
    let separator = call.text(0);
    let mut joined = String::new();
    let mut first = true;
    for (index, list) in lists.iter().enumerate() {
        for item in list.as_items().unwrap_or_default() {
            let text = item.as_str().ok_or_else(|| {
                FunctionError::argument(index + 1, "An element is null; remove it, as with compact(), before joining.")
            })?;
            if !first {
                joined.push_str(separator);
            }
            first = false;
            joined.push_str(text);
            if joined.len() > crate::expr::limits::STRING_BYTES {
                break;
            }
        }
    }
    Ok(call.string(joined))
}

/// Splits at every separator; at an empty one, into code points. Of the empty text, one empty part.
fn split(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let (separator, whole) = (call.text(0), call.text(1));
    if separator.is_empty() {
        let mut buffer = [0; 4];
        return call.strings(whole.chars().map(|character| character.encode_utf8(&mut buffer).to_owned()));
    }
    call.strings(whole.split(separator))
}

/// What is known of the text that is asked about. Of an unknown one that counts in a policy; Terraform looks no
/// further than its beginning.
fn known_part(call: &Invocation<'_>) -> Option<PartialText> {
    let counts = |text: &&Value| !text.is_unknown() || call.mode == Mode::Policy;
    call.args.first().filter(counts).and_then(PartialText::of)
}

fn answer(call: &Invocation<'_>, truth: Option<bool>) -> Value {
    truth.map_or_else(|| call.unknown(), |truth| call.bool(truth))
}

/// A text in another case: each character on its own, so what a policy knows of an unknown one stays known.
fn in_case(call: &Invocation<'_>, case: fn(&str) -> String) -> Value {
    let Some(unknown) = call.args.first().and_then(Value::as_unknown) else {
        return call.string(case(call.text(0)));
    };
    if call.mode != Mode::Policy {
        return call.unknown();
    }
    let symbol = if let Some(Symbol::Template(parts)) = &unknown.symbol {
        let part =
            |part: &Part| if let Part::Text(text) = part { Part::Text(case(text).into()) } else { Part::Unknown };
        Some(Symbol::Template(parts.iter().map(part).collect()))
    } else {
        None
    };
    let prefix = case(&unknown.refinement.prefix).into();
    let refinement = Refinement { not_null: true, prefix, ..Refinement::default() };
    let unknown = Unknown { ty: Type::String, causes: unknown.causes.clone(), symbol, refinement };
    call.data(Data::Unknown(Arc::new(unknown)))
}

/// Of an unknown text, what is known of its beginning may decide.
fn startswith(call: &Invocation<'_>) -> Value {
    let prefix = call.text(1);
    let Some(unknown) = call.args.first().and_then(Value::as_unknown) else {
        return call.bool(call.text(0).starts_with(prefix));
    };
    let known = unknown.refinement.prefix.as_str();
    if known.starts_with(prefix) {
        return call.bool(true);
    }
    if !prefix.starts_with(known) {
        return call.bool(false);
    }
    call.unknown()
}

/// Characters from `offset`, from the end when it is negative; a negative length takes the rest, and so
/// does a length of zero after a negative offset.
fn substr(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let (offset, length) = (call.integer(1)?, call.integer(2)?);
    let whole = call.text(0);
    if offset >= 0 && length == 0 {
        return Ok(call.string(""));
    }
    let skipped = if offset < 0 {
        offset.saturating_add(i64::try_from(text::length(whole)).unwrap_or(i64::MAX)).max(0)
    } else {
        offset
    };
    let rest = text::characters(whole).skip(usize::try_from(skipped).unwrap_or(usize::MAX));
    let taken = usize::try_from(length).ok().filter(|length| *length > 0).unwrap_or(usize::MAX);
    Ok(call.string(rest.take(taken).collect::<String>()))
}

/// As in the query of a URL: a blank becomes `+`.
fn urlencode(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let mut encoded = String::new();
    for byte in call.text(0).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            _ => write!(encoded, "%{byte:02X}").map_err(|_| FunctionError::from("The text could not be written."))?,
        }
    }
    Ok(call.string(encoded))
}

/// The reverse of `urlencode`; OpenTofu only.
fn urldecode(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let encoded = call.text(0).replace('+', " ");
    let invalid = encoded
        .split('%')
        .skip(1)
        .any(|after| !after.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    if invalid {
        return Err(FunctionError::argument(0, "A `%` is not followed by two hexadecimal digits."));
    }
    match percent_encoding::percent_decode_str(&encoded).decode_utf8() {
        Ok(decoded) => Ok(call.string(decoded)),
        Err(_) => Err(FunctionError::argument(0, "The decoded text is not UTF-8.")),
    }
}
