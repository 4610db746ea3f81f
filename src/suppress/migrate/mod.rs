//! Other tools' suppressions, rewritten into ours.
//!
//! Plans changes to files and lists what has no counterpart; writes nothing. A suppression is rewritten for the
//! checks whose findings it covers: what it names besides stays as it is.

mod anchor;
mod patch;

pub use anchor::{Anchor, find};
pub use patch::Patch;

use super::directive::{Choice, Directive, Scope, Syntax};
use super::layout::{Language, Languages, Layout};
use super::suppression::Suppression;
use super::suppressions::{Suppressions, layouts};
use crate::finding::SuppressedBy;
use crate::model::{Lowered, Text};
use crate::source::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be done.
#[derive(Debug, Default)]
pub struct Migration {
    /// The files that change, sorted by path.
    pub files: Vec<Patch>,
    /// What stays as it is, in order of file and line.
    pub left: Vec<Left>,
}

/// A suppression, or a name in one, that is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// Path from the root.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// What is written there.
    pub text: String,
    /// Why it stays.
    pub why: String,
}

/// Plans the changes for suppressions that were applied to the verdicts on `lowered`.
pub fn plan(suppressions: &Suppressions<'_>, lowered: &Lowered) -> Migration {
    let sources = suppressions.sources();
    let languages = Languages::new(&lowered.ledger);
    let laid_out = layouts(&languages, sources, &BTreeSet::new())
        .into_iter()
        .map(|layout| (layout.source().path.clone(), layout))
        .collect();
    let mut planner = Planner {
        lowered,
        sources,
        languages,
        layouts: laid_out,
        patches: BTreeMap::new(),
        left: Vec::new(),
        gone: BTreeMap::new(),
    };
    let mut comments: BTreeMap<(String, u32), Vec<&Suppression>> = BTreeMap::new();
    for suppression in suppressions.all().filter(|one| !one.directive.is_ours()) {
        match suppression.directive.by {
            // The builder reads it, too.
            SuppressedBy::Comment if suppression.directive.syntax == Syntax::BuildKit => {
                planner.leave(suppression.directive.place, "is a directive of the builder as well");
            }
            SuppressedBy::Comment => {
                let key = planner.comment_of(suppression.directive.place);
                comments.entry(key).or_default().push(suppression);
            }
            SuppressedBy::Annotation => planner.annotation(suppression),
            _ => planner.leave(suppression.directive.place, "belongs under `suppressions` in the configuration"),
        }
    }
    for group in comments.values() {
        planner.comment(group);
    }
    planner.finish()
}

struct Planner<'a> {
    lowered: &'a Lowered,
    sources: &'a Sources,
    languages: Languages<'a>,
    layouts: BTreeMap<String, Layout>,
    patches: BTreeMap<String, Patch>,
    left: Vec<Left>,
    /// The entries of annotations that are taken out, by file.
    gone: BTreeMap<String, BTreeSet<(u32, u32)>>,
}

