//! The builds of a Dockerfile: it is evaluated once for each set of arguments and each target that something gives it.
//!
//! Where no Compose or Bake file builds it, that is one build without arguments. Where all that build it name a stage
//! which is not the last one, the plain build of the last stage is evaluated as well: hardly anybody writes a last stage
//! that is never built.

use crate::lower::Build;
use crate::model::{Text, Value};
use crate::source::{SourceId, Sources};
use crate::syntax::dockerfile::{Keyword, parse};
use std::collections::BTreeSet;

/// One build of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Variant {
    /// Number of the file.
    pub file: usize,
    /// Whether it is the first of that file.
    pub is_first: bool,
    /// The stage that is built.
    pub target: Option<String>,
    /// The arguments.
    pub args: Vec<(Text, Value)>,
}

/// The builds of the file with a number, of which `builds` tell; each once.
pub(super) fn of_file(file: usize, builds: &[&Build], source: Option<SourceId>, sources: &Sources) -> Vec<Variant> {
    let mut known = BTreeSet::new();
    let mut variants: Vec<Variant> = Vec::new();
    for build in builds {
        let shown = |(name, value): &(Text, Value)| (name.clone(), value.as_str().map(Text::from));
        if known.insert((build.target.clone(), build.args.iter().map(shown).collect::<Vec<_>>())) {
            let (target, args) = (build.target.clone(), build.args.clone());
            variants.push(Variant { file, is_first: false, target, args });
        }
    }
    let last = || source.and_then(|source| last_stage(source, sources));
    let is_last = |target: &str| last().is_some_and(|last| last.eq_ignore_ascii_case(target));
    if variants.iter().all(|variant| variant.target.as_deref().is_some_and(|target| !is_last(target))) {
        variants.push(Variant { file, ..Variant::default() });
    }
    if let Some(first) = variants.first_mut() {
        first.is_first = true;
    }
    variants
}

/// The name of the last stage.
fn last_stage(source: SourceId, sources: &Sources) -> Option<String> {
    let text = sources.get(source);
    let file = parse(source, &text.text);
    let from = file.instructions.iter().rfind(|instruction| instruction.keyword == Keyword::From)?;
    let mut words = text.slice(from.span).split_whitespace();
    words.find(|word| word.eq_ignore_ascii_case("as"))?;
    words.next().map(str::to_owned)
}
