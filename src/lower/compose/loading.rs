//! A project as one model: its files with variables replaced, extended services merged, includes added.

use super::canonical::{self, Reading, is_remote};
use super::interpolation::{Variables, interpolate};
use super::library::{ComposeFile, Library};
use super::merge::{Marks, Merge};
use super::project::Project;
use super::variables::{EnvReading, Environment};
use crate::limits::compose::FILE_DEPTH;
use crate::lower::yaml::read_through;
use crate::model::{Cause, Data, HopKind, Reach, Text, Unseen, Value, Why};
use crate::source::{Problem, SourceId, Span, join, parent};
use ecow::eco_format;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a project became.
pub(super) struct Model {
    /// `{name, services, networks, volumes, secrets, configs, …}`
    pub root: Value,
    /// Where its first file begins.
    pub begin: Span,
    /// The files that it was made from.
    pub read: Vec<SourceId>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// What belongs to it and is not here.
    pub unseen: Vec<Unseen>,
}

/// Loads a project. `None` where its first file cannot be read.
pub(super) fn load(library: &Library<'_>, project: &Project, files: &dyn crate::source::Files) -> Option<Model> {
    let env = EnvReading { files, sources: library.sources, read: Vec::new(), problems: Vec::new() };
    let mut loader = Loader { library, env, unseen: Vec::new(), open: Vec::new() };
    let mut environment = Environment::default();
    if let Some(path) = join(&project.directory, ".env") {
        environment.add(&path, &mut loader.env);
    }
    let first = library.file(project.files.first()?).ok()?;
    let begin = Span::new(first.source, 0, 0);
    let root = loader.files(&project.files, &project.directory, &environment);
    let root = loader.with_env_files(root, &environment);
    let EnvReading { read, problems, .. } = loader.env;
    Some(Model { root, begin, read, problems, unseen: loader.unseen })
}

struct Loader<'a> {
    library: &'a Library<'a>,
    /// Also holds what all reading found: the files and the problems.
    env: EnvReading<'a>,
    unseen: Vec<Unseen>,
    /// The files that are being included, outermost first.
    open: Vec<String>,
}

/// One file in the long form, with what extends within it is found by.
struct Expanded<'a> {
    file: Arc<ComposeFile>,
    root: Value,
    reading: &'a Reading<'a>,
}

/// Services that were extended already, by file and name; `None` while that is going on.
type Extended = BTreeMap<(String, Text), Option<Value>>;

