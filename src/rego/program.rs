//! A template's code, ready to be evaluated, and what it says of a review.

use super::analysis::{Analyzed, LibraryCall, Reads, analyze};
use super::builtins;
use super::calls::RuleNames;
use super::modules::{self, RegoModule, file_name};
use super::negation;
use super::problem::RegoProblem;
use super::review::{Part, Review};
use crate::limits::rego::MAX_STEPS;
use crate::model::Cause;
use regorus::utils::limits::{ExecutionTimerConfig, TimeSource, set_fallback_execution_timer_config, set_time_source};
use regorus::{CompiledPolicy, Engine, LimitError, Value};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Duration;

/// The code of a template.
pub struct RegoSource<'a> {
    /// The module of the template.
    pub code: &'a str,
    /// The modules that it may import.
    pub libs: Vec<&'a str>,
    /// Whether it is written in Rego 1; Rego 0 is the default.
    pub is_v1: bool,
}

/// Code that can be evaluated.
#[derive(Debug)]
pub struct RegoProgram {
    policy: CompiledPolicy,
    reads: Reads,
}

/// What a template says.
#[derive(Debug, PartialEq, Eq)]
pub enum RegoOutcome {
    /// The messages of all violations, in order; none admits the object.
    Violations(Vec<String>),
    /// It reads what is not known.
    Unknown(Vec<Cause>),
    /// It reads the objects of the cluster.
    Inventory,
    /// It cannot be evaluated. The reason.
    Failed(String),
    /// It takes more than any template should.
    Limit,
}

/// After how many steps it looks whether that is done.
const STEPS_BETWEEN: u32 = 64;

/// A clock that goes by looks, not by time: the limit is the same on every machine.
struct Steps;

thread_local! {
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

impl TimeSource for Steps {
    fn now(&self) -> Option<Duration> {
        LOOKS.set(LOOKS.get() + 1);
        Some(Duration::from_nanos(LOOKS.get()))
    }
}

fn set_limits() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        let check_interval = NonZeroU32::new(STEPS_BETWEEN).unwrap_or(NonZeroU32::MIN);
        let limit = Duration::from_nanos(MAX_STEPS / u64::from(STEPS_BETWEEN));
        set_fallback_execution_timer_config(Some(ExecutionTimerConfig { limit, check_interval }));
        // An error says that it is set, which cannot be: nobody else in this program uses regorus.
        let _ = set_time_source(&Steps);
    });
}

impl RegoProgram {
    /// Reads and checks the code of a template.
    pub fn compile(source: &RegoSource<'_>) -> Result<Self, RegoProblem> {
        set_limits();
        let texts: Vec<&str> = [source.code].into_iter().chain(source.libs.iter().copied()).collect();
        let modules = modules::read(&texts, source.is_v1)?;
        // The code is read once as it is written, for what is wrong with it, and once as regorus gets it.
        let names = RuleNames::of(&modules);
        analyze(&modules, &names)?;
        negation::refuse_unbound(&modules, &names)?;
        let rewritten = texts.iter().zip(&modules).map(|(text, module)| negation::with_operands(text, module, &names));
        let rewritten = rewritten.collect::<Result<Vec<String>, _>>()?;
        let texts: Vec<&str> = rewritten.iter().map(String::as_str).collect();
        let modules = modules::read(&texts, source.is_v1)
            .map_err(|_| RegoProblem::unsupported("what a negation is computed from cannot be told"))?;
        let Analyzed { reads, calls, .. } = analyze(&modules, &RuleNames::of(&modules))?;
        let texts: Vec<String> =
            texts.iter().enumerate().map(|(number, text)| with_full_names(text, &file_name(number), &calls)).collect();
        let policy = compiled(&texts, &modules, source.is_v1).map_err(|error| RegoProblem::of_error(&error))?;
        Ok(Self { policy, reads })
    }

    /// Evaluates the template on a review.
    pub fn evaluate(&self, review: &Review) -> RegoOutcome {
        let is_noticed = |part: &&Part<'_>| {
            if part.counts_by_name { self.reads.name(&part.path) } else { self.reads.notice(&part.path, &part.known) }
        };
        if let Some(part) = review.unknown().iter().find(is_noticed) {
            return RegoOutcome::Unknown(part.causes.to_vec());
        }
        if self.reads.inventory {
            return RegoOutcome::Inventory;
        }
        let result = match self.policy.eval_with_input(review.input()) {
            Ok(result) => result,
            Err(error) if error.downcast_ref::<LimitError>().is_some() => return RegoOutcome::Limit,
            Err(error) => return RegoOutcome::Failed(RegoProblem::of_error(&error).message),
        };
        let shows_all = !review.sensitive().iter().any(|path| self.reads.notice(path, &[]));
        match violations(&result) {
            Some(mut messages) => {
                if !shows_all {
                    messages.iter_mut().for_each(|message| HIDDEN.clone_into(message));
                    messages.dedup();
                }
                RegoOutcome::Violations(messages)
            }
            None => RegoOutcome::Failed("the `msg` of a violation is not a string".into()),
        }
    }
}

/// What stands for a message that may show what must not be shown.
const HIDDEN: &str = "the message is not shown, since the template reads a sensitive value";

/// A module in which functions of other packages are called by their full names: regorus finds them by no other.
fn with_full_names(text: &str, file: &str, calls: &BTreeSet<LibraryCall>) -> String {
    let mut named = text.to_owned();
    for (_, start, end, full) in calls.iter().rev().filter(|(of, ..)| of == file) {
        let range = *start as usize..*end as usize;
        if named.get(range.clone()).is_some() {
            named.replace_range(range, full);
        }
    }
    named
}

fn compiled(texts: &[String], modules: &[RegoModule], is_v1: bool) -> anyhow::Result<CompiledPolicy> {
    let mut engine = Engine::new();
    engine.set_rego_v0(!is_v1);
    // As in OPA, a function that fails gives nothing.
    engine.set_strict_builtin_errors(false);
    builtins::add_to(&mut engine)?;
    for (number, text) in texts.iter().enumerate() {
        engine.add_policy(file_name(number), text.clone())?;
    }
    let package = modules.first().map(|module| module.package.as_str()).unwrap_or_default();
    engine.compile_with_entrypoint(&format!("{package}.violation").into())
}

/// The messages of a set of violations; `None` if one is no string. A violation without a message is none.
fn violations(result: &Value) -> Option<Vec<String>> {
    let items: Vec<&Value> = match result {
        Value::Set(items) => items.iter().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => return Some(Vec::new()),
    };
    let mut messages = Vec::new();
    for item in items {
        let Value::Object(_) = item else { continue };
        match &item["msg"] {
            Value::Undefined => {}
            Value::String(message) => messages.push(message.to_string()),
            _ => return None,
        }
    }
    messages.sort();
    messages.dedup();
    Some(messages)
}
