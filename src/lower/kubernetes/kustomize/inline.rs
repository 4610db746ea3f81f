//! YAML that stands as a string within YAML: from places in the string to places in the file.

use crate::model::{Data, Hop, Mapping, Origin, Value};
use crate::source::Span;
use std::sync::Arc;

/// Where the lines of a string stand in the file.
pub struct Places {
    whole: Span,
    lines: Vec<Line>,
}

struct Line {
    /// First byte in the string.
    start: u32,
    /// First byte in the file.
    place: u32,
    length: u32,
}

impl Places {
    /// The places of `content`, which is written as `raw` at `whole`. Only a literal block has places for its
    /// lines; everything in another string stands at the whole string.
    pub fn new(raw: &str, content: &str, whole: Span) -> Self {
        Self { whole, lines: literal_lines(raw, content, whole.start).unwrap_or_default() }
    }

    /// The place of a range in the string.
    pub fn of(&self, span: Span) -> Span {
        match (self.offset(span.start), self.offset(span.end)) {
            (Some(start), Some(end)) => Span::new(self.whole.source, start, end),
            _ => self.whole,
        }
    }

    fn offset(&self, at: u32) -> Option<u32> {
        let index = self.lines.partition_point(|line| line.start <= at).checked_sub(1)?;
        let line = self.lines.get(index)?;
        Some(line.place + (at - line.start).min(line.length))
    }
}

fn literal_lines(raw: &str, content: &str, begin: u32) -> Option<Vec<Line>> {
    let header = raw.split_inclusive('\n').next().filter(|header| header.starts_with('|'))?;
    let mut place = begin as usize + header.len();
    let mut start = 0;
    let mut rest = raw.get(header.len()..)?.split_inclusive('\n');
    let mut lines = Vec::new();
    for line in content.split_inclusive('\n') {
        let text = line.trim_end_matches('\n');
        let written = rest.next()?;
        let bare = written.trim_end_matches('\n').trim_end_matches('\r');
        let indent = bare.len().checked_sub(text.len());
        let indent = match indent {
            Some(indent) if bare.ends_with(text) && bare.get(..indent)?.trim_start_matches(' ').is_empty() => indent,
            _ if text.is_empty() => bare.len(),
            _ => return None,
        };
        lines.push(Line { start: start as u32, place: (place + indent) as u32, length: text.len() as u32 });
        start += line.len();
        place += written.len();
    }
    Some(lines)
}

/// A value read from the string, with its places in the file.
pub fn relocated(value: Value, places: &Places) -> Value {
    let data = match value.data {
        Data::Sequence(mut sequence) => {
            let items = &mut Arc::make_mut(&mut sequence).items;
            *items = std::mem::take(items).into_iter().map(|item| relocated(item, places)).collect();
            Data::Sequence(sequence)
        }
        Data::Mapping(mut mapping) => {
            let Mapping { entries, header, .. } = Arc::make_mut(&mut mapping);
            *header = header.map(|header| places.of(header));
            *entries = std::mem::take(entries).into_iter().map(|(key, item)| (key, relocated(item, places))).collect();
            Data::Mapping(mapping)
        }
        other => other,
    };
    Value { data, origin: relocated_origin(&value.origin, places), sensitive: value.sensitive, trace: None }
}

fn relocated_origin(origin: &Origin, places: &Places) -> Origin {
    let hops: Vec<&Hop> = origin.hops().collect();
    let via = hops
        .into_iter()
        .rev()
        .fold(None, |next, hop| Some(Arc::new(Hop { span: places.of(hop.span), next, ..hop.clone() })));
    Origin { span: places.of(origin.span), via }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::source::{SourceId, Span};

    #[test]
    fn lines_of_a_literal_block_have_places() {
        let file = "patch: |-\n  a: 1\n\n    b: 2\n";
        let whole = Span::new(SourceId(0), 7, file.len() as u32);
        let content = "a: 1\n\n  b: 2";
        let places = Places::new(&file[7..], content, whole);
        let at = content.find("b: 2").unwrap() as u32;
        let found = places.of(Span::new(SourceId(0), at, at + 4));
        assert_eq!(&file[found.start as usize..found.end as usize], "b: 2");
    }

    #[test]
    fn other_strings_stand_as_a_whole() {
        let whole = Span::new(SourceId(0), 3, 20);
        assert_eq!(Places::new("'a: 1'", "a: 1", whole).of(Span::new(SourceId(0), 0, 1)), whole);
    }
}
