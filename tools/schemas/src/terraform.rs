//! Schemas of Terraform providers, in two forms.
//!
//! - What `terraform providers schema -json` prints, in a folder where `terraform init` has run. It does not say the
//!   version: the file is named `PROVIDER-VERSION.json` (`aws-6.69.1.json`).
//! - A reduced form, `{"provider", "version", "resources": {TYPE: BODY}, "data_sources": {TYPE: BODY}}`, where BODY is
//!   `{NAME: [FLAGS, TYPE] | [FLAGS, NESTING, BODY]}`. FLAGS are letters: `r`equired, `o`ptional, `c`omputed, `b`lock,
//!   `n`ested argument, `e`ither of the two. Made of the packages of the CDK for Terraform, which are public.
//!
//! In the reduced form only the newest file of a provider tells blocks from arguments, and optional from computed.

use crate::code;
use crate::merge::{Argument, Nesting, Read, ReadBody, Schemas};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Providers whose schemas have nested arguments and no blocks.
const WITHOUT_BLOCKS: [&str; 2] = ["cloudflare", "helm"];
/// Providers whose schemas have both.
const MIXED: [&str; 1] = ["databricks"];
/// What of a provider is released as another one.
const SAME: [(&str, &str); 1] = [("google-beta", "google")];

/// One file.
struct Table {
    major: u16,
    resources: BTreeMap<String, Read>,
}

/// How a file is read.
struct Reader<'r> {
    provider: &'r str,
    is_newest: bool,
}

/// Adds what the files of a folder say.
pub fn read(folder: &Path, schemas: &mut Schemas) -> Result<()> {
    let mut files: BTreeMap<String, Vec<(u16, Value)>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let json: Value = serde_json::from_slice(&std::fs::read(&path)?).with_context(|| path.display().to_string())?;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (named, version) = stem.rsplit_once('-').unwrap_or((stem, ""));
        let provider = json["provider"].as_str().unwrap_or(named);
        let provider = SAME.iter().find(|(name, _)| *name == provider).map_or(provider, |(_, same)| same);
        let version = json["version"].as_str().unwrap_or(version);
        let major = version.split('.').next().and_then(|major| major.parse().ok());
        files.entry(provider.to_owned()).or_default().push((major.context("no version")?, json));
    }
    for (provider, mut files) in files {
        files.sort_by_key(|(major, _)| *major);
        let newest = files.last().map_or(0, |(major, _)| *major);
        let mut tables: Vec<Table> = Vec::new();
        for (major, json) in &files {
            let reader = Reader { provider: &provider, is_newest: *major == newest };
            let table = reader.table(*major, json)?;
            match tables.last_mut().filter(|last| last.major == *major) {
                Some(last) => join_types(&mut last.resources, table.resources),
                None => tables.push(table),
            }
        }
        let majors: Vec<u16> = tables.iter().map(|table| table.major).collect();
        println!("{provider} {majors:?}");
        let family = schemas.families.len();
        schemas.families.push((provider, majors));
        let keys: BTreeSet<&String> = tables.iter().flat_map(|table| table.resources.keys()).collect();
        for key in keys {
            let numbered = tables.iter().zip(0..);
            let bodies: Vec<_> = numbered.filter_map(|(table, at)| Some((at, table.resources.get(key)?))).collect();
            schemas.add(key.clone(), family, &bodies);
        }
    }
    Ok(())
}

/// What two providers have between them.
fn join_types(types: &mut BTreeMap<String, Read>, others: BTreeMap<String, Read>) {
    for (key, body) in others {
        match types.get_mut(&key) {
            Some(own) => join(own, body),
            None => _ = types.insert(key, body),
        }
    }
}

fn join(own: &mut Read, other: Read) {
    for (name, (mut argument, inner)) in other {
        match own.get_mut(&name) {
            Some((own, own_inner)) => {
                if argument.flags & code::REQUIRED == 0 && own.flags & code::REQUIRED != 0 {
                    own.flags = own.flags & !code::REQUIRED | code::OPTIONAL;
                }
                if let (Some(own), Some(inner)) = (own_inner, inner) {
                    join(&mut own.0, inner.0);
                }
            }
            None => {
                if argument.flags & code::REQUIRED != 0 {
                    argument.flags = argument.flags & !code::REQUIRED | code::OPTIONAL;
                }
                own.insert(name, (argument, inner));
            }
        }
    }
}

