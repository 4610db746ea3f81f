//! Dockerfiles to resources: the model that checks are written against.
//!
//! Owns what instructions mean: variables, stages and what they inherit, image references, the commands
//! in scripts. Knows no check and no registry: of a base image nothing is known but what its name tells.
//!
//! Three types, by `owner`: `dockerfile_instruction` → `dockerfile_stage` → `dockerfile`. Global `ARG`s, and
//! what stands before the first `FROM` against the rules, belong to the `dockerfile` itself.
//! Every attribute is there, null where it is absent; lists and maps are empty where there is nothing.
//!
//! **Values.** Words of instructions are expanded as BuildKit does it, with the build's defaults and
//! `--build-arg`s; each value has the span of its bytes in the file, and hops for `ARG`, `ENV` and stages it
//! is inherited from. An `ARG` without default, and a variable that the base image may set, are unknown; of
//! `node:${V}` it is still known that it begins with `node:`.
//!
//! # `dockerfile`
//! | attribute | |
//! |---|---|
//! | `syntax` `escape` `check` | the directives |
//! | `args` | global `ARG`s: name → value |
//! | `stage_count` `stages` `final_stage` | attributes of the stages; the final one is `--target` or the last |
//! | `images` `directory` | the images that a Compose or Bake file says it builds; the name of its directory, or null |
//! | `dockerignore` | patterns of `<file>.dockerignore` or `.dockerignore` beside it; null without such a file |
//!
//! # `dockerfile_stage`
//! | attribute | |
//! |---|---|
//! | `name` `index` | lower-case name or null; number from 0 |
//! | `base` | `{image, written, registry, repository, tag, digest, platform, written_platform, is_scratch, stage}`; `stage` is `{index, name}` when it builds on a stage, and the parts of the reference are null then. `tag` and `digest` are null where none is written; `is_scratch` and `stage` are unknown where the image is and may be that |
//! | `platform` | `--platform` of its `FROM` |
//! | `user` `workdir` `shell` `entrypoint` `cmd` `healthcheck` `stopsignal` | what holds in the image at the end of the stage. Unknown where only the base image can tell; known for `scratch`, and the user that `base_user` tells |
//! | `declared` | the same seven as this file says them, inherited from earlier stages too; null where it says nothing |
//! | `first_image` | the reference of the image that the first stage of its chain is built on, `scratch` included; null in a file without `FROM` |
//! | `base_user` | the user that the first image runs as by its name: `root` of `scratch`, `65532` of distroless' `nonroot`, that of a published family (`published`), `nonroot` of what promises not to be root (`*-unprivileged`, `*-rootless`, Chainguard's); null of a name that does not tell, unknown of one that is not known |
//! | `built_by` | the Dockerfile of the tree that builds the first image, by a Compose file or the name of its directory; null where none does |
//! | `is_windows` `has_no_shell` | whether the image is one of Windows; whether the first image has no shell, by its name |
//! | `set_by` | the variables that `ENV` and `ARG` set: name → number of the first instruction that does, -1 where the stage inherits it |
//! | `env` `args` `labels` | name → value at the end of the stage |
//! | `exposed_ports` `volumes` `onbuild` | `{port, end, protocol, text}`, paths, attributes of triggers |
//! | `instructions` | attributes of its instructions in order, `FROM` first |
//!
//! `healthcheck` is `{type, arguments, interval, timeout, start_period, start_interval, retries}`,
//! `entrypoint` and `cmd` are `{form, arguments}`, `shell` is a list of strings.
//! `meta`: `stage` (name), `stage_index`, `is_final`, `is_shipped` (its layers are in the final image),
//! `is_used` (it is built at all), `is_build_only` (others copy from it or build on it, or its name makes it a
//! target of its own, but it is not shipped: what it leaves behind harms nobody), `is_fragment` (the file has no `FROM`: all of it is one stage).
//!
//! # `dockerfile_instruction`
//! All: `instruction` (upper case), `text` (what follows it, continuations joined), `form` (`shell`, `exec` or
//! null), `flags` (name → value, true without one), `heredocs` (`{name, expand, content}`). `FROM`, `COPY` and `RUN`:
//! `images`, the references to images in it, stages and build contexts left out: `{image, registry, repository, tag,
//! digest, stage, is_scratch}`, where `stage` is unknown if what is not known of the reference may name one.
//!
//! | instruction | attributes |
//! |---|---|
//! | `FROM` | `alias` and all of `base` |
//! | `RUN` | `commands`, `mounts` (`{type, target, source, from, id, sharing, readonly, …}`), `network`, `security` |
//! | `CMD` `ENTRYPOINT` | `arguments` (one string in shell form), `commands` |
//! | `HEALTHCHECK` | `type` (`CMD`, `NONE`), `arguments`, `interval` …, `commands` |
//! | `COPY` `ADD` | `sources` (without here-documents), `destination`, `from`, `from_stage` (`{index, name}`), `chown`, `chmod`, `checksum` (`ADD`), `link`, `parents` (`COPY`), `keep_git_dir` (`ADD`), `exclude` |
//! | `ENV` `ARG` `LABEL` | `pairs` (`{name, value, written}`; `value` of an `ARG` is unknown without default), `is_legacy_form` |
//! | `EXPOSE` | `ports` (`{port, end, protocol, text}`; `port` is null when it is no number) |
//! | `USER` | `value`, `user`, `group` |
//! | `WORKDIR` | `path`, `is_absolute` |
//! | `VOLUME` `STOPSIGNAL` `SHELL` `MAINTAINER` | `paths`; `signal`; `arguments`; `name` |
//! | `ONBUILD` | `trigger`: attributes of the instruction; it is also a resource of its own, with `meta.is_trigger` |
//!
//! A trigger runs in a build on top of the image: it is evaluated after the stage, on what the stage ends with, and
//! after the triggers before it.
//!
//! `meta`: that of the stage (outside of stages what is true or false is false, the rest null), `index` in the stage,
//! `is_trigger`, `shell_words` (the `SHELL` in force: `["/bin/sh", "-c"]` without one), `shell` (`posix`, `powershell`,
//! `cmd`, `other`: the language of the shell form), `user` and `workdir` as the file says them up to here (null
//! where only the base image may).
//!
//! # Commands
//! A flat list in source order, those in conditions, loops, functions and substitutions included; only of
//! POSIX shells, and of the exec form. A command that runs another one (`sudo`, `env`, `timeout`, `sh -c`,
//! `python -m`, `xargs` …) is followed by that one as a command of its own. Where there may be more commands, since
//! the grammar did not understand all of the script or another program than a POSIX shell interprets it, the last
//! element is unknown: a check decides by the known commands, else it is inconclusive.
//!
//! | attribute | |
//! |---|---|
//! | `index` | number in the list; a later step of the same `RUN` has a greater one |
//! | `name` | program without directory and version: `pip` for `/usr/bin/pip3.11`; null for mere assignments |
//! | `subcommand` | `install` of `apt-get -y install`, for programs that have subcommands, else null |
//! | `package_manager` | the family of a manager of the distribution's packages: `apt` (`apt-get`, `aptitude`), `apk`, `dnf` (`yum`, `microdnf`, `tdnf`), `zypper`, `pacman`; else null |
//! | `package_actions` | what it does with them: `update` (it fetches the lists of packages), `install`, `upgrade`, `dist-upgrade`, `remove`, `download`, `clean` (of dnf's family also `clean-packages`, `clean-metadata`: a half). `yum update` is `update` and `upgrade`. Unknown elements where a variable decides |
//! | `flags` | names of the options: clusters taken apart (`-yq` is `-y`, `-q`), values removed (`--progress`). A word that a variable may turn into an option is among them, unknown: `contains(c.flags, "-y")` is true, false, or unknown as it should be |
//! | `flag_values` | name → value of the options that have one; of a repeated one the last |
//! | `operands` | the rest: packages, files, addresses; `written_operands` are the same as written, always known |
//! | `words` | all words, the name first |
//! | `text` | as written |
//! | `environment` | the variables that the program takes options from (`vocabulary::options_in_environment`), as they stand above the command: given to it, else set by the script, `ENV` or `ARG`; null of other programs |
//! | `assignments` | `{name, value}`: before the command, or of `export` |
//! | `redirects` | `{operator, descriptor, target}` |
//! | `pipeline` `position` `piped_from` `piped_to` | number of the pipeline, place in it, names of the commands before and after in it |
//! | `connector` | what stands before it: `;` `&&` `||` `|` `&` |
//! | `context` | words of `subshell`, `substitution`, `test`, `conditional`, `function`, `negated` |
//! | `pipefail` | whether `set -o pipefail` or the `SHELL` makes it hold here |
//! | `wrapped_by` | names of the commands that run it, outermost first: `["sudo"]` |
//! | `parent` | index of the command whose word it is substituted into, or whose script it is in |
//!
//! # Addresses
//! `dockerfile`; `stage.build` or, without a name, `stage[1]`; `stage.build.RUN["apt-get install"]`,
//! `….ENV["PATH"]`, `….COPY["/app/"]`, `….USER`: named by what tells it from others rather than by number, so
//! that edits elsewhere leave it. A second one of the same name gets its number behind: `….RUN["curl"][1]`.

