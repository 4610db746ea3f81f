//! What a `RUN` of a Dockerfile leaves in its layer.

use super::arguments::{Arguments, collect_causes, items};
use super::text::glob;
use crate::expr::EvalError;
use crate::expr::partial::PartialText;
use crate::limits::evaluation::BRACE_ALTERNATIVES;
use crate::model::{Data, Type, Value};

/// `layer_keeps(attrs, command, directory)`: whether what a command of the `RUN` with these attributes writes into a
/// directory stays in the layer: nothing is mounted there, and no later command of the instruction removes it.
/// A directory with several names is a list of them; one that begins with `~` is in anybody's home.
pub fn keeps(args: &Arguments) -> Result<Value, EvalError> {
    let (attrs, command) = (args.get(0)?, args.get(1)?);
    let directories: Vec<&str> = args.items(2)?.iter().filter_map(Value::as_str).collect();
    if directories.is_empty() || [attrs, command].iter().any(|value| value.is_unknown()) {
        return Ok(args.unknown(Type::Bool));
    }
    let mounted = list(attrs, "mounts").iter().filter_map(|mount| mount.get("target"));
    // Commands that are not read may remove it.
    let mut causes = Vec::new();
    list(attrs, "commands")
        .iter()
        .filter(|other| other.is_unknown())
        .for_each(|other| collect_causes(other, &mut causes));
    let removing = list(attrs, "commands").iter().filter(|other| index(other) > index(command) && removes(other));
    let removed = removing.flat_map(|other| list(other, "operands"));
    for path in mounted.chain(removed) {
        for directory in &directories {
            match empties(path, directory) {
                Some(true) => return Ok(args.truth(false)),
                Some(false) => {}
                None => collect_causes(path, &mut causes),
            }
        }
    }
    Ok(if causes.is_empty() { args.truth(true) } else { Value::unknown_of(Type::Bool, causes, args.span) })
}

fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object.get(name).map(items).unwrap_or_default()
}

fn index(command: &Value) -> Option<i64> {
    if let Data::Number(number) = &command.get("index")?.data { number.as_i64() } else { None }
}

fn removes(command: &Value) -> bool {
    matches!(command.get("name").and_then(Value::as_str), Some("rm" | "find"))
}

/// Whether a mount over `path`, or its removal, leaves nothing in `directory`: it is that, above it or below it.
/// `None` where what is not known of the path matters.
fn empties(path: &Value, directory: &str) -> Option<bool> {
    if let Some(text) = path.as_str() {
        return Some(alternatives(text).iter().any(|path| leads(path, directory)));
    }
    let Some(text) = PartialText::of(path) else { return Some(false) };
    // Whatever the home is: `$HOME/.cache`.
    if !text.suffix().is_empty() && directory.starts_with('~') && leads(&format!("~{}", text.suffix()), directory) {
        return Some(true);
    }
    let known = text.prefix();
    let whole = known.rsplit_once('/').map_or("", |(whole, _)| whole);
    let elsewhere = known.starts_with('/') && !directory.starts_with('~') && !leads(&format!("{whole}/"), directory);
    elsewhere.then_some(false)
}

/// Whether a path is on the way to a directory, or goes on from there.
fn leads(path: &str, directory: &str) -> bool {
    let path_names = names(path);
    let Some(in_home) = directory.strip_prefix("~/") else {
        return path.starts_with('/') && together(&path_names, &names(directory));
    };
    let wanted = names(in_home);
    let begins = |name: &&str| *name != "*" && wanted.first().is_some_and(|first| glob(name, first));
    match path_names.iter().position(begins) {
        Some(at) => together(path_names.get(at..).unwrap_or_default(), &wanted),
        None => matches!(path_names.as_slice(), ["~" | "root"] | ["home", _]),
    }
}

/// Whether the names of two paths agree as far as both go.
fn together(patterns: &[&str], names: &[&str]) -> bool {
    patterns.iter().zip(names).all(|(pattern, name)| glob(pattern, name))
}

fn names(path: &str) -> Vec<&str> {
    path.split('/').filter(|name| !name.is_empty() && *name != ".").collect()
}

/// The texts that `a{b,c}` stands for.
fn alternatives(text: &str) -> Vec<String> {
    let mut open = vec![text.to_owned()];
    let mut written_out = Vec::new();
    while let Some(text) = open.pop() {
        let braces = text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
        match braces.filter(|_| open.len() + written_out.len() < BRACE_ALTERNATIVES) {
            Some((before, (inside, after))) => {
                open.extend(inside.split(',').map(|one| format!("{before}{one}{after}")));
            }
            None => written_out.push(text),
        }
    }
    written_out
}

#[cfg(test)]
mod tests {
    use super::{alternatives, leads};

    #[test]
    fn a_directory_is_emptied_from_above_and_from_within() {
        for path in
            ["/var/cache/apk", "/var/cache/apk/*", "/var/cache/", "/var/*", "/var/cache/apk/APKINDEX*", "//var/./cache"]
        {
            assert!(leads(path, "/var/cache/apk"), "{path}");
        }
        for path in ["/var/cache/apt", "/var/lib/*", "/tmp/*", "var/cache/apk", "*", "/va"] {
            assert!(!leads(path, "/var/cache/apk"), "{path}");
        }
        for path in ["~/.cache", "/root/.cache/pip/*", "/home/app/.cache", "/root", "/home/app/", ".cache/pip"] {
            assert!(leads(path, "~/.cache/pip"), "{path}");
        }
        for path in ["/root/.cache/uv", "/root/.config", "/app", "/*", "~/cache"] {
            assert!(!leads(path, "~/.cache/pip"), "{path}");
        }
    }

    #[test]
    fn braces_are_written_out() {
        let mut paths = alternatives("/var/{lib/apt,cache}/{a,b}");
        paths.sort();
        assert_eq!(paths, ["/var/cache/a", "/var/cache/b", "/var/lib/apt/a", "/var/lib/apt/b"]);
        assert_eq!(alternatives("a{b"), ["a{b"]);
        assert!(alternatives(&"{a,b}".repeat(100)).len() < 200);
    }
}
