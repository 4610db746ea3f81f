//! Functions of Rego: those of `regorus`, a few that it lacks without its larger features, and those that only OPA has.

use crate::limits::rego::{MAX_RANGE, MAX_SHIFT, MAX_TEXT, MAX_WIDTH};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use regorus::unstable::{BUILTINS, Expr, Ref, Span};
use regorus::{Engine, Source, Value};
use std::net::IpAddr;

/// A function of ours: its name, how many arguments it takes, and what it gives.
type Own = (&'static str, u8, fn(&[Value]) -> anyhow::Result<Value>);

/// Those that regorus lacks, and those that it does not limit.
const OWN: [Own; 15] = [
    ("all", 1, |args| Ok(truths(args, |truths| truths.iter().all(|is_true| *is_true)))),
    ("any", 1, |args| Ok(truths(args, |truths| truths.contains(&true)))),
    ("base64.decode", 1, |args| {
        let decoded = text(args, 0).and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
        Ok(decoded.map_or(Value::Undefined, Value::from))
    }),
    ("base64.encode", 1, |args| {
        expect_length("base64.encode", length(args))?;
        Ok(text(args, 0).map_or(Value::Undefined, |text| STANDARD.encode(text).into()))
    }),
    ("bits.lsh", 2, |args| match (args.first(), args.get(1).and_then(|shift| shift.as_u32().ok())) {
        (Some(Value::Number(number)), Some(shift)) if shift <= MAX_SHIFT => {
            Ok(number.lsh(&u64::from(shift).into()).map_or(Value::Undefined, Value::Number))
        }
        (Some(Value::Number(_)), Some(_)) => anyhow::bail!("`bits.lsh` gives more than {MAX_SHIFT} bits"),
        _ => Ok(Value::Undefined),
    }),
    ("concat", 2, |args| {
        let parts = match args.get(1) {
            Some(Value::Array(parts)) => parts.len(),
            Some(Value::Set(parts)) => parts.len(),
            _ => 0,
        };
        let between = text(args, 0).map_or(0, str::len).saturating_mul(parts);
        limited("concat", args, between)
    }),
    ("json.marshal", 1, |args| limited("json.marshal", args, 0)),
    ("net.cidr_contains", 2, |args| Ok(cidr_contains(args))),
    ("numbers.range", 2, range),
    ("re_match", 2, |args| match (text(args, 0), text(args, 1)) {
        (Some(pattern), Some(value)) => Ok(regex::Regex::new(pattern)?.is_match(value).into()),
        _ => Ok(Value::Undefined),
    }),
    ("regex.replace", 3, |args| {
        let (given, new) = (text(args, 0).map_or(0, str::len), text(args, 2).unwrap_or_default());
        let groups = given.saturating_mul(new.matches('$').count());
        limited("regex.replace", args, (given + 1).saturating_mul(new.len()).saturating_add(groups))
    }),
    ("replace", 3, |args| {
        let length = |at: usize| text(args, at).map_or(0, str::len);
        limited("replace", args, (length(0) / length(1).max(1) + 1).saturating_mul(length(2)))
    }),
    ("set_diff", 2, |args| match (args.first(), args.get(1)) {
        (Some(Value::Set(a)), Some(Value::Set(b))) => {
            Ok(a.iter().filter(|item| !b.contains(item)).cloned().collect::<std::collections::BTreeSet<_>>().into())
        }
        _ => Ok(Value::Undefined),
    }),
    ("sprintf", 2, sprintf),
    ("strings.replace_n", 2, |args| {
        let new = match args.first() {
            Some(Value::Object(pairs)) => {
                pairs.values().filter_map(|new| new.as_string().ok()).map(|new| new.len()).max()
            }
            _ => None,
        };
        let given = text(args, 1).map_or(0, str::len);
        limited("strings.replace_n", args, (given + 1).saturating_mul(new.unwrap_or_default()))
    }),
];

/// Functions of OPA that are not there, by what their names begin with.
const ELSEWHERE: [&str; 26] = [
    "array.flatten",
    "base64.",
    "base64url.",
    "cast_",
    "crypto.",
    "external_data",
    "glob.",
    "graph.",
    "graphql.",
    "hex.",
    "http.send",
    "internal.",
    "io.jwt.",
    "json.",
    "net.",
    "object.",
    "opa.runtime",
    "providers.",
    "rand.intn",
    "rego.",
    "strings.",
    "time.",
    "units.",
    "urlquery.",
    "uuid.",
    "yaml.",
];

/// Whether a function can be evaluated.
pub fn is_known(name: &str) -> bool {
    name == "print" || BUILTINS.contains_key(name) || OWN.iter().any(|(own, ..)| *own == name)
}

/// How many arguments a function takes; one more takes its result.
pub fn arity(name: &str) -> usize {
    let own = OWN.iter().find(|(own, ..)| *own == name).map(|(_, count, _)| *count);
    own.or_else(|| BUILTINS.get(name).map(|(_, count)| *count)).map_or(usize::MAX, usize::from)
}

/// Whether OPA may have a function that cannot be evaluated here.
pub fn is_function_of_opa(name: &str) -> bool {
    ELSEWHERE.iter().any(|begin| name.starts_with(begin))
}

/// Gives an engine the functions of ours.
pub fn add_to(engine: &mut Engine) -> anyhow::Result<()> {
    for (name, count, function) in OWN {
        engine.add_extension(name.into(), count, Box::new(move |args: Vec<Value>| function(&args)))?;
    }
    Ok(())
}

fn text(args: &[Value], at: usize) -> Option<&str> {
    args.get(at)?.as_string().ok().map(AsRef::as_ref)
}

/// The elements of a collection, by whether each is `true`.
fn truths(args: &[Value], decide: fn(&[bool]) -> bool) -> Value {
    let is_true = |item: &Value| matches!(item, Value::Bool(true));
    match args.first() {
        Some(Value::Array(items)) => decide(&items.iter().map(is_true).collect::<Vec<_>>()).into(),
        Some(Value::Set(items)) => decide(&items.iter().map(is_true).collect::<Vec<_>>()).into(),
        _ => Value::Undefined,
    }
}

/// Both ends included, in either direction.
fn range(args: &[Value]) -> anyhow::Result<Value> {
    let end = |at: usize| args.get(at).and_then(|value| value.as_i64().ok());
    let (Some(first), Some(last)) = (end(0), end(1)) else { return Ok(Value::Undefined) };
    if last.abs_diff(first) > MAX_RANGE {
        anyhow::bail!("`numbers.range` gives more than {MAX_RANGE} numbers");
    }
    let numbers: Vec<Value> = if first <= last {
        (first..=last).map(Value::from).collect()
    } else {
        (last..=first).rev().map(Value::from).collect()
    };
    Ok(numbers.into())
}

/// Whether a range of addresses holds an address or a range.
fn cidr_contains(args: &[Value]) -> Value {
    let net = |text: &str| {
        let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
        text.parse::<IpNet>().ok().or_else(address)
    };
    let (Some(outer), Some(inner)) = (text(args, 0).and_then(net), text(args, 1).and_then(net)) else {
        return Value::Undefined;
    };
    outer.contains(&inner).into()
}

/// `sprintf`, which fails where regorus does not know a verb: a message that cannot be made must not hide a violation.
fn sprintf(args: &[Value]) -> anyhow::Result<Value> {
    let (Some(format), Some(Value::Array(values))) = (text(args, 0), args.get(1)) else { return Ok(Value::Undefined) };
    let (format, values) = without_quoting(format, values)?;
    expect_length("sprintf", length(args))?;
    call("sprintf", &[format.into(), values.into()], true)
}

/// Calls a function of regorus; `is_strict` makes wrong arguments an error.
fn call(name: &str, args: &[Value], is_strict: bool) -> anyhow::Result<Value> {
    let source = Source::from_contents(name.into(), String::new())?;
    let span = Span { source, line: 1, col: 1, start: 0, end: 0 };
    let param = |_| Ref::new(Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 });
    let params: Vec<_> = args.iter().map(param).collect();
    match BUILTINS.get(name) {
        Some((builtin, _)) => builtin(&span, &params, args, is_strict),
        None => Ok(Value::Undefined),
    }
}

