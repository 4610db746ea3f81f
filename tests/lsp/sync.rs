//! R-LSP-3, R-LSP-4, R-LSP-6, R-LSP-7, R-LSP-14: documents, and the diagnostics that follow them.

use crate::client::{Client, Folder, codes, has};
use serde_json::{Value, json};
use std::time::Duration;

const CHECK: &str = "aws/s3/public-acl";
const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

/// Numbers that look random, the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end as u64)).unwrap()
    }
}

/// The lines of a text as UTF-16 code units, with their ends.
fn lines(text: &[u16]) -> Vec<(usize, usize)> {
    let (mut lines, mut start) = (Vec::new(), 0);
    for (at, unit) in text.iter().enumerate() {
        let is_pair = *unit == 13 && text.get(at + 1) == Some(&10);
        if (*unit == 10 || *unit == 13) && !is_pair {
            let end = if *unit == 10 && at > start && text[at - 1] == 13 { at - 1 } else { at };
            lines.push((start, end));
            start = at + 1;
        }
    }
    lines.push((start, text.len()));
    lines
}

/// The unit at a position, as the protocol has it.
fn unit(text: &[u16], line: usize, character: usize) -> usize {
    let lines = lines(text);
    match lines.get(line) {
        None => text.len(),
        Some((start, end)) => (start + character).min(*end),
    }
}

