//! What a command does with the packages of the image's distribution.
//!
//! Facts of the manuals of apt, apk, dnf and its kin, zypper and pacman; nothing about whether it is good.

use super::arguments::Arguments;
use super::object::Object;
use super::vocabulary::base_name;
use crate::lower::pieces::{may_be_null, text_of, unread};
use crate::model::{Type, Value};

/// Sets `package_manager` and `package_actions` of the command whose program is `word`, `name` without directory.
/// What a variable may turn into one is unknown.
pub(super) fn describe(object: &mut Object, word: Option<&Value>, name: &str, sorted: &Arguments) {
    let open = |value: &Value| may_be_null(unread(value, Type::String));
    if let Some(word) = word.filter(|word| may_be_manager(word)) {
        object.set("package_manager", open(word)).list("package_actions", vec![open(word)]);
        return;
    }
    let Some((manager, word)) = manager(name).zip(word) else {
        object.set_or_null("package_manager", None).list("package_actions", Vec::new());
        return;
    };
    let told = |text: &str| Value::string(text, word.origin.span).with_origin(word.origin.clone());
    object.set("package_manager", told(manager));
    let subcommand = sorted.subcommand.as_ref();
    let actions = match subcommand.filter(|subcommand| subcommand.is_unknown()) {
        Some(unknown) => vec![open(unknown)],
        None if manager == "pacman" => of_pacman(sorted).into_iter().map(told).collect(),
        None => {
            let subcommand = subcommand.and_then(Value::as_str).unwrap_or_default();
            let objects = sorted.operands.iter().map(|operand| &operand.value);
            // `clean` may name several things.
            let named: Vec<&Value> = objects.take(if subcommand == "clean" { usize::MAX } else { 1 }).collect();
            let of = |object: &str| actions(manager, subcommand, object).iter().map(|action| told(action));
            let of_each = named.iter().flat_map(|object| match object.as_str() {
                None if subcommand == "clean" => vec![open(object)],
                object => of(object.unwrap_or_default()).collect(),
            });
            if named.is_empty() { of("").collect() } else { of_each.collect() }
        }
    };
    object.list("package_actions", actions);
}

/// The package managers, each with its family.
const MANAGERS: [(&str, &str); 11] = [
    ("apk", "apk"),
    ("apt", "apt"),
    ("apt-get", "apt"),
    ("aptitude", "apt"),
    ("dnf", "dnf"),
    ("dnf5", "dnf"),
    ("microdnf", "dnf"),
    ("pacman", "pacman"),
    ("tdnf", "dnf"),
    ("yum", "dnf"),
    ("zypper", "zypper"),
];

/// The family of a package manager.
fn manager(name: &str) -> Option<&'static str> {
    MANAGERS.iter().find(|(known, _)| *known == name).map(|(_, family)| *family)
}

/// Whether the name of a program, of which a part is not known, may be that of a package manager.
fn may_be_manager(word: &Value) -> bool {
    let text = text_of(word);
    let directory = text.text().len() - base_name(text.text()).len();
    let name = text.slice(directory..text.text().len());
    let may_be = |known: &str| known.starts_with(name.prefix()) && known.ends_with(name.suffix());
    !name.is_known() && MANAGERS.iter().any(|(known, _)| may_be(known))
}

/// What a subcommand does; `object` is the word after it.
fn actions(manager: &str, subcommand: &str, object: &str) -> &'static [&'static str] {
    match (manager, subcommand, object) {
        ("apt" | "apk", "update", _) => &["update"],
        ("apt", "install" | "reinstall" | "build-dep" | "satisfy", _) => &["install"],
        ("apt", "upgrade" | "safe-upgrade", _) => &["upgrade"],
        ("apt", "dist-upgrade" | "full-upgrade", _) => &["dist-upgrade"],
        ("apt", "remove" | "purge" | "autoremove" | "autopurge", _) => &["remove"],
        ("apt", "clean" | "autoclean" | "distclean" | "dist-clean", _) => &["clean"],
        ("apt", "download" | "source", _) => &["download"],
        ("apk", "add" | "fix", _) => &["install"],
        ("apk", "upgrade", _) => &["upgrade"],
        ("apk", "del", _) => &["remove"],
        ("apk", "fetch", _) => &["download"],
        ("apk", "cache", "clean" | "purge") => &["clean"],
        ("dnf", "makecache" | "check-update" | "check-upgrade", _) => &["update"],
        ("dnf", "install" | "in" | "localinstall" | "reinstall" | "rei" | "groupinstall" | "builddep", _) => {
            &["install"]
        }
        ("dnf", "group" | "groups" | "module", "install") => &["install"],
        ("dnf", "update" | "up" | "upgrade" | "update-minimal" | "upgrade-minimal" | "up-min" | "groupupdate", _) => {
            &["update", "upgrade"]
        }
        ("dnf", "distro-sync" | "dsync" | "distribution-synchronization", _) => &["dist-upgrade"],
        ("dnf", "remove" | "rm" | "erase" | "autoremove" | "groupremove", _) => &["remove"],
        ("dnf", "clean", "all") => &["clean"],
        ("dnf", "clean", "packages") => &["clean-packages"],
        // What else can be cleaned is an index of these, or a mark that they are old.
        ("dnf", "clean", "metadata") => &["clean-metadata"],
        ("dnf" | "zypper", "download", _) => &["download"],
        ("zypper", "refresh" | "ref", _) => &["update"],
        ("zypper", "install" | "in" | "source-install" | "si", _) => &["install"],
        ("zypper", "update" | "up", _) => &["update", "upgrade"],
        ("zypper", "patch", _) => &["upgrade"],
        ("zypper", "dist-upgrade" | "dup", _) => &["dist-upgrade"],
        ("zypper", "remove" | "rm", _) => &["remove"],
        ("zypper", "clean" | "cc", _) => &["clean"],
        _ => &[],
    }
}

/// pacman says by options what it does.
fn of_pacman(sorted: &Arguments) -> Vec<&'static str> {
    let given = |short: &str, long: &str| {
        sorted.flags.iter().filter_map(Value::as_str).any(|flag| flag == short || flag == long)
    };
    let names_packages = !sorted.operands.is_empty();
    let syncs = given("-S", "--sync");
    let does = [
        ("remove", given("-R", "--remove")),
        ("clean", syncs && given("-c", "--clean")),
        ("update", syncs && given("-y", "--refresh")),
        ("upgrade", syncs && given("-u", "--sysupgrade")),
        ("install", names_packages && (syncs || given("-U", "--upgrade"))),
    ];
    does.into_iter().filter(|(_, does)| *does).map(|(action, _)| action).collect()
}
