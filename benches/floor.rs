//! Scan against the floor: the time and memory to read and parse the same files with the same parsers
//! and nothing else.
//!
//! `cargo bench --bench floor -- DIR` prints one line for `DIR`; each part runs in a process of its own,
//! warm, and the best of five counts. Peak memory is `VmHWM` of the process (Linux only).

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark talks to whoever runs it")]

use gatelint::discover::{Disk, Tree};
use gatelint::scan::{self, Request};
use gatelint::source::{Kind, SourceId};
use gatelint::syntax::{dockerfile, hcl, yaml};
use rayon::prelude::*;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

const RUNS: usize = 5;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = env::args().skip(1).filter(|arg| arg != "--bench");
    let Some(path) = args.next().map(PathBuf::from) else {
        println!("usage: cargo bench --bench floor -- DIR");
        return;
    };
    match args.next().as_deref() {
        Some("floor") => measure(|| floor(&path)),
        Some("scan") => measure(|| {
            scan::scan(std::slice::from_ref(&path), &Request::default(), &()).map_or(0, |report| report.resources)
        }),
        _ => compare(&path),
    }
}

/// Both parts, each in its own process.
fn compare(path: &PathBuf) {
    let part = |name: &str| {
        let program = env::current_exe().expect("the benchmark has a path");
        let output = Command::new(program).arg(path).arg(name).output().expect("the benchmark starts itself");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        (numbers.first().copied().unwrap_or(0.0), numbers.get(1).copied().unwrap_or(0.0))
    };
    let (floor, floor_memory) = part("floor");
    let (scan, scan_memory) = part("scan");
    let tree = Disk::tree(std::slice::from_ref(path)).expect("the directory is there");
    let bytes: u64 =
        tree.candidates.iter().map(|file| tree.files.read(&file.path).map_or(0, |text| text.len() as u64)).sum();
    println!(
        "{}: {} files, {:.1} MB; floor {floor:.0} ms {floor_memory:.0} MiB; scan {scan:.0} ms {scan_memory:.0} MiB; ratio {:.2}",
        path.display(),
        tree.candidates.len(),
        bytes as f64 / 1e6,
        scan / floor.max(0.1),
    );
}

fn measure(run: impl Fn() -> usize) {
    let mut best = f64::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        std::hint::black_box(run());
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("{best} {}", peak_mebibytes());
}

/// Walks, reads and parses; gives how many files there were.
fn floor(path: &PathBuf) -> usize {
    let tree: Tree = Disk::tree(std::slice::from_ref(path)).expect("the directory is there");
    let parse = |(path, kind): (&str, Kind)| {
        let Ok(bytes) = tree.files.read(path) else { return };
        let text = String::from_utf8_lossy(&bytes);
        let source = SourceId(0);
        match kind {
            Kind::Terraform | Kind::TerraformVariables => drop(std::hint::black_box(hcl::parse(source, &text))),
            Kind::Dockerfile => drop(std::hint::black_box(dockerfile::parse(source, &text))),
            _ => drop(std::hint::black_box(yaml::read(
                &gatelint::source::Derived::file(source, &text),
                yaml::Dialect::Kubernetes,
            ))),
        }
    };
    tree.candidates.par_iter().for_each(|file| parse((&file.path, file.kind)));
    tree.candidates.len()
}

fn peak_mebibytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
