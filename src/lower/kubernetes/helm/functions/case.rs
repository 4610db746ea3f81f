//! sprig's functions on the case of letters and on words.

use super::short::{I, S};
use super::wrap::wrap;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("title", &[S], |call| changed(call, title)),
    Function::new("untitle", &[S], |call| changed(call, untitle)),
    Function::new("swapcase", &[S], |call| changed(call, swap_case)),
    Function::new("camelcase", &[S], |call| changed(call, camel_case)),
    Function::new("snakecase", &[S], |call| changed(call, |text| joined_words(text, '_'))),
    Function::new("kebabcase", &[S], |call| changed(call, |text| joined_words(text, '-'))),
    Function::new("nospace", &[S], |call| changed(call, without_spaces)),
    Function::new("initials", &[S], |call| changed(call, initials)),
    Function::new("wrap", &[I, S], |call| {
        let wrapped = wrap(call.text(1), call.int(0), "", false);
        call.result(wrapped)
    }),
    Function::new("wrapWith", &[I, S, S], |call| {
        let wrapped = wrap(call.text(2), call.int(0), call.text(1), true);
        call.result(wrapped)
    }),
];

fn changed(call: &mut Call<'_, '_>, change: fn(&str) -> String) -> Outcome<Value> {
    let changed = change(call.text(0));
    call.result(changed)
}

/// Upper case at the start of each word. Letters, digits, the underscore and quotes do not end one.
fn title(text: &str) -> String {
    let mut previous = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let separates = match previous {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => false,
            _ if previous.is_ascii() => true,
            _ if previous.is_alphanumeric() => false,
            _ => previous.is_whitespace(),
        };
        if separates {
            out.push(upper(c));
        } else {
            out.push(c);
        }
        previous = c;
    }
    out
}

/// The one character that is the upper case of `c`; itself where it would be several.
pub fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
}

/// The one character that is the lower case of `c`; the first one where it would be several.
pub fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn untitle(text: &str) -> String {
    let mut after_space = true;
    let change = |c: char| {
        let changed = if after_space { lower(c) } else { c };
        after_space = c.is_whitespace();
        changed
    };
    text.chars().map(change).collect()
}

/// Lower case becomes upper case and the other way round; at the start of a word, title case.
fn swap_case(text: &str) -> String {
    let change = |c: char| {
        if c.is_uppercase() {
            lower(c)
        } else if c.is_lowercase() {
            upper(c)
        } else {
            c
        }
    };
    text.chars().map(change).collect()
}

fn is_connector(c: char) -> bool {
    matches!(c, '-' | '_') || c.is_whitespace()
}

/// Words without what connects them, each with a capital. Connectors in front and at the end stay.
fn camel_case(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let lead = chars.iter().take_while(|c| is_connector(**c)).count();
    let mut out: String = chars.drain(..lead.min(chars.len())).collect();
    let Some((first, rest)) = chars.split_first() else {
        // Of a name without letters, the last connector is written twice.
        out.extend(out.chars().last());
        return out;
    };
    // Whether the letters so far of this word are capitals, which are made small.
    let mut shouting = first.is_uppercase();
    let mut held = upper(*first);
    for &c in rest {
        if is_connector(c) && is_connector(held) {
            out.push(held);
            held = c;
            continue;
        }
        if is_connector(held) {
            shouting = c.is_uppercase();
            held = upper(c);
            continue;
        }
        out.push(held);
        held = match (shouting, c.is_uppercase()) {
            (true, true) => lower(c),
            (true, false) => {
                shouting = false;
                c
            }
            (false, _) => c,
        };
    }
    out.push(held);
    out
}

/// The kinds of words that a name is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Connector,
    Punctuation,
    /// Begins with a capital.
    Capital,
    Lower,
    Number,
    Other,
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~')
}

fn kind(c: char) -> Word {
    match () {
        () if is_connector(c) => Word::Connector,
        () if is_punctuation(c) => Word::Punctuation,
        () if c.is_uppercase() => Word::Capital,
        () if c.is_alphabetic() => Word::Lower,
        () if c.is_numeric() => Word::Number,
        () => Word::Other,
    }
}

