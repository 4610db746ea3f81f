//! IP addresses and CIDR blocks.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelValue};
use super::strings::text;
use CelData::{Bool, Cidr, Int, Ip};
use ipnet::IpNet;
use std::net::IpAddr;

pub const ROWS: &[Row] = &[
    Row("ip", "(string) ip", ip),
    Row("isIP", "(string) bool", is_ip),
    Row("ip.isCanonical", "(string) bool", is_canonical),
    Row("family", "ip.() int", family),
    Row("isUnspecified", "ip.() bool", |args| test(args, IpAddr::is_unspecified)),
    Row("isLoopback", "ip.() bool", |args| test(args, IpAddr::is_loopback)),
    Row("isLinkLocalMulticast", "ip.() bool", |args| test(args, is_link_local_multicast)),
    Row("isLinkLocalUnicast", "ip.() bool", |args| test(args, is_link_local_unicast)),
    Row("isGlobalUnicast", "ip.() bool", |args| test(args, is_global_unicast)),
    Row("cidr", "(string) cidr", cidr),
    Row("isCIDR", "(string) bool", is_cidr),
    Row("containsIP", "cidr.(string) bool", contains_ip),
    Row("containsIP", "cidr.(ip) bool", contains_ip),
    Row("containsCIDR", "cidr.(string) bool", contains_cidr),
    Row("containsCIDR", "cidr.(cidr) bool", contains_cidr),
    Row("ip", "cidr.() ip", address_of),
    Row("prefixLength", "cidr.() int", prefix_length),
    Row("masked", "cidr.() cidr", masked),
];

/// An address without a zone. One of IPv4 that is written as one of IPv6 is refused, as there.
fn parse_ip(text: &str) -> Result<IpAddr, String> {
    match text.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() => {
            Err(format!("IPv4-mapped IPv6 address {text:?} is not allowed"))
        }
        Ok(address) => Ok(address),
        Err(_) => Err(format!(
            "IP Address {text:?} parse error during conversion from string: ParseAddr({text:?}): unable to parse IP"
        )),
    }
}

fn parse_cidr(text: &str) -> Result<(IpAddr, u8), String> {
    let wrong = |why: &str| {
        format!("network address parse error during conversion from string: netip.ParsePrefix({text:?}): {why}")
    };
    let (address, length) = text.rsplit_once('/').ok_or_else(|| wrong("no '/'"))?;
    let address = parse_ip(address)?;
    let is_plain = length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length: u8 = length.parse().ok().filter(|_| is_plain).ok_or_else(|| wrong("bad bits after slash"))?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    if length <= most { Ok((address, length)) } else { Err(wrong("prefix length out of range")) }
}

fn ip(args: &[CelValue]) -> Answer {
    Ip(parse_ip(text(args, 0)?)?).into()
}

fn is_ip(args: &[CelValue]) -> Answer {
    Bool(parse_ip(text(args, 0)?).is_ok()).into()
}

fn is_canonical(args: &[CelValue]) -> Answer {
    let text = text(args, 0)?;
    Bool(parse_ip(text)?.to_string() == text).into()
}

fn address(args: &[CelValue], at: usize) -> Result<IpAddr, Failure> {
    match args.get(at).map(|arg| &arg.data) {
        Some(Ip(address)) => Ok(*address),
        Some(CelData::String(text)) => Ok(parse_ip(text)?),
        _ => Err(no_overload()),
    }
}

fn block(args: &[CelValue], at: usize) -> Result<(IpAddr, u8), Failure> {
    match args.get(at).map(|arg| &arg.data) {
        Some(Cidr(address, length)) => Ok((*address, *length)),
        Some(CelData::String(text)) => Ok(parse_cidr(text)?),
        _ => Err(no_overload()),
    }
}

fn network(address: IpAddr, length: u8) -> Result<IpNet, Failure> {
    IpNet::new(address, length).map(|net| net.trunc()).map_err(|_| no_overload())
}

fn family(args: &[CelValue]) -> Answer {
    Int(if address(args, 0)?.is_ipv4() { 4 } else { 6 }).into()
}

fn test(args: &[CelValue], test: fn(&IpAddr) -> bool) -> Answer {
    Bool(test(&address(args, 0)?)).into()
}

fn is_link_local_multicast(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => matches!(address.octets(), [224, 0, 0, _]),
        IpAddr::V6(address) => address.segments().first().is_some_and(|first| first & 0xff0f == 0xff02),
    }
}

fn is_link_local_unicast(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn is_global_unicast(address: &IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(is_broadcast
        || address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || is_link_local_unicast(address))
}

fn cidr(args: &[CelValue]) -> Answer {
    let (address, length) = parse_cidr(text(args, 0)?)?;
    Cidr(address, length).into()
}

fn is_cidr(args: &[CelValue]) -> Answer {
    Bool(parse_cidr(text(args, 0)?).is_ok()).into()
}

fn contains_ip(args: &[CelValue]) -> Answer {
    let (base, length) = block(args, 0)?;
    Bool(network(base, length)?.contains(&address(args, 1)?)).into()
}

fn contains_cidr(args: &[CelValue]) -> Answer {
    let ((base, length), (other, other_length)) = (block(args, 0)?, block(args, 1)?);
    Bool(length <= other_length && network(base, length)?.contains(&other)).into()
}

fn address_of(args: &[CelValue]) -> Answer {
    Ip(block(args, 0)?.0).into()
}

fn prefix_length(args: &[CelValue]) -> Answer {
    Int(block(args, 0)?.1.into()).into()
}

fn masked(args: &[CelValue]) -> Answer {
    let (address, length) = block(args, 0)?;
    Cidr(network(address, length)?.addr(), length).into()
}
