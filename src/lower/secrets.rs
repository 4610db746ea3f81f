//! What must not be shown: values under names of secrets, what they were written as, and every other place
//! that holds the same text.
//!
//! Names decide, since nothing else tells a password from a word: attributes (`master_password`), keys,
//! `{name, value}` pairs, and assignments in any text (a script in a heredoc, an `ENV`, a comment). What is
//! found is marked [`Value::sensitive`], so that no message tells it, and its places go to
//! [`Lowered::secrets`], so that no excerpt shows it.

use crate::model::{Data, Lowered, Origin, Resource, Text, Value};
use crate::source::{Sources, Span};
use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;
use regex::bytes::{Captures, Regex as Bytes, RegexBuilder as BytesBuilder};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

/// What the name of a secret has in it, lower case without separators.
const WORDS: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "apikey",
    "accesstoken",
    "authtoken",
    "secretstring",
    "connectionstring",
];
/// What it may end in instead.
const LAST_WORDS: [&str; 3] = ["token", "secret", "pwd"];
/// What the name of something else about a secret ends in.
const ABOUT: [&str; 20] = [
    "name",
    "arn",
    "id",
    "path",
    "file",
    "ref",
    "url",
    "uri",
    "policy",
    "length",
    "type",
    "enabled",
    "version",
    "rotation",
    "expiration",
    "days",
    "required",
    "size",
    "algorithm",
    "mount",
];
/// Characters of the shortest secret that is looked for in other places.
const LEAST_CHARACTERS: usize = 8;
/// A word of letters only is no secret of its own below this length: `postgres` is also an image.
const LEAST_LETTERS: usize = 16;
/// Secrets that are looked for in other places.
const MOST_SECRETS: usize = 2_000;
/// Resources that are looked through by one task.
const AT_ONCE: usize = 256;
/// Nesting of encoded values that is followed.
const MOST_DEPTH: u32 = 8;

/// An assignment to a name with a word of secrets in it. Of the value, quotes are left out.
const ASSIGNMENT: &str = r#"(?<name>[\w.-]*(?:passw(?:or)?d|passphrase|secret|private[_-]?key|api[_-]?key|token|pwd|connection[_-]?string)[\w-]*)["']?(?:[ \t]*[:=][ \t]*(?:"(?<double>(?:[^"\\\n]|\\.)+)"|'(?<single>[^'\n]+)')|(?:=|:[ ]+|[ ]+)(?<plain>[^\s"'\\$,;&|(){}\[\]<>*!#`]+))"#;
/// A name and a value side by side, as containers have their environment.
const PAIR: &str = r#"\b(?:name|key)["']?\s*[:=]\s*["']?(?<name>[\w.-]+)["']?[\s,]+["']?value["']?\s*[:=]\s*(?:"(?<double>(?:[^"\\\n]|\\.)+)"|'(?<single>[^'\n]+)'|(?<plain>[^\s"'$,{}\[\]|>*&!]+))"#;

/// What is in every text that one of the two can match; quick to make and to look for.
const HINT: &str = "pass|secret|key|token|pwd|connection";

static FORMS: LazyLock<[Option<Bytes>; 2]> = LazyLock::new(|| [ASSIGNMENT, PAIR].map(bytes));

/// The pattern without Unicode's classes, which take long to compile.
fn bytes(pattern: &str) -> Option<Bytes> {
    BytesBuilder::new(pattern).unicode(false).case_insensitive(true).build().ok()
}

/// Marks what is secret and notes where it is written.
pub fn hide(lowered: &mut Lowered, sources: &Sources) {
    let mut found = Found::new(sources);
    for output in lowered.units.iter_mut().flat_map(|unit| &mut unit.outputs) {
        let is_secret = is_secret_name(&output.name);
        found.mark(&mut output.value, is_secret, 0);
    }
    // Each task learns on its own, and what they learned is joined in their order.
    let parts = lowered.resources.par_chunks_mut(AT_ONCE).map(|resources| {
        let mut found = Found::new(sources);
        for resource in resources {
            let is_secret = is_secret_declaration(resource);
            found.mark(&mut resource.attrs, is_secret, 0);
        }
        found
    });
    parts.collect::<Vec<_>>().into_iter().for_each(|part| found.append(part));
    found.assignments();
    if let Some(secrets) = found.pattern() {
        found.elsewhere(&secrets);
        lowered.resources.par_iter_mut().for_each(|resource| mark_holders(&mut resource.attrs, &secrets));
        for output in lowered.units.iter_mut().flat_map(|unit| &mut unit.outputs) {
            mark_holders(&mut output.value, &secrets);
        }
        for problem in &mut lowered.problems {
            problem.message = replaced(&problem.message, &secrets);
        }
    }
    lowered.secrets = found.spans;
}

