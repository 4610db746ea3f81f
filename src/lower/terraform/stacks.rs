//! Terraform Stacks: components that deploy modules, once for each deployment.
//!
//! Owns what `*.tfcomponent.hcl` (and `*.tfstack.hcl`, their old name) and `*.tfdeploy.hcl` of a directory say: which
//! modules are deployed, and with which inputs. Evaluates no module. What only a run knows (the outputs of components,
//! identity tokens, stores) is unknown.

use super::deployed::{DeployedUnit, Passed};
use super::load;
use super::sources::is_local;
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::lower::FrontendInput;
use crate::model::{Cause, Data, HopKind, Reach, Text, Unseen, Value, Why};
use crate::source::{
    Files, Kind, LedgerEntry, Level, Problem, SourceId, Sources, Span, Status, extension, join, parent,
};
use crate::syntax::hcl::{self, Attribute, Block, Body, Expr, ExprKind};
use ecow::eco_format;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What the Stacks of a tree deploy.
#[derive(Default)]
pub(super) struct Stacks {
    /// The components, once for each deployment.
    pub units: Vec<DeployedUnit>,
    /// An entry for each file.
    pub ledger: Vec<LedgerEntry>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
}

impl Stacks {
    /// Evaluates all of them.
    pub fn read(input: &FrontendInput<'_>) -> Self {
        let mut found = Self::default();
        let mut directories: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for candidate in input.of(&[Kind::TerraformStack]) {
            directories.entry(parent(&candidate.path)).or_default().push(&candidate.path);
        }
        for (directory, paths) in directories {
            let (mut bodies, mut read) = (Vec::new(), Vec::new());
            for path in paths {
                let entry = |status, reason: String| LedgerEntry::stopped(path, Kind::TerraformStack, status, reason);
                if extension(path) == "json" {
                    let reason = "Terraform Stacks configuration in JSON, which is not evaluated";
                    found.ledger.push(entry(Status::Skipped, reason.to_owned()));
                    continue;
                }
                match load::read_text(input.files, input.sources, path, &mut found.problems) {
                    Ok((source, text)) => {
                        let (body, problems) = hcl::parse(source, &text);
                        let error = problems.iter().find(|problem| problem.level == Level::Error);
                        found.ledger.push(error.map_or_else(
                            || LedgerEntry::evaluated(path, Kind::TerraformStack),
                            |error| entry(Status::Partial, error.message.clone()),
                        ));
                        found.problems.extend(problems);
                        read.push(source);
                        bodies.push(body);
                    }
                    Err(error) => found.ledger.push(entry(Status::Failed, error.to_string())),
                }
            }
            let stack = Stack { directory, files: input.files, sources: input.sources, bodies: &bodies, read: &read };
            found.units.extend(stack.units(&mut found.problems));
        }
        found.units.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }
}

/// The files of one directory.
struct Stack<'a> {
    directory: &'a str,
    files: &'a dyn Files,
    sources: &'a Sources,
    bodies: &'a [Body],
    read: &'a [SourceId],
}

impl Stack<'_> {
    fn units(&self, problems: &mut Vec<Problem>) -> Vec<DeployedUnit> {
        let blocks = |kind: &'static str| self.bodies.iter().flat_map(move |body| body.blocks_of(kind));
        let mut units = Vec::new();
        let reported = RefCell::new(Vec::new());
        let mut deployments: Vec<(Text, BTreeMap<Text, Value>)> = Vec::new();
        for deployment in blocks("deployment") {
            let scope = StackScope::new(self, None, &reported);
            let inputs = deployment.body.attribute("inputs").map(|inputs| scope.object(&inputs.value));
            deployments.push((label(deployment), inputs.unwrap_or_default()));
        }
        if deployments.is_empty() {
            deployments.push(("stack".into(), BTreeMap::new()));
        }
        for (deployment, given) in &deployments {
            let scope = StackScope::new(self, Some(given), &reported);
            for component in blocks("component") {
                units.push(self.unit(&scope, deployment, component));
            }
        }
        problems.extend(reported.into_inner());
        units
    }

    fn unit(&self, scope: &StackScope<'_>, deployment: &str, component: &Block) -> DeployedUnit {
        let source = component.body.attribute("source").map(|attribute| (scope.evaluate(&attribute.value), attribute));
        let written = source.as_ref().and_then(|(source, _)| source.as_str());
        let local = written.filter(|source| is_local(source)).and_then(|source| join(self.directory, source));
        let module = local.filter(|directory| self.files.is_dir(directory));
        let span = source.as_ref().map_or(component.header, |(_, attribute)| attribute.value.span);
        let missing = module.is_none().then(|| {
            let what = eco_format!("module `{}`", written.unwrap_or("?"));
            let why = Why::Unseen(eco_format!("{what} is not in the tree"));
            Unseen { what, cause: Cause { why, span }, reach: Reach::Unit }
        });
        let inputs = component.body.attribute("inputs").map(|inputs| scope.object(&inputs.value)).unwrap_or_default();
        let name = label(component);
        let path = [self.directory, deployment, name.as_str()].into_iter().filter(|part| !part.is_empty());
        DeployedUnit {
            path: path.collect::<Vec<_>>().join("/"),
            file: String::new(),
            module,
            missing: None,
            unseen: missing,
            added: Vec::new(),
            passed: Passed { inputs, ..Passed::default() },
            read: self.read.to_vec(),
        }
    }
}

