//! What must not be shown: values under names of secrets, what they were written as, and every other place
//! that holds the same text.
//!
//! Names decide ([`secrecy`]): attributes (`master_password`), keys, `{name, value}` pairs, and assignments in
//! any text (a script in a heredoc, an `ENV`, a comment). What is found is marked [`Value::sensitive`], so that no message tells it, and its places go to
//! [`Lowered::secrets`], so that no excerpt shows it.

use super::broken;
use crate::expr::is_sensitive;
use crate::limits::secrets::{MOST_DEPTH, MOST_SECRETS};
use crate::model::secrecy::{self, SecretTexts, is_secret_name, is_secret_pair, is_value};
use crate::model::{Data, Lowered, Origin, Resource, Text, Value};
use crate::source::{Problem, Source, SourceId, Sources, Span};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// Characters of the shortest secret that is looked for in other places.
const LEAST_CHARACTERS: usize = 8;
/// A word of letters only is no secret of its own below this length: `postgres` is also an image.
const LEAST_LETTERS: usize = 16;
/// Resources that are looked through by one task.
const AT_ONCE: usize = 256;
/// What was found in the files of a tree, for all its environments: a file is searched again only for other texts.
pub struct Secrets<'t> {
    sources: &'t Sources,
    assigned: Assigned,
    elsewhere: Elsewhere,
}

impl<'t> Secrets<'t> {
    /// Nothing is searched yet.
    pub fn new(sources: &'t Sources) -> Self {
        Self { sources, assigned: Assigned::default(), elsewhere: Elsewhere::default() }
    }

    /// Marks what is secret in an environment and notes where it is written.
    pub fn hide(&mut self, lowered: &mut Lowered) {
        self.assigned.search(self.sources);
        let mut found = Found::new(self.sources, &self.assigned);
        found.spans.clone_from(&self.assigned.spans);
        found.texts.clone_from(&self.assigned.texts);
        for output in lowered.units.iter_mut().flat_map(|unit| &mut unit.outputs) {
            let is_secret = is_secret_name(&output.name);
            found.mark(&mut output.value, is_secret, 0);
        }
        // Each task learns on its own, and what they learned is joined in their order.
        let parts = lowered.resources.par_chunks_mut(AT_ONCE).map(|resources| {
            let mut found = Found::new(self.sources, &self.assigned);
            for resource in resources {
                let is_secret = is_secret_declaration(resource);
                resource.values_mut().for_each(|value| found.mark(value, is_secret, 0));
            }
            found
        });
        parts.collect::<Vec<_>>().into_iter().for_each(|part| found.append(part));
        let Found { mut spans, texts, .. } = found;
        if let Some(place) = spans.first().filter(|_| texts.len() >= MOST_SECRETS) {
            let message = format!("there are more than {MOST_SECRETS} secrets; not all are hidden in other places");
            lowered.problems.push(Problem::error(*place, message));
        }
        self.elsewhere.search(self.sources, texts);
        spans.extend(&self.elsewhere.spans);
        let secrets = &self.elsewhere.secrets;
        let hold = |resource: &mut Resource| resource.values_mut().for_each(|value| mark_holders(value, secrets));
        lowered.resources.par_iter_mut().for_each(hold);
        for output in lowered.units.iter_mut().flat_map(|unit| &mut unit.outputs) {
            mark_holders(&mut output.value, secrets);
        }
        for problem in &mut lowered.problems {
            problem.message = secrets.hidden(&problem.message);
        }
        broken::hide(&mut lowered.problems, self.sources, &mut spans);
        lowered.secret_texts = secrets.clone();
        lowered.secrets.append(&mut spans);
    }
}

/// Assignments of secrets in the texts of files, whatever they are part of.
#[derive(Default)]
struct Assigned {
    /// Files with a lower number were searched.
    searched: u32,
    /// By file, in order.
    places: HashMap<SourceId, Vec<Range<u32>>>,
    spans: Vec<Span>,
    texts: BTreeSet<Text>,
}

impl Assigned {
    /// Searches the files that were not searched yet.
    fn search(&mut self, sources: &Sources) {
        let files = unsearched(sources, &mut self.searched);
        let places = files.par_iter().map(|(id, source)| (*id, secrecy::assignments(&source.text)));
        let assigned: Vec<(SourceId, Vec<Range<u32>>)> = places.filter(|(_, places)| !places.is_empty()).collect();
        for (id, places) in assigned {
            for place in &places {
                let span = Span::new(id, place.start, place.end);
                learn(&mut self.texts, sources.get(id).slice(span));
                self.spans.push(span);
            }
            self.places.insert(id, places);
        }
    }

    /// Whether a text is written with an assignment of a secret in it.
    fn assigns(&self, origin: &Origin) -> bool {
        let written = origin.written();
        let Some(places) = self.places.get(&written.source) else { return false };
        let next = places.partition_point(|place| place.start < written.start);
        places.get(next).is_some_and(|place| place.end <= written.end)
    }
}

/// The texts of secrets, and where else they stand in files.
#[derive(Default)]
struct Elsewhere {
    /// Files with a lower number were searched.
    searched: u32,
    texts: BTreeSet<Text>,
    secrets: SecretTexts,
    spans: Vec<Span>,
}

