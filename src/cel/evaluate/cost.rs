//! What a call costs, as the API server counts: it ends an evaluation that costs too much.

use super::super::value::{CelData, CelValue};

/// Reading a name, a field or an element.
pub const READ: u64 = 1;
/// Making a list.
pub const LIST: u64 = 10;
/// Making a map.
pub const MAP: u64 = 30;

/// How much of a string is gone through for one unit.
const TRAVERSAL: f64 = 0.1;
/// How much of a pattern is one step.
const PATTERN: f64 = 0.25;

/// How large a value is: what has no size counts one.
fn size(value: Option<&CelValue>) -> u64 {
    (match value.map(|value| &value.data) {
        Some(CelData::String(text)) => text.chars().count(),
        Some(CelData::Bytes(bytes)) => bytes.len(),
        Some(CelData::List(list)) => list.len(),
        Some(CelData::Map(map)) => map.len(),
        Some(CelData::Ip(address)) => {
            if address.is_ipv4() {
                4
            } else {
                16
            }
        }
        Some(CelData::Cidr(address, _)) => {
            if address.is_ipv4() {
                4
            } else {
                16
            }
        }
        _ => 1,
    }) as u64
}

/// Part of a size, rounded up.
fn part(size: u64, factor: f64) -> u64 {
    (size as f64 * factor).ceil() as u64
}

/// Returns the cost of a call with these arguments; `result` is there if it has one.
pub fn call(name: &str, args: &[CelValue], result: Option<&CelValue>) -> u64 {
    let first = || size(args.first());
    let second = || size(args.get(1));
    match name {
        "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" => match args.first().map(|arg| &arg.data) {
            Some(CelData::String(_)) => (first() as f64 * TRAVERSAL) as u64,
            _ => first(),
        },
        "url" | "lowerAscii" | "upperAscii" | "substring" | "trim" | "cidr" | "isIP" | "isCIDR" | "quantity"
        | "isQuantity" | "semver" | "isSemver" | "startsWith" | "endsWith" | "strings.quote" | "format" => {
            part(first(), TRAVERSAL)
        }
        "ip" => match args.first().map(|arg| &arg.data) {
            Some(CelData::Cidr(..)) => 1,
            _ => part(first(), TRAVERSAL),
        },
        "bytes" | "string" => match args.first().map(|arg| &arg.data) {
            Some(CelData::String(_)) if name == "string" => 1,
            Some(CelData::String(_) | CelData::Bytes(_)) => part(first(), TRAVERSAL),
            _ => 1,
        },
        "replace" | "split" | "ip.isCanonical" => part(first(), 2.0 * TRAVERSAL),
        "join" => part(size(result), 2.0 * TRAVERSAL),
        "matches" | "find" | "findAll" => part(1 + first(), TRAVERSAL) * part(second(), PATTERN),
        "contains" => part(first(), TRAVERSAL) * part(second(), TRAVERSAL),
        "containsIP" => {
            let parsed = matches!(args.get(1).map(|arg| &arg.data), Some(CelData::String(_)));
            part(2 * first(), TRAVERSAL) + if parsed { part(second(), TRAVERSAL) } else { 0 }
        }
        "containsCIDR" => {
            let parsed = matches!(args.get(1).map(|arg| &arg.data), Some(CelData::String(_)));
            let compared = part(2 * first(), TRAVERSAL) + part(first(), TRAVERSAL) + 1;
            compared + if parsed { part(second(), TRAVERSAL) } else { 0 }
        }
        "validate" => part(1 + second(), TRAVERSAL) * part(format_size(args), PATTERN),
        "@in" => match args.get(1).map(|arg| &arg.data) {
            Some(CelData::List(_)) => second(),
            _ => 1,
        },
        "_==_" | "_!=_" => part(first().min(second()), TRAVERSAL).max(1),
        "_<_" | "_<=_" | "_>_" | "_>=_" => match args.first().map(|arg| &arg.data) {
            Some(CelData::String(_) | CelData::Bytes(_)) => part(first().min(second()), TRAVERSAL),
            _ => 1,
        },
        "_+_" => match args.first().map(|arg| &arg.data) {
            Some(CelData::String(_) | CelData::Bytes(_)) => part(first() + second(), TRAVERSAL),
            _ => 1,
        },
        "distinct" | "sort" => LIST + 1 + 2 * first() * first(),
        "sets.contains" | "sets.intersects" => 1 + first() * second(),
        "sets.equivalent" => 1 + 2 * first() * second(),
        "flatten" | "lists.range" | "reverse" | "slice" => LIST + 1 + result.map_or(1, |_| size(result)),
        "optional.unwrap" | "unwrapOpt" => 1,
        "check" => 350_000,
        _ => 1,
    }
}

/// The size of the pattern that stands for a format.
fn format_size(args: &[CelValue]) -> u64 {
    match args.first().map(|arg| &arg.data) {
        Some(CelData::Format("dns1123Label" | "dns1035Label" | "dns1123LabelPrefix" | "dns1035LabelPrefix")) => 30,
        Some(CelData::Format("labelValue")) => 40,
        Some(CelData::Format("dns1123Subdomain" | "qualifiedName" | "dns1123SubdomainPrefix")) => 60,
        Some(CelData::Format("uuid")) => 79,
        Some(CelData::Format("byte")) => 87,
        Some(CelData::Format("date" | "datetime")) => 74,
        _ => 1105,
    }
}