impl Reader<'_> {
    fn table(&self, major: u16, json: &Value) -> Result<Table> {
        let mut resources = BTreeMap::new();
        if let Some(schemas) = json["provider_schemas"].as_object() {
            for (kind, prefix) in [("resource_schemas", ""), ("data_source_schemas", "data.")] {
                for (name, schema) in schemas.values().filter_map(|schema| schema[kind].as_object()).flatten() {
                    resources.insert(format!("{prefix}{name}"), block(&schema["block"])?);
                }
            }
        }
        for (kind, prefix) in [("resources", ""), ("data_sources", "data.")] {
            for (name, body) in json[kind].as_object().into_iter().flatten() {
                // The packages have the provider itself among its resources.
                if name != self.provider {
                    resources.insert(format!("{prefix}{name}"), self.body(body)?);
                }
            }
        }
        for body in resources.values_mut() {
            let id = Argument { flags: code::OPTIONAL | code::COMPUTED, ..plain("s") };
            body.entry("id".into()).or_insert((id, None));
        }
        Ok(Table { major, resources })
    }

    /// A body of the reduced form.
    fn body(&self, json: &Value) -> Result<Read> {
        let mut body = Read::new();
        let names = json.as_object().context("a body is an object")?;
        for (name, said) in names {
            let (letters, ty) = (said[0].as_str().unwrap_or_default(), said[1].as_str().unwrap_or_default());
            let has = |letter: char| letters.contains(letter);
            let mut flags = 0;
            for (letter, flag) in [('r', code::REQUIRED), ('o', code::OPTIONAL), ('c', code::COMPUTED)] {
                flags |= if has(letter) { flag } else { 0 };
            }
            if !self.is_newest && has('o') {
                flags |= code::COMPUTED;
            }
            let is_write_only = name.ends_with("_wo")
                && ["version", "revision"].iter().any(|suffix| names.contains_key(&format!("{name}_{suffix}")));
            flags |= if is_write_only { code::WRITE_ONLY } else { 0 };
            let Some(inner) = said.get(2) else {
                let code = code_of(ty);
                let is_cut = has('b') || has('n') || has('e') || code.ends_with('a');
                flags |= if is_cut { 0 } else { code::ARGUMENT };
                body.insert(name.clone(), (Argument { flags, ..plain(&code) }, None));
                continue;
            };
            let nesting = match ty {
                "single" => Nesting::Single,
                "list" => Nesting::List,
                "set" => Nesting::Set,
                _ => Nesting::Map,
            };
            let is_attribute = flags & code::COMPUTED != 0 || WITHOUT_BLOCKS.contains(&self.provider);
            let is_mixed = MIXED.contains(&self.provider);
            if self.is_newest && !is_attribute && (has('b') || has('e') && !is_mixed) {
                flags |= code::BLOCK;
            } else if self.is_newest && WITHOUT_BLOCKS.contains(&self.provider) {
                flags |= code::ARGUMENT;
            }
            let argument = Argument { flags, nesting, ..plain("a") };
            body.insert(name.clone(), (argument, Some(ReadBody(self.body(inner)?))));
        }
        Ok(body)
    }
}

