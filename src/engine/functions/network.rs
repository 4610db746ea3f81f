//! Address ranges and ports.

use super::arguments::{Arguments, items};
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Data, Mapping, Type, Value};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

/// `cidr_is_any(value)`: whether a CIDR, or one of a list of them, or the list as a whole, is the whole address space of
/// IPv4 or IPv6: `0.0.0.0/0`, `::/0`, in any spelling, `*`, and Azure's service tag `Internet`. An address of a host with `/0`
/// behind it is a mistake that providers refuse, and opens nothing.
pub fn cidr_is_any(args: &Arguments) -> Result<Value, EvalError> {
    let items = args.items(0)?;
    let nets = items.iter().filter_map(|item| parse(item.as_str()?).filter(|net| net.addr() == net.network()));
    let nets: Vec<IpNet> = nets.collect();
    // Together, `0.0.0.0/1` and `128.0.0.0/1` are every address.
    if nets.len() > 1 && IpNet::aggregate(&nets).into_iter().any(is_whole) {
        return Ok(args.truth(true));
    }
    args.any(0, |value| match &value.data {
        Data::String(text) => Some(is_any(text.trim())),
        Data::Unknown(_) => None,
        _ => Some(false),
    })
}

fn is_any(text: &str) -> bool {
    text == "*" || text.eq_ignore_ascii_case("Internet") || parse(text).is_some_and(is_whole)
}

fn is_whole(net: IpNet) -> bool {
    net.prefix_len() == 0 && net.addr().is_unspecified()
}

/// `cidr_is_private(value)`: whether a CIDR lies in the private, loopback, link-local or documentation
/// ranges; of a list, whether all do. `false` for what is no CIDR.
pub fn cidr_is_private(args: &Arguments) -> Result<Value, EvalError> {
    let private = |value: &Value| match &value.data {
        Data::String(text) => Some(is_private_text(text)),
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
/// a number, `"22"`, `"20-25"`, `"*"`, or an object `{from, to, protocol}` or `{ports, protocol}` in which a missing
/// bound and an empty list mean all ports, and so does the protocol `-1` or `all`. ICMP has no ports.
pub fn ports_include(args: &Arguments) -> Result<Value, EvalError> {
    let (ranges, ports) = (args.items(0)?, args.items(1)?);
    Ok(args.answer(any(ranges.iter().map(|range| includes_any(range, ports, None)))))
}

/// `ports_within(ranges, ports)`: whether every port of the ranges, in the forms of `ports_include`, is one of `ports`.
pub fn ports_within(args: &Arguments) -> Result<Value, EvalError> {
    let (ranges, known) = (args.items(0)?, args.items(1)?);
    Ok(args.answer(all(ranges.iter().map(|range| {
        let only = ports(range, None).map(|ports| ports.0.iter().all(|span| is_among(span, known)));
        Truth::of(only, range)
    }))))
}

/// Whether every port of a span is one of `ports`.
fn is_among(span: &RangeInclusive<i64>, ports: &[Value]) -> bool {
    usize::try_from(span.end() - span.start()).is_ok_and(|width| width < ports.len())
        && span.clone().all(|port| ports.iter().any(|known| integer(known) == Some(port)))
}

/// A protocol with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Tcp,
    Udp,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Tcp, Self::Udp];

    /// Its name and its number.
    fn names(self) -> [&'static str; 2] {
        match self {
            Self::Tcp => ["tcp", "6"],
            Self::Udp => ["udp", "17"],
        }
    }
}

/// Whether `range` covers one of `ports`, of a protocol if one is named.
pub fn includes_any(range: &Value, ports: &[Value], wanted: Option<Transport>) -> Truth {
    any(ports.iter().map(|port| match integer(port).and_then(|port| includes(range, port, wanted)) {
        Some(truth) => Truth::Known(truth),
        None => any([Truth::open(range), Truth::open(port)]),
    }))
}

/// Whether `range` covers `port`.
fn includes(range: &Value, port: i64, wanted: Option<Transport>) -> Option<bool> {
    match &range.data {
        Data::Number(number) => Some(number.as_i64() == Some(port)),
        Data::String(text) => Some(text_spans(text).any(|span| span.contains(&port))),
        Data::Mapping(mapping) => {
            match protocol(mapping.get("protocol"), wanted)? {
                Protocol::All => return Some(true),
                Protocol::WithoutPorts => return Some(false),
                Protocol::WithPorts => {}
            }
            match mapping.get("ports").filter(|ports| !ports.is_null()).map(items) {
                None => Some(bounds(mapping)?.contains(&port)),
                Some([]) => Some(true),
                Some(ranges) => decided(ranges.iter().map(|range| includes(range, port, wanted))),
            }
        }
        Data::Unknown(_) => None,
        _ => Some(false),
    }
}

/// Whether a range carries a protocol, on some port.
pub fn carries(range: &Value, wanted: Transport) -> Option<bool> {
    match &range.data {
        Data::Mapping(mapping) => {
            let own = match protocol(mapping.get("protocol"), Some(wanted))? {
                Protocol::All => return Some(true),
                Protocol::WithoutPorts => false,
                Protocol::WithPorts => true,
            };
            match mapping.get("ports").map(items) {
                Some(ranges) if own && !ranges.is_empty() => decided(ranges.iter().map(|range| carries(range, wanted))),
                _ => Some(own),
            }
        }
        Data::Unknown(_) => None,
        _ => Some(true),
    }
}

