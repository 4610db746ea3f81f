//! Hides secret source text. The evaluation says which places are secret; every format that shows source
//! text asks here for it.

use crate::source::{Source, SourceId, Sources, Span};
use std::fmt::Write;

/// The secret places of a report, merged, by source.
#[derive(Debug, Default)]
pub struct Masks {
    /// Number of the source, start, end; sorted, without overlap.
    ranges: Vec<(u32, u32, u32)>,
}

impl Masks {
    /// Sorts and merges `sensitive`. The quotes of a literal are no secret.
    pub fn new(sensitive: &[Span], sources: &Sources) -> Self {
        let mut ranges: Vec<_> = sensitive.iter().map(|span| without_quotes(*span, sources)).collect();
        ranges.retain(|(_, start, end)| start < end);
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let joined = next.0 == kept.0 && next.1 <= kept.2;
            if joined {
                kept.2 = kept.2.max(next.2);
            }
            joined
        });
        Self { ranges }
    }

    /// The secret parts of `start..end` in `source`, cut to it, in order.
    pub fn within(&self, source: SourceId, start: u32, end: u32) -> impl Iterator<Item = (u32, u32)> {
        let first = self.ranges.partition_point(|range| (range.0, range.2) <= (source.0, start));
        let rest = self.ranges.get(first..).unwrap_or_default().iter();
        rest.take_while(move |range| range.0 == source.0 && range.1 < end)
            .map(move |range| (range.1.max(start), range.2.min(end)))
    }

    /// The text of `span`, which lies in `source`, with `<redacted:N>` for what is secret.
    pub fn apply(&self, source: &Source, span: Span) -> String {
        let mut out = String::new();
        let mut at = span.start;
        for (start, end) in self.within(span.source, span.start, span.end) {
            out.push_str(source.slice(Span::new(span.source, at, start)));
            out.push_str(&stand_in(source.slice(Span::new(span.source, start, end))));
            at = end;
        }
        out.push_str(source.slice(Span::new(span.source, at, span.end)));
        out
    }
}

fn without_quotes(span: Span, sources: &Sources) -> (u32, u32, u32) {
    let source = sources.get(span.source);
    let text = source.slice(span).as_bytes();
    let is_quoted = matches!(text, [first @ (b'"' | b'\''), .., last] if first == last);
    let quote = u32::from(is_quoted);
    (span.source.0, span.start + quote, span.end - quote)
}

/// What is shown for a secret: `<redacted:N>`, with the number of its characters.
pub fn stand_in(secret: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(out, "<redacted:{}>", secret.chars().count());
    out
}

#[cfg(test)]
mod tests {
    use super::Masks;
    use crate::source::{Sources, Span};

    #[test]
    fn the_quotes_of_a_literal_stay() {
        let sources = Sources::default();
        let id = sources.add("a", "pass = \"hunter2\"\nkey = \"\"\n");
        let masks = Masks::new(&[Span::new(id, 7, 16), Span::new(id, 23, 25)], &sources);
        let shown = masks.apply(&sources.get(id), Span::new(id, 0, 26));
        assert_eq!(shown, "pass = \"<redacted:7>\"\nkey = \"\"\n");
    }

    #[test]
    fn overlapping_secrets_are_hidden_once_and_nothing_else() {
        let sources = Sources::default();
        let other = sources.add("a", "0123456789");
        let id = sources.add("b", "pass = \"héllo\" # end");
        let spans = [Span::new(id, 10, 14), Span::new(id, 8, 11), Span::new(other, 0, 10), Span::new(id, 3, 3)];
        let masks = Masks::new(&spans, &sources);
        let whole = Span::new(id, 0, sources.get(id).text.len() as u32);
        assert_eq!(masks.apply(&sources.get(id), whole), "pass = \"<redacted:5>\" # end");
        assert_eq!(masks.apply(&sources.get(id), Span::new(id, 12, 16)), "<redacted:2>\" ");
        assert_eq!(masks.apply(&sources.get(id), Span::new(id, 0, 8)), "pass = \"");
    }
}
