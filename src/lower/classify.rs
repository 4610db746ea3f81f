//! Which frontend reads which candidate, and what becomes of those that none reads.
//!
//! The kind of most files is known from discovery. YAML is read here, once for all that ask for it, to tell what it
//! is by all of its text.

use super::kubernetes::is_part_of_chart;
use crate::discover::{Candidate, Tree, kind_of_yaml};
use crate::source::{Kind, LedgerEntry, Sources, Status};
use crate::syntax::yaml;
use rayon::prelude::*;

/// The candidates of a tree with the kinds that their content gives them.
pub(super) fn classified(tree: &Tree, sources: &Sources) -> Vec<Candidate> {
    let files = tree.files.as_ref();
    let classify = |candidate: &Candidate| {
        let path = candidate.path.as_str();
        let kind = match candidate.kind {
            Kind::Yaml | Kind::Json if is_part_of_chart(files, path) => Kind::Helm,
            // What cannot be read is left to the frontend, which says so.
            Kind::Yaml => files.read(path).map_or(Kind::Yaml, |bytes| {
                let text = yaml::decode(&bytes).text;
                let kind = kind_of_yaml(path, &text);
                sources.add(path, text);
                kind.unwrap_or(Kind::Yaml)
            }),
            kind => kind,
        };
        Candidate { path: candidate.path.clone(), kind }
    };
    tree.candidates.par_iter().map(classify).collect()
}

/// The entry of a file that no frontend reads.
pub(super) fn unread(candidate: &Candidate) -> LedgerEntry {
    let title = candidate.kind.title();
    let article = if title.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    let reason = format!("{article} {title}, which is not evaluated");
    LedgerEntry::stopped(candidate.path.as_str(), candidate.kind, Status::Skipped, reason)
}
