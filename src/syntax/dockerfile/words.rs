//! How a line is cut into words: white space, quotes, flags, here-document markers.
//!
//! All offsets are bytes of the logical line. Quotes and escapes stay in the words; only flags and
//! the names of here-documents lose them here.

use std::ops::Range;

/// What separates words in BuildKit's plain lists.
const BLANK: [char; 5] = ['\t', '\u{b}', '\u{c}', '\r', ' '];

/// The words of `range` between white space, quotes meaning nothing.
pub(super) fn plain(line: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let text = line.get(range.clone()).unwrap_or_default();
    let words = text.split(BLANK).filter(|word| !word.is_empty());
    words.map(|word| offset_in(line, word)..offset_in(line, word) + word.len()).collect()
}

/// The first word of `range` and the rest without the white space between them.
pub(super) fn first(line: &str, range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let text = line.get(range.clone()).unwrap_or_default();
    let (word, rest) = text.split_once(BLANK).unwrap_or((text, ""));
    let rest_start = range.end - rest.trim_start_matches(BLANK).len();
    (range.start..range.start + word.len(), rest_start..range.end)
}

/// `range` without white space at both ends.
pub(super) fn trim(line: &str, range: Range<usize>) -> Range<usize> {
    let text = line.get(range.clone()).unwrap_or_default();
    let start = range.end - text.trim_start().len();
    start..start + text.trim().len()
}

fn offset_in(line: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(line.as_ptr().addr())
}

/// Cuts a text where a space stands outside quotes.
struct Quoting {
    escape: u8,
    quote: Option<u8>,
    escaped: bool,
}

impl Quoting {
    fn new(escape: u8) -> Self {
        Self { escape, quote: None, escaped: false }
    }

    /// Whether `byte` is plain: neither quoted, nor escaped, nor a quote or escape itself.
    fn is_plain(&mut self, byte: u8) -> bool {
        if std::mem::take(&mut self.escaped) {
            return false;
        }
        match self.quote {
            Some(quote) => {
                if byte == quote {
                    self.quote = None;
                } else if byte == self.escape && quote != b'\'' {
                    self.escaped = true;
                }
                false
            }
            None if byte == b'\'' || byte == b'"' => {
                self.quote = Some(byte);
                false
            }
            None if byte == self.escape => {
                self.escaped = true;
                false
            }
            None => true,
        }
    }
}

/// The words of `range`, where quotes and escapes keep white space together.
pub(super) fn quoted(line: &str, range: Range<usize>, escape: u8) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoting = Quoting::new(escape);
    for (at, byte) in bytes(line, &range) {
        let blank = byte.is_ascii_whitespace() || byte == b'\x0b';
        if !blank && start.is_none() {
            start = Some(at);
        }
        if start.is_some() && quoting.is_plain(byte) && blank {
            words.extend(start.take().map(|start| start..at));
        }
    }
    words.extend(start.map(|start| start..range.end));
    words
}

/// A here-document marker in a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) at: Range<usize>,
    pub(super) name: String,
    pub(super) expand: bool,
    pub(super) chomp: bool,
}

/// The markers of here-documents: words of the form `3<<-NAME`. None where quotes or braces do not close.
pub(super) fn markers(line: &str, range: Range<usize>) -> Vec<Marker> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoting = Quoting::new(b'\\');
    let mut braces = 0_usize;
    let mut previous = b' ';
    for (at, byte) in bytes(line, &range) {
        let plain = quoting.is_plain(byte);
        let blank = plain && byte.is_ascii_whitespace() && braces == 0;
        match (blank, start) {
            (false, None) => start = Some(at),
            (true, Some(first)) => {
                words.push(first..at);
                start = None;
            }
            _ => {}
        }
        if plain && byte == b'{' && previous == b'$' {
            braces += 1;
        } else if plain && byte == b'}' {
            braces = braces.saturating_sub(1);
        }
        previous = byte;
    }
    if quoting.quote.is_some() || braces > 0 {
        return Vec::new();
    }
    words.extend(start.map(|start| start..range.end));
    words.into_iter().filter_map(|at| marker(line.get(at.clone())?, at)).collect()
}

fn marker(word: &str, at: Range<usize>) -> Option<Marker> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (chomp, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let name = unquote(rest);
    let expand = name == rest;
    (!name.is_empty()).then_some(Marker { at, name, expand, chomp })
}

/// The text without quotes and escapes.
pub(super) fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            _ if c == '\\' && quote != Some('\'') => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// The flags at the beginning of `range`, and where the arguments begin. A lone `--` ends the flags.
pub(super) fn flags(line: &str, range: Range<usize>) -> (Vec<Range<usize>>, usize) {
    let mut flags = Vec::new();
    let mut at = trim(line, range.clone()).start;
    while line.get(at..range.end).is_some_and(|rest| rest.starts_with("--")) {
        let mut quoting = Quoting::new(b'\\');
        let blank = |(_, byte): &(usize, u8)| quoting.is_plain(*byte) && byte.is_ascii_whitespace();
        let end = bytes(line, &(at..range.end)).find(blank).map_or(range.end, |(end, _)| end);
        let flag = at..end;
        at = trim(line, end..range.end).start;
        if flag.len() == 2 {
            break;
        }
        flags.push(flag);
    }
    (flags, at)
}

fn bytes<'a>(line: &'a str, range: &Range<usize>) -> impl Iterator<Item = (usize, u8)> + use<'a> {
    let start = range.start;
    let text = line.get(range.clone()).unwrap_or_default();
    text.bytes().enumerate().map(move |(at, byte)| (start + at, byte))
}

#[cfg(test)]
mod tests {
    use super::{flags, markers, quoted};

    fn words(line: &str) -> Vec<&str> {
        quoted(line, 0..line.len(), b'\\').into_iter().map(|at| &line[at]).collect()
    }

    #[test]
    fn quotes_and_escapes_keep_words_together() {
        assert_eq!(words(r#"a="b c" d='e f' g=h\ i"#), [r#"a="b c""#, "d='e f'", r"g=h\ i"]);
        assert_eq!(words(r#"a=\"b c"#), [r#"a=\"b"#, "c"]);
    }

    #[test]
    fn a_marker_is_a_word_of_its_own() {
        let names = |line: &str| -> Vec<(String, bool, bool)> {
            markers(line, 0..line.len()).into_iter().map(|m| (m.name, m.expand, m.chomp)).collect()
        };
        assert_eq!(names("cat <<EOF | sh"), [("EOF".into(), true, false)]);
        assert_eq!(
            names("<<-'A' <<\"B\" 3<<C"),
            [("A".into(), false, true), ("B".into(), false, false), ("C".into(), true, false)]
        );
        assert!(names("cat << EOF").is_empty());
        assert!(names("cat<<EOF").is_empty());
        assert!(names("cat <<<word").is_empty());
        assert!(names("echo \"<<EOF\" '<<EOF'").is_empty());
        assert!(names("echo $((1 <<2)) \" <<EOF").is_empty());
    }

    #[test]
    fn flags_end_at_the_first_other_word() {
        let line = "--mount=type=cache,target=/a --network=none -- --x";
        let (found, rest) = flags(line, 0..line.len());
        assert_eq!(found.len(), 2);
        assert_eq!(&line[rest..], "--x");
    }
}