mod address;
mod arguments;
mod built;
mod command;
mod command_line;
mod copy;
mod evaluation;
mod expansion;
mod file;
mod from;
mod image;
mod input;
mod instruction;
mod locals;
mod mount;
mod object;
mod packages;
mod published;
mod reference;
mod scope;
mod script;
mod settings;
mod shell_kind;
mod stage;
mod stages;
mod substitution;
mod variants;
mod vocabulary;

use super::{Build, DependsOn, Frontend, FrontendInput, Inputs, Parsed, UnitPlan};
use crate::model::{Format, Lowered, Reads, Text, Unit, Value};
use crate::source::{
    Files, Kind, LedgerEntry, Level, Problem, ReadError, Recording, SourceId, Sources, Span, Status, parent,
};
use crate::syntax::dockerfile::parse;
use built::BuiltImages;
use evaluation::Shared;
use input::Input;
use rayon::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use variants::Variant;

/// The format. Each build of a Dockerfile is a unit.
pub struct Dockerfile;

impl Frontend for Dockerfile {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::Dockerfile]
    }

    fn read<'t>(&self, input: FrontendInput<'t>) -> Box<dyn Parsed + 't> {
        let (files, sources) = (input.files, input.sources);
        let paths: Vec<&str> = input.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
        let built = BuiltImages::of(&paths, &input.builds);
        let texts: Vec<_> =
            input.candidates.par_iter().map(|candidate| read(files, sources, &candidate.path)).collect();
        let mut builds: BTreeMap<&str, Vec<&Build>> = BTreeMap::new();
        for build in &input.builds {
            builds.entry(&build.dockerfile).or_default().push(build);
        }
        let of_file = |(file, (path, text)): (usize, (&&str, &Result<SourceId, LedgerEntry>))| {
            let builds = builds.get(path).map(Vec::as_slice).unwrap_or_default();
            variants::of_file(file, builds, text.as_ref().ok().copied(), sources)
        };
        let variants: Vec<Variant> = paths.iter().zip(&texts).enumerate().flat_map(of_file).collect();
        let plan = |(index, variant): (usize, &Variant)| UnitPlan {
            index,
            path: paths.get(variant.file).copied().unwrap_or_default().to_owned(),
            depends_on: DependsOn::BuildArguments,
        };
        let plans = variants.iter().enumerate().map(plan).collect();
        Box::new(Dockerfiles { files, sources, built, texts, variants, plans })
    }
}

