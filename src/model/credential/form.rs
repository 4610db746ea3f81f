//! The form of a value: whether it can be a credential at all.

use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// What a value is by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing.
    Empty,
    /// True or false, in one of their spellings, or a word that says that there is nothing.
    Switch,
    /// A number, a duration, a size.
    Number,
    /// A reference, a path, an address, an ARN, the name of a variable: what is meant is elsewhere.
    Elsewhere,
    /// What stands there until somebody puts the value in.
    Placeholder,
    /// Several words.
    Sentence,
    /// Words that name an object: `webhook-server-cert`.
    ObjectName,
    /// A word, as people choose passwords.
    Word,
    /// Letters and digits as a generator makes them.
    Random,
}

/// Forms of credentials that their issuers publish, so that scanners can find them.
const ISSUED: [&str; 22] = [
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    r"\bgh[pousr]_[0-9A-Za-z]{36,}\b",
    r"\bgithub_pat_[0-9A-Za-z_]{40,}\b",
    r"\bglpat-[0-9A-Za-z_-]{20,}\b",
    r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    r"\bAIza[0-9A-Za-z_-]{35}\b",
    r"\b[rs]k_live_[0-9A-Za-z]{20,}\b",
    r"\bnpm_[0-9A-Za-z]{36}\b",
    r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]+",
    r"(?i)aws_?secret_?(?:access_?)?key[^\n]{0,20}[=:][^\n]{0,4}\b[0-9A-Za-z/+]{40}\b",
    r"\b[a-z][a-z0-9+.-]*://[^/\s:@${}<>%]*:[^/\s:@${}<>]+@[A-Za-z0-9\[$]",
    r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b",
    r"\bdop_v1_[0-9a-f]{64}\b",
    r"\bpypi-[0-9A-Za-z_-]{50,}",
    r"\bhvs\.[0-9A-Za-z_-]{24,}",
    r"\bglsa_[0-9A-Za-z]{32}_[0-9a-f]{8}\b",
    r"\bdckr_pat_[0-9A-Za-z_-]{27}\b",
    r"\bshp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}\b",
    r"\bsk-(?:ant|proj|svcacct)-[0-9A-Za-z_-]{20,}",
    r"(?i)\b(?:AccountKey|SharedAccessKey)=[0-9A-Za-z/+]{40,}={0,2}",
    r"https://hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]{20,}",
];

/// What is meant is elsewhere.
const ELSEWHERE: [&str; 12] = [
    // Expansions of shells, templates, configurations.
    r"^\$?\$[A-Za-z_({]",
    r"\$\{[^}]*\}|\$\([^)]*\)|\{\{|<%|%\([A-Za-z_]+\)s",
    r"^%[A-Za-z_]+%$|^@[A-Za-z.]+\(.*\)$|^\{[A-Za-z_.-]+\}$",
    // Addresses, and the schemes of stores of secrets.
    r"^[a-z][a-z0-9+.-]*://",
    r"^(?i:vault|secret|secrets|secretsmanager|ssm|sops|env|file|ref|op|doppler|awssm|gcpsm|azurekv|keyvault|k8s|kms|data|bank-vaults)[:+]",
    r"^arn:[a-z-]+:|^projects/[^/]+/secrets/|^alias/|^urn:|^ENC\[|^\{cipher\}|^ref\+",
    // Paths.
    r"^(?:~|\.{1,2})?/[^ ]*$|^[A-Za-z]:\\|^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+\.[a-z]{2,5}$",
    // A name of a variable, or a place in a program.
    r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[A-Z]{3,}$|^[A-Za-z_]+(?:\.[A-Za-z_]+)+$|\(\)?$|^(?:os\.environ|process\.env)",
    // Hashes say so themselves.
    r"^(?:[A-Za-z0-9_-]+:)?\$(?:2[abxy]|5|6|y|argon2[a-z]*|pbkdf2[a-z0-9-]*|apr1)\$|^\{(?:SHA|SSHA|bcrypt|noop)[0-9]*\}|^(?:sha256|sha512|md5)[:-]",
    r"^[A-Za-z0-9_.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[a-z]{2,6}$",
    r"^[A-Za-z0-9_-]+\.(?:pem|key|crt|json|ya?ml|txt|env|p12|jks|pub|cfg|conf|ini|toml)$",
    r"^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|net|org|io|dev|local|internal|svc|cloud)(?::[0-9]+)?$",
];

/// What stands there until somebody puts the value in.
const PLACEHOLDERS: [&str; 6] = [
    r"^<.*>$|^\[.*\]$|^__.*__$|^\*+$|^\.{3,}$|^[xX]{3,}$|^#.*#$|^_+$|^-+$|^\?+$",
    r"(?i)^(?:insert|replace|your|enter|put|fill|paste|provide)[-_ .]",
    r"(?i)(?:^|[-_ .])(?:here|please|placeholder|redacted|replaceme|replace[-_ ]me|todo|tbd|fixme|dummy|notused|not[-_ ]used|unused|ignored|overridden|override[-_ ]me)(?:$|[-_ .])",
    r"(?i)^(?:string|str|text|optional|required|example|sample|stub|mock|fake|value|undefined|unknown|unset|empty|default|auto|generated?|random)$",
    // `nvapi-NVKEY`: the prefix of an issuer, and what comes after it.
    r"-[A-Z]*(?:KEY|TOKEN|SECRET|PASSWORD)$",
    r"(?i)\b(?:xxx+|yourpassword|yoursecret|yourtoken|yourkey|yourapikey)",
];

