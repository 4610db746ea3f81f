//! `data "aws_iam_policy_document"`: the JSON text that the AWS provider makes of it.
//!
//! The rules are those of the provider's `policy_document_data_source.go`: one-element lists become
//! strings, longer ones are sorted downwards, `&{` becomes `${`, and documents merge by `Sid`. What the
//! statements mean is told elsewhere; the blocks themselves stay in the attributes of the data source. What is not known of
//! them is an unknown piece of the text.

use crate::expr::convert;
use crate::expr::functions::Holes;
use crate::expr::partial::PartialText;
use crate::model::{Data, Text, Value};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// The arguments and blocks that the text is made of.
pub(super) const MEMBERS: [&str; 7] = [
    "version",
    "policy_id",
    "statement",
    "source_json",
    "source_policy_documents",
    "override_json",
    "override_policy_documents",
];

/// The text of a document, given its arguments and blocks by name, as far as it is known; `None` when it is wrong.
pub(super) fn compute(member: &dyn Fn(&str) -> Option<Value>, minified: bool) -> Option<PartialText> {
    let mut holes = Holes::default();
    let mut filled = BTreeMap::new();
    for name in MEMBERS {
        if let Some(value) = member(name) {
            filled.insert(name, holes.fill_values(&value)?);
        }
    }
    let open = Open { rest: holes.value()?, holes };
    let document = merged(&|name| filled.get(name).cloned(), &open)?;
    let text = if minified { serde_json::to_string(&document) } else { serde_json::to_string_pretty(&document) };
    // As Go writes JSON.
    let text = text.ok()?.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Some(open.holes.restored(&text, false))
}

/// What is not known of the members: characters stand in for it.
struct Open {
    holes: Holes,
    /// Stands in for what cannot be said of several values because one of them is not known.
    rest: Text,
}

impl Open {
    fn is_value(&self, value: &Value) -> bool {
        value.as_str().is_some_and(|text| self.holes.is_value(text))
    }

    /// Whether a whole value is not known in one of some blocks, or one of several texts.
    fn in_any(&self, blocks: &[Value]) -> bool {
        let has_hole = |item: &Value| text(item).is_some_and(|text| self.holes.are_in(&text));
        let is_open = |(_, value): &(Text, Value)| {
            let items = items(value);
            self.is_value(value) || items.iter().any(|item| self.is_value(item) || items.len() > 1 && has_hole(item))
        };
        let in_block = |block: &Value| block.as_mapping().is_some_and(|block| block.entries.iter().any(is_open));
        blocks.iter().any(|block| self.is_value(block) || in_block(block))
    }

    fn rest(&self) -> Json {
        Json::String(self.rest.to_string())
    }
}

#[derive(Default)]
struct Document {
    version: String,
    id: String,
    /// Objects, and texts that stand in for what is not known.
    statements: Vec<Json>,
}

impl Document {
    fn merge(&mut self, other: Self) {
        if !other.id.is_empty() {
            self.id = other.id;
        }
        if other.version > self.version {
            self.version = other.version;
        }
        for statement in other.statements {
            let sid = statement.get("Sid").and_then(Json::as_str).unwrap_or_default();
            let same = |existing: &&mut Json| existing.get("Sid").and_then(Json::as_str) == Some(sid);
            match self.statements.iter_mut().find(|existing| !sid.is_empty() && same(existing)) {
                Some(existing) => *existing = statement,
                None => self.statements.push(statement),
            }
        }
    }

    fn parse(text: &str, open: &Open) -> Option<Self> {
        // Nothing is known of its statements.
        if open.holes.are_in(text) && serde_json::from_str::<Json>(text).is_err() {
            return Some(Self { statements: vec![open.rest()], ..Self::default() });
        }
        let Json::Object(object) = serde_json::from_str(text).ok()? else { return None };
        let word = |key: &str| object.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let statements = match object.get("Statement") {
            Some(Json::Array(items)) => items.iter().filter(|item| item.is_object()).cloned().collect(),
            Some(one @ Json::Object(_)) => vec![one.clone()],
            Some(Json::String(one)) if open.holes.is_value(one) => vec![open.rest()],
            _ => Vec::new(),
        };
        Some(Self { version: word("Version"), id: word("Id"), statements })
    }
}

