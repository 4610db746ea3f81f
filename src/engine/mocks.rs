//! Mocks of `.policytest.hcl` as resources: their attributes may refer to each other.

use super::inputs::InputScope;
use crate::check::terraform_policy::{Mock, MockKind, TestFile};
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::model::{Address, Format, Lowered, Resource, Text, Unit, UnitId, Value};
use crate::source::{Problem, Span};
use crate::syntax::hcl::Expr;
use std::cell::RefCell;

/// What a mock says of the state before, in the `meta` of its resource.
pub const PRIOR_ATTRS: &str = "prior_attrs";

/// The mocks of a test as the model of a configuration.
pub fn lower(test: &TestFile, inputs: &[(Text, Value)]) -> Result<Lowered, Vec<Problem>> {
    let budget = Budget::policy();
    let scope = MockScope {
        test,
        inputs,
        budget: &budget,
        mocks: RefCell::new(vec![State::Unread; test.mocks.len()]),
        locals: RefCell::new(vec![State::Unread; test.locals.len()]),
    };
    let mut lowered = Lowered::default();
    let unit = lowered.add_unit(Unit::new(Format::Terraform, ""));
    for (at, mock) in test.mocks.iter().enumerate() {
        let resource =
            scope.resource(at, mock, unit).map_err(|error| vec![Problem::error(error.span, error.message)])?;
        lowered.add(resource);
    }
    Ok(lowered)
}

/// How far a mock or local is.
#[derive(Clone)]
enum State {
    Unread,
    /// Being evaluated: to read it now is a cycle.
    Open,
    Known(Result<Value, EvalError>),
}

struct MockScope<'a> {
    test: &'a TestFile,
    inputs: &'a [(Text, Value)],
    budget: &'a Budget,
    mocks: RefCell<Vec<State>>,
    locals: RefCell<Vec<State>>,
}

impl MockScope<'_> {
    fn evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        Evaluator::new(self, Mode::Configuration, self.budget).evaluate(expr)
    }

    /// The value of one of `states`, evaluated when it is first read.
    fn once(&self, states: &RefCell<Vec<State>>, at: usize, expr: &Expr, span: Span) -> Result<Value, EvalError> {
        let Some(state) = states.borrow_mut().get_mut(at).map(|state| std::mem::replace(state, State::Open)) else {
            return Err(EvalError::fatal("This is not known here.", span));
        };
        let value = match state {
            State::Known(value) => value,
            State::Open => Err(EvalError::fatal("Circular reference detected: this depends on itself.", span)),
            State::Unread => self.evaluate(expr),
        };
        if let Some(state) = states.borrow_mut().get_mut(at) {
            *state = State::Known(value.clone());
        }
        value
    }

    fn attrs(&self, at: usize, mock: &Mock, span: Span) -> Result<Value, EvalError> {
        if let Some(attrs) = &mock.attrs {
            return self.once(&self.mocks, at, attrs, span);
        }
        // What is deleted has every attribute that it had, and none has a value.
        let prior = self.prior_attrs(mock)?;
        let entries = prior.as_ref().and_then(Value::as_mapping).map(|prior| prior.entries.as_slice());
        let gone = |(name, _): &(Text, Value)| (name.clone(), Value::null(mock.header));
        Ok(Value::object(entries.unwrap_or_default().iter().map(gone).collect(), mock.header))
    }

    fn prior_attrs(&self, mock: &Mock) -> Result<Option<Value>, EvalError> {
        mock.prior_attrs.as_ref().map(|prior| self.evaluate(prior)).transpose()
    }

    fn resource(&self, at: usize, mock: &Mock, unit: UnitId) -> Result<Resource, EvalError> {
        let mut attrs = self.attrs(at, mock, mock.header)?;
        let mut meta = match &mock.meta {
            Some(meta) => self.evaluate(meta)?,
            None => Value::object(Vec::new(), mock.header),
        };
        let operation = match (&mock.attrs, &mock.prior_attrs) {
            (_, None) => "create",
            (Some(_), Some(_)) => "update",
            (None, Some(_)) => "delete",
        };
        let text = |text: &str| Value::string(text, mock.header);
        let wrong = |what: &str, value: &Value| EvalError::new(format!("`{what}` is an object."), value.origin.span);
        let known = meta.as_mapping_mut().ok_or_else(|| wrong("meta", &text("")))?;
        let mut defaults = vec![("operation", text(operation)), ("module_path", text("."))];
        let type_name = match mock.kind {
            MockKind::Provider => ecow::eco_format!("provider.{}", mock.type_name),
            MockKind::Module => {
                defaults.push(("source", text(&mock.type_name)));
                Text::from("module")
            }
            MockKind::Data => ecow::eco_format!("data.{}", mock.type_name),
            MockKind::Resource => mock.type_name.clone(),
        };
        for (name, value) in defaults {
            if known.get(name).is_none() {
                known.set(name, value);
            }
        }
        if let Some(prior) = self.prior_attrs(mock)? {
            known.set(PRIOR_ATTRS, prior);
        }
        let place = attrs.origin.span;
        let fields = attrs.as_mapping_mut().ok_or_else(|| EvalError::new("`attrs` is an object.", place))?;
        fields.header = Some(mock.header);
        if mock.kind == MockKind::Module && fields.get("source").is_none() {
            fields.set("source", text(&mock.type_name));
        }
        Ok(Resource {
            format: Format::Terraform,
            type_name,
            families: &[],
            address: Address::other(None, mock.address()),
            attrs,
            meta,
            block: mock.block,
            header: mock.header,
            owner: None,
            unit,
            call: None,
            doubt: None,
            planned: None,
        })
    }

    fn position(&self, data: bool, type_name: &str, name: Option<&str>) -> Option<(usize, &Mock)> {
        let name = name?;
        let named =
            |mock: &Mock| (mock.kind == MockKind::Data) == data && mock.type_name == type_name && mock.name == name;
        self.test.mocks.iter().enumerate().find(|(_, mock)| named(mock))
    }
}

impl ExprScope for MockScope<'_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let [first, second] = following;
        if root == "input" {
            return InputScope(self.inputs).resolve(root, following, span);
        }
        if root == "local" {
            let at = self.test.locals.iter().rposition(|(name, _)| Some(name.as_str()) == first);
            let local = at.and_then(|at| Some((at, &self.test.locals.get(at)?.1)));
            let (at, expr) = local.ok_or_else(|| unknown(&format!("local.{}", first.unwrap_or_default()), span))?;
            return Ok(Resolved { value: self.once(&self.locals, at, expr, span)?, consumed: 1 });
        }
        let (found, consumed) = match (root, first) {
            ("data", Some(type_name)) => (self.position(true, type_name, second), 2),
            // Both `TYPE.NAME.attr` and `TYPE.NAME.attrs.attr` are written.
            _ => (self.position(false, root, first), if second == Some("attrs") { 2 } else { 1 }),
        };
        let (at, mock) = found.ok_or_else(|| unknown(&[root, first.unwrap_or_default()].join("."), span))?;
        Ok(Resolved { value: self.attrs(at, mock, span)?, consumed })
    }
}

fn unknown(name: &str, span: Span) -> EvalError {
    EvalError::fatal(
        format!("`{name}` is not known here; there are input, local, data and the mocks of this file."),
        span,
    )
}
