//! One policy on one resource.

use super::Index;
use super::access_path::AccessPath;
use super::evidence::{Element, Elements, Evidence, Notebook};
use super::place::{Place, place, place_apart};
use super::question::Question;
use super::scope::PolicyScope;
use crate::check::{Enforce, Page, Policy, PolicyKind, TerraformPolicy};
use crate::expr::{Budget, EvalError, Evaluator, Mode};
use crate::finding::{Finding, Inconclusive, Label, Outcome, Tally, Undecided, Verdict, Verdicts};
use crate::model::{Cause, DELETED, Data, PlanOperation, Resource, ResourceId, Text, Type, Value};
use crate::source::{Problem, ProblemKind, Sources};
use crate::syntax::hcl::Expr;

/// Judges one resource.
pub struct Judge<'a> {
    /// All resources.
    pub index: &'a Index<'a>,
    /// The texts, for messages about defects.
    pub sources: &'a Sources,
    /// The number of the resource.
    pub id: ResourceId,
    /// The resource.
    pub resource: &'a Resource,
    /// Where the verdicts go.
    pub verdicts: &'a mut Verdicts,
    /// Counts the verdicts of the page.
    pub tally: &'a mut Tally,
    /// How many resources share what the policy may use.
    pub sharing: usize,
    /// Who wants to know how they came about, if anybody.
    pub question: Option<&'a mut Question>,
}

/// One policy of one page on the resource.
struct Case<'c> {
    page: &'c Page,
    scope: &'c PolicyScope<'c>,
    /// How its verdicts come about.
    evidence: &'c Evidence<'c>,
}

