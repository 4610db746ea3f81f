//! `iam_policy`: one form for all the ways in which AWS policies are written.
//!
//! A JSON string, a heredoc with interpolations, `jsonencode`, a `data "aws_iam_policy_document"`: each
//! becomes `{ statements = [...] }`, each statement with the place where it is written.

use super::arguments::{Arguments, collect_causes, items};
use super::iam_text;
use crate::expr::EvalError;
use crate::expr::limits::STATEMENTS;
use crate::limits::evaluation::IAM_DOCUMENT_DEPTH;
use crate::model::{Cause, Data, Form, Mapping, Text, Type, Value, Why};
use crate::source::{Sources, Span};
use std::cell::Cell;
use std::collections::HashMap;

/// `iam_policy(value)`: `{ statements = [{ sid, effect, actions, not_actions, resources, not_resources,
/// principals = [{ type, identifiers }], not_principals, conditions = [{ test, variable, values }] }] }`.
/// Strings and lists are made alike, effects are `Allow` unless written. No statements for null and for
/// JSON that is no policy, an unknown one for what is no JSON.
pub fn policy(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    let statements = match Reader::read(value, args.sources) {
        Some(statements) => Value::tuple(statements, value.origin.span),
        None => unknown_like(value),
    };
    Ok(object(vec![("statements", statements)], value.origin.span))
}

/// `identity_statements(attrs)`: the statements without principals that a resource carries, whose rights are those
/// of whoever has the policy: in `policy`, in `inline_policy` (a policy, or blocks with one each), and those of a
/// policy document itself. What is not known among them is one unknown statement.
pub fn of_identity(args: &Arguments) -> Result<Value, EvalError> {
    let attrs = args.get(0)?;
    let inline = attrs.get("inline_policy").map(items).unwrap_or_default();
    let inline = inline.iter().map(|block| block.get("policy").unwrap_or(block));
    let mut found = Vec::new();
    for holder in [Some(attrs), attrs.get("policy")].into_iter().flatten().chain(inline) {
        match Reader::read(holder, args.sources) {
            Some(statements) => found.extend(statements.into_iter().filter(is_without_principals)),
            None => found.push(unknown_like(holder)),
        }
    }
    Ok(Value::tuple(found, attrs.origin.span).with_origin(attrs.origin.clone()))
}

fn is_without_principals(statement: &Value) -> bool {
    let principals = statement.get("principals").map(items);
    statement.is_unknown() || principals.is_none_or(<[Value]>::is_empty)
}

/// Something that is not known for the same reasons, in the same place. Where all is known, there is too much of it.
fn unknown_like(value: &Value) -> Value {
    let mut causes = Vec::new();
    collect_causes(value, &mut causes);
    if causes.is_empty() {
        causes.push(Cause { why: Why::Limit("statements of a policy".into()), span: value.origin.span });
    }
    Value::unknown_of(Type::Dynamic, causes, value.origin.span).with_origin(value.origin.clone())
}

/// Reads the statements of one policy, of which there are at most [`STATEMENTS`]: documents that each include the last
/// one twice hold a thousand statements after ten of them.
struct Reader<'a> {
    sources: &'a Sources,
    /// How many statements may still be read; `None` if there were more of them, or if documents nest too deeply.
    left: Cell<Option<usize>>,
}

impl<'a> Reader<'a> {
    /// The statements of a policy; `None` if they cannot be known, or if a limit is reached.
    fn read(value: &Value, sources: &'a Sources) -> Option<Vec<Value>> {
        let reader = Self { sources, left: Cell::new(Some(STATEMENTS)) };
        let statements = reader.statements(value, 0);
        reader.left.get().and(statements)
    }

    /// Each statement in the one form.
    fn each(&self, written: &[Value], read: fn(&Value) -> Value) -> Option<Vec<Value>> {
        self.left.set(self.left.get().and_then(|left| left.checked_sub(written.len())));
        self.left.get().map(|_| written.iter().map(read).collect())
    }

    /// The statements of a policy; `None` when they cannot be known.
    fn statements(&self, value: &Value, depth: u32) -> Option<Vec<Value>> {
        if depth > IAM_DOCUMENT_DEPTH {
            self.left.set(None);
            return None;
        }
        if let Some(encoded) = value.origin.encoded() {
            return self.statements(encoded, depth + 1);
        }
        match &value.data {
            Data::Mapping(mapping) if mapping.get("Statement").is_some() => {
                let written = mapping.get("Statement")?;
                let is_open = written.is_unknown() && written.known_elements().is_none();
                if is_open { None } else { self.each(items(written), of_json) }
            }
            Data::Mapping(mapping) => self.document(mapping, depth),
            Data::String(_) | Data::Unknown(_) => {
                let policy = iam_text::parse(value, self.sources)?;
                if policy.is_unknown() {
                    return Some(vec![policy]);
                }
                if policy.get("Statement").is_some() { self.statements(&policy, depth + 1) } else { Some(Vec::new()) }
            }
            _ => Some(Vec::new()),
        }
    }

