//! What a container starts, and with which flags.

use super::arguments::{Arguments, collect_causes, items};
use super::image::repository;
use crate::expr::EvalError;
use crate::model::{Cause, Text, Type, Value};

/// `runs(container, program)`: whether the command or the arguments of a container start a program, directly,
/// by a path, by `hyperkube`, or in the script that a shell is given. Without a command, and with a flag as the
/// first argument, the program is the entry point of the image, which is taken to have the image's name.
pub fn runs(args: &Arguments) -> Result<Value, EvalError> {
    let (container, program) = (args.get(0)?, args.text(1)?.unwrap_or_default());
    let words = words(container);
    let started = words
        .known
        .iter()
        .enumerate()
        .any(|(at, word)| word.text.rsplit('/').next() == Some(program) && starts(&words.known, at));
    if started || words.causes.is_empty() || words.known.first().is_some_and(|first| first.starts && !words.late) {
        return Ok(args.truth(started));
    }
    Ok(Value::unknown_of(Type::Bool, words.causes, args.span))
}

/// `flag(container, name)`: the value of a flag that a container's program is started with, as it is written
/// after `=` or in the next word; the last one counts. `"true"` when it has none, null when the flag is absent.
///
/// `--flag false` sets a flag that is true or false to *true*: its value is only read after `=` (package `pflag`
/// of Go). One dash is as good as two, `_` as good as `-`.
pub fn flag(args: &Arguments) -> Result<Value, EvalError> {
    let (container, name) = (args.get(0)?, args.text(1)?.unwrap_or_default());
    let words = words(container);
    for (at, word) in words.known.iter().enumerate().rev() {
        let Some(written) = word.text.strip_prefix('-').map(|rest| rest.trim_start_matches('-')) else { continue };
        let (written, value) = written.split_once('=').map_or((written, None), |(name, value)| (name, Some(value)));
        if written.replace('_', "-") != name {
            continue;
        }
        let next = words.known.get(at + 1).map(|next| next.text.as_str());
        let next = next.filter(|next| !next.starts_with('-') && !matches!(*next, "true" | "false"));
        let value = value.or(next).unwrap_or("true").trim_matches(['"', '\'']);
        return Ok(Value { origin: word.value.origin.clone(), ..Value::string(value, word.value.origin.span) });
    }
    if words.causes.is_empty() {
        return Ok(Value::null(args.span));
    }
    Ok(Value::unknown_of(Type::String, words.causes, args.span))
}

/// A word of a command line.
struct Word<'a> {
    text: Text,
    /// The element that it is written in.
    value: &'a Value,
    /// Whether a command begins here.
    starts: bool,
}

struct Words<'a> {
    known: Vec<Word<'a>>,
    /// Why some are not known.
    causes: Vec<Cause>,
    /// Whether a word before the first that is known is not.
    late: bool,
}

/// The words of `command` and `args`. A shell's script is taken apart at blanks.
fn words(container: &Value) -> Words<'_> {
    let mut words = Words { known: Vec::new(), causes: Vec::new(), late: false };
    collect_of_unknown(container, &mut words);
    words.known.extend(entry_point(container));
    for element in ["command", "args"].into_iter().filter_map(|list| container.get(list)).flat_map(items) {
        let Some(text) = element.as_str() else {
            collect_of_unknown(element, &mut words);
            continue;
        };
        let first = words.known.is_empty();
        let is_script = !first && is_asked_for_script(&words.known);
        if !is_script && (first || !text.contains(char::is_whitespace) || text.starts_with('-')) {
            words.known.push(Word { text: text.trim().into(), value: element, starts: first });
            continue;
        }
        for line in text.lines() {
            let mut starts = true;
            for word in line.split_whitespace().filter(|word| *word != "\\") {
                let separator = matches!(word, "exec" | "&&" | "||" | ";" | "|");
                words.known.push(Word { text: word.trim_end_matches(';').into(), value: element, starts });
                starts = separator || word.ends_with(';');
            }
        }
    }
    words
}

/// Whether the words so far are a shell with the option after which its script stands: `sh -ec`.
fn is_asked_for_script(words: &[Word<'_>]) -> bool {
    let is_shell = |word: &Word<'_>| matches!(word.text.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash"));
    let is_option =
        |word: &Word<'_>| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c');
    words.first().is_some_and(is_shell) && words.last().is_some_and(is_option)
}

/// The program that an image starts by itself, where the arguments are flags of it: the last part of the image's
/// path, without the architecture that older releases name there (`kube-apiserver-amd64`).
fn entry_point(container: &Value) -> Option<Word<'_>> {
    let is_absent = |command: &Value| !command.is_unknown() && items(command).is_empty();
    if !container.get("command").is_none_or(is_absent) {
        return None;
    }
    items(container.get("args")?).first()?.as_str().filter(|first| first.starts_with('-'))?;
    let image = container.get("image")?;
    let name = repository(image.as_str()?).rsplit('/').next()?;
    let program = ARCHITECTURES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    Some(Word { text: program.into(), value: image, starts: true })
}

