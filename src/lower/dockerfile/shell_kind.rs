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
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
        match name.strip_suffix(".exe").unwrap_or(&name) {
            "powershell" | "pwsh" => Self::PowerShell,
            "cmd" => Self::Cmd,
            name if vocabulary::is_posix_shell(name) || name == "busybox" => Self::Posix,
            _ => Self::Other,
        }
    }

    /// The kind that the first line of a script asks for; posix without one.
    pub(super) fn of_shebang(script: &str) -> Self {
        let Some(line) = script.strip_prefix("#!") else { return Self::Posix };
        let mut words = line.lines().next().unwrap_or_default().split_whitespace();
        let program = words.next().unwrap_or_default();
        let is_env = vocabulary::base_name(program) == "env";
        let named = if is_env { words.find(|word| !word.starts_with('-')).unwrap_or_default() } else { program };
        Self::of_program(named)
    }
}
