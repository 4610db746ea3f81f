//! Makes `src/schema/schemas.bin`: what providers and Kubernetes say of their types, as one table.
//!
//! ```console
//! $ cargo run --release -- --terraform TABLES --kubernetes CRATE/src … --out ../../src/schema/schemas.bin
//! ```
//!
//! `TABLES` is a folder of JSON files, one for a provider and major version, in either form that `terraform` reads.
//! `CRATE` is the unpacked source of a version of the crate `k8s-openapi`; several are given so that together they
//! have all minor versions.
//!
//! Facts only are taken: names, nesting, types, flags. No text of documentation.

#[path = "../../../src/schema/code.rs"]
mod code;
mod kubernetes;
mod merge;
mod terraform;
mod write;

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

fn main() -> Result<()> {
    let (mut tables, mut crates, mut out) = (None, Vec::new(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let value = PathBuf::from(arguments.next().with_context(|| format!("{flag} needs a path"))?);
        match flag.as_str() {
            "--terraform" => tables = Some(value),
            "--kubernetes" => crates.push(value),
            "--out" => out = Some(value),
            _ => bail!("{flag} is not known"),
        }
    }
    let mut schemas = merge::Schemas::default();
    if let Some(tables) = tables {
        terraform::read(&tables, &mut schemas)?;
    }
    kubernetes::read(&crates, &mut schemas)?;
    let bytes = write::encode(&schemas)?;
    println!("{} types, {} bodies, {} bytes", schemas.types.len(), schemas.bodies.len(), bytes.len());
    let out = out.context("--out names the file to write")?;
    std::fs::write(&out, bytes).with_context(|| out.display().to_string())
}
