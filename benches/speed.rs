//! What a scan costs, against reading and parsing the same files, and against other scanners.
//!
//! `cargo bench --bench speed -- DIR…` prints a table with a row for each directory; without one, for every project
//! of `fixtures/projects` and for trees that are made here. Each measurement runs in a process of its own, warm, on
//! all cores, and the best of five counts. Memory is the peak of the process (Linux only). The other scanners are run
//! if they are on the `PATH`, with the commands in [`OTHERS`]; their time is that of one warm run.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark talks to whoever runs it")]

use gatelint::discover::{Disk, Tree};
use gatelint::scan::{self, Phase, Progress, Request};
use gatelint::source::{Derived, Kind, SourceId};
use gatelint::syntax::{dockerfile, gotemplate, hcl, json, yaml};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Instant;
use std::{env, fs, hint};

const RUNS: usize = 5;

/// JSON of any size.
const WHOLE: json::Rules = json::Rules { depth: 256, values: usize::MAX, trailing_commas: false };

/// Scanners to compare with: a name, and its command, to which the directory is added.
const OTHERS: &[(&str, &[&str])] = &[
    ("trivy", &["trivy", "config", "--skip-check-update", "--skip-version-check", "--quiet", "--format", "json"]),
    ("checkov", &["checkov", "--quiet", "--compact", "--skip-download", "--output", "json", "--directory"]),
];

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [part, path] = &args[..]
        && let Some(part) = Part::named(part)
    {
        println!("{}", part.measure(Path::new(path)));
        return;
    }
    let mut paths: Vec<PathBuf> = args.iter().map(PathBuf::from).collect();
    if paths.is_empty() {
        paths = made::all().into_iter().chain(projects()).collect();
    }
    print!("{:<28} {:>7} {:>8} {:>9} {:>9} {:>9}", "tree", "files", "MB", "read ms", "parse ms", "scan ms");
    print!(" {:>9} {:>9} {:>9} {:>7} {:>9} {:>9}", "find", "lower", "evaluate", "× parse", "MiB", "ns/verdict");
    OTHERS.iter().for_each(|(name, _)| print!(" {name:>14}"));
    println!();
    paths.iter().for_each(|path| println!("{}", row(path)));
}

/// The projects of the repository.
fn projects() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
    let entries = fs::read_dir(folder).expect("the fixtures are there");
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// What is measured in a process of its own.
#[derive(Clone, Copy)]
enum Part {
    /// The files are found and read.
    Read,
    /// They are parsed as well.
    Parse,
    /// They are scanned.
    Scan,
}

impl Part {
    fn named(name: &str) -> Option<Self> {
        [Self::Read, Self::Parse, Self::Scan].into_iter().find(|part| part.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Scan => "scan",
        }
    }

    /// Numbers with blanks between: milliseconds of the best run, peak in MiB; then, of a scan, milliseconds to find
    /// the files, to lower and to evaluate, and the number of verdicts.
    fn measure(self, path: &Path) -> String {
        let best = |run: &dyn Fn() -> Vec<f64>| {
            let mut runs: Vec<(f64, Vec<f64>)> = (0..RUNS)
                .map(|_| {
                    let start = Instant::now();
                    let numbers = run();
                    (start.elapsed().as_secs_f64() * 1e3, numbers)
                })
                .collect();
            runs.sort_by(|a, b| a.0.total_cmp(&b.0));
            runs.swap_remove(0)
        };
        let (time, numbers) = match self {
            Self::Read => best(&|| each(path, |_, _, bytes| _ = hint::black_box(bytes.len()))),
            Self::Parse => best(&|| each(path, parse)),
            Self::Scan => best(&|| scanned(path)),
        };
        let mut line = format!("{time} {}", peak_mebibytes());
        numbers.iter().for_each(|number| write!(line, " {number}").expect("a text can be written"));
        line
    }

    /// [`Part::measure`] in a new process.
    fn run(self, path: &Path) -> Vec<f64> {
        let program = env::current_exe().expect("the benchmark has a path");
        let output = Command::new(program).arg(self.name()).arg(path).output().expect("the benchmark starts itself");
        String::from_utf8_lossy(&output.stdout).split_whitespace().filter_map(|word| word.parse().ok()).collect()
    }
}