impl Judge<'_> {
    /// Judges it by one policy of one page.
    pub fn policy(&mut self, page: &Page, policy: &Policy) {
        if policy.terraform.as_ref().is_some_and(|subject| !concerns(subject, self.resource)) {
            return;
        }
        let budget = Budget::policy_on(self.sharing);
        let scope = PolicyScope::new(self.index, policy, self.id, &budget);
        let notebook = Notebook::default();
        let evidence = Evidence::new(self.index, policy, self.id, &notebook);
        let case = Case { page, scope: &scope, evidence: &evidence };
        let evaluator = Evaluator::new(&scope, Mode::Policy, &budget);
        match policy.filter.as_ref().map(|filter| evaluator.truth(filter)) {
            None => {}
            Some(Ok(value)) if value.as_bool() == Some(true) => {}
            Some(Ok(value)) if value.is_unknown() => {
                return self.inconclusive(&case, policy.filter.as_ref(), None, &value);
            }
            Some(Ok(_)) => {
                self.tally.not_judged += 1;
                return self.answer(&case, policy.filter.as_ref(), None, |_| Outcome::NotJudged);
            }
            Some(Err(error)) => return self.defect(page, &error),
        }
        for enforce in &policy.enforces {
            match &enforce.for_each {
                None => self.enforce(&case, enforce, None),
                Some(collection) => self.enforce_each(&case, enforce, collection),
            }
        }
    }

    fn enforce_each(&mut self, case: &Case, enforce: &Enforce, collection: &Expr) {
        let whole = match Evaluator::new(case.scope, Mode::Policy, case.scope.budget).evaluate(collection) {
            Err(error) => return self.defect(case.page, &error),
            Ok(whole) if whole.is_unknown() => {
                self.enforce_certain(case, enforce, collection);
                return self.inconclusive(case, Some(collection), None, &whole);
            }
            Ok(whole) => whole,
        };
        let elements = Elements::new(collection);
        let mut at = 0;
        for (key, item) in whole.elements() {
            let value = Value { sensitive: item.sensitive || whole.sensitive, ..item.clone() };
            let span = value.origin.span;
            let each = Value::object(vec![("key".into(), key), ("value".into(), value)], span);
            self.enforce(case, enforce, Some(&Element { each, at, elements: &elements }));
            at += 1;
        }
        if at == 0 {
            self.tally.not_judged += 1;
            self.answer(case, Some(collection), None, |_| Outcome::NotJudged);
        }
    }

    /// Judges the elements that an undecided collection certainly has.
    fn enforce_certain(&mut self, case: &Case, enforce: &Enforce, collection: &Expr) {
        let certain = Evaluator::new(case.scope, Mode::Policy, case.scope.budget).certain_elements(collection);
        let elements = Elements::certain(collection);
        for (at, (key, value)) in certain.unwrap_or_default().into_iter().enumerate() {
            let span = value.origin.span;
            let each = Value::object(vec![("key".into(), key), ("value".into(), value)], span);
            self.enforce(case, enforce, Some(&Element { each, at, elements: &elements }));
        }
    }

    fn enforce(&mut self, case: &Case, enforce: &Enforce, element: Option<&Element>) {
        let names: Vec<(&str, Value)> = element.map(|element| ("each", element.each.clone())).into_iter().collect();
        let evaluator = Evaluator::new(case.scope, Mode::Policy, case.scope.budget);
        let evaluator = evaluator.bind(&names);
        match evaluator.truth(&enforce.condition) {
            Err(error) => self.defect(case.page, &error),
            Ok(value) => match value.data {
                Data::Bool(true) => {
                    self.tally.pass += 1;
                    self.answer(case, Some(&enforce.condition), element, |_| Outcome::Pass);
                }
                Data::Bool(false)
                    if let Some(doubt) = self.resource.doubt.as_ref().filter(|doubt| doubt.conditional) =>
                {
                    // A condition that is not known decides whether there is such a resource at all.
                    let open = Value::unknown_of(Type::Bool, doubt.causes.clone(), self.resource.header);
                    self.inconclusive(case, None, element, &open);
                }
                Data::Bool(false) => self.fail(case, enforce, element, &evaluator),
                Data::Unknown(_) => self.inconclusive(case, Some(&enforce.condition), element, &value),
                _ => {
                    let message = "The condition is null: neither true nor false.";
                    self.defect(case.page, &EvalError::new(message, enforce.condition.span));
                }
            },
        }
    }

    fn fail(&mut self, case: &Case, enforce: &Enforce, element: Option<&Element>, evaluator: &Evaluator) {
        let Case { page, evidence, .. } = *case;
        let message = match enforce.error_message.as_ref().map(|message| evaluator.evaluate(message)) {
            Some(Ok(message)) => self.shown(&message, &page.meta.title),
            Some(Err(error)) if error.fatal => return self.defect(page, &error),
            // A name or value that the message tells is not there: the finding stands.
            None | Some(Err(_)) => format!("{}.", page.meta.title),
        };
        let mut accesses = match &enforce.at {
            Some(at) => evidence.pointed_at(at, element).into_iter().collect(),
            None => evidence.deciding(&enforce.condition, element).accesses,
        };
        accesses.extend(element.map(|element| evidence.element(element)));
        let Place { span, mut labels, path, stable } = place_apart(accesses, self.resource, enforce.span.source);
        if let Some(Ok(info)) = enforce.info_message.as_ref().map(|message| evaluator.evaluate(message)) {
            labels.push(Label { message: self.shown(&info, &page.meta.title), span: self.resource.header, hop: false });
        }
        labels.extend(self.misspelt(&path));
        let holds = |condition: &Expr| evaluator.truth(condition).ok()?.as_bool();
        let severity = enforce.severity.as_ref().map_or(page.meta.severity, |graded| graded.decide(&holds));
        let stable = self.index.secrets().hidden(&stable);
        self.tally.fail += 1;
        self.verdicts.fails.push(Verdict {
            check: page.meta.clone(),
            resource: self.id,
            severity,
            message,
            place: span,
            path,
            stable_path: stable.into(),
            labels,
            route: Vec::new(),
        });
        let (model, sources) = (self.index.model(), self.sources);
        self.answer(case, Some(&enforce.condition), element, |verdicts| {
            let finding = |verdict: &Verdict| Finding::new(verdict.clone(), None, model, sources, &Text::new());
            verdicts.fails.last().map_or(Outcome::NotJudged, |verdict| Outcome::Fail(finding(verdict).into()))
        });
    }

    /// The name that was probably meant to be the attribute that a check asked for, and that its provider does not know.
    fn misspelt(&self, path: &str) -> Option<Label> {
        let wanted = path.rsplit(['.', ']']).next().filter(|name| !name.is_empty())?;
        let around = self.index.model().owners(self.id).map(|id| self.index.get(id));
        let mut problems = around.filter_map(|resource| resource.meta.get("schema_problems")?.as_items()).flatten();
        let problem = problems.find(|problem| {
            let is_inside = self.resource.block.contains(problem.origin.span);
            is_inside && problem.get("meant").and_then(Value::as_str) == Some(wanted)
        })?;
        let message = problem.get("message").and_then(Value::as_str)?.trim_end_matches('.').to_owned();
        Some(Label { message, span: problem.origin.span, hop: false })
    }

    /// Tells whoever asked how the last verdict came about.
    fn answer(
        &mut self,
        case: &Case,
        expr: Option<&Expr>,
        element: Option<&Element>,
        outcome: impl FnOnce(&Verdicts) -> Outcome,
    ) {
        if self.question.is_none() {
            return;
        }
        let model = self.index.model();
        let resource = model.resource(model.reported(self.id)).address.clone();
        if let (Some(question), Some(expr)) = (&mut self.question, expr) {
            let outcome = outcome(self.verdicts);
            let deciding = case.evidence.deciding(expr, element);
            let element = element.map(|element| case.evidence.element(element).path.into());
            question.answer(case.page, resource, outcome, expr.span, deciding, element);
        }
    }

    /// The text of a message, without secrets; sensitive ones, and ones that cannot be made, give way to the
    /// title.
    fn shown(&self, message: &Value, title: &str) -> String {
        match message.as_str() {
            Some(text) if !message.sensitive => self.index.secrets().hidden(text),
            _ => format!("{title}."),
        }
    }

    fn inconclusive(&mut self, case: &Case, expr: Option<&Expr>, element: Option<&Element>, value: &Value) {
        let Case { page, evidence, .. } = *case;
        let accesses = expr.map(|expr| evidence.deciding(expr, element).accesses).unwrap_or_default();
        let page_source = expr.map(|expr| expr.span.source);
        let counts =
            |access: &AccessPath| !access.value.is_wholly_known() && Some(access.place().source) != page_source;
        let unknown: Vec<AccessPath> = accesses.into_iter().filter(counts).collect();
        let because: Vec<Cause> = value.as_unknown().map(|unknown| unknown.causes.clone()).unwrap_or_default();
        self.tally.inconclusive += 1;
        self.verdicts.inconclusive.push(Undecided {
            check: page.meta.clone(),
            resource: self.id,
            place: place(&unknown, self.resource).span,
            because,
        });
        let (model, sources) = (self.index.model(), self.sources);
        self.answer(case, expr, element, |verdicts| {
            let verdict = verdicts.inconclusive.last().cloned();
            let inconclusive = |verdict| Inconclusive::new(verdict, model, sources, &Text::new());
            verdict.map_or(Outcome::NotJudged, |verdict| Outcome::Inconclusive(inconclusive(verdict).into()))
        });
    }

    /// An evaluation error is a defect of the check, never a verdict.
    fn defect(&mut self, page: &Page, error: &EvalError) {
        let message = format!("Check `{}` failed on `{}`: {}", page.meta.id, self.resource.address, error.message);
        let source = self.sources.get(error.span.source);
        let line = source.places(error.span).0.line;
        let help = if source.is_file {
            format!("At line {line} of `{}`.", source.path)
        } else {
            format!("At line {line} of the check's page. Please report it as a defect of gatelint.")
        };
        self.verdicts
            .problems
            .push(Problem::error(self.resource.header, message).about(ProblemKind::Check).with_help(help));
    }
}

