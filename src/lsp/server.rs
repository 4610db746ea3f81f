//! The thread that keeps documents and settings, and hands out work to the projects.

use super::answers::{Gathering, Query};
use super::buffers::Place;
use super::client::Client;
use super::configure::Configure;
use super::document::Document;
use super::folders::{self, Folder};
use super::outbox::{CANCELLED, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, NOT_INITIALIZED, Outbox};
use super::project::{Job, Project, Shared, untitled};
use super::settings::Settings;
use super::wire::{self, Incoming};
use super::{capabilities, commands, uri};
use crate::config;
use crate::engine::Subject;
use lsp_types::{
    CodeActionParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentDiagnosticParams, InitializeParams, Position,
    TextDocumentIdentifier, TextDocumentPositionParams, Uri, WorkspaceDiagnosticParams,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How often the process of the editor is looked for.
const LOOK: Duration = Duration::from_secs(2);
/// What the client watches for us.
const WATCHED: [&str; 5] = [
    "**/*.{tf,tfvars,hcl,json,yaml,yml,tpl}",
    "**/{Dockerfile,Containerfile}*",
    "**/*.{Dockerfile,dockerfile}",
    "**/.gatelint.{yaml,yml}",
    "**/{.trivyignore,.gitignore,.dockerignore,.env}",
];

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client asked for it, as the protocol has it.
    Shutdown,
    /// It went away, or ended without asking.
    Abrupt,
}

/// Something that the server reacts to.
enum Event {
    Message(Incoming),
    /// The input ended, or the editor did.
    End,
}

/// Serves a client on standard input and output until it ends. Each thread that evaluates has a stack of `stack` bytes.
pub fn run(configure: Arc<dyn Configure>, threads: usize, stack: usize) -> anyhow::Result<Ending> {
    let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(stack).build()?);
    let (outbox, writer) = Outbox::start();
    let (events, received) = channel();
    let input = events.clone();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(io::stdin());
        while let Ok(Some(incoming)) = wire::read(&mut reader) {
            if input.send(Event::Message(incoming)).is_err() {
                return;
            }
        }
        let _ = input.send(Event::End);
    });
    let shared = Shared { outbox: outbox.clone(), client: Client::default(), configure, pool };
    let mut server = Server {
        shared,
        state: Stage::New,
        events,
        documents: BTreeMap::new(),
        folders: Arc::from([]),
        settings: Settings::default(),
        projects: BTreeMap::new(),
        asked: BTreeMap::new(),
    };
    let mut ending = Ending::Abrupt;
    while let Ok(Event::Message(incoming)) = received.recv() {
        if let Some(end) = server.take(incoming) {
            ending = end;
            break;
        }
    }
    outbox.close();
    let _ = writer.join();
    Ok(ending)
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Running,
    Down,
}

struct Server {
    shared: Shared,
    state: Stage,
    events: Sender<Event>,
    documents: BTreeMap<String, Document>,
    folders: Arc<[Folder]>,
    settings: Settings,
    projects: BTreeMap<PathBuf, Project>,
    /// Requests of ours that are not answered yet, and what they ask.
    asked: BTreeMap<i64, &'static str>,
}

impl Server {
    /// Takes a message. Returns how the session ends, if it does.
    fn take(&mut self, incoming: Incoming) -> Option<Ending> {
        let outbox = self.shared.outbox.clone();
        match incoming {
            Incoming::Malformed(code, message) => outbox.send(wire::malformed(code, &message)),
            Incoming::Response { id, result } => self.response(&id, result.as_ref()),
            Incoming::Notification { method, .. } if method == "exit" => {
                return Some(if self.state == Stage::Down { Ending::Shutdown } else { Ending::Abrupt });
            }
            Incoming::Notification { method, params } => {
                if self.state == Stage::Running
                    && let Err(message) = self.notification(&method, params)
                {
                    outbox.log(&format!("{method}: {message}"));
                }
            }
            Incoming::Request { id, method, params } => {
                outbox.open(&id);
                let answer = match (self.state, method.as_str()) {
                    (Stage::New, "initialize") => self.initialize(params).map(Some),
                    (Stage::New, _) => Err((NOT_INITIALIZED, "`initialize` comes first.".to_owned())),
                    (Stage::Down, _) => Err((INVALID_REQUEST, "The server was shut down.".to_owned())),
                    (Stage::Running, "initialize") => Err((INVALID_REQUEST, "This happened already.".to_owned())),
                    (Stage::Running, "shutdown") => {
                        self.state = Stage::Down;
                        self.projects.clear();
                        Ok(Some(Value::Null))
                    }
                    (Stage::Running, _) => self.request(&id, &method, params),
                };
                if let Some(answer) = answer.transpose() {
                    outbox.answer(&id, answer);
                }
            }
        }
        None
    }

