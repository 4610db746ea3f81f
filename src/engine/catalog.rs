//! Which checks take part.

use super::check_names::{self, CheckNames};
use super::custom_page::{CustomPage, latest};
use super::edges::{self, EdgeRules};
use super::inputs::{Given, bind_page};
use super::known_types::unknown_types;
use super::terraform_policy::{PolicySet, load_policies};
use super::{Index, vocabulary};
use crate::check::terraform_policy::{Judged, Skipped};
use crate::check::{self, Aliases, Edition, Embedded, Meta, Page, Settings, Severity, TypePattern};
use crate::model::Text;
use crate::source::{Problem, Sources, is_within};
use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// What the command line and the configuration say of the choice of checks.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these: ids, globs of ids, or ids of other tools. Empty for all that are on by default.
    pub only: Vec<String>,
    /// Not these: ids, globs of ids, or ids of other tools.
    pub skip: Vec<String>,
    /// Only checks of this severity or higher.
    pub severity: Option<Severity>,
    /// What the configuration decides about checks; `only` and `skip` are stronger.
    pub settings: Settings,
    /// Checks that came later do not run, unless they are asked for by `only`.
    pub edition: Option<Edition>,
}

/// The checks to choose from, and the choice.
pub struct Catalog<'a> {
    /// Pages of the user, each id once.
    custom: Vec<&'a CustomPage>,
    /// Policies of `.policy.hcl` files, each as a page, and what was wrong with the files.
    policies: (Vec<Arc<Page>>, Vec<Problem>),
    /// The files of those.
    policy_texts: &'a [CustomPage],
    inputs: &'a [(String, String)],
    only: GlobSet,
    skip: GlobSet,
    selection: &'a Selection,
    /// Whether it is a part of another one, which says what is wrong.
    is_narrowed: bool,
    parsed: Parsed,
}

/// What of the binary was parsed: whoever evaluates again with the same texts needs it again.
#[derive(Default)]
struct Parsed {
    /// The embedded pages by id.
    pages: RwLock<HashMap<&'static str, Arc<Page>>>,
    /// The rules of edges.
    edges: Option<Arc<EdgeRules>>,
    /// Whether nothing that is parsed from now on is kept.
    is_closed: bool,
}

/// The checks that have something to judge.
#[derive(Debug, Default)]
pub struct Chosen {
    /// Those that run, sorted by id.
    pub pages: Vec<Arc<Page>>,
    /// Those that are mentioned and do not run otherwise, sorted by id.
    pub mentioned: Vec<Arc<Page>>,
    /// Those that do not run only because they came after the edition that is pinned, sorted by id.
    pub newer: Vec<Arc<Meta>>,
    /// What is wrong with pages and policies.
    pub problems: Vec<Problem>,
}

impl<'a> Catalog<'a> {
    /// Combines the embedded checks, `custom` pages and `policies`, narrowed by `selection`. Of pages with one id the
    /// last custom page counts, then the embedded one. Errors: an invalid glob, a glob that matches no check, a value
    /// for an input that no check declares.
    pub fn new(
        custom: &'a [CustomPage],
        policies: &'a PolicySet,
        selection: &'a Selection,
        sources: &Sources,
    ) -> Result<Self, String> {
        let (written, problems) = read_policies(&policies.files, &policies.inputs, Judged::Configuration, sources);
        let own = custom.iter().map(|page| page.id.as_str()).chain(written.iter().map(|page| page.meta.id.as_str()));
        let ids: Vec<&str> = own.chain(check::pages().iter().map(|page| page.id)).collect();
        let texts = custom.iter().chain(&policies.files).map(|page| page.text.as_str());
        let texts: Vec<&str> = texts.chain(check::pages().iter().map(|page| page.text)).collect();
        if let Some((name, _)) = policies.inputs.iter().find(|(name, _)| !declares(&texts, name)) {
            return Err(format!("no check or policy declares an input `{name}`"));
        }
        let custom: Vec<&CustomPage> = latest(custom).collect();
        let names = CheckNames::new(ids, &custom);
        // A file that is broken has no ids: its problems are all there is to say.
        let is_broken = !problems.is_empty();
        let (only, skip) = (names.globs(&selection.only, is_broken)?, names.globs(&selection.skip, is_broken)?);
        let (inputs, policy_texts) = (&policies.inputs, policies.files.as_slice());
        let (policies, is_narrowed, parsed) = ((written, problems), false, Parsed::default());
        Ok(Self { custom, policies, policy_texts, inputs, only, skip, selection, is_narrowed, parsed })
    }

