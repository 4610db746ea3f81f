//! What is secret by its name: names, and assignments to such names in any text.
//!
//! Names decide, read by the vocabulary of [`super::credential`]. What is about a secret, such as the name of a file
//! that holds it, is none.

use super::{Data, Text, Value, credential};
use crate::source::prose::beginning;
use aho_corasick::{AhoCorasick, Input, MatchKind};
use regex::bytes::{Captures, Regex, RegexBuilder};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// An assignment to a name with a word of secrets in it. Of the value, quotes are left out.
const ASSIGNMENT: &str = r#"(?<name>[\w.-]*(?:passw(?:or)?d|passphrase|secret|private[_-]?key|api[_-]?key|token|pwd|connection[_-]?string)[\w-]*)["']?(?:[ \t]*[:=][ \t]*(?:"(?<double>(?:[^"\\\n]|\\.)+)"|'(?<single>[^'\n]+)')|(?:=|:[ ]+|[ ]+)(?<plain>[^\s"'\\$,;&|(){}\[\]<>*!#`]+))"#;
/// A name and a value side by side, as containers have their environment.
const PAIR: &str = r#"\b(?:name|key)["']?\s*[:=]\s*["']?(?<name>[\w.-]+)["']?[\s,]+["']?value["']?\s*[:=]\s*(?:"(?<double>(?:[^"\\\n]|\\.)+)"|'(?<single>[^'\n]+)'|(?<plain>[^\s"'$,{}\[\]|>*&!]+))"#;

/// What is in every text that one of the two can match; quick to make and to look for.
const HINT: &str = "pass|secret|key|token|pwd|connection";

static FORMS: LazyLock<[Option<Regex>; 2]> = LazyLock::new(|| [ASSIGNMENT, PAIR].map(bytes));
static HINT_FORM: LazyLock<Option<Regex>> = LazyLock::new(|| bytes(HINT));

/// The pattern without Unicode's classes, which take long to compile.
fn bytes(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).case_insensitive(true).build().ok()
}

/// The bytes by which a text is found: an automaton of whole texts, some of which are files, would be as large as memory.
const HEAD: usize = 64;

/// The texts of all secrets of a scan, to be found wherever else they stand.
#[derive(Clone, Debug, Default)]
pub struct SecretTexts(Option<Arc<Known>>);

/// What is looked for.
#[derive(Debug)]
struct Known {
    /// The beginning of each text.
    heads: AhoCorasick,
    /// The whole texts, in order.
    texts: Vec<Text>,
}

impl Known {
    /// The next place of a text, whole or as far as it goes, as a range of bytes.
    fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let head = self.heads.find(Input::new(text).range(from..))?;
        let rest = &text[head.start()..];
        // Of texts in order, those beside the place where `rest` would stand begin most alike.
        let behind = self.texts.partition_point(|known| known.as_str() < rest);
        let beside = self.texts[..behind].last().into_iter().chain(self.texts.get(behind));
        let alike = |known: &Text| known.as_str().bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count();
        let is_whole = head.len() < beginning(rest, HEAD).len();
        let length = beside.map(alike).filter(|_| !is_whole).fold(head.len(), usize::max);
        Some(head.start()..head.start() + beginning(rest, length).len())
    }
}

impl SecretTexts {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Those; where two begin at one place, the longer counts. What begins as a long one is taken for a part of it.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Self {
        let texts: BTreeSet<Text> = texts.into_iter().cloned().collect();
        let heads: BTreeSet<&str> = texts.iter().map(|text| beginning(text.as_str(), HEAD)).collect();
        let heads = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(heads).ok();
        let heads = heads.filter(|_| !texts.is_empty());
        Self(heads.map(|heads| Arc::new(Known { heads, texts: texts.into_iter().collect() })))
    }

    /// Where they stand in a text, as ranges of bytes, in order.
    fn ranges(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let mut from = 0;
        self.0.iter().flat_map(move |known| {
            std::iter::from_fn(move || {
                let place = known.find(text, from)?;
                from = place.end;
                Some(place)
            })
        })
    }

    /// Where they stand in a text, as ranges of bytes.
    pub fn places(&self, text: &str) -> Vec<Range<u32>> {
        self.ranges(text).map(|place| place.start as u32..place.end as u32).collect()
    }

    /// Whether one stands in a string, or in a part of a value.
    pub fn are_in(&self, value: &Value) -> bool {
        match &value.data {
            Data::String(text) => self.ranges(text.as_str()).next().is_some(),
            Data::Sequence(sequence) => sequence.items.iter().any(|item| self.are_in(item)),
            Data::Mapping(mapping) => mapping.entries.iter().any(|(_, item)| self.are_in(item)),
            _ => false,
        }
    }

    /// A message without them.
    pub fn hidden(&self, message: &str) -> String {
        let (mut told, mut from) = (String::with_capacity(message.len()), 0);
        for place in self.ranges(message) {
            told.push_str(&message[from..place.start]);
            told.push_str("<redacted>");
            from = place.end;
        }
        told + &message[from..]
    }
}

/// Whether a text has words in it by which secrets are named. Quick to find out.
pub fn may_name_secrets(text: &str) -> bool {
    HINT_FORM.as_ref().is_none_or(|hint| hint.is_match(text.as_bytes()))
}

/// Whether what has that name is a secret rather than something about one. The name alone decides, since what is hidden
/// must be hidden before anybody weighs its value; what may be public by its value is a matter of findings.
pub fn is_secret_name(name: &str) -> bool {
    credential::is_named(name) || is_connection_string(name)
}

/// A connection string often has a password in it.
fn is_connection_string(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    name.ends_with("connectionstring")
}

