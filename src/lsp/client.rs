//! What the client can do.

use super::encoding::Encoding;
use lsp_types::{ClientCapabilities, ResourceOperationKind};
use serde_json::Value;

/// What the client can do, as far as an answer depends on it.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of the protocol")]
pub struct Client {
    /// The unit of positions.
    pub encoding: Encoding,
    /// It asks for diagnostics; otherwise they are pushed.
    pub pulls: bool,
    /// It asks again for the diagnostics of all documents when it is told to.
    pub refreshes_diagnostics: bool,
    /// It asks again for lenses.
    pub refreshes_lenses: bool,
    /// It shows further places of a diagnostic.
    pub related_information: bool,
    /// It takes edits with the version that they are meant for.
    pub document_changes: bool,
    /// It takes edits that make files.
    pub creates_files: bool,
    /// It takes code actions, not only commands.
    pub action_literals: bool,
    /// It watches files that it is told to.
    pub watches_files: bool,
    /// It answers questions for its settings.
    pub configuration: bool,
    /// It registers for changes of settings.
    pub registers_configuration: bool,
    /// It shows a document, or a page in a browser.
    pub shows_documents: bool,
    /// It takes links with the range that they begin at.
    pub definition_links: bool,
    /// It renders Markdown in a hover.
    pub markdown: bool,
}

impl Client {
    /// Reads the capabilities of `initialize`. `raw` is their JSON: `lsp-types` knows no `workspace.diagnostics`, which is
    /// what the protocol calls it.
    pub fn new(capabilities: &ClientCapabilities, raw: &Value) -> Self {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let general = capabilities.general.as_ref();
        let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let action = text.and_then(|text| text.code_action.as_ref());
        let plain = |kinds: &Vec<lsp_types::MarkupKind>| !kinds.contains(&lsp_types::MarkupKind::Markdown);
        let formats = text.and_then(|text| text.hover.as_ref()?.content_format.as_ref());
        Self {
            encoding: Encoding::choose(general.and_then(|general| general.position_encodings.as_deref())),
            pulls: text.is_some_and(|text| text.diagnostic.is_some()),
            refreshes_diagnostics: raw.pointer("/workspace/diagnostics/refreshSupport") == Some(&Value::Bool(true)),
            refreshes_lenses: workspace
                .and_then(|workspace| workspace.code_lens.as_ref()?.refresh_support)
                .unwrap_or_default(),
            related_information: text
                .and_then(|text| text.publish_diagnostics.as_ref()?.related_information)
                .unwrap_or_default(),
            document_changes: edit.and_then(|edit| edit.document_changes).unwrap_or_default(),
            creates_files: edit.is_some_and(|edit| {
                let operations = edit.resource_operations.as_ref();
                edit.document_changes == Some(true)
                    && operations.is_some_and(|kinds| kinds.contains(&ResourceOperationKind::Create))
            }),
            action_literals: action.is_some_and(|action| action.code_action_literal_support.is_some()),
            watches_files: workspace
                .and_then(|workspace| workspace.did_change_watched_files?.dynamic_registration)
                .unwrap_or_default(),
            configuration: workspace.and_then(|workspace| workspace.configuration).unwrap_or_default(),
            registers_configuration: workspace
                .and_then(|workspace| workspace.did_change_configuration?.dynamic_registration)
                .unwrap_or_default(),
            shows_documents: capabilities
                .window
                .as_ref()
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|show| show.support),
            definition_links: text.and_then(|text| text.definition?.link_support).unwrap_or_default(),
            markdown: !formats.is_some_and(plain),
        }
    }
}
