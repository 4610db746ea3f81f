//! R-LSP-10, R-LSP-12: malformed frames, and documents that are hard to read.

use crate::client::{Client, Folder, has};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

#[test]
fn malformed_frames_are_answered_and_the_server_goes_on() {
    let mut client = Client::of(&[], json!({}));
    let body = |text: &str| format!("Content-Length: {}\r\n\r\n{text}", text.len());
    let frames = [
        (body("{"), -32700),
        (body(""), -32700),
        (body("\u{0}\u{1}"), -32700),
        (body("[]"), -32600),
        (body("1"), -32600),
        (body("{\"jsonrpc\": \"2.0\", \"id\": null, \"method\": \"shutdown\"}"), -32600),
        (body("{\"jsonrpc\": \"2.0\", \"id\": {}, \"method\": \"shutdown\"}"), -32600),
        (body("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": 7}"), -32600),
        (body("{\"jsonrpc\": \"2.0\"}"), -32600),
        (body(&"[".repeat(10_000)), -32700),
        ("Content-Length: many\r\n\r\n".to_owned(), -32700),
        ("Content-Length: -1\r\n\r\n".to_owned(), -32700),
    ];
    for _ in 0..40 {
        for (frame, code) in &frames {
            client.raw(frame.as_bytes());
            let answer = client.wait(&|message: &Value| message.get("error").is_some()).expect("an answer");
            assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &Value::Null), "{frame}");
        }
    }
    client.raw(b"noise without a header\r\n\r\nX-Header: 1\r\n\r\n");
    client.raw(b"content-length:  60\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n");
    client.raw(b"{\"jsonrpc\": \"2.0\", \"id\": \"text\", \"method\": \"shutdown\"}      ");
    assert!(client.wait(&|message: &Value| message["id"] == json!("text") && message["result"].is_null()).is_some());
    client.tell("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

/// All files below a directory; links may lead in a circle.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn documents_that_are_hard_to_read_leave_the_server_alive() {
    let folder = Folder::new("hostile", &[("ok/main.tf", BUCKET)]);
    let mut client = Client::of(&[&folder], json!({}));
    let hostile = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hostile");
    let mut seen = 0;
    for file in files(&hostile) {
        let Ok(bytes) = fs::read(&file) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let name = file.file_name().unwrap().to_str().unwrap();
        let uri = folder.uri(&format!("hostile-{seen}/{name}"));
        fs::create_dir_all(folder.path().join(format!("hostile-{seen}"))).unwrap();
        client.open(&uri, "terraform", &text);
        let position = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 3}});
        client.ask("textDocument/hover", position.clone());
        client.ask("textDocument/definition", position);
        client.ask("textDocument/documentLink", json!({"textDocument": {"uri": uri}}));
        client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
    let uri = folder.uri("ok/main.tf");
    client.open(&uri, "terraform", BUCKET);
    assert!(has(&client.pushed(&uri, 1), "aws/s3/public-acl"));
    client.shut_down();
}