/// A block as Terraform prints its schema.
fn block(json: &Value) -> Result<Read> {
    let mut body = Read::new();
    for (name, said) in json["attributes"].as_object().into_iter().flatten() {
        let mut flags = code::ARGUMENT;
        for (key, flag) in [
            ("required", code::REQUIRED),
            ("optional", code::OPTIONAL),
            ("computed", code::COMPUTED),
            ("sensitive", code::SENSITIVE),
            ("write_only", code::WRITE_ONLY),
            ("deprecated", code::DEPRECATED),
        ] {
            flags |= if said[key].as_bool() == Some(true) { flag } else { 0 };
        }
        if said["nested_type"].is_object() {
            let nested = &said["nested_type"];
            let argument = Argument { flags, nesting: nesting(&nested["nesting_mode"]), ..plain("a") };
            body.insert(name.clone(), (argument, Some(ReadBody(block(nested)?))));
            continue;
        }
        // A list or set of objects may be written as blocks.
        if let (Some(nesting @ ("list" | "set")), Some("object")) =
            (said["type"][0].as_str(), said["type"][1][0].as_str())
        {
            let nesting = if nesting == "list" { Nesting::List } else { Nesting::Set };
            let fields = said["type"][1][1].as_object().into_iter().flatten();
            let inner =
                fields.map(|(name, ty)| (name.clone(), (Argument { flags: code::OPTIONAL, ..plain(&code(ty)) }, None)));
            let argument = Argument { flags: flags & !code::ARGUMENT, nesting, ..plain("a") };
            body.insert(name.clone(), (argument, Some(ReadBody(inner.collect()))));
            continue;
        }
        body.insert(name.clone(), (Argument { flags, ..plain(&code(&said["type"])) }, None));
    }
    for (name, said) in json["block_types"].as_object().into_iter().flatten() {
        let is_required = said["min_items"].as_u64().unwrap_or(0) > 0;
        let mut nesting = nesting(&said["nesting_mode"]);
        if said["max_items"].as_u64() == Some(1) {
            nesting = Nesting::Single;
        }
        let flags = code::BLOCK | if is_required { code::REQUIRED } else { code::OPTIONAL };
        body.insert(name.clone(), (Argument { flags, nesting, ..plain("a") }, Some(ReadBody(block(&said["block"])?))));
    }
    Ok(body)
}

fn nesting(mode: &Value) -> Nesting {
    match mode.as_str() {
        Some("list") => Nesting::List,
        Some("set") => Nesting::Set,
        Some("map") => Nesting::Map,
        _ => Nesting::Single,
    }
}

fn plain(ty: &str) -> Argument {
    Argument { flags: 0, releases: 0, nesting: Nesting::None, ty: ty.into(), body: None }
}

/// A type as Terraform prints it: `"string"`, `["list", "string"]`.
fn code(ty: &Value) -> String {
    match (ty.as_str(), ty[0].as_str()) {
        (Some(name), _) => code_of(name),
        (_, Some("list")) => format!("l{}", code(&ty[1])),
        (_, Some("set")) => format!("S{}", code(&ty[1])),
        (_, Some("map")) => format!("m{}", code(&ty[1])),
        _ => "a".into(),
    }
}

/// A type as it is written: `list(string)`.
fn code_of(ty: &str) -> String {
    let inside = |prefix: &str| ty.strip_prefix(prefix)?.strip_suffix(')');
    match ty {
        "string" => "s".into(),
        "number" => "n".into(),
        "bool" => "b".into(),
        _ => match (inside("list("), inside("set("), inside("map(")) {
            (Some(element), ..) => format!("l{}", code_of(element)),
            (_, Some(element), _) => format!("S{}", code_of(element)),
            (.., Some(element)) => format!("m{}", code_of(element)),
            _ => "a".into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let full = serde_json::json!({"provider_schemas": {"registry.terraform.io/acme/acme": {"resource_schemas": {
            "acme_disk": {"block": {
                "attributes": {
                    "name": {"type": "string", "required": true},
                    "zones": {"type": ["set", "string"], "optional": true, "computed": true},
                    "rule": {"type": ["list", ["object", {"port": "number"}]], "optional": true, "computed": true},
                },
                "block_types": {"key": {"nesting_mode": "list", "max_items": 1, "min_items": 1,
                    "block": {"attributes": {"secret": {"type": "string", "optional": true}}}}},
            }},
        }}}});
        let reduced = serde_json::json!({"resources": {"acme_disk": {
            "name": ["r", "string"], "zones": ["oc", "set(string)"],
            "rule": ["ocn", "list", {"port": ["o", "number"]}],
            "key": ["re", "single", {"secret": ["o", "string"]}],
        }}});
        let reader = Reader { provider: "acme", is_newest: true };
        let shape = |table: &Table| format!("{:?}", table.resources).replace("flags: 18, ", "flags: 2, ");
        let (full, reduced) = (reader.table(1, &full).unwrap(), reader.table(1, &reduced).unwrap());
        assert_eq!(shape(&full), shape(&reduced));
        assert!(full.resources["acme_disk"]["key"].0.flags & code::BLOCK != 0);
    }
}