fn label(block: &Block) -> Text {
    block.labels.first().map(|label| label.name.clone()).unwrap_or_default()
}

/// The names of a Stack in one deployment, or of the deployments themselves.
struct StackScope<'a> {
    stack: &'a Stack<'a>,
    /// The inputs of the deployment; none among the deployments.
    given: Option<&'a BTreeMap<Text, Value>>,
    budget: Budget,
    /// `None` while one is being computed.
    locals: RefCell<BTreeMap<Text, Option<Value>>>,
    problems: &'a RefCell<Vec<Problem>>,
}

impl<'a> StackScope<'a> {
    fn new(
        stack: &'a Stack<'a>,
        given: Option<&'a BTreeMap<Text, Value>>,
        problems: &'a RefCell<Vec<Problem>>,
    ) -> Self {
        Self { stack, given, budget: Budget::new(), locals: RefCell::default(), problems }
    }

    fn evaluate(&self, expr: &Expr) -> Value {
        let value = Evaluator::new(self, Mode::Configuration, &self.budget).evaluate(expr);
        value.unwrap_or_else(|error| {
            let problem = Problem::error(error.span, error.message.clone());
            let mut problems = self.problems.borrow_mut();
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            Value::unknown(Why::Invalid(error.message), expr.span)
        })
    }

    /// The entries of an object, each by itself where they are written out.
    fn object(&self, expr: &Expr) -> BTreeMap<Text, Value> {
        if let ExprKind::Object(items) = &expr.kind {
            let entry = |item: &hcl::ObjectItem| {
                let name = match &item.key.kind {
                    ExprKind::Root(name) | ExprKind::String(name) => Text::from(name.as_str()),
                    _ => self.evaluate(&item.key).as_str().map(Text::from)?,
                };
                Some((name, self.evaluate(&item.value)))
            };
            return items.iter().filter_map(entry).collect();
        }
        let value = self.evaluate(expr);
        match &value.data {
            Data::Mapping(mapping) => mapping.entries.iter().cloned().collect(),
            _ => BTreeMap::new(),
        }
    }

    fn attributes(&self, kind: &'static str) -> impl Iterator<Item = &'a Attribute> {
        let bodies = self.stack.bodies.iter();
        bodies.flat_map(move |body| body.blocks_of(kind)).flat_map(|block| block.body.attributes())
    }

    fn variable(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        let blocks = self.stack.bodies.iter().flat_map(|body| body.blocks_of("variable"));
        let mut named = blocks.filter(|block| label(block) == name);
        let Some(block) = named.next() else {
            return Err(EvalError::new(format!("There is no variable `{name}` in this Stack."), span));
        };
        let (value, hop) = if let Some(given) = self.given.and_then(|given| given.get(name)) {
            (given.clone(), HopKind::VariableValue(name.into()))
        } else {
            let default = block.body.attribute("default").map(|attribute| self.evaluate(&attribute.value));
            let missing = || Value::unknown(Why::Variable(name.into()), block.header);
            (default.unwrap_or_else(missing), HopKind::VariableDefault(name.into()))
        };
        let origin = value.origin.read_at(span, hop);
        Ok(value.with_origin(origin))
    }

    fn local(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        match self.locals.borrow().get(name) {
            Some(Some(value)) => return Ok(value.clone()),
            Some(None) => return Err(EvalError::fatal(format!("`local.{name}` depends on itself."), span)),
            None => {}
        }
        let Some(attribute) = self.attributes("locals").find(|attribute| attribute.name.name == name) else {
            return Err(EvalError::new(format!("There is no local value `{name}` in this Stack."), span));
        };
        self.locals.borrow_mut().insert(name.into(), None);
        let value = self.evaluate(&attribute.value);
        let origin = value.origin.read_at(span, HopKind::Local(name.into()));
        let value = value.with_origin(origin);
        self.locals.borrow_mut().insert(name.into(), Some(value.clone()));
        Ok(value)
    }
}

impl ExprScope for StackScope<'_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let one = |value: Value| Resolved { value, consumed: 1 };
        let name = following[0].unwrap_or_default();
        match root {
            "var" => self.variable(name, span).map(one),
            "local" => self.local(name, span).map(one),
            "component" | "identity_token" | "store" | "upstream_input" | "deployment" | "provider" => {
                Ok(one(Value::unknown(Why::AfterApply(eco_format!("{root}.{name}")), span)))
            }
            "each" | "self" => Ok(one(Value::unknown(Why::Instances("for_each".into()), span))),
            _ => Err(EvalError::new(format!("Stacks have no `{root}`."), span)),
        }
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((self.stack.files, self.stack.directory))
    }

    fn sources(&self) -> Option<&Sources> {
        Some(self.stack.sources)
    }
}
