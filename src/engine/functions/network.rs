//! Address ranges and ports.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Data, Type, Value};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// `cidr_is_any(value)`: whether a CIDR, or one of a list of them, is the whole address space of IPv4
/// or IPv6: `0.0.0.0/0`, `::/0`, in any spelling, and `*`. An address of a host with `/0` behind it is a
/// mistake that providers refuse, and opens nothing.
pub fn cidr_is_any(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match &value.data {
        Data::String(text) => Some(text.trim() == "*" || parse(text).is_some_and(is_whole)),
        Data::Unknown(_) => None,
        _ => Some(false),
    })
}

fn is_whole(net: IpNet) -> bool {
    net.prefix_len() == 0 && net.addr().is_unspecified()
}

/// `cidr_is_private(value)`: whether a CIDR lies in the private, loopback, link-local or documentation
/// ranges; of a list, whether all do. `false` for what is no CIDR.
pub fn cidr_is_private(args: &Arguments) -> Result<Value, EvalError> {
    let private = |value: &Value| match &value.data {
        Data::String(text) => Some(parse(text).is_some_and(is_private)),
        Data::Unknown(_) => None,
        _ => Some(false),
    };
    Ok(args.answer(all(args.items(0)?.iter().map(|value| Truth::of(private(value), value)))))
}

/// `cidr_contains(outer, inner)`: whether every address of `inner` is in `outer`.
pub fn cidr_contains(args: &Arguments) -> Result<Value, EvalError> {
    args.text(0)?;
    args.text(1)?;
    Ok(args.answer(contains(args.get(0)?, args.get(1)?)))
}

/// Whether one range holds the other.
pub fn contains(outer: &Value, inner: &Value) -> Truth {
    match (&outer.data, &inner.data) {
        (Data::String(outer), Data::String(inner)) => {
            Truth::Known(parse(outer).zip(parse(inner)).is_some_and(|(outer, inner)| outer.contains(&inner)))
        }
        _ => any([Truth::open(outer), Truth::open(inner)]),
    }
}

/// `address_count(first, last)`: how many addresses a range has, both ends counted; null when one of them is no IPv4
/// address.
pub fn address_count(args: &Arguments) -> Result<Value, EvalError> {
    let number = |at: usize| -> Result<Option<u32>, EvalError> {
        Ok(args.text(at)?.and_then(|text| text.parse::<Ipv4Addr>().ok()).map(u32::from))
    };
    if args.get(0)?.is_unknown() || args.get(1)?.is_unknown() {
        return Ok(args.unknown(Type::Number));
    }
    let count = number(0)?.zip(number(1)?).map(|(first, last)| i64::from(last) - i64::from(first) + 1);
    Ok(count.map_or_else(|| Value::null(args.span), |count| Value::number(count, args.span)))
}

/// `ports_include(ranges, ports)`: whether one of `ports` (a number or a list) is in one of `ranges`:
/// a number, `"22"`, `"20-25"`, `"*"`, or an object `{from, to, protocol}` in which a missing bound
/// means all ports, and so does the protocol `-1` or `all`. ICMP has no ports.
pub fn ports_include(args: &Arguments) -> Result<Value, EvalError> {
    let (ranges, ports) = (args.items(0)?, args.items(1)?);
    Ok(args.answer(any(ranges.iter().map(|range| includes_any(range, ports)))))
}

/// Whether `range` covers one of `ports`.
pub fn includes_any(range: &Value, ports: &[Value]) -> Truth {
    any(ports.iter().map(|port| match includes(range, port) {
        Some(truth) => Truth::Known(truth),
        None => any([Truth::open(range), Truth::open(port)]),
    }))
}

/// Whether `range` covers `port`.
fn includes(range: &Value, port: &Value) -> Option<bool> {
    let port = integer(port)?;
    match &range.data {
        Data::Number(number) => Some(number.as_i64() == Some(port)),
        Data::String(text) => Some(text_includes(text, port)),
        Data::Mapping(mapping) => {
            match protocol(mapping.get("protocol"))? {
                Protocol::All => return Some(true),
                Protocol::WithoutPorts => return Some(false),
                Protocol::WithPorts => {}
            }
            let from = bound(mapping.get("from"), 0)?;
            let to = bound(mapping.get("to"), i64::from(u16::MAX))?;
            // AWS writes all ports of a protocol without ports as -1, and some modules as 0 to 0.
            Some((from..=to).contains(&port) || (from, to) == (-1, -1))
        }
        Data::Unknown(_) => None,
        _ => Some(false),
    }
}

