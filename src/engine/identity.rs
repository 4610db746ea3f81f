//! What names the elements of lists from one commit to the next.
//!
//! Never a line, nor a place in a list: an element is named by what makes it that one, so that edits around it leave
//! it alone. What nothing tells apart has one identity; how many there are is for the reader to count.

use crate::finding::digest;
use crate::model::{Data, Value};

/// What makes an element that one, by kind of list: the first of these whose first field the element has, with what it
/// has of the others.
///
/// Mount paths of containers (Kubernetes merges mounts by them) · names, of commands with their subcommand, of
/// settings with their namespace · rules of network ACLs · firewall rules, as written and as `network_rules` gives
/// them · ports · what the blocks of single resources go by.
const NAMING: [&[&str]; 19] = [
    &["mountPath"],
    &["mount_path"],
    &["devicePath"],
    &["name", "namespace", "subcommand"],
    &["key"],
    &["id"],
    &["sid"],
    &["Sid"],
    &["device_name"],
    &["origin_id"],
    &["path_pattern"],
    &["number"],
    &["rule_no"],
    &["from_port", "to_port", "protocol"],
    &["from", "to", "protocol"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["host"],
    &["path"],
];

/// Bytes of the longest text that names an element; of a longer one a hash does.
const MOST_BYTES: usize = 48;

/// What names an element of a list; empty when nothing does, or when it must not be told.
pub fn naming(element: &Value) -> String {
    if element.sensitive {
        return String::new();
    }
    let Some(fields) = element.as_mapping() else { return word(element).unwrap_or_default() };
    let named = NAMING.iter().find_map(|names| {
        let mut words = names.iter().map(|name| fields.get(name).and_then(word));
        let first = words.next()??;
        Some(std::iter::once(first).chain(words.flatten()).collect::<Vec<_>>().join(","))
    });
    named.unwrap_or_default()
}

/// A scalar that is known and may be told, as a word.
fn word(value: &Value) -> Option<String> {
    let text = match &value.data {
        _ if value.sensitive => return None,
        Data::String(text) => text.to_string(),
        Data::Number(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::Null(_) | Data::Sequence(_) | Data::Mapping(_) | Data::Unknown(_) => return None,
    };
    // What looks like an assignment may hold a secret that nobody has recognised.
    let is_plain =
        text.len() <= MOST_BYTES && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '=');
    Some(if is_plain { text } else { format!("#{}", digest(&[&text], 4)) })
}
