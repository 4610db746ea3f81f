//! Positions: lines and characters of the protocol, in the unit that was agreed on, to bytes and back.

use lsp_types::{Position, PositionEncodingKind, Range};

/// What a character of a position is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// A byte of UTF-8.
    Utf8,
    /// A code unit of UTF-16: what every client knows.
    #[default]
    Utf16,
    /// A code point.
    Utf32,
}

impl Encoding {
    /// Chooses from what a client offers: bytes need no conversion; UTF-16 is what is meant where nothing is said.
    pub fn choose(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind: PositionEncodingKind| offered.is_some_and(|offered| offered.contains(&kind));
        if offers(PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(PositionEncodingKind::UTF32) && !offers(PositionEncodingKind::UTF16) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// The name that the protocol has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn units(self, character: char) -> u32 {
        match self {
            Self::Utf8 => character.len_utf8() as u32,
            Self::Utf16 => character.len_utf16() as u32,
            Self::Utf32 => 1,
        }
    }
}

/// Where the lines of a text begin, as the protocol counts them: they end at `\n`, `\r\n` or `\r`.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    encoding: Encoding,
}

impl Lines {
    /// Indexes a text.
    pub fn new(text: &str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let is_end = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = (0..bytes.len()).filter(is_end);
        Self { starts: std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect(), encoding }
    }

    /// The position of a byte of the text that was indexed.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = text.get(start as usize..offset as usize).unwrap_or_default();
        Position { line: line as u32, character: before.chars().map(|char| self.encoding.units(char)).sum() }
    }

    /// The range of some bytes.
    pub fn range(&self, text: &str, start: u32, end: u32) -> Range {
        Range { start: self.position(text, start), end: self.position(text, end) }
    }

    /// The byte at a position; the nearest one before, where there is no such position.
    pub fn offset(&self, text: &str, position: Position) -> u32 {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return text.len() as u32 };
        let next = self.starts.get(position.line as usize + 1).copied().unwrap_or(text.len() as u32);
        let line = text.get(start as usize..next as usize).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let (mut at, mut units) = (start, 0);
        for character in line.chars() {
            units += self.encoding.units(character);
            if units > position.character {
                break;
            }
            at += character.len_utf8() as u32;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Lines};
    use lsp_types::{Position, PositionEncodingKind};

    #[test]
    fn positions_count_in_the_unit_that_was_agreed_on() {
        let text = "a\r\n# é😀x\rz";
        for (encoding, character) in [(Encoding::Utf8, 8), (Encoding::Utf16, 5), (Encoding::Utf32, 4)] {
            let lines = Lines::new(text, encoding);
            let x = text.find('x').unwrap() as u32;
            assert_eq!(lines.position(text, x), Position { line: 1, character });
            assert_eq!(lines.offset(text, Position { line: 1, character }), x);
            assert_eq!(lines.offset(text, Position { line: 0, character: 99 }), 1, "before the end of the line");
            assert_eq!(lines.position(text, x + 2), Position { line: 2, character: 0 });
            assert_eq!(lines.offset(text, Position { line: 9, character: 0 }), text.len() as u32);
        }
    }

    #[test]
    fn bytes_are_taken_where_they_are_offered() {
        let of = |names: &[PositionEncodingKind]| Encoding::choose(Some(names)).name();
        let (utf8, utf16, utf32) =
            (PositionEncodingKind::UTF8, PositionEncodingKind::UTF16, PositionEncodingKind::UTF32);
        assert_eq!(of(&[utf16.clone(), utf8]), "utf-8");
        assert_eq!(of(&[utf16, utf32.clone()]), "utf-16");
        assert_eq!(of(&[utf32]), "utf-32");
        assert_eq!(Encoding::choose(None).name(), "utf-16");
    }
}
