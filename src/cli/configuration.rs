//! The configuration file: found or named, read, and joined with what the command line says.

use super::choice::Choice;
use super::clock;
use super::custom;
use super::terminal;
use super::values::Values;
use crate::check::{self, Edition};
use crate::config::{self, Config};
use crate::discover::{self, Scope};
use crate::engine::{self, CheckNames, CustomPage, PolicySet};
use crate::environment::Environment;
use crate::lower::kubernetes::ChartSet;
use crate::lower::terraform::Assignment;
use crate::scan::{Known, Request};
use crate::source::prose::sentence;
use crate::source::{Problem, Sources, Span, TextPlace, parent};
use crate::suppress::SuppressionOptions;
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which configuration file counts.
#[derive(Debug, clap::Args)]
pub struct ConfigurationFile {
    /// Configuration file. [default: the `.gatelint.yaml` nearest to the first PATH, up to the root of the repository]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Ignore configuration files.
    #[arg(long)]
    no_config: bool,
}

/// Which configuration counts, and which part of it.
#[derive(Debug, clap::Args)]
pub struct Configuration {
    /// The file.
    #[command(flatten)]
    file: ConfigurationFile,
    /// Evaluate only these environments of the configuration.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    environment: Vec<String>,
}

/// What a scan is to do, and the file that says what is known, which only some commands read.
pub struct Asked {
    /// What to do.
    pub request: Request,
    /// The baseline of the configuration.
    pub baseline: Option<PathBuf>,
}

/// A configuration, and where its paths lead.
pub struct Loaded {
    /// What it decides.
    pub config: Config,
    /// The text that its places point into.
    pub sources: Sources,
    /// Its path from the root, and its text.
    pub text: Option<(String, String)>,
    /// The root of what is scanned.
    pub root: PathBuf,
}

impl ConfigurationFile {
    /// Loads the configuration, or the defaults if there is no file.
    pub fn load(&self, paths: &[PathBuf]) -> anyhow::Result<Loaded> {
        let (root, found) = discover::upwards(paths, &config::NAMES)?;
        let found = match &self.config {
            _ if self.no_config => None,
            Some(path) => {
                let named = discover::named(&root, path);
                Some(named.with_context(|| format!("cannot read the configuration `{}`", path.display()))?)
            }
            None => found,
        };
        let sources = Sources::default();
        let Some(found) = found else { return Ok(Loaded { config: Config::default(), sources, text: None, root }) };
        let source = sources.add(found.path.as_str(), found.text.as_str());
        let config = config::read(source, &found.text, parent(&found.path));
        let config = config.map_err(|problems| wrong(&problems, &sources))?;
        there(&config, &root, &sources)?;
        Ok(Loaded { config, sources, text: Some((found.path, found.text)), root })
    }

    /// The custom checks of the configuration for `paths`, then those in the folders `own`.
    pub fn pages(&self, paths: &[PathBuf], own: &[PathBuf]) -> anyhow::Result<Vec<CustomPage>> {
        let Loaded { config, root, .. } = self.load(paths)?;
        pages(&config, &root, own)
    }
}

impl Configuration {
    /// The configuration in a file, or the nearest one, with some of its environments.
    pub fn of(config: Option<PathBuf>, environment: Vec<String>) -> Self {
        Self { file: ConfigurationFile { config, no_config: false }, environment }
    }

