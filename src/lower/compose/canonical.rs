//! A Compose file with each thing in its long form, so that files can be merged and checks need to know one form only.
//!
//! Source of the forms: the Compose Specification, and the canonical form of compose-go 2.16. Paths of files count from
//! the root of the tree afterwards; the paths of mounts stay as they are written.

use super::interpolation::Variables;
use super::mounts::{device, grant, volume};
use super::ports;
use super::shape::{each, list, names, number, object, pairs, text, truth};
use crate::model::{Data, Text, Value, Why};
use crate::source::{Span, join};

/// What a file is read with.
pub(super) struct Reading<'a> {
    /// The directory that its paths count from.
    pub directory: &'a str,
    /// The variables of its project.
    pub variables: &'a dyn Variables,
}

/// The truths of a service.
const TRUTHS: [&str; 7] =
    ["privileged", "read_only", "init", "tty", "stdin_open", "oom_kill_disable", "use_api_socket"];
/// Its numbers.
const NUMBERS: [&str; 7] =
    ["cpus", "cpu_quota", "cpu_period", "pids_limit", "oom_score_adj", "scale", "mem_swappiness"];
/// Its lists that may be a single text.
const LISTS: [&str; 13] = [
    "cap_add",
    "cap_drop",
    "security_opt",
    "group_add",
    "device_cgroup_rules",
    "profiles",
    "expose",
    "tmpfs",
    "dns",
    "dns_opt",
    "dns_search",
    "label_file",
    "links",
];

/// The file with all services, networks, volumes, secrets and configurations in their long form.
pub(super) fn file(mut root: Value, reading: &Reading<'_>) -> Value {
    change_each(&mut root, "services", &|value| reading.service(value));
    for kind in ["networks", "volumes", "secrets", "configs"] {
        change_each(&mut root, kind, &|value| reading.declared(value));
    }
    root
}

/// Changes each value of the mapping `key`.
fn change_each(root: &mut Value, key: &str, change: &dyn Fn(Value) -> Value) {
    let Some(mapping) = root.as_mapping_mut() else { return };
    let Some(mut all) = mapping.remove(key) else { return };
    if let Some(inner) = all.as_mapping_mut() {
        for (name, value) in &mut inner.entries {
            if !name.starts_with("x-") {
                let taken = std::mem::replace(value, Value::null(value.origin.span));
                *value = change(taken);
            }
        }
    }
    mapping.set(key, all);
}

impl Reading<'_> {
    fn service(&self, mut service: Value) -> Value {
        if let Some(mapping) = service.as_mapping_mut() {
            for (key, value) in &mut mapping.entries {
                let taken = std::mem::replace(value, Value::null(value.origin.span));
                *value = self.attribute(key, taken);
            }
        }
        service
    }

    fn attribute(&self, key: &str, value: Value) -> Value {
        if value.is_null() && !matches!(key, "environment" | "networks") {
            return value;
        }
        let empty = |_: &str, span: Span| Value::string("", span);
        match key {
            _ if TRUTHS.contains(&key) => truth(value),
            _ if NUMBERS.contains(&key) => number(value),
            _ if LISTS.contains(&key) => list(value),
            "user" => text(value),
            "environment" => pairs(value, &['='], &|name, span| self.given_by_shell(name, span)),
            "labels" | "annotations" | "sysctls" => pairs(value, &['='], &empty),
            "extra_hosts" => pairs(value, &['=', ':'], &empty),
            "command" | "entrypoint" => words(value),
            "ports" => each(list(value), ports::long),
            "volumes" => each(list(value), volume),
            "devices" => each(list(value), device),
            "secrets" | "configs" => each(list(value), grant),
            "env_file" => each(list(value), |entry| self.env_file(entry)),
            "networks" | "models" => names(value, &|item| Value::null(item.origin.span)),
            "depends_on" => names(value, &|item| {
                let condition = Value::string("service_started", item.origin.span);
                object(item, vec![("condition", condition), ("required", Value::bool(true, item.origin.span))])
            }),
            "ulimits" => ulimits(value),
            "healthcheck" => healthcheck(value),
            "build" => self.build(value),
            "extends" => self.extends(value),
            "deploy" => deploy(value),
            _ => value,
        }
    }

    /// A variable that a service names without a value: the project or the shell gives it.
    fn given_by_shell(&self, name: &str, span: Span) -> Value {
        let given = self.variables.get(name).cloned();
        given.unwrap_or_else(|| Value::unknown(Why::Environment(name.into()), span))
    }

    /// A path of a file from the root of the tree; one that leaves it, or that is not known, stays as it is.
    fn path(&self, path: Value) -> Value {
        let found = path.as_str().filter(|path| !is_remote(path)).and_then(|path| join(self.directory, path));
        match found {
            Some(found) => Value { data: Data::String(found.into()), ..path },
            None => path,
        }
    }

    fn env_file(&self, entry: Value) -> Value {
        let mut long = if entry.as_mapping().is_some() { entry } else { object(&entry, vec![("path", entry.clone())]) };
        let path = long.get("path").cloned().map(|path| self.path(path));
        if let Some(mapping) = long.as_mapping_mut() {
            path.into_iter().for_each(|path| mapping.set("path", path));
        }
        long
    }

    fn build(&self, build: Value) -> Value {
        let mut long =
            if build.as_mapping().is_some() { build } else { object(&build, vec![("context", build.clone())]) };
        let span = long.origin.span;
        if let Some(mapping) = long.as_mapping_mut() {
            let context = mapping.remove("context").unwrap_or_else(|| Value::string(".", span));
            mapping.set("context", self.path(context));
            if let Some(args) = mapping.remove("args") {
                mapping.set("args", pairs(args, &['='], &|name, span| self.given_by_shell(name, span)));
            }
            if let Some(labels) = mapping.remove("labels") {
                mapping.set("labels", pairs(labels, &['='], &|_, span| Value::string("", span)));
            }
            for key in ["privileged", "no_cache", "pull"] {
                if let Some(value) = mapping.remove(key) {
                    mapping.set(key, truth(value));
                }
            }
        }
        long
    }

    fn extends(&self, extends: Value) -> Value {
        let mut long =
            if extends.as_mapping().is_some() { extends } else { object(&extends, vec![("service", extends.clone())]) };
        let file = long.get("file").cloned().map(|file| self.path(file));
        if let Some(mapping) = long.as_mapping_mut() {
            file.into_iter().for_each(|file| mapping.set("file", file));
        }
        long
    }

    /// A network, volume, secret or configuration at the top of the file.
    fn declared(&self, mut value: Value) -> Value {
        if let Some(mapping) = value.as_mapping_mut() {
            for (key, value) in &mut mapping.entries {
                let taken = std::mem::replace(value, Value::null(value.origin.span));
                *value = match key.as_str() {
                    "external" | "internal" | "attachable" | "enable_ipv6" => truth(taken),
                    "labels" => pairs(taken, &['='], &|_, span| Value::string("", span)),
                    "file" => self.path(taken),
                    _ => taken,
                };
            }
        }
        value
    }
}

