//! A project: one thread that evaluates a tree, and answers what is asked about it.
//!
//! Jobs are taken together as far as they wait: a text that changed twice is evaluated once. A panic of the evaluation
//! is told to the user once: what panics is left out until it changes, and all else is evaluated without it.

use super::answers::{Answers, Model, Query};
use super::buffers::{Buffers, Place};
use super::client::Client;
use super::configure::{Configure, Configured};
use super::diagnostics::{Ranges, Scene};
use super::document::Document;
use super::folders::{self, Folder};
use super::isolation::{culprits, directories, part};
use super::outbox::{INTERNAL_ERROR, INVALID_REQUEST, Outbox};
use super::published::Published;
use super::settings::Settings;
use crate::discover::Tree;
use crate::scan::Analysis;
use crate::source::{Sources, parent};
use lsp_types::Uri;
use rayon::ThreadPool;
use serde_json::Value;
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What all projects share.
#[derive(Clone)]
pub struct Shared {
    /// The way to the client.
    pub outbox: Outbox,
    /// What the client can do.
    pub client: Client,
    /// Who reads configurations.
    pub configure: Arc<dyn Configure>,
    /// The threads that evaluate.
    pub pool: Arc<ThreadPool>,
}

/// What a project is to do.
#[derive(Debug)]
pub enum Job {
    /// A document was opened or changed: its real path.
    Text(PathBuf, Arc<Document>),
    /// A document was closed.
    Close(PathBuf, Uri),
    /// Files changed on disk.
    Disk,
    /// The settings, the folders of the workspace or a configuration file are others.
    Configure(Settings, Arc<[Folder]>),
    /// Somebody asks about a file: the id of the request.
    Ask(Value, PathBuf, Query),
}

/// The way to a project. It ends when this is dropped.
pub struct Project {
    jobs: Sender<Job>,
}

impl Project {
    /// Starts the thread of a project.
    pub fn start(place: Place, settings: Settings, folders: Arc<[Folder]>, shared: Shared) -> std::io::Result<Self> {
        let (jobs, waiting) = channel();
        let worker = move || {
            let mut worker = Worker { place, settings, folders, shared, waiting, told: BTreeSet::new() };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| worker.run())) {
                worker.refuse(&format!("{}. Please report it, and start the server again.", defect(panic.as_ref())));
            }
        };
        std::thread::Builder::new().name("project".to_owned()).spawn(worker)?;
        Ok(Self { jobs })
    }

    /// Hands out work.
    pub fn send(&self, job: Job) {
        // A thread that ended has told why.
        let _ = self.jobs.send(job);
    }
}

/// What a project keeps from one configuration to the next.
struct Worker {
    place: Place,
    settings: Settings,
    folders: Arc<[Folder]>,
    shared: Shared,
    waiting: Receiver<Job>,
    /// Messages that the user saw.
    told: BTreeSet<String>,
}

/// What a project found, for one configuration.
struct State<'p> {
    analysis: Analysis<'p>,
    published: Published,
    model: Mutex<Option<Model>>,
    configured: &'p Configured,
    /// The directories that are left out, since their evaluation panics.
    left_out: BTreeSet<String>,
}

/// Why a configuration does not serve any more.
enum Next {
    /// There is another one, or it is time for new texts; what was asked meanwhile.
    Again(Vec<Job>),
    /// Nobody needs the project any more.
    End,
}

impl Worker {
    fn run(&mut self) {
        let mut buffers = match Buffers::new(self.place.clone()) {
            Ok(buffers) => buffers,
            Err(error) => return self.refuse(&format!("{error:#}")),
        };
        let mut published = Published::default();
        let mut jobs = Vec::new();
        loop {
            let (chosen, usual) = (self.configured(), Configured::default());
            let sources = Sources::default();
            let catalog = chosen.request.catalog(&sources).map(|catalog| (&chosen, catalog)).or_else(|error| {
                // A choice of checks that do not exist counts for nothing until it is corrected.
                self.tell(&error.to_string());
                usual.request.catalog(&sources).map(|catalog| (&usual, catalog))
            });
            let (configured, catalog) = match catalog {
                Ok(found) => found,
                Err(error) => return self.refuse(&error.to_string()),
            };
            let analysis = Analysis::new(&configured.request, &sources, &catalog);
            let (model, left_out) = (Mutex::default(), BTreeSet::new());
            let mut state = State { analysis, published, model, configured, left_out };
            match self.serve(&mut state, &mut buffers, jobs) {
                Next::Again(asked) => (jobs, published) = (asked, state.published),
                Next::End => return,
            }
        }
    }