    /// The names of all its environments.
    pub fn environment_names(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<String>> {
        let Loaded { config, .. } = self.file.load(paths)?;
        Ok(config.environments.iter().map(|environment| environment.name.to_string()).collect())
    }

    /// The custom checks of the configuration for `paths`, then those in the folders `own`.
    pub fn pages(&self, paths: &[PathBuf], own: &[PathBuf]) -> anyhow::Result<Vec<CustomPage>> {
        self.file.pages(paths, own)
    }

    /// What a scan of `paths` is to do: by the configuration, and by the command line, which is stronger.
    pub fn request(&self, paths: &[PathBuf], choice: &Choice, values: &Values) -> anyhow::Result<Request> {
        Ok(self.asked(paths, choice, values)?.request)
    }

    /// The same, with the file of known findings that the configuration names.
    pub fn asked(&self, paths: &[PathBuf], choice: &Choice, values: &Values) -> anyhow::Result<Asked> {
        let Loaded { mut config, sources, root, text } = self.file.load(paths)?;
        let environments = self.environments(&config, text.as_ref(), values)?;
        let pages = pages(&config, &root, &choice.checks)?;
        name_checks(&mut config, &pages, &sources)?;
        for problem in future_edition(&config)?.into_iter().chain(absent_paths(&config, &root)) {
            terminal::tell(&format!("{}\n", custom::told(&problem, &sources)))?;
        }
        let mut policies = folders(&root, &config.policy_folders)?;
        policies.extend(choice.policy.iter().cloned());
        let PolicySet { files, inputs } = custom::policies(&policies, &choice.input)?;
        let mut given = config.inputs;
        given.extend(inputs);
        let mut selection = choice.selection();
        selection.settings = config.settings;
        selection.edition = config.edition;
        let baseline = config.baseline.map(|path| root.join(path));
        let request = Request {
            environments,
            scope: config.scope,
            selection,
            overrides: config.overrides,
            custom: pages,
            policies: PolicySet { files, inputs: given },
            suppressing: SuppressionOptions {
                today: Some(clock::today()?),
                ignore_inline: false,
                governance: config.governance,
                rules: config.suppressions,
                configuration: text,
                kubescape: texts(&root, &config.kubescape_exceptions)?,
            },
            thresholds: config.thresholds,
            admission: config.admission,
            known: Known::Nothing,
            only_given: false,
            surroundings: None,
            standard_input: None,
        };
        Ok(Asked { request, baseline })
    }

    /// The first of the environments that are asked for, and the files that are judged.
    pub fn one_environment(&self, paths: &[PathBuf], values: &Values) -> anyhow::Result<(Environment, Scope)> {
        let Loaded { config, text, .. } = self.file.load(paths)?;
        let environments = self.environments(&config, text.as_ref(), values)?;
        Ok((environments.into_iter().next().unwrap_or_default(), config.scope))
    }

    /// The environments of the configuration that are asked for, or one without name.
    fn environments(
        &self,
        config: &Config,
        text: Option<&(String, String)>,
        values: &Values,
    ) -> anyhow::Result<Vec<Environment>> {
        let mut all: Vec<&str> = config.environments.iter().map(|environment| environment.name.as_str()).collect();
        for set in &config.charts {
            if !all.contains(&set.name.as_str()) {
                all.push(&set.name);
            }
        }
        let known = || all.iter().copied();
        if let Some(wrong) = self.environment.iter().find(|name| !known().any(|known| known == *name)) {
            let there_are: Vec<&str> = known().collect();
            let names = if there_are.is_empty() { "none".to_owned() } else { there_are.join(", ") };
            anyhow::bail!("unknown environment `{wrong}`; environments of the configuration: {names}");
        }
        let mut usual = values.inputs()?;
        usual.limits = config.limits;
        let file = Arc::new(text.cloned().unwrap_or_default());
        let placed = |given: &config::Values| -> Vec<(Assignment, TextPlace)> {
            let place = |span: &Span| TextPlace { file: file.clone(), start: span.start, end: span.end };
            given.variables.iter().map(|(assignment, span)| (assignment.clone(), place(span))).collect()
        };
        usual.variables.configured = placed(&config.values);
        usual.build_args.splice(0..0, config.values.build_args.iter().cloned());
        let wanted = |name: &str| self.environment.is_empty() || self.environment.iter().any(|wanted| wanted == name);
        usual.charts.sets = chart_sets(config, &file, wanted);
        let environments: Vec<_> = config.environments.iter().filter(|one| wanted(&one.name)).collect();
        if environments.is_empty() {
            return Ok(vec![Environment { inputs: usual, ..Environment::default() }]);
        }
        let with = |environment: &config::Environment| {
            let mut inputs = usual.clone();
            inputs.variables.configured.extend(placed(&environment.values));
            if values.workspace().is_none() && environment.workspace.is_some() {
                inputs.variables.workspace.clone_from(&environment.workspace);
            }
            let at = config.values.build_args.len();
            inputs.build_args.splice(at..at, environment.values.build_args.iter().cloned());
            let others = config.environments.iter().filter(|other| other.name != environment.name);
            let paths = |environment: &config::Environment| -> Vec<String> {
                environment.overlays.iter().map(|overlay| overlay.path.clone()).collect()
            };
            let elsewhere = others.flat_map(paths).collect();
            Environment { name: environment.name.clone(), inputs, overlays: paths(environment), elsewhere }
        };
        Ok(environments.into_iter().map(with).collect())
    }
}

/// The sets of values of charts that are asked for. A chart of which none is asked for keeps all of its sets.
fn chart_sets(config: &Config, file: &Arc<(String, String)>, wanted: impl Fn(&str) -> bool) -> Vec<ChartSet> {
    let place = |span: &Span| TextPlace { file: file.clone(), start: span.start, end: span.end };
    let placed = |given: &[(String, Span)]| given.iter().map(|(text, span)| (text.clone(), place(span))).collect();
    let asked: BTreeSet<&str> =
        config.charts.iter().filter(|set| wanted(&set.name)).map(|set| set.chart.0.as_str()).collect();
    let counts = |set: &&config::ChartSet| wanted(&set.name) || !asked.contains(set.chart.0.as_str());
    let sets = config.charts.iter().filter(counts).map(|set| ChartSet {
        chart: set.chart.0.clone(),
        name: set.name.clone(),
        release: set.release.clone(),
        namespace: set.namespace.clone(),
        files: placed(&set.files),
        values: placed(&set.values),
    });
    sets.collect()
}

/// A warning about an edition that is still to come, whose checks are not known.
fn future_edition(config: &Config) -> anyhow::Result<Option<Problem>> {
    let (Some(edition), Some(place)) = (config.edition, config.edition_place) else { return Ok(None) };
    let today = clock::today()?.to_string();
    let current = today.rsplit_once('-').and_then(|(month, _)| month.replace('-', ".").parse::<Edition>().ok());
    let current = current.filter(|current| edition > *current);
    let message =
        current.map(|current| format!("Edition `{edition}` is in the future; the current one is `{current}`."));
    Ok(message.map(|message| Problem::warning(place, message)))
}

/// A warning for each of `paths` at which there is nothing. Globs may match files that are made later.
fn absent_paths(config: &Config, root: &Path) -> Vec<Problem> {
    let is_plain = |path: &str| !path.contains(['*', '?', '[', '{']);
    let absent = config.named_paths.iter().filter(|(path, _)| is_plain(path) && !root.join(path).exists());
    absent.map(|(path, span)| Problem::warning(*span, format!("There is no file or directory `{path}`."))).collect()
}

/// What is wrong with a configuration, a line each.
fn wrong(problems: &[Problem], sources: &Sources) -> anyhow::Error {
    let told: Vec<String> = problems.iter().map(|problem| custom::told(problem, sources)).collect();
    anyhow::anyhow!("the configuration is invalid\n{}", told.join("\n"))
}

/// Refuses an overlay, a chart or a file of its values that is not there: nothing of it would be evaluated, and nobody
/// would notice.
fn there(config: &Config, root: &Path, sources: &Sources) -> anyhow::Result<()> {
    let overlays = config.environments.iter().flat_map(|environment| &environment.overlays);
    let overlays = overlays.map(|overlay| (overlay.path.clone(), overlay.span));
    let charts = config.charts.iter().map(|set| (format!("{}/Chart.yaml", set.chart.0), set.chart.1));
    let values = config.charts.iter().flat_map(|set| set.files.iter().cloned());
    let named = overlays.chain(charts).chain(values);
    let mut missing: Vec<(String, Span)> =
        named.filter(|(path, _)| discover::inside(root, path.trim_start_matches('/')).is_none()).collect();
    missing.dedup();
    let problem = |(path, span): &(String, Span)| {
        let message = format!("The configuration names `{path}`, which is not in the repository.");
        Problem::error(*span, message).with_help("Correct the path, or remove it.")
    };
    let problems: Vec<Problem> = missing.iter().map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(wrong(&problems, sources)) }
}

