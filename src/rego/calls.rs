//! What a name in a module stands for: rules of the template, functions of Rego, and whether rules use each other in a
//! circle.

use super::builtins;
use super::modules::{RegoModule, head, head_name};
use super::problem::RegoProblem;
use crate::limits::rego::MAX_DEPTH;
use regorus::unstable::{Rule, RuleHead, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The rules of a template by their full names: `data.lib.images.is_allowed`.
pub struct RuleNames {
    /// With the places of their names, and how many arguments they take.
    places: BTreeMap<String, (Span, usize)>,
}

/// What a function is.
pub enum Callee {
    /// A rule of the template, by its full name.
    Rule(String),
    /// A function of the language.
    Builtin,
}

impl RuleNames {
    pub fn of(modules: &[RegoModule]) -> Self {
        let mut places = BTreeMap::new();
        for module in modules {
            for rule in &module.tree.policy {
                if let Some((name, _)) = head_name(head(rule)) {
                    let arguments = match &**rule {
                        Rule::Spec { head: RuleHead::Func { args, .. }, .. } => args.len(),
                        _ => 0,
                    };
                    let full = format!("{}.{}", module.package, name.text());
                    places.entry(full).or_insert_with(|| (name.clone(), arguments));
                }
            }
        }
        Self { places }
    }

    /// How many arguments a function takes; one more takes its result.
    pub fn arity(&self, name: &str) -> usize {
        self.places.get(name).map_or(0, |(_, arguments)| *arguments)
    }

    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Finds a function by the name that a module calls it by.
    pub fn callee(&self, module: &RegoModule, name: &str, span: &Span) -> Result<Callee, RegoProblem> {
        let own = format!("{}.{name}", module.package);
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let imported = module.imports.iter().find(|(short, _)| short == first);
        let imported = imported.map(|(_, path)| if rest.is_empty() { path.clone() } else { format!("{path}.{rest}") });
        for full in [Some(own), imported, Some(name.to_owned())].into_iter().flatten() {
            if self.has(&full) {
                return Ok(Callee::Rule(full));
            }
        }
        if builtins::is_known(name) {
            return Ok(Callee::Builtin);
        }
        if builtins::is_function_of_opa(name) {
            return Err(RegoProblem::unsupported(format!("the function `{name}` is not supported")));
        }
        Err(RegoProblem::refused(format!("the function `{name}` is undefined"), Some(span)))
    }

    /// Refuses rules that use each other in a circle.
    pub fn refuse_circles(&self, uses: &BTreeMap<String, BTreeSet<String>>) -> Result<(), RegoProblem> {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in uses.keys() {
            let (mut open, mut way) = (vec![(start.as_str(), false)], Vec::<&str>::new());
            while let Some((name, is_left)) = open.pop() {
                if is_left {
                    way.pop();
                    done.insert(name);
                    continue;
                }
                if way.contains(&name) {
                    let last = name.rsplit('.').next().unwrap_or(name);
                    return Err(RegoProblem::refused(
                        format!("the rule `{last}` uses itself"),
                        self.places.get(name).map(|(place, _)| place),
                    ));
                }
                if done.contains(name) {
                    continue;
                }
                if way.len() >= MAX_DEPTH {
                    return Err(RegoProblem::unsupported("its rules use each other too deeply"));
                }
                way.push(name);
                open.push((name, true));
                open.extend(uses.get(name).into_iter().flatten().map(|next| (next.as_str(), false)));
            }
        }
        Ok(())
    }
}