/// Whether any of them is true; not known only when none that is known decides.
fn decided(mut truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    truths
        .try_fold(Some(false), |known, truth| match truth {
            Some(true) => Err(()),
            Some(false) => Ok(known),
            None => Ok(None),
        })
        .unwrap_or(Some(true))
}

/// Ports, as spans in their order with gaps between them.
#[derive(Debug)]
pub struct Ports(Vec<RangeInclusive<i64>>);

impl Ports {
    fn of(mut spans: Vec<RangeInclusive<i64>>) -> Self {
        spans.retain(|span| !span.is_empty());
        spans.sort_unstable_by_key(|span| *span.start());
        let mut merged: Vec<RangeInclusive<i64>> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if *span.start() <= last.end().saturating_add(1) => {
                    *last = *last.start()..=*last.end().max(span.end());
                }
                _ => merged.push(span),
            }
        }
        Self(merged)
    }

    /// Returns whether a port is one of them.
    pub fn contains(&self, port: i64) -> bool {
        self.span_at(port).is_some()
    }

    /// Returns whether all others are among them.
    pub fn contains_all(&self, others: &Self) -> bool {
        let is_within =
            |span: &RangeInclusive<i64>| self.span_at(*span.start()).is_some_and(|own| own.contains(span.end()));
        others.0.iter().all(is_within)
    }

    fn span_at(&self, port: i64) -> Option<&RangeInclusive<i64>> {
        let before = self.0.partition_point(|span| *span.start() <= port);
        self.0.get(before.checked_sub(1)?).filter(|span| span.contains(&port))
    }
}

/// The ports of a range, of a protocol if one is named; `None` if they are not known.
pub fn ports(range: &Value, wanted: Option<Transport>) -> Option<Ports> {
    spans(range, wanted).map(Ports::of)
}

fn spans(range: &Value, wanted: Option<Transport>) -> Option<Vec<RangeInclusive<i64>>> {
    match &range.data {
        Data::Number(number) => Some(number.as_i64().map(|port| port..=port).into_iter().collect()),
        Data::String(text) => Some(text_spans(text).collect()),
        Data::Mapping(mapping) => match protocol(mapping.get("protocol"), wanted)? {
            Protocol::All => Some(vec![ALL_PORTS]),
            Protocol::WithoutPorts => Some(Vec::new()),
            Protocol::WithPorts => match mapping.get("ports").filter(|ports| !ports.is_null()).map(items) {
                None => Some(vec![bounds(mapping)?]),
                Some([]) => Some(vec![ALL_PORTS]),
                Some(ranges) => {
                    let all: Option<Vec<_>> = ranges.iter().map(|range| spans(range, wanted)).collect();
                    all.map(|spans| spans.concat())
                }
            },
        },
        Data::Unknown(_) => None,
        _ => Some(Vec::new()),
    }
}

const ALL_PORTS: RangeInclusive<i64> = 0..=65535;

/// The bounds of `{from, to}`. AWS writes all ports of a protocol without ports as -1, and some modules as 0 to 0.
fn bounds(mapping: &Mapping) -> Option<RangeInclusive<i64>> {
    let from = bound(mapping.get("from"), *ALL_PORTS.start())?;
    let to = bound(mapping.get("to"), *ALL_PORTS.end())?;
    Some(if (from, to) == (-1, -1) { ALL_PORTS } else { from..=to })
}

enum Protocol {
    /// Whatever ports are written beside it.
    All,
    WithPorts,
    WithoutPorts,
}

/// What a protocol says of ports, by its name or its number: one that is not the wanted one has none of interest.
/// `None` when it is unknown.
fn protocol(value: Option<&Value>, wanted: Option<Transport>) -> Option<Protocol> {
    let Some(value) = value else { return Some(Protocol::WithPorts) };
    let name = match &value.data {
        Data::String(text) => text.trim().to_ascii_lowercase(),
        Data::Number(number) => number.as_i64().unwrap_or_default().to_string(),
        Data::Unknown(_) => return None,
        _ => return Some(Protocol::WithPorts),
    };
    Some(match name.as_str() {
        "-1" | "all" => Protocol::All,
        // Azure's every protocol keeps to the ports beside it.
        "*" | "any" => Protocol::WithPorts,
        "icmp" | "icmpv6" | "1" | "58" | "esp" | "50" | "ah" | "51" | "gre" | "47" | "ipip" | "94" => {
            Protocol::WithoutPorts
        }
        name if wanted.is_some_and(|wanted| !wanted.names().contains(&name)) => Protocol::WithoutPorts,
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

/// The ports of `"22"`, `"20-25"`, `"*"`, and lists of them with commas.
fn text_spans(text: &str) -> impl Iterator<Item = RangeInclusive<i64>> {
    text.split(',').map(str::trim).filter_map(|part| match part.split_once('-') {
        _ if matches!(part, "*" | "any" | "all") => Some(ALL_PORTS),
        Some((from, to)) => Some(from.trim().parse().ok()?..=to.trim().parse().ok()?),
        None => part.parse().ok().map(|port| port..=port),
    })
}

fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether a text is a private range.
pub fn is_private_text(text: &str) -> bool {
    parse(text).is_some_and(is_private)
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
        let includes = |text: &str| text_spans(text).any(|span| span.contains(&22));
        assert!(includes("20-25") && includes("80, 22") && includes("*"));
        assert!(!includes("2222"));
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
        let includes_ssh = |protocol: Value| includes(&range(protocol), 22, None);
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
