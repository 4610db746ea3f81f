//! Values that are given to a root module from outside, weakest first: the inputs of Terragrunt, the environment,
//! `terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars[.json]` in lexical order, the values of the
//! configuration, and the options of the command line in their order.

use super::deployed::Passed;
use super::input::{Assignment, Input};
use super::load;
use super::module::Module;
use crate::expr::{self, Budget, EvalError, Evaluator, ExprScope, Resolved};
use crate::model::{Address, Cause, Data, Key, Origin, Reference, Text, Value, Why, secrecy};
use crate::source::{Level, Problem, Span, TextPlace};
use crate::syntax::hcl::{self, Block, Expr, ExprKind};
use std::collections::BTreeMap;
use std::path::Path;

/// Constants only: no references, no functions.
pub(super) struct Constants;

impl ExprScope for Constants {
    fn resolve(&self, root: &str, _: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        Err(EvalError::fatal(format!("`{root}` cannot be used here: values of variables are constants."), span))
    }

    fn call(&self, name: &str, _: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
        let message = format!("`{name}()` cannot be called here: values of variables are constants.");
        Some(Err(EvalError::fatal(message, span)))
    }
}

/// The files of variables in a directory that Terraform loads by itself, weakest first.
pub(super) fn automatic(names: &[String]) -> Vec<&str> {
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"];
    let fixed = fixed.into_iter().filter(|name| names.iter().any(|n| n == name));
    let is_auto = |name: &&String| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    fixed.chain(names.iter().filter(is_auto).map(String::as_str)).collect()
}

/// Returns the workspace of a root module: the one that was given, or the one that `terraform workspace select` noted
/// in `.terraform/environment`.
pub(super) fn workspace(input: &Input, root: &str) -> Option<String> {
    let selected = || {
        let path = load::within(root, ".terraform/environment");
        let bytes = input.files.is_file(&path).then(|| input.files.read(&path).ok())??;
        let name = String::from_utf8(bytes).ok()?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    };
    input.variables.workspace.clone().or_else(selected)
}

/// The values for the variables of a root module.
pub(super) fn given<'i>(input: &'i Input<'i>, module: &'i Module, passed: Option<&Passed>) -> Given<'i> {
    let (values, secrets, problems) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut given = Given { input, module, values, secrets, problems, budget: Budget::deep() };
    if let Some(passed) = passed {
        given.passed(passed);
    }
    for (name, text) in &input.variables.environment {
        if module.variables.contains_key(name.as_str()) {
            given.input(name, text, &format!("TF_VAR_{name}"));
        }
    }
    let of = |dir: &str| load::names(input, dir).unwrap_or_default();
    let beside = passed.and_then(|passed| passed.beside.as_deref());
    let copied = beside.map(of).unwrap_or_default();
    let mut names = of(&module.dir);
    names.extend(copied.iter().cloned());
    names.sort();
    names.dedup();
    for name in automatic(&names) {
        let is_copied = copied.iter().any(|copied| copied == name);
        given.file(&load::within(beside.filter(|_| is_copied).unwrap_or(&module.dir), name), None);
    }
    for (path, span) in passed.iter().flat_map(|passed| &passed.files) {
        given.file(path, Some(*span));
    }
    for (name, text, span) in passed.iter().flat_map(|passed| &passed.options) {
        given.option(name, text, *span);
    }
    for (assignment, place) in &input.variables.configured {
        match assignment {
            Assignment::Value { name, text } => given.configured(name, text, place),
            Assignment::File(path) => given.file(path, Some(place.span(input.sources))),
        }
    }
    for assignment in &input.variables.command_line {
        match assignment {
            Assignment::Value { name, text } => given.input(name, text, &format!("--var {name}")),
            Assignment::File(path) => given.file(path, Some(Span::new(input.sources.add_input(path, ""), 0, 0))),
        }
    }
    given
}

pub(super) struct Given<'i> {
    input: &'i Input<'i>,
    module: &'i Module,
    /// By name, of several the strongest.
    pub values: BTreeMap<Text, Value>,
    /// Where values of sensitive variables are written, weaker ones too.
    pub secrets: Vec<Span>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    budget: Budget,
}