impl Elsewhere {
    /// Searches the files that were not searched for these texts yet.
    fn search(&mut self, sources: &Sources, texts: BTreeSet<Text>) {
        if texts != self.texts {
            *self = Self { secrets: SecretTexts::new(&texts), texts, ..Self::default() };
        }
        let (secrets, files) = (&self.secrets, unsearched(sources, &mut self.searched));
        let places = files.par_iter().flat_map_iter(|(id, source)| {
            secrets.places(&source.text).into_iter().map(|place| Span::new(*id, place.start, place.end))
        });
        self.spans.par_extend(places);
    }
}

/// Returns the files from a number on, and moves the number behind them.
fn unsearched(sources: &Sources, from: &mut u32) -> Vec<(SourceId, Arc<Source>)> {
    let mut files = sources.files();
    files.retain(|(id, _)| id.0 >= *from);
    *from = files.last().map_or(*from, |(id, _)| id.0 + 1);
    files
}

/// Notes the text of a secret, if it is one that can be told from a word.
fn learn(texts: &mut BTreeSet<Text>, text: &str) {
    let text = text.trim();
    let length = text.chars().count();
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphabetic()) && length < LEAST_LETTERS;
    let is_made = text.contains("${") || text.starts_with('$');
    if length >= LEAST_CHARACTERS && !is_word && !is_made && texts.len() < MOST_SECRETS {
        texts.insert(text.into());
        // A text of several lines is shown line by line.
        let lines = text.lines().filter(|line| line.len() < text.len() && line.len() >= LEAST_LETTERS);
        texts.extend(lines.map(Text::from));
    }
}

/// Whether it declares a variable or an output that is a secret: then its default and value are.
fn is_secret_declaration(resource: &Resource) -> bool {
    let is_declared = || resource.attrs.get("sensitive").and_then(Value::as_bool) == Some(true);
    let is_declaration = matches!(resource.type_name.as_str(), "variable" | "output");
    is_declaration && (is_declared() || is_secret_name(resource.address.name()))
}

/// What is found in the values of an environment.
struct Found<'a> {
    sources: &'a Sources,
    spans: Vec<Span>,
    texts: BTreeSet<Text>,
    /// Names that were asked for, and whether they are those of secrets.
    names: HashMap<Text, bool>,
    assigned: &'a Assigned,
}

impl<'a> Found<'a> {
    fn new(sources: &'a Sources, assigned: &'a Assigned) -> Self {
        let (spans, texts, names) = (Vec::new(), BTreeSet::new(), HashMap::new());
        Self { sources, spans, texts, names, assigned }
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
            let mut encoded = encoded.clone();
            self.mark(&mut encoded, is_secret, depth + 1);
            value.sensitive |= matches!(value.data, Data::String(_)) && is_sensitive(&encoded);
        }
        match &value.data {
            Data::String(text) if is_secret => {
                let text = text.clone();
                value.sensitive = true;
                self.note(&text, &value.origin);
            }
            Data::String(_) if self.assigned.assigns(&value.origin) => value.sensitive = true,
            Data::Sequence(_) => {
                for item in value.as_items_mut().into_iter().flatten() {
                    self.mark(item, is_secret, depth);
                }
            }
            Data::Mapping(_) => {
                let is_pair = is_secret_pair(value);
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
            Data::String(_) => is_secret || self.assigned.assigns(&value.origin),
            Data::Sequence(sequence) => sequence.items.iter().any(|item| self.is_concerned(item, is_secret, depth)),
            Data::Mapping(mapping) => {
                let is_pair = is_secret_pair(value);
                mapping.entries.iter().any(|(key, item)| {
                    let is_named = is_pair && is_value(key) || is_secret && is_given(key);
                    let is_secret = value.sensitive || is_named || self.is_secret_name(key);
                    self.is_concerned(item, is_secret, depth)
                })
            }
            _ => false,
        }
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
            let text = source.slice(span);
            if text.contains(['"', '\'', '\n']) && !is_header(text) {
                self.spans.push(span);
            }
        }
        learn(&mut self.texts, text);
    }
}

/// Whether a text is the header of a block of Terraform, such as `variable "password"`: its labels are names.
fn is_header(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    matches!(words.next(), Some("variable" | "output" | "module" | "resource" | "data" | "ephemeral"))
        && words.all(|word| {
            word.strip_prefix('"').and_then(|rest| rest.find('"').map(|at| at + 1 == rest.len())) == Some(true)
        })
}

/// Where a declaration has its values. What else lies under a secret name is an object about it.
fn is_given(key: &str) -> bool {
    matches!(key, "value" | "default")
}

/// Whether a secret stands anywhere in `value` that is not marked.
fn holds(value: &Value, secrets: &SecretTexts) -> bool {
    match &value.data {
        Data::String(_) => !value.sensitive && secrets.are_in(value),
        Data::Sequence(sequence) => sequence.items.iter().any(|item| holds(item, secrets)),
        Data::Mapping(mapping) => mapping.entries.iter().any(|(_, item)| holds(item, secrets)),
        _ => false,
    }
}

/// Marks strings that hold a secret: a command, a script, a policy. What holds none stays shared.
fn mark_holders(value: &mut Value, secrets: &SecretTexts) {
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
