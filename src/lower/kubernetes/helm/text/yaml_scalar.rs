//! Scalars of YAML as libyaml's emitter lays them out, in the port that Go programs use.

use super::quote::is_printable;
use crate::syntax::yaml::{Dialect, is_plain_string};

/// The column after which a text is folded at the next blank.
const WIDTH: usize = 80;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Column at which it begins, in code points.
    pub column: usize,
    /// Blanks before a line of its own.
    pub indent: usize,
    /// Whether it is the key of a mapping, which stays on its line.
    pub is_key: bool,
    /// Whether long lines are folded.
    pub folds: bool,
    /// Whose rules tell which plain texts are strings.
    pub dialect: Dialect,
}

/// What the characters of a text allow.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a form that the text may or may not have")]
struct Analysis {
    multiline: bool,
    plain: bool,
    single_quoted: bool,
    block: bool,
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the emitter writes the character as it is.
fn is_plain_character(c: char) -> bool {
    c == '\n' || matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

fn analyze(text: &str, dialect: Dialect) -> Analysis {
    if text.is_empty() {
        return Analysis { multiline: false, plain: true, single_quoted: true, block: false };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut line_breaks, mut tabs) = (false, false, false);
    let (mut leading, mut trailing_space, mut trailing_break) = (false, false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut previous_space, mut previous_break, mut preceded) = (false, false, true);
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let followed = next.is_none_or(|next| matches!(next, ' ' | '\t') || is_break(next));
        indicators |= match c {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' if first => {
                true
            }
            '?' | '-' if first => followed,
            ':' => followed,
            '#' => preceded,
            _ => false,
        };
        tabs |= c == '\t';
        special |= !is_plain_character(c) && (c != '\t' || dialect == Dialect::Kubernetes);
        if c == ' ' {
            leading |= first;
            trailing_space |= next.is_none();
            break_space |= previous_break;
            (previous_space, previous_break) = (true, false);
        } else if is_break(c) {
            line_breaks = true;
            leading |= first;
            trailing_break |= next.is_none();
            space_break |= previous_space;
            (previous_space, previous_break) = (false, true);
        } else {
            (previous_space, previous_break) = (false, false);
        }
        preceded = matches!(c, ' ' | '\t') || is_break(c);
        first = false;
    }
    let plain = !(leading || trailing_space || trailing_break || break_space || space_break || special || tabs)
        && !line_breaks
        && !indicators;
    let single_quoted = !(break_space || space_break || special || tabs);
    let block = !(trailing_space || space_break || special);
    Analysis { multiline: line_breaks, plain, single_quoted, block }
}

/// Whether go-yaml takes the text for a number in base 60, as YAML 1.1 did.
fn is_base_60(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().map(|first| first.strip_prefix(['-', '+']).unwrap_or(first)).unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let is_sixtieth = |part: &&str| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && digits(fraction)
        && !rest.is_empty()
        && rest.iter().all(is_sixtieth)
}

/// Whether go-yaml of the third version quotes a text that YAML 1.1 took for a boolean.
fn is_old_bool(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF"
    )
}

/// Returns a string as a scalar, its lines indented.
pub fn string(text: &str, slot: Slot) -> String {
    let analysis = analyze(text, slot.dialect);
    let resolves = is_plain_string(text, slot.dialect) && !is_base_60(text) && !is_old_bool(text);
    if text.contains('\n') && analysis.block && !slot.is_key {
        return literal(text, slot);
    }
    if text.contains('\n') || !resolves {
        return double_quoted(text, slot);
    }
    match () {
        () if analysis.plain && !(analysis.multiline && slot.is_key) => plain(text, slot),
        () if analysis.single_quoted && !(analysis.multiline && slot.is_key) => single_quoted(text, slot),
        () => double_quoted(text, slot),
    }
}

/// Whether a key may stand on the line of its value.
pub fn is_simple_key(text: &str) -> bool {
    text.len() <= 128 && !text.contains(is_break)
}

/// Characters with the column that each begins at; blanks at which a line may be broken are.
struct Folded {
    out: String,
    column: usize,
    slot: Slot,
}

impl Folded {
    fn new(slot: Slot) -> Self {
        Self { out: String::new(), column: slot.column, slot }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn is_full(&self) -> bool {
        self.slot.folds && !self.slot.is_key && self.column > WIDTH
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', self.slot.indent));
        self.column = self.slot.indent;
    }
}

fn plain(text: &str, slot: Slot) -> String {
    let mut folded = Folded::new(slot);
    let mut after_space = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ' ' && !after_space && folded.is_full() && chars.peek() != Some(&' ') {
            folded.line();
        } else {
            folded.put(c.encode_utf8(&mut [0; 4]));
        }
        after_space = c == ' ';
    }
    folded.out
}

fn single_quoted(text: &str, slot: Slot) -> String {
    let mut folded = Folded::new(slot);
    folded.put("'");
    let mut after_space = false;
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        if c == ' ' && !after_space && folded.is_full() && !first && chars.peek().is_some_and(|next| *next != ' ') {
            folded.line();
        } else {
            folded.put(if c == '\'' { "'" } else { "" });
            folded.put(c.encode_utf8(&mut [0; 4]));
        }
        after_space = c == ' ';
        first = false;
    }
    folded.put("'");
    folded.out
}

fn double_quoted(text: &str, slot: Slot) -> String {
    let mut folded = Folded::new(slot);
    folded.put("\"");
    let mut after_space = false;
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        if c == ' ' && !after_space && folded.is_full() && !first && chars.peek().is_some() {
            folded.line();
            if chars.peek() == Some(&' ') {
                folded.put("\\");
            }
        } else if c == ' ' {
            folded.put(" ");
        } else {
            folded.put(&escaped(c));
        }
        after_space = c == ' ';
        first = false;
    }
    folded.put("\"");
    folded.out
}

/// A character in double quotes.
fn escaped(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0b' => 'v',
        '\x0c' => 'f',
        '\r' => 'r',
        '\x1b' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ if is_plain_character(c) && (c.is_ascii() || is_printable(c) || !c.is_control()) => return c.into(),
        _ => {
            let code = u32::from(c);
            return match code {
                0..0x100 => format!("\\x{code:02X}"),
                0x100..0x1_0000 => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}

fn literal(text: &str, slot: Slot) -> String {
    let mut out = String::from("|");
    if text.starts_with(' ') || text.starts_with(is_break) {
        out.push('2');
    }
    if !text.ends_with(is_break) {
        out.push('-');
    } else if text.chars().rev().nth(1).is_none_or(is_break) {
        out.push('+');
    }
    for line in text.split('\n').take(text.split('\n').count() - usize::from(text.ends_with('\n'))) {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', slot.indent));
            out.push_str(line);
        }
    }
    out
}