const OBJECT_NAME: &str = r"^[a-z0-9]+(?:-[a-z0-9]+)*-(?:secrets?|tokens?|credentials?|creds?|certs?|certificates?|tls|keys?|config|password|passwords|auth)$|^[a-z]+(?:[-_][a-z]+){2,}$|^[a-z0-9.-]+/[a-z0-9.-]+$";
const NUMBER: &str = r"^[-+]?[0-9]+(?:[.,][0-9]+)*(?:ms|s|m|h|d|w|y|k|kb|mb|gb|Ki|Mi|Gi|%)?$";

fn set(patterns: &[&str]) -> Option<RegexSet> {
    RegexSet::new(patterns).ok()
}

static IS_ISSUED: LazyLock<Option<RegexSet>> = LazyLock::new(|| set(&ISSUED));
static IS_ELSEWHERE: LazyLock<Option<RegexSet>> = LazyLock::new(|| set(&ELSEWHERE));
static IS_PLACEHOLDER: LazyLock<Option<RegexSet>> = LazyLock::new(|| set(&PLACEHOLDERS));
static IS_OBJECT_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(OBJECT_NAME).ok());
static IS_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(NUMBER).ok());

fn fits(set: &LazyLock<Option<RegexSet>>, value: &str) -> bool {
    set.as_ref().is_some_and(|set| set.is_match(value))
}

/// Whether a text holds a credential in a form that its issuer publishes: access keys, tokens, private keys, URLs with
/// a password.
pub fn is_issued(text: &str) -> bool {
    fits(&IS_ISSUED, text)
}

/// The value without the quotes around it, and blanks.
pub fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

/// What a value is by its form.
pub fn of(value: &str) -> Form {
    if value.is_empty() {
        return Form::Empty;
    }
    if is_switch(value) {
        return Form::Switch;
    }
    if IS_NUMBER.as_ref().is_some_and(|number| number.is_match(value)) {
        return Form::Number;
    }
    if is_key_of_aws(value) {
        return Form::Random;
    }
    if fits(&IS_ELSEWHERE, value) {
        return Form::Elsewhere;
    }
    if fits(&IS_PLACEHOLDER, value) {
        return Form::Placeholder;
    }
    if value.contains(char::is_whitespace)
        || value.ends_with(':')
        || value.starts_with("{\"")
        || value.contains(';') && value.contains('=')
    {
        return Form::Sentence;
    }
    // Words with underscores or dashes between them are prose without blanks.
    if value
        .split(['_', '-'])
        .filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .count()
        >= 5
    {
        return Form::Sentence;
    }
    if IS_OBJECT_NAME.as_ref().is_some_and(|name| name.is_match(value)) && !is_uuid(value) {
        return Form::ObjectName;
    }
    if is_random(value) { Form::Random } else { Form::Word }
}

/// A publishable key is for everybody.
fn is_switch(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    matches!(
        value.as_str(),
        "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "y"
            | "n"
            | "none"
            | "null"
            | "nil"
            | "enabled"
            | "disabled"
            | "enable"
            | "disable"
            | "always"
            | "never"
            | "trust"
    ) || value.starts_with("pk_live_")
        || value.starts_with("pk_test_")
        || value.starts_with("ssh-rsa ")
        || value.starts_with("ssh-ed25519 ")
}

/// Whether an unquoted word behind an assignment is one of a program or a schema, and no value.
pub fn is_code(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "password" | "passwd" | "pass" | "pwd" | "secret" | "token" | "key" | "credentials")
        // What `passwd` is looked up in, by nsswitch.conf.
        || matches!(word.as_str(), "files" | "compat" | "sss")
}

fn is_uuid(value: &str) -> bool {
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && value.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// A secret key of AWS has 40 characters and no mark of its issuer; a commit has as many, but only hexadecimal ones.
pub fn is_key_of_aws(value: &str) -> bool {
    let all = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+'));
    value.len() == 40
        && all
        && value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
        && value.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a value looks as if a generator had made it: long, of letters and digits, without words. Source of the
/// measure: entropy by Shannon, in bits for each character.
fn is_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let others = value.len() - digits - letters;
    if is_uuid(value) {
        return true;
    }
    value.len() >= 16 && digits >= 2 && letters >= 4 && others * 5 <= value.len() && entropy(value) >= 3.3
}

#[expect(clippy::cast_precision_loss, reason = "lengths of texts that people write")]
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = value.len() as f64;
    let share = |count: &u32| f64::from(*count) / length;
    -counts.iter().filter(|count| **count > 0).map(share).map(|share| share * share.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{Form, is_issued, of};

    #[test]
    fn forms_compile_and_find() {
        for text in ["key AKIAIOSFODNN7EXAMPLE", "postgres://app:hunter2@db/app", "redis://:hunter2@cache:6379"] {
            assert!(is_issued(text), "{text}");
        }
        for text in ["postgres://${var.user}:${var.password}@db/app", "an ordinary sentence", "https://db:5432/app"] {
            assert!(!is_issued(text), "{text}");
        }
    }

    #[test]
    fn values_by_their_form() {
        for (value, form) in [
            ("", Form::Empty),
            ("yes", Form::Switch),
            ("3600", Form::Number),
            ("${DB}", Form::Elsewhere),
            ("/run/secrets/db", Form::Elsewhere),
            ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:x", Form::Elsewhere),
            ("__TOKEN__", Form::Placeholder),
            ("<token>", Form::Placeholder),
            ("if_you_see_this_please_use_K8S_and_Vault", Form::Placeholder),
            ("my-webhook-server-cert", Form::ObjectName),
            ("webhook-server-cert", Form::ObjectName),
            ("hunter2", Form::Word),
            ("Zq4vR8tLw2YpXn6cKd9sBf3h", Form::Random),
        ] {
            assert_eq!(of(value), form, "{value}");
        }
    }
}