    /// The same catalog with the embedded pages below the folders `of` and the rules of edges parsed, which keeps no page
    /// that is parsed later: for evaluations that each begin with a copy of `sources`.
    #[must_use]
    pub fn preloaded(mut self, of: &[&str], sources: &Sources) -> Self {
        let is_of = |page: &&Embedded| of.iter().any(|folder| is_within(page.id, folder));
        check::pages().par_iter().filter(is_of).for_each(|page| {
            // A page that is broken says so when it is evaluated.
            let _ = self.shipped(page, sources);
        });
        self.parsed.edges = Some(Arc::new(edges::rules(sources)));
        self.parsed.is_closed = true;
        self
    }

    /// The rules of edges in the binary, and what is wrong with them.
    pub(super) fn edges(&self, sources: &Sources) -> Arc<EdgeRules> {
        self.parsed.edges.clone().unwrap_or_else(|| Arc::new(edges::rules(sources)))
    }

    /// The ids of all checks there are, taken or not.
    pub fn ids(&self) -> Vec<&str> {
        let own = self.custom.iter().map(|page| page.id.as_str());
        let written = self.policies.0.iter().map(|page| page.meta.id.as_str());
        own.chain(written).chain(check::pages().iter().map(|page| page.id)).collect()
    }

    /// The texts of all pages and policies of the user.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.custom.iter().map(|page| page.text.as_str()).chain(self.policy_texts.iter().map(|page| page.text.as_str()))
    }

    /// The ids of all checks there are, with what other tools call what they find.
    pub fn aliases(&self) -> Vec<(&str, Cow<'static, Aliases>)> {
        check_names::aliases(&self.custom)
    }

    /// Whether some check that is taken judges resources of exactly this type.
    pub fn judges(&self, type_name: &str) -> bool {
        let written = |page: &&&CustomPage| page.text.contains(&format!("\"{type_name}\""));
        self.custom.iter().filter(written).any(|page| self.takes(&page.id))
            || check::pages().iter().any(|page| page.patterns.contains(&type_name) && self.takes(page.id))
    }

    /// The same checks to choose from, of which exactly `ids` are taken, however bad they are.
    pub fn narrowed(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, String> {
        static USUAL: LazyLock<Selection> = LazyLock::new(Selection::default);
        let ids: Vec<String> = ids.into_iter().map(|id| globset::escape(id.as_ref())).collect();
        let policies = (self.policies.0.clone(), Vec::new());
        let (custom, inputs, only) = (self.custom.clone(), self.inputs, globs(&ids)?);
        let (policy_texts, skip, selection) = (self.policy_texts, GlobSet::empty(), &*USUAL);
        let (is_narrowed, parsed) = (true, Parsed::default());
        Ok(Self { custom, policies, policy_texts, inputs, only, skip, selection, is_narrowed, parsed })
    }

    /// The pages that have something to evaluate, parsed, sorted by id: those that are selected, and those that are
    /// `mentioned`. A selected page that is broken is a problem instead.
    pub fn pages(&self, index: &Index, sources: &Sources, mentioned: &BTreeSet<Text>) -> Chosen {
        let is_wanted = |id: &str| self.takes(id) || mentioned.contains(id);
        let ships = |page: &&Embedded| is_wanted(page.id) && concerns(page, index) && !self.replaces(page.id);
        let own: Vec<&&CustomPage> = self.custom.iter().filter(|page| is_wanted(&page.id)).collect();
        let shipped: Vec<&Embedded> = check::pages().iter().filter(ships).collect();
        let ids = own.iter().map(|page| page.id.as_str()).chain(shipped.iter().map(|page| page.id));
        let ids: Vec<&str> = ids.collect();
        let mut read: Vec<Result<Arc<Page>, Vec<Problem>>> =
            own.par_iter().map(|page| load_custom(page, sources).map(Arc::new)).collect();
        read.par_extend(shipped.par_iter().map(|page| self.shipped(page, sources)));
        let planned = self.policies_on_plans(index, sources);
        let (written, wrong) = planned.as_ref().unwrap_or(&self.policies);
        let mut chosen = Chosen { problems: wrong.clone(), ..Chosen::default() };
        let policies = written.iter().filter(|page| is_wanted(&page.meta.id) && judges(page, index));
        policies.cloned().for_each(|page| self.choose(page, &mut chosen, mentioned));
        for page in read.iter().take(own.len()).flatten().filter(|page| self.takes(&page.meta.id)) {
            chosen.problems.extend(unknown_types(page, index));
        }
        for (page, id) in read.into_iter().zip(ids) {
            let bound = page.and_then(|mut page| {
                // A page without inputs stays shared.
                if !page.inputs.is_empty() {
                    bind_page(Arc::make_mut(&mut page), Given { texts: self.inputs, values: &[] }, sources)?;
                }
                Ok(page)
            });
            match bound {
                Ok(page) => self.choose(page, &mut chosen, mentioned),
                Err(mut wrong) if self.takes(id) => chosen.problems.append(&mut wrong),
                Err(_) => {}
            }
        }
        chosen.pages.sort_by(|a, b| a.meta.id.cmp(&b.meta.id));
        chosen.mentioned.sort_by(|a, b| a.meta.id.cmp(&b.meta.id));
        chosen.newer.sort_by(|a, b| a.id.cmp(&b.id));
        chosen
    }

    /// The policies where a plan is judged, which answers more of them than a configuration does.
    fn policies_on_plans(&self, index: &Index, sources: &Sources) -> Option<(Vec<Arc<Page>>, Vec<Problem>)> {
        if self.policy_texts.is_empty() || !index.units().iter().any(|unit| unit.is_planned) {
            return None;
        }
        let (pages, problems) = read_policies(self.policy_texts, self.inputs, Judged::Plan, sources);
        Some((pages, if self.is_narrowed { Vec::new() } else { problems }))
    }

    /// An embedded page, parsed when it is first asked for.
    fn shipped(&self, page: &Embedded, sources: &Sources) -> Result<Arc<Page>, Vec<Problem>> {
        let known = self.parsed.pages.read().unwrap_or_else(PoisonError::into_inner).get(page.id).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        // Its examples are needed by nobody who scans.
        let read = Arc::new(Page { examples: Vec::new(), ..load(page, sources)? });
        if !self.parsed.is_closed {
            self.parsed.pages.write().unwrap_or_else(PoisonError::into_inner).insert(page.id, read.clone());
        }
        Ok(read)
    }

    /// Whether there is a check of that id, and it does not take part.
    pub fn leaves_out(&self, id: &str, sources: &Sources) -> bool {
        let own = self.custom.iter().find(|page| page.id == id).map(|page| load_custom(page, sources).map(Arc::new));
        let shipped = || check::pages().iter().find(|page| page.id == id).map(|page| self.shipped(page, sources));
        let written = || self.policies.0.iter().find(|page| page.meta.id == id).map(|page| Ok(page.clone()));
        let Some(page) = own.or_else(written).or_else(shipped) else { return false };
        let mut chosen = Chosen::default();
        if let Some(page) = page.ok().filter(|_| self.takes(id)) {
            self.choose(page, &mut chosen, &BTreeSet::new());
        }
        chosen.pages.is_empty()
    }

    /// Whether a page of the user takes the place of that one.
    fn replaces(&self, id: &str) -> bool {
        self.custom.iter().any(|own| own.id == id)
    }

    /// Whether the id is chosen; what its page says of itself is not known yet.
    fn takes(&self, id: &str) -> bool {
        if self.skip.is_match(id) {
            return false;
        }
        if self.only.is_empty() { self.selection.settings.runs(id) != Some(false) } else { self.only.is_match(id) }
    }

    /// Adds the page where it belongs, with the severity that the configuration gives it.
    fn choose(&self, mut page: Arc<Page>, chosen: &mut Chosen, mentioned: &BTreeSet<Text>) {
        let settings = &self.selection.settings;
        if let Some(severity) = settings.severity(&page.meta.id) {
            let page = Arc::make_mut(&mut page);
            Arc::make_mut(&mut page.meta).severity = severity;
            page.policies
                .iter_mut()
                .flat_map(|policy| &mut policy.enforces)
                .for_each(|enforce| enforce.severity = None);
        }
        let asked_for = !self.only.is_empty() || settings.runs(&page.meta.id).unwrap_or(page.meta.default_on);
        let is_severe = self.selection.severity.is_none_or(|least| page.meta.severity >= least);
        let is_newer = self.only.is_empty() && self.selection.edition.is_some_and(|edition| page.meta.since > edition);
        let is_selected = self.takes(&page.meta.id) && asked_for && is_severe;
        if is_selected && !is_newer {
            return chosen.pages.push(page);
        }
        if is_selected {
            chosen.newer.push(page.meta.clone());
        }
        if mentioned.contains(&page.meta.id) {
            chosen.mentioned.push(page);
        }
    }
}