    /// What is to be done by the configuration; what is to be done without one, if it is wrong.
    fn configured(&mut self) -> Configured {
        let folder = match &self.place {
            Place::Directory { real, .. } => real.clone(),
            Place::Untitled => return Configured::default(),
        };
        let (configure, settings) = (Arc::clone(&self.shared.configure), self.settings.clone());
        match configure.configured(&folder, &settings) {
            Ok(configured) => configured,
            Err(error) => {
                self.tell(&format!("{error:#}"));
                Configured::default()
            }
        }
    }

    /// Does what is asked until the configuration changes.
    fn serve(&mut self, state: &mut State<'_>, buffers: &mut Buffers, mut jobs: Vec<Job>) -> Next {
        let mut is_fresh = true;
        loop {
            if !is_fresh {
                let Ok(first) = self.waiting.recv() else { return Next::End };
                jobs = std::iter::once(first).chain(self.waiting.try_iter()).collect();
            }
            let (mut asked, mut is_other) = (Vec::new(), false);
            for job in std::mem::take(&mut jobs) {
                match job {
                    Job::Text(file, document) => {
                        if let Some(path) = buffers.path(&file) {
                            let sources = state.analysis.sources;
                            let read = sources.of_file(&path).map(|id| sources.get(id));
                            buffers.set(path, document, read.as_ref().map(|source| source.text.as_str()));
                        }
                    }
                    Job::Close(file, uri) => {
                        let path = buffers.path(&file).unwrap_or_default();
                        buffers.close(&path);
                        state.published.close(&path, &uri, &self.shared.client, &self.shared.outbox);
                    }
                    Job::Disk => {
                        is_fresh = true;
                        if let Err(error) = buffers.walk() {
                            self.tell(&format!("{error:#}"));
                        }
                    }
                    Job::Configure(settings, folders) => {
                        (self.settings, self.folders, is_other) = (settings, folders, true);
                    }
                    Job::Ask(..) => asked.push(job),
                }
            }
            if is_other || state.analysis.is_full() {
                return Next::Again(asked);
            }
            self.evaluate(state, buffers, is_fresh);
            is_fresh = false;
            for job in asked {
                self.answer(state, buffers, &job);
            }
        }
    }

    /// Evaluates what changed, or all of it, and tells the client.
    fn evaluate(&mut self, state: &mut State<'_>, buffers: &mut Buffers, everything: bool) {
        let changed = buffers.take_changed();
        let client = self.shared.client;
        if everything || !changed.is_empty() {
            state.model = Mutex::default();
            state.published.forget();
            let tree = buffers.tree().within(&state.analysis.request.scope);
            self.find(state, &tree, (!everything).then_some(&changed));
        }
        if !client.pulls {
            let (analysis, published) = (&state.analysis, &mut state.published);
            let (hide_inconclusive, outbox) = (self.settings.hide_inconclusive, self.shared.outbox.clone());
            self.guarded(|| {
                let ranges = Ranges::new(analysis.sources, buffers, client);
                published.push(buffers, &Scene { analysis, ranges, hide_inconclusive }, &outbox);
            });
        }
        // The documents that did not change have other diagnostics; a client that changed a document asks by itself.
        if everything && client.pulls && client.refreshes_diagnostics {
            self.shared.outbox.request("workspace/diagnostic/refresh", Value::Null);
        }
        if everything && client.refreshes_lenses {
            self.shared.outbox.request("workspace/codeLens/refresh", Value::Null);
        }
    }

