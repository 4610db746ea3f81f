//! Invariant 11: twice the input takes twice the time, for every shape of input.
//!
//! Each shape is scanned at three sizes `n`, `2n` and `4n` on one thread, and the *instructions* are counted by
//! valgrind's callgrind: the same number on every run, whatever else the machine does. What a scan costs before it
//! reads a file cancels out: the second doubling may cost at most [`MOST`] times the first one. Linear growth is 2,
//! quadratic growth is 4. Skips with a message where valgrind is not installed.
//!
//! Valgrind takes seconds to translate the program. So this program runs itself below it, once for each core, with
//! `measure` and the numbers of shapes: it scans them one after the other, and callgrind writes a count after each.
//! `GROWTH=NAME` chooses shapes by a part of their names.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]
#![allow(clippy::print_stdout, reason = "a test of its own kind says how it went")]

mod shapes;

use shapes::{SHAPES, Shape};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, thread};

/// The most that the second doubling may cost, in costs of the first one.
const MOST: f64 = 2.2;

/// What the sizes of a shape are multiplied with.
const FACTORS: [usize; 3] = [1, 2, 4];

/// What comes after a scan, as callgrind names it: before it, callgrind writes what it has counted since the last time.
const END: &str = "growth::shown*";

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    if let Some((_, numbers)) = args.split_first().filter(|(word, _)| *word == "measure") {
        numbers.iter().for_each(|number| measure(&SHAPES[number.parse::<usize>().unwrap()]));
        return;
    }
    if let Err(error) = Command::new("valgrind").arg("--version").output() {
        println!("growth: skipped, valgrind is not installed ({error})");
        return;
    }
    let only = env::var("GROWTH").unwrap_or_default();
    let chosen: Vec<usize> = (0..SHAPES.len()).filter(|number| SHAPES[*number].name.contains(&only)).collect();
    assert!(!chosen.is_empty(), "no shape is named `{only}`");
    let cores = thread::available_parallelism().map_or(1, usize::from).min(chosen.len());
    let shares: Vec<Vec<usize>> =
        (0..cores).map(|core| chosen.iter().copied().skip(core).step_by(cores).collect()).collect();
    let counts: Vec<Vec<(usize, [f64; 3])>> = thread::scope(|scope| {
        let running: Vec<_> = shares.iter().map(|share| scope.spawn(|| count(share))).collect();
        running.into_iter().map(|share| share.join().unwrap()).collect()
    });
    let mut counts: Vec<_> = counts.into_iter().flatten().collect();
    counts.sort_by_key(|(number, _)| *number);
    let wrong: Vec<&str> = counts
        .iter()
        .filter(|(number, counts)| !is_linear(&SHAPES[*number], *counts))
        .map(|(n, _)| SHAPES[*n].name)
        .collect();
    assert!(wrong.is_empty(), "grows faster than its input: {}", wrong.join(", "));
}

/// Whether a shape grows as its input does, by the instructions at its sizes; says so.
fn is_linear(shape: &Shape, counts: [f64; 3]) -> bool {
    let (first, second) = (counts[1] - counts[0], counts[2] - counts[1]);
    let ratio = second / first;
    let mut line = format!("growth: {:<24} {ratio:.2} ×", shape.name);
    for (factor, count) in FACTORS.iter().zip(&counts) {
        write!(line, "  {}: {:.0} M", shape.size * factor, count / 1e6).unwrap();
    }
    println!("{line}");
    ratio <= MOST && first > 0.0
}

/// The instructions of shapes at their sizes, by a process below valgrind.
fn count(share: &[usize]) -> Vec<(usize, [f64; 3])> {
    let name = share.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth-counts").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--main-stacksize=67108864", "--dump-line=no"])
        .arg(format!("--dump-before={END}"))
        .arg(format!("--callgrind-out-file={}", folder.join("counts").display()))
        .arg(env::current_exe().unwrap())
        .arg("measure")
        .args(share.iter().map(usize::to_string))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counts = |at: usize| instructions(&folder.join(format!("counts.{at}")));
    // The first scan of a shape makes what a process makes once and keeps, and does not count.
    let of_shape = |at: usize| [2, 3, 4].map(|scan| counts(at * 4 + scan));
    share.iter().enumerate().map(|(at, number)| (*number, of_shape(at))).collect()
}

/// The instructions that a file of callgrind's counts.
fn instructions(path: &Path) -> f64 {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let total = text.lines().find_map(|line| line.strip_prefix("summary: ").or_else(|| line.strip_prefix("totals: ")));
    total.and_then(|total| total.trim().parse().ok()).expect("callgrind writes how many instructions there were")
}

/// Scans a shape at its sizes, at the first of them twice.
fn measure(shape: &Shape) {
    let [small, middle, large] = FACTORS.map(|factor| root(shape, shape.size * factor));
    for root in [&small, &small, &middle, &large] {
        env::set_current_dir(root).unwrap();
        let report = root.with_extension("json");
        let args = ["scan", ".", "--threads", "1", "--format", "json", "--exit-zero", "--output"];
        run(&[&args[..], &[report.to_str().unwrap()], shape.args].concat());
        shown(shape, &report);
    }
}

/// The report of a scan shows that the work was done.
#[inline(never)]
fn shown(shape: &Shape, report: &Path) {
    let report = fs::read_to_string(report).unwrap();
    assert!(report.contains(shape.shows), "{}: the report shows no `{}`", shape.name, shape.shows);
}

fn run(args: &[&str]) {
    let args = ["gatelint"].iter().chain(args).map(OsString::from);
    let code = gatelint::cli::run(args);
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
}

/// A new folder with the files of a shape.
fn root(shape: &Shape, size: usize) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth").join(format!("{}-{size}", shape.name));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join(".git")).unwrap();
    for (path, text) in (shape.files)(size) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    env::set_current_dir(&root).unwrap();
    shape.before.iter().for_each(|args| run(args));
    root
}
