//! The commands of a script.

use ecow::EcoString;
use std::ops::Range;

/// What a script runs.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Every command in source order, those in conditions, loops, functions and substitutions included.
    /// A command comes before those that are substituted into its words.
    pub commands: Vec<Command>,
    /// How many members each pipeline has, by [`Command::pipeline`]. A command on its own is a pipeline of one.
    pub pipelines: Vec<u32>,
    /// The variables of `for` loops.
    pub loop_variables: Vec<EcoString>,
    /// Whether every byte was understood. What was not is left out.
    pub complete: bool,
    /// The limit that was reached, when one was: the script was not, or not wholly, read.
    pub limit: Option<Limit>,
}

/// Where reading stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The script has more than [`super::MAX_BYTES`].
    Bytes,
    /// The parser needs more than [`super::MAX_STEPS`], or there are more than [`super::MAX_HEREDOCS`].
    Steps,
    /// It is nested deeper than [`super::MAX_DEPTH`].
    Depth,
}

/// A simple command: `A=1 name argument >file`.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its bytes in the script, redirections not included.
    pub range: Range<u32>,
    /// The name and the arguments. Empty when there are only assignments.
    pub words: Vec<Word>,
    /// The assignments before the name, and those of `export`, `declare`, `local`, `readonly`.
    pub assignments: Vec<Assignment>,
    /// The redirections.
    pub redirects: Vec<Redirect>,
    /// The number of its pipeline.
    pub pipeline: u32,
    /// Its place in the pipeline, from 0.
    pub position: u32,
    /// How it is joined to what stands before it.
    pub connector: Connector,
    /// The command whose words it is substituted into.
    pub parent: Option<u32>,
    /// Where it stands.
    pub context: Context,
}

/// How a command is joined to what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `;`, a new line, or the beginning.
    Sequence,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `&`
    Background,
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is independent of the others")]
pub struct Context {
    /// In parentheses, or in a substitution: settings made there end there. How many of them are around it.
    pub subshell: u32,
    /// In the test of `if`, `while`, `until`: its failure ends nothing.
    pub is_test: bool,
    /// In a branch of `if` or `case`, or in a loop: it may not run.
    pub is_conditional: bool,
    /// In the body of a function.
    pub in_function: bool,
    /// After `!`.
    pub is_negated: bool,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its bytes in the script, quotes included.
    pub range: Range<u32>,
    /// What it is put together from.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text, quotes and escapes removed.
    Text(EcoString),
    /// `$name`, `${name}`, or `${name:-…}`.
    Variable {
        /// The variable.
        name: EcoString,
        /// The whole expansion as written.
        written: EcoString,
        /// Its bytes in the script.
        range: Range<u32>,
        /// Whether it stands in double quotes: its value is not cut into words.
        quoted: bool,
    },
    /// What only running the script tells: a substitution, `$?`, arithmetic.
    Computed,
}

/// `name=value`
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The variable.
    pub name: EcoString,
    /// The value; without parts when it is empty.
    pub value: Word,
    /// Both.
    pub range: Range<u32>,
}

/// `2>file`
#[derive(Clone, Debug)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `<<`, `<<<`, `>&`, …
    pub operator: EcoString,
    /// The descriptor before the operator.
    pub descriptor: Option<EcoString>,
    /// What stands after the operator; the name of a here-document.
    pub target: Option<Word>,
    /// All of it.
    pub range: Range<u32>,
}

impl Word {
    /// The text, when nothing has to be expanded.
    pub fn literal(&self) -> Option<EcoString> {
        match self.parts.as_slice() {
            [] => Some(EcoString::new()),
            [Part::Text(text)] => Some(text.clone()),
            parts => {
                parts.iter().map(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None }).collect()
            }
        }
    }
}

impl Connector {
    /// The operator; `;` for a new line and at the beginning.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequence => ";",
            Self::And => "&&",
            Self::Or => "||",
            Self::Pipe => "|",
            Self::Background => "&",
        }
    }
}
