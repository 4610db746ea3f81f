//! Files of suppressions that other tools read: `.trivyignore`, `.trivyignore.yaml`, and Kubescape's exceptions.

use super::Date;
use super::addresses::Addresses;
use super::directive::{Choice, Condition, Designator, Directive, Fault, Named, Scope, Syntax, Until};
use crate::finding::SuppressedBy;
use crate::source::{Derived, Files, Paths, ReadError, SourceId, Sources, Span};
use crate::syntax::yaml::{self, Dialect, Node};
use regex::Regex;

/// What stands in Trivy's files at the root of the tree, file by file. A file that cannot be read is a suppression with
/// that fault.
pub fn trivy(files: &dyn Files, sources: &Sources) -> Vec<Vec<Directive>> {
    let mut all = Vec::new();
    for (path, read) in [(".trivyignore", lines as fn(SourceId, &str) -> _), (".trivyignore.yaml", entries)] {
        match files.read(path) {
            Ok(bytes) => {
                let text = yaml::decode(&bytes).text;
                all.push(read(sources.add(path, text.as_str()), &text));
            }
            Err(ReadError::Missing(_)) => {}
            Err(error) => {
                let place = Span::new(sources.add(path, ""), 0, 0);
                let nothing = directive(Syntax::Trivy, place, Choice::Only(Vec::new()), everywhere());
                all.push(vec![nothing.with_fault(error.to_string(), place)]);
            }
        }
    }
    all
}

fn everywhere() -> Scope {
    Scope::Anywhere { paths: Paths::default(), addresses: Addresses::default() }
}

fn directive(syntax: Syntax, place: Span, checks: Choice, scope: Scope) -> Directive {
    Directive {
        by: SuppressedBy::IgnoreFile,
        condition: Condition::default(),
        ..Directive::comment(syntax, place, checks, scope)
    }
}

/// `ID [exp:YYYY-MM-DD]` on each line; `#` begins a comment.
fn lines(source: SourceId, text: &str) -> Vec<Directive> {
    let mut directives = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let said = line.split('#').next().unwrap_or_default().trim();
        let mut words = said.split_whitespace();
        let Some(id) = words.next() else { continue };
        let span = |length: usize| Span::new(source, start as u32, (start + length) as u32);
        let named = Named { text: id.to_owned(), span: span(id.len()) };
        let place = span(said.len());
        let mut directive = directive(Syntax::Trivy, place, Choice::Only(vec![named]), everywhere());
        if let Some(date) = words.find_map(|word| word.strip_prefix("exp:")) {
            directive = until(directive, date, place);
        }
        directives.push(directive);
    }
    directives
}

/// Trivy's dates end a suppression on that day.
fn until(mut directive: Directive, date: &str, span: Span) -> Directive {
    match date.get(..10).unwrap_or(date).parse::<Date>() {
        Ok(date) => directive.until = Some(Until { date: date.before(), span }),
        Err(message) => directive = directive.with_fault(message, span),
    }
    directive
}

/// `misconfigurations: [{id, paths, expired_at, statement}]`.
fn entries(source: SourceId, text: &str) -> Vec<Directive> {
    let stream = yaml::read(&Derived::file(source, text), Dialect::Kubernetes);
    let rows = stream.documents.iter().filter_map(|document| document.root.get("misconfigurations")?.as_items());
    let mut directives = Vec::new();
    for row in rows.flatten() {
        let Some((id, span)) = row.get("id").and_then(|id| Some((id.as_str()?, id.span))) else { continue };
        let only = Choice::Only(vec![Named { text: id.to_owned(), span }]);
        let patterns = row.get("paths").and_then(Node::as_items).unwrap_or_default().iter().filter_map(Node::as_str);
        let paths = match Paths::new(patterns) {
            Ok(paths) => paths,
            Err(error) => {
                let none = directive(Syntax::Trivy, span, only, Scope::of(None));
                directives.push(none.with_fault(error.to_string(), row.span));
                continue;
            }
        };
        let scope = Scope::Anywhere { paths, addresses: Addresses::default() };
        let mut directive = directive(Syntax::Trivy, span, only, scope);
        if let Some(date) = row.get("expired_at") {
            directive = until(directive, written(source, text, date), date.span);
        }
        directive.reason = row.get("statement").and_then(Node::as_str).map(str::to_owned);
        directives.push(directive);
    }
    directives
}

/// The text of a scalar as it is written.
fn written<'t>(source: SourceId, text: &'t str, node: &Node) -> &'t str {
    let here = node.span.source == source;
    let written = text.get(node.span.start as usize..node.span.end as usize).filter(|_| here);
    written.unwrap_or_default().trim_matches(['"', '\''])
}

/// Kubescape's exceptions: a JSON array of policies that name controls and describe objects.
pub fn kubescape(source: SourceId, text: &str) -> Vec<Directive> {
    let stream = yaml::read(&Derived::file(source, text), Dialect::Kubernetes);
    let roots = stream.documents.iter().flat_map(|document| match document.root.as_items() {
        Some(items) => items.iter().collect(),
        None => vec![&document.root],
    });
    roots.map(|row| exception(source, text, row)).collect()
}

fn exception(source: SourceId, text: &str, row: &Node) -> Directive {
    let list = |name: &str| row.get(name).and_then(Node::as_items).unwrap_or_default();
    let mut named = Vec::new();
    let mut all = false;
    for policy in list("posturePolicies") {
        let control = ["controlID", "controlName"].iter().find_map(|key| policy.get(key));
        match control.and_then(|control| Some((control.as_str()?, control.span))) {
            Some((name, span)) => named.push(Named { text: name.to_owned(), span }),
            None => all |= policy.get("frameworkName").is_some(),
        }
    }
    let described: Result<Vec<Designator>, Fault> = list("resources").iter().filter_map(designator).collect();
    let (described, fault) = match described {
        Ok(described) => (described, None),
        Err(fault) => (Vec::new(), Some(fault)),
    };
    let place = row.get("name").map_or(row.span, |name| name.span);
    let checks = if all { Choice::AllBut(Vec::new()) } else { Choice::Only(named) };
    let mut directive = Directive { fault, ..directive(Syntax::Kubescape, place, checks, Scope::Objects(described)) };
    directive.reason = row.get("reason").and_then(Node::as_str).map(str::to_owned);
    if let Some(date) = row.get("expirationDate") {
        directive = until(directive, written(source, text, date), date.span);
    }
    directive
}

/// What one of `resources` describes; none where it describes nothing.
fn designator(resource: &Node) -> Option<Result<Designator, Fault>> {
    let attributes = resource.get("attributes")?.as_mapping()?;
    let pairs = attributes.entries.iter().filter_map(|entry| Some((entry, entry.value.as_str()?)));
    let fits = pairs.map(|(entry, pattern)| {
        let compiled = Regex::new(&format!("^(?i:{pattern})$"));
        let fault = || Fault { message: format!("`{pattern}` is not a regular expression"), span: entry.value.span };
        compiled.map(|compiled| (entry.key.to_string(), compiled)).map_err(|_| fault())
    });
    Some(fits.collect::<Result<_, _>>().map(|attributes| Designator { attributes }))
}
