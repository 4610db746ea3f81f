//! The lines of the sources that a finding needs, as they may be shown.
//!
//! An excerpt is one text made of the lines around some spans, possibly of several sources: secrets
//! redacted, characters with an effect made visible, endless lines cut to the part that matters. It knows
//! where each span went, and which of its lines follow each other in a source. Its cost depends on the lines
//! shown, never on the size of the files.

use super::neutral;
use super::redact::{Masks, stand_in};
use crate::source::{LineColumn, Source, SourceId, Sources, Span};
use std::ops::Range;
use std::sync::Arc;

/// Lines shown before and after a span.
pub const CONTEXT_LINES: u32 = 1;
/// A span of more lines is shown by its first one.
const MOST_SPAN_LINES: u32 = 10;
/// A line of more characters is cut to those around the spans.
const MOST_CHARACTERS: usize = 200;
/// Characters kept before the first span of a line that is cut.
const LEAD: usize = 40;

/// Lines of sources, in one text.
#[derive(Debug, Default)]
pub struct Excerpt {
    /// The lines, each with a line end.
    pub text: String,
    /// Runs of lines that follow each other in one source.
    runs: Vec<Run>,
    /// Where the spans went, in the order they were given.
    pub marks: Vec<Mark>,
}

/// Where a span went.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Bytes in the excerpt.
    pub shown: Range<usize>,
    /// Where it begins in its source.
    pub place: LineColumn,
}

#[derive(Debug)]
struct Run {
    path: String,
    /// 1-based number of the first line.
    first: u32,
    /// First byte of each line in the excerpt, and one past the last line.
    starts: Vec<usize>,
}

/// Neighbouring lines of an excerpt.
pub struct Lines<'e> {
    /// Bytes in the excerpt.
    pub range: Range<usize>,
    /// 1-based number of the first line in its source.
    pub first: u32,
    /// How many lines.
    pub count: usize,
    /// Path of the source.
    pub path: &'e str,
}

impl Excerpt {
    /// The lines around `spans`, in the order of the spans as far as lines allow.
    pub fn new(sources: &Sources, masks: &Masks, spans: &[Span]) -> Self {
        let mut excerpt = Self::default();
        let mut shown: Vec<Option<Mark>> = vec![None; spans.len()];
        let mut runs = wanted_runs(sources, spans);
        // What holds an earlier span comes first, wherever it stands in its source.
        runs.sort_by_key(|run| run.wanted.iter().map(|want| want.index).min());
        for run in &runs {
            excerpt.add(run, masks, &mut shown);
        }
        excerpt.marks = shown.into_iter().flatten().collect();
        excerpt
    }

    /// The lines that hold `range`, with up to `before` and `after` more around them; none when `range` is
    /// not within lines that follow each other.
    pub fn lines(&self, range: Range<usize>, before: usize, after: usize) -> Option<Lines<'_>> {
        let at = self.runs.partition_point(|run| run.end() <= range.start).min(self.runs.len().checked_sub(1)?);
        let run = self.runs.get(at)?;
        let (first, last) = (run.line_at(range.start)?, run.line_at(range.end.max(range.start + 1) - 1)?);
        let count = run.starts.len() - 1;
        let (first, last) = (first.saturating_sub(before), (last + after).min(count.checked_sub(1)?));
        Some(Lines {
            range: *run.starts.get(first)?..*run.starts.get(last + 1)?,
            first: run.first + first as u32,
            count: last - first + 1,
            path: &run.path,
        })
    }

    fn add(&mut self, wanted: &WantedRun, masks: &Masks, shown: &mut [Option<Mark>]) {
        let source = &wanted.source;
        let mut run =
            Run { path: neutral::path(&source.path).into_owned(), first: wanted.lines.start, starts: Vec::new() };
        for number in wanted.lines.clone() {
            let begins = self.text.len();
            run.starts.push(begins);
            let line = whole_line(source, wanted.id, number);
            let offsets = wanted.offsets(line);
            let (text, at) = show(source, masks, line, &offsets);
            self.text.push_str(&text);
            self.text.push('\n');
            let went = |offset: u32| {
                let index = offsets.binary_search(&offset).ok()?;
                at.get(index).map(|at| begins + at)
            };
            for want in &wanted.wanted {
                let Some(slot) = shown.get_mut(want.index) else { continue };
                if want.first == number
                    && let Some(start) = went(want.span.start)
                {
                    let place = source.lines().place(&source.text, want.span.start);
                    *slot = Some(Mark { shown: start..start, place });
                }
                if want.last == number
                    && let (Some(mark), Some(end)) = (slot.as_mut(), went(want.span.end))
                {
                    mark.shown.end = end.max(mark.shown.start);
                }
            }
        }
        run.starts.push(self.text.len());
        self.runs.push(run);
    }
}

