//! Regular expressions in the syntax of Go's `regexp` (RE2), run by the `regex` crate.
//!
//! Both search in linear time and agree on what matches; they differ in how some things are written:
//! `\d \w \s \b` are ASCII in RE2, `\Q…\E` and octal escapes exist there only, a brace that is no
//! repetition is itself, brackets do not nest, and `a**` is an error. So a pattern is read as RE2 reads
//! it and written anew. What both refuse (look-around, backreferences) is left to the crate to refuse.

use crate::limits::patterns::{PATTERN_LIMIT, REPETITION_LIMIT, SIZE_LIMIT};
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Compiled patterns that a thread keeps: more than all checks have.
const KEPT_PATTERNS: usize = 512;
thread_local! {
    /// The patterns compiled so far: a loop, or a check, asks for the same one again and again.
    static KEPT: RefCell<HashMap<String, Rc<Regex>>> = RefCell::new(HashMap::new());
}

/// Compiles a pattern in RE2 syntax. It is shared, never cloned: a clone makes its tables anew.
pub fn compile(pattern: &str) -> Result<Rc<Regex>, String> {
    if let Some(regex) = KEPT.with_borrow(|kept| kept.get(pattern).cloned()) {
        return Ok(regex);
    }
    let regex = Rc::new(build(pattern)?);
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= KEPT_PATTERNS {
            kept.clear();
        }
        kept.insert(pattern.to_owned(), regex.clone());
    });
    Ok(regex)
}

/// The steps of compiling a pattern, about: counted repetitions are written out.
pub fn cost(pattern: &str) -> u64 {
    let counts = pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(counts, _)| counts));
    let largest = counts.filter_map(|counts| counts.rsplit(',').find_map(|count| count.parse::<u64>().ok()));
    let written = largest.fold(1, u64::saturating_mul).min(u64::from(REPETITION_LIMIT));
    500 + pattern.len() as u64 * 20 * written
}

fn build(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > PATTERN_LIMIT {
        return Err(format!("The pattern has {} bytes, over the limit of {PATTERN_LIMIT}.", pattern.len()));
    }
    let translated = Translator { rest: pattern, out: String::with_capacity(pattern.len() + 16) }.run()?;
    RegexBuilder::new(&translated).size_limit(SIZE_LIMIT).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => format!("The compiled pattern is over the limit of {limit} bytes."),
        _ => format!("`{pattern}` is not a regular expression in RE2 syntax."),
    })
}

/// Reads a pattern from the left and writes it in the syntax of the crate.
struct Translator<'a> {
    rest: &'a str,
    out: String,
}

