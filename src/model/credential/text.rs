//! Credentials in a text: assignments in scripts and configuration files, and commands that are given a password.

use super::{form, holds, name};
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

/// `name = value`, `"name": "value"`, `export NAME='value'` at the beginning of a line or behind a separator.
const ASSIGNMENT: &str = r#"(?m)(?:^|[\s;,{&|"'-])(?:"(?<quoted>[A-Za-z0-9_.-]+)"|'(?<single>[A-Za-z0-9_.-]+)'|(?<plain>[A-Za-z_][A-Za-z0-9_.-]*))[ \t]*(?:=>|:=|[:=])[ \t]*(?:"(?<double>[^"\n]*)"|'(?<inner>[^'\n]*)'|(?<word>[^\s"'`,;(){}\[\]<>|&]+))(?<end>[ \t]*[,;})]?[ \t]*(?:$|[\r\n]|#|[ \t]|&&|\|))"#;
/// A user and a password for `chpasswd`, or a password that is an argument.
const COMMANDS: &str = r#"(?m)echo\s+["']?[^"'$`:\s]+:(?<chpasswd>[^"'$`<\s]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd|echo\s+["']?(?<stdin>[^"'$`\s|]{4,})["']?\s*\|\s*(?:sudo\s+)?passwd\s+--stdin|\bsshpass\s+-p\s*["']?(?<sshpass>[^"'$`\s]+)"#;
/// What is in every text that one of the two can find something in.
const HINT: &str = "pass|pwd|secret|token|key|cred|private|pw";

fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).build().ok()
}

static IS_ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(ASSIGNMENT));
static IS_COMMAND: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(COMMANDS));
static IS_HINT: LazyLock<Option<Regex>> = LazyLock::new(|| RegexBuilder::new(HINT).case_insensitive(true).build().ok());

/// The names of what a text sets to a credential, in their order; `a password` where it has no name. Of comments nothing
/// is told.
pub fn assigned(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let lines = text.lines().filter(|line| !is_comment(line));
    for line in lines.filter(|line| IS_HINT.as_ref().is_some_and(|hint| hint.is_match(line))) {
        let is_script = line.contains("export ") || line.contains("&&");
        // A line of many assignments: each begins where the one before ends.
        let mut from = 0;
        while let Some(found) = IS_ASSIGNMENT.as_ref().and_then(|form| form.captures_at(line, from)) {
            let group = |all: &[&str]| all.iter().find_map(|name| found.name(name));
            let (Some(name), Some(value)) =
                (group(&["quoted", "single", "plain"]), group(&["double", "inner", "word"]))
            else {
                break;
            };
            from = value.end().max(from + 1);
            let is_sure = matches!(
                name::kind(name.as_str()),
                name::NameKind::Password | name::NameKind::Secret | name::NameKind::Key
            );
            // An unquoted word may be a name in a program: only what no name looks like counts.
            let is_literal = found
                .name("word")
                .is_none_or(|word| (is_script || is_last(word.as_str(), line)) && !form::is_code(word.as_str()));
            if is_sure && is_literal && holds(name.as_str(), value.as_str(), []) {
                names.push(name.as_str().to_owned());
            }
        }
        let told = IS_COMMAND.as_ref().and_then(|form| form.captures(line));
        let password =
            told.as_ref().and_then(|told| ["chpasswd", "stdin", "sshpass"].iter().find_map(|name| told.name(name)));
        if password.is_some_and(|password| holds("password", password.as_str(), [])) {
            names.push("a password".to_owned());
        }
    }
    names
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#')
        || line.starts_with("//")
        || line.starts_with("--") && line.get(2..3) == Some(" ")
        || line.starts_with(';')
}

/// Whether nothing follows a word on its line: what follows one in a program makes an expression of both.
fn is_last(word: &str, line: &str) -> bool {
    line.trim_end().trim_end_matches([',', ';']).ends_with(word)
}

#[cfg(test)]
mod tests {
    use super::assigned;

    #[test]
    fn assignments_and_commands() {
        for (text, names) in [
            ("export DB_PASSWORD=\"Tr0ub4dor-and-3\"\n", "DB_PASSWORD"),
            ("url = jdbc:x\npassword = hunter2\n", "password"),
            ("smtp_password: 'hunter2'", "smtp_password"),
            ("{\"db\": {\"password\": \"hunter2\", \"user\": \"a\"}}", "password"),
            ("echo \"admin:Tr0ub4dor-and-3\" | chpasswd", "a password"),
            ("# password: hunter2\npassword: ${PASSWORD}\npassword_file: /x\npasswords: 12\noldPassword: null", ""),
            ("newPassword: options.password\npassword = getpass.getpass()\npassword: DB_PASSWORD", ""),
            ("passwd: files\nshadow: files", ""),
            ("\"k8s_auth_token\": \"__SERVICEACCOUNT_TOKEN__\"", ""),
            ("passwordEncoder: bcrypt\ntokenUrl: https://id.example", ""),
            ("aws configure set x y; API_TOKEN=q1w2e3r4t5 ./run && true", "API_TOKEN"),
        ] {
            assert_eq!(assigned(text).join(" "), names, "{text}");
        }
    }
}
