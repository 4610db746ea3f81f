//! All suppressions of one scan, through the passes over its environments.

use super::addresses::Addresses;
use super::cover::MatchContext;
use super::directive::{Choice, Condition, Directive, Scope, Syntax};
use super::governance::{GovernanceRules, Rule};
use super::layout::{Languages, Layout};
use super::lookup::Lookup;
use super::names::Names;
use super::suppression::Suppression;
use super::{SuppressionOptions, annotations, ignore_files, read, suppression_resources};
use crate::engine::Catalog;
use crate::finding::{Suppressed, SuppressedBy, Verdicts};
use crate::limits::suppressions::MAX_DIRECTIVES;
use crate::model::{Lowered, Text};
use crate::source::{Files, Source, SourceId, Sources, Span};
use rayon::prelude::*;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

/// Leaves as many suppressions of a file as are applied. The one after them says that it is one too many.
fn bounded(mut directives: Vec<Directive>) -> Vec<Directive> {
    let rest = directives.split_off(directives.len().min(MAX_DIRECTIVES));
    let message =
        format!("the file has more than {MAX_DIRECTIVES} suppressions; this one and those that follow are not applied");
    directives.extend(rest.into_iter().next().map(|first| {
        let place = first.place;
        first.with_fault(message, place)
    }));
    directives
}

/// Everything that suppresses in one scan.
pub struct Suppressions<'a> {
    sources: &'a Sources,
    catalog: &'a Catalog<'a>,
    terms: &'a SuppressionOptions,
    standard: GovernanceRules<'a>,
    names: Names<'a>,
    /// Files whose comments were read.
    read: BTreeSet<String>,
    all: Vec<Suppression>,
    /// Those in annotations of the model of the last pass: they are about that model only.
    of_model: Vec<Suppression>,
}

impl<'a> Suppressions<'a> {
    /// Those that do not depend on what is scanned.
    pub fn new(
        files: &dyn Files,
        sources: &'a Sources,
        catalog: &'a Catalog<'a>,
        terms: &'a SuppressionOptions,
    ) -> Self {
        let mut directives = Vec::new();
        if !terms.ignore_inline {
            directives.extend(ignore_files::trivy(files, sources).into_iter().flat_map(bounded));
        }
        for (path, text) in &terms.kubescape {
            let source = sources.add(path.as_str(), text.as_str());
            directives.extend(ignore_files::kubescape(source, text));
        }
        let configuration = terms.configuration.as_ref().filter(|_| !terms.rules.is_empty());
        let configuration = configuration.map(|(path, text)| sources.add(path.as_str(), text.as_str()));
        directives.extend(terms.rules.iter().map(|rule| configured(rule, configuration)));
        let (names, standard) = (Names::new(catalog), GovernanceRules::new(&terms.governance, terms.today));
        let (all, of_model) = (Vec::new(), Vec::new());
        let mut suppressions = Self { sources, catalog, terms, standard, names, read: BTreeSet::new(), all, of_model };
        suppressions.add(directives);
        suppressions
    }

    fn add(&mut self, directives: Vec<Directive>) {
        let weigh = |directive| Suppression::new(directive, &self.names, &self.standard);
        self.all.extend(directives.into_iter().map(weigh));
    }

    /// The texts that places point into.
    pub(super) fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Suppression> {
        self.all.iter().chain(&self.of_model)
    }

    /// Reads those that stand in the files of a model and in its annotations.
    pub fn read(&mut self, lowered: &Lowered) {
        let past = std::mem::take(&mut self.of_model);
        self.keep(past);
        if self.terms.ignore_inline {
            return;
        }
        let layouts = layouts(&Languages::new(&lowered.ledger), self.sources, &self.read);
        self.read.extend(self.sources.files().into_iter().map(|(_, source)| source.path.clone()));
        self.add(layouts.iter().map(read::comments).flat_map(bounded).collect());
        let weigh = |directive| Suppression::new(directive, &self.names, &self.standard);
        self.of_model = annotations::all(lowered).into_iter().map(weigh).collect();
    }

    /// Keeps what is known of annotations when their model is gone; what several models have is one.
    fn keep(&mut self, annotations: Vec<Suppression>) {
        if annotations.is_empty() {
            return;
        }
        let mut known: HashMap<Span, usize> = HashMap::new();
        for (number, suppression) in self.all.iter().enumerate() {
            known.entry(suppression.directive.place).or_insert(number);
        }
        for mut one in annotations {
            // It covers nothing in another model.
            one.directive.scope = Scope::of(None);
            let number = *known.entry(one.directive.place).or_insert(self.all.len());
            match self.all.get_mut(number) {
                Some(known) => known.covers.append(&mut one.covers),
                None => self.all.push(one),
            }
        }
    }

    /// The checks that gatelint's own suppressions name, whether or not they are selected, if some check asks whether
    /// suppressions are used.
    pub fn mentioned(&self) -> BTreeSet<Text> {
        if !self.catalog.judges(suppression_resources::TYPE) {
            return BTreeSet::new();
        }
        let ours = self.all().filter(|suppression| suppression.directive.is_ours());
        ours.flat_map(|suppression| suppression.checks.iter().cloned()).collect()
    }

