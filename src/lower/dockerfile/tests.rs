//! Dockerfiles through the whole frontend. What is expected was read by a person from the Dockerfile
//! reference, and from the manuals of the programs.

use crate::discover::{Candidate, Memory};
use crate::lower::{Inputs, lower};
use crate::model::{Data, Lowered, Resource, Value};
use crate::source::{Kind, Sources, Span, Status};

struct Case {
    sources: Sources,
    lowered: Lowered,
}

impl Case {
    fn of(files: &[(&str, &str)], build_args: &[(&str, &str)], target: Option<&str>) -> Self {
        let mut tree = Memory::tree(files.iter().copied());
        tree.candidates = vec![Candidate { path: files[0].0.to_owned(), kind: Kind::Dockerfile }];
        let sources = Sources::default();
        let build_args = build_args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let inputs = Inputs { build_args, target: target.map(str::to_owned), ..Inputs::default() };
        let lowered = lower(&tree, &sources, &inputs);
        Self { sources, lowered }
    }

    fn read(text: &str) -> Self {
        Self::of(&[("Dockerfile", text)], &[], None)
    }

    fn get(&self, address: &str) -> &Resource {
        let found = self.lowered.resources.iter().find(|resource| resource.address == address);
        found.unwrap_or_else(|| panic!("no {address} in {:?}", self.addresses()))
    }

    fn addresses(&self) -> Vec<&str> {
        self.lowered.resources.iter().map(|resource| resource.address.as_str()).collect()
    }

    /// The value at a path of an address: `stage.a user`.
    fn show(&self, address: &str, path: &str) -> String {
        show(self.value(address, path))
    }

    fn value(&self, address: &str, path: &str) -> &Value {
        let resource = self.get(address);
        let (mut value, path) = match path.strip_prefix("meta.") {
            Some(path) => (&resource.meta, path),
            None => (&resource.attrs, path),
        };
        for step in path.split('.') {
            let next = match step.parse::<usize>() {
                Ok(index) => value.as_items().and_then(|items| items.get(index)),
                Err(_) => value.get(step),
            };
            value = next.unwrap_or_else(|| panic!("no {step} of {path} in {}", show(value)));
        }
        value
    }

    fn text(&self, span: Span) -> String {
        self.sources.get(span.source).slice(span).to_owned()
    }

