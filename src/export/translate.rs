//! The expressions of a policy in CEL.
//!
//! Owns names, operators and loops; `functions` has the functions. Every form of expression is either translated or
//! refused.

use super::Refusal;
use super::functions::call;
use super::scope::Scope;
use super::subject::Subject;
use super::term::{Shape, Term, list, quoted};
use crate::model::Text;
use crate::syntax::cel::RESERVED;
use crate::syntax::hcl::{BinaryOp, Expr, ExprKind, For, Ident, TemplatePart, UnaryOp};

/// How often a local may name another one.
const MOST_LOCALS: usize = 32;

/// Translates the expressions of one policy.
#[derive(Clone)]
pub struct Translator<'p> {
    /// What the policy is about.
    pub subject: Subject,
    locals: &'p [(Text, Expr)],
    /// The names of the loops around, and what each is in CEL.
    names: Vec<(Text, Term)>,
    /// How many locals lead here.
    depth: usize,
}

/// What a traversal begins with.
enum Root {
    Subject(Subject),
    Absent,
    Locals,
    Each,
    Input,
}

fn refuse<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Language(what.to_owned()))
}

impl<'p> Translator<'p> {
    /// A translator for a policy about `subject` with some locals.
    pub fn new(subject: Subject, locals: &'p [(Text, Expr)]) -> Self {
        Self { subject, locals, names: Vec::new(), depth: 0 }
    }

    /// The same within a loop, whose names are elements in CEL.
    #[must_use]
    pub fn within(&self, names: impl IntoIterator<Item = (Text, String)>) -> Self {
        let mut inner = self.clone();
        inner.names.extend(names.into_iter().map(|(name, cel)| (name, Term::element(cel))));
        inner
    }

    /// A name that no loop around has.
    pub fn fresh(&self, wanted: &str) -> String {
        // The names that the manifest uses.
        const TAKEN: [&str; 7] = ["object", "variables", "request", "params", "oldObject", "c", "i"];
        let is_loop = |name: &str| self.names.iter().any(|(_, term)| term.text == name);
        let is_taken = |name: &str| TAKEN.contains(&name) || RESERVED.contains(&name) || is_loop(name);
        let mut name = wanted.to_owned();
        while is_taken(&name) {
            name.push('_');
        }
        name
    }

    /// Translates an expression.
    pub fn term(&self, expr: &Expr) -> Result<Term, Refusal> {
        Ok(match &expr.kind {
            ExprKind::Null => Term::new(Shape::Null, "null"),
            ExprKind::Bool(value) => Term::truth(value.to_string()),
            ExprKind::Number(digits) => Term::new(Shape::Number, digits.to_string()),
            ExprKind::String(text) => Term::literal(text),
            ExprKind::Template(parts) => self.template(parts)?,
            ExprKind::Root(name) => self.name(name)?,
            ExprKind::Attribute(base, name) => self.attribute(base, name)?,
            ExprKind::Index(base, key) => self.index(base, key)?,
            ExprKind::Splat { base, rest, .. } => {
                let (base, name) = (self.term(base)?, self.fresh("_e"));
                let value = self.within([("*".into(), name.clone())]).term(rest)?;
                Term::new(Shape::List, format!("{}.map({name}, {})", base.elements(), value.as_any()))
            }
            ExprKind::SplatElement => self.name("*")?,
            ExprKind::Call(call_of) => call(self, call_of)?,
            ExprKind::Unary(UnaryOp::Not, of) => Term::truth(format!("!{}", self.term(of)?.as_bool())),
            ExprKind::Unary(UnaryOp::Negate, of) => Term::new(Shape::Number, format!("-{}", self.term(of)?.text)),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            ExprKind::Conditional(condition, then, otherwise) => {
                let (condition, then, otherwise) =
                    (self.term(condition)?.as_bool(), self.term(then)?, self.term(otherwise)?);
                let is_alike = then.shape == otherwise.shape;
                let shape = if is_alike { then.shape } else { Shape::Any };
                let text = |term: &Term| if is_alike { term.text.clone() } else { term.as_any() };
                Term::new(shape, format!("({condition} ? {} : {})", text(&then), text(&otherwise)))
            }
            ExprKind::Tuple(elements) => {
                list(&elements.iter().map(|element| self.term(element)).collect::<Result<Vec<_>, _>>()?)
            }
            ExprKind::Object(_) => return refuse("an object that the policy makes"),
            ExprKind::For(looped) => self.list_of(looped)?,
            ExprKind::Parens(inner) => self.term(inner)?,
        })
    }

