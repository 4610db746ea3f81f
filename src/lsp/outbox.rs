//! Everything that goes to the client: the only writer to standard output.

use super::wire;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufWriter};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Why a request gets no result: the code of the protocol, and words.
pub type Failure = (i64, String);

/// The request was cancelled.
pub const CANCELLED: i64 = -32800;
/// The server does not do what is asked now.
pub const INVALID_REQUEST: i64 = -32600;
/// There is no such method.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// The parameters are not those of the method.
pub const INVALID_PARAMS: i64 = -32602;
/// A defect of the server.
pub const INTERNAL_ERROR: i64 = -32603;
/// Nothing was initialized yet.
pub const NOT_INITIALIZED: i64 = -32002;

/// A way to the client, which all threads share.
#[derive(Clone)]
pub struct Outbox {
    sender: Sender<Option<Value>>,
    /// Requests of the client that are not answered yet, by the text of their ids.
    open: Arc<Mutex<BTreeMap<String, Value>>>,
    next: Arc<AtomicI64>,
}

impl Outbox {
    /// A way, and its other end: messages, and nothing when it is closed.
    pub fn new() -> (Self, Receiver<Option<Value>>) {
        let (sender, messages) = channel();
        (Self { sender, open: Arc::default(), next: Arc::default() }, messages)
    }

    /// Starts the thread that writes.
    pub fn start() -> (Self, JoinHandle<()>) {
        let (outbox, messages) = Self::new();
        let writer = std::thread::spawn(move || {
            let mut output = BufWriter::new(io::stdout());
            while let Ok(Some(message)) = messages.recv() {
                if wire::write(&mut output, &message).is_err() {
                    return;
                }
            }
        });
        (outbox, writer)
    }

    /// Ends the thread when everything before is written.
    pub fn close(&self) {
        let _ = self.sender.send(None);
    }

    /// Sends a message as it is.
    pub fn send(&self, message: Value) {
        // The reader of our output went away: the input will end, too.
        let _ = self.sender.send(Some(message));
    }

    /// Notes that a request waits for its answer.
    pub fn open(&self, id: &Value) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_string(), id.clone());
    }

    /// Whether a request still waits for its answer: it may have been cancelled.
    pub fn is_open(&self, id: &Value) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id.to_string())
    }

    /// Answers a request, unless it was answered or cancelled before.
    pub fn answer(&self, id: &Value, answer: Result<Value, Failure>) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.to_string());
        if let Some(id) = open {
            self.send(match answer {
                Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
                Err((code, message)) => {
                    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
                }
            });
        }
    }

    /// Tells the client something.
    pub fn notify(&self, method: &str, params: Value) {
        let mut message = json!({"jsonrpc": "2.0", "method": method});
        message["params"] = params;
        self.send(message);
    }

    /// Asks the client; returns the id of the request.
    pub fn request(&self, method: &str, params: Value) -> i64 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(message);
        id
    }

    /// Shows the user a message: an error, or a piece of information.
    pub fn show(&self, is_error: bool, message: &str) {
        self.notify("window/showMessage", json!({"type": if is_error { 1 } else { 3 }, "message": message}));
    }

    /// Writes to the client's log.
    pub fn log(&self, message: &str) {
        self.notify("window/logMessage", json!({"type": 4, "message": message}));
    }
}