    fn messages(&self) -> Vec<&str> {
        self.lowered.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    /// `name subcommand flags | operands` of the commands of an instruction.
    fn commands(&self, address: &str) -> Vec<String> {
        let commands = self.value(address, "commands").as_items().unwrap();
        let told = commands.iter().map(|command| {
            if command.is_unknown() {
                return "?".to_owned();
            }
            let list = |name: &str| {
                command.get(name).unwrap().as_items().unwrap().iter().map(show).collect::<Vec<_>>().join(" ")
            };
            let text = |name: &str| show(command.get(name).unwrap());
            format!("{} {} {} | {}", text("name"), text("subcommand"), list("flags"), list("operands"))
        });
        told.map(|line| line.replace('"', "")).collect()
    }
}

/// A value in a form that a person reads: `?` for unknown, with what it begins with.
fn show(value: &Value) -> String {
    match &value.data {
        Data::Null(_) => "null".into(),
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => value.to_string(),
        Data::String(text) => format!("{:?}", text.as_str()),
        Data::Sequence(sequence) => format!("[{}]", sequence.items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Data::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|(key, value)| format!("{key}: {}", show(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Data::Unknown(unknown) => format!("?{}", unknown.refinement.prefix),
    }
}

#[test]
fn a_stage_inherits_from_the_stage_it_builds_on() {
    let case = Case::read(
        "FROM node:20 AS Base\nENV A=1 B=2\nUSER app\nWORKDIR /srv\nHEALTHCHECK CMD curl x\nSHELL [\"bash\", \"-c\"]\nLABEL l=m\nEXPOSE 80\n\
         FROM base\nENV B=$A-3\nWORKDIR sub\nRUN echo $A $B",
    );
    assert_eq!(case.show("stage[1]", "user"), "\"app\"");
    assert_eq!(case.show("stage[1]", "declared.workdir"), "\"/srv/sub\"");
    assert_eq!(case.show("stage[1]", "env"), "{A: \"1\", B: \"1-3\"}");
    assert_eq!(case.show("stage[1]", "healthcheck.type"), "\"CMD\"");
    assert_eq!(case.show("stage[1]", "shell"), "[\"bash\", \"-c\"]");
    assert_eq!(case.show("stage[1]", "labels"), "{l: \"m\"}");
    assert_eq!(case.show("stage[1]", "exposed_ports.0.port"), "80");
    assert_eq!(case.show("stage[1]", "base.stage"), "{index: 0, name: \"base\"}");
    assert_eq!(case.show("stage[1]", "base.tag"), "null");
    assert_eq!(case.commands("stage[1].RUN[\"echo\"]"), ["echo null  | 1 1-3"]);
    let user = case.value("stage[1]", "user");
    assert_eq!((case.text(user.origin.span), case.text(user.origin.written())), ("base".into(), "app".into()));
    assert_eq!(user.origin.hops().next().unwrap().kind.to_string(), "inherited from stage `base`");
    assert!(case.messages().is_empty());
}

#[test]
fn what_only_the_base_image_tells_is_unknown() {
    let case = Case::read("FROM node:20\nRUN echo $PATH\nENV PATH=/x:$PATH\nCOPY a $HOME/b");
    for name in ["user", "workdir", "healthcheck", "entrypoint", "cmd", "stopsignal"] {
        assert_eq!(case.show("stage[0]", name), "?", "{name}");
        assert_eq!(case.show("stage[0]", &format!("declared.{name}")), "null", "{name}");
    }
    assert_eq!(case.show("stage[0]", "shell"), "[\"/bin/sh\", \"-c\"]");
    assert_eq!(case.show("stage[0]", "env.PATH"), "?/x:");
    assert_eq!(case.show("stage[0].COPY", "destination"), "?");
    let scratch = Case::read("FROM scratch\nCOPY a $NOTHING/b");
    assert_eq!(scratch.show("stage[0]", "user"), "\"root\"");
    assert_eq!(scratch.show("stage[0]", "healthcheck"), "null");
    assert_eq!(scratch.show("stage[0].COPY[\"/b\"]", "destination"), "\"/b\"");
    let distroless = Case::read("FROM gcr.io/distroless/static:nonroot");
    assert_eq!(distroless.show("stage[0]", "user"), "\"65532\"");
}

#[test]
fn images_are_told_by_their_parts() {
    let case = Case::read(
        "ARG V\nARG TAG=20-slim\nFROM node:$TAG\nFROM node:${V}\nFROM $V\nFROM a.io/b/c@sha256:12\nFROM node${V}\nFROM x:${V:-7}",
    );
    let told = |index: usize| {
        let parts = ["image", "registry", "repository", "tag", "digest"];
        parts.map(|part| case.show(&format!("stage[{index}].FROM"), part)).join(" ").replace('"', "")
    };
    assert_eq!(told(0), "node:20-slim docker.io node 20-slim null");
    assert_eq!(told(1), "?node: docker.io node ? ?");
    assert_eq!(told(2), "? ? ? ? ?");
    assert_eq!(told(3), "a.io/b/c@sha256:12 a.io b/c null sha256:12");
    assert_eq!(told(4), "?node docker.io ?node ? ?");
    assert_eq!(told(5), "x:7 docker.io x 7 null");
    let tag = case.value("stage[0].FROM", "tag");
    assert_eq!(case.text(tag.origin.written()), "20-slim");
    let unknown = case.value("stage[1].FROM", "tag").as_unknown().unwrap();
    assert_eq!(unknown.causes[0].why.to_string(), "build argument `V` has no default");
    assert_eq!(case.text(unknown.causes[0].span), "V");
}

#[test]
fn arguments_have_the_scope_of_their_stage() {
    let text = "ARG G=1\nARG N\nFROM a AS one\nARG G\nARG L=$G-2\nARG N\nLABEL x=$G y=$L z=${N:-d} n=$N\nFROM b\nLABEL x=$G\nARG G=5\nENV G=6\nLABEL y=$G";
    let case = Case::read(text);
    assert_eq!(case.show("stage.one", "labels"), "{n: ?, x: \"1\", y: \"1-2\", z: \"d\"}");
    assert_eq!(case.show("stage[1]", "labels"), "{x: ?, y: \"6\"}");
    let given = Case::of(&[("Dockerfile", text)], &[("G", "9"), ("N", "n")], None);
    assert_eq!(given.show("stage.one", "labels"), "{n: \"n\", x: \"9\", y: \"9-2\", z: \"n\"}");
    let value = given.value("stage.one", "labels.x");
    assert_eq!(given.sources.get(value.origin.written().source).path, "--build-arg G");
}

#[test]
fn pairs_of_one_instruction_do_not_see_each_other() {
    let case = Case::read("FROM scratch\nENV A=1\nENV A=2 B=$A\nENV OLD a 'b'  c\n");
    assert_eq!(case.show("stage[0]", "env"), "{A: \"2\", B: \"1\", OLD: \"a b  c\"}");
    assert_eq!(case.show("stage[0].ENV", "pairs.1.written"), "\"$A\"");
    assert_eq!(case.show("stage[0].ENV[\"OLD\"]", "is_legacy_form"), "true");
}

#[test]
fn which_stages_ship() {
    let text = "FROM a AS base\nFROM base AS build\nFROM c AS unused\nFROM d AS tools\nFROM base\nCOPY --from=build /x /x\nRUN --mount=from=tools,target=/t true";
    let fates = |target| {
        let case = Case::of(&[("Dockerfile", text)], &[], target);
        let stages = case.lowered.resources.iter().filter(|resource| resource.type_name == "dockerfile_stage");
        let flags = stages.map(|stage| {
            ["is_final", "is_shipped", "is_used", "is_build_only"]
                .map(|name| if show(stage.meta.get(name).unwrap()) == "true" { '1' } else { '0' })
        });
        flags.map(String::from_iter).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(fates(None), "0110 0011 0001 0011 1110");
    assert_eq!(fates(Some("build")), "0110 1110 0001 0001 0000");
    assert_eq!(fates(Some("0")), "1110 0001 0001 0001 0000");
}

#[test]
fn copies_name_their_stage() {
    let case = Case::read(
        "FROM a AS build\nFROM b\nCOPY --from=Build --chown=1 --link a b c/\nCOPY --from=0 a d\nCOPY --from=x:1 a e\nADD --checksum=sha256:1 <<E http://x /f\nE",
    );
    assert_eq!(case.show("stage[1].COPY[\"c/\"]", "from_stage"), "{index: 0, name: \"build\"}");
    assert_eq!(case.show("stage[1].COPY[\"c/\"]", "sources"), "[\"a\", \"b\"]");
    assert_eq!(case.show("stage[1].COPY[\"c/\"]", "link"), "true");
    assert_eq!(case.show("stage[1].COPY[\"d\"]", "from_stage.index"), "0");
    assert_eq!(case.show("stage[1].COPY[\"e\"]", "from_stage"), "null");
    assert_eq!(case.show("stage[1].ADD[\"/f\"]", "sources"), "[\"http://x\"]");
    assert_eq!(case.show("stage[1].ADD[\"/f\"]", "checksum"), "\"sha256:1\"");
}

#[test]
fn ports_users_and_directories() {
    let case = Case::read(
        "FROM a\nARG P\nEXPOSE 80 8000-8010/UDP $P x 70000/tcp\nUSER app:staff\nUSER $P\nWORKDIR a\nWORKDIR /$P\nWORKDIR C:\\\\x\nVOLUME /a $P",
    );
    let port = |index: usize| {
        ["port", "end", "protocol"]
            .map(|part| case.show("stage[0].EXPOSE[\"80\"]", &format!("ports.{index}.{part}")))
            .join(" ")
    };
    assert_eq!(
        [port(0), port(1), port(2), port(3), port(4)],
        ["80 80 \"tcp\"", "8000 8010 \"udp\"", "? ? ?", "null null \"tcp\"", "70000 70000 \"tcp\""]
    );
    assert_eq!(
        (case.show("stage[0].USER", "user"), case.show("stage[0].USER", "group")),
        ("\"app\"".into(), "\"staff\"".into())
    );
    assert_eq!(
        (case.show("stage[0].USER[1]", "user"), case.show("stage[0].USER[1]", "group")),
        ("?".into(), "?".into())
    );
    let absolute = |address: &str| case.show(address, "is_absolute");
    assert_eq!(
        [absolute("stage[0].WORKDIR"), absolute("stage[0].WORKDIR[1]"), absolute("stage[0].WORKDIR[2]")],
        ["false", "true", "true"]
    );
    assert_eq!(case.show("stage[0].WORKDIR", "meta.workdir"), "null");
    assert_eq!(case.show("stage[0].WORKDIR[1]", "meta.user"), "?");
}

#[test]
fn commands_are_told_with_what_checks_ask() {
    let case = Case::read(concat!(
        "FROM a\nARG V=1\nRUN set -eux; apt-get -qq -o Dpkg::Use-Pty=0 update && DEBIAN_FRONTEND=x apt-get install -yq -t sid \\\n",
        "  --no-install-recommends curl=${V} $MORE 'a b' && /usr/bin/pip3.11 install --index-url=https://x -r r.txt flask==2 \\\n",
        "  && wget -nv -qO- http://x && useradd -lu 1000 me && go install -ldflags -s x@v1 && tar xzf a.tgz; rm -rf /var/lib/apt/lists/*\n",
    ));
    let address = "stage[0].RUN[\"apt-get update\"]";
    assert_eq!(
        case.commands(address),
        [
            "set null -eux | ",
            "apt-get update -q -q -o | ",
            "apt-get install -y -q -t --no-install-recommends ? | curl=1 ? a b",
            "pip install --index-url -r | flask==2",
            "wget null -nv -q -O | http://x",
            "useradd null -l -u | me",
            "go install -ldflags | x@v1",
            "tar null  | xzf a.tgz",
            "rm null -r -f | /var/lib/apt/lists/*",
        ]
    );
    assert_eq!(case.show(address, "commands.3.flag_values"), "{--index-url: \"https://x\", -r: \"r.txt\"}");
    assert_eq!(case.show(address, "commands.4.flag_values"), "{-O: \"-\"}");
    assert_eq!(case.show(address, "commands.2.assignments"), "[{name: \"DEBIAN_FRONTEND\", value: \"x\"}]");
    assert_eq!(case.show(address, "commands.2.written_operands"), "[\"curl=${V}\", \"$MORE\", \"'a b'\"]");
    let package = case.value(address, "commands.2.operands.0");
    assert_eq!((case.text(package.origin.span), case.text(package.origin.written())), ("curl=${V}".into(), "1".into()));
    assert_eq!(case.text(case.value(address, "commands.3.name").origin.span), "/usr/bin/pip3.11");
}

#[test]
fn commands_that_run_commands() {
    let case = Case::read(concat!(
        "FROM a\nRUN sudo -u root A=1 apt-get install -y x && env B=2 timeout 5 curl y | sudo bash -s -- -z && python3 -m pip install p\n",
        "RUN [\"sh\", \"-c\", \"set -o pipefail; npm \\\"install\\\" q | cat\"]\n",
        "RUN bash -o pipefail -c 'yarn add r | tee l' && echo \"$(git clone s)\" && uv pip install t\n",
    ));
    let address = "stage[0].RUN[\"apt-get install\"]";
    assert_eq!(
        case.commands(address),
        [
            "sudo null -u | A=1 apt-get install -y x",
            "apt-get install -y | x",
            "env null  | B=2 timeout 5 curl y",
            "timeout null  | 5 curl y",
            "curl null  | y",
            "sudo null  | bash -s -- -z",
            "bash null -s | -z",
            "python null -m | install p",
            "pip install  | p",
        ]
    );
    assert_eq!(case.show(address, "commands.1.wrapped_by"), "[\"sudo\"]");
    assert_eq!(case.show(address, "commands.4.piped_to"), "[\"sudo\", \"bash\"]");
    assert_eq!(case.show(address, "commands.6.piped_from"), "[\"env\", \"timeout\", \"curl\"]");
    assert_eq!(case.show(address, "commands.1.text"), "\"apt-get install -y x\"");
    let exec = "stage[0].RUN[\"npm install\"]";
    assert_eq!(case.commands(exec)[2..], ["npm install  | q", "cat null  | "]);
    assert_eq!(case.show(exec, "commands.2.pipefail"), "true");
    assert_eq!(case.text(case.value(exec, "commands.2.operands.0").origin.span), "q");
    assert_eq!(case.text(case.value(exec, "commands.2.subcommand").origin.span), "\\\"install\\\"");
    let nested = "stage[0].RUN[\"yarn add\"]";
    assert_eq!(case.show(nested, "commands.1.pipefail"), "true");
    assert_eq!(case.text(case.value(nested, "commands.1.operands.0").origin.span), "r");
    assert_eq!(case.show(nested, "commands.4.context"), "[\"substitution\"]");
    assert_eq!(case.commands(nested)[5..], ["uv pip  | install t", "pip install  | t"]);
}

#[test]
fn pipefail_holds_where_it_was_set() {
    let case = Case::read(
        "FROM a\nRUN a | b; (set -o pipefail; c | d); e | f; set -eo pipefail && g | h; set +o pipefail; i\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN x | y",
    );
    let holds = |address: &str| {
        let commands = case.value(address, "commands").as_items().unwrap().iter();
        let held = commands.filter(|command| command.get("pipefail").unwrap().as_bool() == Some(true));
        held.map(|command| show(command.get("name").unwrap()).replace('"', "")).collect::<String>()
    };
    assert_eq!(holds("stage[0].RUN[\"a\"]"), "cdghset");
    assert_eq!(holds("stage[0].RUN[\"x\"]"), "xy");
}

#[test]
fn a_script_has_variables_of_its_own() {
    let case = Case::read(
        "FROM scratch\nENV A=1 B=2 P=\"x y\"\nRUN V=3 && B=4; B=5; for A in q; do echo $A; done; echo $V $B ${P} \"$P\" $(id) ${V%x} $NONE",
    );
    let address = "stage[0].RUN[\"echo\"]";
    let operands = |index: usize| case.show(address, &format!("commands.{index}.operands"));
    assert_eq!(operands(3), "[?]");
    assert_eq!(operands(4), "[\"3\", ?, \"x\", \"y\", \"x y\", ?, ?, ?]");
}

#[test]
fn scripts_in_here_documents() {
    let case = Case::read(concat!(
        "FROM a\nRUN <<EOF\nset -e\napk add c\nEOF\n",
        "RUN <<-E bash -x\n\tyum install -y d\n\tE\n",
        "RUN cat <<'E' | sh\ngem install e\nE\n",
        "RUN <<E\n#!/usr/bin/env python3\nimport os\nE\n",
        "RUN python3 <<E && pip install f\nimport os\nE\n",
    ));
    assert_eq!(case.commands("stage[0].RUN[\"apk add\"]")[1], "apk add  | c");
    assert_eq!(case.commands("stage[0].RUN[\"yum install\"]"), ["bash null -x | ", "yum install -y | d"]);
    assert_eq!(case.commands("stage[0].RUN[\"cat\"]")[2], "gem install  | e");
    assert_eq!(case.show("stage[0].RUN", "commands"), "[?]");
    assert_eq!(case.commands("stage[0].RUN[\"pip install\"]"), ["python null  | ", "pip install  | f", "?"]);
    let package = case.value("stage[0].RUN[\"yum install\"]", "commands.1.operands.0");
    assert_eq!(case.text(package.origin.span), "d");
}

#[test]
fn shells_of_windows_are_left_alone() {
    let case = Case::read(
        "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir `\n c:\\\nSHELL [\"powershell\", \"-Command\"]\nRUN Get-ChildItem | sort",
    );
    let shells: Vec<_> = case
        .lowered
        .resources
        .iter()
        .filter(|r| r.address.kind() == "RUN")
        .map(|r| show(r.meta.get("shell").unwrap()))
        .collect();
    assert_eq!(shells, ["\"cmd\"", "\"powershell\""]);
    assert_eq!(case.show("stage[0].RUN[1]", "commands"), "[?]");
    assert_eq!(case.show("stage[0]", "shell"), "[\"powershell\", \"-Command\"]");
    // Another escape alone is no sign of Windows where the image is a distribution of Linux.
    let case = Case::read("# escape=`\nFROM debian:12\nRUN cargo +nightly install `\n ripgrep\n");
    assert_eq!(case.commands("stage[0].RUN[\"cargo install\"]"), ["cargo install +nightly | ripgrep"]);
}

#[test]
fn triggers_are_instructions_that_change_nothing_here() {
    let case = Case::read("FROM scratch\nONBUILD USER me\nONBUILD RUN sudo x\nONBUILD FROM y\n");
    assert_eq!(case.show("stage[0]", "user"), "\"root\"");
    assert_eq!(case.show("stage[0].ONBUILD.USER", "user"), "\"me\"");
    assert_eq!(case.show("stage[0].ONBUILD.USER", "meta.is_trigger"), "true");
    assert_eq!(case.commands("stage[0].ONBUILD.RUN")[0], "sudo null  | x");
    assert_eq!(case.show("stage[0].ONBUILD[2]", "trigger.instruction"), "\"FROM\"");
    assert_eq!(case.show("stage[0]", "onbuild.0.instruction"), "\"USER\"");
}

#[test]
fn mounts() {
    let case = Case::read(
        "FROM a\nARG ID=x\nRUN --mount=type=secret,id=${ID},required --mount=target=/c,src=b,ro=false true\n",
    );
    let mount = |index: usize, name: &str| case.show("stage[0].RUN[\"true\"]", &format!("mounts.{index}.{name}"));
    assert_eq!(
        [mount(0, "type"), mount(0, "id"), mount(0, "required"), mount(0, "target")],
        ["\"secret\"", "\"x\"", "true", "null"]
    );
    assert_eq!([mount(1, "type"), mount(1, "source"), mount(1, "readonly")], ["\"bind\"", "\"b\"", "false"]);
}

#[test]
fn addresses_are_names() {
    let case = Case::read(
        "ARG A\nFROM a AS x\nUSER a\nUSER b\nENV A=1\nENV A=2 B=3\nRUN set -e; cd /x && make\nRUN make\nFROM a AS x\nFROM b",
    );
    assert_eq!(
        case.addresses(),
        [
            "dockerfile",
            "ARG[\"A\"]",
            "stage.x",
            "stage.x.FROM",
            "stage.x.USER",
            "stage.x.USER[1]",
            "stage.x.ENV[\"A\"]",
            "stage.x.ENV",
            "stage.x.RUN[\"make\"]",
            "stage.x.RUN[\"make\"][1]",
            "stage.x[1]",
            "stage.x[1].FROM",
            "stage[2]",
            "stage[2].FROM",
        ]
    );
    for resource in &case.lowered.resources {
        let owner = resource.owner.map(|owner| case.lowered.resources[owner.0 as usize].type_name.as_str());
        let expected = match resource.type_name.as_str() {
            "dockerfile" => None,
            "dockerfile_stage" => Some("dockerfile"),
            _ if resource.address.as_str().starts_with("ARG") => Some("dockerfile"),
            _ => Some("dockerfile_stage"),
        };
        assert_eq!(owner, expected, "{}", resource.address);
    }
}

#[test]
fn files_without_from_and_instructions_before_it() {
    let fragment = Case::read("ARG A=1\nRUN apt-get update\nUSER $A");
    assert_eq!(fragment.show("stage[0]", "meta.is_fragment"), "true");
    assert_eq!(fragment.show("stage[0]", "user"), "\"1\"");
    assert_eq!(fragment.lowered.ledger[0].status, Status::Evaluated);
    let early = Case::read("LABEL a=b\nFROM x\n");
    assert_eq!(early.show("LABEL[\"a\"]", "meta.stage_index"), "null");
    assert_eq!(early.messages().len(), 1);
    assert_eq!(Case::read("# nothing\n").messages().len(), 1);
}

#[test]
fn the_ledger_tells_how_far_a_file_got() {
    let status = |path: &str, text: &str| {
        let case = Case::of(&[(path, text)], &[], None);
        let entry = &case.lowered.ledger[0];
        (entry.kind, entry.status, case.lowered.resources.len())
    };
    assert_eq!(status("Dockerfile", "FROM a\nFOO b"), (Kind::Dockerfile, Status::Partial, 3));
    assert_eq!(status("Dockerfile", "FROM {{ x }}\nFOO b"), (Kind::DockerfileTemplate, Status::Skipped, 0));
    assert_eq!(status("Dockerfile.template", "FROM a\n  esac"), (Kind::DockerfileTemplate, Status::Skipped, 0));
    assert_eq!(status("Dockerfile.template", "FROM a\n"), (Kind::Dockerfile, Status::Evaluated, 3));
    let mut tree = Memory::tree([("a", "b")]);
    tree.candidates = vec![Candidate { path: "gone".to_owned(), kind: Kind::Dockerfile }];
    assert_eq!(lower(&tree, &Sources::default(), &Inputs::default()).ledger[0].status, Status::Failed);
}

#[test]
fn dockerignore_is_found_beside_the_file() {
    let case = Case::of(&[("a/Dockerfile", "FROM x"), ("a/.dockerignore", "# c\n.git\n  !b \n")], &[], None);
    assert_eq!(case.show("dockerfile", "dockerignore"), "[\".git\", \"!b\"]");
    let own = Case::of(
        &[("a/Dockerfile", "FROM x"), ("a/.dockerignore", "b"), ("a/Dockerfile.dockerignore", "c")],
        &[],
        None,
    );
    assert_eq!(own.show("dockerfile", "dockerignore"), "[\"c\"]");
    assert_eq!(Case::read("FROM x").show("dockerfile", "dockerignore"), "null");
}

#[test]
fn faults_of_words_are_told_and_the_rest_goes_on() {
    let case = Case::read("FROM a\nLABEL x=\"open\nUSER ${B\nWORKDIR /y");
    assert_eq!(case.messages(), ["A double quote is never closed.", "`}` is missing after `${`."]);
    assert_eq!(case.show("stage[0]", "declared.workdir"), "\"/y\"");
    assert_eq!(case.show("stage[0]", "user"), "?");
}

mod hostile;
mod packages;
mod surroundings;
mod unknowns;