impl Given<'_> {
    /// What the configuration that deploys the module passes to its variables.
    fn passed(&mut self, passed: &Passed) {
        for (name, block) in &self.module.variables {
            let Some(value) = passed.inputs.get(name.as_str()).or(passed.rest.as_ref()) else { continue };
            if is_secret(name, block) {
                self.secrets.push(value.origin.written());
            }
            self.values.insert(name.clone(), value.clone());
        }
    }

    /// A value given as text that stands in no file. Whether it is one itself or an expression depends on the declared
    /// type.
    fn input(&mut self, name: &str, text: &str, description: &str) {
        let source = self.input.sources.add_input(description, text);
        let span = Span::new(source, 0, text.len() as u32);
        let Some(block) = self.module.variables.get(name) else { return };
        if takes_text(block) {
            self.values.insert(name.into(), Value::string(text, span));
            return;
        }
        match hcl::parse_expression(source, text, 0) {
            Ok(expr) => self.set(name.into(), &expr),
            Err(problem) => {
                let why = Why::Invalid(ecow::eco_format!("the value of `{description}` cannot be read"));
                self.values.insert(name.into(), lost(name, Cause { why, span }));
                self.problems.push(problem);
            }
        }
    }

    /// Makes every variable unknown that a file may set which was not read, or not as a whole. What could be read of it,
    /// and what stronger sources set, is known again.
    fn lose(&mut self, cause: &Cause) {
        for name in self.module.variables.keys() {
            self.values.insert(name.clone(), lost(name, cause.clone()));
        }
    }

    /// The same of a value in the configuration, at whose place all of it stands.
    fn configured(&mut self, name: &str, text: &str, place: &TextPlace) {
        let Some(block) = self.module.variables.get(name) else { return };
        let span = place.span(self.input.sources);
        if is_secret(name, block) {
            self.secrets.push(span);
        }
        if takes_text(block) {
            self.values.insert(name.into(), Value::string(text, span));
            return;
        }
        self.input(name, text, &format!("configured value of {name}"));
        if let Some(value) = self.values.get_mut(name) {
            place_at(value, span);
        }
    }

    /// A value that the configuration which deploys the module gives as an option.
    fn option(&mut self, name: &str, text: &str, span: Span) {
        self.input(name, text, &format!("-var {name}"));
        if let Some(value) = self.values.get_mut(name) {
            place_at(value, span);
        }
    }

    /// A file of variables. `named` is where it was named, if it was, so that it must be there.
    fn file(&mut self, path: &str, named: Option<Span>) {
        let mut problems = Vec::new();
        let read = load::read(self.input, path, &mut problems);
        let (source, text) = match read {
            Ok(read) => read,
            Err(error) => {
                let span = named.unwrap_or_else(|| Span::new(self.input.sources.add_input(path, ""), 0, 0));
                let message = format!("The variables in `{path}` were not read: {error}.");
                self.problems.push(Problem::error(span, message));
                self.lose(&Cause { why: Why::File(path.into()), span });
                return;
            }
        };
        let is_json = Path::new(path).extension().is_some_and(|extension| extension == "json");
        let (body, invalid) = if is_json {
            hcl::parse_json(source, &text, &|_, _| hcl::Property::Argument)
        } else {
            hcl::parse(source, &text)
        };
        problems.extend(invalid);
        if let Some(problem) = problems.iter().find(|problem| problem.level == Level::Error) {
            let why = Why::Unseen(ecow::eco_format!("file `{path}` could be read only in part"));
            self.lose(&Cause { why, span: problem.span });
        }
        self.problems.extend(problems);
        for block in body.blocks() {
            let message = "A file of values has no blocks; the block was ignored.";
            self.problems.push(Problem::refused(block.header, message));
        }
        for attribute in body.attributes() {
            let name = &attribute.name.name;
            let Some(block) = self.module.variables.get(name) else {
                // Named files are shared between root modules; only those that are loaded by themselves
                // are certainly meant for this one.
                if named.is_none() && self.module.unseen.is_empty() {
                    let message = format!("There is no variable `{name}` in this module; the value was ignored.");
                    self.problems.push(Problem::note(attribute.name.span, message));
                }
                continue;
            };
            if is_secret(name, block) {
                self.secrets.push(attribute.value.span);
            }
            if is_json {
                self.values.insert(name.clone(), constant(&attribute.value, &text));
            } else {
                self.set(name.clone(), &attribute.value);
            }
        }
    }

    fn set(&mut self, name: Text, expr: &Expr) {
        let value = Evaluator::new(&Constants, expr::Mode::Configuration, &self.budget).evaluate(expr);
        let value = value.unwrap_or_else(|error| {
            self.problems.push(Problem::error(error.span, error.message.clone()));
            Value::unknown(Why::Invalid(error.message), expr.span)
        });
        self.values.insert(name, value);
    }
}

