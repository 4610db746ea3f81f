//! Mounts of a service: volumes, devices, secrets and configurations, in the short form and in the long one.

use super::shape::{fields, object, truth};
use crate::expr::partial::PartialText;
use crate::lower::pieces::part;
use crate::model::{Data, Text, Type, Value};

/// A volume in the long form: `{type, source, target, read_only, …}`, with `host_path`, the path of the host that it
/// shows, where it shows one.
pub(super) fn volume(volume: Value) -> Value {
    let mut long = match &volume.data {
        Data::String(_) | Data::Unknown(_) => short(&volume),
        _ => volume,
    };
    let read_only = long.get("read_only").cloned().map(truth);
    let target = long.get("target").and_then(|target| Some((target.clone(), target.as_str()?.trim_end_matches('/'))));
    let target = target.filter(|(_, clean)| !clean.is_empty()).map(|(value, clean)| (clean.to_owned(), value));
    let host_path = match long.get("type").map(|kind| &kind.data) {
        Some(Data::String(kind)) if kind == "bind" || kind == "npipe" => long.get("source").cloned(),
        // Its type is not known: a path if it begins as one.
        Some(Data::Unknown(_)) => long.get("source").filter(|source| source.is_unknown()).cloned(),
        _ => None,
    };
    if let Some(mapping) = long.as_mapping_mut() {
        read_only.into_iter().for_each(|value| mapping.set("read_only", value));
        if let Some((clean, value)) = target {
            mapping.set("target", Value { data: Data::String(clean.into()), ..value });
        }
        host_path.into_iter().for_each(|value| mapping.set("host_path", value));
    }
    long
}

/// `[SOURCE:]TARGET[:MODE]`
fn short(volume: &Value) -> Value {
    let span = volume.origin.span;
    let Some(fields) = fields(volume) else { return volume.clone() };
    let mut parts: Vec<PartialText> = Vec::new();
    for field in fields {
        match parts.last_mut() {
            // The letter of a drive of Windows.
            Some(drive) if is_drive(drive) && field.text().starts_with(['\\', '/']) => {
                drive.push(":");
                drive.push_all(&field);
            }
            _ => parts.push(field),
        }
    }
    let text = |piece: &PartialText| part(volume, piece.clone(), span);
    let (source, target, mode) = match parts.as_slice() {
        [target] => (None, target, None),
        [source, target] => (Some(source), target, None),
        [source, target, mode, ..] => (Some(source), target, Some(mode)),
        [] => return volume.clone(),
    };
    let mut entries = vec![("target", text(target))];
    let kind = match source {
        Some(source) if source.begins_unknown() => {
            let unknown = text(source);
            crate::lower::pieces::unread(&unknown, Type::String)
        }
        Some(source) if is_path(source.text()) => Value::string("bind", span),
        _ => Value::string("volume", span),
    };
    entries.push(("type", kind));
    entries.extend(source.map(|source| ("source", text(source))));
    if let Some(mode) = mode {
        let words: Vec<&str> = mode.text().split(',').collect();
        let read_only = Value::bool(words.contains(&"ro"), span);
        let is_known = mode.is_known() || words.contains(&"ro");
        let unknown = || crate::lower::pieces::unread(&text(mode), Type::Bool);
        entries.push(("read_only", if is_known { read_only } else { unknown() }));
        let propagation = words
            .iter()
            .find(|word| matches!(**word, "rshared" | "shared" | "rslave" | "slave" | "rprivate" | "private"));
        entries.extend(
            propagation.map(|word| ("bind", object(volume, vec![("propagation", Value::string(*word, span))]))),
        );
    }
    object(volume, entries)
}

fn is_drive(text: &PartialText) -> bool {
    text.is_known() && text.text().len() == 1 && text.text().starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether the source of a mount is a path of the host, and not the name of a volume.
fn is_path(source: &str) -> bool {
    let mut chars = source.chars();
    let is_windows = chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':');
    source.starts_with(['.', '/', '~', '\\']) || is_windows
}

/// A device in the long form: `{source, target, permissions}`.
pub(super) fn device(device: Value) -> Value {
    let Some(parts) = device.as_str().map(|_| fields(&device).unwrap_or_default()) else { return device };
    let text = |at: usize| parts.get(at).map(|piece| part(&device, piece.clone(), device.origin.span));
    let Some(source) = text(0) else { return device.clone() };
    let target = text(1).unwrap_or_else(|| source.clone());
    let permissions = text(2).unwrap_or_else(|| Value::string("rwm", device.origin.span));
    object(&device, vec![("source", source), ("target", target), ("permissions", permissions)])
}

/// A secret or configuration in the long form: `{source, target}`.
pub(super) fn grant(grant: Value) -> Value {
    if grant.as_str().is_none() {
        return grant;
    }
    object(&grant, vec![("source", grant.clone())])
}

/// What tells a mount from others when files are merged: where it is seen in the container.
pub(super) fn key(mount: &Value) -> Option<String> {
    let target = mount.get("target").or_else(|| mount.get("source"))?;
    target.as_str().map(|target| Text::from(target.trim_end_matches('/')).to_string())
}
