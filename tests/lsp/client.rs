//! A client of the language server: it starts the program, and speaks the protocol over its standard streams.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long an answer may take on a loaded machine, in a build that is not optimized.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with files, removed at the end.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes a folder of that name with files, by path.
    pub fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join(".git")).unwrap();
        let folder = Self { path: fs::canonicalize(path).unwrap() };
        for (file, text) in files {
            folder.write(file, text);
        }
        folder
    }

    /// Writes a file.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The URI of a file in it, or of the folder itself.
    pub fn uri(&self, file: &str) -> String {
        let path = self.path.join(file);
        let path = path.to_str().unwrap().trim_end_matches('/').to_owned();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
        let encoded =
            path.bytes().map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
        format!("file://{}", encoded.collect::<String>())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The program, and what it said.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What was said, and nobody waited for.
    heard: Vec<Value>,
    next: i64,
    /// The versions of the open documents.
    versions: BTreeMap<String, i64>,
}

impl Client {
    /// Starts the program.
    pub fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelint"));
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(output);
            loop {
                let mut length = None;
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap() == 0 {
                        return;
                    }
                    let line = line.trim_end();
                    if line.is_empty() {
                        break;
                    }
                    let (name, value) = line.split_once(": ").expect("only frames on standard output");
                    assert_eq!(name, "Content-Length", "only frames on standard output");
                    length = Some(value.parse::<usize>().unwrap());
                }
                let mut body = vec![0; length.expect("a length")];
                reader.read_exact(&mut body).unwrap();
                if sender.send(serde_json::from_slice(&body).expect("JSON")).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, messages, heard: Vec::new(), next: 1, versions: BTreeMap::new() }
    }

    /// Starts the program for some folders, with capabilities.
    pub fn of(folders: &[&Folder], capabilities: Value) -> Self {
        Self::with(folders, capabilities, Value::Null)
    }

    /// The same with options.
    pub fn with(folders: &[&Folder], capabilities: Value, options: Value) -> Self {
        let mut client = Self::start();
        let folders: Vec<Value> = folders.iter().map(|folder| json!({"uri": folder.uri(""), "name": "x"})).collect();
        let params = json!({
            "processId": std::process::id(), "rootUri": null, "workspaceFolders": folders,
            "capabilities": capabilities, "initializationOptions": options,
        });
        client.ask("initialize", params);
        client.tell("initialized", json!({}));
        client
    }

    /// Sends bytes.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
        self.input.as_mut().unwrap().flush().unwrap();
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request; returns its id.
    pub fn request(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next;
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The answer to a request: result or error.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let is_it = |message: &Value| message["id"] == json!(id) && message.get("method").is_none();
        let message = self.wait(&is_it).unwrap_or_else(|| panic!("no answer to request {id}"));
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    /// Sends a request, and waits for its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The next message that is wanted, of those that were not taken yet.
    pub fn wait(&mut self, is_wanted: &dyn Fn(&Value) -> bool) -> Option<Value> {
        self.wait_for(is_wanted, PATIENCE)
    }

    /// The same with another patience.
    pub fn wait_for(&mut self, is_wanted: &dyn Fn(&Value) -> bool, patience: Duration) -> Option<Value> {
        if let Some(at) = self.heard.iter().position(is_wanted) {
            return Some(self.heard.remove(at));
        }
        let end = Instant::now() + patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) if is_wanted(&message) => return Some(message),
                Ok(message) => self.heard.push(message),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// The next notification or request of a method.
    pub fn hear(&mut self, method: &str) -> Value {
        let message = self.wait(&|message: &Value| message["method"] == json!(method));
        message.unwrap_or_else(|| panic!("no {method}"))["params"].clone()
    }

    /// Opens a document.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.versions.insert(uri.to_owned(), 1);
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes a document, as the protocol has changes; returns the new version.
    pub fn change(&mut self, uri: &str, changes: Value) -> i64 {
        let version = self.versions.get_mut(uri).unwrap();
        *version += 1;
        let version = *version;
        let document = json!({"uri": uri, "version": version});
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
        version
    }

    /// What is pushed for a version of a document.
    pub fn pushed(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let is_it = |message: &Value| {
            message["method"] == json!("textDocument/publishDiagnostics")
                && message["params"]["uri"] == json!(uri)
                && message["params"]["version"] == json!(version)
        };
        let message = self.wait(&is_it).unwrap_or_else(|| panic!("nothing is pushed for version {version} of {uri}"));
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Closes the input, and gives the exit code of the program.
    pub fn end(&mut self) -> i32 {
        self.input = None;
        self.exit_code()
    }

    /// Waits for the program to end, and gives its exit code.
    pub fn exit_code(&mut self) -> i32 {
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().expect("an exit code");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not end");
    }

    /// Ends as the protocol has it, and holds the program to it.
    pub fn shut_down(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        assert_eq!(self.exit_code(), 0);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The checks that diagnostics name, with the lines they begin on (from 0).
pub fn codes(diagnostics: &[Value]) -> Vec<(String, u64)> {
    let code = |one: &Value| {
        (one["code"].as_str().unwrap_or_default().to_owned(), one["range"]["start"]["line"].as_u64().unwrap())
    };
    diagnostics.iter().map(code).collect()
}

/// Whether a check is among diagnostics.
pub fn has(diagnostics: &[Value], check: &str) -> bool {
    diagnostics.iter().any(|one| one["code"] == json!(check))
}
