//! A page: front matter, rationale, `## Fix`, `## Policy`, `## Examples`.

use super::embedded::pages;
use super::{
    Aliases, Example, Expectation, Input, Language, Logic, Meta, PathRule, Policy, front_matter, place_name, policies,
};
use crate::model::Text;
use crate::source::{Problem, SourceId, Span};
use crate::syntax::hcl;
use rayon::prelude::*;
use std::sync::{Arc, LazyLock};

/// A check, read from its page.
#[derive(Clone, Debug)]
pub struct Page {
    /// What it says of itself.
    pub meta: Arc<Meta>,
    /// Its logic.
    pub policies: Vec<Policy>,
    /// The ways through the graph of resources that are findings.
    pub paths: Vec<PathRule>,
    /// What whoever runs it may set.
    pub inputs: Vec<Input>,
    /// Its tests.
    pub examples: Vec<Example>,
}

/// A part of the page, in bytes.
#[derive(Clone, Copy)]
struct Range {
    start: usize,
    end: usize,
}

/// A fenced block: the words after the backticks, and what is inside.
struct Fence<'a> {
    info: &'a str,
    body: Range,
}

/// Reads the page `text`, which is the text of `source`. A page that is wrong anywhere is no check;
/// the problems say where and why.
pub fn parse(id: &str, source: SourceId, text: &str) -> Result<Page, Vec<Problem>> {
    let span = |start: usize, end: usize| Span::new(source, start as u32, end as u32);
    let wrong = |at: usize, message: String| vec![Problem::error(span(at, at), message)];
    let (front, rest) = split_front_matter(text)
        .ok_or_else(|| wrong(0, "A check begins with its metadata between two lines `---`.".into()))?;
    let mut meta = front_matter::read(id, &text[front.start..front.end])
        .map_err(|(message, offset)| wrong(front.start + offset, message))?;
    let sections = sections(text, rest);
    text[sections.intro.start..sections.intro.end].trim().clone_into(&mut meta.rationale);
    if meta.rationale.is_empty() {
        return Err(wrong(rest, "A check says why it matters, between the metadata and `## Fix`.".into()));
    }
    let mut examples = Vec::new();
    let mut logic = Logic::default();
    for (title, range) in &sections.titled {
        match *title {
            "Fix" => text[range.start..range.end].trim().clone_into(&mut meta.fix),
            "Notes" => {}
            "Policy" => {
                for fence in fences(text, *range).iter().filter(|fence| fence.info == "hcl") {
                    let (body, problems) =
                        hcl::parse_body(source, &text[fence.body.start..fence.body.end], fence.body.start as u32);
                    if !problems.is_empty() {
                        return Err(problems);
                    }
                    let Logic { policies, inputs, paths } = policies(body)?;
                    logic.policies.extend(policies);
                    logic.inputs.extend(inputs);
                    logic.paths.extend(paths);
                }
            }
            "Examples" => {
                for fence in fences(text, *range) {
                    let mut read = example(text, &fence, span).map_err(|message| wrong(fence.body.start, message))?;
                    if read.expectation == Expectation::Fixed {
                        let before = examples.last().filter(|last: &&Example| last.expectation == Expectation::Fail);
                        let before = before.ok_or_else(|| {
                            wrong(fence.body.start, "A `fixed` example follows a `fail` example.".to_owned())
                        })?;
                        read.before.clone_from(&before.files);
                    }
                    examples.push(read);
                }
            }
            other => {
                return Err(wrong(
                    range.start,
                    format!("Unknown section `## {other}`; the sections are Fix, Policy, Examples and Notes."),
                ));
            }
        }
    }
    if meta.fix.is_empty() {
        return Err(wrong(rest, "A check says what to do, under `## Fix`.".into()));
    }
    let Logic { policies: all_policies, inputs, paths } = logic;
    if all_policies.is_empty() && paths.is_empty() {
        return Err(wrong(
            rest,
            "A check has at least one `resource_policy` or `path` in an `hcl` fence under `## Policy`.".into(),
        ));
    }
    let ends = paths.iter().flat_map(|path| path.from.iter().chain(&path.to));
    let ends = ends.filter(|end| place_name(&end.text).is_none());
    let patterns = all_policies.iter().flat_map(|policy| &policy.patterns).chain(ends);
    let mut targets: Vec<Text> = patterns.map(|pattern| pattern.text.clone()).collect();
    targets.sort();
    targets.dedup();
    meta.targets = targets;
    let mut enforces = all_policies.iter().flat_map(|policy| &policy.enforces);
    if let Some(worse) =
        enforces.find(|enforce| enforce.severity.as_ref().is_some_and(|own| own.most() > meta.severity))
    {
        let message = format!("The page says that its worst finding is {}: raise that.", meta.severity);
        return Err(vec![Problem::error(worse.span, message)]);
    }
    Ok(Page { meta: Arc::new(meta), policies: all_policies, paths, inputs, examples })
}