/// Whether a value or anything in it is sensitive.
pub fn is_sensitive(value: &Value) -> bool {
    value.sensitive
        || value.as_items().is_some_and(|items| items.iter().any(is_sensitive))
        || value.as_mapping().is_some_and(|mapping| mapping.entries.iter().any(|(_, item)| is_sensitive(item)))
}

/// Whether `value` is a `{name, value}` pair of a secret.
pub fn is_secret_pair(value: &Value) -> bool {
    let name = value.get("name").or_else(|| value.get("key")).and_then(Value::as_str);
    name.is_some_and(is_secret_name)
}

/// Where a pair has its value.
pub fn is_value(key: &str) -> bool {
    matches!(key, "value" | "written")
}

/// Marks the strings of a decoded value that only their names tell to be secret.
pub fn hide(value: &mut Value) {
    hide_named(value, false);
}

fn hide_named(value: &mut Value, is_secret: bool) {
    match &value.data {
        Data::String(text) => value.sensitive |= is_secret || !assignments(text).is_empty(),
        Data::Sequence(_) => {
            value.as_items_mut().into_iter().flatten().for_each(|item| hide_named(item, is_secret));
        }
        Data::Mapping(_) => {
            let is_pair = is_secret_pair(value);
            for (key, item) in value.as_mapping_mut().into_iter().flat_map(|mapping| &mut mapping.entries) {
                hide_named(item, is_secret_name(key) || is_pair && is_value(key));
            }
        }
        _ => {}
    }
}

/// Where secrets are assigned in a text, as ranges of bytes, in order.
pub fn assignments(text: &str) -> Vec<Range<u32>> {
    let text = text.as_bytes();
    let Some(hint) = HINT_FORM.as_ref().filter(|hint| hint.is_match(text)) else { return Vec::new() };
    let [assignment, pair] = &*FORMS;
    // An assignment stands on one line, which has the hint too.
    let mut places: Vec<Range<u32>> =
        hinted_lines(text, hint).flat_map(|line| ranges(assignment.as_ref(), text, line)).collect();
    if is_paired(text) {
        places.extend(ranges(pair.as_ref(), text, 0..text.len()));
        places.sort_by_key(|place| (place.start, place.end));
    }
    places
}

/// The lines in which `hint` is found, as ranges of bytes.
fn hinted_lines<'a>(text: &'a [u8], hint: &'a Regex) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = hint.find_at(text, from)?.start();
        let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |newline| at + newline);
        from = end;
        Some(start..end)
    })
}

/// Whether the text may have a name and a value side by side.
fn is_paired(text: &[u8]) -> bool {
    static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| bytes("value"));
    VALUE.as_ref().is_some_and(|value| value.is_match(text))
}

/// Where a form assigns a secret, within a part of the text.
fn ranges<'a>(form: Option<&'a Regex>, text: &'a [u8], within: Range<usize>) -> impl Iterator<Item = Range<u32>> {
    let offset = within.start as u32;
    let all = form.into_iter().flat_map(move |form| form.captures_iter(text.get(within.clone()).unwrap_or_default()));
    all.filter_map(|captures| assigned(&captures)).map(move |at| at.start + offset..at.end + offset)
}

/// The bytes of the value, where a secret is assigned.
fn assigned(captures: &Captures<'_>) -> Option<Range<u32>> {
    let name = std::str::from_utf8(captures.name("name")?.as_bytes()).ok()?;
    let quoted = captures.name("double").or_else(|| captures.name("single"));
    let value = match quoted {
        Some(value) => value,
        None => {
            captures.name("plain").filter(|word| std::str::from_utf8(word.as_bytes()).is_ok_and(is_plain_secret))?
        }
    };
    is_secret_name(name).then(|| value.start() as u32..value.end() as u32)
}

/// Whether an unquoted word is a literal: no truth, no number, no reference.
fn is_plain_secret(word: &str) -> bool {
    const REFERENCES: [&str; 7] = ["var.", "local.", "module.", "data.", "each.", "random_", "aws_"];
    let is_word = ["true", "false", "null", "none", "yes", "no"].contains(&word.to_ascii_lowercase().as_str());
    word.len() >= 4
        && !is_word
        && !REFERENCES.iter().any(|root| word.starts_with(root))
        && word.chars().any(|c| c.is_ascii_digit() || matches!(c, '-' | '_' | '+' | '/' | '@' | '%' | '^' | '~' | '.'))
}

#[cfg(test)]
mod tests {
    use super::{SecretTexts, Text, is_secret_name};

    #[test]
    fn a_secret_is_hidden_whole_and_what_begins_like_a_long_one_as_far_as_it_goes() {
        let long = |end: &str| format!("{}{end}", "ñ".repeat(200));
        let texts: Vec<Text> = ["short-one", "short-one-more", &long("a"), &long("bc")].map(Text::from).to_vec();
        let secrets = SecretTexts::new(&texts);
        let hidden = |text: &str| secrets.hidden(text);
        assert_eq!(hidden("x short-one- short-one-more"), "x <redacted>- <redacted>");
        assert_eq!(hidden(&format!("{}, {}.", long("a"), long("bc"))), "<redacted>, <redacted>.");
        assert_eq!(hidden(&long("bd")), "<redacted>d");
        assert_eq!(hidden(&format!("{}.", "ñ".repeat(199))), "<redacted>.");
        assert_eq!(hidden(&"ñ".repeat(20)), "ñ".repeat(20));
        assert_eq!(hidden("<redacted>"), "<redacted>");
    }

    #[test]
    fn names_tell_secrets_from_what_is_about_them() {
        for name in ["password", "master_password", "DB_PASSWORD", "clientSecret", "API_TOKEN", "aws_secret_access_key"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["secretName", "password_length", "DB_PASSWORD_FILE", "kms_key_id", "tokens_per_fill", "secret_arn"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
