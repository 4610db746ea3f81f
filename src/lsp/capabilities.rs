//! What the server can do, as `initialize` answers.

use super::client::Client;
use super::commands;
use serde_json::{Value, json};

/// The answer to `initialize`.
pub fn answer(client: &Client) -> Value {
    let mut capabilities = json!({
        "positionEncoding": client.encoding.name(),
        "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
        "hoverProvider": true,
        "definitionProvider": true,
        "documentLinkProvider": {"resolveProvider": false},
        "codeLensProvider": {"resolveProvider": false},
        "codeActionProvider": {"codeActionKinds": ["quickfix", "source.fixAll.gatelint"]},
        "executeCommandProvider": {"commands": commands::NAMES},
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
    });
    // A client that asks is told nothing by itself, and the other way round.
    if client.pulls {
        capabilities["diagnosticProvider"] =
            json!({"identifier": "gatelint", "interFileDependencies": true, "workspaceDiagnostics": true});
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
    })
}
