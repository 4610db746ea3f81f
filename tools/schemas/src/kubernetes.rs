//! The schemas of Kubernetes, from the sources of the crate `k8s-openapi`, which are made of the OpenAPI documents of
//! each release: a struct for each definition, `Option` where a field is optional.

use crate::code;
use crate::merge::{Argument, Body, Nesting, Schemas, Type};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A struct as one release has it.
struct Definition {
    /// `apps/v1/Deployment`, of what can be a document.
    key: Option<String>,
    /// Name in JSON, type in Rust.
    fields: Vec<(String, String)>,
}

/// Adds what the sources of the crate say. A release that several of them have is taken from the last.
pub fn read(crates: &[PathBuf], schemas: &mut Schemas) -> Result<()> {
    let mut folders: BTreeMap<u16, PathBuf> = BTreeMap::new();
    for source in crates {
        for entry in std::fs::read_dir(source).with_context(|| source.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Some(minor) =
                name.strip_prefix("v1_").and_then(|minor| minor.parse().ok()).filter(|minor| *minor >= 25)
            {
                folders.insert(minor, path);
            }
        }
    }
    let mut releases: Vec<BTreeMap<String, Definition>> = Vec::new();
    for folder in folders.values() {
        let mut definitions = BTreeMap::new();
        walk(folder, "crate", &mut definitions)?;
        releases.push(definitions);
    }
    let family = schemas.families.len();
    schemas.families.push(("kubernetes.io".into(), folders.keys().copied().collect()));
    // Definitions use each other in circles: each has its number before its body is made.
    let paths: BTreeSet<&String> = releases.iter().flat_map(BTreeMap::keys).collect();
    let base = schemas.bodies.len();
    let numbers: BTreeMap<&str, usize> =
        paths.iter().enumerate().map(|(at, path)| (path.as_str(), base + at)).collect();
    for path in &paths {
        let mut body = Body::new();
        let numbered = releases.iter().zip(0_u16..);
        let said: Vec<_> = numbered.filter_map(|(release, at)| Some((at, release.get(*path)?))).collect();
        let all = said.iter().fold(0, |mask, (at, _)| mask | 1 << at);
        for (release, definition) in &said {
            for (name, ty) in &definition.fields {
                let new = argument(ty, &numbers);
                let old = body.entry(name.clone()).or_insert_with(|| new.clone());
                if old.flags & code::REQUIRED == 0 || new.flags & code::REQUIRED == 0 {
                    old.flags = code::OPTIONAL;
                }
                if (&old.ty, old.nesting, old.body) != (&new.ty, new.nesting, new.body) {
                    (old.ty, old.nesting, old.body) = ("a".into(), Nesting::None, None);
                }
                old.releases |= 1 << release;
            }
        }
        for argument in body.values_mut().filter(|argument| argument.releases != all) {
            argument.flags = code::OPTIONAL;
        }
        if let Some(key) = said.iter().find_map(|(_, definition)| definition.key.clone()) {
            schemas.types.insert(key, Type { body: numbers[path.as_str()], family, releases: all });
        }
        schemas.bodies.push(body);
    }
    Ok(())
}

fn walk(folder: &Path, module: &str, definitions: &mut BTreeMap<String, Definition>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            walk(&path, &format!("{module}::{name}"), definitions)?;
        } else if let Some((name, definition)) = definition(&std::fs::read_to_string(&path)?) {
            definitions.insert(format!("{module}::{name}"), definition);
        }
    }
    Ok(())
}

/// The struct that a file defines.
fn definition(text: &str) -> Option<(String, Definition)> {
    let (_, rest) = text.split_once("\npub struct ")?;
    let (name, rest) = rest.split_once(" {\n")?;
    let (fields, rest) = rest.split_once("\n}")?;
    // Generic structs are lists of documents.
    if name.contains(['<', '(', ';']) {
        return None;
    }
    let keys: BTreeMap<&str, &str> = rest
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix(',')?.split_once("\" => Field::Key_"))
        .map(|(json, field)| (field, json))
        .collect();
    let mut read: Vec<(String, String)> = Vec::new();
    for line in fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
        let (field, ty) = line.trim_end_matches(',').split_once(": ")?;
        let json = keys.get(field.trim_start_matches("r#"))?;
        read.push(((*json).to_owned(), ty.to_owned()));
    }
    let constant = |name: &str| {
        let (_, rest) = rest.split_once(&format!("const {name}: &'static str = \""))?;
        Some(rest.split_once('"')?.0)
    };
    let key = constant("API_VERSION").zip(constant("KIND")).map(|(version, kind)| format!("{version}/{kind}"));
    if key.is_some() {
        let text = "Option<std::string::String>".to_owned();
        read.extend([("apiVersion".to_owned(), text.clone()), ("kind".to_owned(), text)]);
    }
    Some((name.to_owned(), Definition { key, fields: read }))
}

fn argument(ty: &str, numbers: &BTreeMap<&str, usize>) -> Argument {
    let (flags, ty) = match inside(ty, "Option<") {
        Some(ty) => (code::OPTIONAL, ty),
        None => (code::REQUIRED, ty),
    };
    let (nesting, element) = match (vec(ty), map(ty)) {
        (Some(element), _) => (Nesting::List, element),
        (_, Some(element)) => (Nesting::Map, element),
        _ => (Nesting::Single, ty),
    };
    match numbers.get(inside(element, "std::boxed::Box<").or_else(|| inside(element, "Box<")).unwrap_or(element)) {
        Some(body) => Argument { flags, releases: 0, nesting, ty: "a".into(), body: Some(*body) },
        None => Argument { flags, releases: 0, nesting: Nesting::None, ty: simple(ty), body: None },
    }
}

fn simple(ty: &str) -> String {
    match ty {
        "String" | "std::string::String" => "s".into(),
        "i32" | "i64" => "i".into(),
        "f64" => "n".into(),
        "bool" => "b".into(),
        "crate::ByteString" => "s".into(),
        "crate::apimachinery::pkg::util::intstr::IntOrString" => "x".into(),
        "crate::apimachinery::pkg::api::resource::Quantity" => "q".into(),
        _ if ty.ends_with("::Time") || ty.ends_with("::MicroTime") => "s".into(),
        _ => match (vec(ty), map(ty)) {
            (Some(element), _) => format!("l{}", simple(element)),
            (_, Some(element)) => format!("m{}", simple(element)),
            _ => "a".into(),
        },
    }
}

fn vec(ty: &str) -> Option<&str> {
    inside(ty, "std::vec::Vec<").or_else(|| inside(ty, "Vec<"))
}

fn map(ty: &str) -> Option<&str> {
    inside(ty, "std::collections::BTreeMap<std::string::String, ")
        .or_else(|| inside(ty, "std::collections::BTreeMap<String, "))
}

fn inside<'t>(ty: &'t str, prefix: &str) -> Option<&'t str> {
    ty.strip_prefix(prefix)?.strip_suffix('>')
}