impl Planner<'_> {
    /// The comment around a directive.
    fn comment_of(&self, place: Span) -> (String, u32) {
        let path = self.path(place);
        let comment = self.layouts.get(&path).and_then(|layout| layout.comment_at(place.start));
        (path, comment.map_or(place.start, |comment| comment.start))
    }

    fn path(&self, place: Span) -> String {
        self.sources.get(place.source).path.clone()
    }

    /// Rewrites the directives of one comment.
    fn comment(&mut self, group: &[&Suppression]) {
        let mut kept = false;
        let mut moved: Vec<&Suppression> = Vec::new();
        for suppression in group {
            match stays(suppression) {
                Some(why) => {
                    self.leave(suppression.directive.place, &why);
                    kept = true;
                }
                None => moved.push(suppression),
            }
        }
        for suppression in moved {
            let rest = unused_names(suppression);
            let names: Vec<&str> = rest.iter().map(|(name, _)| name.as_str()).collect();
            for (_, span) in &rest {
                self.leave(*span, "no check of gatelint finds this here");
            }
            let single = group.len() == 1;
            self.rewrite(suppression, single && !kept, &names);
        }
    }

    /// Puts our comment where `suppression` is about, and takes its own words away but for `rest`.
    fn rewrite(&mut self, suppression: &Suppression, alone: bool, rest: &[&str]) {
        let directive = &suppression.directive;
        let path = self.path(directive.place);
        let Some(layout) = self.layouts.get(&path) else { return };
        let Some(comment) = layout.comment_at(directive.place.start) else { return };
        let targets = targets(directive, layout, comment);
        let whole = alone && rest.is_empty();
        let found: Option<Vec<Anchor>> = targets
            .iter()
            .map(|target| match anchor::find(layout, *target, Some(comment)) {
                // What stays needs its place.
                Some(Anchor::InPlace) if !whole => {
                    let line = layout.line(comment.start);
                    layout.is_alone(comment).then(|| Anchor::Above(layout.line_span(line).start, None))
                }
                found => found,
            })
            .collect();
        let Some(anchors) = found.filter(|anchors| !anchors.is_empty()) else {
            return self.leave(directive.place, "there is no place for a comment that is about the same");
        };
        let said = said(suppression);
        let changed = patch(&mut self.patches, layout);
        for anchor in &anchors {
            write(changed, layout, *anchor, comment, &said);
        }
        match &directive.checks {
            _ if anchors.contains(&Anchor::InPlace) => {}
            _ if whole => changed.replace(layout.with_line(comment), ""),
            Choice::Only(named) if !rest.is_empty() => {
                if let (Some(first), Some(last)) = (named.first(), named.last()) {
                    changed.replace(first.span.start..last.span.end, rest.join(","));
                }
            }
            _ => changed.replace(directive.place.start..directive.place.end, ""),
        }
    }

    /// Takes an annotation out and puts our comment above its object.
    fn annotation(&mut self, suppression: &Suppression) {
        let directive = &suppression.directive;
        if let Some(why) = stays(suppression) {
            return self.leave(directive.place, &why);
        }
        let rest = unused_names(suppression);
        if !rest.is_empty() {
            return self.leave(directive.place, "names checks that find nothing here beside others");
        }
        let object = self.object(directive);
        let path = self.path(directive.place);
        self.lay_out(&path, directive.place);
        let (Some(object), Some(layout)) = (object, self.layouts.get(&path)) else {
            return self.leave(directive.place, "is not written in its object; suppress it in the configuration");
        };
        let entry = layout.entry_at(directive.place.start..directive.place.end);
        let target = layout.object_at(object.start..object.end);
        let anchor = target.and_then(|target| anchor::find(layout, target, None));
        let (Some(entry), Some(anchor)) = (entry, anchor) else {
            return self.leave(directive.place, "is not written in its object; suppress it in the configuration");
        };
        write(patch(&mut self.patches, layout), layout, anchor, directive.place, &said(suppression));
        self.gone.entry(path).or_default().insert((entry.start, entry.end));
    }

    /// The block of the object that an annotation is on, when it is written there.
    fn object(&self, directive: &Directive) -> Option<Span> {
        let Scope::Object(object) = &directive.scope else { return None };
        let block = self.lowered.resource(*object).block;
        block.contains(directive.place).then_some(block)
    }

    fn lay_out(&mut self, path: &str, place: Span) {
        if !self.layouts.contains_key(path)
            && let Some(language) = self.languages.of(path)
        {
            let layout = Layout::new(place.source, self.sources.get(place.source), language);
            self.layouts.insert(path.to_owned(), layout);
        }
    }

    fn leave(&mut self, place: Span, why: &str) {
        let source = self.sources.get(place.source);
        let line = source.lines().line(place.start);
        let text = source.slice(place).lines().next().unwrap_or_default().trim().to_owned();
        self.left.push(Left { path: source.path.clone(), line, text, why: why.to_owned() });
    }

    fn finish(mut self) -> Migration {
        for (path, entries) in &self.gone {
            let (Some(layout), Some(patch)) = (self.layouts.get(path), self.patches.get_mut(path)) else { continue };
            for range in layout.without(entries) {
                patch.replace(range, "");
            }
        }
        self.left.sort();
        self.left.dedup();
        let files = self.patches.into_values().filter(|patch| !patch.is_empty()).collect();
        Migration { files, left: self.left }
    }
}

