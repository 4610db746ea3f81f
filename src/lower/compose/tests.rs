//! Projects through the frontend: what merging, extending and variables make of them. The answers are those of
//! compose-go 2.16 for the same files, but where a variable is unknown here.

use crate::discover::Memory;
use crate::lower::{Inputs, lower};
use crate::model::{Data, Lowered, Resource, Value};
use crate::source::{Kind, Sources, Status};

fn lowered(files: &[(&str, &str)]) -> Lowered {
    lower(&Memory::tree(files.iter().copied()), &Sources::default(), &Inputs::default())
}

/// The resource at an address, in the first unit that has it.
fn resource<'l>(lowered: &'l Lowered, address: &str) -> &'l Resource {
    lowered.resources.iter().find(|resource| resource.address.as_str() == address).expect("there is such a resource")
}

/// The value as text; `?` for what is unknown.
fn shown(value: &Value) -> String {
    match &value.data {
        Data::Null(_) => "null".into(),
        Data::Bool(truth) => truth.to_string(),
        Data::Number(number) => number.to_string(),
        Data::String(text) => text.to_string(),
        Data::Unknown(_) => "?".into(),
        Data::Sequence(sequence) => {
            format!("[{}]", sequence.items.iter().map(shown).collect::<Vec<_>>().join(" "))
        }
        Data::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|(key, value)| format!("{key}={}", shown(value)));
            let open = if mapping.open.is_some() { " …" } else { "" };
            format!("{{{}{open}}}", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

fn attribute(lowered: &Lowered, address: &str, name: &str) -> String {
    resource(lowered, address).attrs.get(name).map_or_else(|| "-".to_owned(), shown)
}

#[test]
fn a_later_file_overrides_an_earlier_one() {
    let base = "services:\n  web:\n    image: a:1\n    command: [run]\n    environment: {A: 1, B: b}\n    ports: ['80:80']\n    \
                volumes: ['./a:/data', '/x:/x']\n    cap_add: [CHOWN]\n    logging: {driver: json-file, options: {max-size: 1m}}\n";
    let over = "services:\n  web:\n    command: [run, --debug]\n    environment: [B=c, C]\n    ports: ['81:80']\n    \
                volumes: ['./b:/data']\n    cap_add: [CHOWN, KILL]\n    logging: {driver: local}\n  more:\n    image: b:1\n";
    let lowered = lowered(&[("compose.yaml", base), ("compose.override.yaml", over)]);
    let web = |name: &str| attribute(&lowered, "services.web", name);
    assert_eq!(web("command"), "[run --debug]");
    assert_eq!(web("environment"), "{A=1 B=c C=?}");
    assert_eq!(web("cap_add"), "[CHOWN KILL]");
    assert_eq!(web("logging"), "{driver=local}");
    let of = |name: &str, part: &str| {
        let list = resource(&lowered, "services.web").attrs.get(name).and_then(Value::as_items).unwrap_or_default();
        list.iter().map(|item| item.get(part).map_or_else(|| "-".into(), shown)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of("ports", "published"), "80 81");
    assert_eq!(of("volumes", "source"), "./b /x");
    assert_eq!(attribute(&lowered, "services.more", "image"), "b:1");
    assert_eq!(lowered.units.len(), 1);
}

#[test]
fn tags_take_away_and_replace() {
    let base = "services:\n  web:\n    image: a:1\n    privileged: true\n    ports: ['80:80']\n    cap_add: [ALL]\n    \
                environment: {A: a, B: b}\n";
    let over = "services:\n  web:\n    privileged: !reset null\n    ports: !override ['127.0.0.1:81:80']\n    \
                cap_add: !reset []\n    environment:\n      A: !reset null\n";
    let lowered = lowered(&[("compose.yaml", base), ("compose.override.yaml", over)]);
    assert_eq!(attribute(&lowered, "services.web", "privileged"), "-");
    assert_eq!(attribute(&lowered, "services.web", "cap_add"), "-");
    assert_eq!(attribute(&lowered, "services.web", "environment"), "{B=b}");
    let ports = resource(&lowered, "services.web").attrs.get("ports").and_then(Value::as_items).unwrap_or_default();
    assert_eq!(ports.iter().map(|port| port.get("published").map(shown)).collect::<Vec<_>>(), [Some("81".to_owned())]);
}

#[test]
fn services_extend_others_in_the_same_file_and_in_others() {
    let main = "services:\n  web:\n    extends: {file: common/base.yaml, service: app}\n    environment: {B: web}\n  \
                worker:\n    extends: web\n    command: work hard\n";
    let base = "services:\n  app:\n    extends: root\n    build: .\n    env_file: app.env\n    environment: {A: app, B: app}\n  \
                root:\n    image: r:1\n    cap_drop: [ALL]\n";
    let lowered =
        lowered(&[("compose.yaml", main), ("common/base.yaml", base), ("common/app.env", "FROM_FILE=yes\nA=file\n")]);
    assert_eq!(attribute(&lowered, "services.worker", "environment"), "{A=app B=web FROM_FILE=yes}");
    assert_eq!(attribute(&lowered, "services.worker", "cap_drop"), "[ALL]");
    assert_eq!(attribute(&lowered, "services.worker", "command"), "[work hard]");
    assert_eq!(attribute(&lowered, "services.web", "build"), "{context=common}");
    assert_eq!(attribute(&lowered, "services.web", "image"), "r:1");
    let units: Vec<&str> = lowered.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(units, ["compose.yaml"], "a file with templates is not run itself");
}

#[test]
fn services_that_extend_themselves_or_nothing_are_reported() {
    let main = "services:\n  a:\n    extends: b\n    image: i\n  b:\n    extends: a\n  c:\n    extends: nobody\n  \
                d:\n    extends: {file: missing.yaml, service: x}\n";
    let lowered = lowered(&[("compose.yaml", main)]);
    let messages: Vec<&str> = lowered.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages.iter().any(|message| message.contains("extends itself")), "{messages:?}");
    assert!(messages.iter().any(|message| message.contains("`nobody`")), "{messages:?}");
    assert!(messages.iter().any(|message| message.contains("missing.yaml")), "{messages:?}");
    assert!(resource(&lowered, "services.d").attrs.as_mapping().is_some_and(|attrs| attrs.open.is_some()));
    assert_eq!(lowered.ledger[0].status, Status::Partial);
}

#[test]
fn included_files_are_part_of_the_project() {
    let main = "include:\n  - api/compose.yaml\n  - path: [db/a.yaml, db/b.yaml]\n    env_file: db/own.env\nservices:\n  \
                web: {image: w}\n";
    let lowered = lowered(&[
        ("compose.yaml", main),
        (".env", "SHARED=outer\n"),
        ("api/compose.yaml", "services:\n  api:\n    image: a:${TAG}-${SHARED}\n    env_file: x.env\n"),
        ("api/.env", "TAG=7\nSHARED=inner\n"),
        ("api/x.env", "X=1\n"),
        ("db/a.yaml", "services:\n  db:\n    image: d:${V}\n"),
        ("db/b.yaml", "services:\n  db:\n    privileged: true\n"),
        ("db/own.env", "V=9\n"),
    ]);
    assert_eq!(attribute(&lowered, "services.api", "image"), "a:7-outer");
    assert_eq!(attribute(&lowered, "services.api", "environment"), "{X=1}");
    assert_eq!(attribute(&lowered, "services.db", "image"), "d:9");
    assert_eq!(attribute(&lowered, "services.db", "privileged"), "true");
    assert_eq!(lowered.units.len(), 1, "what is included is no project of its own");
    assert!(lowered.ledger.iter().all(|entry| entry.status == Status::Evaluated), "{:?}", lowered.ledger);
}

#[test]
fn a_file_that_only_adds_to_services_is_read_with_the_default_one() {
    let lowered = lowered(&[
        ("docker-compose.yml", "services:\n  web: {image: a, read_only: true}\n"),
        ("docker-compose.prod.yml", "services:\n  web: {privileged: true}\n"),
        ("docker-compose.test.yml", "services:\n  tests: {image: t}\n"),
        ("x/docker-compose.extra.yml", "services:\n  lonely:\n    cap_add: [KILL]\n"),
    ]);
    let units: Vec<&str> = lowered.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(
        units,
        ["docker-compose.prod.yml", "docker-compose.test.yml", "docker-compose.yml", "x/docker-compose.extra.yml"]
    );
    assert_eq!(attribute(&lowered, "services.web", "read_only"), "true");
    assert_eq!(attribute(&lowered, "services.web", "privileged"), "true");
    assert!(resource(&lowered, "services.lonely").attrs.as_mapping().is_some_and(|attrs| attrs.open.is_some()));
}

#[test]
fn the_env_file_names_the_files() {
    let lowered = lowered(&[
        (".env", "COMPOSE_FILE=base.yml:prod.yml\n"),
        ("base.yml", "services:\n  web: {image: a}\n"),
        ("prod.yml", "services:\n  web: {image: b}\n"),
    ]);
    assert_eq!(lowered.units.len(), 1);
    assert_eq!(attribute(&lowered, "services.web", "image"), "b");
}

#[test]
fn a_missing_env_file_leaves_the_environment_open() {
    let lowered = lowered(&[("compose.yaml", "services:\n  web:\n    image: a\n    env_file: [.env.local]\n")]);
    assert_eq!(attribute(&lowered, "services.web", "environment"), "{ …}");
}

#[test]
fn the_ledger_says_what_each_file_is() {
    let lowered = lowered(&[
        ("a/compose.yaml", "services:\n  web: {image: a}\n"),
        ("b/compose.yaml", "services:\n  web: [\n"),
        ("c/docker-compose.yml", "services:\n{% for x in y %}\n  web: {image: a}\n{% endfor %}\n"),
        ("d/compose.yaml", "services:\n  web: {image: 'a:${'}\n"),
    ]);
    let entries: Vec<_> = lowered.ledger.iter().map(|entry| (entry.file.as_str(), entry.kind, entry.status)).collect();
    assert_eq!(
        entries,
        [
            ("a/compose.yaml", Kind::Compose, Status::Evaluated),
            ("b/compose.yaml", Kind::Compose, Status::Failed),
            ("c/docker-compose.yml", Kind::Compose, Status::Skipped),
            ("d/compose.yaml", Kind::Compose, Status::Partial),
        ]
    );
}