/// The message without the secrets in it.
fn replaced(message: &str, secrets: &AhoCorasick) -> String {
    let mut told = String::with_capacity(message.len());
    secrets.replace_all_with(message, &mut told, |_, _, told| {
        told.push_str("<redacted>");
        true
    });
    told
}

/// Whether what has that name is a secret rather than something about one.
fn is_secret_name(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let named = WORDS.iter().any(|word| name.contains(word)) || LAST_WORDS.iter().any(|word| name.ends_with(word));
    named && !ABOUT.iter().any(|word| name.ends_with(word))
}

/// Whether it declares a variable or an output that is a secret: then its default and value are.
fn is_secret_declaration(resource: &Resource) -> bool {
    let is_declared = || resource.attrs.get("sensitive").and_then(Value::as_bool) == Some(true);
    let name = resource.address.rsplit('.').next().unwrap_or_default();
    matches!(resource.type_name.as_str(), "variable" | "output") && (is_declared() || is_secret_name(name))
}

struct Found<'a> {
    sources: &'a Sources,
    spans: Vec<Span>,
    texts: BTreeSet<Text>,
    /// Names that were asked for, and whether they are those of secrets.
    names: HashMap<Text, bool>,
}

impl<'a> Found<'a> {
    fn new(sources: &'a Sources) -> Self {
        Self { sources, spans: Vec::new(), texts: BTreeSet::new(), names: HashMap::new() }
    }

    /// Joins what was found in the resources that follow.
    fn append(&mut self, mut other: Self) {
        self.spans.append(&mut other.spans);
        for text in other.texts {
            if self.texts.len() < MOST_SECRETS {
                self.texts.insert(text);
            }
        }
    }

    /// Marks the strings of `value` that are secret, by the name it has or by what it was made from.
    fn mark(&mut self, value: &mut Value, is_secret: bool, depth: u32) {
        // What has nothing to mark stays shared.
        if !self.is_concerned(value, is_secret, depth) {
            return;
        }
        let is_secret = is_secret || value.sensitive;
        if let Some(encoded) = value.origin.encoded().filter(|_| depth < MOST_DEPTH) {
            self.mark(&mut encoded.clone(), is_secret, depth + 1);
        }
        match &value.data {
            Data::String(text) if is_secret => {
                let text = text.clone();
                value.sensitive = true;
                self.note(&text, &value.origin);
            }
            Data::Sequence(_) => {
                for item in value.as_items_mut().into_iter().flatten() {
                    self.mark(item, is_secret, depth);
                }
            }
            Data::Mapping(_) => {
                let is_pair = Self::is_secret_pair(value);
                let everything = value.sensitive;
                for (key, item) in value.as_mapping_mut().into_iter().flat_map(|mapping| &mut mapping.entries) {
                    let is_named = is_pair && is_value(key) || is_secret && is_given(key);
                    let is_secret = everything || is_named || self.is_secret_name(key);
                    self.mark(item, is_secret, depth);
                }
            }
            _ => {}
        }
    }

    /// Whether there is anything to mark in `value`.
    fn is_concerned(&mut self, value: &Value, is_secret: bool, depth: u32) -> bool {
        let is_secret = is_secret || value.sensitive;
        let inner = value.origin.encoded().filter(|_| depth < MOST_DEPTH);
        if inner.is_some_and(|inner| self.is_concerned(inner, is_secret, depth + 1)) {
            return true;
        }
        match &value.data {
            Data::String(_) => is_secret,
            Data::Sequence(sequence) => sequence.items.iter().any(|item| self.is_concerned(item, is_secret, depth)),
            Data::Mapping(mapping) => {
                let is_pair = Self::is_secret_pair(value);
                mapping.entries.iter().any(|(key, item)| {
                    let is_named = is_pair && is_value(key) || is_secret && is_given(key);
                    let is_secret = value.sensitive || is_named || self.is_secret_name(key);
                    self.is_concerned(item, is_secret, depth)
                })
            }
            _ => false,
        }
    }

    /// Whether `value` is a `{name, value}` pair of a secret.
    fn is_secret_pair(value: &Value) -> bool {
        let name = value.get("name").or_else(|| value.get("key")).and_then(Value::as_str);
        name.is_some_and(is_secret_name)
    }

    fn is_secret_name(&mut self, name: &Text) -> bool {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let is_secret = is_secret_name(name);
        self.names.insert(name.clone(), is_secret);
        is_secret
    }

