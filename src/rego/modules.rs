//! The modules of a template: parsed, and held to what Gatekeeper takes.

use super::problem::RegoProblem;
use crate::limits::rego::{MAX_BYTES, MAX_NESTING};
use regorus::unstable::{Expr, Module, Parser, Ref, Rule, RuleHead, Span};
use regorus::{PolicyLengthConfig, Source};

/// A module.
pub struct RegoModule {
    /// As it was parsed.
    pub tree: Module,
    /// `data.lib.images`: what its rules are found below.
    pub package: String,
    /// Short names of other packages, with what they stand for.
    pub imports: Vec<(String, String)>,
}

/// The name under which regorus keeps a module, by its number: the template itself, and its libraries.
pub fn file_name(number: usize) -> String {
    if number == 0 { "template".into() } else { format!("lib_{number}") }
}

/// Reads the modules of a template: first its own, then its libraries.
pub fn read(texts: &[&str], is_v1: bool) -> Result<Vec<RegoModule>, RegoProblem> {
    if texts.iter().map(|text| text.len()).sum::<usize>() > MAX_BYTES {
        return Err(RegoProblem::unsupported("its code is longer than 256 KiB"));
    }
    if texts.iter().map(|text| nesting(text)).fold(0, u64::saturating_add) > MAX_NESTING {
        return Err(RegoProblem::unsupported("its brackets are nested too deeply"));
    }
    let modules: Vec<_> =
        texts.iter().enumerate().map(|(number, text)| module(number, text, is_v1)).collect::<Result<_, _>>()?;
    for (number, module) in modules.iter().enumerate() {
        let is_lib = module.package.strip_prefix("data.lib.").is_some_and(|name| !name.is_empty());
        if number > 0 && !is_lib {
            let message = format!("the package '{}' of a library is not below `lib`", name_of(&module.package));
            return Err(RegoProblem::refused(message, Some(&module.tree.package.span)));
        }
    }
    let is_violation = |rule: &Ref<Rule>| rule_name(rule).is_some_and(|name| name.text() == "violation");
    match modules.first() {
        Some(own) if own.tree.policy.iter().any(is_violation) => Ok(modules),
        own => {
            let place = own.map(|own| &own.tree.package.span);
            Err(RegoProblem::refused("the template has no rule `violation`", place))
        }
    }
}

/// What the brackets of a code cost to read. The outermost are those of rules.
fn nesting(text: &str) -> u64 {
    let (mut cost, mut depth) = (0_u64, 0_u32);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '[' | '{' => {
                cost = cost.saturating_add(1_u64.checked_shl(depth).unwrap_or(u64::MAX));
                depth += 1;
            }
            ']' | '}' => depth = depth.saturating_sub(1),
            '#' => drop(letters.find(|letter| *letter == '\n')),
            '`' => drop(letters.find(|letter| *letter == '`')),
            '"' => {
                while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                    if letter == '\\' {
                        letters.next();
                    }
                }
            }
            _ => {}
        }
    }
    cost
}

fn name_of(package: &str) -> &str {
    package.strip_prefix("data.").unwrap_or(package)
}

fn module(number: usize, text: &str, is_v1: bool) -> Result<RegoModule, RegoProblem> {
    let tree = parse(number, text, is_v1).map_err(|error| RegoProblem::of_error(&error))?;
    let path = dotted(&tree.package.refr)
        .ok_or_else(|| RegoProblem::refused("the package has no plain name", Some(&tree.package.span)))?;
    let mut imports = Vec::new();
    for import in &tree.imports {
        let refused = |why: &str| RegoProblem::refused(why, Some(&import.span));
        let path = dotted(&import.refr).ok_or_else(|| refused("the import has no plain name"))?;
        if path.starts_with("future.keywords") {
            continue;
        }
        if path.strip_prefix("data.lib.").is_none_or(str::is_empty) {
            return Err(refused(&format!("'{path}' is imported: Gatekeeper takes only imports from `data.lib`")));
        }
        let last = path.rsplit('.').next().unwrap_or_default().to_owned();
        let name = import.r#as.as_ref().map_or(last, |name| name.text().to_owned());
        imports.push((name, path));
    }
    Ok(RegoModule { package: format!("data.{path}"), imports, tree })
}

fn parse(number: usize, text: &str, is_v1: bool) -> anyhow::Result<Module> {
    let limits = PolicyLengthConfig::default();
    let source = Source::from_contents(file_name(number), text.to_owned())?;
    let mut parser = Parser::new(&source)?;
    parser.set_max_col(limits.max_col);
    if is_v1 {
        parser.enable_rego_v1()?;
    }
    parser.parse()
}

/// The text of a reference of names and texts only: `data.lib["images"]` is `data.lib.images`.
pub fn dotted(refr: &Expr) -> Option<String> {
    match refr {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, field, .. } => Some(format!("{}.{}", dotted(refr)?, field.0.text())),
        Expr::RefBrack { refr, index, .. } => Some(format!("{}.{}", dotted(refr)?, constant(index)?)),
        _ => None,
    }
}

/// The text of a string that is written in the code.
pub fn constant(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => value.as_string().ok().map(AsRef::as_ref),
        _ => None,
    }
}

/// The first name of a rule's head, and whether more follows it.
pub fn head_name(refr: &Expr) -> Option<(&Span, bool)> {
    match refr {
        Expr::Var { span, .. } => Some((span, false)),
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => head_name(refr).map(|(span, _)| (span, true)),
        _ => None,
    }
}

/// The reference of a rule's head.
pub fn head(rule: &Rule) -> &Expr {
    match rule {
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => refr,
        },
        Rule::Default { refr, .. } => refr,
    }
}

fn rule_name(rule: &Rule) -> Option<&Span> {
    head_name(head(rule)).map(|(span, _)| span)
}
