//! The words of an action.

use std::ops::Range;

/// One word, with its bytes in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Blanks and line breaks: they separate words.
    Space,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `|`
    Pipe,
    /// `(`
    Open,
    /// `)`
    Close,
    /// Another printable character, such as the comma of `range`.
    Char,
    /// `.`
    Dot,
    /// `.name`
    Field,
    /// `$` or `$name`
    Variable,
    /// A name that is no keyword.
    Identifier,
    /// `true` or `false`
    Bool,
    /// `nil`
    Nil,
    /// A number.
    Number,
    /// A character in single quotes.
    Character,
    /// A string in double quotes.
    Quoted,
    /// A string in backquotes.
    Raw,
    /// A word of the language.
    Keyword(Keyword),
    /// The end of the action.
    End,
}

/// Words that begin an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    /// `if`
    If,
    /// `with`
    With,
    /// `range`
    Range,
    /// `else`
    Else,
    /// `end`
    End,
    /// `define`
    Define,
    /// `block`
    Block,
    /// `template`
    Template,
    /// `break`
    Break,
    /// `continue`
    Continue,
}

impl Keyword {
    /// Returns the keyword that `word` is.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "if" => Self::If,
            "with" => Self::With,
            "range" => Self::Range,
            "else" => Self::Else,
            "end" => Self::End,
            "define" => Self::Define,
            "block" => Self::Block,
            "template" => Self::Template,
            "break" => Self::Break,
            "continue" => Self::Continue,
            _ => return None,
        })
    }
}
