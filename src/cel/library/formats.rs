//! Named formats of strings: `format.dns1123Label().validate(name)`.

use super::super::function::{Answer, Row, no_overload};
use super::super::url::Url;
use super::super::value::{CelData, CelValue};
use super::strings::text;
use crate::go::re2;
use CelData::{Format, Optional};
use base64::Engine as _;
use std::sync::Arc;

pub const ROWS: &[Row] = &[
    Row("format.named", "(string) optional(format)", named),
    Row("validate", "format.(string) optional(list(string))", validate),
    Row("format.dns1123Label", "() format", |_| Format("dns1123Label").into()),
    Row("format.dns1123Subdomain", "() format", |_| Format("dns1123Subdomain").into()),
    Row("format.dns1035Label", "() format", |_| Format("dns1035Label").into()),
    Row("format.qualifiedName", "() format", |_| Format("qualifiedName").into()),
    Row("format.dns1123LabelPrefix", "() format", |_| Format("dns1123LabelPrefix").into()),
    Row("format.dns1123SubdomainPrefix", "() format", |_| Format("dns1123SubdomainPrefix").into()),
    Row("format.dns1035LabelPrefix", "() format", |_| Format("dns1035LabelPrefix").into()),
    Row("format.labelValue", "() format", |_| Format("labelValue").into()),
    Row("format.uri", "() format", |_| Format("uri").into()),
    Row("format.uuid", "() format", |_| Format("uuid").into()),
    Row("format.byte", "() format", |_| Format("byte").into()),
    Row("format.date", "() format", |_| Format("date").into()),
    Row("format.datetime", "() format", |_| Format("datetime").into()),
];

/// The names of the formats.
const NAMES: [&str; 13] = [
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

/// A format that is a regular expression and a length, as Kubernetes words its errors.
struct Shape {
    most: usize,
    pattern: &'static str,
    says: &'static str,
    examples: &'static [&'static str],
}

const LABEL_1123: Shape = Shape {
    most: 63,
    pattern: "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    says: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end \
           with an alphanumeric character",
    examples: &["my-name", "123-abc"],
};

const SUBDOMAIN_1123: Shape = Shape {
    most: 253,
    pattern: r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
    says: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
           start and end with an alphanumeric character",
    examples: &["example.com"],
};

const LABEL_1035: Shape = Shape {
    most: 63,
    pattern: "[a-z]([-a-z0-9]*[a-z0-9])?",
    says: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
           character, and end with an alphanumeric character",
    examples: &["my-name", "abc-123"],
};

const LABEL_VALUE: Shape = Shape {
    most: 63,
    pattern: "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
    says: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
           start and end with an alphanumeric character",
    examples: &["MyValue", "my_value", "12345"],
};

const NAME_PART: Shape = Shape {
    most: 63,
    pattern: "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]",
    says: "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
           character",
    examples: &["MyName", "my.name", "123-abc"],
};

fn matches(pattern: &str, text: &str) -> bool {
    re2::compile(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

impl Shape {
    fn errors(&self, text: &str) -> Vec<String> {
        let mut errors = Vec::new();
        if text.len() > self.most {
            errors.push(format!("must be no more than {} bytes", self.most));
        }
        if !matches(self.pattern, text) {
            let quoted: Vec<String> = self.examples.iter().map(|example| format!("'{example}', ")).collect();
            let examples = quoted.join(" or ");
            let pattern = self.pattern;
            errors.push(format!("{} (e.g. {examples}regex used for validation is '{pattern}')", self.says));
        }
        errors
    }
}

/// A prefix of a name may end with a dash.
fn without_dash(text: &str) -> String {
    match text.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => {
            let kept = rest.char_indices().next_back().map_or(0, |(at, _)| at);
            format!("{}a", rest.get(..kept).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

fn qualified_name(text: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return vec![format!(
                "a qualified name {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                NAME_PART.errors("/").join("")
            )];
        }
        Some((prefix, name)) => {
            if prefix.is_empty() {
                errors.push("prefix part must be non-empty".into());
            } else {
                errors.extend(SUBDOMAIN_1123.errors(prefix).into_iter().map(|error| format!("prefix part {error}")));
            }
            name
        }
    };
    if name.is_empty() {
        errors.push("name part must be non-empty".into());
    }
    errors.extend(NAME_PART.errors(name).into_iter().map(|error| format!("name part {error}")));
    errors
}

/// What is wrong with a text of a format.
fn errors(format: &str, text: &str) -> Vec<String> {
    let wrong = |is_right: bool, message: &str| if is_right { Vec::new() } else { vec![message.to_owned()] };
    match format {
        "dns1123Label" => LABEL_1123.errors(text),
        "dns1123LabelPrefix" => LABEL_1123.errors(&without_dash(text)),
        "dns1123Subdomain" => SUBDOMAIN_1123.errors(text),
        "dns1123SubdomainPrefix" => SUBDOMAIN_1123.errors(&without_dash(text)),
        "dns1035Label" => LABEL_1035.errors(text),
        "dns1035LabelPrefix" => LABEL_1035.errors(&without_dash(text)),
        "labelValue" => LABEL_VALUE.errors(text),
        "qualifiedName" => qualified_name(text),
        "uri" => Url::parse(text).err().into_iter().collect(),
        "uuid" => {
            let uuid = "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}";
            wrong(matches(uuid, text), "does not match the UUID format")
        }
        "byte" => wrong(base64::engine::general_purpose::STANDARD.decode(text).is_ok(), "invalid base64"),
        "date" => wrong(is_date(text), "invalid date"),
        "datetime" => {
            let is_moment = matches(r"(?i)\d{4}-\d{2}-\d{2}t\d{2}:\d{2}:\d{2}(\.\d+)?(z|[+-]\d{2}:\d{2})", text);
            wrong(is_moment && text.parse::<jiff::Timestamp>().is_ok(), "invalid datetime")
        }
        _ => Vec::new(),
    }
}

fn is_date(text: &str) -> bool {
    matches(r"\d{4}-\d{2}-\d{2}", text) && text.parse::<jiff::civil::Date>().is_ok()
}

fn named(args: &[CelValue]) -> Answer {
    let name = text(args, 0)?;
    let found = NAMES.iter().find(|known| **known == name);
    Optional(found.map(|name| Arc::new(Format(name).into()))).into()
}

fn validate(args: &[CelValue]) -> Answer {
    let Some(Format(name)) = args.first().map(|arg| &arg.data) else { return Err(no_overload()) };
    let errors = errors(name, text(args, 1)?);
    if errors.is_empty() {
        return Optional(None).into();
    }
    Optional(Some(Arc::new(CelData::list(errors.into_iter().map(CelData::string)).into()))).into()
}