    /// The checks that suppressions of other tools name.
    pub fn foreign(&self) -> BTreeSet<Text> {
        let foreign = self.all().filter(|suppression| !suppression.directive.is_ours());
        foreign.flat_map(|suppression| suppression.checks.iter().cloned()).collect()
    }

    /// Returns which of the fails on a model are suppressed and why, in their order, and notes what each suppression
    /// covers. Without a name the workspace is Terraform's usual one.
    pub fn apply(
        &mut self,
        verdicts: &Verdicts,
        lowered: &Lowered,
        workspace: Option<&str>,
    ) -> Vec<Option<Suppressed>> {
        self.apply_those(verdicts, lowered, workspace, |_| true)
    }

    /// The same for the fails of the checks on suppressions, which only entries of the configuration can suppress.
    pub fn apply_configured(&mut self, verdicts: &Verdicts, lowered: &Lowered) -> Vec<Option<Suppressed>> {
        self.apply_those(verdicts, lowered, Some(""), |one| one.directive.by == SuppressedBy::Configuration)
    }

    fn apply_those(
        &mut self,
        verdicts: &Verdicts,
        lowered: &Lowered,
        workspace: Option<&str>,
        counts: fn(&Suppression) -> bool,
    ) -> Vec<Option<Suppressed>> {
        if self.all.is_empty() && self.of_model.is_empty() {
            return vec![None; verdicts.fails.len()];
        }
        let context = MatchContext::new(lowered, self.sources, workspace.unwrap_or("default"));
        let lookup = Lookup::new(self.all(), counts, &context);
        let mut all: Vec<&mut Suppression> = self.all.iter_mut().chain(&mut self.of_model).collect();
        let fails = verdicts.fails.iter().map(|verdict| {
            let target = context.target(verdict.resource, verdict.place, &verdict.labels);
            let mut suppressed = None;
            for number in lookup.candidates(&verdict.check.id, &target, &context) {
                let Some(suppression) = all.get_mut(number) else { continue };
                let is_named = suppression.checks.contains(&verdict.check.id);
                if !is_named || !context.covers(&suppression.directive, verdict, &target) {
                    continue;
                }
                suppression.covers.insert(verdict.check.id.clone());
                if suppression.holds() && !self.standard.protects(&verdict.check.id) {
                    suppressed.get_or_insert_with(|| suppression.suppressed());
                }
            }
            suppressed
        });
        let fails = fails.collect();
        // What could not be decided may need them.
        for verdict in &verdicts.inconclusive {
            let target = context.target(verdict.resource, verdict.place, &[]);
            for number in lookup.candidates(&verdict.check.id, &target, &context) {
                let Some(suppression) = all.get_mut(number) else { continue };
                if suppression.checks.contains(&verdict.check.id) && context.applies(&suppression.directive, &target) {
                    suppression.covers.insert(verdict.check.id.clone());
                }
            }
        }
        fails
    }

    /// The suppressions themselves as resources, when all models are done; nothing if no check asks for them.
    pub fn resources(&mut self) -> Option<Lowered> {
        let past = std::mem::take(&mut self.of_model);
        self.keep(past);
        let is_judged = !self.all.is_empty() && self.catalog.judges(suppression_resources::TYPE);
        is_judged.then(|| suppression_resources::resources(&self.all, self.sources))
    }
}

/// The files that hold a directive, laid out, sorted by path; each once, however often it was read.
pub(super) fn layouts(languages: &Languages, sources: &Sources, but: &BTreeSet<String>) -> Vec<Layout> {
    static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(read::MARKS).ok());
    let mut files: BTreeMap<String, (SourceId, Arc<Source>)> = BTreeMap::new();
    for (id, source) in sources.files().into_iter().filter(|(_, source)| !but.contains(&source.path)) {
        files.entry(source.path.clone()).or_insert((id, source));
    }
    let files: Vec<_> = files.into_values().collect();
    let laid_out = files.into_par_iter().filter_map(|(id, source)| {
        let is_marked = MARKS.as_ref()?.is_match(&source.text);
        let language = if is_marked { languages.of(&source.path) } else { None }?;
        Some(Layout::new(id, source, language))
    });
    laid_out.collect()
}

/// An entry of the configuration, which is the text of `source`.
fn configured(rule: &Rule, source: Option<SourceId>) -> Directive {
    let there = |span: Span| Span { source: source.unwrap_or(span.source), ..span };
    let mut named = rule.checks.clone();
    named.iter_mut().for_each(|named| named.span = there(named.span));
    let checks = if named.is_empty() { Choice::AllBut(Vec::new()) } else { Choice::Only(named) };
    let mut until = rule.until;
    until.iter_mut().for_each(|until| until.span = there(until.span));
    let place = there(rule.span);
    let directive = Directive {
        by: SuppressedBy::Configuration,
        reason: rule.reason.clone(),
        owner: rule.owner.clone(),
        until,
        condition: Condition::default(),
        ..Directive::comment(Syntax::Gatelint, place, checks, Scope::of(None))
    };
    match Addresses::new(rule.addresses.clone()) {
        Ok(addresses) => Directive { scope: Scope::Anywhere { paths: rule.paths.clone(), addresses }, ..directive },
        Err(message) => directive.with_fault(message, place),
    }
}