/// The architectures that images of Kubernetes were published for, as they end a name.
const ARCHITECTURES: [&str; 5] = ["-amd64", "-arm64", "-arm", "-ppc64le", "-s390x"];

fn collect_of_unknown(value: &Value, words: &mut Words<'_>) {
    if value.is_unknown() {
        words.late |= words.known.is_empty();
        collect_causes(value, &mut words.causes);
    }
}

/// Whether a command begins at a word, or at the `hyperkube` before it.
fn starts(words: &[Word<'_>], at: usize) -> bool {
    let begins = |at: usize| words.get(at).is_some_and(|word| word.starts);
    let before = at.checked_sub(1);
    let hyperkube = |at: &usize| words.get(*at).is_some_and(|word| word.text.rsplit('/').next() == Some("hyperkube"));
    begins(at) || before.filter(hyperkube).is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::super::call;
    use crate::model::{Text, Value};
    use crate::source::{SourceId, Span};

    const HERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn list(words: &[&str]) -> Value {
        Value::tuple(words.iter().map(|word| Value::string(*word, HERE)).collect(), HERE)
    }

    fn container(command: &[&str], args: &[&str]) -> Value {
        let entries = [("command", list(command)), ("args", list(args))];
        Value::object(entries.map(|(key, value)| (Text::from(key), value)).to_vec(), HERE)
    }

    fn asked(word: &str, container: &Value, about: &str) -> Value {
        call(
            word,
            &[container.clone(), Value::string(about, HERE)],
            HERE,
            &crate::source::Sources::default(),
            &crate::expr::Budget::new(),
        )
        .unwrap()
        .unwrap()
    }

    fn runs(command: &[&str], args: &[&str], program: &str) -> Option<bool> {
        asked("runs", &container(command, args), program).as_bool()
    }

    fn flag(args: &[&str], name: &str) -> Option<String> {
        asked("flag", &container(&["etcd"], args), name).as_str().map(str::to_owned)
    }

    #[test]
    fn programs_are_known_by_where_a_command_begins() {
        assert_eq!(runs(&["/usr/local/bin/etcd"], &[], "etcd"), Some(true));
        assert_eq!(runs(&[], &["hyperkube", "kubelet"], "kubelet"), Some(true));
        assert_eq!(runs(&["sh", "-c"], &["mkdir x; exec etcd --a=b"], "etcd"), Some(true));
        assert_eq!(runs(&["/bin/sh", "-ec", "date\nkube-proxy --v=2\n"], &[], "kube-proxy"), Some(true));
        assert_eq!(runs(&["/bin/sh", "-c", "etcd"], &[], "etcd"), Some(true));
        assert_eq!(runs(&["kubectl", "logs", "etcd"], &[], "etcd"), Some(false));
        assert_eq!(runs(&["kubectl", "-c", "etcd"], &[], "etcd"), Some(false));
        assert_eq!(runs(&[], &[], "etcd"), Some(false));
    }

    #[test]
    fn without_a_command_the_image_names_the_program_of_flags() {
        let of_image = |image: &str, args: &[&str], program: &str| {
            let entries = [("image", Value::string(image, HERE)), ("args", list(args))];
            let container = Value::object(entries.map(|(key, value)| (Text::from(key), value)).to_vec(), HERE);
            asked("runs", &container, program).as_bool()
        };
        assert_eq!(of_image("registry.k8s.io/etcd:3.5", &["--name=a"], "etcd"), Some(true));
        assert_eq!(of_image("localhost:5000/etcd@sha256:00", &["--name=a"], "etcd"), Some(true));
        assert_eq!(of_image("k8s.gcr.io/kube-proxy-arm64:v1", &["--v=2"], "kube-proxy"), Some(true));
        assert_eq!(of_image("example.com/etcd-backup:1", &["--name=a"], "etcd"), Some(false));
        assert_eq!(of_image("registry.k8s.io/etcd:3.5", &["etcdctl", "--debug"], "etcd"), Some(false));
        assert_eq!(of_image("registry.k8s.io/etcd:3.5", &[], "etcd"), Some(false));
    }

    #[test]
    fn flags_have_values_as_go_reads_them() {
        assert_eq!(flag(&["--auto-tls=true", "--auto-tls=false"], "auto-tls").as_deref(), Some("false"));
        assert_eq!(flag(&["-auto_tls"], "auto-tls").as_deref(), Some("true"));
        assert_eq!(flag(&["--auto-tls", "false"], "auto-tls").as_deref(), Some("true"));
        assert_eq!(flag(&["--cert-file", "/a", "--b"], "cert-file").as_deref(), Some("/a"));
        assert_eq!(flag(&["--cert-file="], "cert-file").as_deref(), Some(""));
        assert_eq!(flag(&["--cert-file-2=a"], "cert-file"), None);
    }
}
