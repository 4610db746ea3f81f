//! `gatelint checks`

use super::args::Checks;
use super::coverage;
use super::metas::metas;
use crate::check::{Framework, Meta, Precision};
use crate::engine::{self, CheckNames};
use crate::gate::Exit;
use crate::report::neutral;
use crate::source::Sources;
use globset::Glob;
use serde_json::{Map, Value as Json, json};
use std::io::Write as _;

/// Lists the checks in the binary, or counts what they cover.
pub fn run(args: &Checks) -> anyhow::Result<Exit> {
    let sources = Sources::default();
    let own = args.configuration.pages(&[], &args.folders)?;
    let mut metas = metas(&own, &sources);
    let own: Vec<_> = engine::latest(&own).collect();
    let pattern = args.pattern.join(" ");
    if !pattern.is_empty() {
        let ids = metas.iter().map(|meta| meta.id.as_str()).collect();
        let names = CheckNames::new(ids, &own);
        let (glob, peers) = (Glob::new(&pattern)?.compile_matcher(), names.peers(&pattern));
        let (framework, hint) = (Framework::named(&pattern), names.similar(&pattern));
        metas.retain(|meta| {
            glob.is_match(&meta.id)
                || peers.contains(&meta.id)
                || meta.targets.iter().any(|target| glob.is_match(target))
                || framework.as_ref().is_some_and(|framework| framework.selects(meta))
                || has_words(meta, &pattern)
        });
        if metas.is_empty() {
            anyhow::bail!("no check matches `{pattern}`{hint}");
        }
    }
    let mut out = std::io::stdout().lock();
    match args.format.as_str() {
        "human" if args.coverage => coverage::write(&metas, &mut out)?,
        "human" => {
            let width = metas.iter().map(|meta| meta.id.len()).max().unwrap_or(0);
            for meta in metas {
                let title = neutral::inline(&meta.title);
                writeln!(out, "{:<width$}  {:<8}  {title}", meta.id, meta.severity)?;
            }
        }
        "json" if args.coverage => anyhow::bail!("--coverage is for people; the list in json has all that it counts"),
        "json" => {
            let list: Vec<Json> = metas.iter().map(|meta| row(meta)).collect();
            serde_json::to_writer_pretty(&mut out, &list)?;
            writeln!(out)?;
        }
        other => anyhow::bail!("`{other}` is not a format of `checks`: expected human or json"),
    }
    Ok(Exit::Open)
}

/// Whether the id and the title hold every one of the words, in any case.
fn has_words(meta: &Meta, words: &str) -> bool {
    let text = format!("{} {}", meta.id, meta.title).to_lowercase();
    words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
}

fn row(meta: &Meta) -> Json {
    let lists = |pairs: &[(String, Vec<String>)]| -> Map<String, Json> {
        pairs.iter().map(|(name, ids)| (name.clone(), json!(ids))).collect()
    };
    let targets: Vec<&str> = meta.targets.iter().map(ecow::EcoString::as_str).collect();
    json!({
        "id": meta.id.as_str(),
        "title": meta.title,
        "severity": meta.severity.name(),
        "category": meta.category.name(),
        "default": if meta.default_on { "on" } else { "off" },
        "off_because": meta.off_because,
        "precision": meta.precision.map(Precision::name),
        "part_of": meta.part_of.iter().map(ecow::EcoString::as_str).collect::<Vec<_>>(),
        "aliases": lists(&meta.aliases),
        "frameworks": lists(&meta.frameworks),
        "targets": targets,
    })
}
