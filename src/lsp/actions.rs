//! What can be done about a diagnostic. What can be done about missing inputs is in [`super::inputs`].

use super::buffers::Buffers;
use super::client::Client;
use super::commands;
use super::diagnostics::{self, Ranges, SOURCE};
use crate::discover::Tree;
use crate::finding::Finding;
use crate::fix;
use crate::model::Lowered;
use crate::scan::{self, Analysis, Changed, Settled};
use crate::source::{Sources, Span};
use crate::suppress;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, Diagnostic, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The kind of action that mends all of a document.
const FIX_ALL: &str = "source.fixAll.gatelint";

/// What actions are made from.
pub struct Actions<'a> {
    /// The path of the document.
    pub path: &'a str,
    /// What stands in the document.
    pub settled: &'a Settled,
    /// The model of the units that the document is a part of, where it is needed.
    pub lowered: Option<&'a Lowered>,
    /// How it was found.
    pub analysis: &'a Analysis<'a>,
    /// What was evaluated.
    pub tree: &'a Tree,
    /// The open documents.
    pub buffers: &'a Buffers,
    /// Spans to ranges.
    pub ranges: &'a Ranges<'a>,
    /// What the client takes.
    pub client: Client,
}

impl Actions<'_> {
    /// The actions for the diagnostics of a request, in their order.
    pub fn of(&self, params: &CodeActionParams) -> Vec<Value> {
        let wants = |kind: &CodeActionKind| {
            let only = params.context.only.as_ref();
            only.is_none_or(|only| only.iter().any(|wanted| is_kind(kind.as_str(), wanted.as_str())))
        };
        let mut actions = Vec::new();
        if params.context.only.is_some() && wants(&CodeActionKind::new(FIX_ALL)) {
            actions.extend(self.fix_all(&params.text_document.uri));
        }
        if !wants(&CodeActionKind::QUICKFIX) {
            return self.taken(actions);
        }
        let ours = params.context.diagnostics.iter().filter(|one| one.source.as_deref() == Some(SOURCE));
        for diagnostic in ours {
            let Some(finding) = self.finding(diagnostic) else {
                actions.extend(self.set_inputs(diagnostic));
                continue;
            };
            actions.extend(self.fix(finding, diagnostic));
            actions.extend(self.suppress(finding, diagnostic));
            actions.push(Self::explain(finding, diagnostic, params));
            actions.extend(Self::page(finding, diagnostic));
        }
        self.taken(actions)
    }

    /// Actions as the client takes them.
    fn taken(&self, actions: Vec<CodeAction>) -> Vec<Value> {
        let as_command = |action: CodeAction| {
            match action.command {
                _ if self.client.action_literals => Some(json!(action)),
                // A command that follows an edit is nothing without it.
                command => command.filter(|_| action.edit.is_none()).map(|command| json!(command)),
            }
        };
        actions.into_iter().filter_map(as_command).collect()
    }

    /// The finding that a diagnostic is of: by its data, or by check and range for a client that sends none back.
    fn finding(&self, diagnostic: &Diagnostic) -> Option<&Finding> {
        let fingerprint = diagnostic.data.as_ref().and_then(|data| data.get("fingerprint")?.as_str());
        let code = match &diagnostic.code {
            Some(lsp_types::NumberOrString::String(code)) => code.as_str(),
            _ => return None,
        };
        let sources = self.analysis.sources;
        let range = |finding: &Finding| self.ranges.range(finding.shown_at(sources));
        let mut same = self.settled.findings.iter().filter(|finding| finding.counts());
        same.find(|finding| match fingerprint {
            Some(fingerprint) => finding.fingerprint == fingerprint,
            None => finding.check.id == code && range(finding) == diagnostic.range,
        })
    }

    /// The change that is proved to remove a finding, where there is one.
    fn fix(&self, finding: &Finding, diagnostic: &Diagnostic) -> Option<CodeAction> {
        let plan = finding.fix.as_deref()?;
        let changed = scan::proved(finding, self.analysis, self.tree)?;
        let what = if plan.safe { "" } else { ", which may change what runs" };
        Some(CodeAction {
            title: format!("Fix {}{what}", finding.check.id),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: self.edit(&self.replacements(changed)),
            is_preferred: Some(plan.safe),
            ..CodeAction::default()
        })
    }

    /// All safe changes for the findings in a document, together.
    fn fix_all(&self, document: &lsp_types::Uri) -> Option<CodeAction> {
        let sources = self.analysis.sources;
        let is_here = |finding: &Finding| {
            let path = &sources.get(finding.shown_at(sources).source).path;
            self.buffers.uri(path).is_some_and(|uri| uri == *document)
        };
        let mut trial = self.analysis.fork();
        let mended = scan::mend_more(&mut trial, self.tree, &|finding, plan| plan.safe && is_here(finding));
        if mended.fixed.is_empty() {
            return None;
        }
        Some(CodeAction {
            title: "Fix all findings that have a safe fix".to_owned(),
            kind: Some(CodeActionKind::new(FIX_ALL)),
            edit: self.edit(&self.replacements(mended.files)),
            ..CodeAction::default()
        })
    }

    /// The lines in which texts differ.
    pub(super) fn replacements(&self, changed: Changed) -> Vec<(Span, String)> {
        let replacement = |(path, (before, after)): (String, (String, String))| {
            let (bytes, new) = fix::difference(&before, &after);
            let source = self.analysis.sources.add(path, before);
            (Span::new(source, bytes.start as u32, bytes.end as u32), new.to_owned())
        };
        changed.into_iter().map(replacement).collect()
    }

    /// A comment by which the finding does not count, where the file can have one.
    fn suppress(&self, finding: &Finding, diagnostic: &Diagnostic) -> Option<CodeAction> {
        let sources = self.analysis.sources;
        let text = format!("gatelint:ignore {} -- TODO: say why", finding.check.id);
        let targets = [finding.shown_at(sources), finding.block];
        let (at, comment) = targets.into_iter().find_map(|target| {
            let path = &sources.get(target.source).path;
            let language = suppress::language(path, self.analysis.ledger())?;
            suppress::comment(target, sources, language, &text)
        })?;
        Some(CodeAction {
            title: format!("Suppress {} here", finding.check.id),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: self.edit(&[(at, comment)]),
            ..CodeAction::default()
        })
    }

    fn explain(finding: &Finding, diagnostic: &Diagnostic, params: &CodeActionParams) -> CodeAction {
        let arguments = vec![json!(finding.fingerprint), json!(params.text_document.uri)];
        Self::command(format!("Explain {}", finding.check.id), commands::EXPLAIN, arguments, diagnostic)
    }

    fn page(finding: &Finding, diagnostic: &Diagnostic) -> Option<CodeAction> {
        let page = diagnostics::page(&finding.check)?;
        let title = format!("Open the page of {}", finding.check.id);
        Some(Self::command(title, commands::OPEN_PAGE, vec![json!(page)], diagnostic))
    }

    fn command(title: String, command: &str, arguments: Vec<Value>, diagnostic: &Diagnostic) -> CodeAction {
        let command = Command { title: title.clone(), command: command.to_owned(), arguments: Some(arguments) };
        CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            command: Some(command),
            ..CodeAction::default()
        }
    }

    /// Texts in place of spans, as the client takes edits: for the versions of the documents that they are meant for,
    /// where it knows versions.
    pub(super) fn edit(&self, replacements: &[(Span, String)]) -> Option<WorkspaceEdit> {
        let mut files: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
        for (span, text) in replacements {
            let path = path(*span, self.analysis.sources);
            let edit = TextEdit { range: self.ranges.range(*span), new_text: text.clone() };
            files.entry(path).or_default().push(edit);
        }
        if !self.client.document_changes {
            let changes = files.into_iter().map(|(path, edits)| Some((self.buffers.uri(&path)?, edits)));
            #[expect(clippy::mutable_key_type, reason = "the type of the protocol; its key is not changed")]
            let changes = changes.collect::<Option<_>>()?;
            return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
        }
        let edits = files.into_iter().map(|(path, edits)| {
            let version = self.buffers.document(&path).map(|document| document.version);
            let text_document = OptionalVersionedTextDocumentIdentifier { uri: self.buffers.uri(&path)?, version };
            Some(TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() })
        });
        let edits = DocumentChanges::Edits(edits.collect::<Option<_>>()?);
        Some(WorkspaceEdit { document_changes: Some(edits), ..WorkspaceEdit::default() })
    }
}

fn path(span: Span, sources: &Sources) -> String {
    sources.get(span.source).path.clone()
}

/// Whether a kind of action is the wanted one or a special case of it.
fn is_kind(kind: &str, wanted: &str) -> bool {
    kind.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) || wanted.is_empty()
}