    fn initialize(&mut self, params: Value) -> Result<Value, (i64, String)> {
        let options = params.get("initializationOptions").cloned().unwrap_or_default();
        let raw = params.get("capabilities").cloned().unwrap_or_default();
        let params: InitializeParams = read(params)?;
        self.shared.client = Client::new(&params.capabilities, &raw);
        if let Some(process) = params.process_id {
            self.watch_process(process);
        }
        match Settings::read(&options) {
            Ok(settings) => self.settings = settings,
            Err(message) => self.shared.outbox.show(true, &message),
        }
        #[expect(deprecated, reason = "clients that know no folders send a root")]
        let root = params.root_uri;
        let folders = params.workspace_folders.unwrap_or_default().into_iter().map(|folder| folder.uri);
        let mut folders: Vec<Folder> = folders.filter_map(|uri| Folder::new(uri::path(uri.as_str())?)).collect();
        if folders.is_empty() {
            folders.extend(root.and_then(|root| Folder::new(uri::path(root.as_str())?)));
        }
        self.folders = folders.into();
        self.state = Stage::Running;
        Ok(capabilities::answer(&self.shared.client))
    }

    /// Ends the session when the process of the editor does.
    #[cfg(unix)]
    fn watch_process(&self, process: u32) {
        let events = self.events.clone();
        let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else { return };
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(LOOK);
                if rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH) {
                    let _ = events.send(Event::End);
                    return;
                }
            }
        });
    }

    /// Where processes have no parents, the input ends with the editor.
    #[cfg(not(unix))]
    fn watch_process(&self, _process: u32) {}

    fn notification(&mut self, method: &str, params: Value) -> Result<(), String> {
        match method {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => {
                let DidOpenTextDocumentParams { text_document: opened } = told(params)?;
                let (uri, language) = (opened.uri, opened.language_id);
                self.set(Document { uri, language, version: opened.version, text: opened.text });
            }
            "textDocument/didChange" => {
                let DidChangeTextDocumentParams { text_document, content_changes } = told(params)?;
                let known = self.documents.get(text_document.uri.as_str());
                let mut document = known.cloned().ok_or("The document is not open.")?;
                document.version = text_document.version;
                document.change(content_changes, self.shared.client.encoding);
                self.set(document);
            }
            "textDocument/didClose" => {
                let DidCloseTextDocumentParams { text_document } = told(params)?;
                if let Some(document) = self.documents.remove(text_document.uri.as_str()) {
                    let (home, file) = self.home(&document.uri);
                    if let Some(project) = self.projects.get(&home) {
                        project.send(Job::Close(file, document.uri.clone()));
                    }
                    if uri::path(document.uri.as_str()).is_none() {
                        self.projects.remove(&home);
                    }
                }
            }
            "textDocument/didSave" if !self.shared.client.watches_files => self.reread(true),
            "workspace/didChangeWatchedFiles" => {
                let DidChangeWatchedFilesParams { changes } = told(params)?;
                let is_configuration =
                    |uri: &Uri| config::NAMES.iter().any(|name| uri.as_str().ends_with(&format!("/{name}")));
                let configured = changes.iter().any(|change| is_configuration(&change.uri));
                // What is open is told by its changes.
                let is_open = |uri: &Uri| self.documents.contains_key(uri.as_str());
                if configured || changes.iter().any(|change| !is_open(&change.uri)) {
                    self.reread(configured);
                }
            }
            "workspace/didChangeConfiguration" => {
                if self.shared.client.configuration {
                    self.ask_settings();
                } else {
                    self.configure(Settings::read(params.get("settings").unwrap_or(&Value::Null))?);
                }
            }
            "workspace/didChangeWorkspaceFolders" => {
                let DidChangeWorkspaceFoldersParams { event } = told(params)?;
                let gone: Vec<PathBuf> =
                    event.removed.iter().filter_map(|folder| uri::path(folder.uri.as_str())).collect();
                let mut folders: Vec<Folder> = self.folders.to_vec();
                folders.retain(|folder| !gone.contains(&folder.given));
                folders.extend(event.added.iter().filter_map(|one| Folder::new(uri::path(one.uri.as_str())?)));
                self.folders = folders.into();
                self.projects.clear();
                self.documents.values().cloned().collect::<Vec<_>>().into_iter().for_each(|one| self.set(one));
            }
            "$/cancelRequest" => {
                if let Some(id) = params.get("id") {
                    self.shared.outbox.answer(id, Err((CANCELLED, "The request was cancelled.".to_owned())));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn initialized(&mut self) {
        let client = self.shared.client;
        let mut registrations = Vec::new();
        if client.watches_files {
            let watchers: Vec<Value> = WATCHED.iter().map(|glob| json!({"globPattern": glob})).collect();
            let method = "workspace/didChangeWatchedFiles";
            registrations.push(json!({"id": "files", "method": method, "registerOptions": {"watchers": watchers}}));
        }
        if client.registers_configuration {
            let method = "workspace/didChangeConfiguration";
            registrations.push(json!({"id": "settings", "method": method, "registerOptions": {"section": "gatelint"}}));
        }
        if !registrations.is_empty() {
            self.shared.outbox.request("client/registerCapability", json!({"registrations": registrations}));
        }
        if client.configuration {
            self.ask_settings();
        }
        for folder in self.folders.iter().cloned().collect::<Vec<_>>() {
            let place = Place::Directory { real: folder.real.clone(), given: folder.given };
            self.project(&folder.real, place);
        }
    }

    fn ask_settings(&mut self) {
        let params = json!({"items": [{"section": "gatelint"}]});
        let id = self.shared.outbox.request("workspace/configuration", params);
        self.asked.insert(id, "settings");
    }

    fn response(&mut self, id: &Value, result: Option<&Value>) {
        let Some("settings") = id.as_i64().and_then(|id| self.asked.remove(&id)) else { return };
        let own = result.and_then(|result| result.get(0)).filter(|own| !own.is_null());
        match own.map(Settings::read) {
            Some(Ok(settings)) if settings != self.settings => self.configure(settings),
            Some(Err(message)) => self.shared.outbox.show(true, &message),
            _ => {}
        }
    }

    fn configure(&mut self, settings: Settings) {
        self.settings = settings;
        self.reread(true);
    }

    /// Has all projects read their files again, and their configurations.
    fn reread(&self, configuration: bool) {
        for project in self.projects.values() {
            project.send(Job::Disk);
            if configuration {
                project.send(Job::Configure(self.settings.clone(), Arc::clone(&self.folders)));
            }
        }
    }

    /// The directory of the project that a document belongs to, and its real path; for one that is no file, its URI
    /// and the name that it would have.
    fn home(&self, document: &Uri) -> (PathBuf, PathBuf) {
        if let Some(path) = uri::path(document.as_str()) {
            let file = folders::real(&path);
            return (folders::home(&file, &self.folders).0, file);
        }
        let name = self.documents.get(document.as_str()).map(untitled);
        (PathBuf::from(document.as_str()), name.unwrap_or_default())
    }

    /// The project in a directory, started when it is first asked for.
    fn project(&mut self, home: &Path, place: Place) -> Option<&Project> {
        if !self.projects.contains_key(home) {
            let (settings, folders) = (self.settings.clone(), Arc::clone(&self.folders));
            match Project::start(place, settings, folders, self.shared.clone()) {
                Ok(project) => _ = self.projects.insert(home.to_owned(), project),
                Err(error) => self.shared.outbox.show(true, &format!("Cannot start a thread: {error}.")),
            }
        }
        self.projects.get(home)
    }

    fn place_of(&self, document: &Uri) -> Place {
        let Some(path) = uri::path(document.as_str()) else { return Place::Untitled };
        let (real, given) = folders::home(&folders::real(&path), &self.folders);
        Place::Directory { real, given }
    }

    fn set(&mut self, document: Document) {
        let uri = document.uri.clone();
        self.documents.insert(uri.as_str().to_owned(), document.clone());
        let ((home, file), place) = (self.home(&uri), self.place_of(&uri));
        if let Some(project) = self.project(&home, place) {
            project.send(Job::Text(file, Arc::new(document)));
        }
    }

    /// Hands a question about a document to its project.
    fn ask(&mut self, id: &Value, document: &Uri, query: Query) {
        let ((home, file), place) = (self.home(document), self.place_of(document));
        if let Some(project) = self.project(&home, place) {
            project.send(Job::Ask(id.clone(), file, query));
        }
    }

    /// Answers a request, or hands it on: then there is no answer yet.
    fn request(&mut self, id: &Value, method: &str, params: Value) -> Result<Option<Value>, (i64, String)> {
        match method {
            "textDocument/diagnostic" => {
                let params: DocumentDiagnosticParams = read(params)?;
                self.ask(id, &params.text_document.uri, Query::Diagnostics(params.previous_result_id));
            }
            "workspace/diagnostic" => return Ok(self.workspace(id, read(params)?)),
            "textDocument/hover" => {
                let (document, position) = place(params)?;
                self.ask(id, &document, Query::Hover(position));
            }
            "textDocument/definition" => {
                let (document, position) = place(params)?;
                self.ask(id, &document, Query::Definition(position));
            }
            "textDocument/documentLink" => self.ask(id, &document(params)?, Query::Links),
            "textDocument/codeLens" => self.ask(id, &document(params)?, Query::Lenses),
            "textDocument/codeAction" => {
                let params: CodeActionParams = read(params)?;
                let document = params.text_document.uri.clone();
                self.ask(id, &document, Query::Actions(Box::new(params)));
            }
            "workspace/executeCommand" => return self.command(id, &params),
            _ => return Err((METHOD_NOT_FOUND, format!("There is no method `{method}`."))),
        }
        Ok(None)
    }

    /// Diagnostics of the whole workspace: each project adds its own.
    fn workspace(&self, id: &Value, params: WorkspaceDiagnosticParams) -> Option<Value> {
        let previous = params.previous_result_ids.into_iter();
        let gathering = Arc::new(Gathering {
            previous: previous.map(|one| (one.uri.as_str().to_owned(), one.value)).collect(),
            token: params.partial_result_params.partial_result_token.map(|token| json!(token)),
            left: AtomicUsize::new(self.projects.len()),
            items: Mutex::default(),
        });
        for (home, project) in &self.projects {
            project.send(Job::Ask(id.clone(), home.clone(), Query::Workspace(Arc::clone(&gathering))));
        }
        self.projects.is_empty().then(|| json!({"items": []}))
    }

    fn command(&mut self, id: &Value, params: &Value) -> Result<Option<Value>, (i64, String)> {
        let name = params.get("command").and_then(Value::as_str).unwrap_or_default();
        let arguments = params.get("arguments").and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |at: usize| arguments.get(at).and_then(Value::as_str).map(str::to_owned);
        let missing = || (INVALID_PARAMS, format!("`{name}` lacks arguments."));
        let uri = |at: usize| text(at).and_then(|text| Uri::from_str(&text).ok());
        match name {
            commands::EXPLAIN => {
                let subject = Subject::Fingerprint(text(0).ok_or_else(missing)?);
                self.ask(id, &uri(1).ok_or_else(missing)?, Query::Explain(subject));
            }
            commands::EXPLAIN_RESOURCE => {
                let subject = Subject::Resource(text(0).ok_or_else(missing)?.into());
                self.ask(id, &uri(1).ok_or_else(missing)?, Query::Explain(subject));
            }
            commands::ENVIRONMENTS => match uri(0) {
                Some(uri) => self.ask(id, &uri, Query::Environments),
                None => match self.projects.iter().next() {
                    Some((home, project)) => project.send(Job::Ask(id.clone(), home.clone(), Query::Environments)),
                    None => return Ok(Some(json!({"all": [], "evaluated": []}))),
                },
            },
            commands::SET_ENVIRONMENTS => {
                let named = arguments.first().cloned().unwrap_or_default();
                let environments = Vec::<String>::deserialize(&named).map_err(|_| missing())?;
                self.configure(Settings { environments, ..self.settings.clone() });
                return Ok(Some(Value::Null));
            }
            commands::RESCAN => {
                self.reread(true);
                return Ok(Some(Value::Null));
            }
            commands::SHOW_PLACE => {
                let selection = arguments.get(1).cloned().ok_or_else(missing)?;
                let uri = uri(0).ok_or_else(missing)?;
                if self.shared.client.shows_documents {
                    let params = json!({"uri": uri, "external": false, "takeFocus": true, "selection": selection});
                    self.shared.outbox.request("window/showDocument", params);
                }
                return Ok(Some(Value::Null));
            }
            commands::OPEN_PAGE => {
                let page = text(0).ok_or_else(missing)?;
                if self.shared.client.shows_documents {
                    let params = json!({"uri": page, "external": true});
                    self.shared.outbox.request("window/showDocument", params);
                } else {
                    self.shared.outbox.show(false, &page);
                }
                return Ok(Some(json!(page)));
            }
            _ => return Err((INVALID_PARAMS, format!("There is no command `{name}`."))),
        }
        Ok(None)
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, (i64, String)> {
    told(params).map_err(|message| (INVALID_PARAMS, message))
}

fn told<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| format!("The parameters are wrong: {error}."))
}

fn place(params: Value) -> Result<(Uri, Position), (i64, String)> {
    let TextDocumentPositionParams { text_document, position } = read(params)?;
    Ok((text_document.uri, position))
}

fn document(params: Value) -> Result<Uri, (i64, String)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct OfDocument {
        text_document: TextDocumentIdentifier,
    }
    let OfDocument { text_document } = read(params)?;
    Ok(text_document.uri)
}