/// The Dockerfiles of a tree. A syntax tree borrows its text and is dropped as soon as it is lowered.
struct Dockerfiles<'t> {
    files: &'t dyn Files,
    sources: &'t Sources,
    built: BuiltImages,
    /// By number of the file: the text, or why there is none.
    texts: Vec<Result<SourceId, LedgerEntry>>,
    /// By number of the plan.
    variants: Vec<Variant>,
    plans: Vec<UnitPlan>,
}

impl Parsed for Dockerfiles<'_> {
    fn plans(&self) -> &[UnitPlan] {
        &self.plans
    }

    fn lower(&self, plans: &[&UnitPlan], inputs: &Inputs) -> Vec<Lowered> {
        let (files, sources) = (self.files, self.sources);
        let given = build_args(sources, inputs);
        let lowered = plans.par_iter().map(|plan| {
            let mut lowered = Lowered::default();
            let Some(variant) = self.variants.get(plan.index) else { return lowered };
            let args: Vec<(Text, Value)> = variant.args.iter().chain(&given).cloned().collect();
            let target = inputs.target.as_deref().or(variant.target.as_deref());
            let input = Input { files, sources, built: &self.built, build_args: &args, target };
            let entry = match self.texts.get(variant.file) {
                Some(Ok(source)) => lower_file(&input, &plan.path, *source, &mut lowered),
                Some(Err(entry)) => entry.clone(),
                None => return lowered,
            };
            if variant.is_first {
                lowered.ledger.push(entry);
            }
            lowered
        });
        lowered.collect()
    }

    fn finish(&self, _: &Inputs, _: &mut Lowered) {}
}

/// The text of a Dockerfile.
fn read(files: &dyn Files, sources: &Sources, path: &str) -> Result<SourceId, LedgerEntry> {
    match files.read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(sources.add(path, text)),
        Ok(Err(_)) => {
            Err(LedgerEntry::stopped(path, Kind::Dockerfile, Status::Failed, "it is not UTF-8; save it as UTF-8"))
        }
        Err(error) => {
            let status = if matches!(error, ReadError::OutsideRoot(_)) { Status::Skipped } else { Status::Failed };
            Err(LedgerEntry::stopped(path, Kind::Dockerfile, status, error.to_string()))
        }
    }
}

/// The `--build-arg`s, each with a place of its own.
fn build_args(sources: &Sources, inputs: &Inputs) -> Vec<(Text, Value)> {
    let values = inputs.build_args.iter().map(|(name, value)| {
        let source = sources.add_input(format!("--build-arg {name}"), value.as_str());
        let span = Span::new(source, 0, value.len() as u32);
        (Text::from(name.as_str()), Value::string(value.as_str(), span))
    });
    values.collect()
}

