//! What names and functions mean in a configuration.

use super::config::{Config, Context};
use super::paths::{ROOT, UNIT_FILE, absolute, locate, relative};
use crate::expr::unknowns::unknown_because;
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::model::{HopKind, Text, Type, Value, Why};
use crate::source::{Files, Problem, Sources, Span, parent};
use crate::syntax::hcl::{self, Block, Body, Expr};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Functions whose result only a run knows.
const OF_A_RUN: [&str; 9] = [
    "get_aws_account_alias",
    "get_aws_account_id",
    "get_aws_caller_identity_arn",
    "get_aws_caller_identity_user_id",
    "get_default_retryable_errors",
    "get_platform",
    "get_terraform_cli_args",
    "get_terraform_command",
    "get_working_dir",
];

/// The variables of a file as they are given to a configuration.
const ENCODED: &str = "jsonencode(variables)";

/// The names of one file, as one unit sees it.
pub(super) struct ConfigScope<'a> {
    /// The unit, and the file within it.
    pub context: &'a Context<'a>,
    /// The blocks of the file.
    pub body: &'a Body,
    budget: Budget,
    /// Values of locals; `None` while one is being computed.
    locals: RefCell<BTreeMap<Text, Option<Value>>>,
    /// What `include` blocks expose, once one asks.
    includes: RefCell<Option<BTreeMap<Text, Value>>>,
    /// Whether that is being found out.
    is_exposing: Cell<bool>,
}

impl<'a> ConfigScope<'a> {
    /// Nothing is evaluated yet.
    pub(super) fn new(context: &'a Context<'a>, body: &'a Body) -> Self {
        let (locals, includes, is_exposing) = Default::default();
        Self { context, body, budget: Budget::new(), locals, includes, is_exposing }
    }

    /// The value of an expression; unknown, with a problem, where it has none.
    pub(super) fn evaluate(&self, expr: &Expr) -> Value {
        self.try_evaluate(expr).unwrap_or_else(|error| {
            self.context.reader.report(Problem::error(error.span, error.message.clone()));
            Value::unknown(Why::Invalid(error.message), expr.span)
        })
    }

