//! The HCL reader beside hcl-edit, over the `.tf` files below the directory `GATELINT_REALWORLD`.
//!
//! `GATELINT_REALWORLD=DIR cargo bench --bench hcl`

use divan::Bencher;
use divan::counter::BytesCount;
use gatelint::source::SourceId;
use gatelint::syntax::hcl;
use std::path::PathBuf;

fn main() {
    divan::main();
}

#[divan::bench]
fn gatelint(bencher: Bencher) {
    read(bencher, |text| hcl::parse(SourceId(0), text).0.items.len());
}

#[divan::bench]
fn gatelint_comments(bencher: Bencher) {
    read(bencher, |text| hcl::comments(text).count());
}

#[divan::bench]
fn hcl_edit(bencher: Bencher) {
    read(bencher, |text| text.parse::<hcl_edit::structure::Body>().map_or(0, |body| body.len()));
}

/// Measures `read` over all files, one after the other.
fn read(bencher: Bencher, read: fn(&str) -> usize) {
    let texts = texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| texts.iter().map(|text| read(text)).sum::<usize>());
}

fn texts() -> Vec<String> {
    let mut dirs: Vec<PathBuf> = std::env::var_os("GATELINT_REALWORLD").map(PathBuf::from).into_iter().collect();
    let mut texts = Vec::new();
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => dirs.push(entry.path()),
                Ok(kind) if kind.is_file() && entry.path().extension().is_some_and(|end| end == "tf") => {
                    texts.extend(std::fs::read_to_string(entry.path()));
                }
                _ => {}
            }
        }
    }
    texts
}