/// Whether the context of a build is no directory here.
pub(super) fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("github.com/")
}

/// A command as words: Compose takes a text apart as a shell does.
fn words(value: Value) -> Value {
    let Some(text) = value.as_str() else { return value };
    let words = split_words(text)
        .into_iter()
        .map(|word| Value::string(word, value.origin.span).with_origin(value.origin.clone()));
    Value::tuple(words.collect(), value.origin.span).with_origin(value.origin.clone())
}

/// The words of a text, with quotes and escapes taken away.
fn split_words(text: &str) -> Vec<Text> {
    let (mut words, mut word, mut is_word) = (Vec::new(), Text::new(), false);
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => (quote, is_word) = (Some(c), true),
            (None | Some('"'), '\\') => {
                word.extend(chars.next());
                is_word = true;
            }
            (None, c) if c.is_whitespace() => {
                if std::mem::take(&mut is_word) {
                    words.push(std::mem::take(&mut word));
                }
            }
            (_, c) => {
                word.push(c);
                is_word = true;
            }
        }
    }
    if is_word {
        words.push(word);
    }
    words
}

fn healthcheck(mut check: Value) -> Value {
    let test = check.get("test").cloned();
    let disable = check.get("disable").cloned().map(truth);
    if let Some(mapping) = check.as_mapping_mut() {
        if let Some(test) = test.filter(|test| test.as_str().is_some()) {
            let shell = Value::string("CMD-SHELL", test.origin.span);
            let (span, origin) = (test.origin.span, test.origin.clone());
            mapping.set("test", Value::tuple(vec![shell, test], span).with_origin(origin));
        }
        disable.into_iter().for_each(|disable| mapping.set("disable", disable));
    }
    check
}

fn ulimits(mut limits: Value) -> Value {
    if let Some(mapping) = limits.as_mapping_mut() {
        for (_, limit) in &mut mapping.entries {
            let both = number(limit.clone());
            if both.as_mapping().is_none() {
                *limit = object(&both, vec![("soft", both.clone()), ("hard", both.clone())]);
            }
        }
    }
    limits
}

fn deploy(mut deploy: Value) -> Value {
    if let Some(mapping) = deploy.as_mapping_mut() {
        if let Some(labels) = mapping.remove("labels") {
            mapping.set("labels", pairs(labels, &['='], &|_, span| Value::string("", span)));
        }
        if let Some(replicas) = mapping.remove("replicas") {
            mapping.set("replicas", number(replicas));
        }
    }
    deploy
}

/// The service with `limits`, what `deploy.resources.limits` and the older attributes say together: `{memory, cpus,
/// pids}`.
pub(super) fn with_limits(mut service: Value) -> Value {
    let deployed = |name: &str| service.get("deploy")?.get("resources")?.get("limits")?.get(name).cloned();
    let older =
        |names: &[&str]| names.iter().find_map(|name| service.get(name).filter(|value| !value.is_null()).cloned());
    let limits = [
        ("memory", deployed("memory").or_else(|| older(&["mem_limit"]))),
        ("cpus", deployed("cpus").or_else(|| older(&["cpus", "cpu_quota"])).map(number)),
        ("pids", deployed("pids").or_else(|| older(&["pids_limit"])).map(number)),
    ];
    let entries = limits.into_iter().filter_map(|(name, value)| Some((name, text_of_memory(name, value?)))).collect();
    let header = service.as_mapping().and_then(|mapping| mapping.header).unwrap_or(service.origin.span);
    if let Some(mapping) = service.as_mapping_mut() {
        mapping.set("limits", object(&Value::null(header), entries));
    }
    service
}

fn text_of_memory(name: &str, value: Value) -> Value {
    if name == "memory" { text(value) } else { value }
}

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn words_are_those_of_a_shell() {
        assert_eq!(split_words(r#"sh -c "a b" 'c "d"' e\ f ''"#), ["sh", "-c", "a b", "c \"d\"", "e f", ""]);
    }
}