/// Whether a policy that is written for Terraform Policy judges this resource at all. What a configuration
/// declares counts as created, updated or left as it is.
fn concerns(subject: &TerraformPolicy, resource: &Resource) -> bool {
    // A pattern like `*` names types of other formats and of other blocks too.
    let is_deleted = resource.type_name.starts_with(DELETED);
    if subject.kind == PolicyKind::Resource && !resource.is_managed() && !is_deleted {
        return false;
    }
    let planned = resource.planned.as_ref().map(|planned| planned.operation);
    let mocked = resource.meta.get("operation").and_then(Value::as_str);
    // What is replaced is deleted, too.
    let deletes = !subject.operations.is_empty() && subject.operations.iter().all(|one| one == "delete");
    let is_replaced = planned == Some(PlanOperation::Replace);
    let planned = if deletes && is_replaced { Some("delete") } else { planned.map(PlanOperation::name) };
    let operation = mocked.or(planned);
    let operates = match operation {
        Some("delete") if subject.operations.is_empty() => false,
        Some(operation) if !subject.operations.is_empty() => subject.operations.iter().any(|one| one == operation),
        _ => subject.operations.is_empty() || subject.operations.iter().any(|one| one != "delete"),
    };
    let source = || resource.attrs.get("source").and_then(Value::as_str).unwrap_or_default();
    operates && subject.source.as_ref().is_none_or(|pattern| pattern.matches(source()))
}
