//! An open document, and the changes that the client makes to it.

use super::encoding::{Encoding, Lines};
use lsp_types::TextDocumentContentChangeEvent;

/// A text as the editor has it.
#[derive(Clone, Debug)]
pub struct Document {
    /// What the client calls it.
    pub uri: lsp_types::Uri,
    /// Its language, in the client's words: `terraform`, `dockerfile`, `yaml`.
    pub language: String,
    /// Counted by the client.
    pub version: i32,
    /// Its text.
    pub text: String,
}

impl Document {
    /// Makes changes, in their order. A range that ends behind the text ends with it.
    pub fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        for change in changes {
            let Some(range) = change.range else {
                self.text = change.text;
                continue;
            };
            let lines = Lines::new(&self.text, encoding);
            let start = lines.offset(&self.text, range.start) as usize;
            let end = lines.offset(&self.text, range.end) as usize;
            self.text.replace_range(start..end.max(start), &change.text);
        }
    }

    /// The name of a file with such a text, for a document that has none.
    pub fn file_name(&self) -> &'static str {
        match self.language.as_str() {
            "dockerfile" | "docker" => "Dockerfile",
            "yaml" | "kubernetes" | "helm" => "manifest.yaml",
            "json" | "jsonc" => "manifest.json",
            "terraform-vars" => "terraform.tfvars",
            _ => "main.tf",
        }
    }
}