    fn name(&self, name: &str) -> Result<Term, Refusal> {
        if let Some((_, term)) = self.names.iter().rev().find(|(known, _)| known == name) {
            return Ok(term.clone());
        }
        match self.root(name) {
            Some(Root::Subject(subject)) => Ok(subject.attrs()),
            _ => refuse(&format!("`{name}` by itself")),
        }
    }

    fn root(&self, name: &str) -> Option<Root> {
        Some(match name {
            "attrs" => Root::Subject(self.subject),
            "local" => Root::Locals,
            "each" => Root::Each,
            "input" => Root::Input,
            _ => return None,
        })
    }

    /// The resource whose `attrs` or `meta` a traversal through `owner` reads: `owner`, `owner.owner`.
    fn owner(&self, expr: &Expr) -> Option<Root> {
        let of = |subject: Subject| subject.owner().map_or(Root::Absent, Root::Subject);
        match &expr.kind {
            ExprKind::Root(name) if name == "owner" => Some(of(self.subject)),
            ExprKind::Attribute(base, name) if name.name == "owner" => match self.owner(base)? {
                Root::Subject(subject) => Some(of(subject)),
                absent => Some(absent),
            },
            _ => None,
        }
    }

    fn attribute(&self, base: &Expr, name: &Ident) -> Result<Term, Refusal> {
        let name = name.name.as_str();
        if let ExprKind::Root(root) = &base.kind {
            match self.root(root) {
                Some(Root::Locals) => return self.local(name),
                Some(Root::Each) => return self.name(&format!("each.{name}")),
                Some(Root::Input) => return Err(Refusal::Inputs),
                _ if root == "meta" => return self.subject.meta(name),
                _ => {}
            }
        }
        if let Some(owner) = self.owner(base) {
            return match (owner, name) {
                (Root::Subject(subject), "attrs") => Ok(subject.attrs()),
                (Root::Absent, _) => Ok(Term::new(Shape::Null, "null")),
                _ => refuse(&format!("`owner.{name}`")),
            };
        }
        if let ExprKind::Attribute(outer, meta) = &base.kind
            && meta.name == "meta"
            && let Some(Root::Subject(subject)) = self.owner(outer)
        {
            return subject.meta(name);
        }
        if let ExprKind::Root(root) = &base.kind
            && root == "owner"
        {
            return refuse("`owner` by itself");
        }
        if let Some(image) = self.image(base)? {
            return super::functions::image_part(&image, name);
        }
        Ok(self.term(base)?.field(name))
    }

    /// The reference that an expression, or a local that it names, takes apart with `image()`.
    fn image(&self, expr: &Expr) -> Result<Option<Term>, Refusal> {
        match &expr.kind {
            ExprKind::Call(call) if call.name.name == "image" => match call.args.as_slice() {
                [reference] => Ok(Some(self.term(reference)?)),
                _ => refuse("`image()` of several references"),
            },
            ExprKind::Attribute(base, name) if matches!(&base.kind, ExprKind::Root(root) if root == "local") => {
                match self.locals.iter().rev().find(|(known, _)| *known == name.name) {
                    Some((_, value)) => self.in_locals()?.image(value),
                    None => Ok(None),
                }
            }
            ExprKind::Parens(inner) => self.image(inner),
            _ => Ok(None),
        }
    }

    /// What locals are translated with: they see no loop.
    fn in_locals(&self) -> Result<Self, Refusal> {
        if self.depth == MOST_LOCALS {
            return refuse("locals that name each other");
        }
        Ok(Self { names: Vec::new(), depth: self.depth + 1, ..self.clone() })
    }

    fn local(&self, name: &str) -> Result<Term, Refusal> {
        match self.locals.iter().rev().find(|(known, _)| known == name) {
            Some((_, value)) => self.in_locals()?.term(value),
            None => refuse(&format!("`local.{name}`")),
        }
    }