/// Takes the ids of other tools as the checks that find the same. Errors: a name of no check, unless policies, whose ids
/// are not known before they are read, may have it.
fn name_checks(config: &mut Config, pages: &[CustomPage], sources: &Sources) -> anyhow::Result<()> {
    let custom: Vec<&CustomPage> = engine::latest(pages).collect();
    let ids = custom.iter().map(|page| page.id.as_str()).chain(check::pages().iter().map(|page| page.id));
    let names = CheckNames::new(ids.collect(), &custom);
    let (mut meaning, mut problems) = (BTreeMap::new(), Vec::new());
    for (name, span) in config.globs.iter().filter(|(name, _)| !names.has(name)) {
        let peers = names.peers(name);
        if !peers.is_empty() {
            meaning.insert(name.clone(), peers);
        } else if config.policy_folders.is_empty() {
            problems
                .push(Problem::error(*span, sentence(&format!("No check matches `{name}`{}", names.similar(name)))));
        }
    }
    config.translate(&meaning);
    if problems.is_empty() { Ok(()) } else { Err(wrong(&problems, sources)) }
}

/// Files that the configuration names, which have to be there, inside the root: their paths and texts.
fn texts(root: &Path, named: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let read = |path: &String| {
        let full = discover::inside(root, path);
        let full = full.with_context(|| format!("the configuration names `{path}`, which is not in the repository"))?;
        let text = discover::read_text(&full).with_context(|| format!("cannot read `{path}`"))?;
        Ok((path.clone(), text))
    };
    named.iter().map(read).collect()
}

/// The pages in the folders of the configuration, their paths from the root, then those in the folders `own`.
fn pages(config: &Config, root: &Path, own: &[PathBuf]) -> anyhow::Result<Vec<CustomPage>> {
    let mut pages = custom::pages(&folders(root, &config.check_folders)?)?;
    for page in &mut pages {
        page.path = discover::from_root(root, Path::new(&page.path)).unwrap_or_else(|| page.path.clone());
    }
    pages.extend(custom::pages(own)?);
    Ok(pages)
}

/// Folders that the configuration names, which have to be there, inside the root.
fn folders(root: &Path, named: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let full = |path: &String| {
        let full = discover::inside(root, path);
        full.with_context(|| format!("the configuration names the folder `{path}`, which is not in the repository"))
    };
    named.iter().map(full).collect()
}
