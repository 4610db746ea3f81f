//! From byte offsets to lines and columns.

/// A place as people count it: both 1-based, columns in Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in Unicode code points.
    pub column: u32,
}

/// Where each line of a text begins, in bytes. Lines end at `\n`; a `\r` before it belongs to the line.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { starts: std::iter::once(0).chain(newlines.map(|(at, _)| at as u32 + 1)).collect() }
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
        let before = text.get(self.start_of(line) as usize..offset as usize).unwrap_or_default();
        LineColumn { line, column: before.chars().count() as u32 + 1 }
    }
}
