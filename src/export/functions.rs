//! The functions of policies in CEL.

use super::Refusal;
use super::scope::Scope;
use super::subject::Subject;
use super::term::{Shape, Term, bound, quoted};
use super::words;
use crate::engine::{self, BASELINE_CAPABILITIES};
use crate::syntax::hcl::{Call, Expr, ExprKind};

/// Translates a call.
pub fn call(scope: &dyn Scope, call: &Call) -> Result<Term, Refusal> {
    let name = call.name.name.strip_prefix("core::").unwrap_or(&call.name.name);
    let args = Args { scope, name, values: &call.args };
    if call.expand {
        return args.refuse();
    }
    match name {
        "alltrue" => args.quantified(false),
        "anytrue" => args.quantified(true),
        "baseline_capability" => {
            let baseline: Vec<String> = BASELINE_CAPABILITIES.iter().map(|name| quoted(name)).collect();
            let named = |name: &str| format!("({} in [{}])", capability(name), baseline.join(", "));
            Ok(args.term(0)?.test_text(|text| named(text)))
        }
        "can" => Ok(Term::truth(args.presence(0)?)),
        "capability" => args.capability(),
        "coalesce" => args.coalesce(),
        "concat" => args.concat(),
        "contains" => {
            let (list, wanted) = (args.term(0)?, args.term(1)?);
            Ok(Term::truth(format!("({} in {})", wanted.as_any(), list.elements())))
        }
        "contains_substring" | "strcontains" => args.text_test("contains"),
        "endswith" => args.text_test("endsWith"),
        "flag" => Ok(words::flag(&args.of_container()?)),
        "flatten" => Ok(Term::new(Shape::List, format!("{}.flatten()", args.term(0)?.elements()))),
        "join" => {
            let (separator, list) = (args.term(0)?.as_text(), args.term(1)?.elements());
            Ok(Term::new(Shape::Text, format!("{list}.map(_s, string(_s)).join({separator})")))
        }
        "keys" => Ok(Term::new(Shape::List, format!("{}.map(_k, _k)", args.term(0)?.or("{}")))),
        "length" => {
            let of = args.term(0)?;
            Ok(Term::new(Shape::Number, format!("size({})", of.elements())))
        }
        "lower" => Ok(args.term(0)?.map_text(|text| format!("{text}.lowerAscii()"))),
        "regex_match" => {
            let pattern = args.constant(1)?;
            Ok(args.term(0)?.test_text(|text| format!("{text}.matches({})", quoted(&pattern))))
        }
        "replace" => {
            let (from, to) = (args.constant(1)?, args.constant(2)?);
            if from.starts_with('/') {
                return args.refuse();
            }
            Ok(args.term(0)?.map_text(|text| format!("{text}.replace({}, {})", quoted(&from), quoted(&to))))
        }
        "runs" => Ok(words::runs(&args.of_container()?)),
        "runs_on_windows" => args.runs_on_windows(),
        "setintersection" => {
            let (one, other) = (args.term(0)?.elements(), args.term(1)?.elements());
            Ok(Term::new(Shape::List, format!("{one}.filter(_x, _x in {other})")))
        }
        "setsubtract" => {
            let (one, other) = (args.term(0)?.elements(), args.term(1)?.elements());
            Ok(Term::new(Shape::List, format!("{one}.filter(_x, !(_x in {other}))")))
        }
        "split" => {
            let separator = args.constant(0)?;
            let split = args.term(1)?.map_text(|text| format!("{text}.split({})", quoted(&separator)));
            Ok(if split.shape == Shape::Text { Term::new(Shape::List, split.text) } else { split })
        }
        "startswith" => args.text_test("startsWith"),
        "tonumber" => Ok(Term::new(Shape::Any, bound(&args.term(0)?.text, "_n", "_n == null ? null : dyn(int(_n))"))),
        "trimprefix" => {
            let prefix = quoted(&args.constant(1)?);
            let cut = |text: &str| format!("({text}.startsWith({prefix}) ? {text}.substring(size({prefix})) : {text})");
            Ok(args.term(0)?.map_text(cut))
        }
        "trimspace" => Ok(args.term(0)?.map_text(|text| format!("{text}.trim()"))),
        "trimsuffix" => {
            let suffix = quoted(&args.constant(1)?);
            let cut = |text: &str| {
                let rest = format!("{text}.substring(0, size({text}) - size({suffix}))");
                format!("({text}.endsWith({suffix}) ? {rest} : {text})")
            };
            Ok(args.term(0)?.map_text(cut))
        }
        "try" => args.attempt(),
        "upper" => Ok(args.term(0)?.map_text(|text| format!("{text}.upperAscii()"))),
        "values" => Ok(Term::new(Shape::List, format!("{}.transformList(_k, _v, _v)", args.term(0)?.or("{}")))),
        name if engine::is_relation(name) => Err(Refusal::OtherObjects(name.to_owned())),
        _ => args.refuse(),
    }
}