impl Run {
    fn end(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The 0-based line of the run that holds byte `at` of the excerpt.
    fn line_at(&self, at: usize) -> Option<usize> {
        let line = self.starts.partition_point(|start| *start <= at).checked_sub(1)?;
        (line + 1 < self.starts.len()).then_some(line)
    }
}

/// A span to show, cut to what is worth showing.
struct Wanted {
    index: usize,
    span: Span,
    /// 1-based lines of its ends.
    first: u32,
    last: u32,
}

impl Wanted {
    fn new(index: usize, span: Span, source: &Source) -> Self {
        let lines = source.lines();
        let (first, last) = (lines.line(span.start), lines.line(span.end));
        let head = whole_line(source, span.source, first);
        let tail = whole_line(source, span.source, last);
        let start = span.start.min(head.end);
        if last - first < MOST_SPAN_LINES && span.end > tail.start {
            return Self { index, span: Span::new(span.source, start, span.end.min(tail.end)), first, last };
        }
        // The end is the beginning of a line, or too far away: what is left is the first line.
        let end = if last == first { start } else { head.end };
        Self { index, span: Span::new(span.source, start, end), first, last: first }
    }
}

/// Lines that follow each other, and the spans in them.
struct WantedRun {
    source: Arc<Source>,
    id: SourceId,
    /// 1-based numbers.
    lines: Range<u32>,
    wanted: Vec<Wanted>,
}

impl WantedRun {
    /// The ends of spans that lie in `line`, sorted.
    fn offsets(&self, line: Span) -> Vec<u32> {
        let mut offsets: Vec<u32> = self.wanted.iter().flat_map(|want| [want.span.start, want.span.end]).collect();
        offsets.retain(|offset| (line.start..=line.end).contains(offset));
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }
}

/// Runs around `spans` that neither meet nor touch.
fn wanted_runs(sources: &Sources, spans: &[Span]) -> Vec<WantedRun> {
    let mut runs: Vec<WantedRun> = Vec::with_capacity(spans.len());
    let mut wanted: Vec<_> = spans.iter().enumerate().collect();
    wanted.sort_by_key(|(_, span)| (span.source.0, span.start));
    for (index, span) in wanted {
        let source = sources.get(span.source);
        let want = Wanted::new(index, *span, &source);
        let lines = around(&want, &source);
        match runs.last_mut() {
            Some(run) if run.id == span.source && lines.start <= run.lines.end => {
                run.lines.end = run.lines.end.max(lines.end);
                run.wanted.push(want);
            }
            _ => runs.push(WantedRun { source, id: span.source, lines, wanted: vec![want] }),
        }
    }
    runs
}

/// The lines of a span and its context. The empty line after the last line end is no context.
fn around(want: &Wanted, source: &Source) -> Range<u32> {
    let lines = source.lines();
    let is_empty = lines.start_of(lines.count()) as usize == source.text.len();
    let last = if is_empty { lines.count() - 1 } else { lines.count() };
    let end = (want.last + CONTEXT_LINES).min(last).max(want.last);
    want.first.saturating_sub(CONTEXT_LINES).max(1)..end + 1
}

/// A line without its end.
fn whole_line(source: &Source, id: SourceId, number: u32) -> Span {
    let lines = source.lines();
    let start = lines.start_of(number);
    let end = if number < lines.count() { lines.start_of(number + 1) } else { source.text.len() as u32 };
    let text = source.slice(Span::new(id, start, end));
    Span::new(id, start, start + text.trim_end_matches(['\r', '\n']).len() as u32)
}

/// A line as it may be shown, and where each of the sorted `offsets` into the source went in it.
fn show(source: &Source, masks: &Masks, line: Span, offsets: &[u32]) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut went = Vec::with_capacity(offsets.len());
    let mut pending = offsets.iter().copied().peekable();
    let mut at = line.start;
    let secrets = masks.within(line.source, line.start, line.end).map(Some).chain([None]);
    for secret in secrets {
        let plain_end = secret.map_or(line.end, |(start, _)| start);
        let mut from = at;
        while let Some(offset) = pending.next_if(|offset| *offset <= plain_end) {
            text.push_str(&neutral::source_line(source.slice(Span::new(line.source, from, offset))));
            went.push(text.len());
            from = offset;
        }
        text.push_str(&neutral::source_line(source.slice(Span::new(line.source, from, plain_end))));
        let Some((start, end)) = secret else { break };
        text.push_str(&stand_in(source.slice(Span::new(line.source, start, end))));
        // What begins or ends inside a secret does so after it.
        while pending.next_if(|offset| *offset < end).is_some() {
            went.push(text.len());
        }
        at = end;
    }
    window(text, went)
}