enum Protocol {
    All,
    WithPorts,
    WithoutPorts,
}

/// What a protocol says of ports, by its name or its number; `None` when it is unknown.
fn protocol(value: Option<&Value>) -> Option<Protocol> {
    let Some(value) = value else { return Some(Protocol::WithPorts) };
    let name = match &value.data {
        Data::String(text) => text.trim().to_ascii_lowercase(),
        Data::Number(number) => number.as_i64().unwrap_or_default().to_string(),
        Data::Unknown(_) => return None,
        _ => return Some(Protocol::WithPorts),
    };
    Some(match name.as_str() {
        "-1" | "all" | "*" => Protocol::All,
        "icmp" | "icmpv6" | "1" | "58" => Protocol::WithoutPorts,
        _ => Protocol::WithPorts,
    })
}

/// A bound of a range: `absent` when it is null, `None` when it is unknown.
fn bound(value: Option<&Value>, absent: i64) -> Option<i64> {
    match value {
        None => Some(absent),
        Some(value) if value.is_null() => Some(absent),
        Some(value) => integer(value),
    }
}

/// A number, or a text that says one.
pub fn integer(value: &Value) -> Option<i64> {
    match &value.data {
        Data::Number(number) => number.as_i64(),
        Data::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// `"22"`, `"20-25"`, `"*"`, and lists of them with commas.
fn text_includes(text: &str, port: i64) -> bool {
    text.split(',').map(str::trim).any(|part| match part.split_once('-') {
        _ if matches!(part, "*" | "any" | "all") => true,
        Some((from, to)) => {
            let bounds = from.trim().parse::<i64>().ok().zip(to.trim().parse::<i64>().ok());
            bounds.is_some_and(|(from, to)| (from..=to).contains(&port))
        }
        None => part.parse() == Ok(port),
    })
}

fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Ranges that no packet of the internet comes from: RFC 1918, 3927, 4193, 4291, 6598 and loopback.
fn is_private(net: IpNet) -> bool {
    const RANGES: [&str; 9] = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    ];
    RANGES.iter().filter_map(|range| parse(range)).any(|range| range.contains(&net))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_texts() {
        assert!(text_includes("20-25", 22));
        assert!(text_includes("80, 22", 22));
        assert!(text_includes("*", 22));
        assert!(!text_includes("2222", 22));
    }

    #[test]
    fn whole_address_spaces() {
        let whole = |text: &str| parse(text).is_some_and(is_whole);
        assert!(whole("0.0.0.0/0") && whole("::/0") && whole("0:0:0:0:0:0:0:0/0"));
        assert!(!whole("1.0.0.0/0") && !whole("0.0.0.0/1") && !whole("10.0.0.0/8"));
    }

    #[test]
    fn protocols_by_name_and_by_number() {
        let range = |protocol: Value| {
            let span = protocol.origin.span;
            let bound = |bound: i64| Value::number(bound, span);
            Value::object(
                vec![("protocol".into(), protocol), ("from".into(), bound(8)), ("to".into(), bound(30))],
                span,
            )
        };
        let span = crate::source::Span::new(crate::source::SourceId(0), 0, 0);
        let ssh = Value::number(22, span);
        let includes_ssh = |protocol: Value| includes(&range(protocol), &ssh);
        assert_eq!(includes_ssh(Value::string("tcp", span)), Some(true));
        assert_eq!(includes_ssh(Value::number(-1, span)), Some(true));
        assert_eq!(includes_ssh(Value::string("icmp", span)), Some(false));
        assert_eq!(includes_ssh(Value::string("1", span)), Some(false));
    }

    #[test]
    fn private_ranges() {
        assert!(parse("10.1.0.0/16").is_some_and(is_private));
        assert!(!parse("8.8.8.8").is_some_and(is_private));
        assert!(!parse("0.0.0.0/0").is_some_and(is_private));
    }
}