fn lower_file(input: &Input<'_>, path: &str, id: SourceId, lowered: &mut Lowered) -> LedgerEntry {
    let source = input.sources.get(id);
    let file = parse(id, &source.text);
    if let Some(place) = file.template {
        let line = source.lines().line(place.start);
        let reason = format!("line {line} is of a template engine; scan the Dockerfile that it renders");
        return LedgerEntry::stopped(path, Kind::DockerfileTemplate, Status::Skipped, reason);
    }
    if let Some(problem) = file.problems.first().filter(|_| is_named_template(path)) {
        let line = source.lines().line(problem.span.start);
        let reason = format!("line {line} is no Dockerfile's, and the name says template; scan what it renders");
        return LedgerEntry::stopped(path, Kind::DockerfileTemplate, Status::Skipped, reason);
    }
    let files = Recording::new(input.files);
    let dockerignore =
        dockerignore(&Input { files: &files, ..*input }, path, Span::new(id, 0, source.text.len() as u32));
    let ignored = Some(dockerignore.origin.span.source).filter(|source| *source != id);
    let sources = std::iter::once(id).chain(ignored).collect();
    let reads = Reads { sources, answers: files.answers(), ..Reads::default() };
    let unit = lowered.add_unit(Unit { reads, ..Unit::new(Format::Dockerfile, path) });
    let span = Span::new(id, 0, source.text.len() as u32);
    let mut shared = Shared {
        scripts: script::ScriptReader::default(),
        problems: file.problems.clone(),
        escape: char::from(file.escape),
        spent: Cell::new(0),
        build_args: input.build_args,
        built: input.built,
        path,
        files: &files,
        globals: Vec::new(),
        stages: Vec::new(),
    };
    let text = |text: &str| Value::string(text, span);
    let images = input.built.images_of(path).map(text).collect();
    let directory =
        parent(path).rsplit('/').next().filter(|name| !name.is_empty()).map_or_else(|| Value::null(span), text);
    let request = file::Request { unit, span, target: input.target, images, directory, dockerignore };
    file::lower(&file, &request, &mut shared, lowered);
    if let Some(unit) = lowered.units.get_mut(unit.0 as usize) {
        unit.reads.answers = files.answers();
    }
    if file.instructions.is_empty() && shared.problems.is_empty() {
        shared.problems.push(Problem::warning(span, "the file holds no instruction"));
    }
    shorten(&mut shared.problems);
    let is_partial = shared.problems.iter().any(|problem| problem.level == Level::Error);
    lowered.problems.append(&mut shared.problems);
    if is_partial {
        let reason = "some of it could not be read; see the problems";
        return LedgerEntry::stopped(path, Kind::Dockerfile, Status::Partial, reason);
    }
    LedgerEntry::evaluated(path, Kind::Dockerfile)
}

/// Leaves as many problems of a file as are told, and one that says how many more there are.
fn shorten(problems: &mut Vec<Problem>) {
    let more = problems.split_off(problems.len().min(crate::limits::dockerfile::MAX_PROBLEMS));
    if let (Some(first), Some(level)) = (more.first(), more.iter().map(|problem| problem.level).max()) {
        let message = format!("{} more problems of this file are not listed", more.len());
        problems.push(Problem { level, ..Problem::error(first.span, message) });
    }
}

/// Whether the extension is one of template engines.
fn is_named_template(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["template", "tmpl", "tpl", "j2", "jinja", "jinja2", "erb", "mustache", "gotmpl", "in"].contains(&extension)
}

/// The patterns of the `.dockerignore` that holds for the file when its own directory is the context: that of its own name, else
/// the directory's. Null where there is none.
fn dockerignore(input: &Input<'_>, path: &str, span: Span) -> Value {
    let dir = parent(path);
    let beside = if dir.is_empty() { ".dockerignore".to_owned() } else { format!("{dir}/.dockerignore") };
    let candidates = [format!("{path}.dockerignore"), beside];
    let found = candidates.iter().find(|path| input.files.is_file(path));
    let read = |path: &String| Some(input.sources.add(path, String::from_utf8(input.files.read(path).ok()?).ok()?));
    let source = found.and_then(|path| input.sources.of_file(path).or_else(|| read(path)));
    let Some(id) = source else { return Value::null(span.at_start()) };
    let source = input.sources.get(id);
    let mut patterns = Vec::new();
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let trimmed = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            patterns.push(Value::string(trimmed, Span::new(id, start as u32, (start + trimmed.len()) as u32)));
        }
    }
    Value::tuple(patterns, Span::new(id, 0, source.text.len() as u32))
}

#[cfg(test)]
mod tests;
