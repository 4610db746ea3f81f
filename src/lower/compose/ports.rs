//! Published ports, in the short form and in the long one.

use super::shape::{fields, number, object, text};
use crate::expr::partial::PartialText;
use crate::lower::pieces::part;
use crate::model::{Data, Number, Value, Why};

/// A port in the long form: `{host_ip, published, published_end, target, target_end, protocol, …}`. The ends are those
/// of a range, and the port itself where there is none; `published` is null where the engine chooses a port.
pub(super) fn long(port: Value) -> Value {
    match &port.data {
        Data::Mapping(_) => completed(port),
        Data::String(_) | Data::Number(_) | Data::Unknown(_) => short(&text(port)),
        _ => port,
    }
}

/// The long form as it is written, with the ends of ranges and the default protocol.
fn completed(mut port: Value) -> Value {
    let at = port.origin.clone();
    for (name, end) in [("published", "published_end"), ("target", "target_end")] {
        let Some(written) = port.get(name).filter(|written| !written.is_null()).cloned() else { continue };
        let (first, last) = range(&text(written));
        if let Some(mapping) = port.as_mapping_mut() {
            mapping.set(name, first);
            mapping.set(end, last);
        }
    }
    if port.get("protocol").is_none()
        && let Some(mapping) = port.as_mapping_mut()
    {
        mapping.set("protocol", Value::string("tcp", at.span));
    }
    port
}

/// `[[IP:]HOST:]CONTAINER[/PROTOCOL]`
fn short(port: &Value) -> Value {
    let span = port.origin.span;
    let unread = |message: String| Value::unknown(Why::Invalid(message.into()), span);
    let Some(mut parts) = fields(port) else { return port.clone() };
    let last = parts.pop().unwrap_or_default();
    let (container, protocol) = match last.split_once('/') {
        Some((container, protocol)) => (container, part(port, protocol, span)),
        None => (last, Value::string("tcp", span)),
    };
    let host = parts.pop();
    // An address of version 6 without brackets has colons of its own.
    let ip = parts.into_iter().reduce(|mut ip, more| {
        ip.push(":");
        ip.push_all(&more);
        ip
    });
    // A variable alone in front of the container's port may hold an address, too.
    let is_open = ip.is_none() && host.as_ref().is_some_and(|host| !host.is_known());
    let host_ip = match (ip, &host) {
        (Some(ip), _) => {
            let bare =
                ip.text().strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).map(|ip| Value::string(ip, span));
            bare.unwrap_or_else(|| part(port, ip, span))
        }
        (None, Some(_)) if is_open => part(port, PartialText::unknown(), span),
        _ => Value::null(span),
    };
    let mut entries = vec![("host_ip", host_ip), ("protocol", protocol), ("mode", Value::string("ingress", span))];
    let (first, end) = range(&part(port, container, span));
    if first.as_str().is_some() {
        return unread(format!("`{}` is no port", first.as_str().unwrap_or_default()));
    }
    entries.extend([("target", first), ("target_end", end)]);
    let published = host.filter(|host| !host.text().is_empty());
    let published = published.map(|host| range(&part(port, host, span)));
    let (first, end) = published.unwrap_or_else(|| (Value::null(span), Value::null(span)));
    entries.extend([("published", first), ("published_end", end)]);
    object(port, entries)
}

/// The first and the last port of `FIRST[-LAST]`, as numbers where they are known.
fn range(text: &Value) -> (Value, Value) {
    let Some(whole) = PartialText::of_text(text) else { return (text.clone(), text.clone()) };
    let of = |piece: PartialText| {
        let value = part(text, piece, text.origin.span).with_origin(text.origin.clone());
        if value.is_unknown() {
            crate::lower::pieces::unread(&value, crate::model::Type::Number)
        } else {
            number(value)
        }
    };
    if let Some((first, last)) = whole.split_once('-') {
        return (of(first), of(last));
    }
    let port = of(whole);
    (port.clone(), port)
}

/// What tells a port from others when files are merged.
pub(super) fn key(port: &Value) -> Option<String> {
    let of = |name: &str| match port.get(name).map(|value| &value.data) {
        None | Some(Data::Null(_)) => Some(String::new()),
        Some(Data::String(text)) => Some(text.to_string()),
        Some(Data::Number(number)) => Some(Number::to_string(number)),
        Some(_) => None,
    };
    Some(format!("{}:{}:{}/{}", of("host_ip")?, of("published")?, of("target")?, of("protocol")?))
}

#[cfg(test)]
mod tests {
    use super::long;
    use crate::model::{Data, Value};
    use crate::source::{SourceId, Span};

    #[test]
    fn short_forms_are_what_compose_makes_of_them() {
        let span = Span::new(SourceId(0), 0, 0);
        let shown = |value: Option<&Value>| match value.map(|value| &value.data) {
            Some(Data::String(text)) => text.to_string(),
            Some(Data::Number(number)) => number.to_string(),
            Some(Data::Null(_)) | None => "-".to_owned(),
            Some(_) => "?".to_owned(),
        };
        for (written, expected) in [
            ("80", "- - - 80 80 tcp"),
            ("8080:80", "- 8080 8080 80 80 tcp"),
            ("127.0.0.1:8080:80/udp", "127.0.0.1 8080 8080 80 80 udp"),
            ("127.0.0.1::80", "127.0.0.1 - - 80 80 tcp"),
            ("3000-3005:4000-4005", "- 3000 3005 4000 4005 tcp"),
            ("[::1]:6001:6001", "::1 6001 6001 6001 6001 tcp"),
            ("::1:6001:6001", "::1 6001 6001 6001 6001 tcp"),
        ] {
            let port = long(Value::string(written, span));
            let names = ["host_ip", "published", "published_end", "target", "target_end", "protocol"];
            assert_eq!(names.map(|name| shown(port.get(name))).join(" "), expected, "{written}");
        }
    }
}