    /// Finds what is in a tree, of which some files `changed`, or all of it is new.
    fn find(&mut self, state: &mut State<'_>, tree: &Tree, changed: Option<&BTreeSet<String>>) {
        let mut changed = changed;
        let Analysis { request, sources, catalog, .. } = state.analysis;
        let evaluate = |tree: &Tree| self.caught(|| Analysis::new(request, sources, catalog).whole(tree));
        let is_left_out = |path: &String| state.left_out.contains(parent(path));
        let is_touched = changed.is_none_or(|changed| changed.iter().any(is_left_out));
        if !state.left_out.is_empty() && is_touched && evaluate(&part(tree, &state.left_out, true)).is_ok() {
            state.left_out.clear();
            changed = None;
        }
        let rest = part(tree, &state.left_out, false);
        let analysis = &mut state.analysis;
        let Err(why) = self.caught(|| match changed {
            Some(changed) => analysis.again(&rest, changed),
            None => analysis.whole(&rest),
        }) else {
            return;
        };
        let evaluate = |tree: &Tree| self.caught(|| Analysis::new(request, sources, catalog).whole(tree));
        let found = culprits(&directories(&rest), &mut |some| evaluate(&part(&rest, some, true)).is_err());
        let places: Vec<String> =
            found.iter().map(|place| format!("`{}`", if place.is_empty() { "." } else { place })).collect();
        state.left_out.extend(found);
        let (rest, analysis) = (part(tree, &state.left_out, false), &mut state.analysis);
        let others = match self.caught(|| analysis.whole(&rest)) {
            Ok(()) => "all other files are evaluated",
            Err(_) => "the other files are as they were evaluated before",
        };
        let places =
            if places.is_empty() { "Nothing".to_owned() } else { format!("What lies in {}", places.join(", ")) };
        self.tell(&format!("{why}. Please report it. {places} is left out until it changes; {others}."));
    }

    fn answer(&mut self, state: &State<'_>, buffers: &Buffers, job: &Job) {
        let Job::Ask(id, file, query) = job else { return };
        let outbox = self.shared.outbox.clone();
        if !outbox.is_open(id) {
            return;
        }
        let path = buffers.path(file).unwrap_or_default();
        let Configured { request, environments } = state.configured;
        let evaluated: Vec<String> =
            request.environments.iter().map(|environment| environment.name.to_string()).collect();
        let answers = Answers {
            analysis: &state.analysis,
            buffers,
            published: &state.published,
            client: self.shared.client,
            outbox: &outbox,
            environments: (environments, &evaluated),
            hide_inconclusive: self.settings.hide_inconclusive,
            lenses: !self.settings.hide_lenses,
            model: &state.model,
        };
        let (home, folders) = (self.place.clone(), Arc::clone(&self.folders));
        let is_ours = |file: &Path| match &home {
            Place::Untitled => false,
            Place::Directory { real, .. } => folders::home(file, &folders).0 == *real,
        };
        let answer = self.guarded(|| answers.answer(id, &path, query, &is_ours));
        let answer = answer.unwrap_or_else(|| Err((INTERNAL_ERROR, "A defect of gatelint.".to_owned())));
        if let Some(answer) = answer.transpose() {
            outbox.answer(id, answer);
        }
    }

    /// Runs `work` on the threads that evaluate. A panic is told to the user; then there is no result.
    fn guarded<T: Send>(&mut self, work: impl FnOnce() -> T + Send) -> Option<T> {
        let result = self.caught(work);
        let tell = |why: &String| self.tell(&format!("{why}. Please report it; the other files are not affected."));
        result.inspect_err(tell).ok()
    }

    /// Runs `work` on the threads that evaluate. An error says what panicked.
    fn caught<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, String> {
        let caught = catch_unwind(AssertUnwindSafe(|| self.shared.pool.install(work)));
        caught.map_err(|panic| defect(panic.as_ref()))
    }

    /// Shows the user a message, once.
    fn tell(&mut self, message: &str) {
        self.shared.outbox.log(message);
        if self.told.insert(message.to_owned()) {
            self.shared.outbox.show(true, message);
        }
    }

    /// Answers all that is asked with the reason why nothing can be done.
    fn refuse(&mut self, message: &str) {
        self.tell(message);
        while let Ok(job) = self.waiting.recv() {
            if let Job::Ask(id, ..) = job {
                self.shared.outbox.answer(&id, Err((INVALID_REQUEST, message.to_owned())));
            }
        }
    }
}

/// What a panic says, as the beginning of a sentence.
fn defect(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("A defect of gatelint: {}", text.unwrap_or("it gave no reason"))
}

/// The path of a document without file, in a project of its own.
pub fn untitled(document: &Document) -> PathBuf {
    Path::new(document.file_name()).to_owned()
}

#[cfg(test)]
mod tests;
