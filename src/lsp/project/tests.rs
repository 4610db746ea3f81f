//! R-LSP-12: a panic while one unit, or everything, is evaluated.

use super::{Shared, State, Worker};
use crate::discover::Memory;
use crate::lsp::buffers::{Buffers, Place};
use crate::lsp::client::Client;
use crate::lsp::configure::{Configure, Configured};
use crate::lsp::document::Document;
use crate::lsp::outbox::Outbox;
use crate::lsp::published::Published;
use crate::lsp::settings::Settings;
use crate::scan::Analysis;
use crate::source::{Entry, Files, ReadError, Sources};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

/// Files, one of which makes its reader panic, from some moment on.
struct Faulty {
    files: Arc<dyn Files>,
    path: &'static str,
    panics: Arc<AtomicBool>,
}

impl Files for Faulty {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        assert!(path != self.path || !self.panics.load(Ordering::Relaxed), "the disk is on fire");
        self.files.read(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        self.files.list(dir)
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }

    fn is_committed(&self, path: &str) -> bool {
        self.files.is_committed(path)
    }
}

/// Every folder has the configuration that is none.
struct Plain;

impl Configure for Plain {
    fn configured(&self, _folder: &Path, _settings: &Settings) -> anyhow::Result<Configured> {
        Ok(Configured::default())
    }
}

/// The messages of a method that wait.
fn heard(messages: &Receiver<Option<Value>>, method: &str) -> Vec<Value> {
    let all = messages.try_iter().flatten().filter(|message| message["method"] == json!(method));
    all.map(|message| message["params"].clone()).collect()
}

/// Runs `test` on a project of which one unit panics when it is told to.
fn with_faulty(
    panics: &Arc<AtomicBool>,
    test: impl FnOnce(&mut Worker, &mut State<'_>, &mut Buffers, &Receiver<Option<Value>>),
) {
    let mut tree = Memory::tree([("bad/main.tf", BUCKET), ("bad/other.tf", ""), ("good/main.tf", BUCKET)]);
    tree.files = Arc::new(Faulty { files: tree.files, path: "bad/other.tf", panics: Arc::clone(panics) });
    let place = Place::Directory { real: PathBuf::from("/project"), given: PathBuf::from("/project") };
    let mut buffers = Buffers::over(place.clone(), PathBuf::from("/project"), tree);
    let ((outbox, messages), (_jobs, waiting)) = (Outbox::new(), channel());
    let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap());
    let shared = Shared { outbox, client: Client::default(), configure: Arc::new(Plain), pool };
    let (settings, folders) = (Settings::default(), Arc::default());
    let mut worker = Worker { place, settings, folders, shared, waiting, told: BTreeSet::new() };
    let (configured, sources) = (Configured::default(), Sources::default());
    let catalog = configured.request.catalog(&sources).unwrap();
    let analysis = Analysis::new(&configured.request, &sources, &catalog);
    let (published, model, left_out) = (Published::default(), Mutex::default(), BTreeSet::new());
    let mut state = State { analysis, published, model, configured: &configured, left_out };
    test(&mut worker, &mut state, &mut buffers, &messages);
}

fn document(path: &str, version: i32, text: String) -> Arc<Document> {
    let uri = lsp_types::Uri::from_str(&format!("file:///project/{path}")).unwrap();
    Arc::new(Document { uri, language: "terraform".to_owned(), version, text })
}