    /// The text of a literal, or of a local that is one.
    pub fn constant(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::String(text) => Some(text.to_string()),
            ExprKind::Parens(inner) => self.constant(inner),
            ExprKind::Attribute(base, name) if matches!(&base.kind, ExprKind::Root(root) if root == "local") => {
                let (_, value) = self.locals.iter().rev().find(|(known, _)| *known == name.name)?;
                self.in_locals().ok()?.constant(value)
            }
            _ => None,
        }
    }

    fn index(&self, base: &Expr, key: &Expr) -> Result<Term, Refusal> {
        if let (ExprKind::Attribute(..), ExprKind::String(name)) = (&base.kind, &key.kind) {
            return Ok(self.term(base)?.field(name));
        }
        Ok(self.term(base)?.at(&self.term(key)?.text))
    }

    fn template(&self, parts: &[TemplatePart]) -> Result<Term, Refusal> {
        if let [TemplatePart::Interpolation(only)] = parts {
            return self.term(only);
        }
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal(text, _) => Ok(quoted(text)),
            TemplatePart::Interpolation(expr) => Ok(self.term(expr)?.as_text()),
            _ => refuse("a directive in a text"),
        };
        let parts = parts.iter().map(part).collect::<Result<Vec<_>, _>>()?;
        Ok(Term::new(Shape::Text, format!("({})", parts.join(" + "))))
    }

    fn binary(&self, operator: BinaryOp, left: &Expr, right: &Expr) -> Result<Term, Refusal> {
        let (left, right) = (self.term(left)?, self.term(right)?);
        let written = |shape, sign: &str, left: &str, right: &str| Term::new(shape, format!("({left} {sign} {right})"));
        let compared = |sign: &str| written(Shape::Bool, sign, &left.text, &right.text);
        Ok(match operator {
            BinaryOp::Or => written(Shape::Bool, "||", &left.as_bool(), &right.as_bool()),
            BinaryOp::And => written(Shape::Bool, "&&", &left.as_bool(), &right.as_bool()),
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let (sign, is_equal) = if operator == BinaryOp::Equal { ("==", true) } else { ("!=", false) };
                let is_open = |term: &Term| term.shape == Shape::Any;
                if left.shape != right.shape && !is_open(&left) && !is_open(&right) {
                    // Values of two types are never equal, and CEL refuses to compare them.
                    return Ok(Term::truth((!is_equal).to_string()));
                }
                compared(sign)
            }
            BinaryOp::Less => compared("<"),
            BinaryOp::LessOrEqual => compared("<="),
            BinaryOp::Greater => compared(">"),
            BinaryOp::GreaterOrEqual => compared(">="),
            BinaryOp::Add => written(Shape::Number, "+", &left.text, &right.text),
            BinaryOp::Subtract => written(Shape::Number, "-", &left.text, &right.text),
            BinaryOp::Multiply => written(Shape::Number, "*", &left.text, &right.text),
            BinaryOp::Divide | BinaryOp::Modulo => return refuse("a division"),
        })
    }

    /// A loop that makes a list.
    fn list_of(&self, looped: &For) -> Result<Term, Refusal> {
        let Loop { elements, names, inner, condition } = self.looped(looped)?;
        if looped.key.is_some() {
            return refuse("a loop that makes an object");
        }
        let value = inner.term(&looped.value)?.as_any();
        let condition = condition.map(|condition| format!("{condition}, ")).unwrap_or_default();
        Ok(Term::new(Shape::List, format!("{elements}.transformList({names}, {condition}{value})")))
    }

    /// Whether any (or every) element of a loop is true.
    pub fn quantified(&self, looped: &For, any: bool) -> Result<Term, Refusal> {
        let Loop { elements, names, inner, condition } = self.looped(looped)?;
        let value = inner.term(&looped.value)?.as_bool();
        Ok(Term::truth(match (any, condition) {
            (true, None) => format!("{elements}.exists({names}, {value})"),
            (true, Some(condition)) => format!("{elements}.exists({names}, {condition} && {value})"),
            (false, None) => format!("{elements}.all({names}, {value})"),
            (false, Some(condition)) => format!("{elements}.all({names}, !{condition} || {value})"),
        }))
    }

    /// The parts of a loop. What is walked may be a list or a map: with two names, CEL walks both.
    fn looped(&self, looped: &For) -> Result<Loop<'p>, Refusal> {
        let elements = self.term(&looped.collection)?.elements();
        let key_name = looped.key_name.as_ref().map(|key| key.name.clone());
        let key = self.fresh(key_name.as_deref().unwrap_or("k"));
        let with_key = self.within([(key_name.unwrap_or_else(|| "".into()), key.clone())]);
        let value = with_key.fresh(&looped.value_name.name);
        let inner = with_key.within([(looped.value_name.name.clone(), value.clone())]);
        let condition = looped.condition.as_ref().map(|condition| Ok(inner.term(condition)?.as_bool())).transpose()?;
        Ok(Loop { elements, names: format!("{key}, {value}"), inner, condition })
    }
}

impl Scope for Translator<'_> {
    fn subject(&self) -> Subject {
        self.subject
    }

    fn term(&self, expr: &Expr) -> Result<Term, Refusal> {
        Translator::term(self, expr)
    }

    fn constant(&self, expr: &Expr) -> Option<String> {
        Translator::constant(self, expr)
    }

    fn quantified(&self, looped: &For, any: bool) -> Result<Term, Refusal> {
        Translator::quantified(self, looped, any)
    }
}

struct Loop<'p> {
    elements: String,
    names: String,
    inner: Translator<'p>,
    condition: Option<String>,
}
