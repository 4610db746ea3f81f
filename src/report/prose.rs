//! Running text for a terminal: wrapping, and colours that can be off.

use super::Terminal;

/// The look of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Errors, critical and high severities.
    Red,
    /// Warnings, medium severity.
    Yellow,
    /// Advice, links.
    Cyan,
    /// What went well.
    Green,
    /// Titles.
    Bold,
    /// What matters less.
    Dim,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Red => "1;31",
            Self::Yellow => "1;33",
            Self::Cyan => "36",
            Self::Green => "32",
            Self::Bold => "1",
            Self::Dim => "2",
        }
    }
}

impl Terminal {
    /// `text` in that ink, where the terminal has colours.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        if self.colour { format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()) } else { text.to_owned() }
    }

    /// `text` as a link to `url`, where the terminal makes links.
    pub fn link(self, url: &str, text: &str) -> String {
        if self.hyperlinks { format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\") } else { text.to_owned() }
    }

    /// A horizontal rule of `length` columns.
    pub fn rule(self, length: usize) -> String {
        (if self.unicode { "─" } else { "-" }).repeat(length)
    }
}

/// The paragraphs of `text` wrapped at `width` columns and indented by `indent`, each line with a line end.
/// Lists, fences and other lines that are not plain prose keep their line.
pub fn wrap(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut paragraph = String::new();
    let mut inside_code = false;
    for line in text.trim().lines() {
        let line = line.trim_end();
        let is_fence = line.trim_start().starts_with("```");
        let keeps_line = inside_code || is_fence || line.starts_with(['|', ' ', '\t', '#']) || is_item(line);
        if line.is_empty() || keeps_line {
            fill(&mut out, &std::mem::take(&mut paragraph), indent, room);
        }
        if is_fence {
            inside_code = !inside_code;
        } else if line.is_empty() {
            out.push('\n');
        } else if inside_code || (keeps_line && !is_item(line)) {
            push_line(&mut out, line, indent);
        } else {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line);
        }
    }
    fill(&mut out, &paragraph, indent, room);
    out
}

fn is_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|char: char| char.is_ascii_digit());
    line.starts_with("- ") || line.starts_with("* ") || (rest.len() < line.len() && rest.starts_with(". "))
}

/// Greedy filling; breaks at spaces only, so that a path or an address stays whole and nothing in the
/// middle of a word can come to stand at the beginning of a line. Items hang by two.
fn fill(out: &mut String, paragraph: &str, indent: usize, room: usize) {
    let hanging = if is_item(paragraph) { 2 } else { 0 };
    let mut line = String::new();
    let mut used = 0;
    let mut margin = indent;
    for word in paragraph.split_whitespace() {
        let width = word.chars().count();
        if !line.is_empty() && used + 1 + width > room {
            push_line(out, &line, margin);
            line.clear();
            margin = indent + hanging;
            used = hanging;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += width;
    }
    if !line.is_empty() {
        push_line(out, &line, margin);
    }
}

fn push_line(out: &mut String, line: &str, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(line);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn prose_is_filled_and_lists_stay_lists() {
        let text = "Anyone can list\nand read the objects; with `public-read-write` also replace them.\n\n\
                    - one item that is rather longer\n- two";
        let wrapped = "  Anyone can list and read the\n  objects; with\n  `public-read-write` also\n  replace them.\n\n  \
                       - one item that is rather\n    longer\n  - two\n";
        assert_eq!(wrap(text, 2, 32), wrapped);
    }

    #[test]
    fn a_word_longer_than_the_width_stays_whole() {
        let word = "arn:aws:s3:::".repeat(10);
        assert_eq!(wrap(&word, 2, 30), format!("  {word}\n"));
    }
}