/// Cuts a name into words: `HTTPServer2x` into `HTTP`, `Server`, `2`, `x`.
fn words(text: &str) -> Vec<(Word, Vec<char>)> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        let kind_of_first = kind(first);
        let run = |from: usize, wanted: Word| chars.iter().skip(from).take_while(|c| kind(**c) == wanted).count();
        let length = match kind_of_first {
            // Dashes and underscores are punctuation, too.
            Word::Punctuation => {
                let is_inner = |c: &&char| is_punctuation(**c);
                chars.iter().skip(at).take_while(is_inner).count()
            }
            Word::Capital => {
                let capitals = run(at, Word::Capital);
                let small = run(at + capitals, Word::Lower);
                match (capitals, small) {
                    (1, small) => 1 + small,
                    (capitals, 0) => capitals,
                    // The last capital begins the next word.
                    (capitals, _) => capitals - 1,
                }
            }
            other => run(at, other),
        };
        words.push((kind_of_first, chars.iter().skip(at).take(length).copied().collect()));
        at += length;
    }
    words
}

/// The words of a name in lower case, with a connector between them. A number belongs to the word before it, unless
/// small letters follow.
fn joined_words(text: &str, connector: char) -> String {
    let words = words(text);
    let mut out = String::new();
    let mut at = 0;
    let separates = |word: Option<&(Word, Vec<char>)>| {
        word.is_some_and(|(kind, _)| !matches!(kind, Word::Connector | Word::Punctuation))
    };
    let put = |out: &mut String, word: &(Word, Vec<char>)| match word.0 {
        Word::Connector => out.extend(word.1.iter().map(|_| connector)),
        _ => out.extend(word.1.iter().map(|c| lower(*c))),
    };
    while let Some(word) = words.get(at) {
        put(&mut out, word);
        at += 1;
        match word.0 {
            Word::Connector | Word::Punctuation => {}
            Word::Number => {
                while let Some(next) = words.get(at).filter(|next| matches!(next.0, Word::Lower | Word::Number)) {
                    put(&mut out, next);
                    at += 1;
                }
                if separates(words.get(at)) {
                    out.push(connector);
                }
            }
            _ => match words.get(at) {
                Some((Word::Number, digits)) => {
                    let begins_word = words.get(at + 1).is_some_and(|next| next.0 == Word::Lower);
                    let is_last = at + 1 == words.len();
                    if begins_word {
                        out.push(connector);
                    }
                    if begins_word || is_last {
                        // Written with what follows it, or as the end.
                        continue_number(&mut out, &words, &mut at, connector);
                    } else {
                        out.extend(digits.iter());
                        at += 1;
                        if separates(words.get(at)) {
                            out.push(connector);
                        }
                    }
                }
                next if separates(next) => out.push(connector),
                _ => {}
            },
        }
    }
    out
}

/// Writes a number and the small letters and numbers behind it as one word.
fn continue_number(out: &mut String, words: &[(Word, Vec<char>)], at: &mut usize, connector: char) {
    while let Some(next) = words.get(*at).filter(|next| matches!(next.0, Word::Lower | Word::Number)) {
        out.extend(next.1.iter().map(|c| lower(*c)));
        *at += 1;
    }
    if words.get(*at).is_some_and(|next| !matches!(next.0, Word::Connector | Word::Punctuation)) {
        out.push(connector);
    }
}

/// Without white space. Bytes are taken for characters, so that others than ASCII come out wrong, as in Helm.
fn without_spaces(text: &str) -> String {
    let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0);
    if !text.bytes().any(|byte| is_space(&byte)) {
        return text.into();
    }
    text.bytes().filter(|byte| !is_space(byte)).map(char::from).collect()
}

/// The first byte of each word.
fn initials(text: &str) -> String {
    let mut after_space = true;
    let mut out = String::new();
    for byte in text.bytes() {
        let is_space = matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0);
        if after_space && !is_space {
            out.push(char::from(byte));
        }
        after_space = is_space;
    }
    out
}