    /// The value of an expression, or what is wrong with it.
    pub(super) fn try_evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        Evaluator::new(self, Mode::Configuration, &self.budget).evaluate(expr)
    }

    /// All locals of the file.
    pub(super) fn all_locals(&self, span: Span) -> Value {
        let names: Vec<Text> = self.local_attributes().map(|attribute| attribute.name.name.clone()).collect();
        let value = |name: Text| self.local(&name, span).ok().map(|value| (name, value));
        Value::object(names.into_iter().filter_map(value).collect(), span)
    }

    fn local_attributes(&self) -> impl Iterator<Item = &'a hcl::Attribute> {
        self.body.blocks_of("locals").flat_map(|block| block.body.attributes())
    }

    fn local(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        match self.locals.borrow().get(name) {
            Some(Some(value)) => return Ok(value.clone()),
            Some(None) => return Err(EvalError::fatal(format!("`local.{name}` depends on itself."), span)),
            None => {}
        }
        let Some(attribute) = self.local_attributes().find(|attribute| attribute.name.name == name) else {
            return Err(EvalError::new(format!("There is no local value `{name}` in this file."), span));
        };
        self.locals.borrow_mut().insert(name.into(), None);
        let value = self.evaluate(&attribute.value);
        self.locals.borrow_mut().insert(name.into(), Some(value.clone()));
        Ok(value)
    }

    fn block(&self, kind: &'static str, name: &str) -> Option<&'a Block> {
        self.body.blocks_of(kind).find(|block| block.labels.first().is_some_and(|label| label.name == name))
    }

    /// `dependency.NAME`: its outputs are known to its state; mocks count where the configuration says that they do.
    fn dependency(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        let Some(block) = self.block("dependency", name) else {
            return Err(EvalError::new(format!("There is no `dependency \"{name}\"` in this file."), span));
        };
        let skips = block.body.attribute("skip_outputs").map(|attribute| self.evaluate(&attribute.value));
        let mocks =
            block.body.attribute("mock_outputs").filter(|_| skips.and_then(|skips| skips.as_bool()) == Some(true));
        let outputs = match mocks {
            Some(mocks) => self.evaluate(&mocks.value),
            None => Value::unknown(Why::AfterApply(ecow::eco_format!("dependency.{name}.outputs")), block.header),
        };
        Ok(Value::object(vec![("outputs".into(), outputs)], span))
    }

    /// `feature.NAME`: the value that is its default.
    fn feature(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        let Some(block) = self.block("feature", name) else {
            return Err(EvalError::new(format!("There is no `feature \"{name}\"` in this file."), span));
        };
        let default = block.body.attribute("default").map(|attribute| self.evaluate(&attribute.value));
        Ok(Value::object(vec![("value".into(), default.unwrap_or_else(|| Value::null(span)))], span))
    }

    /// The directory of the file that an `include` block of this file names; of this file itself where it is included.
    fn include_directory(&self, args: &[Value]) -> String {
        let named = args.first().and_then(Value::as_str);
        let mut blocks = self.body.blocks_of("include");
        let block = match named {
            Some(name) => self.block("include", name),
            None => blocks.next(),
        };
        let path =
            block.and_then(|block| block.body.attribute("path")).map(|attribute| self.evaluate(&attribute.value));
        let path = path.as_ref().and_then(Value::as_str).and_then(|path| locate(&self.context.unit, path));
        path.map_or_else(|| parent(&self.context.file).to_owned(), |path| parent(&path).to_owned())
    }

    /// `include.NAME`, or `include` alone where the block has no name.
    fn include(&self, name: Option<&str>, span: Span) -> Result<Resolved, EvalError> {
        if self.is_exposing.get() {
            return Err(EvalError::fatal("An `include` block depends on what it includes.", span));
        }
        if self.includes.borrow().is_none() {
            self.is_exposing.set(true);
            let exposed = self.exposed();
            self.is_exposing.set(false);
            self.includes.replace(Some(exposed));
        }
        let includes = self.includes.borrow();
        let of = |name: &str| includes.as_ref().and_then(|includes| includes.get(name)).cloned();
        match (name.and_then(of), of("")) {
            (Some(value), _) => Ok(Resolved { value, consumed: 1 }),
            (None, Some(value)) => Ok(Resolved { value, consumed: 0 }),
            (None, None) => Err(EvalError::new("No `include` block exposes that.", span)),
        }
    }

    /// What `include.NAME` means, by name; the empty name is that of a block without one.
    fn exposed(&self) -> BTreeMap<Text, Value> {
        let mut exposed = BTreeMap::new();
        for block in self.body.blocks_of("include") {
            let name = block.labels.first().map(|label| label.name.clone()).unwrap_or_default();
            let flag = block.body.attribute("expose").map(|attribute| self.evaluate(&attribute.value));
            if flag.and_then(|flag| flag.as_bool()) != Some(true) {
                continue;
            }
            let value = match self.included(block) {
                Some(config) => config.exposed(block.header),
                None => Value::unknown(Why::File("include".into()), block.header),
            };
            exposed.insert(name, value);
        }
        exposed
    }

    /// The configuration that a block includes, where it is in the tree.
    pub(super) fn included(&self, block: &Block) -> Option<Config> {
        let attribute = block.body.attribute("path")?;
        let value = self.evaluate(&attribute.value);
        let written = value.as_str();
        let context = written
            .and_then(|written| locate(&self.context.unit, written))
            .and_then(|path| self.context.included(&path));
        let config = context.and_then(|context| context.evaluate());
        if config.is_none() {
            let message = "The configuration that is included here is not in the tree.";
            self.context.reader.report(Problem::warning(attribute.value.span, message));
        }
        config
    }

    fn find_in_parent_folders(&self, args: &[Value], span: Span) -> Value {
        let name = args.first().and_then(Value::as_str).unwrap_or(UNIT_FILE);
        let mut directory = self.context.unit.as_str();
        while !directory.is_empty() {
            directory = parent(directory);
            let path = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
            if self.context.reader.files.is_file(&path) || self.context.reader.files.is_dir(&path) {
                return Value::string(absolute(&path), span);
            }
        }
        args.get(1).cloned().unwrap_or_else(|| Value::unknown(Why::File(name.into()), span))
    }

    fn read_configuration(&self, args: &[Value], span: Span) -> Result<Value, EvalError> {
        let Some(written) = args.first().and_then(Value::as_str) else {
            return Err(EvalError::new("`read_terragrunt_config()` takes the path of a configuration.", span));
        };
        let path = locate(&self.context.unit, written);
        let read = path.as_deref().and_then(|path| self.context.nested(path)).and_then(|inner| inner.evaluate());
        match (read, args.get(1)) {
            (Some(config), _) => Ok(config.exposed(span)),
            (None, Some(fallback)) => Ok(fallback.clone()),
            (None, None) => Ok(Value::unknown(Why::File(written.into()), span)),
        }
    }

    /// A file of variables as JSON.
    fn read_variables(&self, args: &[Value], span: Span) -> Result<Value, EvalError> {
        let written = args.first().and_then(Value::as_str).unwrap_or_default();
        let path = locate(&self.context.unit, written);
        let Some(file) = path.and_then(|path| self.context.reader.used_file(&path)) else {
            return Ok(Value::unknown(Why::File(written.into()), span));
        };
        self.context.read.borrow_mut().insert(file.source);
        let value = |attribute: &hcl::Attribute| (attribute.name.name.clone(), self.evaluate(&attribute.value));
        let values = Value::object(file.body.attributes().map(value).collect(), span);
        let source = self.context.reader.sources.add_input("read_tfvars_file()", ENCODED);
        let expr =
            hcl::parse_expression(source, ENCODED, 0).map_err(|problem| EvalError::new(problem.message, span))?;
        let bindings = [("variables", values)];
        let text = Evaluator::new(self, Mode::Configuration, &self.budget).bind(&bindings).evaluate(&expr)?;
        let origin = text.origin.read_at(span, HopKind::Argument("read_tfvars_file".into()));
        Ok(text.with_origin(origin))
    }

    /// The result of a function that takes a path, of an absolute one.
    fn with_relative_path(&self, name: &str, path: &str, span: Span) -> Result<Value, EvalError> {
        let Some(target) = locate(&self.context.unit, path) else {
            return Ok(Value::unknown(Why::File(path.into()), span));
        };
        let way = relative(&self.context.unit, &target);
        let text = format!("{name}({})", serde_json::to_string(&way).unwrap_or_default());
        let source = self.context.reader.sources.add_input(format!("{name}({way})"), text.as_str());
        let expr = hcl::parse_expression(source, &text, 0).map_err(|problem| EvalError::new(problem.message, span))?;
        let value = self.try_evaluate(&expr).map_err(|error| EvalError::new(error.message, span))?;
        let origin = value.origin.read_at(span, HopKind::Argument(name.into()));
        Ok(value.with_origin(origin))
    }
}