/// One line of the table.
fn row(path: &Path) -> String {
    let tree = Disk::tree(&[path.to_path_buf()]).expect("the directory is there");
    let bytes: usize = tree.candidates.iter().filter_map(|file| Some(tree.files.read(&file.path).ok()?.len())).sum();
    let [read, parse, scan] = [Part::Read, Part::Parse, Part::Scan].map(|part| part.run(path));
    let number = |numbers: &[f64], at: usize| numbers.get(at).copied().unwrap_or(f64::NAN);
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut line = format!("{name:<28} {:>7} {:>8.2}", tree.candidates.len(), bytes as f64 / 1e6);
    let time = number(&scan, 0);
    for number in [number(&read, 0), number(&parse, 0), time, number(&scan, 2), number(&scan, 3), number(&scan, 4)] {
        write!(line, " {number:>9.1}").expect("a text can be written");
    }
    let each = number(&scan, 4) * 1e6 / number(&scan, 5);
    write!(line, " {:>7.2} {:>9.0} {each:>9.0}", time / number(&parse, 0), number(&scan, 1)).expect("as above");
    for (_, command) in OTHERS {
        match other(command, path) {
            Some(theirs) => write!(line, " {:>6.1} s {:>4.0} ×", theirs / 1e3, theirs / time),
            None => write!(line, " {:>14}", "not here"),
        }
        .expect("as above");
    }
    line
}

/// The milliseconds of a second run of another scanner; none if it is not installed.
fn other(command: &[&str], path: &Path) -> Option<f64> {
    let run = || {
        let mut program = Command::new(command[0]);
        program.args(&command[1..]).arg(path).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()
    };
    run()?;
    let start = Instant::now();
    run()?;
    Some(start.elapsed().as_secs_f64() * 1e3)
}

/// Finds and reads the files below a path, and does something with each.
fn each(path: &Path, work: impl Fn(&str, Kind, &[u8]) + Sync) -> Vec<f64> {
    let tree: Tree = Disk::tree(&[path.to_path_buf()]).expect("the directory is there");
    tree.candidates.par_iter().for_each(|file| {
        if let Ok(bytes) = tree.files.read(&file.path) {
            work(&file.path, file.kind, &bytes);
        }
    });
    Vec::new()
}

/// Parses a file by the parser of its language, and by nothing else.
fn parse(path: &str, kind: Kind, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let source = SourceId(0);
    match kind {
        Kind::Terraform | Kind::TerraformVariables => drop(hint::black_box(hcl::parse(source, &text))),
        Kind::Dockerfile => drop(hint::black_box(dockerfile::parse(source, &text))),
        _ if path.contains("/templates/") => drop(hint::black_box(gotemplate::parse(&Derived::file(source, &text)))),
        _ if text.trim_start().starts_with('{') => {
            drop(hint::black_box(json::read(&Derived::file(source, &text), WHOLE)));
        }
        _ => drop(hint::black_box(yaml::read(&Derived::file(source, &text), yaml::Dialect::Kubernetes))),
    }
}

/// Scans a path; the milliseconds of the phases, and the number of verdicts.
fn scanned(path: &Path) -> Vec<f64> {
    let phases = Phases(Mutex::new((Instant::now(), 0, [0.0; 3])));
    let report = scan::scan(&[path.to_path_buf()], &Request::default(), &phases).expect("the scan ends");
    let verdicts =
        report.checks.iter().map(|check| check.tally).map(|tally| tally.pass + tally.fail + tally.inconclusive);
    let verdicts: u32 = verdicts.sum();
    let times = phases.over();
    times.into_iter().chain([f64::from(verdicts)]).collect()
}

/// The clock of a scan: when the present phase began, which it is, and the milliseconds of each.
struct Phases(Mutex<(Instant, usize, [f64; 3])>);

impl Phases {
    fn enter(&self, phase: usize) {
        let (since, at, times) = &mut *self.0.lock().expect("nobody panics");
        times[*at] += since.elapsed().as_secs_f64() * 1e3;
        (*since, *at) = (Instant::now(), phase);
    }

    fn over(self) -> [f64; 3] {
        self.enter(0);
        self.0.into_inner().expect("nobody panics").2
    }
}

impl Progress for Phases {
    fn begins(&self, phase: Phase) {
        match phase {
            Phase::Discover | Phase::Past => self.enter(0),
            Phase::Lower(_) => self.enter(1),
            Phase::Evaluate(_) | Phase::Report(_) => self.enter(2),
        }
    }
}

fn peak_mebibytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