/// Cuts an endless line to the part around its first offset.
fn window(text: String, went: Vec<usize>) -> (String, Vec<usize>) {
    if text.len() <= MOST_CHARACTERS || text.chars().count() <= MOST_CHARACTERS {
        return (text, went);
    }
    let first = went.first().copied().unwrap_or(0);
    let before = text.get(..first).unwrap_or_default();
    let start = before.char_indices().rev().nth(LEAD - 1).map_or(0, |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(at, _)| start + at);
    let lead = if start > 0 { "…" } else { "" };
    let tail = if end < text.len() { "…" } else { "" };
    let cut = format!("{lead}{}{tail}", text.get(start..end).unwrap_or_default());
    let went = went.into_iter().map(|at| at.clamp(start, end) - start + lead.len()).collect();
    (cut, went)
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use crate::report::redact::Masks;
    use crate::source::{Sources, Span};

    fn excerpt(text: &str, needles: &[&str], secrets: &[&str]) -> Excerpt {
        let sources = Sources::default();
        let id = sources.add("main.tf", text);
        let find = |needle: &&str| {
            let start = text.find(*needle).unwrap() as u32;
            Span::new(id, start, start + needle.len() as u32)
        };
        let spans: Vec<_> = needles.iter().map(find).collect();
        let secrets: Vec<_> = secrets.iter().map(find).collect();
        Excerpt::new(&sources, &Masks::new(&secrets, &sources), &spans)
    }

    fn marked(excerpt: &Excerpt) -> Vec<&str> {
        excerpt.marks.iter().map(|mark| &excerpt.text[mark.shown.clone()]).collect()
    }

    #[test]
    fn only_the_lines_around_are_taken() {
        let excerpt = excerpt("one\ntwo\nthree\nfour\nfive\nsix\nseven\n", &["six", "two"], &[]);
        assert_eq!(excerpt.text, "five\nsix\nseven\none\ntwo\nthree\n", "the first span comes first");
        assert_eq!(marked(&excerpt), ["six", "two"]);
        let six = excerpt.marks[0].shown.clone();
        let lines = excerpt.lines(six.clone(), 1, 1).unwrap();
        assert_eq!((lines.first, lines.count, lines.path), (5, 3, "main.tf"));
        assert!(excerpt.lines(six.start..excerpt.text.len(), 0, 0).is_none(), "lines 7 and 1 do not follow each other");
    }

    #[test]
    fn marks_follow_what_is_redacted_or_made_visible() {
        let text = "x = \"a\u{1b}b\" # é\npassword = \"hunter2\" # end\r\n";
        let excerpt = excerpt(text, &["# é", "\"hunter2\"", "# end"], &["hunter2"]);
        assert_eq!(excerpt.text, "x = \"a\\u{1b}b\" # é\npassword = \"<redacted:7>\" # end\n");
        assert_eq!(marked(&excerpt), ["# é", "\"<redacted:7>\"", "# end"]);
    }

    #[test]
    fn a_mark_inside_a_secret_tells_nothing_of_it() {
        let excerpt = excerpt("password = hunter2 # end", &["unter2", "hunter"], &["hunter2"]);
        assert_eq!(excerpt.text, "password = <redacted:7> # end\n");
        assert_eq!(marked(&excerpt), ["", "<redacted:7>"]);
    }

    #[test]
    fn endless_lines_are_cut_around_the_mark() {
        let text = format!("{}needle{}", "<".repeat(5_000), ">".repeat(1_000_000));
        let excerpt = excerpt(&text, &["needle"], &[]);
        assert_eq!(marked(&excerpt), ["needle"]);
        assert!(excerpt.text.chars().count() < 210);
        assert_eq!(excerpt.marks[0].place.column, 5_001);
    }

    #[test]
    fn long_spans_are_shown_by_their_first_line() {
        let text = format!("resource \"a\" \"b\" {{\n{}}}\n", "  x = 1\n".repeat(50));
        let excerpt = excerpt(&text, &[&text], &[]);
        assert_eq!(excerpt.text, "resource \"a\" \"b\" {\n  x = 1\n");
        assert_eq!(marked(&excerpt), ["resource \"a\" \"b\" {"]);
    }

    #[test]
    fn the_end_of_a_file_and_an_empty_file_have_lines() {
        let one = excerpt("one\n", &["one"], &[]);
        assert_eq!(one.text, "one\n");
        let empty = excerpt("", &[""], &[]);
        assert_eq!((empty.text.as_str(), marked(&empty)), ("\n", vec![""]));
    }
}
