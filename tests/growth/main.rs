//! Invariant 11: twice the input takes twice the time, for every shape of input.
//!
//! Each shape is scanned at three sizes `n`, `2n` and `4n` on one thread, and the *instructions* are counted by
//! valgrind's callgrind: the same number on every run, whatever else the machine does. What a scan costs before it
//! reads a file cancels out: the second doubling may cost at most [`MOST`] times the first one. Linear growth is 2,
//! quadratic growth is 4. Skips with a message where valgrind is not installed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod shapes;

use shapes::{SHAPES, Shape};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

/// The most that the second doubling may cost, in costs of the first one.
const MOST: f64 = 2.2;

#[test]
fn twice_the_input_takes_twice_the_instructions() {
    if let Err(error) = Command::new("valgrind").arg("--version").output() {
        println!("skipped: valgrind is not installed ({error})");
        return;
    }
    let only = env::var("GROWTH").unwrap_or_default();
    let shapes: Vec<&Shape> = SHAPES.iter().filter(|shape| shape.name.contains(&only)).collect();
    assert!(!shapes.is_empty(), "no shape is named `{only}`");
    let judged = in_parallel(&shapes, |shape| judged(shape));
    judged.iter().for_each(|(line, _)| println!("{line}"));
    let wrong: Vec<String> = judged.into_iter().filter(|(_, is_linear)| !is_linear).map(|(line, _)| line).collect();
    assert!(wrong.is_empty(), "grows faster than its input:\n{}", wrong.join("\n"));
}

/// The growth of a shape as a line, and whether it is linear.
fn judged(shape: &Shape) -> (String, bool) {
    let counts: Vec<f64> = [1, 2, 4].map(|factor| instructions(shape, shape.size * factor)).to_vec();
    let (first, second) = (counts[1] - counts[0], counts[2] - counts[1]);
    let ratio = second / first;
    let mut line = format!("{:<24} {ratio:.2} ×", shape.name);
    for (factor, count) in [1, 2, 4].iter().zip(&counts) {
        write!(line, "  {}: {:.0} M", shape.size * factor, count / 1e6).unwrap();
    }
    (line, ratio <= MOST && first > 0.0)
}

/// The instructions that a scan of the shape at one size takes.
fn instructions(shape: &Shape, size: usize) -> f64 {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth").join(format!("{}-{size}", shape.name));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join(".git")).unwrap();
    for (path, text) in (shape.files)(size) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for args in shape.before {
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint")).args(*args).current_dir(&root).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let counts: PathBuf = root.with_extension("callgrind");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--main-stacksize=67108864"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(env!("CARGO_BIN_EXE_gatelint"))
        .args(["scan", ".", "--threads", "1", "--format", "json", "--output", "report.json", "--exit-zero"])
        .args(shape.args)
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {}", shape.name, String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(root.join("report.json")).unwrap();
    assert!(report.contains(shape.shows), "{}: the report shows no `{}`", shape.name, shape.shows);
    let text = fs::read_to_string(&counts).unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("summary: ").or_else(|| line.strip_prefix("totals: ")));
    total.and_then(|total| total.trim().parse().ok()).expect("callgrind writes how many instructions there were")
}

/// Each item's result, in order, on as many threads as there are cores.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let numbers = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < items.len()));
        numbers.map(|at| (at, work(&items[at]))).collect::<Vec<_>>()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
