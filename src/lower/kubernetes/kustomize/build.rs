//! The order of operations of a build: resources, generators, components, transformers, validators; at the
//! root also hashes, references, variables and the order of the result.

use super::annotations;
use super::configuration::Configuration;
use super::crds;
use super::decode::Located;
use super::identity::scalar_text;
use super::kustomization::{FILE_NAMES, Kustomization};
use super::library::{self, Document, Library};
use super::object::{Object, Objects, annotation};
use super::plugins;
use super::provenance::{self, BuildMetadata};
use super::schema::Schemas;
use super::transformer::Transformer;
use super::unseen::{self, UnseenStep, reason, unseen};
use super::variables::{self, Variable};
use super::{PatchTarget, limits, names, resources, steps};
use crate::model::{Cause, Unseen, Value};
use crate::source::{Level, Problem, ProblemKind, Span, is_within, join};
use crate::syntax::yaml::Dialect;
use std::sync::Arc;

/// What a directory and everything below it gave.
#[derive(Default)]
struct Accumulated {
    objects: Objects,
    configuration: Option<Arc<Configuration>>,
    variables: Vec<Variable>,
}

/// One build.
pub struct Builder<'a> {
    pub(super) library: &'a Library<'a>,
    pub(super) problems: Vec<Problem>,
    root: String,
    /// The directories on the way to the one being read.
    open: Vec<String>,
    directories: usize,
    schemas: Option<Schemas>,
    /// Whether any object was read.
    has_objects: bool,
    /// What would give objects that cannot be known: what has to be fetched, or is made by a program.
    pub(super) unseen: Vec<Unseen>,
    /// The targets of patches.
    pub(super) targets: Vec<PatchTarget>,
    metadata: BuildMetadata,
}

/// The kustomization of a directory, with its file.
struct Loaded {
    file: String,
    value: Value,
}

impl<'a> Builder<'a> {
    /// A build of the directory `root`.
    pub fn new(library: &'a Library<'a>, root: &str) -> Self {
        Self {
            library,
            problems: Vec::new(),
            root: root.to_owned(),
            open: Vec::new(),
            directories: 0,
            schemas: None,
            has_objects: false,
            unseen: Vec::new(),
            targets: Vec::new(),
            metadata: BuildMetadata::default(),
        }
    }

    /// Builds it; the problems are in [`Self::problems`].
    pub fn run(&mut self, at: Span) -> Vec<Object> {
        let root = self.root.clone();
        let Some(loaded) = self.load(&root, at) else { return Vec::new() };
        let Some(kustomization) = self.decode(&loaded) else { return Vec::new() };
        self.metadata = build_metadata(&kustomization);
        let mut accumulated = Accumulated::default();
        self.open.push(root);
        self.directory(&loaded, &kustomization, &mut accumulated);
        let Accumulated { mut objects, configuration, variables } = accumulated;
        let most = self.library.most_objects();
        if objects.all().len() > most {
            let message = format!("this build gives more than {most} objects; the rest is left out");
            self.problems.push(Problem::error(loaded.value.origin.span, message));
            objects.change().truncate(most);
        }
        Transformer::Hash.apply(&mut objects, &Schemas::Builtin, &[], &mut self.problems);
        let configuration = configuration.unwrap_or_else(|| Arc::clone(Configuration::standard()));
        names::fix(&mut objects, &configuration.name_references, &mut self.problems);
        let references = &configuration.var_references;
        self.excusing(|problems| variables::resolve(&mut objects, &variables, references, problems));
        annotations::finish(&mut objects, self.library);
        unseen::finish(&mut objects);
        objects.change().retain(|object| annotation(&object.value, "config.kubernetes.io/local-config").is_none());
        kustomization.order.clone().unwrap_or_default().apply(&mut objects);
        self.metadata.apply(&mut objects);
        objects.into_all()
    }

