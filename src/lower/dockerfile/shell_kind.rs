//! Which language the shell form of a command is in.

use super::vocabulary;

/// The language of a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShellKind {
    /// `sh` and its kin; the one whose commands are read.
    Posix,
    /// Windows PowerShell or `pwsh`.
    PowerShell,
    /// `cmd.exe`
    Cmd,
    /// Another interpreter: Python, Node, …
    Other,
}

impl ShellKind {
    /// The name in `meta.shell`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Posix => "posix",
            Self::PowerShell => "powershell",
            Self::Cmd => "cmd",
            Self::Other => "other",
        }
    }

    /// The kind of the program at `path`, such as the first word of `SHELL`.
    pub(super) fn of_program(path: &str) -> Self {
        match program_name(path).as_str() {
            "powershell" | "pwsh" => Self::PowerShell,
            "cmd" => Self::Cmd,
            name if vocabulary::is_posix_shell(name) || name == "busybox" => Self::Posix,
            _ => Self::Other,
        }
    }
}

/// Returns the name of the program at `path`, in lower case, without directory and `.exe`.
pub(super) fn program_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    name.strip_suffix(".exe").map_or(name.clone(), str::to_owned)
}

/// Returns the program that the first line of a script asks for where that is no POSIX shell.
pub(super) fn foreign_shebang(script: &str) -> Option<String> {
    let mut words = script.strip_prefix("#!")?.lines().next().unwrap_or_default().split_whitespace();
    let program = words.next().unwrap_or_default();
    let is_env = vocabulary::base_name(program) == "env";
    let named = if is_env { words.find(|word| !word.starts_with('-')).unwrap_or_default() } else { program };
    (ShellKind::of_program(named) != ShellKind::Posix).then(|| program_name(named))
}

/// Whether `name` interprets its standard input as a program in a language whose commands are not read.
pub(super) fn is_foreign_interpreter(name: &str) -> bool {
    matches!(
        name,
        "python"
            | "perl"
            | "ruby"
            | "node"
            | "deno"
            | "bun"
            | "php"
            | "lua"
            | "pwsh"
            | "powershell"
            | "Rscript"
            | "julia"
    )
}