/// The changes to a file, of which there may be none yet.
fn patch<'p>(patches: &'p mut BTreeMap<String, Patch>, layout: &Layout) -> &'p mut Patch {
    let source = layout.source();
    patches.entry(source.path.clone()).or_insert_with(|| Patch::new(&*source.path, &*source.text))
}

/// Why a suppression is not rewritten at all.
fn stays(suppression: &Suppression) -> Option<String> {
    let directive = &suppression.directive;
    if let Some(fault) = &directive.fault {
        return Some(format!("suppresses nothing: {}", fault.message));
    }
    if suppression.is_expired {
        return Some("has expired".to_owned());
    }
    if !directive.condition.attributes.is_empty() || directive.condition.workspace.is_some() {
        return Some("parameters and workspaces have no counterpart".to_owned());
    }
    if suppression.checks.is_empty() {
        return Some("gatelint has no such check".to_owned());
    }
    suppression.covers.is_empty().then(|| "suppresses nothing here".to_owned())
}

/// The names that cover nothing, with their places.
fn unused_names(suppression: &Suppression) -> Vec<(String, Span)> {
    let Choice::Only(named) = &suppression.directive.checks else { return Vec::new() };
    let idle = named.iter().zip(&suppression.meant).filter(|(_, meant)| meant.checks.is_disjoint(&suppression.covers));
    idle.map(|(named, _)| (named.text.clone(), named.span)).collect()
}

/// The constructs that a comment is about.
fn targets(directive: &Directive, layout: &Layout, comment: Span) -> Vec<Span> {
    let Scope::Places(places) = &directive.scope else { return Vec::new() };
    match directive.syntax {
        // Two lines are no construct: what stands there is.
        Syntax::Kics if places.contains(&layout.two_lines(comment)) => {
            layout.subject(comment, false).into_iter().collect()
        }
        Syntax::Trivy if !layout.is_alone(comment) => layout.subject(comment, false).into_iter().collect(),
        // Above `FROM`, ours is about the stage.
        Syntax::Hadolint | Syntax::Trivy if layout.language == Language::Dockerfile => {
            let widened = layout.subject(comment, true);
            places.iter().map(|place| widened.filter(|stage| stage.start == place.start).unwrap_or(*place)).collect()
        }
        _ => places.clone(),
    }
}

/// Our words for it: the checks, and what follows them.
fn said(suppression: &Suppression) -> (Vec<Text>, String) {
    let directive = &suppression.directive;
    let until = directive.until.map(|until| format!(" until={}", until.date)).unwrap_or_default();
    let reason = directive.reason.as_deref().map(|reason| reason.split_whitespace().collect::<Vec<_>>().join(" "));
    let reason = reason.map(|reason| format!(" -- {reason}")).unwrap_or_default();
    (suppression.covers.iter().cloned().collect(), format!("{until}{reason}"))
}

fn write(patch: &mut Patch, layout: &Layout, anchor: Anchor, comment: Span, said: &(Vec<Text>, String)) {
    let verb = if matches!(anchor, Anchor::Top(_)) { "ignore-file" } else { "ignore" };
    let text = format!("# gatelint:{verb} {}{}", said.0.join(","), said.1);
    match anchor {
        Anchor::InPlace => patch.replace(comment.start..comment.end, text),
        Anchor::Behind(at) => patch.replace(at..at, format!(" {text}")),
        Anchor::Top(at) => patch.replace(at..at, format!("{text}\n")),
        Anchor::Above(at, indent) => {
            let indent = indent.unwrap_or_else(|| layout.indent(layout.line(at)));
            patch.replace(at..at, format!("{}{text}\n", " ".repeat(indent)));
        }
    }
}