fn merged(member: &dyn Fn(&str) -> Option<Value>, open: &Open) -> Option<Json> {
    let documents = |old: &str, new: &str| -> Option<Vec<Document>> {
        let texts =
            [member(old).into_iter().collect(), member(new).map(|value| items(&value)).unwrap_or_default()].concat();
        texts
            .iter()
            .filter_map(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(|text| Document::parse(text, open))
            .collect()
    };
    let mut document = Document::default();
    documents("source_json", "source_policy_documents")?.into_iter().for_each(|source| document.merge(source));
    document.merge(own(member, open)?);
    let overrides = documents("override_json", "override_policy_documents")?;
    if overrides.iter().any(|over| over.statements.iter().any(Json::is_string)) {
        // What has a name may be replaced.
        let named = |statement: &&mut Json| statement.get("Sid").is_some();
        document.statements.iter_mut().filter(named).for_each(|statement| *statement = open.rest());
    }
    overrides.into_iter().for_each(|over| document.merge(over));
    let mut object = Map::new();
    object.insert("Version".into(), document.version.into());
    if !document.id.is_empty() {
        object.insert("Id".into(), document.id.into());
    }
    if !document.statements.is_empty() {
        object.insert("Statement".into(), document.statements.into());
    }
    Some(Json::Object(object))
}

fn own(member: &dyn Fn(&str) -> Option<Value>, open: &Open) -> Option<Document> {
    let version = member("version").as_ref().and_then(text).unwrap_or_else(|| "2012-10-17".into());
    let statements = member("statement").map(|value| items(&value)).unwrap_or_default();
    let known = |block: &Value| statement(block, &version, open).map(Json::Object);
    let statements = statements.iter().map(|block| if open.is_value(block) { Some(open.rest()) } else { known(block) });
    let statements = statements.collect::<Option<_>>()?;
    Some(Document { id: member("policy_id").as_ref().and_then(text).unwrap_or_default(), version, statements })
}

fn statement(block: &Value, version: &str, open: &Open) -> Option<Map<String, Json>> {
    let mut statement = Map::new();
    if let Some(sid) = block.get("sid").and_then(text).filter(|sid| !sid.is_empty()) {
        statement.insert("Sid".into(), sid.into());
    }
    statement.insert("Effect".into(), block.get("effect").and_then(text).unwrap_or_else(|| "Allow".into()).into());
    for (from, to) in [("actions", "Action"), ("not_actions", "NotAction")] {
        put(&mut statement, to, list(block.get(from)), open);
    }
    for (from, to) in [("resources", "Resource"), ("not_resources", "NotResource")] {
        let texts = list(block.get(from)).into_iter().map(|text| variables(&text, version));
        put(&mut statement, to, texts.collect(), open);
    }
    for (from, to) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(principals) = block.get(from).map(items).filter(|blocks| !blocks.is_empty()) {
            let known = if open.in_any(&principals) { open.rest() } else { principal(&principals, version)? };
            statement.insert(to.into(), known);
        }
    }
    if let Some(conditions) = block.get("condition").map(items).filter(|blocks| !blocks.is_empty()) {
        let known = if open.in_any(&conditions) { open.rest() } else { condition(&conditions, version)? };
        statement.insert("Condition".into(), known);
    }
    Some(statement)
}

fn principal(blocks: &[Value], version: &str) -> Option<Json> {
    let mut types: Map<String, Json> = Map::new();
    for block in blocks {
        let ty = block.get("type").and_then(text)?;
        let identifiers =
            list(block.get("identifiers")).into_iter().map(|id| variables(&id, version)).collect::<Vec<_>>();
        if blocks.len() == 1 && ty == "*" && identifiers == ["*"] {
            return Some("*".into());
        }
        add(&mut types, ty, identifiers);
    }
    types.sort_keys();
    Some(Json::Object(types))
}

fn condition(blocks: &[Value], version: &str) -> Option<Json> {
    let mut tests: Map<String, Json> = Map::new();
    for block in blocks {
        let variable = variables(&block.get("variable").and_then(text)?, version);
        let values = block.get("values").map(items).unwrap_or_default();
        let values = values.iter().filter_map(text).map(|value| variables(&value, version)).collect();
        let test = tests.entry(block.get("test").and_then(text)?).or_insert_with(|| Json::Object(Map::new()));
        add(test.as_object_mut()?, variable, values);
    }
    tests.sort_keys();
    tests.values_mut().filter_map(Json::as_object_mut).for_each(Map::sort_keys);
    Some(Json::Object(tests))
}

/// Adds texts to what stands at `key`: one alone is a string, several are an array.
fn add(object: &mut Map<String, Json>, key: String, texts: Vec<String>) {
    let mut all = match object.remove(&key) {
        Some(Json::Array(all)) => all,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    all.extend(texts.into_iter().map(Json::String));
    let value = if all.len() == 1 { all.swap_remove(0) } else { Json::Array(all) };
    object.insert(key, value);
}

fn put(statement: &mut Map<String, Json>, key: &str, mut texts: Vec<String>, open: &Open) {
    match texts.len() {
        0 => {}
        // In which order several stand depends on all of them, and so does which are the same.
        2.. if texts.iter().any(|text| open.holes.are_in(text)) => _ = statement.insert(key.into(), open.rest()),
        1 => _ = statement.insert(key.into(), texts.swap_remove(0).into()),
        _ => _ = statement.insert(key.into(), texts.into()),
    }
}

/// The texts of a set of strings, each once, sorted downwards as the provider does.
fn list(value: Option<&Value>) -> Vec<String> {
    let texts: BTreeSet<String> = value.map(items).unwrap_or_default().iter().filter_map(text).collect();
    texts.into_iter().rev().collect()
}

/// `&{` is how the provider's users write the `${` of IAM, which is a template in Terraform.
fn variables(text: &str, version: &str) -> String {
    if version == "2012-10-17" { text.replace("&{", "${") } else { text.to_owned() }
}

fn text(value: &Value) -> Option<String> {
    convert::to_text(value).map(|text| text.to_string())
}

fn items(value: &Value) -> Vec<Value> {
    match &value.data {
        Data::Sequence(sequence) => sequence.items.clone(),
        Data::Null(_) => Vec::new(),
        _ => vec![value.clone()],
    }
}
