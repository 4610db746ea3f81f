//! What is a credential: by the words of its name, the form of its value, and what stands beside it.
//!
//! One vocabulary for all formats and checks. It has two users, who ask different questions. A *finding* needs a value
//! that gives something away, so [`holds`] weighs both, and a placeholder, a reference, a path or a switch is none.
//! What is *hidden* in reports ([`super::secrecy`]) must be hidden before anybody looks at it: there the name alone
//! decides. Both read names by [`name::kind`].
//!
//! | witness | what it says |
//! |---|---|
//! | a form that an issuer publishes ([`form::is_issued`]) | a credential, whatever the name |
//! | the last words of the name: `password`, `api key`, `client secret` | a credential, if the value may be one |
//! | the last word is about something: `…_file`, `…_arn`, `…_ttl`, `…_policy` | none |
//! | a word that makes it public: `publishable`, `public`, `gpg` | none |
//! | the value is a reference, a path, an ARN, a URL without a password, a number, a switch, a placeholder, a sentence | none |
//! | the value is the name of something that stands beside it | none |
//! | `key` without a word that says of what, and a value that looks random | a credential |

pub mod form;
pub mod name;
pub mod origin;
pub mod text;
mod vocabulary;

use form::Form;
use name::NameKind;

/// Whether a variable of that name with that value gives a credential away. `beside` are the names of other things in
/// the same resource, such as the Secrets that a pod mounts.
pub fn holds<'a>(name: &str, value: &str, beside: impl IntoIterator<Item = &'a str>) -> bool {
    let value = form::unquoted(value);
    let form = form::of(value);
    // A connection string, a line of settings: what is in it has names of its own.
    if form::is_issued(value)
        || form == Form::Sentence && value.contains(['=', ':']) && !text::assigned(value).is_empty()
    {
        return true;
    }
    let kind = name::kind(name);
    if matches!(kind, NameKind::Other | NameKind::About) || beside.into_iter().any(|other| other == value) {
        return false;
    }
    match (kind, form) {
        (_, Form::Elsewhere | Form::Empty | Form::Switch | Form::Placeholder) => false,
        // A pass phrase is a sentence.
        (kind, Form::Sentence) => kind == NameKind::Password && name::is_phrase(name),
        (kind, Form::Number) => kind == NameKind::Password && value.len() >= 4,
        (NameKind::Password, Form::ObjectName | Form::Word | Form::Random) => value.len() >= 2,
        // Generators make tokens and keys: a word of the name is the name of a thing.
        (NameKind::Secret | NameKind::Key, Form::Word) => value.len() >= 4 && !names_a_thing(name, value),
        (NameKind::Secret | NameKind::Key, Form::Random) => value.len() >= 4,
        (NameKind::Perhaps, Form::Random) => true,
        (NameKind::Secret | NameKind::Key, Form::ObjectName) | (_, _) => false,
    }
}

/// Whether the words of a value are words of its name, and that is one of a thing that has a name itself: `operator` in
/// `OPERATOR_SECRET`, and not in `OPERATOR_SECRET_KEY`.
fn names_a_thing(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = || name.split(['-', '_', '.']);
    let is_thing = words().next_back().is_some_and(|last| ["secret", "token"].contains(&last));
    is_thing && value.split(['-', '_']).all(|word| words().any(|part| part == word))
}

/// Whether a variable of that name holds a credential, of whose value nothing is known.
pub fn is_named(name: &str) -> bool {
    matches!(name::kind(name), NameKind::Password | NameKind::Secret | NameKind::Key)
}

/// Whether a value stands there until somebody puts another one in.
pub fn is_placeholder(value: &str) -> bool {
    form::of(form::unquoted(value)) == Form::Placeholder
}