/// The name of a capability as the manual has it.
fn capability(name: &str) -> String {
    bound(&format!("{name}.upperAscii()"), "_n", "_n.startsWith(\"CAP_\") ? _n.substring(4) : _n")
}

/// A part of an image reference.
pub fn image_part(reference: &Term, part: &str) -> Result<Term, Refusal> {
    // The name, without digest; the last part of its path may have a tag.
    let name = "split(\"@\")[0]";
    let last = |text: &str| format!("{text}.{name}.find(\"[^/]*$\")");
    Ok(match part {
        "digest" => {
            let pattern = "@(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$";
            reference.map_text(|text| {
                bound(
                    &format!("{text}.find({})", quoted(pattern)),
                    "_d",
                    "_d == \"\" ? dyn(null) : dyn(_d.substring(1))",
                )
            })
        }
        "tag" => reference.map_text(|text| {
            bound(&last(text), "_t", "_t.contains(\":\") ? dyn(_t.substring(_t.indexOf(\":\") + 1)) : dyn(null)")
        }),
        "registry" => reference.map_text(|text| {
            bound(
                &format!("{text}.{name}.split(\"/\")"),
                "_p",
                "size(_p) > 1 && (_p[0].matches(\"[.:]\") || _p[0] == \"localhost\") ? _p[0] : \"docker.io\"",
            )
        }),
        _ => return Err(Refusal::Language(format!("`image().{part}`"))),
    })
}

/// Whether each of the terms that a node must fit asks for Windows.
fn must_be_windows(pod: &Term) -> String {
    let path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"];
    let terms = path.iter().fold(pod.clone(), |term, field| term.field(field)).elements();
    let test = Term::element("_x");
    let (key, operator, values) =
        (test.field("key").or("\"\""), test.field("operator").or("\"\""), test.field("values").elements());
    let asks = format!(
        "{key} in [\"kubernetes.io/os\", \"beta.kubernetes.io/os\"] && {operator} == \"In\" && size({values}) > 0 && \
         {values}.all(_v, _v == \"windows\")"
    );
    let tests = Term::element("_n").field("matchExpressions").elements();
    format!("size({terms}) > 0 && {terms}.all(_n, {tests}.exists(_x, {asks}))")
}

/// The arguments of one call.
struct Args<'t> {
    scope: &'t dyn Scope,
    name: &'t str,
    values: &'t [Expr],
}