impl Translator<'_> {
    fn run(mut self) -> Result<String, String> {
        let mut repeated = false;
        while let Some(next) = self.take() {
            let repetition = match next {
                '*' | '+' | '?' => Some(String::from(next)),
                '{' => self.counted_repetition()?,
                _ => None,
            };
            if let Some(repetition) = repetition {
                if repeated {
                    return Err("A repetition is repeated, like `a**`; put the inner one in a group.".into());
                }
                repeated = true;
                self.out.push_str(&repetition);
                if self.take_if('?') {
                    self.out.push('?');
                }
                continue;
            }
            repeated = false;
            match next {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '^' | '$' | '.' | '|' | ')' => self.out.push(next),
                _ => self.literal(next),
            }
        }
        Ok(self.out)
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn take_if(&mut self, wanted: char) -> bool {
        self.rest.strip_prefix(wanted).map(|rest| self.rest = rest).is_some()
    }

    fn literal(&mut self, wanted: char) {
        let mut buffer = [0; 4];
        let text: &str = wanted.encode_utf8(&mut buffer);
        // The flag `x` never gets through, so blanks and `#` need no escape; `regex::escape` knows the rest.
        self.out.push_str(&regex::escape(text));
    }

    /// `{2}`, `{2,}` or `{2,3}` after the brace; anything else leaves the brace literal.
    fn counted_repetition(&mut self) -> Result<Option<String>, String> {
        let Some((inner, rest)) = self.rest.split_once('}') else { return Ok(None) };
        let (least, most) = inner.split_once(',').map_or((inner, None), |(least, most)| (least, Some(most)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(least) || most.is_some_and(|most| !most.is_empty() && !is_number(most)) {
            return Ok(None);
        }
        let within = |text: &str| text.parse::<u32>().is_ok_and(|count| count <= REPETITION_LIMIT);
        if !within(least) || most.is_some_and(|most| !most.is_empty() && !within(most)) {
            return Err(format!("`{{{inner}}}` asks for more than {REPETITION_LIMIT} repetitions."));
        }
        self.rest = rest;
        Ok(Some(format!("{{{inner}}}")))
    }

    /// What follows an opening parenthesis: nothing, a name, or flags.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if !self.take_if('?') {
            return Ok(());
        }
        self.out.push('?');
        if self.rest.starts_with("P<") || self.rest.starts_with('<') {
            let (name, rest) = self.rest.split_once('>').ok_or("The name of a group is not closed.")?;
            self.out.push_str(name);
            self.out.push('>');
            self.rest = rest;
            return Ok(());
        }
        let flags = self.rest.find(|next| !matches!(next, 'i' | 'm' | 's' | 'U' | '-')).unwrap_or(self.rest.len());
        let (flags, rest) = self.rest.split_at(flags);
        if !rest.starts_with([':', ')']) {
            return Err(format!(
                "`(?{flags}{}` is no group in RE2 syntax; it has no look-around.",
                rest.chars().next().unwrap_or_default()
            ));
        }
        self.out.push_str(flags);
        self.rest = rest;
        // The `:` must not be taken for a literal that a repetition could follow.
        if self.take_if(':') {
            self.out.push(':');
        }
        Ok(())
    }

    /// An escape outside of brackets.
    fn escape(&mut self) -> Result<(), String> {
        let next = self.take().ok_or("The pattern ends in a backslash.")?;
        match next {
            'Q' => {
                let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                self.out.push_str(&regex::escape(quoted));
                self.rest = rest;
            }
            'b' => self.out.push_str(r"(?-u:\b)"),
            'B' => self.out.push_str(r"(?-u:\B)"),
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(next);
            }
            'd' | 's' | 'w' | 'D' | 'S' | 'W' => {
                let negated = if next.is_ascii_uppercase() { "^" } else { "" };
                self.out.extend(["[", negated, perl_class(next), "]"]);
            }
            'p' | 'P' => {
                let class = self.unicode_class(next)?;
                self.out.push_str(&class);
            }
            _ => {
                let character = self.escaped_character(next)?;
                self.literal(character);
            }
        }
        Ok(())
    }

    /// A class in brackets, after the opening one. Written out item by item, so that nothing in it can
    /// mean a nested class or a set operation.
    fn class(&mut self) -> Result<(), String> {
        const UNCLOSED: &str = "A class is not closed; end it with `]`.";
        self.out.push('[');
        if self.take_if('^') {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            if self.rest.starts_with("[:")
                && let Some(end) = self.rest.find(":]")
            {
                let (name, rest) = self.rest.split_at(end + 2);
                self.out.push_str(name);
                self.rest = rest;
                first = false;
                continue;
            }
            let next = self.take().ok_or(UNCLOSED)?;
            if next == ']' && !first {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            let low = match next {
                '\\' => match self.take().ok_or(UNCLOSED)? {
                    class @ ('d' | 's' | 'w') => {
                        self.out.push_str(perl_class(class));
                        continue;
                    }
                    class @ ('D' | 'S' | 'W') => {
                        self.out.extend(["[^", perl_class(class), "]"]);
                        continue;
                    }
                    class @ ('p' | 'P') => {
                        let class = self.unicode_class(class)?;
                        self.out.push_str(&class);
                        continue;
                    }
                    escaped => self.escaped_character(escaped)?,
                },
                character => character,
            };
            let mut ahead = self.rest.chars();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|next| next != ']');
            self.out.push_str(&code_point(low));
            if is_range {
                self.take();
                let high = match self.take().ok_or(UNCLOSED)? {
                    '\\' => {
                        let escaped = self.take().ok_or(UNCLOSED)?;
                        self.escaped_character(escaped)?
                    }
                    character => character,
                };
                self.out.push('-');
                self.out.push_str(&code_point(high));
            }
        }
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`, after the letter.
    fn unicode_class(&mut self, letter: char) -> Result<String, String> {
        let mut negated = letter == 'P';
        let mut name = String::from(self.take().ok_or("The pattern ends in `\\p`.")?);
        if name == "{" {
            let (inner, rest) = self.rest.split_once('}').ok_or("The name of a Unicode class is not closed.")?;
            name = inner.into();
            self.rest = rest;
        }
        if let Some(inner) = name.strip_prefix('^') {
            negated = !negated;
            name = inner.into();
        }
        let letter = if negated { 'P' } else { 'p' };
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Err(format!("`{name}` is no Unicode class; write a category like `Lu` or a script like `Greek`."));
        }
        Ok(match name.len() {
            1 | 2 => format!("\\{letter}{{{name}}}"),
            _ if name == "Any" => format!("\\{letter}{{any}}"),
            _ => format!("\\{letter}{{sc={name}}}"),
        })
    }

    /// The character that an escape stands for, after the backslash and `first`.
    fn escaped_character(&mut self, first: char) -> Result<char, String> {
        let unknown = || format!("`\\{first}` is no escape in RE2 syntax.");
        let code = match first {
            'a' => 0x07,
            'f' => 0x0C,
            't' => 0x09,
            'n' => 0x0A,
            'r' => 0x0D,
            'v' => 0x0B,
            '0'..='7' => {
                // One digit other than zero would be a backreference.
                if first != '0' && !self.rest.starts_with(|next| matches!(next, '0'..='7')) {
                    return Err(unknown());
                }
                let more = self.rest.bytes().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let (digits, rest) = self.rest.split_at(more);
                self.rest = rest;
                u32::from_str_radix(&format!("{first}{digits}"), 8).map_err(|_| unknown())?
            }
            'x' => {
                let (digits, rest) = match self.rest.strip_prefix('{') {
                    Some(rest) => rest.split_once('}').ok_or_else(unknown)?,
                    None => self.rest.split_at_checked(2).ok_or_else(unknown)?,
                };
                if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err(unknown());
                }
                self.rest = rest;
                u32::from_str_radix(digits, 16).map_err(|_| unknown())?
            }
            _ if first.is_ascii() && !first.is_ascii_alphanumeric() => u32::from(first),
            _ => return Err(unknown()),
        };
        char::from_u32(code).ok_or_else(unknown)
    }
}

/// What `\d`, `\s` and `\w` hold in RE2, as the inside of a class.
fn perl_class(letter: char) -> &'static str {
    match letter.to_ascii_lowercase() {
        'd' => "0-9",
        's' => r"\t\n\f\r ",
        _ => "0-9A-Za-z_",
    }
}

/// A character by its number, as it stands in patterns and classes.
pub fn code_point(character: char) -> String {
    format!("\\x{{{:X}}}", u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn reads_what_only_re2_has() {
        for (pattern, text, matches) in [
            (r"^\d+$", "١٢", false),
            (r"^\w$", "é", false),
            (r"\Qa.b\E", "axb", false),
            (r"\Qa.b\E", "a.b", true),
            (r"^\012$", "\n", true),
            ("^a{,2}$", "a{,2}", true),
            ("^[[a&&b]$", "[", true),
            ("^[]a]$", "]", true),
            (r"^[\d\-x]+$", "1-x", true),
            (r"^\p{^Greek}$", "a", true),
            (r"^x\b", "x<", true),
            ("^}$", "}", true),
        ] {
            assert_eq!(compile(pattern).map(|regex| regex.is_match(text)), Ok(matches), "{pattern}");
        }
    }

    #[test]
    fn refuses_what_re2_refuses() {
        for pattern in
            ["a**", "a++", "a{2}{3}", "a{1001}", r"\1", r"\Z", r"\C", "(?=a)", "(?x)a", "[b-a]", "[", r"\p{greek}"]
        {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }
}