impl Loader<'_> {
    /// The files of a project, each over those before it. Paths in them count from `directory`.
    fn files(&mut self, paths: &[String], directory: &str, variables: &dyn Variables) -> Value {
        let mut merged: Option<Value> = None;
        let reading = Reading { directory, variables };
        for path in paths {
            let Ok(file) = self.library.file(path) else { continue };
            self.env.read.push(file.source);
            self.open.push(path.clone());
            let root = self.expanded(&file, &reading);
            let root = self.extended(Expanded { file: Arc::clone(&file), root, reading: &reading });
            let included = self.included(&root, directory, variables);
            self.open.pop();
            let none = Marks::default();
            let beside = Merge { marks: &none, hop: None };
            let root = included.into_iter().rev().fold(root, |root, included| beside.files(included, &root));
            let over = Merge { marks: &file.marks, hop: Some(HopKind::Override(path.as_str().into())) };
            merged = Some(match merged {
                Some(base) => over.files(base, &root),
                None => root,
            });
        }
        merged.unwrap_or_else(|| Value::null(Span::new(SourceId(0), 0, 0)))
    }

    /// The documents of a file with variables replaced, in the long form, as one.
    fn expanded(&mut self, file: &ComposeFile, reading: &Reading<'_>) -> Value {
        let merge = Merge { marks: &file.marks, hop: None };
        let mut root: Option<Value> = None;
        for document in &file.documents {
            let document = self.interpolated(document.clone(), reading.variables);
            let document = canonical::file(document, reading);
            root = Some(match root {
                Some(base) => merge.files(base, &document),
                None => document,
            });
        }
        root.unwrap_or_else(|| Value::null(Span::new(file.source, 0, 0)))
    }

    fn interpolated(&mut self, mut value: Value, variables: &dyn Variables) -> Value {
        match &mut value.data {
            Data::String(text) if text.contains('$') => {
                let span = value.origin.span;
                match interpolate(text, span, variables) {
                    Ok(mut made) => {
                        // An anchor's text is read where the alias stands.
                        if made.origin.via.is_none() {
                            made.origin = value.origin;
                        }
                        made
                    }
                    Err(message) => {
                        self.env.problems.push(Problem::error(span, message.clone()));
                        Value::unknown(Why::Invalid(message.into()), span)
                    }
                }
            }
            Data::Sequence(_) | Data::Mapping(_) => {
                let place = value.origin.span;
                let mut change = |item: &mut Value| {
                    let taken = std::mem::replace(item, Value::null(place));
                    *item = self.interpolated(taken, variables);
                };
                if let Some(items) = value.as_items_mut() {
                    items.iter_mut().for_each(&mut change);
                }
                if let Some(mapping) = value.as_mapping_mut() {
                    mapping.entries.iter_mut().for_each(|(_, item)| change(item));
                }
                value
            }
            _ => value,
        }
    }

    /// The file with what its services extend merged into them.
    fn extended(&mut self, expanded: Expanded<'_>) -> Value {
        let mut done = Extended::new();
        let services = expanded.root.get("services").and_then(Value::as_mapping);
        let extending = services.into_iter().flat_map(|services| &services.entries);
        let names: Vec<Text> =
            extending.filter(|(_, service)| service.get("extends").is_some()).map(|(name, _)| name.clone()).collect();
        let made: Vec<(Text, Value)> = names
            .into_iter()
            .filter_map(|name| Some((name.clone(), self.service(&expanded, &name, &mut done, 0)?)))
            .collect();
        let mut root = expanded.root;
        if let Some(mapping) = root.as_mapping_mut()
            && let Some(mut services) = mapping.remove("services")
        {
            if let Some(services) = services.as_mapping_mut() {
                made.into_iter().for_each(|(name, service)| services.set(name, service));
            }
            mapping.set("services", services);
        }
        root
    }

    /// A service of a file with what it extends.
    fn service(&mut self, within: &Expanded<'_>, name: &Text, done: &mut Extended, depth: usize) -> Option<Value> {
        let key = (within.file.path.clone(), name.clone());
        let service = within.root.get("services")?.get(name)?;
        let Some(extends) = service.get("extends").filter(|extends| !extends.is_null()) else {
            return Some(service.clone());
        };
        let span = extends.origin.span;
        if let Some(known) = done.get(&key) {
            if known.is_none() {
                self.env.problems.push(Problem::error(span, format!("service `{name}` extends itself")));
            }
            return known.clone().or_else(|| Some(service.clone()));
        }
        if depth > FILE_DEPTH {
            let message = format!("services extend each other deeper than the limit of {FILE_DEPTH}");
            self.env.problems.push(Problem::error(span, message));
            return Some(service.clone());
        }
        done.insert(key.clone(), None);
        let made = match self.base_of(within, extends, done, depth) {
            Ok(base) => {
                let base_name = extends.get("service").and_then(Value::as_str).unwrap_or_default();
                let base = read_through(base, &HopKind::Extended(base_name.into()));
                let merge = Merge { marks: &within.file.marks, hop: None };
                let mut merged = merge.services(base, service);
                // Its header is that of the service itself.
                let header = service.as_mapping().and_then(|mapping| mapping.header);
                if let Some(mapping) = merged.as_mapping_mut() {
                    mapping.header = header;
                    mapping.remove("extends");
                }
                merged.with_origin(service.origin.clone())
            }
            Err(cause) => opened(service.clone(), cause),
        };
        done.insert(key, Some(made.clone()));
        Some(made)
    }

    /// The service that another one extends, or why it is not known.
    fn base_of(
        &mut self,
        within: &Expanded<'_>,
        extends: &Value,
        done: &mut Extended,
        depth: usize,
    ) -> Result<Value, Cause> {
        let span = extends.origin.span;
        let unseen = |what: Text| Cause { why: Why::Unseen(what), span };
        let Some(name) = extends.get("service").and_then(Value::as_str).map(Text::from) else {
            return Err(unseen("the service that is extended is not known".into()));
        };
        let missing = |loader: &mut Self, path: &str| {
            let message = format!("there is no service `{name}` in `{path}` to extend");
            loader.env.problems.push(Problem::error(span, message));
            unseen(eco_format!("service `{name}` of `{path}` is not here"))
        };
        let Some(file) = extends.get("file").filter(|file| !file.is_null()) else {
            let found = self.service(within, &name, done, depth + 1);
            return found.ok_or_else(|| missing(self, &within.file.path));
        };
        let path = file.as_str().map(str::to_owned);
        let Some(path) = path.filter(|path| !is_remote(path)) else {
            return Err(unseen("the file of the service that is extended is not here".into()));
        };
        let file = match self.library.file(&path) {
            Ok(file) => file,
            Err(reason) => {
                let message = format!("`{path}`, which has the service that is extended, cannot be read: {reason}");
                self.env.problems.push(Problem::error(span, message));
                return Err(Cause { why: Why::File(path.into()), span });
            }
        };
        self.env.read.push(file.source);
        let reading = Reading { directory: parent(&path), variables: within.reading.variables };
        let root = self.expanded(&file, &reading);
        let outer = Expanded { file, root, reading: &reading };
        let found = self.service(&outer, &name, done, depth + 1);
        found.ok_or_else(|| missing(self, &path))
    }

    /// The models that a file includes.
    fn included(&mut self, root: &Value, directory: &str, variables: &dyn Variables) -> Vec<Value> {
        let mut models = Vec::new();
        for entry in root.get("include").and_then(Value::as_items).unwrap_or_default() {
            let path = entry.get("path").unwrap_or(entry);
            let span = path.origin.span;
            let written: Vec<&str> =
                path.as_items().unwrap_or(std::slice::from_ref(path)).iter().filter_map(Value::as_str).collect();
            let paths: Vec<String> = written.iter().filter_map(|path| join(directory, path)).collect();
            let is_here =
                !paths.is_empty() && paths.len() == written.len() && !written.iter().any(|path| is_remote(path));
            let Some(first) = paths.first().filter(|_| is_here) else {
                self.lacks(&written.join("`, `"), "is not in the tree", span);
                continue;
            };
            if self.open.contains(first) || self.open.len() > FILE_DEPTH {
                self.env.problems.push(Problem::error(span, format!("`{first}` includes itself")));
                continue;
            }
            if let Some((path, reason)) = paths.iter().find_map(|path| Some((path, self.library.file(path).err()?))) {
                self.env.problems.push(Problem::error(span, format!("`{path}` cannot be included: {reason}")));
                self.lacks(path, "cannot be read", span);
                continue;
            }
            let own = entry.get("project_directory").and_then(Value::as_str).and_then(|own| join(directory, own));
            let own = own.unwrap_or_else(|| parent(first).to_owned());
            let mut environment = Environment::within(Some(variables));
            match entry.get("env_file") {
                None => _ = join(&own, ".env").map(|path| environment.add(&path, &mut self.env)),
                Some(files) => {
                    let files = files.as_items().unwrap_or(std::slice::from_ref(files)).iter();
                    for path in files.filter_map(Value::as_str).filter_map(|path| join(directory, path)) {
                        environment.add(&path, &mut self.env);
                    }
                }
            }
            models.push(self.files(&paths, &own, &environment));
        }
        models
    }

    fn lacks(&mut self, path: &str, why: &str, span: Span) {
        let what = eco_format!("Compose file `{path}`");
        let cause = Cause { why: Why::Unseen(eco_format!("{what} {why}")), span };
        self.unseen.push(Unseen { what, cause, reach: Reach::Unit });
    }

    /// The model with the variables that each service takes from its env files, which `environment` overrides.
    fn with_env_files(&mut self, mut root: Value, variables: &dyn Variables) -> Value {
        let Some(mapping) = root.as_mapping_mut() else { return root };
        let Some(mut services) = mapping.remove("services") else { return root };
        if let Some(services) = services.as_mapping_mut() {
            for (_, service) in &mut services.entries {
                let taken = std::mem::replace(service, Value::null(service.origin.span));
                *service = canonical::with_limits(self.with_env_file(taken, variables));
            }
        }
        mapping.set("services", services);
        root
    }

    fn with_env_file(&mut self, mut service: Value, variables: &dyn Variables) -> Value {
        let Some(files) = service.get("env_file").cloned() else { return service };
        let mut entries: BTreeMap<Text, Value> = BTreeMap::new();
        let mut causes = Vec::new();
        for entry in files.as_items().unwrap_or_default() {
            let span = entry.origin.span;
            let path = entry.get("path");
            let raw = entry.get("format").and_then(Value::as_str) == Some("raw");
            let read = path.and_then(Value::as_str).and_then(|path| self.env.read(path, variables, raw));
            let Some(values) = read else {
                let path = path.and_then(Value::as_str).unwrap_or("env_file");
                causes.push(Cause { why: Why::File(path.into()), span });
                continue;
            };
            entries.extend(values.into_iter().map(|(name, value)| {
                let origin = value.origin.read_at(span, HopKind::Environment(name.clone()));
                (name, value.with_origin(origin))
            }));
        }
        let own = service.get("environment").cloned();
        let header = own.as_ref().and_then(Value::as_mapping).and_then(|own| own.header);
        if let Some(own) = own.as_ref().and_then(Value::as_mapping) {
            entries.extend(own.entries.iter().cloned());
            causes.extend(own.open.iter().flat_map(|causes| causes.iter().cloned()));
        }
        let origin = own.as_ref().map_or_else(|| files.origin.clone(), |own| own.origin.clone());
        let mut merged = crate::model::Mapping::object(entries.into_iter().collect(), header.or(Some(origin.span)));
        merged.open = (!causes.is_empty()).then(|| Arc::new(causes));
        if let Some(mapping) = service.as_mapping_mut() {
            mapping.set("environment", Value::new(Data::Mapping(Arc::new(merged)), origin.span).with_origin(origin));
        }
        service
    }
}

/// The mapping, of which more may be said elsewhere.
pub(super) fn opened(mut value: Value, cause: Cause) -> Value {
    if let Some(mapping) = value.as_mapping_mut() {
        mapping.open = Some(Arc::new(vec![cause]));
    }
    value
}
