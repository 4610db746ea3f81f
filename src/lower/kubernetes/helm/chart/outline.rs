//! The block style collections of a YAML text, as far as indentation shows them line by line.
//!
//! Owns no tree and reads no scalars: it says which mappings and lists a further line could belong to.

/// A mapping or a list in block style that a further line may extend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// The column of its keys or dashes, from 0.
    pub column: usize,
    /// Whether it is a list.
    pub is_list: bool,
}

/// A literal or folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockScalar {
    /// The column of the key or dash that holds it: its lines are indented deeper.
    pub holder: usize,
    /// The column of its first line; `None` before that.
    pub indent: Option<usize>,
}

/// What the lines so far leave open.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    /// The collections, the innermost last.
    pub levels: Vec<Level>,
    /// The column of the key or dash that ends the last line: its value follows.
    pub awaits: Option<usize>,
    /// The text that the last line belongs to or begins.
    pub scalar: Option<BlockScalar>,
}

impl Outline {
    /// Takes in the next line.
    pub(super) fn take(&mut self, line: &str) {
        let content = line.trim();
        let mut at = column(line);
        if content.is_empty() {
            return;
        }
        if let Some(scalar) = &mut self.scalar {
            if at > scalar.holder {
                scalar.indent.get_or_insert(at);
                return;
            }
            self.scalar = None;
        }
        if content.starts_with('#') {
            return;
        }
        self.awaits = None;
        let (mut rest, mut holder) = (content, None);
        while rest == "-" || rest.starts_with("- ") {
            self.open(Level { column: at, is_list: true });
            holder = Some(at);
            let after = rest.get(1..).unwrap_or_default().trim_start();
            at += rest.len() - after.len();
            rest = after;
        }
        let value = without_comment(rest);
        if is_entry(value) {
            self.open(Level { column: at, is_list: false });
            holder = Some(at);
        }
        let Some(holder) = holder else { return };
        if value.is_empty() || value.ends_with(':') {
            self.awaits = Some(holder);
        } else if begins_block_scalar(value) {
            self.scalar = Some(BlockScalar { holder, indent: None });
        }
    }

    /// Closes what a line of a collection ends, and opens the collection if it is new.
    fn open(&mut self, level: Level) {
        let is_ended =
            |last: &Level| last.column > level.column || last.column == level.column && last.is_list && !level.is_list;
        while self.levels.last().is_some_and(is_ended) {
            self.levels.pop();
        }
        if self.levels.last() != Some(&level) {
            self.levels.push(level);
        }
    }
}

/// The number of blanks in front of a line.
pub(super) fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn without_comment(text: &str) -> &str {
    let end = if text.starts_with('#') { Some(0) } else { text.find(" #") };
    text.get(..end.unwrap_or(text.len())).unwrap_or_default().trim_end()
}

/// Whether it begins with a key.
fn is_entry(text: &str) -> bool {
    !text.starts_with(['{', '[', '|', '>']) && (text.ends_with(':') || text.contains(": "))
}

/// Whether it ends with the mark of a literal or folded text.
fn begins_block_scalar(text: &str) -> bool {
    let mark = text.rsplit(' ').next().unwrap_or(text);
    let before = text.strip_suffix(mark).unwrap_or_default().trim_end();
    let is_at_value = before.is_empty() || before.ends_with(':') || before.contains(['&', '!']);
    is_at_value
        && mark.starts_with(['|', '>'])
        && mark.chars().skip(1).all(|c| matches!(c, '+' | '-') || c.is_ascii_digit())
}