/// What an editor makes of ten thousand edits, the server makes of them too: at the end both find the same.
#[test]
fn random_edits_leave_the_text_that_the_editor_has() {
    let folder = Folder::new("edits", &[]);
    let mut client = Client::of(&[&folder], json!({}));
    let uri = folder.uri("main.tf");
    let mut text: Vec<u16> = Vec::new();
    client.open(&uri, "terraform", "");
    let pieces = ["a", "\n", "\r\n", "é", "😀", "x = 1\n", "\r", "  ", "日本", "}\r\n{"];
    let mut numbers = Numbers(42);
    for round in 0..500 {
        let mut changes = Vec::new();
        for _ in 0..20 {
            let count = lines(&text).len();
            let place = |numbers: &mut Numbers| {
                let line = numbers.below(count + 1);
                let character = numbers.below(12);
                (line, character, unit(&text, line, character))
            };
            let (one, other) = (place(&mut numbers), place(&mut numbers));
            let (start, end) = if one.2 <= other.2 { (one, other) } else { (other, one) };
            // No editor cuts a character in two, nor removes much more than it adds.
            let is_pair = |at: usize| at > 0 && at < text.len() && (0xDC00..0xE000).contains(&text[at]);
            if is_pair(start.2) || is_pair(end.2) || end.2 - start.2 > 8 || start.0 > end.0 {
                continue;
            }
            let piece = pieces[numbers.below(pieces.len())];
            let position = |place: (usize, usize, usize)| json!({"line": place.0, "character": place.1});
            changes.push(json!({"range": {"start": position(start), "end": position(end)}, "text": piece}));
            text.splice(start.2..end.2, piece.encode_utf16());
        }
        if !changes.is_empty() {
            client.change(&uri, Value::Array(changes));
        }
        if round % 100 == 99 {
            // What is behind the end of all lines stands at the end: there the finding is known by its place.
            let before = String::from_utf16(&text).unwrap();
            let mark = format!("\n*/\n{BUCKET}/*");
            let end = json!({"line": 1_000_000, "character": 0});
            let open = json!({"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "/*"});
            let close = json!({"range": {"start": end, "end": end}, "text": mark});
            let clean = before.replace("*/", "");
            assert_eq!(clean, before, "no piece ends the comment");
            let version = client.change(&uri, json!([open, close]));
            let whole: Vec<u16> = format!("/*{before}\n*/\n").encode_utf16().collect();
            let line = lines(&whole).len() as u64;
            let found = client.pushed(&uri, version);
            assert!(codes(&found).contains(&(CHECK.to_owned(), line)), "round {round}: {found:?} not on {line}");
            text = before.encode_utf16().collect();
            client.change(&uri, json!([{"text": before}]));
        }
    }
    client.shut_down();
}

#[test]
fn what_is_pushed_has_the_version_and_a_closed_document_has_nothing() {
    let folder = Folder::new("push", &[("main.tf", BUCKET)]);
    let mut client = Client::of(&[&folder], json!({}));
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", BUCKET);
    assert!(has(&client.pushed(&uri, 1), CHECK));
    let range = json!({"start": {"line": 1, "character": 9}, "end": {"line": 1, "character": 20}});
    let version = client.change(&uri, json!([{"range": range, "text": "private"}]));
    assert!(!has(&client.pushed(&uri, version), CHECK));
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let is_empty =
        |message: &Value| message["params"]["uri"] == json!(uri) && message["params"].get("version").is_none();
    let closed = client.wait(&is_empty).expect("a list for the closed document");
    assert_eq!(closed["params"]["diagnostics"], json!([]));
    client.shut_down();
}

#[test]
fn a_client_that_asks_is_told_nothing_by_itself() {
    let folder = Folder::new("pull", &[("main.tf", BUCKET), ("other/main.tf", BUCKET)]);
    let capabilities = json!({
        "textDocument": {"diagnostic": {"relatedDocumentSupport": false}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut client = Client::of(&[&folder], capabilities);
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", BUCKET);
    let report = client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    assert_eq!(report["kind"], json!("full"));
    assert!(has(report["items"].as_array().unwrap(), CHECK));
    let again = json!({"textDocument": {"uri": uri}, "previousResultId": report["resultId"]});
    let same = client.ask("textDocument/diagnostic", again.clone());
    assert_eq!(same, json!({"kind": "unchanged", "resultId": report["resultId"]}));
    client.change(&uri, json!([{"text": "# nothing\n"}]));
    let other = client.ask("textDocument/diagnostic", again);
    assert_eq!(other["kind"], json!("full"));
    assert_eq!(other["items"], json!([]));
    // Files that are not open are reported on with the others.
    let all = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let other = folder.uri("other/main.tf");
    let items = all["items"].as_array().unwrap();
    let of = |uri: &str| items.iter().find(|item| item["uri"] == json!(uri));
    assert!(has(of(&other).expect("the other file")["items"].as_array().unwrap(), CHECK));
    let previous = json!([{"uri": other, "value": of(&other).unwrap()["resultId"]}]);
    let parts = json!({"previousResultIds": previous, "partialResultToken": "parts"});
    client.ask("workspace/diagnostic", parts);
    let part = client.hear("$/progress");
    assert_eq!(part["token"], json!("parts"));
    assert_eq!(part["value"]["items"][0]["kind"], json!("unchanged"));
    // A configuration that changes has all of them asked again.
    folder.write(".gatelint.yaml", "checks:\n  aws/s3/public-acl: off\n");
    let changes = json!([{"uri": folder.uri(".gatelint.yaml"), "type": 1}]);
    client.tell("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    client.hear("workspace/diagnostic/refresh");
    let pushed = |message: &Value| message["method"] == json!("textDocument/publishDiagnostics");
    assert!(client.wait_for(&pushed, Duration::from_millis(300)).is_none(), "never both");
    client.shut_down();
}

#[test]
fn a_question_about_all_files_is_cancelled() {
    let folder = Folder::new("pull-cancelled", &[("main.tf", BUCKET)]);
    let mut client = Client::of(&[&folder], json!({"textDocument": {"diagnostic": {}}}));
    // The first evaluation is still on its way.
    let asked = json!({"previousResultIds": [], "partialResultToken": "parts"});
    let id = client.request("workspace/diagnostic", asked);
    client.tell("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.answer(id).unwrap_err()["code"], json!(-32800));
    let all = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    assert!(has(all["items"][0]["items"].as_array().unwrap(), CHECK), "{all}");
    let part = |message: &Value| message["method"] == json!("$/progress");
    assert!(client.wait_for(&part, Duration::from_millis(300)).is_none(), "nothing is told of what was cancelled");
    client.shut_down();
}

#[test]
fn a_buffer_counts_for_the_whole_module() {
    let variables = "variable \"acl\" {\n  default = \"private\"\n}\n";
    let main = "module \"m\" {\n  source = \"./m\"\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    let folder = Folder::new("buffers", &[("variables.tf", variables), ("main.tf", main), ("m/main.tf", "")]);
    let mut client = Client::of(&[&folder], json!({}));
    let (one, two) = (folder.uri("variables.tf"), folder.uri("main.tf"));
    client.open(&two, "terraform", main);
    assert!(!has(&client.pushed(&two, 1), CHECK));
    client.open(&one, "terraform", variables);
    client.pushed(&one, 1);
    client.change(&one, json!([{"text": variables.replace("private", "public-read")}]));
    assert!(has(&client.pushed(&two, 1), CHECK), "the other file of the module");
    // A file that is no file yet counts as well.
    client.change(&one, json!([{"text": variables}]));
    assert!(!has(&client.pushed(&two, 1), CHECK));
    let values = folder.uri("terraform.tfvars");
    client.open(&values, "terraform-vars", "acl = \"public-read\"\n");
    assert!(has(&client.pushed(&two, 1), CHECK));
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": values}}));
    assert!(!has(&client.pushed(&two, 1), CHECK));
    client.shut_down();
}

#[test]
fn names_are_encoded_and_documents_may_have_no_file() {
    let folder = Folder::new("names", &[]);
    let mut client = Client::of(&[&folder], json!({}));
    for name in ["a b.tf", "100%.tf", "c#d.tf", "é.tf"] {
        let uri = folder.uri(name);
        client.open(&uri, "terraform", BUCKET);
        assert!(has(&client.pushed(&uri, 1), CHECK), "{name}");
        client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    let docker = "FROM ubuntu:latest\nUSER root\n";
    for (uri, language, text, check) in [
        ("untitled:Untitled-1", "terraform", BUCKET, CHECK),
        ("untitled:Untitled-2", "dockerfile", docker, "dockerfile/"),
        (
            "untitled:Untitled-3",
            "yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  containers: [{name: c, image: nginx}]\n",
            "kubernetes/",
        ),
    ] {
        client.open(uri, language, text);
        let found = codes(&client.pushed(uri, 1));
        assert!(found.iter().any(|(code, _)| code.starts_with(check)), "{uri}: {found:?}");
    }
    client.shut_down();
}