/// Reads one embedded page; its text becomes a source that is no file.
pub fn load(page: &Embedded, sources: &Sources) -> Result<Page, Vec<Problem>> {
    let source = sources.add_input(format!("checks/{}.md", page.id), page.text);
    check::parse(page.id, source, page.text)
}

/// Reads one page that is not in the binary.
pub fn load_custom(page: &CustomPage, sources: &Sources) -> Result<Page, Vec<Problem>> {
    let source = sources.add(page.path.as_str(), page.text.as_str());
    let page = check::parse(&page.id, source, &page.text)?;
    // Ours are held to this by a test.
    let problems = check::lint(&page.policies, &page.inputs, vocabulary());
    if problems.is_empty() { Ok(page) } else { Err(problems) }
}

/// The policies of all files, and what is wrong with them or left out.
fn read_policies(
    files: &[CustomPage],
    inputs: &[(String, String)],
    judged: Judged,
    sources: &Sources,
) -> (Vec<Arc<Page>>, Vec<Problem>) {
    let given = Given { texts: inputs, values: &[] };
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    for file in latest(files) {
        match load_policies(file, judged, given, sources) {
            Ok(mut loaded) => {
                pages.append(&mut loaded.pages);
                problems.extend(loaded.skipped.iter().map(Skipped::problem));
            }
            Err(mut wrong) => problems.append(&mut wrong),
        }
    }
    (pages, problems)
}

/// Whether one of the texts has an `input` block of that name.
fn declares(texts: &[&str], name: &str) -> bool {
    let label = format!("\"{name}\"");
    let heads =
        |line: &str| line.trim_start().strip_prefix("input").is_some_and(|rest| rest.trim_start().starts_with(&label));
    texts.iter().any(|text| text.lines().any(heads))
}

fn judges(page: &Page, index: &Index) -> bool {
    let mut patterns = page.policies.iter().flat_map(|policy| &policy.patterns);
    patterns.any(|pattern| index.types(pattern).next().is_some())
        || page.policies.iter().any(|policy| index.deleted(policy).next().is_some())
}

fn concerns(page: &Embedded, index: &Index) -> bool {
    page.patterns.iter().any(|pattern| index.types(&TypePattern::new(pattern)).next().is_some())
}

fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}
