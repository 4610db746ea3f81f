//! Texts with edits made, and what is different in them.

use super::Edit;
use crate::discover::kind_of;
use crate::source::{Kind, SourceId, Sources};
use crate::syntax::hcl;
use std::collections::BTreeMap;
use std::ops::Range;

/// The texts of files with edits made, by path. The bytes of edits must not overlap. What was formatted as
/// `terraform fmt` does it stays so.
pub fn applied<'e>(edits: impl IntoIterator<Item = &'e Edit>, sources: &Sources) -> BTreeMap<String, String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.source, edit.span.start, edit.span.end)));
    let mut files = BTreeMap::new();
    for edits in edits.chunk_by(|one, other| one.span.source == other.span.source) {
        let Some(id) = edits.first().map(|edit| edit.span.source) else { continue };
        let source = sources.get(id);
        let mut text = source.text.clone();
        for Edit { span, text: new } in edits {
            let new = if source.text.contains("\r\n") { new.replace('\n', "\r\n") } else { new.clone() };
            text.replace_range(span.start as usize..span.end as usize, &new);
        }
        let is_hcl = matches!(kind_of(&source.path), Some(Kind::Terraform | Kind::TerraformVariables));
        let text = if is_hcl { formatted(&source.text, text, id) } else { text };
        files.insert(source.path.clone(), text);
    }
    files
}

/// A text in the canonical layout, if the text before it was in that layout.
pub(super) fn formatted(before: &str, after: String, id: SourceId) -> String {
    let is_sound = |text: &str| hcl::parse(id, text).1.is_empty();
    if is_sound(before) && hcl::format(before) == before && is_sound(&after) { hcl::format(&after) } else { after }
}

/// The bytes of the lines in which a text differs from another one, and what stands there in the other one.
pub fn difference<'a>(before: &str, after: &'a str) -> (Range<usize>, &'a str) {
    let start = same(before.split_inclusive('\n').zip(after.split_inclusive('\n')));
    let (rest, changed) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
    let end = same(rest.split_inclusive('\n').rev().zip(changed.split_inclusive('\n').rev()));
    (start..before.len() - end, changed.get(..changed.len() - end).unwrap_or_default())
}

/// The bytes of the first lines that are equal.
fn same<'l>(lines: impl Iterator<Item = (&'l str, &'l str)>) -> usize {
    lines.take_while(|(old, new)| old == new).map(|(line, _)| line.len()).sum()
}
