//! The Dockerfile parser alone, and the whole frontend on texts that are large on purpose.
//!
//! `cargo bench --bench dockerfile [DIRECTORY]`: with a directory also on the Dockerfiles in it. Prints
//! the best of several runs, and the most memory that the process ever held (`VmHWM`, Linux only).

#![allow(clippy::print_stdout, reason = "a benchmark talks to whoever runs it")]

use gatelint::discover::{Memory, kind_of};
use gatelint::lower::{Inputs, lower};
use gatelint::source::{Kind, SourceId, Sources};
use gatelint::syntax::dockerfile::parse;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() {
    let directory = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let texts = directory.map(|directory| dockerfiles(&directory)).unwrap_or_default();
    let plain = [(sample(20_000), "parser, plain instructions"), (continued(200_000), "parser, 200,000 continuations")];
    for (text, name) in &plain {
        let best = best(|| drop(black_box(parse(SourceId(0), text))));
        tell(name, text.len(), best);
    }
    if !texts.is_empty() {
        let bytes = texts.iter().map(String::len).sum();
        let all = || texts.iter().for_each(|text| drop(black_box(parse(SourceId(0), text))));
        tell("parser, real files", bytes, best(all));
        let all = || texts.iter().for_each(|text| whole(text));
        tell("frontend, real files", bytes, best(all));
    }
    for (text, name) in [
        (continued(200_000), "frontend, 200,000 continuations"),
        (format!("FROM a\nRUN {}\n", "echo abcdefg && ".repeat(65_536)), "frontend, RUN line of 1 MiB"),
        (format!("FROM a\nRUN {}x\n", "echo abc && ".repeat(20_000)), "frontend, RUN line just under the limit"),
        (format!("FROM a\nRUN {}\n", "$(".repeat(100_000)), "frontend, RUN of 100,000 open substitutions"),
        (format!("FROM a\nRUN {}\n", "if a; then ".repeat(20_000)), "frontend, RUN of 20,000 open ifs"),
        (format!("FROM a\nRUN {}\n", "cat <<E | ".repeat(20_000)), "frontend, RUN of 20,000 here-documents"),
        (format!("FROM a\nRUN {}\n", "'\"`".repeat(60_000)), "frontend, RUN of quotes"),
        (format!("FROM a\nRUN {}\n", "{ ( ".repeat(50_000)), "frontend, RUN of open groups"),
    ] {
        let start = Instant::now();
        whole(&text);
        tell(name, text.len(), start.elapsed());
    }
    println!("{}", peak());
}

fn whole(text: &str) {
    let tree = Memory::tree([("Dockerfile", text)]);
    let sources = Sources::default();
    black_box(lower(&tree, &sources, &Inputs::default()));
}

fn best(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..7).map(time).min().unwrap_or_default()
}

fn tell(name: &str, bytes: usize, time: Duration) {
    let rate = bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{name}: {bytes} bytes in {time:.1?}, {rate:.0} MB/s; {}", peak());
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}

fn sample(times: usize) -> String {
    "FROM node:20-alpine AS build\n# Dependencies first.\nWORKDIR /app\nCOPY --chown=node:node package.json yarn.lock ./\n\
     ENV NODE_ENV=production PATH=/app/bin:$PATH\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    \
     ca-certificates \\\n    curl \\\n && rm -rf /var/lib/apt/lists/*\nEXPOSE 8080\nUSER node\nCMD [\"node\", \"server.js\"]\n"
        .repeat(times)
}

fn continued(times: usize) -> String {
    format!("FROM a\nRUN true{}\n", " \\\n  && a".repeat(times))
}

fn dockerfiles(directory: &str) -> Vec<String> {
    let entries = ignore::WalkBuilder::new(directory).standard_filters(false).build().flatten();
    let mut paths: Vec<PathBuf> = entries.map(ignore::DirEntry::into_path).filter(|path| path.is_file()).collect();
    paths.retain(|path| kind_of(&path.to_string_lossy()) == Some(Kind::Dockerfile));
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}
