//! Credentials in a text: assignments in scripts and configuration files, and commands that are given a password.

use super::{form, holds, name};
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

/// `name = value`, `"name": "value"`, `export NAME='value'` at the beginning of a line or behind a separator.
const ASSIGNMENT: &str = r#"(?m)(?:^|[\s;,{&|"'-])(?:"(?<quoted>[A-Za-z0-9_.-]+)"|'(?<single>[A-Za-z0-9_.-]+)'|(?<plain>[A-Za-z_][A-Za-z0-9_.-]*))[ \t]*(?:=>|:=|[:=])[ \t]*(?:"(?<double>[^"\n]*)"|'(?<inner>[^'\n]*)'|(?<word>[^\s"'`,;(){}\[\]<>|&]+))(?<end>[ \t]*[,;})]?[ \t]*(?:$|[\r\n]|#|[ \t]|&&|\|))"#;
/// Commands that are given a password: as an argument, or for `chpasswd` behind the name of a user.
const COMMANDS: [&str; 9] = [
    r#"echo\s+["']?[^"'$`:\s]+:(?<it>[^"'$`<\s]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd"#,
    r#"chpasswd\s*<<<\s*["']?[^"'$`:\s]+:(?<it>[^"'$`\s]+)"#,
    r#"echo\s+["']?(?<it>[^"'$`\s|]{4,})["']?\s*\|\s*(?:sudo\s+)?passwd\s+--stdin"#,
    r#"\bsshpass\s+-p\s*["']?(?<it>[^"'$`\s]+)"#,
    r#"\b(?:mysql|mysqladmin|mysqldump|mariadb)(?:\s[^|;&#]*?)?\s-p["']?(?<it>[^"'$`\s<]+)"#,
    r#"\bcurl(?:\s[^|;&#]*?)?(?:\s-u\s*|\s--user[= ]\s*)["']?[^"'$`:\s]+:(?<it>[^"'$`\s]+)"#,
    r#"\bredis-cli(?:\s[^|;&#]*?)?\s-a\s+["']?(?<it>[^"'$`\s]+)"#,
    r#"\bdocker\s+login(?:\s[^|;&#]*?)?(?:\s-p\s*|\s--password[= ]\s*)["']?(?<it>[^"'$`\s]+)"#,
    r#"(?i)\bnet\s+user\s+\S+\s+["']?(?<it>[^"'$%/\s]+)["']?\s+/add"#,
];
/// The users of cloud-init's `chpasswd`, each with a password on a line.
const USERS: &str =
    r"(?m)^chpasswd:[ \t]*\r?\n(?:[ \t]+.*\n)*?[ \t]+list:[ \t]*[|>]?[+-]?[ \t]*\r?\n(?<lines>(?:[ \t]+.*(?:\n|$))+)";
/// What is in every line that something is found in.
const HINT: &str = "pass|pwd|secret|token|key|cred|private|pw|mysql|mariadb|curl|redis-cli|docker|net user";

fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).build().ok()
}

static IS_ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(ASSIGNMENT));
static IS_COMMAND: LazyLock<Vec<Regex>> = LazyLock::new(|| COMMANDS.into_iter().filter_map(pattern).collect());
static IS_USERS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(USERS));
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
            let is_literal = found.name("word").is_none_or(|word| {
                let between = line.get(name.end()..word.start()).unwrap_or_default();
                let is_set = is_script || is_last(word.as_str(), line) || is_environment(name.as_str(), between);
                is_set && !form::is_code(word.as_str())
            });
            if is_sure && is_literal && holds(name.as_str(), value.as_str(), []) {
                names.push(name.as_str().to_owned());
            }
        }
        let mut given = IS_COMMAND.iter().filter_map(|form| form.captures(line)?.name("it"));
        if given.any(|password| is_password(password.as_str())) {
            names.push("a password".to_owned());
        }
    }
    let users = IS_USERS.as_ref().and_then(|form| form.captures(text)?.name("lines"));
    let mut given = users.iter().flat_map(|lines| lines.as_str().lines()).filter_map(|line| line.split_once(':'));
    if given.any(|(_, password)| !password.starts_with(' ') && is_password(password.trim()) && !is_made_up(password)) {
        names.push("chpasswd".to_owned());
    }
    names
}

fn is_password(text: &str) -> bool {
    holds("password", text, [])
}

/// Whether cloud-init makes a password up itself, or takes a hash of one.
fn is_made_up(password: &str) -> bool {
    matches!(password, "R" | "RANDOM") || password.starts_with('$')
}

/// Whether a name is written as a shell sets a variable: `PGPASSWORD=word command`.
fn is_environment(name: &str, between: &str) -> bool {
    between == "=" && !name.contains(|letter: char| letter.is_ascii_lowercase() || matches!(letter, '.' | '-'))
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
            ("PGPASSWORD=hunter22Zz psql -h db", "PGPASSWORD"),
            ("PASSWORD = read_from(vault)\nPASSWORD=hidden()", ""),
            ("mysql -u root -pS3cr3tPw9 -e 'select 1'", "a password"),
            ("mysql -u root -p -P 3306 shop\nmysql -p\"$PASSWORD\" shop", ""),
            ("curl -fsSL -u admin:hunter22Zz https://x\ncurl -u \"$USER:$TOKEN\" https://x", "a password"),
            ("chpasswd <<< 'bob:hunter22Zz'", "a password"),
            ("net user admin hunter22Zz /add", "a password"),
            ("docker login -u ci -p Tr0ub4dor-3 r.example\ndocker login -u ci --password-stdin", "a password"),
            ("#cloud-config\nchpasswd:\n  expire: false\n  list: |\n    root:hunter22Zz\n", "chpasswd"),
            ("#cloud-config\nchpasswd:\n  list:\n    - root:RANDOM\n    - bob:$6$salt$hash\n", ""),
            ("aws configure set x y; API_TOKEN=q1w2e3r4t5 ./run && true", "API_TOKEN"),
        ] {
            assert_eq!(assigned(text).join(" "), names, "{text}");
        }
    }
}