    /// The places of a secret: where it was written, and what lies between, unless that only refers on.
    fn note(&mut self, text: &Text, origin: &Origin) {
        let written = origin.written();
        self.spans.push(written);
        let between = std::iter::once(origin.span).chain(origin.hops().map(|hop| hop.span));
        for span in between.filter(|span| *span != written) {
            let source = self.sources.get(span.source);
            if source.slice(span).contains(['"', '\'', '\n']) {
                self.spans.push(span);
            }
        }
        self.learn(text);
    }

    fn learn(&mut self, text: &str) {
        let text = text.trim();
        let length = text.chars().count();
        let is_word = text.bytes().all(|byte| byte.is_ascii_alphabetic()) && length < LEAST_LETTERS;
        let is_made = text.contains("${") || text.starts_with('$');
        if length >= LEAST_CHARACTERS && !is_word && !is_made && self.texts.len() < MOST_SECRETS {
            self.texts.insert(text.into());
            // A text of several lines is shown line by line.
            let lines = text.lines().filter(|line| line.len() < text.len() && line.len() >= LEAST_LETTERS);
            self.texts.extend(lines.map(Text::from));
        }
    }

    /// Assignments in the texts themselves, whatever they are part of.
    fn assignments(&mut self) {
        let Some(hint) = bytes(HINT) else { return };
        let files = self.sources.files();
        let places = files.par_iter().filter(|(_, source)| hint.is_match(source.text.as_bytes()));
        let places = places.map(|(id, source)| {
            let text = source.text.as_bytes();
            // An assignment stands on one line, which has the hint too.
            let lines = hinted_lines(text, &hint).flat_map(|line| ranges(&FORMS[0], text, line));
            let whole = 0..text.len();
            let pairs = is_paired(text).then(|| ranges(&FORMS[1], text, whole));
            lines.chain(pairs.into_iter().flatten()).map(|at| Span::new(*id, at.start, at.end)).collect()
        });
        let places: Vec<Vec<Span>> = places.collect();
        for span in places.into_iter().flatten() {
            self.learn(self.sources.get(span.source).slice(span));
            self.spans.push(span);
        }
    }

    /// One pattern for all secrets, of which the longest counts.
    fn pattern(&self) -> Option<AhoCorasick> {
        let pattern = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&self.texts);
        pattern.ok().filter(|_| !self.texts.is_empty())
    }

    /// The same texts in other places.
    fn elsewhere(&mut self, secrets: &AhoCorasick) {
        let files = self.sources.files();
        let places = files.par_iter().flat_map_iter(|(id, source)| {
            let places = secrets.find_iter(source.text.as_str());
            places.map(|place| Span::new(*id, place.start() as u32, place.end() as u32)).collect::<Vec<_>>()
        });
        self.spans.par_extend(places);
    }
}

/// The lines in which `hint` is found, as ranges of bytes.
fn hinted_lines<'a>(text: &'a [u8], hint: &'a Bytes) -> impl Iterator<Item = Range<usize>> {
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
    static VALUE: LazyLock<Option<Bytes>> = LazyLock::new(|| bytes("value"));
    VALUE.as_ref().is_some_and(|value| value.is_match(text))
}

/// Where a form assigns a secret, within a part of the text.
fn ranges<'a>(form: &'a Option<Bytes>, text: &'a [u8], within: Range<usize>) -> impl Iterator<Item = Range<u32>> {
    let offset = within.start as u32;
    let all = form.iter().flat_map(move |form| form.captures_iter(text.get(within.clone()).unwrap_or_default()));
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

/// Where a pair has its value.
fn is_value(key: &str) -> bool {
    matches!(key, "value" | "written")
}

/// Where a declaration has its values. What else lies under a secret name is an object about it.
fn is_given(key: &str) -> bool {
    matches!(key, "value" | "default")
}

/// Whether a secret stands anywhere in `value`.
fn holds(value: &Value, secrets: &AhoCorasick) -> bool {
    match &value.data {
        Data::String(text) => !value.sensitive && secrets.is_match(text.as_str()),
        Data::Sequence(sequence) => sequence.items.iter().any(|item| holds(item, secrets)),
        Data::Mapping(mapping) => mapping.entries.iter().any(|(_, item)| holds(item, secrets)),
        _ => false,
    }
}

/// Marks strings that hold a secret: a command, a script, a policy. What holds none stays shared.
fn mark_holders(value: &mut Value, secrets: &AhoCorasick) {
    if !holds(value, secrets) {
        return;
    }
    match &value.data {
        Data::String(_) => value.sensitive = true,
        Data::Sequence(_) => {
            value.as_items_mut().into_iter().flatten().for_each(|item| mark_holders(item, secrets));
        }
        Data::Mapping(_) => {
            let entries = value.as_mapping_mut().into_iter().flat_map(|mapping| &mut mapping.entries);
            entries.for_each(|(_, item)| mark_holders(item, secrets));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;

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
