//! URLs as Go's `net/url` (`ParseRequestURI`) reads them: an absolute URL, or a path on a server.

use percent_encoding::percent_decode_str;
use std::fmt::Write as _;

/// A URL in parts.
#[derive(Clone, Debug)]
pub struct Url {
    text: String,
    /// In lower case; empty for a path.
    pub scheme: String,
    /// Host and port, as they are written.
    pub host: String,
    /// As it is written, with what must be escaped escaped.
    pub path: String,
    query: String,
}

impl Url {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("parse {text:?}: {why}");
        if text.is_empty() {
            return Err(wrong("empty url"));
        }
        if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return Err(wrong("net/url: invalid control character in URL"));
        }
        let mut url = Self {
            text: text.to_owned(),
            scheme: String::new(),
            host: String::new(),
            path: String::new(),
            query: String::new(),
        };
        if text == "*" {
            text.clone_into(&mut url.path);
            return Ok(url);
        }
        let (scheme, rest) = scheme(text).map_err(wrong)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        query.clone_into(&mut url.query);
        if !rest.starts_with('/') {
            return if url.scheme.is_empty() { Err(wrong("invalid URI for request")) } else { Ok(url) };
        }
        if let Some(after) = rest.strip_prefix("//").filter(|_| !url.scheme.is_empty()) {
            let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            check_host(host).map_err(wrong)?;
            host.clone_into(&mut url.host);
            rest = path;
        }
        url.path = escaped_path(rest).ok_or_else(|| wrong("invalid URL escape"))?;
        Ok(url)
    }

    /// Returns the text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the host without brackets and port, and the port.
    pub fn host_and_port(&self) -> (&str, &str) {
        if let Some((host, rest)) = self.host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return (host, rest.strip_prefix(':').unwrap_or_default());
        }
        self.host.rsplit_once(':').unwrap_or((&self.host, ""))
    }

    /// Returns the values of each key of the query, in order of the keys.
    pub fn query(&self) -> Vec<(String, Vec<String>)> {
        let mut values: Vec<(String, Vec<String>)> = Vec::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(key), Some(value)) = (unescaped(key), unescaped(value)) else { continue };
            match values.iter_mut().find(|(other, _)| *other == key) {
                Some((_, all)) => all.push(value),
                None => values.push((key, vec![value])),
            }
        }
        values.sort();
        values
    }
}

/// The scheme that a URL begins with, and what follows the colon.
fn scheme(text: &str) -> Result<(&str, &str), &'static str> {
    for (at, next) in text.char_indices() {
        match next {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme"),
            ':' => return Ok((text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())),
            _ => break,
        }
    }
    Ok(("", text))
}

fn check_host(host: &str) -> Result<(), &'static str> {
    let port = if let Some(rest) = host.strip_prefix('[') {
        rest.split_once(']').ok_or("missing ']' in host")?.1
    } else {
        host.find(':').and_then(|at| host.get(at..)).unwrap_or_default()
    };
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(port.is_empty() || port.strip_prefix(':').is_some_and(is_port)) {
        return Err("invalid port after host");
    }
    if !escapes_are_valid(host) {
        return Err("invalid URL escape");
    }
    if host.contains([' ', '\\', '^', '{', '}', '|', '`', '#', '?']) {
        return Err("invalid character in host name");
    }
    Ok(())
}

fn escapes_are_valid(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())))
}

fn escaped_path(path: &str) -> Option<String> {
    if !escapes_are_valid(path) {
        return None;
    }
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@[]/%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Some(out)
}

/// A part of a query.
fn unescaped(text: &str) -> Option<String> {
    if !escapes_are_valid(text) {
        return None;
    }
    let spaced = text.replace('+', " ");
    Some(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}
