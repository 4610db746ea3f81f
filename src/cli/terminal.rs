//! What the terminal can do, from flags and the environment.

use crate::report::{Terminal, neutral};
use clap::ValueEnum;
use std::io::{self, IsTerminal, Write as _};

/// Columns where nothing tells how many there are.
const WIDTH: usize = 100;
/// Prose over longer lines is hard to read.
const MOST_WIDTH: usize = 140;

/// Writes a message to standard error. What it quotes, from arguments or files, is made harmless.
pub fn tell(message: &str) -> io::Result<()> {
    io::stderr().lock().write_all(neutral::lines(message).as_bytes())
}

/// Writes a text to standard output. What it quotes, from arguments or files, is made harmless.
pub fn print(text: &str) -> io::Result<()> {
    io::stdout().lock().write_all(neutral::lines(text).as_bytes())
}

/// Whether there are colours.
#[derive(Debug, clap::Args)]
pub struct Colours {
    /// When to write colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// When to write colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colours {
    /// What a stream can do. `NO_COLOR` (no-color.org), `CLICOLOR_FORCE`, `FORCE_COLOR` and `TERM` decide
    /// where `--color` does not.
    pub fn of_stream(&self, stream: &impl IsTerminal) -> Terminal {
        let is_terminal = stream.is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if no_color => false,
            Color::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
            // The log of GitHub Actions is no terminal, but shows colours.
            Color::Auto => (is_terminal && !is_dumb()) || set("GITHUB_ACTIONS"),
        };
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = width.filter(|width| is_terminal && *width > 0).unwrap_or(WIDTH).min(MOST_WIDTH);
        Terminal { width, colour, unicode: has_unicode(), hyperlinks: is_terminal && colour && !set("CI") }
    }

    /// What a file is written with: the same on every machine.
    pub fn of_file(&self) -> Terminal {
        Terminal { width: WIDTH, colour: self.color == Color::Always, unicode: true, hyperlinks: false }
    }
}

/// Whether the terminal only knows lines.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the locale is one of UTF-8; where none is set, as in containers, readers are taken to be modern.
fn has_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8") || locale == "c" || locale == "posix"
    })
}
