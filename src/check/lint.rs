//! Names in policies that mean nothing: found when a page is loaded, whatever it judges later.

use super::terraform_policy::{DATA_SOURCE, HTTP_REQUEST};
use super::{EdgeRule, Enforce, Fix, Graded, Input, Policy};
use crate::model::Text;
use crate::source::Problem;
use crate::source::suggestion;
use crate::syntax::hcl::{Expr, Mention, mentions};

/// The first names that a policy may read.
const ROOTS: [&str; 6] = ["attrs", "each", "input", "local", "meta", "owner"];

/// What is wrong with the names of `policies`. `functions` are the names of all functions, without
/// `core::`; `inputs` the inputs that are declared beside the policies.
pub fn lint(policies: &[Policy], inputs: &[Input], functions: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for policy in policies {
        let mut lint = Lint { policy, inputs, functions, each: false, problems: &mut problems };
        policy.filter.iter().for_each(|filter| lint.expr(filter));
        policy.locals.iter().for_each(|(_, local)| lint.expr(local));
        policy.enforces.iter().for_each(|enforce| lint.enforce(enforce));
        policy.edges.iter().flat_map(EdgeRule::expressions).for_each(|expr| lint.expr(expr));
    }
    // Locals of the page belong to each of its policies.
    let mut seen: Vec<Problem> = Vec::new();
    problems.retain(|problem| {
        let is_new = !seen.contains(problem);
        seen.push(problem.clone());
        is_new
    });
    problems
}

struct Lint<'a> {
    policy: &'a Policy,
    inputs: &'a [Input],
    functions: &'a [&'a str],
    each: bool,
    problems: &'a mut Vec<Problem>,
}

impl Lint<'_> {
    fn enforce(&mut self, enforce: &Enforce) {
        enforce.for_each.iter().for_each(|collection| self.expr(collection));
        self.each = enforce.for_each.is_some();
        self.expr(&enforce.condition);
        let rest = [&enforce.error_message, &enforce.info_message, &enforce.at];
        let fix = enforce.fix.iter().flat_map(Fix::expressions);
        rest.into_iter().flatten().chain(fix).for_each(|expr| self.expr(expr));
        enforce.severity.iter().flat_map(Graded::conditions).for_each(|condition| self.expr(condition));
        self.each = false;
    }

    fn expr(&mut self, expr: &Expr) {
        mentions(expr, &mut |mention| {
            self.problems.extend(wrong(self.policy, self.inputs, self.functions, self.each, mention));
        });
    }
}

fn wrong(policy: &Policy, inputs: &[Input], functions: &[&str], each: bool, mention: Mention) -> Option<Problem> {
    match mention {
        Mention::Call(call) => {
            let full = call.name.name.as_str();
            let name = full.strip_prefix("core::").unwrap_or(full);
            // What those of Terraform Policy ask of others is told apart where it is read.
            let foreign = full.starts_with("plugin::") || [DATA_SOURCE, HTTP_REQUEST].contains(&name);
            let known =
                functions.contains(&name) || full.starts_with("provider::") || policy.terraform.is_some() && foreign;
            let hint = || suggestion(name, functions.iter().copied());
            (!known).then(|| Problem::error(call.name.span, format!("There is no function `{full}`{}", hint())))
        }
        Mention::Name { root: "local", next: Some(next), .. } => {
            let known: Vec<&Text> = policy.locals.iter().map(|(name, _)| name).collect();
            undeclared("local", &next.name, &known).map(|message| Problem::error(next.span, message))
        }
        Mention::Name { root: "input", next: Some(next), .. } => {
            let known: Vec<&Text> = inputs.iter().map(|input| &input.name).collect();
            undeclared("input", &next.name, &known).map(|message| Problem::error(next.span, message))
        }
        Mention::Name { root: "each", span, .. } => {
            (!each).then(|| Problem::error(span, "`each` is known only in an `enforce` with `for_each`."))
        }
        Mention::Name { root: "prior_attrs", .. } if policy.terraform.is_some() => None,
        Mention::Name { root, span, .. } => (!ROOTS.contains(&root)).then(|| {
            let hint = suggestion(root, ROOTS);
            let there_are =
                if hint.is_empty() { "; there are attrs, meta, owner, local, input and each" } else { &hint };
            Problem::error(span, format!("`{root}` is not known here{there_are}"))
        }),
        Mention::Literal(_) => None,
    }
}

fn undeclared(root: &str, name: &Text, known: &[&Text]) -> Option<String> {
    let hint = || suggestion(name, known.iter().map(|known| known.as_str()));
    (!known.contains(&name)).then(|| format!("`{root}.{name}` is not declared{}", hint()))
}