/// A variable of the root module whose value was given and could not be read: unknown, and equal to itself.
fn lost(name: &str, cause: Cause) -> Value {
    let address = Address::block(&Address::root(), "var".into(), name.into(), Key::None);
    let span = cause.span;
    Value::reference(Reference { address, path: Vec::new() }, cause, span)
}

/// The value of JSON in a file of variables, whose strings are no templates.
fn constant(expr: &Expr, text: &str) -> Value {
    let span = expr.span;
    let raw = |expr: &Expr| -> Text {
        let slice = text.get(expr.span.start as usize..expr.span.end as usize).unwrap_or_default();
        let read = serde_json::from_str::<String>(slice).unwrap_or_default();
        expr::normalized(&read)
    };
    match &expr.kind {
        ExprKind::Bool(value) => Value::bool(*value, span),
        ExprKind::Number(digits) => {
            crate::model::Number::parse(digits).map_or_else(|| Value::null(span), |n| Value::number(n, span))
        }
        ExprKind::Unary(_, inner) => match &inner.kind {
            ExprKind::Number(digits) => {
                let number = crate::model::Number::parse(&format!("-{digits}"));
                number.map_or_else(|| Value::null(span), |number| Value::number(number, span))
            }
            _ => Value::null(span),
        },
        // What it was read as has `$${` resolved, which stays as it is in a constant.
        ExprKind::String(read) if !read.contains(['$', '%']) => Value::string(expr::normalized(read), span),
        ExprKind::Tuple(items) => Value::tuple(items.iter().map(|item| constant(item, text)).collect(), span),
        ExprKind::Object(items) => {
            let key =
                |expr: &Expr| if let ExprKind::String(key) = &expr.kind { expr::normalized(key) } else { raw(expr) };
            Value::object(items.iter().map(|item| (key(&item.key), constant(&item.value, text))).collect(), span)
        }
        ExprKind::Null => Value::null(span),
        _ => Value::string(raw(expr), span),
    }
}

/// Puts a value, with all that is in it, at a place.
fn place_at(value: &mut Value, span: Span) {
    value.origin = Origin::at(span);
    match &mut value.data {
        Data::Sequence(_) => value.as_items_mut().into_iter().flatten().for_each(|item| place_at(item, span)),
        Data::Mapping(_) => {
            let entries = value.as_mapping_mut().map(|mapping| &mut mapping.entries);
            entries.into_iter().flatten().for_each(|(_, item)| place_at(item, span));
        }
        _ => {}
    }
}

/// Whether the values of a variable are secret, as it says itself or by its name.
pub(super) fn is_secret(name: &str, block: &Block) -> bool {
    let declared = block.body.attribute("sensitive").map(|flag| &flag.value.kind);
    matches!(declared, Some(ExprKind::Bool(true))) || secrecy::is_secret_name(name)
}

/// Whether a text given for a variable is the value itself, and no expression.
fn takes_text(block: &Block) -> bool {
    match block.body.attribute("type").map(|attribute| &attribute.value.kind) {
        None => true,
        Some(ExprKind::Root(name) | ExprKind::String(name)) => matches!(name.as_str(), "string" | "number" | "bool"),
        Some(_) => false,
    }
}
