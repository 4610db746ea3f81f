//! From byte offsets to lines and columns.

/// A place as people count it: both 1-based, columns in Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in Unicode code points.
    pub column: u32,
}

/// Bytes of a line after which its columns are counted from a mark: a plan is one line of many megabytes.
const MARKED_BYTES: usize = 256;

/// Where each line of a text begins, in bytes. Lines end at `\n`; a `\r` before it belongs to the line.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Places in long lines: the byte, and how many code points of the line stand before it.
    marks: Vec<(u32, u32)>,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts: Vec<u32> = std::iter::once(0).chain(newlines.map(|(at, _)| at as u32 + 1)).collect();
        let ends = starts.iter().skip(1).copied().chain([text.len() as u32]);
        let mut marks = Vec::new();
        for (start, end) in starts.iter().copied().zip(ends) {
            let mut before = 0;
            let mut at = start;
            let line = text.as_bytes().get(start as usize..end as usize).unwrap_or_default();
            let chunks = line.chunks_exact(MARKED_BYTES);
            for chunk in chunks {
                // A byte that goes on with a code point counts for none.
                before += chunk.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32;
                at += MARKED_BYTES as u32;
                marks.push((at, before));
            }
        }
        Self { starts, marks }
    }

    /// The 1-based line that holds byte `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// First byte of the 1-based `line`, or of the last line when there are fewer.
    pub fn start_of(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts.get(index).copied().unwrap_or(0)
    }

    /// How many lines there are; a text that ends in `\n` has an empty last one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The place of byte `offset` in `text`, the text that was indexed.
    pub fn place(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let start = self.start_of(line);
        let mark = self.marks.partition_point(|(at, _)| *at <= offset).checked_sub(1);
        let mark = mark.and_then(|mark| self.marks.get(mark)).filter(|(at, _)| *at > start);
        let (from, counted) = mark.copied().unwrap_or((start, 0));
        let before = text.as_bytes().get(from as usize..offset as usize).unwrap_or_default();
        let more = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32;
        LineColumn { line, column: counted + more + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[test]
    fn columns_of_long_lines_are_those_that_are_counted() {
        let text = format!("a\n{}\n{}é", "xé".repeat(5000), "y".repeat(4096));
        let index = LineIndex::new(&text);
        for (at, _) in text.char_indices().filter(|(at, _)| at % 7 == 0) {
            let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            let column = text[start..at].chars().count() as u32 + 1;
            assert_eq!(index.place(&text, at as u32).column, column, "at byte {at}");
        }
    }
}
