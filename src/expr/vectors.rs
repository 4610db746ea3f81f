//! The recorded answers of Terraform, asked of the evaluator alone.

use super::convert::convert;
use super::json::{from_json, to_json};
use super::{Budget, EvalError, Evaluator, Mode, Resolved, Scope};
use crate::model::{ObjectType, Text, Type, Value};
use crate::source::{Entry, Files, ReadError, SourceId, Span};
use crate::syntax::hcl::{Expr, ExprKind, parse_expression};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const SPAN: Span = Span { source: SourceId(0), start: 0, end: 0 };

struct Environment {
    variables: Value,
    files: Tree,
}

struct Tree(BTreeMap<String, Vec<u8>>);

impl Files for Tree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0.get(path).cloned().ok_or_else(|| ReadError::Missing(path.into()))
    }
    fn list(&self, dir: &str) -> Vec<Entry> {
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let names: BTreeSet<(String, bool)> = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .map(|rest| rest.split_once('/').map_or((rest.into(), false), |(name, _)| (name.into(), true)))
            .collect();
        names.into_iter().map(|(name, is_dir)| Entry { name, is_dir }).collect()
    }
    fn is_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
    fn is_dir(&self, path: &str) -> bool {
        path.is_empty() || self.0.keys().any(|file| file.starts_with(&format!("{path}/")))
    }
    fn is_committed(&self, _path: &str) -> bool {
        true
    }
}

impl Scope for Environment {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let undeclared = || EvalError::fatal("undeclared", span);
        let value = match (root, following[0]) {
            ("var", Some(name)) => self.variables.get(name).cloned().ok_or_else(undeclared)?,
            ("path", Some("module" | "root")) => Value::string(".", span),
            ("path", Some("cwd")) => Value::string("/work", span),
            ("terraform", Some("workspace")) => Value::string("default", span),
            _ => return Err(undeclared()),
        };
        Ok(Resolved { value, consumed: 1 })
    }
    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((&self.files, ""))
    }
}

fn type_of(expr: &Expr) -> Option<Type> {
    let of = |args: &[Expr]| args.first().and_then(type_of).map(Arc::new);
    match &expr.kind {
        ExprKind::Root(name) => match name.as_str() {
            "any" => Some(Type::Dynamic),
            "bool" => Some(Type::Bool),
            "number" => Some(Type::Number),
            "string" => Some(Type::String),
            "list" => Some(Type::List(Arc::new(Type::Dynamic))),
            "set" => Some(Type::Set(Arc::new(Type::Dynamic))),
            "map" => Some(Type::Map(Arc::new(Type::Dynamic))),
            _ => None,
        },
        ExprKind::Parens(inner) => type_of(inner),
        ExprKind::Call(call) => match (call.name.name.as_str(), &*call.args) {
            ("list", args) => of(args).map(Type::List),
            ("set", args) => of(args).map(Type::Set),
            ("map", args) => of(args).map(Type::Map),
            ("optional", args) => args.first().and_then(type_of),
            ("tuple", [Expr { kind: ExprKind::Tuple(items), .. }]) => {
                Some(Type::Tuple(Arc::new(items.iter().map(type_of).collect::<Option<_>>()?)))
            }
            ("object", [Expr { kind: ExprKind::Object(items), .. }]) => {
                let mut object = ObjectType::default();
                for item in items {
                    let (ExprKind::Root(name) | ExprKind::String(name)) = &item.key.kind else { return None };
                    if matches!(&item.value.kind, ExprKind::Call(call) if call.name.name == "optional") {
                        object.optional.push(name.clone());
                    }
                    object.fields.push((name.clone(), type_of(&item.value)?));
                }
                object.fields.sort();
                object.optional.sort();
                Some(Type::Object(Arc::new(object)))
            }
            _ => None,
        },
        _ => None,
    }
}

impl PartialOrd for Type {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Type {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.to_string().cmp(&other.to_string())
    }
}

fn environment(row: &Json) -> Option<Environment> {
    let mut variables: Vec<(Text, Value)> = Vec::new();
    let empty = serde_json::Map::new();
    let object = |key: &str| row[key].as_object().unwrap_or(&empty);
    for (name, json) in object("vars") {
        let value = from_json(&json.to_string(), SPAN).ok()?;
        let ty = object("var_types").get(name).and_then(Json::as_str).unwrap_or("any");
        let ty = type_of(&parse_expression(SourceId(0), ty, 0).ok()?)?;
        let mut value = convert(&value, &ty).ok()?;
        value.sensitive = row["var_sensitive"].as_array().is_some_and(|names| names.iter().any(|n| n == name.as_str()));
        variables.push((name.as_str().into(), value));
    }
    let mut files = BTreeMap::new();
    for (name, text) in object("files") {
        files.insert(name.clone(), text.as_str()?.as_bytes().to_vec());
    }
    for (name, text) in object("files_b64") {
        use base64::Engine;
        files.insert(name.clone(), base64::engine::general_purpose::STANDARD.decode(text.as_str()?).ok()?);
    }
    Some(Environment { variables: Value::object(variables, SPAN), files: Tree(files) })
}