/// Trees of one shape and a known size.
mod made {
    use serde_json::json;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    /// Makes them below the temporary directory.
    pub fn all() -> Vec<PathBuf> {
        let mut trees = vec![one_file(), plan(30_000), chart(10_000)];
        trees.extend([500, 1_000, 2_000].map(buckets));
        trees
    }

    fn tree(name: &str, file: &str, text: &str) -> PathBuf {
        let root = env::temp_dir().join("gatelint-speed").join(name);
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("the temporary directory can be written");
        fs::write(path, text).expect("the temporary directory can be written");
        root
    }

    /// One small file: what a start costs.
    fn one_file() -> PathBuf {
        tree("one-file", "main.tf", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"depot\"\n}\n")
    }

    /// Buckets, each with three resources that refer to it.
    fn buckets(number: usize) -> PathBuf {
        let bucket = |i: usize| {
            format!(
                "resource \"aws_s3_bucket\" \"b{i}\" {{\n  bucket = \"depot-{i}\"\n}}\n\
                 resource \"aws_s3_bucket_versioning\" \"b{i}\" {{\n  bucket = aws_s3_bucket.b{i}.id\n  \
                 versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n\
                 resource \"aws_s3_bucket_logging\" \"b{i}\" {{\n  bucket        = aws_s3_bucket.b{i}.id\n  \
                 target_bucket = \"logs\"\n  target_prefix = \"{i}\"\n}}\n\
                 resource \"aws_s3_bucket_public_access_block\" \"b{i}\" {{\n  bucket              = \
                 aws_s3_bucket.b{i}.id\n  block_public_acls   = true\n  block_public_policy = true\n}}\n"
            )
        };
        tree(&format!("buckets-{number}"), "main.tf", &(0..number).map(bucket).collect::<String>())
    }

    /// A plan that creates buckets, each with a policy; about 1.6 kB a bucket.
    fn plan(number: usize) -> PathBuf {
        let values = |i: usize| {
            let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"],
                "Resource": format!("arn:aws:s3:::depot-{i}/*"), "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]});
            json!({"bucket": format!("depot-{i}"), "force_destroy": false, "policy": policy.to_string(),
                "tags": {"Name": format!("depot-{i}"), "team": "blue"}, "versioning": [{"enabled": true}]})
        };
        let named = |i: usize| {
            json!({"address": format!("aws_s3_bucket.b{i}"), "mode": "managed", "type": "aws_s3_bucket",
                "name": format!("b{i}"), "provider_name": "registry.terraform.io/hashicorp/aws"})
        };
        let with = |i: usize, key: &str, value: serde_json::Value| {
            let mut resource = named(i);
            resource[key] = value;
            resource
        };
        let change = |i: usize| {
            json!({"actions": ["create"], "before": null, "after": values(i),
                "after_unknown": {"id": true, "arn": true, "tags": {}, "versioning": [{}]},
                "before_sensitive": false, "after_sensitive": {"tags": {}, "versioning": [{}]}})
        };
        let planned: Vec<_> = (0..number).map(|i| with(i, "values", values(i))).collect();
        let changes: Vec<_> = (0..number).map(|i| with(i, "change", change(i))).collect();
        let plan = json!({"format_version": "1.2", "terraform_version": "1.14.0", "complete": true, "errored": false,
            "planned_values": {"root_module": {"resources": planned}}, "resource_changes": changes});
        tree("plan", "plan.json", &plan.to_string())
    }

    /// A chart whose one template has that many lines.
    fn chart(lines: usize) -> PathBuf {
        let deployment = |i: usize| {
            format!(
                "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{{{ include \"web.name\" . }}}}-{i}\n\
                 spec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: \
                 {{{{ .Values.image | quote }}}}\n          resources:\n            {{{{- toYaml .Values.resources | \
                 nindent 12 }}}}\n          securityContext:\n            privileged: {{{{ .Values.privileged }}}}\n"
            )
        };
        let root = tree("chart", "templates/web.yaml", &(0..lines / 15).map(deployment).collect::<String>());
        tree("chart", "Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        tree("chart", "templates/_helpers.tpl", "{{- define \"web.name\" -}}\n{{ .Release.Name }}-web\n{{- end -}}\n");
        let values = "image: example.com/web:1.2.3\nprivileged: false\nresources:\n  limits:\n    memory: 64Mi\n";
        tree("chart", "values.yaml", values);
        root
    }
}
