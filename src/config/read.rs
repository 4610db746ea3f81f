//! From the text of the file to what it decides. Everything that is wrong is told, each with its place.

use super::entries::Entries;
use super::file::{self, File, Word};
use super::{ChartSet, Config, Environment, Overlay, Values};
use crate::check::{Category, Setting, Settings, Severity, typed_yaml};
use crate::discover::Scope;
use crate::gate::{self, AdmissionMode, AdmissionModes, AdmissionRule, Exception, Thresholds, Tolerated};
use crate::lower::terraform::{Assignment, Limits};
use crate::model::Text;
use crate::overrides::Override;
use crate::source::prose::sentence;
use crate::source::{Paths, Problem, SourceId, Span, join, suggestion};
use crate::suppress::{Governance, Named, Rule, Until};
use globset::{Glob, GlobSetBuilder};
use serde_json::Value as Json;
use serde_saphyr::{Location, Spanned};
use std::fmt::Display;
use std::str::FromStr;

/// Reads the configuration `text`, which is the text of `source` in the directory `dir` from the root.
pub fn read(source: SourceId, text: &str, dir: &str) -> Result<Config, Vec<Problem>> {
    let mut reader = Reader { source, text, dir, globs: Vec::new(), problems: Vec::new() };
    let file = match typed_yaml::read::<Option<File>>(text, "the configuration") {
        Ok(file) => file.unwrap_or_default(),
        Err((message, at)) => {
            let span = Span::new(source, at as u32, at as u32);
            return Err(vec![Problem::error(span, sentence(&message))]);
        }
    };
    let config = reader.config(&file);
    if reader.problems.is_empty() { Ok(config) } else { Err(reader.problems) }
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    dir: &'a str,
    globs: Vec<(String, Span)>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self, file: &File) -> Config {
        let environments = self.environments(&file.environments);
        let charts = self.charts(&file.charts);
        let exclude = self.paths(&file.paths.exclude);
        let mut overrides = self.overrides(&file.overrides);
        // What lies in an excluded file is not told either when it was reached through a module.
        if !exclude.is_empty() {
            let mut settings = Settings::default();
            if settings.add("**", Setting::Off).is_ok() {
                overrides.push(Override { paths: exclude.clone(), settings });
            }
        }
        let own = environments.iter().map(|environment| environment.name.clone());
        let names: Vec<Text> = own.chain(charts.iter().map(|set| set.name.clone())).collect();
        let mut thresholds = self.thresholds(&file.gate, &names);
        if !exclude.is_empty() {
            let reason = "excluded".to_owned();
            thresholds.tolerated.push(Tolerated { paths: exclude.clone(), reason });
        }
        Config {
            edition: file.edition.as_ref().and_then(|word| self.parsed(word)),
            scope: Scope { include: self.paths(&file.paths.include), exclude },
            settings: self.settings(&file.checks),
            overrides,
            inputs: texts(&file.inputs),
            check_folders: self.inside(&file.check_folders),
            policy_folders: self.inside(&file.policy_folders),
            values: self.values(&file.vars, &file.var_files, &file.build_args),
            environments,
            charts,
            thresholds,
            admission: self.admission(&file.admission),
            governance: self.governance(&file.suppressions),
            suppressions: file.suppressions.entries.iter().map(|entry| self.suppression(entry)).collect(),
            kubescape_exceptions: self.inside(&file.suppressions.kubescape_exceptions),
            baseline: file.baseline.as_ref().and_then(|word| self.path(word)),
            globs: std::mem::take(&mut self.globs),
            named_paths: self.named_paths(&file.paths),
            edition_place: file.edition.as_ref().map(|word| self.word(word)),
            limits: self.limits(&file.limits),
        }
    }

    fn environments(&mut self, written: &Entries<Word, file::Environment>) -> Vec<Environment> {
        let read = |(name, environment): &(Word, file::Environment)| Environment {
            name: Text::from(name.value.as_str()),
            values: self.values(&environment.vars, &environment.var_files, &environment.build_args),
            workspace: environment.workspace.as_ref().map(|word| word.value.clone()),
            overlays: environment.overlays.iter().filter_map(|word| self.overlay(word)).collect(),
        };
        written.0.iter().map(read).collect()
    }

    fn charts(&mut self, written: &Entries<Word, file::Chart>) -> Vec<ChartSet> {
        let mut sets = Vec::new();
        for (path, chart) in &written.0 {
            let Some(directory) = self.path(path) else { continue };
            if chart.sets.0.is_empty() {
                self.wrong(path, "a chart requires `sets`: names with the values that it is installed with");
            }
            for (name, set) in &chart.sets.0 {
                let text = |own: &Option<Word>, usual: &Option<Word>| {
                    own.as_ref().or(usual.as_ref()).map(|word| word.value.clone())
                };
                let files = set.values.iter().filter_map(|word| Some((self.path(word)?, self.word(word)))).collect();
                let values = set.set.0.iter().map(|(key, value)| {
                    let span = self.written(value.referenced, &given(&value.value));
                    (format!("{}={}", key.value, value.value), span)
                });
                sets.push(ChartSet {
                    chart: (directory.clone(), self.word(path)),
                    name: Text::from(name.value.as_str()),
                    release: text(&set.release, &chart.release),
                    namespace: text(&set.namespace, &chart.namespace),
                    values: values.collect(),
                    files,
                });
            }
        }
        sets
    }

    fn overlay(&mut self, word: &Word) -> Option<Overlay> {
        Some(Overlay { path: self.path(word)?, span: self.word(word) })
    }

    fn values(
        &mut self,
        vars: &Entries<Word, Spanned<Json>>,
        files: &[Word],
        build_args: &Entries<Word, Json>,
    ) -> Values {
        let mut variables: Vec<(Assignment, Span)> = Vec::new();
        for word in files {
            variables.extend(self.path(word).map(|path| (Assignment::File(path), self.word(word))));
        }
        variables.extend(vars.0.iter().map(|(name, value)| {
            let text = given(&value.value);
            let span = self.written(value.referenced, &text);
            (Assignment::Value { name: name.value.clone(), text }, span)
        }));
        Values { variables, build_args: texts(build_args) }
    }

    fn overrides(&mut self, written: &[file::Override]) -> Vec<Override> {
        let read =
            |one: &file::Override| Override { paths: self.paths(&one.paths), settings: self.settings(&one.checks) };
        written.iter().map(read).collect()
    }

    fn settings(&mut self, written: &Entries<Word, Word>) -> Settings {
        let mut settings = Settings::default();
        for (glob, word) in &written.0 {
            let setting = match word.value.as_str() {
                "off" | "false" => Setting::Off,
                "on" | "true" => Setting::On,
                severity => {
                    let Ok(severity) = severity.parse::<Severity>() else {
                        let known = Severity::ALL.map(Severity::name);
                        let hint = suggestion(severity, known.into_iter().chain(["off", "on"]));
                        let there_are = "expected off, on or a severity";
                        self.wrong(word, format!("Invalid setting `{severity}`, {there_are}{hint}"));
                        continue;
                    };
                    Setting::Severity(severity)
                }
            };
            match settings.add(&glob.value, setting) {
                Ok(()) => self.globs.push((glob.value.clone(), self.word(glob))),
                Err(error) => self.wrong(glob, error),
            }
        }
        settings
    }

    fn thresholds(&mut self, gate: &file::Gate, environments: &[Text]) -> Thresholds {
        let usual = Thresholds::default();
        Thresholds {
            fail_on: gate.fail_on.as_ref().map_or(usual.fail_on, |word| self.threshold(word)),
            exceptions: gate.exceptions.iter().map(|one| self.exception(one, environments)).collect(),
            inconclusive: gate.inconclusive.as_ref().and_then(|word| self.threshold(word)),
            require_complete: gate.require_complete,
            tolerated: gate.may_stay_unread.iter().map(|one| self.tolerated(one)).collect(),
            ..usual
        }
    }

    fn exception(&mut self, written: &file::Exception, environments: &[Text]) -> Exception {
        for name in &written.environments {
            if !environments.iter().any(|environment| *environment == name.value) {
                let hint = suggestion(&name.value, environments.iter().map(Text::as_str));
                self.wrong(name, format!("unknown environment `{}`{hint}", name.value));
            }
        }
        Exception {
            paths: self.paths(&written.paths),
            categories: written.categories.iter().filter_map(|word| self.parsed::<Category>(word)).collect(),
            environments: written.environments.iter().map(|name| Text::from(name.value.as_str())).collect(),
            fail_on: self.threshold(&written.fail_on),
        }
    }

    fn tolerated(&mut self, written: &file::Tolerated) -> Tolerated {
        if written.reason.value.trim().is_empty() {
            self.wrong(&written.reason, "`may-stay-unread` requires a reason");
        }
        Tolerated { paths: self.paths(&written.paths), reason: written.reason.value.clone() }
    }

    fn admission(&mut self, written: &file::Admission) -> AdmissionModes {
        let mode = written.mode.as_ref().and_then(|word| self.admission_mode(word));
        let rules = written.rules.iter().filter_map(|rule| self.admission_rule(rule)).collect();
        AdmissionModes { mode: mode.unwrap_or_default(), rules }
    }

    fn admission_rule(&mut self, written: &file::AdmissionRule) -> Option<AdmissionRule> {
        let mode = self.admission_mode(&written.mode)?;
        let severity = written.severity.as_ref().and_then(|word| self.parsed(word));
        let (mut namespaces, mut checks) = (GlobSetBuilder::new(), Settings::default());
        for word in &written.namespaces {
            match Glob::new(&word.value) {
                Ok(glob) => _ = namespaces.add(glob),
                Err(error) => self.wrong(word, error),
            }
        }
        for word in &written.checks {
            match checks.add(&word.value, Setting::On) {
                Ok(()) => self.globs.push((word.value.clone(), self.word(word))),
                Err(error) => self.wrong(word, error),
            }
        }
        Some(AdmissionRule {
            namespaces: if written.namespaces.is_empty() { None } else { namespaces.build().ok() },
            checks: (!written.checks.is_empty()).then_some(checks),
            severity,
            mode,
        })
    }

    fn admission_mode(&mut self, word: &Word) -> Option<AdmissionMode> {
        let found = AdmissionMode::ALL.into_iter().find(|mode| mode.name() == word.value);
        if found.is_none() {
            let hint = suggestion(&word.value, AdmissionMode::ALL.map(AdmissionMode::name));
            self.wrong(word, format!("Invalid mode `{}`, expected deny, warn or audit{hint}", word.value));
        }
        found
    }

    fn governance(&mut self, written: &file::Suppressions) -> Governance {
        for word in &written.never {
            match Glob::new(&word.value) {
                Ok(_) => self.globs.push((word.value.clone(), self.word(word))),
                Err(error) => self.wrong(word, error),
            }
        }
        Governance {
            reason_required: written.require_reason,
            owner_required: written.require_owner,
            max_days: written.max_days,
            never: written.never.iter().map(|word| word.value.clone()).collect(),
            inline: written.inline.unwrap_or(true),
        }
    }

    fn suppression(&mut self, written: &Spanned<file::Suppression>) -> Rule {
        let entry = &written.value;
        if entry.checks.is_empty() && entry.paths.is_empty() && entry.addresses.is_empty() {
            self.wrong(written, "this entry would suppress every finding; name checks, paths or addresses");
        }
        let text = |word: &Option<Word>| word.as_ref().map(|word| word.value.clone());
        let date = entry.until.as_ref().and_then(|word| Some((self.parsed(word)?, word)));
        Rule {
            span: self.span(written.referenced),
            checks: entry.checks.iter().map(|word| Named { text: word.value.clone(), span: self.word(word) }).collect(),
            paths: self.paths(&entry.paths),
            addresses: entry.addresses.iter().map(|word| word.value.clone()).collect(),
            reason: text(&entry.reason),
            owner: text(&entry.owner),
            until: date.map(|(date, word)| Until { date, span: self.word(word) }),
        }
    }

    fn limits(&mut self, written: &file::Limits) -> Limits {
        let usual = Limits::default();
        Limits {
            instances: self.limit(written.instances.as_ref(), usual.instances),
            module_depth: self.limit(written.module_depth.as_ref(), usual.module_depth),
            ..usual
        }
    }

    /// A limit, which can only become tighter.
    fn limit(&mut self, written: Option<&Spanned<u64>>, usual: usize) -> usize {
        let Some(written) = written else { return usual };
        match usize::try_from(written.value) {
            Ok(limit) if limit <= usual => limit,
            _ => {
                self.wrong(written, format!("a configuration can only lower this limit, which is {usual}"));
                usual
            }
        }
    }

    /// A severity, or `none`.
    fn threshold(&mut self, word: &Word) -> Option<Severity> {
        gate::threshold(&word.value).map_err(|message| self.wrong(word, message)).ok().flatten()
    }

    fn parsed<T: FromStr<Err = String>>(&mut self, word: &Word) -> Option<T> {
        word.value.parse().map_err(|message| self.wrong(word, message)).ok()
    }

    /// Globs over paths from the directory of the file.
    fn paths(&mut self, written: &[Word]) -> Paths {
        let globs: Vec<String> = written.iter().filter_map(|word| self.path(word)).collect();
        // One at a time first, so that the one that is wrong is told.
        for (word, glob) in written.iter().zip(&globs) {
            if let Err(error) = Paths::new([glob.as_str()]) {
                self.wrong(word, error);
                return Paths::default();
            }
        }
        Paths::new(globs.iter().map(String::as_str)).unwrap_or_default()
    }

    /// The paths of `paths`, whose mistakes the caller can tell.
    fn named_paths(&mut self, written: &file::Paths) -> Vec<(String, Span)> {
        let words = written.include.iter().chain(&written.exclude);
        words.filter_map(|word| Some((self.path(word)?, self.word(word)))).collect()
    }

    fn inside(&mut self, written: &[Word]) -> Vec<String> {
        written.iter().filter_map(|word| self.path(word)).collect()
    }

    /// A path from the root.
    fn path(&mut self, word: &Word) -> Option<String> {
        let path = join(self.dir, &word.value);
        if path.is_none() {
            self.wrong(
                word,
                format!("`{}` leads out of the repository; a configuration can only name paths inside it", word.value),
            );
        }
        path
    }

    fn wrong<T>(&mut self, at: &Spanned<T>, message: impl Display) {
        let span = self.span(at.referenced);
        self.problems.push(Problem::error(span, sentence(&message.to_string())));
    }

    /// The text of a word; its first place only where it is written with escapes.
    fn word(&self, word: &Word) -> Span {
        self.written(word.referenced, &word.value)
    }

    /// The place of a scalar that is `value`.
    fn written(&self, place: Location, value: &str) -> Span {
        let first = self.span(place);
        let rest = self.text.get(first.start as usize..).unwrap_or_default();
        let unquoted = rest.trim_start_matches(['"', '\'']);
        let start = first.start + (rest.len() - unquoted.len()) as u32;
        let length = if unquoted.starts_with(value) { value.len() as u32 } else { 0 };
        Span::new(self.source, start, start + length)
    }

    fn span(&self, place: Location) -> Span {
        let at = typed_yaml::offset(self.text, place) as u32;
        Span::new(self.source, at, at)
    }
}

/// Each value as a Dockerfile would be given it on a command line.
fn texts(entries: &Entries<Word, Json>) -> Vec<(String, String)> {
    entries.0.iter().map(|(name, value)| (name.value.clone(), given(value))).collect()
}

/// A value as it would be given on a command line: a text as it is, all else as JSON.
fn given(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