/// Tools and their ids for what the page `text` finds; none where its metadata cannot be read.
pub fn aliases(id: &str, text: &str) -> Aliases {
    let front = split_front_matter(text).map(|(front, _)| &text[front.start..front.end]);
    let meta = front.and_then(|front| front_matter::read(id, front).ok());
    meta.map(|meta| meta.aliases).unwrap_or_default()
}

/// Returns the ids of all shipped pages with the ids that other tools have for them. Read once, on first use.
pub fn shipped_aliases() -> &'static [(&'static str, Aliases)] {
    static ALL: LazyLock<Vec<(&str, Aliases)>> =
        LazyLock::new(|| pages().par_iter().map(|page| (page.id, aliases(page.id, page.text))).collect());
    &ALL
}

/// The metadata's range, and the first byte after it.
fn split_front_matter(text: &str) -> Option<(Range, usize)> {
    let start = text.strip_prefix("---\n").map(|_| 4)?;
    let end = start + text[start..].find("\n---\n")? + 1;
    Some((Range { start, end }, end + 4))
}

struct Sections<'a> {
    intro: Range,
    titled: Vec<(&'a str, Range)>,
}

/// Cuts the page at its `## ` lines; those inside fences do not count.
fn sections(text: &str, start: usize) -> Sections<'_> {
    let mut intro = Range { start, end: text.len() };
    let mut titled: Vec<(&str, Range)> = Vec::new();
    let (mut offset, mut fenced) = (start, false);
    for line in text[start..].split_inclusive('\n') {
        let end = offset + line.len();
        if line.starts_with("```") {
            fenced = !fenced;
        } else if let Some(title) = line.strip_prefix("## ").filter(|_| !fenced) {
            match titled.last_mut() {
                Some((_, range)) => range.end = offset,
                None => intro.end = offset,
            }
            titled.push((title.trim(), Range { start: end, end: text.len() }));
        }
        offset = end;
    }
    Sections { intro, titled }
}

/// The fenced blocks in a part of the page.
fn fences(text: &str, range: Range) -> Vec<Fence<'_>> {
    let mut fences: Vec<Fence> = Vec::new();
    let (mut offset, mut open) = (range.start, false);
    for line in text[range.start..range.end].split_inclusive('\n') {
        let end = offset + line.len();
        if let Some(info) = line.strip_prefix("```") {
            if open {
                if let Some(fence) = fences.last_mut() {
                    fence.body.end = offset;
                }
            } else {
                fences.push(Fence { info: info.trim(), body: Range { start: end, end: range.end } });
            }
            open = !open;
        }
        offset = end;
    }
    fences
}

fn example(text: &str, fence: &Fence, span: impl Fn(usize, usize) -> Span) -> Result<Example, String> {
    let mut words = fence.info.split_whitespace();
    let language = words.next().and_then(Language::of);
    let expectation = words.next().and_then(Expectation::of);
    let (Some(language), Some(expectation), None) = (language, expectation, words.next()) else {
        return Err(format!(
            "An example is fenced as `terraform`, `yaml` or `dockerfile`, then `fail`, `pass`, `inconclusive` or `fixed`, not as `{}`.",
            fence.info
        ));
    };
    let files = language.split(&text[fence.body.start..fence.body.end]);
    let (before, span) = (Vec::new(), span(fence.body.start, fence.body.end));
    Ok(Example { language, expectation, files, before, span })
}