impl Args<'_> {
    fn refuse<T>(&self) -> Result<T, Refusal> {
        Err(Refusal::Language(format!("`{}()`", self.name)))
    }

    fn expr(&self, at: usize) -> Result<&Expr, Refusal> {
        self.values.get(at).map_or_else(|| self.refuse(), Ok)
    }

    fn term(&self, at: usize) -> Result<Term, Refusal> {
        self.scope.term(self.expr(at)?)
    }

    /// A text that is written in the policy.
    fn constant(&self, at: usize) -> Result<String, Refusal> {
        self.scope.constant(self.expr(at)?).map_or_else(|| self.refuse(), Ok)
    }

    fn text_test(&self, method: &str) -> Result<Term, Refusal> {
        let part = self.term(1)?;
        if part.shape != Shape::Text {
            return self.refuse();
        }
        Ok(self.term(0)?.test_text(|text| format!("{text}.{method}({})", part.text)))
    }

    /// The second argument of a function of a container, which has to be the one that is evaluated.
    fn of_container(&self) -> Result<String, Refusal> {
        let is_attrs = matches!(&self.expr(0)?.kind, ExprKind::Root(name) if name == "attrs");
        if !is_attrs || self.scope.subject() != Subject::Container {
            return self.refuse();
        }
        self.constant(1)
    }

    fn quantified(&self, any: bool) -> Result<Term, Refusal> {
        let mut of = self.expr(0)?;
        while let ExprKind::Parens(inner) = &of.kind {
            of = inner;
        }
        match &of.kind {
            ExprKind::For(looped) => self.scope.quantified(looped, any),
            ExprKind::Tuple(elements) if !elements.is_empty() => {
                let terms = elements.iter().map(|element| Ok(self.scope.term(element)?.as_bool()));
                let terms = terms.collect::<Result<Vec<_>, Refusal>>()?;
                Ok(Term::truth(format!("({})", terms.join(if any { " || " } else { " && " }))))
            }
            _ => {
                let macro_name = if any { "exists" } else { "all" };
                let elements = self.scope.term(of)?.elements();
                Ok(Term::truth(format!("{elements}.{macro_name}(_b, _b == true)")))
            }
        }
    }

    fn capability(&self) -> Result<Term, Refusal> {
        let of = self.term(0)?;
        if of.is_element || of.shape == Shape::Text {
            return Ok(of.map_text(capability));
        }
        Ok(Term::new(Shape::List, format!("{}.map(_s, {})", of.elements(), capability("string(_s)"))))
    }

    /// The first argument that is neither null nor an empty text.
    fn coalesce(&self) -> Result<Term, Refusal> {
        let (last, others) = self.values.split_last().map_or_else(|| self.refuse(), Ok)?;
        let mut result = self.scope.term(last)?;
        for expr in others.iter().rev() {
            let term = self.scope.term(expr)?;
            let body = format!("_v != null && _v != dyn(\"\") ? _v : {}", result.as_any());
            result = Term::new(Shape::Any, bound(&term.as_any(), "_v", &body));
        }
        Ok(result)
    }

    fn concat(&self) -> Result<Term, Refusal> {
        let lists = self.values.iter().map(|arg| Ok(self.scope.term(arg)?.elements()));
        let lists = lists.collect::<Result<Vec<_>, Refusal>>()?;
        Ok(Term::new(Shape::List, format!("({})", lists.join(" + "))))
    }

    fn runs_on_windows(&self) -> Result<Term, Refusal> {
        let pod = self.term(0)?;
        let [os, selector] = ["os", "nodeSelector"].map(|field| pod.field(field));
        let names = [os.field("name"), selector.field("kubernetes.io/os"), selector.field("beta.kubernetes.io/os")];
        let mut ways: Vec<String> = names.iter().map(|name| format!("{} == \"windows\"", name.or("\"\""))).collect();
        let options = |of: &Term| of.field("securityContext").field("windowsOptions").is_there().unwrap_or_default();
        ways.push(options(&pod));
        ways.push(must_be_windows(&pod));
        let container = Term::element("_w");
        ways.push(format!("{}.exists(_w, {})", pod.field("containers").elements(), options(&container)));
        Ok(Term::truth(format!("({})", ways.join(" || "))))
    }

    /// Whether everything is there that an expression reads.
    fn presence(&self, at: usize) -> Result<String, Refusal> {
        let mut reads = Vec::new();
        self.reads(self.expr(at)?, &mut reads)?;
        if reads.is_empty() { self.refuse() } else { Ok(format!("({})", reads.join(" && "))) }
    }

    /// The first argument where everything is there that it reads, else the second.
    fn attempt(&self) -> Result<Term, Refusal> {
        let (wanted, otherwise) = (self.term(0)?, self.term(1)?);
        if self.values.len() != 2 {
            return self.refuse();
        }
        if wanted.is_there().is_some() {
            return Ok(Term::new(Shape::Any, wanted.or(&otherwise.as_any())));
        }
        let is_alike = wanted.shape == otherwise.shape;
        let text = |term: &Term| if is_alike { term.text.clone() } else { term.as_any() };
        let shape = if is_alike { wanted.shape } else { Shape::Any };
        Ok(Term::new(shape, format!("({} ? {} : {})", self.presence(0)?, text(&wanted), text(&otherwise))))
    }

    /// Collects what an expression of operators reads.
    fn reads(&self, expr: &Expr, reads: &mut Vec<String>) -> Result<(), Refusal> {
        match &expr.kind {
            ExprKind::Attribute(..) | ExprKind::Index(..) => {
                let read = self.scope.term(expr)?;
                read.is_there().map(|there| reads.push(there)).map_or_else(|| self.refuse(), Ok)
            }
            ExprKind::Binary(_, left, right) => {
                self.reads(left, reads)?;
                self.reads(right, reads)
            }
            ExprKind::Parens(of) | ExprKind::Unary(_, of) => self.reads(of, reads),
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Root(_) => {
                Ok(())
            }
            _ => self.refuse(),
        }
    }
}
