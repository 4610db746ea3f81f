//! R-LSP-12: a panic while one unit is evaluated.

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

#[test]
fn a_panic_in_one_unit_is_told_and_the_others_are_evaluated() {
    let panics = Arc::new(AtomicBool::new(false));
    let mut tree = Memory::tree([("bad/main.tf", BUCKET), ("bad/other.tf", ""), ("good/main.tf", BUCKET)]);
    tree.files = Arc::new(Faulty { files: tree.files, path: "bad/other.tf", panics: Arc::clone(&panics) });
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
    let (published, model) = (Published::default(), Mutex::default());
    let mut state = State { analysis, published, model, configured: &configured };
    let document = |path: &str, version: i32, text: String| {
        let uri = lsp_types::Uri::from_str(&format!("file:///project/{path}")).unwrap();
        Arc::new(Document { uri, language: "terraform".to_owned(), version, text })
    };
    let pushed = |worker: &mut Worker, state: &mut State<'_>, buffers: &mut Buffers| {
        worker.evaluate(state, buffers, false);
        heard(&messages, "textDocument/publishDiagnostics")
    };
    worker.evaluate(&mut state, &mut buffers, true);
    for path in ["bad/main.tf", "good/main.tf"] {
        buffers.set(path.to_owned(), document(path, 1, BUCKET.to_owned()), Some(BUCKET));
        let found = pushed(&mut worker, &mut state, &mut buffers);
        assert!(found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");
    }

    panics.store(true, Ordering::Relaxed);
    for version in 2..4 {
        let text = format!("{}{BUCKET}", "\n".repeat(version as usize));
        buffers.set("bad/main.tf".to_owned(), document("bad/main.tf", version, text), None);
        worker.evaluate(&mut state, &mut buffers, false);
        let messages = heard(&messages, "window/showMessage");
        // The user is told once.
        assert_eq!(messages.len(), usize::from(version == 2), "{messages:?}");
        assert!(messages.iter().all(|one| one["message"].to_string().contains("the disk is on fire")), "{messages:?}");
    }
    let private = BUCKET.replace("public-read", "private");
    buffers.set("good/main.tf".to_owned(), document("good/main.tf", 2, private.clone()), None);
    let found = pushed(&mut worker, &mut state, &mut buffers);
    assert_eq!((&found[0]["uri"], &found[0]["version"]), (&json!("file:///project/good/main.tf"), &json!(2)));
    assert!(!found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");

    // What panicked is evaluated again when it changes.
    panics.store(false, Ordering::Relaxed);
    buffers.set("bad/main.tf".to_owned(), document("bad/main.tf", 4, private), None);
    let found = pushed(&mut worker, &mut state, &mut buffers);
    assert_eq!((&found[0]["uri"], &found[0]["version"]), (&json!("file:///project/bad/main.tf"), &json!(4)));
    assert!(!found[0].to_string().contains("aws/s3/public-acl"), "{found:?}");
}
