//! `.policytest.hcl` files: every policy that is tested on every mock.

use super::inputs::{Given, constant};
use super::terraform_policy::{LoadedPolicies, load_policies};
use super::{CustomPage, Index, judge, mocks};
use crate::check::terraform_policy::{Judged, Mock, MockKind, Skipped, TestFile, read_tests};
use crate::expr::EvalError;
use crate::finding::Verdicts;
use crate::model::{Lowered, ResourceId, Text, Value};
use crate::source::{Problem, SourceId, Sources, Span};
use crate::syntax::hcl::Expr;

/// What became of one mock.
#[derive(Clone, Debug)]
pub struct MockOutcome {
    /// `resource.aws_ebs_volume.data`
    pub mock: Text,
    /// Its header.
    pub span: Span,
    /// What became of it.
    pub result: MockResult,
}

/// What became of a mock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MockResult {
    /// The policies said what they must.
    Passed,
    /// It could not be judged, for this reason.
    Skipped(String),
    /// They did not: what was expected, and what they said.
    Failed(String),
}

/// Reads a test file; `text` is the text of `source`.
pub fn read_test(source: SourceId, text: &str) -> Result<TestFile, Vec<Problem>> {
    read_tests(source, text)
}

/// Runs the policies of `files` on the mocks of `test`. `inputs` are values of the command line. Wrong
/// policies and wrong mocks are errors whatever the test expects.
pub fn run_test(
    test: &TestFile,
    files: &[CustomPage],
    inputs: &[(String, String)],
    sources: &Sources,
) -> Result<Vec<MockOutcome>, Vec<Problem>> {
    let shared = values(&test.inputs).map_err(problem)?;
    let base = load(files, Given { texts: inputs, values: &shared }, sources)?;
    let known = known_inputs(&base, &shared);
    let model = mocks::lower(test, &known)?;
    let verdicts = evaluate(&model, &base, sources);
    let mut outcomes = Vec::new();
    for mock in test.mocks.iter().filter(|mock| mock.kind != MockKind::Data && !mock.skip) {
        let result = if mock.inputs.is_empty() {
            result(mock, &model, &verdicts, &base)
        } else {
            let mut own = shared.clone();
            own.extend(values(&mock.inputs).map_err(problem)?);
            let loaded = load(files, Given { texts: inputs, values: &own }, sources)?;
            let model = mocks::lower(test, &known_inputs(&loaded, &own))?;
            result(mock, &model, &evaluate(&model, &loaded, sources), &loaded)
        };
        outcomes.push(MockOutcome { mock: mock.address(), span: mock.header, result });
    }
    Ok(outcomes)
}

fn problem(error: EvalError) -> Vec<Problem> {
    vec![Problem::error(error.span, error.message)]
}

fn values(written: &[(Text, Expr)]) -> Result<Vec<(Text, Value)>, EvalError> {
    written.iter().map(|(name, expr)| Ok((name.clone(), constant(expr, &[])?))).collect()
}

fn load(files: &[CustomPage], given: Given, sources: &Sources) -> Result<LoadedPolicies, Vec<Problem>> {
    let mut all = LoadedPolicies::default();
    for file in files {
        let mut loaded = load_policies(file, Judged::Mocks, given, sources)?;
        all.pages.append(&mut loaded.pages);
        all.skipped.append(&mut loaded.skipped);
    }
    Ok(all)
}

/// The inputs that mocks may read: those of the test, and those of the policies.
fn known_inputs(loaded: &LoadedPolicies, given: &[(Text, Value)]) -> Vec<(Text, Value)> {
    let mut known = Vec::new();
    for policy in loaded.pages.iter().flat_map(|page| &page.policies) {
        known.extend(policy.inputs.iter().cloned());
    }
    known.extend(given.iter().cloned());
    known
}

fn evaluate(model: &Lowered, loaded: &LoadedPolicies, sources: &Sources) -> Verdicts {
    judge(&Index::new(model, sources), &loaded.pages, &[], sources).selected
}

fn result(mock: &Mock, model: &Lowered, verdicts: &Verdicts, loaded: &LoadedPolicies) -> MockResult {
    let address = mock.address();
    let is_on = |id: ResourceId| model.resource(id).address == *address;
    let denied = verdicts.fails.iter().filter(|verdict| is_on(verdict.resource));
    let mut said: Vec<String> =
        denied.map(|verdict| format!("`{}` denies it: {}", verdict.check.id, verdict.message)).collect();
    let unknown = verdicts.inconclusive.iter().filter(|verdict| is_on(verdict.resource));
    said.extend(unknown.map(|verdict| format!("`{}` cannot decide on it", verdict.check.id)));
    let wrong = verdicts.problems.iter().filter(|problem| problem.span == mock.header);
    said.extend(wrong.map(|problem| problem.message.clone()));
    if !said.is_empty() {
        return if mock.expect_failure {
            MockResult::Passed
        } else {
            MockResult::Failed(format!("`{address}` is expected to pass, but {}", said.join("; ")))
        };
    }
    // Nothing was said, perhaps because the policy that would is left out.
    let judges = |skipped: &&Skipped| skipped.patterns.iter().any(|pattern| pattern.matches(&mock.type_name));
    let left_out = loaded.skipped.iter().find(judges);
    match left_out {
        Some(skipped) => MockResult::Skipped(format!("policy `{}` {}", skipped.name, skipped.reason)),
        None if mock.expect_failure => {
            MockResult::Failed(format!("`{address}` is expected to fail, but no policy denies it"))
        }
        None => MockResult::Passed,
    }
}