impl ExprScope for ConfigScope<'_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let named =
            || following[0].ok_or_else(|| EvalError::new(format!("`{root}` is no value: name what is meant."), span));
        let one = |value: Value| Resolved { value, consumed: 1 };
        match root {
            "local" => {
                let name = named()?;
                let value = self.local(name, span)?;
                let origin = value.origin.read_at(span, HopKind::Local(name.into()));
                Ok(one(value.with_origin(origin)))
            }
            "dependency" => self.dependency(named()?, span).map(one),
            "feature" => self.feature(named()?, span).map(one),
            "include" => self.include(following[0], span),
            "values" => match &self.context.values {
                Some(values) => Ok(Resolved { value: values.clone(), consumed: 0 }),
                None => Ok(Resolved { value: Value::unknown(Why::Undeclared("values".into()), span), consumed: 0 }),
            },
            _ => Err(EvalError::new(format!("Terragrunt has no `{root}`."), span)),
        }
    }

    fn call(&self, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
        let context = self.context;
        let text = |text: String| Some(Ok(Value::string(text, span)));
        let is_open = args.iter().any(Value::is_unknown);
        match name {
            "run_cmd" | "sops_decrypt_file" => {
                let mut value = Value::unknown(Why::Function(name.into()), span);
                value.sensitive = name == "sops_decrypt_file";
                Some(Ok(value))
            }
            _ if OF_A_RUN.contains(&name) || name.starts_with("get_terraform_commands_that_need_") => {
                Some(Ok(Value::unknown(Why::Function(name.into()), span)))
            }
            "get_env" | "find_in_parent_folders" | "read_terragrunt_config" | "read_tfvars_file" if is_open => {
                Some(Ok(unknown_because(Type::Dynamic, args, span)))
            }
            "get_env" => Some(Ok(args.get(1).cloned().unwrap_or_else(|| {
                let name = args.first().and_then(Value::as_str).unwrap_or_default();
                Value::unknown(Why::Environment(name.into()), span)
            }))),
            "get_terragrunt_dir" => text(absolute(&context.unit)),
            "get_original_terragrunt_dir" => text(absolute(&context.origin)),
            "get_parent_terragrunt_dir" => text(absolute(&self.include_directory(args))),
            "get_repo_root" => text(ROOT.to_owned()),
            "get_path_to_repo_root" => text(relative(&context.unit, "")),
            "get_path_from_repo_root" => text(relative("", &context.unit)),
            "path_relative_to_include" => text(relative(&self.include_directory(args), &context.unit)),
            "path_relative_from_include" => text(relative(&context.unit, &self.include_directory(args))),
            "find_in_parent_folders" => Some(Ok(self.find_in_parent_folders(args, span))),
            "read_terragrunt_config" => Some(self.read_configuration(args, span)),
            "read_tfvars_file" => Some(self.read_variables(args, span)),
            "mark_as_read" => args.first().cloned().map(Ok),
            "file" | "fileexists" | "filebase64" | "filemd5" | "filesha1" | "filesha256" => {
                let path = args.first().and_then(Value::as_str).filter(|path| path.starts_with('/'))?;
                Some(self.with_relative_path(name, path, span))
            }
            _ => None,
        }
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((self.context.reader.files, &self.context.unit))
    }

    fn sources(&self) -> Option<&Sources> {
        Some(self.context.reader.sources)
    }
}
