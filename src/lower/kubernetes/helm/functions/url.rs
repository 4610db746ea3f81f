//! sprig's URLs: `net/url` of Go.

use super::short::{M, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Map, Value, lossy};

pub const FUNCTIONS: &[Function] = &[Function::new("urlParse", &[S], parse), Function::new("urlJoin", &[M], join)];

/// The parts of a URL.
#[derive(Debug, Default)]
struct Url {
    scheme: String,
    userinfo: String,
    host: String,
    path: String,
    query: String,
    opaque: String,
    fragment: String,
}

fn parse(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(url) = Url::parse(call.text(0)) else {
        return call.fail(format!("`{}` is not a URL", call.text(0)));
    };
    let hostname = hostname(&url.host).to_owned();
    let entries = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", url.userinfo),
    ];
    let note = call.note();
    let map: Map = entries.into_iter().map(|(key, value)| (key.into(), Value::from(value).noted(note))).collect();
    Ok(map.into())
}

/// The host without its port, and without the brackets of an address.
fn hostname(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Resolves the escapes of a path, user or fragment. `None` where one is broken.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = after.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after.get(2..)?;
    }
    Some(lossy(&bytes))
}

/// Escapes what may not stand in a part of a URL as it is.
fn escaped(text: &str, allowed: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-_.~".contains(c) || byte.is_ascii() && allowed.contains(c) {
            out.push(c);
        } else {
            out.extend([format!("%{byte:02X}")]);
        }
    }
    out
}

impl Url {
    fn parse(text: &str) -> Option<Self> {
        if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return None;
        }
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut url = Self { fragment: unescaped(fragment)?, ..Self::default() };
        let mut rest = rest;
        let scheme = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        match scheme.filter(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(':'))) {
            Some(0) => return None,
            Some(at) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                url.scheme = rest.get(..at)?.to_ascii_lowercase();
                rest = rest.get(at + 1..)?;
            }
            _ => {}
        }
        if let Some((before, query)) = rest.split_once('?') {
            url.query = query.into();
            rest = before;
        }
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                url.opaque = rest.into();
                return Some(url);
            }
            // A colon in the first part of a path would be taken for that of a scheme.
            if rest.split('/').next().is_some_and(|first| first.contains(':')) {
                return None;
            }
        }
        if let Some(authority) = rest.strip_prefix("//").filter(|_| !url.scheme.is_empty() || !rest.starts_with("///"))
        {
            let end = authority.find('/').unwrap_or(authority.len());
            let (authority, path) = authority.split_at(end);
            let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
            url.userinfo = userinfo.into();
            url.host = host_of(host)?;
            rest = path;
        }
        url.path = unescaped(rest)?;
        Some(url)
    }

    fn text(&self) -> String {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        if self.opaque.is_empty() {
            if !self.scheme.is_empty() || !self.host.is_empty() || !self.userinfo.is_empty() {
                if !self.host.is_empty() || !self.path.is_empty() || !self.userinfo.is_empty() {
                    out.push_str("//");
                }
                if !self.userinfo.is_empty() {
                    out.push_str(&self.userinfo);
                    out.push('@');
                }
                out.push_str(&escaped(&self.host, "!$&'()*+,;=:[]<>\""));
            }
            let path = escaped(&self.path, "$&+,/:;=@!'()*");
            if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
                out.push('/');
            }
            if out.is_empty() && path.split('/').next().is_some_and(|first| first.contains(':')) {
                out.push_str("./");
            }
            out.push_str(&path);
        } else {
            out.push_str(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push('?');
            out.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&escaped(&self.fragment, "$&+,/:;=?@!()*'"));
        }
        out
    }
}

/// A host that is valid: its port is a number, and no blank stands in it.
fn host_of(host: &str) -> Option<String> {
    let after_address = host.rfind(']').map_or(0, |at| at + 1);
    let port = host.get(after_address..)?.rsplit_once(':').map(|(_, port)| port);
    if port.is_some_and(|port| !port.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    if host.starts_with('[') && after_address == 0 || host.contains(' ') {
        return None;
    }
    unescaped(host)
}

fn join(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let map = call.map(0);
    let mut url = Url::default();
    let parts: [(&str, &mut String); 7] = [
        ("scheme", &mut url.scheme),
        ("host", &mut url.host),
        ("path", &mut url.path),
        ("query", &mut url.query),
        ("opaque", &mut url.opaque),
        ("fragment", &mut url.fragment),
        ("userinfo", &mut url.userinfo),
    ];
    for (key, part) in parts {
        let Some(value) = map.get(key) else { continue };
        match value.as_str() {
            Some(text) => text.clone_into(part),
            None => return call.fail(format!("`{key}` of a URL must be a string")),
        }
    }
    call.result(url.text())
}
