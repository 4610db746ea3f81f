//! The words of a name, and what they say of its value.
//!
//! A name is read as an English compound: the last word says what the thing is, those before it of what kind.
//! `DB_PASSWORD_FILE` is a file, `secretKeyRef` a reference, `Filters__0__Key` a key of filters.

use super::vocabulary::{
    ABOUT, ABOUT_TOO, GLUED, KEY_FOR, KEY_OF, NEUTRAL, PASSWORDS, PUBLIC, SECRETS, SHIPPED, SWITCHES, TOKEN_FOR,
};

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A password.
    Password,
    /// A secret, a token, a credential.
    Secret,
    /// A key of a kind that is kept secret.
    Key,
    /// A key, of which it does not say what it opens.
    Perhaps,
    /// Something about a credential: where it is, how it is made, how long it lives.
    About,
    /// Something else.
    Other,
}

/// What a name says of its value.
pub fn kind(name: &str) -> NameKind {
    if !may_speak(name) {
        return NameKind::Other;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    kind_of(&words)
}

/// Whether a name may hold a word that says something, read in no time.
fn may_speak(name: &str) -> bool {
    const HINTS: [&str; 11] = ["pass", "pwd", "psw", "pword", "pw", "secret", "token", "key", "cred", "pat", "bearer"];
    let name = name.to_ascii_lowercase();
    HINTS.iter().any(|hint| name.contains(hint)) || name.contains("salt") || name.contains("motdepasse")
}

fn kind_of(words: &[&str]) -> NameKind {
    // A number behind the name counts: `password_2`; in it, it is an index.
    let end = words.iter().rposition(|word| !is_number(word)).map_or(0, |last| last + 1);
    let words = words.get(..end).unwrap_or_default();
    let Some((last, before)) = words.split_last() else { return NameKind::Other };
    if !words.iter().any(|word| is_credential_word(word) || matches!(*word, "key" | "keys" | "salt")) {
        return NameKind::Other;
    }
    let switches = words.first().is_some_and(|first| SWITCHES.contains(first)) || words.contains(&"random");
    let is_shipped = words.windows(2).any(|pair| SHIPPED.iter().any(|shipped| shipped == pair));
    if switches || is_shipped || words.first() == Some(&"vite") || words.iter().any(|word| PUBLIC.contains(word)) {
        return NameKind::About;
    }
    let beside = before.last().copied().unwrap_or_default();
    match *last {
        last if PASSWORDS.contains(&last) => NameKind::Password,
        "key" | "keys" if before.iter().any(|word| matches!(*word, "encryption" | "signing")) => NameKind::Key,
        "key" | "keys" if KEY_FOR.contains(&beside) => NameKind::About,
        "key" | "keys" if KEY_OF.contains(&beside) || is_credential_word(beside) => NameKind::Key,
        "key" | "keys" | "salt" => NameKind::Perhaps,
        "token" | "tokens" if TOKEN_FOR.contains(&beside) => NameKind::About,
        last if SECRETS.contains(&last) => NameKind::Secret,
        "string" if beside == "secret" => NameKind::Secret,
        last if NEUTRAL.contains(&last) => match kind_of(before) {
            NameKind::Perhaps => NameKind::Other,
            of_rest => of_rest,
        },
        last if is_about(last) => NameKind::About,
        _ => kind_by_first(words),
    }
}

fn is_about(word: &str) -> bool {
    let singular = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let singular = singular.as_deref().or_else(|| word.strip_suffix('s')).unwrap_or(word);
    [word, singular].iter().any(|word| ABOUT.contains(word) || ABOUT_TOO.contains(word))
}

/// Whether a name is that of a pass phrase.
pub fn is_phrase(name: &str) -> bool {
    words(name).iter().any(|word| word == "passphrase")
}

/// Where the last word says nothing: `PASSWORD_ADMIN`, `TOKEN_GITHUB`, `SECRET_KEY_DJANGO`.
fn kind_by_first(words: &[&str]) -> NameKind {
    match words {
        ["pass" | "pw", ..] => NameKind::Other,
        [first, _] if PASSWORDS.contains(first) => NameKind::Password,
        ["secret" | "token" | "apikey", _] => NameKind::Secret,
        ["secret" | "api" | "access" | "private", "key", ..] => NameKind::Key,
        _ => NameKind::Other,
    }
}

fn is_credential_word(word: &str) -> bool {
    PASSWORDS.contains(&word) || SECRETS.contains(&word)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a name in lower case: between separators, at capitals, and around numbers. What is glued together in
/// lower case is taken apart where it ends in a word for credentials.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|before| chars.get(before));
        let next_is_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = match previous {
            Some(previous) if c.is_ascii_uppercase() => {
                previous.is_ascii_lowercase()
                    || previous.is_ascii_digit()
                    || previous.is_ascii_uppercase() && next_is_lower
            }
            _ => false,
        };
        if !c.is_ascii_alphanumeric() || begins {
            add(&mut words, std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
    }
    add(&mut words, word);
    words
}

fn add(words: &mut Vec<String>, word: String) {
    if word.is_empty() {
        return;
    }
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare.is_empty() || is_credential_word(bare) || bare == "key" || matches!(word.as_str(), "base64" | "b64") {
        words.push(if bare.is_empty() || bare == "base" || bare == "b" { word.clone() } else { bare.to_owned() });
        return;
    }
    match GLUED.iter().find_map(|(tail, parts)| Some((bare.strip_suffix(tail)?, parts))) {
        Some((head, parts)) => {
            if !head.is_empty() {
                words.push(head.to_owned());
            }
            words.extend(parts.iter().map(|part| (*part).to_owned()));
        }
        None => words.push(word),
    }
}

#[cfg(test)]
mod tests {
    use super::{NameKind, kind, words};

    #[test]
    fn names_are_taken_apart() {
        for (name, expected) in [
            ("DB_PASSWORD", "db password"),
            ("clientSecret", "client secret"),
            ("Filters__0__Key", "filters 0 key"),
            ("AWSSecretKey", "aws secret key"),
            ("spring.datasource.password", "spring datasource password"),
            ("vaultpassword", "vault password"),
            ("password2", "password"),
            ("x-api-key", "x api key"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn the_last_word_says_what_it_is() {
        for (name, expected) in [
            ("DB_PASSWORD", NameKind::Password),
            ("DB_PASSWORD_FILE", NameKind::About),
            ("client_secret", NameKind::Secret),
            ("SECRET_KEY", NameKind::Key),
            ("SECRET_KEY_BASE", NameKind::Key),
            ("SECRET_GITHUB", NameKind::Secret),
            ("SECRET_GITHUB_NAME", NameKind::About),
            ("CACHE_KEY", NameKind::About),
            ("ctf_key", NameKind::Perhaps),
            ("STRIPE_PUBLISHABLE_KEY", NameKind::About),
            ("ALLOW_EMPTY_PASSWORD", NameKind::About),
            ("LOG_LEVEL", NameKind::Other),
            ("PASSWORDLESS", NameKind::Other),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }
}