/// The type in the form of Terraform's JSON.
fn type_json(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "\"dynamic\"".into(),
        Type::Bool => "\"bool\"".into(),
        Type::Number => "\"number\"".into(),
        Type::String => "\"string\"".into(),
        Type::List(element) => format!("[\"list\",{}]", type_json(element)),
        Type::Set(element) => format!("[\"set\",{}]", type_json(element)),
        Type::Map(element) => format!("[\"map\",{}]", type_json(element)),
        Type::Tuple(items) => {
            let items: Vec<String> = items.iter().map(type_json).collect();
            format!("[\"tuple\",[{}]]", items.join(","))
        }
        Type::Object(object) => {
            let fields: Vec<String> = object
                .fields
                .iter()
                .map(|(key, ty)| format!("{}:{}", Json::String(key.to_string()), type_json(ty)))
                .collect();
            format!("[\"object\",{{{}}}]", fields.join(","))
        }
    }
}

fn judge(row: &Json, environment: &Environment) -> Result<(), String> {
    let ok = row["ok"].as_bool().unwrap_or(false);
    let text = format!("(\n{}\n)", row["expr"].as_str().unwrap_or_default());
    let expr = match parse_expression(SourceId(0), &text, 0) {
        Ok(expr) => expr,
        Err(problem) if ok => return Err(format!("does not parse: {}", problem.message)),
        Err(_) => return Ok(()),
    };
    let budget = Budget::new();
    let result = Evaluator::new(environment, Mode::Configuration, &budget).evaluate(&expr);
    match result {
        Err(error) if ok => Err(format!("error: {}", error.message)),
        Err(_) => Ok(()),
        Ok(value) if !ok => {
            if row["static"] == Json::Bool(true) {
                return Ok(());
            }
            Err(format!("no error, got {}", to_json(&value).unwrap_or_else(|e| e)))
        }
        Ok(value) if row.get("unknown").is_some() => {
            if value.is_wholly_known() {
                Err("known".into())
            } else {
                Ok(())
            }
        }
        Ok(_) if row["impure"] == Json::Bool(true) => Ok(()),
        Ok(value) if row["no_json"] == Json::Bool(true) => {
            let text = to_json(&value);
            if text.is_ok() { Err("infinite expected".into()) } else { Ok(()) }
        }
        Ok(value) => {
            let got = to_json(&value)?;
            let want = row["json"].as_str().map_or_else(|| row["value"].to_string(), str::to_owned);
            if got != want {
                return Err(format!("want {want}, got {got}"));
            }
            let (want, got) = (row["type"].to_string(), type_json(&value.ty()));
            // The recording has no types of nulls.
            if got != want && !value.is_null() {
                return Err(format!("type: want {want}, got {got}"));
            }
            if row["sensitive"].as_bool().unwrap_or(false) != value.sensitive {
                return Err(format!("sensitive: want {}, got {}", row["sensitive"], value.sensitive));
            }
            Ok(())
        }
    }
}

#[test]
fn expressions_give_what_terraform_gives() {
    let Ok(path) = std::env::var("GATELINT_VECTORS") else {
        println!("skipped: GATELINT_VECTORS names no directory");
        return;
    };
    let text = std::fs::read_to_string(format!("{path}/expressions.jsonl")).unwrap();
    let only = std::env::var("GATELINT_GROUP").unwrap_or_default();
    let (mut right, mut total) = (0, 0);
    let mut groups: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for line in text.lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let group = row["group"].as_str().unwrap();
        if !group.starts_with(&only) {
            continue;
        }
        let head = if only.is_empty() { group.split('/').next().unwrap() } else { group };
        let Some(environment) = environment(&row) else {
            println!("ENV {} {}", row["id"], row["expr"]);
            continue;
        };
        total += 1;
        let score = groups.entry(head.into()).or_default();
        score.1 += 1;
        match judge(&row, &environment) {
            Ok(()) => {
                right += 1;
                score.0 += 1;
            }
            Err(why) => println!("{} {} {}: {why}", row["group"].as_str().unwrap(), row["id"], row["expr"]),
        }
    }
    for (group, (right, total)) in groups {
        println!("GROUP {group}: {right}/{total}");
    }
    println!("TOTAL {right}/{total}");
}