#[test]
fn a_panic_in_one_unit_is_told_and_the_others_are_evaluated() {
    let panics = Arc::new(AtomicBool::new(false));
    with_faulty(&panics, |worker, state, buffers, messages| {
        let pushed = |worker: &mut Worker, state: &mut State<'_>, buffers: &mut Buffers| {
            worker.evaluate(state, buffers, false);
            heard(messages, "textDocument/publishDiagnostics")
        };
        worker.evaluate(state, buffers, true);
        for path in ["bad/main.tf", "good/main.tf"] {
            buffers.set(path.to_owned(), document(path, 1, BUCKET.to_owned()), Some(BUCKET));
            let found = pushed(worker, state, buffers);
            assert!(found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");
        }

        panics.store(true, Ordering::Relaxed);
        for version in 2..4 {
            let text = format!("{}{BUCKET}", "\n".repeat(version as usize));
            buffers.set("bad/main.tf".to_owned(), document("bad/main.tf", version, text), None);
            worker.evaluate(state, buffers, false);
            let told = heard(messages, "window/showMessage");
            // The user is told once.
            assert_eq!(told.len(), usize::from(version == 2), "{told:?}");
            assert!(told.iter().all(|one| one["message"].to_string().contains("the disk is on fire")), "{told:?}");
        }
        let private = BUCKET.replace("public-read", "private");
        buffers.set("good/main.tf".to_owned(), document("good/main.tf", 2, private.clone()), None);
        let found = pushed(worker, state, buffers);
        assert_eq!((&found[0]["uri"], &found[0]["version"]), (&json!("file:///project/good/main.tf"), &json!(2)));
        assert!(!found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");

        // What panicked is evaluated again when it changes.
        panics.store(false, Ordering::Relaxed);
        buffers.set("bad/main.tf".to_owned(), document("bad/main.tf", 4, private), None);
        let found = pushed(worker, state, buffers);
        assert_eq!((&found[0]["uri"], &found[0]["version"]), (&json!("file:///project/bad/main.tf"), &json!(4)));
        assert!(!found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");
    });
}

#[test]
fn a_panic_while_everything_is_evaluated_leaves_out_what_panics() {
    let panics = Arc::new(AtomicBool::new(true));
    with_faulty(&panics, |worker, state, buffers, messages| {
        for path in ["bad/main.tf", "good/main.tf"] {
            buffers.set(path.to_owned(), document(path, 1, BUCKET.to_owned()), Some(BUCKET));
        }
        let uri = |path: &str| json!(format!("file:///project/{path}"));
        for round in 0..2 {
            worker.evaluate(state, buffers, true);
            let all: Vec<Value> = messages.try_iter().flatten().collect();
            let told: Vec<&Value> = all.iter().filter(|one| one["method"] == json!("window/showMessage")).collect();
            // The user is told once, whatever is evaluated again.
            assert_eq!(told.len(), usize::from(round == 0), "{told:?}");
            let is_told =
                |one: &&Value| one.to_string().contains("the disk is on fire") && one.to_string().contains("`bad`");
            assert!(told.iter().all(is_told), "{told:?}");
            let good = all.iter().find(|one| one["params"]["uri"] == uri("good/main.tf"));
            // What did not change is not pushed again.
            assert_eq!(good.is_some(), round == 0, "{all:?}");
            assert!(good.is_none_or(|good| good.to_string().contains("aws/s3/public-acl")), "{good:?}");
        }
        // A change elsewhere is evaluated as ever.
        let private = BUCKET.replace("public-read", "private");
        buffers.set("good/main.tf".to_owned(), document("good/main.tf", 2, private), None);
        worker.evaluate(state, buffers, false);
        let found = heard(messages, "textDocument/publishDiagnostics");
        assert_eq!((found.len(), &found[0]["uri"]), (1, &uri("good/main.tf")), "{found:?}");
        assert!(!found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");

        // What panicked is evaluated when it changes and does not panic any more.
        panics.store(false, Ordering::Relaxed);
        buffers.set("bad/main.tf".to_owned(), document("bad/main.tf", 2, format!("\n{BUCKET}")), None);
        worker.evaluate(state, buffers, false);
        let found = heard(messages, "textDocument/publishDiagnostics");
        let bad = found.iter().find(|one| one["uri"] == uri("bad/main.tf")).expect("diagnostics");
        assert!(bad.to_string().contains("aws/s3/public-acl"), "{found:?}");
    });
}