/// Calls a function of regorus that writes its arguments, and so many bytes more, into a text.
fn limited(name: &str, args: &[Value], more: usize) -> anyhow::Result<Value> {
    expect_length(name, length(args).saturating_add(more))?;
    call(name, args, false)
}

fn expect_length(name: &str, bytes: usize) -> anyhow::Result<()> {
    if bytes > MAX_TEXT {
        anyhow::bail!("`{name}` gives a text of more than {MAX_TEXT} bytes");
    }
    Ok(())
}

/// The bytes of all texts in some values. It ends where they are too many.
fn length(values: &[Value]) -> usize {
    let mut open: Vec<&Value> = values.iter().collect();
    let mut bytes = 0;
    while let Some(value) = open.pop().filter(|_| bytes <= MAX_TEXT) {
        bytes += 1;
        match value {
            Value::String(text) => bytes += text.len(),
            Value::Array(items) => open.extend(items.iter()),
            Value::Set(items) => open.extend(items.iter()),
            Value::Object(fields) => fields.iter().for_each(|(key, value)| open.extend([key, value])),
            _ => {}
        }
    }
    bytes
}

/// A format and its values, with `%q` as a `%s` of a value in quotes.
fn without_quoting(format: &str, values: &[Value]) -> anyhow::Result<(String, Vec<Value>)> {
    let (mut without, mut values) = (String::new(), values.to_vec());
    let (mut letters, mut at) = (format.chars(), 0);
    while let Some(letter) = letters.next() {
        without.push(letter);
        if letter != '%' {
            continue;
        }
        let mut flags = String::new();
        let verb = loop {
            match letters.next() {
                Some(flag) if flag.is_ascii_digit() || "+-# .".contains(flag) => flags.push(flag),
                Some(verb) => break verb,
                None => anyhow::bail!("the format '{format}' ends in a verb"),
            }
        };
        let widths = flags.split(|letter: char| !letter.is_ascii_digit());
        if widths.filter_map(|width| width.parse::<usize>().ok()).any(|width| width > MAX_WIDTH) {
            anyhow::bail!("the format '{format}' is too wide");
        }
        without.push_str(&flags);
        match (verb, values.get_mut(at)) {
            ('q', Some(value)) if flags.is_empty() => {
                *value = value.to_json_str()?.into();
                without.push('s');
            }
            _ => without.push(verb),
        }
        at += usize::from(verb != '%');
    }
    Ok((without, values))
}