    /// The one kustomization of `dir`, which is named at `span`.
    fn load(&mut self, dir: &str, span: Span) -> Option<Loaded> {
        let candidates = FILE_NAMES.iter().filter_map(|name| join(dir, name));
        let files: Vec<String> = candidates.filter(|path| self.library.files.is_file(path)).collect();
        let [file] = files.as_slice() else {
            let message = match files.len() {
                0 => format!("there is no kustomization in `{dir}`"),
                _ => format!("there are several kustomizations in `{dir}`; keep one of {}", files.join(", ")),
            };
            self.problems.push(Problem::error(span, message));
            return None;
        };
        let before = self.problems.len();
        let documents = self.documents(file, span, Dialect::Kubernetes);
        let Some(document) = documents.into_iter().next().filter(|document| !Kustomization::is_empty(&document.value))
        else {
            if self.problems.len() == before {
                let whole = self.library.whole(file, span).unwrap_or(span);
                self.problems.push(Problem::error(whole.at_start(), format!("`{file}` says nothing")));
            }
            return None;
        };
        Some(Loaded { file: file.clone(), value: document.value })
    }

    fn decode<'v>(&mut self, loaded: &'v Loaded) -> Option<Kustomization<'v>> {
        Kustomization::decode(&loaded.value, &mut self.problems)
    }

    fn documents(&mut self, file: &str, span: Span, dialect: Dialect) -> Vec<Document> {
        match self.library.documents(file, span, dialect, &mut self.problems) {
            Ok(documents) => documents,
            Err(problem) => {
                self.problems.push(problem);
                Vec::new()
            }
        }
    }

    /// Adds what a directory gives to `into`, which for a component is what its user has so far.
    fn directory(&mut self, loaded: &Loaded, kustomization: &Kustomization<'_>, into: &mut Accumulated) {
        let dir = crate::source::parent(&loaded.file).to_owned();
        self.set_schemas(kustomization, &dir);
        let charts = self.inflate(kustomization, &loaded.value, &dir);
        self.resources(&kustomization.resources, &dir, into);
        into.objects.append(charts, &mut self.problems);
        self.configure(kustomization, loaded, &dir, into);
        self.generate(kustomization, loaded, &dir, into);
        for component in &kustomization.components {
            self.component(component, &dir, into);
        }
        let fields = into.configuration.clone().unwrap_or_default();
        let own = steps::steps(kustomization, &fields, self.library, &dir, &mut self.problems);
        for steps in own.chunk_by(Transformer::is_told_with) {
            self.transform(steps, &loaded.file, None, into);
        }
        let before = self.unseen.len();
        let transformers = self.plugins(kustomization.transformers, loaded, &dir);
        let lost: Vec<Unseen> = self.unseen.drain(before..).collect();
        let lost: Vec<Transformer> =
            lost.into_iter().map(|lost| Transformer::Unseen(UnseenStep::on_all(lost))).collect();
        self.transform(&lost, &loaded.file, None, into);
        for (steps, document, file) in transformers {
            self.transform(&steps, &file, Some(&document), into);
        }
        let schemas = self.schemas.clone().unwrap_or_default();
        // A validator gives nothing.
        let before = self.unseen.len();
        let validators = self.plugins(kustomization.validators, loaded, &dir);
        self.unseen.truncate(before);
        for (steps, ..) in validators {
            let mut objects = into.objects.clone();
            for step in &steps {
                step.apply(&mut objects, &schemas, &[], &mut self.problems);
            }
        }
        for variable in &kustomization.variables {
            let outcome = if into.variables.iter().any(|known| known.name == variable.name) {
                let message = format!("there are two variables `{}`; rename one", variable.name);
                Err(Problem::error(variable.span, message))
            } else {
                variable.attach(&mut into.objects)
            };
            self.problems.extend(outcome.err());
            into.variables.push(variable.clone());
        }
    }

    /// The first schema that is named, from the root on, counts for the whole build.
    fn set_schemas(&mut self, kustomization: &Kustomization<'_>, dir: &str) {
        let Some(openapi) = &kustomization.openapi else { return };
        let path = openapi.path.as_ref().filter(|path| !path.text.is_empty());
        let version = openapi.version.as_ref().filter(|version| !version.text.is_empty());
        if let (Some(_), Some(version)) = (path, version) {
            let message = "`openapi` takes either `path` or `version`, not both";
            self.problems.push(Problem::error(version.origin.span, message));
        }
        if let Some(version) = version {
            if version.text != "v1.21.2" {
                let message = format!("`{}` is not built into Kustomize 5.5; `v1.21.2` is", version.text);
                self.problems.push(Problem::error(version.origin.span, message));
            }
            self.schemas.get_or_insert(Schemas::Builtin);
        }
        let Some(path) = path else { return };
        let span = path.origin.span;
        let documents = self.library.load(dir, &path.text, span, Dialect::Kubernetes, &mut self.problems);
        if let (None, Some(document)) = (&self.schemas, documents.into_iter().flatten().next()) {
            let definitions = document.value.get("definitions").cloned().unwrap_or_else(|| Value::null(span));
            self.schemas = Some(Schemas::Document { definitions, beside_builtin: self.has_objects });
        }
    }

    /// Adds the objects of files and of other kustomizations.
    fn resources(&mut self, entries: &[Located], dir: &str, into: &mut Accumulated) {
        for entry in entries {
            let span = entry.origin.span;
            let local = join(dir, &entry.text).filter(|_| !entry.text.contains("://"));
            match local {
                Some(path) if self.library.files.is_file(&path) => {
                    match library::locate(dir, &entry.text, span, &mut self.problems) {
                        Ok(file) => self.file(&file, span, into),
                        Err(problem) => self.problems.push(problem),
                    }
                }
                Some(path) if self.library.files.is_dir(&path) => self.base(&path, span, into),
                _ => self.missing("resource", entry),
            }
        }
    }

    /// Notes that an entry, a resource or a component, gives nothing.
    fn missing(&mut self, what: &str, entry: &Located) {
        let problem = resources::missing(entry);
        let (what, why) = match problem.kind {
            ProblemKind::Elsewhere => ("remote base", "is not fetched"),
            _ => (what, "is not there"),
        };
        self.unseen.push(unseen(format!("{what} `{}`", entry.text), why, entry.origin.span));
        self.problems.push(problem);
    }

    /// Runs a step. Where objects are unknown, what the step misses may be among them.
    fn excusing(&mut self, step: impl FnOnce(&mut Vec<Problem>)) {
        let before = self.problems.len();
        step(&mut self.problems);
        if !self.unseen.is_empty() {
            for problem in self.problems.iter_mut().skip(before).filter(|problem| problem.level == Level::Error) {
                problem.level = Level::Warning;
                problem.help = Some("It may be among the objects that could not be fetched or generated.".into());
            }
        }
    }

    fn file(&mut self, file: &str, span: Span, into: &mut Accumulated) {
        let before = self.problems.len();
        let documents = self.documents(file, span, Dialect::Kustomize);
        let mut objects = resources::objects(documents, &mut self.problems);
        if self.problems.iter().skip(before).any(|problem| problem.level == Level::Error) {
            self.unread("resource", file, span);
        }
        if self.metadata.origins {
            for object in &mut objects {
                object.provenance = Some(provenance::of_file(&self.root, file));
            }
        }
        self.has_objects |= !objects.is_empty();
        into.objects.append(objects, &mut self.problems);
    }

    /// Notes that something which may give any object cannot be read, or not all of it.
    fn unread(&mut self, what: &str, path: &str, span: Span) {
        self.unseen.push(unseen(format!("{what} `{path}`"), reason(path), span));
    }

    /// Adds what another kustomization gives by itself.
    fn base(&mut self, dir: &str, span: Span, into: &mut Accumulated) {
        let Some(loaded) = self.enter(dir, span) else { return };
        let Some(kustomization) = self.decode(&loaded) else { return self.unread("base", dir, span) };
        if kustomization.is_component {
            let message = format!("`{dir}` is a component; name it under `components`");
            self.problems.push(Problem::error(span, message));
            return;
        }
        let mut own = Accumulated::default();
        self.open.push(dir.to_owned());
        self.directory(&loaded, &kustomization, &mut own);
        self.open.pop();
        into.objects.append(own.objects.into_all(), &mut self.problems);
        if let Some(configuration) = own.configuration {
            self.join(&mut into.configuration, &configuration, span);
        }
        for variable in own.variables {
            if into.variables.iter().any(|known| known.name == variable.name) {
                let message = format!("there are two variables `{}`; rename one", variable.name);
                self.problems.push(Problem::error(variable.span, message));
            }
            into.variables.push(variable);
        }
    }

    /// Adds what a component gives to what its user has so far; one that cannot be read may change all of that.
    fn component(&mut self, entry: &Located, dir: &str, into: &mut Accumulated) {
        let before = self.unseen.len();
        self.known_component(entry, dir, into);
        for unseen in self.unseen.iter().skip(before).filter(|unseen| unseen.cause.span == entry.origin.span) {
            UnseenStep::on_all(unseen.clone()).apply(&mut into.objects);
        }
    }

    fn known_component(&mut self, entry: &Located, dir: &str, into: &mut Accumulated) {
        let span = entry.origin.span;
        let local = join(dir, &entry.text).filter(|_| !entry.text.contains("://"));
        let Some(path) = local.filter(|path| self.library.files.is_dir(path)) else {
            return self.missing("component", entry);
        };
        let Some(loaded) = self.enter(&path, span) else { return };
        let Some(kustomization) = self.decode(&loaded) else { return self.unread("component", &path, span) };
        if !kustomization.is_component {
            let message = format!("`{path}` is no component; give it `kind: Component` or name it under `resources`");
            self.problems.push(Problem::error(span, message));
            return;
        }
        self.open.push(path);
        self.directory(&loaded, &kustomization, into);
        self.open.pop();
    }

    /// Reads the kustomization of a directory that another one names.
    fn enter(&mut self, dir: &str, span: Span) -> Option<Loaded> {
        if self.open.iter().any(|open| is_within(open, dir)) {
            let message =
                format!("`{dir}` is being built already, so this would never end; remove one of the references");
            self.problems.push(Problem::error(span, message));
            return None;
        }
        self.directories += 1;
        if self.directories > limits::DIRECTORIES {
            if self.directories == limits::DIRECTORIES + 1 {
                let message =
                    format!("this build reads more than {} directories; the rest is left out", limits::DIRECTORIES);
                self.problems.push(Problem::error(span, message));
                self.unread("kustomization in", dir, span);
            }
            return None;
        }
        let loaded = self.load(dir, span);
        if loaded.is_none() {
            self.unread("kustomization in", dir, span);
        }
        loaded
    }

    fn configure(&mut self, kustomization: &Kustomization<'_>, loaded: &Loaded, dir: &str, into: &mut Accumulated) {
        let mut configuration = Some(Arc::clone(Configuration::standard()));
        for entry in &kustomization.configurations {
            let span = entry.origin.span;
            let documents = self.library.load(dir, &entry.text, span, Dialect::Kubernetes, &mut self.problems);
            for document in documents.iter().flatten().take(1) {
                let further = Configuration::decode(&document.value, &mut self.problems);
                self.join(&mut configuration, &Arc::new(further), span);
            }
        }
        for entry in &kustomization.crds {
            let span = entry.origin.span;
            let documents = self.library.load(dir, &entry.text, span, Dialect::Kubernetes, &mut self.problems);
            for document in documents.into_iter().flatten() {
                let further = crds::configuration(&document.value);
                self.join(&mut configuration, &Arc::new(further), span);
            }
        }
        if let Some(configuration) = configuration {
            self.join(&mut into.configuration, &configuration, loaded.value.origin.span);
        }
    }

    fn join(&mut self, own: &mut Option<Arc<Configuration>>, other: &Arc<Configuration>, span: Span) {
        if let Err(path) = Configuration::join(own, other) {
            let message = format!("`{path}` is made where it is absent by one configuration, but not by another");
            self.problems.push(Problem::error(span, message));
        }
    }

    fn generate(&mut self, kustomization: &Kustomization<'_>, loaded: &Loaded, dir: &str, into: &mut Accumulated) {
        for generator in &kustomization.generated {
            let mut object = generator.generate(self.library, dir, &mut self.problems);
            if self.metadata.origins {
                let plugin = generator.plugin();
                object.provenance = Some(provenance::configured(&self.root, &loaded.file, plugin, None));
            }
            self.excusing(|problems| into.objects.absorb(object, problems));
        }
        for (document, file) in self.plugin_documents(kustomization.generators, loaded, dir) {
            let Some(kind) = plugins::builtin_kind(&document, &mut self.problems) else {
                self.plugin_unseen("generator", &document, "is not run");
                continue;
            };
            let generated = plugins::generate(&document, &kind, self.library, dir, &mut self.problems);
            if let Some(mut object) = generated {
                if self.metadata.origins {
                    object.provenance = Some(provenance::configured(&self.root, &file, &kind, Some(&document)));
                }
                into.objects.absorb(object, &mut self.problems);
            }
        }
    }

    /// Takes the steps of one plugin.
    fn transform(&mut self, steps: &[Transformer], file: &str, configuration: Option<&Value>, into: &mut Accumulated) {
        let schemas = self.schemas.clone().unwrap_or_default();
        for step in steps {
            if let Transformer::Unseen(step) = step {
                self.unseen.push(step.unseen.clone());
            }
            if let Some(target) = step.target() {
                // What is unseen may fit.
                let fits = !self.unseen.is_empty() || into.objects.all().iter().any(|object| target.selects(object));
                self.targets.push(PatchTarget { span: target.span, fits });
            }
            let missing: Vec<Cause> = self.unseen.iter().map(|unseen| unseen.cause.clone()).collect();
            self.excusing(|problems| step.apply(&mut into.objects, &schemas, &missing, problems));
        }
        let is_told = |step: &&Transformer| self.metadata.transformers && !step.plugin().is_empty();
        if let Some(step) = steps.first().filter(is_told) {
            let told = provenance::configured(&self.root, file, step.plugin(), configuration);
            for object in into.objects.change() {
                let element = provenance::element(&told);
                object.transformations.extend(std::iter::repeat_n(element, step.plugins()));
            }
        }
    }

    /// The steps that plugins ask for, each with its configuration and the file of that.
    fn plugins(&mut self, entries: &[Value], loaded: &Loaded, dir: &str) -> Vec<(Vec<Transformer>, Value, String)> {
        let mut steps = Vec::new();
        for (document, file) in self.plugin_documents(entries, loaded, dir) {
            let kind = plugins::builtin_kind(&document, &mut self.problems);
            let Some(kind) = kind else {
                self.plugin_unseen("transformer", &document, "is not run");
                continue;
            };
            match plugins::transformers(&document, &kind, self.library, dir, &mut self.problems) {
                Some(found) => steps.push((found, document, file)),
                None => self.plugin_unseen("transformer", &document, "cannot be read"),
            }
        }
        steps
    }

    fn plugin_unseen(&mut self, what: &str, configuration: &Value, why: &str) {
        let name = configuration.get("kind").map(scalar_text).unwrap_or_default();
        self.unseen.push(unseen(format!("{what} `{name}`"), why, configuration.origin.span));
    }

    /// The configurations of plugins: each entry is one itself, or names a file or a kustomization of them.
    fn plugin_documents(&mut self, entries: &[Value], loaded: &Loaded, dir: &str) -> Vec<(Value, String)> {
        let mut found = Vec::new();
        for entry in entries {
            let span = entry.origin.span;
            let Some(content) = entry.as_str() else {
                self.problems.push(Problem::error(span, "a plugin's configuration must be a path or a string"));
                continue;
            };
            let mut inline_problems = Vec::new();
            let inline = self.library.inline(entry, Dialect::Kustomize, &mut inline_problems);
            if inline_problems.is_empty() && inline.iter().any(|document| document.value.as_mapping().is_some()) {
                found.extend(inline.into_iter().map(|document| (document.value, loaded.file.clone())));
                continue;
            }
            let mut own = Accumulated::default();
            let entry = Located { text: content.into(), origin: entry.origin.clone() };
            self.resources(&[entry], dir, &mut own);
            for object in own.objects.into_all() {
                let file = self.library.sources.get(object.block.source).path.clone();
                found.push((object.value, file));
            }
        }
        found
    }
}

fn build_metadata(kustomization: &Kustomization<'_>) -> BuildMetadata {
    let has = |name| kustomization.build_metadata.iter().any(|option| option.text == name);
    BuildMetadata {
        managed_by: has("managedByLabel"),
        origins: has("originAnnotations"),
        transformers: has("transformerAnnotations"),
        span: kustomization.build_metadata.first().map(|option| option.origin.span),
    }
}
