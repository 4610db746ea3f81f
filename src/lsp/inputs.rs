//! What can be done about inputs that are missing: each is set in the file of the environment that lacks it.
//!
//! What is written is a value of the right type and not the right value: the cursor is led there.

use super::actions::Actions;
use super::encoding::Lines;
use super::{commands, diagnostics};
use crate::check::Category;
use crate::fix::{self, WithInputs};
use crate::limits::language_server::INPUT_DEPTH;
use crate::model::{Cause, LackedInput, SettableInput, Text, Value, Why, secrecy};
use crate::scan::{self, Changed, Setting};
use crate::source::Span;
use crate::source::prose::count;
use lsp_types::{
    CodeAction, CodeActionKind, Command, CreateFile, CreateFileOptions, Diagnostic, DocumentChangeOperation,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, ResourceOp, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

impl Actions<'_> {
    /// An action for each input that a hint or problem is about, and for all of a file together.
    pub(super) fn set_inputs(&self, diagnostic: &Diagnostic) -> Vec<CodeAction> {
        let mut lacked: Vec<LackedInput> = Vec::new();
        for one in self.lacked_by_verdicts(diagnostic).into_iter().chain(self.lacked_by_units(diagnostic)) {
            if !lacked.contains(&one) {
                lacked.push(one);
            }
        }
        if lacked.is_empty() {
            return Vec::new();
        }
        let settings = scan::settable(self.analysis, self.tree, &lacked);
        let mut actions: Vec<CodeAction> = Vec::new();
        for setting in &settings {
            let environments = setting.environments.join(", ");
            actions.extend(self.set(&[setting], &setting.input.name, &environments, diagnostic));
        }
        let mut files: BTreeSet<&str> = BTreeSet::new();
        for setting in &settings {
            let same: Vec<&Setting> = settings.iter().filter(|one| one.input.file == setting.input.file).collect();
            if files.insert(&setting.input.file) && same.len() > 1 {
                let what = format!("all {}", count(same.len(), "missing input"));
                actions.extend(self.set(&same, &what, "", diagnostic));
            }
        }
        actions
    }

    /// What the verdicts lack that are told together in a hint.
    fn lacked_by_verdicts(&self, diagnostic: &Diagnostic) -> Vec<LackedInput> {
        let told = diagnostics::undecided(&self.settled.inconclusive, self.ranges);
        let is_told = |shown: &Diagnostic| shown.range == diagnostic.range && shown.message == diagnostic.message;
        let Some((verdicts, _)) = told.into_iter().find(|(_, shown)| is_told(shown)) else { return Vec::new() };
        let ids: BTreeSet<&Text> = verdicts.iter().map(|verdict| &verdict.check.id).collect();
        let place = verdicts.first().map(|verdict| self.ranges.range(verdict.place));
        let all = self.analysis.undecided_in_file(self.path);
        let own = all.iter().filter(|one| ids.contains(&one.check.id) && Some(self.ranges.range(one.place)) == place);
        let mut lacked = Vec::new();
        for verdict in own {
            for cause in &verdict.because {
                // A check of secrets asks whether the value stands in a file. Of the environment of a container it asks so
                // of each variable: there the name decides.
                let is_named = matches!(cause.why, Why::Environment(_));
                let is_about_secrets = verdict.check.category == Category::Secrets && !is_named;
                lacked.push(LackedInput {
                    unit: verdict.unit.clone(),
                    environment: verdict.environments.first().cloned().unwrap_or_default(),
                    cause: cause.clone(),
                    is_secret: is_about_secrets,
                });
            }
        }
        self.mark_secrets(&mut lacked);
        lacked
    }

    /// What units lack that have members which are not here because of it, such as a template that is not rendered.
    fn lacked_by_units(&self, diagnostic: &Diagnostic) -> Vec<LackedInput> {
        let units = self.lowered.into_iter().flat_map(|lowered| &lowered.units);
        let members = units.flat_map(|unit| unit.unseen.iter().map(move |unseen| (unit, &unseen.cause)));
        let is_here = |cause: &Cause| {
            let path = &self.analysis.sources.get(cause.span.source).path;
            path == self.path && self.ranges.range(cause.span) == diagnostic.range
        };
        let lacked = members.filter(|(_, cause)| is_here(cause)).map(|(unit, cause)| LackedInput {
            unit: unit.path.as_str().into(),
            environment: unit.environment.clone(),
            cause: cause.clone(),
            is_secret: false,
        });
        lacked.collect()
    }

    /// Marks the inputs that a secret value is made of, as the provider or a module says, or by its name, whatever the
    /// input itself says.
    fn mark_secrets(&self, lacked: &mut [LackedInput]) {
        let path = |span: Span| self.analysis.sources.get(span.source).path.clone();
        let mut wanted: HashMap<u32, Vec<(String, &mut LackedInput)>> = HashMap::new();
        for one in lacked {
            let span = one.cause.span;
            wanted.entry(span.start).or_default().push((path(span), one));
        }
        let mut mark = |cause: &Cause| {
            for (file, one) in wanted.get_mut(&cause.span.start).into_iter().flatten() {
                one.is_secret |= one.cause.why == cause.why && path(cause.span) == *file;
            }
        };
        for resource in self.lowered.into_iter().flat_map(|lowered| &lowered.resources) {
            secret_causes(&resource.attrs, false, INPUT_DEPTH, &mut mark);
        }
    }

    /// Inputs of one file, set there.
    fn set(
        &self,
        settings: &[&Setting],
        what: &str,
        environments: &str,
        diagnostic: &Diagnostic,
    ) -> Option<CodeAction> {
        let inputs: Vec<&SettableInput> = settings.iter().map(|setting| &setting.input).collect();
        let file = &inputs.first()?.file;
        let files = &self.tree.files;
        let before = if files.is_file(file) { Some(String::from_utf8(files.read(file).ok()?).ok()?) } else { None };
        let made = fix::with_inputs(&inputs, before.as_deref())?;
        let uri = self.buffers.uri(file)?;
        let new = if before.is_some() { "" } else { "the new file " };
        let of = if environments.is_empty() { String::new() } else { format!(", for {environments}") };
        let title = format!("Set {what} in {new}{file}{of}");
        let command = self.client.shows_documents.then(|| self.show(&uri, &made, &title));
        let edit = match before {
            Some(before) => self.edit(&self.replacements(Changed::from([(file.clone(), (before, made.text))]))),
            None => self.creation(uri, made.text),
        };
        Some(CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(edit?),
            command,
            ..CodeAction::default()
        })
    }

    /// Leads the cursor to the value, when the edit is made.
    fn show(&self, uri: &Uri, made: &WithInputs, title: &str) -> Command {
        let lines = Lines::new(&made.text, self.client.encoding);
        let range = lines.range(&made.text, made.place.start as u32, made.place.end as u32);
        let arguments = Some(vec![json!(uri), json!(range)]);
        Command { title: title.to_owned(), command: commands::SHOW_PLACE.to_owned(), arguments }
    }

    /// A file that is made, where the client makes files.
    fn creation(&self, uri: Uri, text: String) -> Option<WorkspaceEdit> {
        if !self.client.creates_files {
            return None;
        }
        let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
        let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
        let edit = TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
            edits: vec![OneOf::Left(TextEdit { range: lsp_types::Range::default(), new_text: text })],
        };
        let operations =
            vec![DocumentChangeOperation::Op(ResourceOp::Create(create)), DocumentChangeOperation::Edit(edit)];
        let changes = DocumentChanges::Operations(operations);
        Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
    }
}

/// Gives the causes of what is secret in `value` and unknown.
fn secret_causes(value: &Value, is_secret: bool, depth: u32, found: &mut dyn FnMut(&Cause)) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let is_secret = is_secret || value.sensitive;
    if is_secret && let Some(unknown) = value.as_unknown() {
        unknown.causes.iter().for_each(&mut *found);
    }
    for item in value.as_items().into_iter().flatten() {
        secret_causes(item, is_secret, depth, found);
    }
    for (key, item) in value.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
        secret_causes(item, is_secret || secrecy::is_secret_name(key), depth, found);
    }
}