    /// The statements of a `data "aws_iam_policy_document"`: those of its sources, its own, those of its overrides; a
    /// later one replaces an earlier one with the same non-empty `sid`.
    fn document(&self, document: &Mapping, depth: u32) -> Option<Vec<Value>> {
        // What is not known among them is one unknown statement.
        let others = |names: [&str; 2]| {
            let lists = names.into_iter().filter_map(|name| document.get(name));
            let read =
                |source: &Value| self.statements(source, depth + 1).unwrap_or_else(|| vec![unknown_like(source)]);
            lists.flat_map(items).flat_map(read).collect::<Vec<_>>()
        };
        let own = self.each(document.get("statement").map(items).unwrap_or_default(), of_block)?;
        let sources = others(["source_json", "source_policy_documents"]);
        let overrides = others(["override_json", "override_policy_documents"]);
        // An unknown override may replace whatever has a name.
        if let Some(open) = overrides.iter().find(|statement| statement.is_unknown()) {
            let is_named =
                |statement: &Value| statement.get("sid").is_some_and(|sid| !sid.is_null() && sid.as_str() != Some(""));
            let replace = |statement: Value| if is_named(&statement) { unknown_like(open) } else { statement };
            let kept = sources.into_iter().chain(own).map(replace);
            return Some(kept.chain(overrides.iter().cloned()).collect());
        }
        let mut all: Vec<Value> = Vec::new();
        let mut named: HashMap<Text, usize> = HashMap::new();
        for statement in sources.into_iter().chain(own).chain(overrides) {
            let sid = statement.get("sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
            let at = sid.map(|sid| *named.entry(sid.into()).or_insert(all.len()));
            match at.and_then(|at| all.get_mut(at)) {
                Some(earlier) => *earlier = statement,
                None => all.push(statement),
            }
        }
        Some(all)
    }
}

/// A statement as JSON has it. One that is not known, such as those of a loop over an unknown collection, stays
/// unknown: absent fields would say that it grants nothing.
fn of_json(statement: &Value) -> Value {
    if statement.is_unknown() {
        return statement.clone();
    }
    let get = |key: &str| statement.get(key);
    let list = |key: &str| list(get(key), statement);
    let effect = get("Effect").cloned().unwrap_or_else(|| Value::string("Allow", statement.origin.span));
    statement_of(
        statement,
        vec![
            ("sid", text(get("Sid"), statement)),
            ("effect", effect),
            ("actions", list("Action")),
            ("not_actions", list("NotAction")),
            ("resources", list("Resource")),
            ("not_resources", list("NotResource")),
            ("principals", principals(get("Principal"), statement)),
            ("not_principals", principals(get("NotPrincipal"), statement)),
            ("conditions", conditions(get("Condition"), statement)),
        ],
    )
}

/// A statement as a block of a policy document; one that is not known stays so.
fn of_block(statement: &Value) -> Value {
    if statement.is_unknown() {
        return statement.clone();
    }
    let get = |key: &str| statement.get(key);
    let list = |key: &str| list(get(key), statement);
    let effect = get("effect").filter(|effect| !effect.is_null()).cloned();
    statement_of(
        statement,
        vec![
            ("sid", text(get("sid"), statement)),
            ("effect", effect.unwrap_or_else(|| Value::string("Allow", statement.origin.span))),
            ("actions", list("actions")),
            ("not_actions", list("not_actions")),
            ("resources", list("resources")),
            ("not_resources", list("not_resources")),
            ("principals", list("principals")),
            ("not_principals", list("not_principals")),
            ("conditions", list("condition")),
        ],
    )
}

fn statement_of(written: &Value, fields: Vec<(&str, Value)>) -> Value {
    let header = written.as_mapping().and_then(|mapping| mapping.header);
    let mut value = object(fields, written.origin.span).with_origin(written.origin.clone());
    if let Some(mapping) = value.as_mapping_mut() {
        mapping.header = header;
    }
    value
}

fn text(value: Option<&Value>, statement: &Value) -> Value {
    value.cloned().unwrap_or_else(|| Value::null(statement.origin.span))
}

/// A list, whether one was written, or one element, or nothing.
fn list(value: Option<&Value>, statement: &Value) -> Value {
    match value {
        None => Value::tuple(Vec::new(), statement.origin.span),
        Some(value) => match &value.data {
            Data::Unknown(unknown) if unknown.ty != Type::String && Form::of(unknown).is_none() => value.clone(),
            Data::Sequence(_) => value.clone(),
            Data::Null(_) => Value::tuple(Vec::new(), value.origin.span),
            _ => Value::tuple(vec![value.clone()], value.origin.span).with_origin(value.origin.clone()),
        },
    }
}

/// `"*"` and `{"AWS": ["*"]}` as a list of `{type, identifiers}`.
fn principals(value: Option<&Value>, statement: &Value) -> Value {
    let Some(value) = value else { return list(None, statement) };
    let principal = |kind: &str, identifiers: &Value| {
        let span = identifiers.origin.span;
        object(vec![("type", Value::string(kind, span)), ("identifiers", list(Some(identifiers), statement))], span)
    };
    match &value.data {
        Data::Unknown(_) => value.clone(),
        Data::Mapping(mapping) => {
            let all = mapping.entries.iter().map(|(kind, identifiers)| principal(kind, identifiers)).collect();
            Value::tuple(all, value.origin.span)
        }
        Data::Null(_) => list(None, statement),
        _ => Value::tuple(vec![principal("*", value)], value.origin.span),
    }
}

/// `{test: {variable: values}}` as a list of `{test, variable, values}`.
fn conditions(value: Option<&Value>, statement: &Value) -> Value {
    let Some(value) = value else { return list(None, statement) };
    if value.is_unknown() {
        return value.clone();
    }
    let mut all = Vec::new();
    for (test, variables) in value.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
        for (variable, values) in variables.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
            let span = values.origin.span;
            let (test, variable) = (Value::string(test.clone(), span), Value::string(variable.clone(), span));
            all.push(object(
                vec![("test", test), ("variable", variable), ("values", list(Some(values), statement))],
                span,
            ));
        }
    }
    Value::tuple(all, value.origin.span)
}

fn object(fields: Vec<(&str, Value)>, span: Span) -> Value {
    Value::object(fields.into_iter().map(|(key, value)| (Text::from(key), value)).collect(), span)
}
