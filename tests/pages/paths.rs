//! What policies read, against the schemas: every type that a page names exists, and every path into one.
//!
//! An expression is read for what of a resource it leads to, whatever the values are. What a function makes of it, and
//! what a policy puts together, leads nowhere.

use gatelint::check::{Policy, TypePattern};
use gatelint::schema::{self, Argument, Body, Nesting, TypeSchema};
use gatelint::source::Span;
use gatelint::syntax::hcl::{Call, Expr, ExprKind, TemplatePart};
use std::collections::{BTreeMap, BTreeSet};

/// What Terraform, or the engine, adds to every resource.
const EVERYWHERE: [&str; 10] =
    ["connection", "count", "depends_on", "for_each", "id", "lifecycle", "meta", "provider", "provisioner", "tags_all"];

/// Types that the engine makes, and kinds that stand for several.
const OWN: [&str; 12] = [
    "dockerfile*",
    "container",
    "pod",
    "workload",
    "terraform",
    "provider.*",
    "module",
    "output",
    "variable",
    "terraform_schema_problem",
    "kubernetes_schema_problem",
    "data.terraform_remote_state",
];

/// Fields of releases before the oldest of the table, which some pages are about.
const OLDER: [(&str, &str); 2] = [("Ingress", "backend"), ("Ingress", "serviceName")];

/// What an expression leads to.
#[derive(Clone, Debug)]
enum Lead {
    /// Nothing of a resource.
    Nowhere,
    /// One of some bodies.
    Body(Vec<Body>),
    /// A list of what a lead leads to.
    List(Box<Lead>),
}

impl Lead {
    fn bodies(&self) -> &[Body] {
        match self {
            Self::Nowhere => &[],
            Self::Body(bodies) => bodies,
            Self::List(element) => element.bodies(),
        }
    }

    fn element(self) -> Self {
        if let Self::List(element) = self { *element } else { Self::Nowhere }
    }

    /// Either of two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Body(mut bodies), Self::Body(others)) => {
                bodies.extend(others);
                Self::Body(bodies)
            }
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.or(*b))),
            (Self::Nowhere, lead) | (lead, _) => lead,
        }
    }
}

/// Reads one policy.
struct Reader<'p> {
    policy: &'p Policy,
    attrs: Lead,
    /// Loop variables, innermost last.
    bound: Vec<(&'p str, Lead)>,
    /// The element of the splats around, innermost last.
    splats: Vec<Lead>,
    each: Lead,
    open: Vec<&'p str>,
    wrong: BTreeSet<String>,
    /// Where something is read that some type has, and where nothing has it.
    read: BTreeSet<u32>,
    unread: BTreeMap<u32, String>,
}

/// What is wrong with the types and paths of the policies of a page. What several policies share, such as a local of the
/// page, is wrong if no type of any of them has it.
pub fn wrong(policies: &[Policy]) -> BTreeSet<String> {
    let (mut wrong, mut read, mut unread) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for policy in policies {
        let reader = read_policy(policy);
        wrong.extend(reader.wrong);
        read.extend(reader.read);
        unread.extend(reader.unread);
    }
    wrong.extend(unread.into_iter().filter(|(span, _)| !read.contains(span)).map(|(_, message)| message));
    wrong
}

/// Reads a policy, and its locals where it uses them.
fn read_policy(policy: &Policy) -> Reader<'_> {
    let mut wrong = BTreeSet::new();
    let types: Vec<TypeSchema> = policy.patterns.iter().flat_map(|pattern| named(pattern, &mut wrong)).collect();
    let covers_all = policy.patterns.iter().all(|pattern| !named(pattern, &mut BTreeSet::new()).is_empty());
    let attrs = if covers_all { Lead::Body(types.into_iter().map(TypeSchema::body).collect()) } else { Lead::Nowhere };
    let mut reader = Reader {
        policy,
        attrs,
        bound: Vec::new(),
        splats: Vec::new(),
        each: Lead::Nowhere,
        open: Vec::new(),
        wrong,
        read: BTreeSet::new(),
        unread: BTreeMap::new(),
    };
    policy.filter.iter().for_each(|filter| _ = reader.lead(filter));
    for enforce in &policy.enforces {
        reader.each = enforce.for_each.as_ref().map_or(Lead::Nowhere, |collection| reader.lead(collection).element());
        let rest = [&enforce.error_message, &enforce.info_message, &enforce.at];
        let graded = enforce.severity.iter().flat_map(gatelint::check::Graded::conditions);
        for expr in std::iter::once(&enforce.condition).chain(rest.into_iter().flatten()).chain(graded) {
            reader.lead(expr);
        }
        reader.each = Lead::Nowhere;
    }
    reader
}

/// The types that a pattern names; one that names nothing is wrong.
fn named(pattern: &TypePattern, wrong: &mut BTreeSet<String>) -> Vec<TypeSchema> {
    let text = pattern.text.as_str();
    wrong.extend(pattern.mistake());
    if OWN.iter().any(|own| TypePattern::new(own).matches(text)) {
        return Vec::new();
    }
    let types: Vec<TypeSchema> = match text.split_once('*') {
        Some((prefix, _)) => schema::terraform_types(prefix).filter(|ty| pattern.matches(ty.name())).collect(),
        None => schema::terraform(text).into_iter().collect(),
    };
    let is_kind = text.starts_with(|first: char| first.is_ascii_uppercase());
    let provider = text.strip_prefix("data.").unwrap_or(text).split('_').next().unwrap_or_default();
    if types.is_empty() && !is_kind && schema::family(provider).is_some() {
        wrong.insert(format!("there is no type `{text}`"));
    }
    if is_kind { schema::kubernetes_kinds(text).collect() } else { types }
}

impl<'p> Reader<'p> {
    fn local(&mut self, name: &str) -> Lead {
        let Some((name, expr)) = self.policy.locals.iter().find(|(known, _)| known == name) else {
            return Lead::Nowhere;
        };
        if self.open.contains(&name.as_str()) {
            return Lead::Nowhere;
        }
        self.open.push(name);
        let (bound, splats) = (std::mem::take(&mut self.bound), std::mem::take(&mut self.splats));
        let lead = self.lead(expr);
        (self.bound, self.splats) = (bound, splats);
        self.open.pop();
        lead
    }

    /// Reads all of an expression, and returns what it leads to.
    fn lead(&mut self, expr: &'p Expr) -> Lead {
        match &expr.kind {
            ExprKind::Root(name) => match self.bound.iter().rev().find(|(bound, _)| bound == name) {
                Some((_, lead)) => lead.clone(),
                None if name == "attrs" => self.attrs.clone(),
                None => Lead::Nowhere,
            },
            ExprKind::SplatElement => self.splats.last().cloned().unwrap_or(Lead::Nowhere),
            ExprKind::Attribute(base, name) => match &base.kind {
                ExprKind::Root(root) if root == "local" => self.local(&name.name),
                ExprKind::Root(root) if root == "each" && name.name == "value" => self.each.clone(),
                _ => {
                    let base = self.lead(base);
                    self.member(&base, &name.name, name.span)
                }
            },
            ExprKind::Index(base, index) => {
                self.lead(index);
                let base = self.lead(base);
                match &index.kind {
                    ExprKind::String(name) => self.member(&base, name, index.span),
                    _ => base.element(),
                }
            }
            ExprKind::Splat { base, rest, .. } => {
                let base = self.lead(base);
                let element = match base {
                    Lead::List(element) => *element,
                    other => other,
                };
                self.splats.push(element);
                let rest = self.lead(rest);
                self.splats.pop();
                Lead::List(Box::new(rest))
            }
            ExprKind::Parens(inner) => self.lead(inner),
            ExprKind::Conditional(condition, then, otherwise) => {
                self.lead(condition);
                let then = self.lead(then);
                then.or(self.lead(otherwise))
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Tuple(items) => {
                let items = items.iter().map(|item| self.lead(item)).collect::<Vec<_>>();
                Lead::List(Box::new(items.into_iter().fold(Lead::Nowhere, Lead::or)))
            }
            ExprKind::For(for_expr) => {
                let element = self.lead(&for_expr.collection).element();
                let outside = self.bound.len();
                self.bound.extend(for_expr.key_name.iter().map(|name| (name.name.as_str(), Lead::Nowhere)));
                self.bound.push((for_expr.value_name.name.as_str(), element));
                for_expr.condition.iter().chain(&for_expr.key).for_each(|expr| _ = self.lead(expr));
                let value = self.lead(&for_expr.value);
                self.bound.truncate(outside);
                if for_expr.key.is_some() { Lead::Nowhere } else { Lead::List(Box::new(value)) }
            }
            ExprKind::Unary(_, inner) => {
                self.lead(inner);
                Lead::Nowhere
            }
            ExprKind::Binary(_, a, b) => {
                self.lead(a);
                self.lead(b);
                Lead::Nowhere
            }
            ExprKind::Object(items) => {
                items.iter().for_each(|item| _ = self.lead(&item.value));
                Lead::Nowhere
            }
            ExprKind::Template(parts) => {
                self.parts(parts);
                Lead::Nowhere
            }
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => Lead::Nowhere,
        }
    }

    fn parts(&mut self, parts: &'p [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(expr) => _ = self.lead(expr),
                TemplatePart::If { condition, then, otherwise, .. } => {
                    self.lead(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                TemplatePart::For { value, collection, body, .. } => {
                    let element = self.lead(collection).element();
                    self.bound.push((value.name.as_str(), element));
                    self.parts(body);
                    self.bound.pop();
                }
            }
        }
    }

    /// A member of a body; of a list with one element, which stands for a block, that of the element.
    fn member(&mut self, of: &Lead, name: &str, span: Span) -> Lead {
        let bodies = of.bodies();
        if bodies.is_empty() || EVERYWHERE.contains(&name) {
            return Lead::Nowhere;
        }
        let found: Vec<Argument> = bodies.iter().filter_map(|body| body.get(name)).collect();
        let is_older =
            OLDER.iter().any(|(kind, field)| *field == name && self.policy.patterns.iter().any(|p| p.text == *kind));
        if found.is_empty() && !is_older {
            let types: Vec<&str> = self.policy.patterns.iter().map(|pattern| pattern.text.as_str()).collect();
            let message = format!("there is no `{name}` where a policy on `{}` reads it", types.join("|"));
            self.unread.insert(span.start, message);
        } else {
            self.read.insert(span.start);
        }
        let inner: Vec<(Nesting, Body)> = found.iter().filter_map(|argument| argument.body()).collect();
        if found.is_empty()
            || inner.is_empty()
            || inner.len() < found.len()
            || inner.iter().any(|(nesting, _)| *nesting == Nesting::Map)
        {
            return Lead::Nowhere;
        }
        let inner = Lead::Body(inner.into_iter().map(|(_, body)| body).collect());
        let is_kubernetes = found.iter().all(|argument| matches!(argument.body(), Some((Nesting::Single, _))))
            && self.policy.patterns.iter().any(|pattern| pattern.text.starts_with(|c: char| c.is_ascii_uppercase()));
        if is_kubernetes { inner } else { Lead::List(Box::new(inner)) }
    }

    fn call(&mut self, call: &'p Call) -> Lead {
        let leads: Vec<Lead> = call.args.iter().map(|argument| self.lead(argument)).collect();
        let name = call.name.name.strip_prefix("core::").unwrap_or(&call.name.name);
        let mut leads = leads.into_iter();
        match name {
            "try" | "coalesce" | "concat" | "coalescelist" => leads.fold(Lead::Nowhere, Lead::or),
            "flatten" => match leads.next() {
                Some(Lead::List(inner)) if matches!(*inner, Lead::List(_)) => *inner,
                Some(lead) => lead,
                None => Lead::Nowhere,
            },
            "distinct" | "reverse" | "slice" | "sort" | "tolist" | "toset" => leads.next().unwrap_or(Lead::Nowhere),
            "element" | "last" | "one" => leads.next().map_or(Lead::Nowhere, Lead::element),
            "getresources" | "referrers" => self.related(call),
            _ => Lead::Nowhere,
        }
    }

    /// The resources of the type that the first argument names; what is asked of them must be there, too.
    fn related(&mut self, call: &'p Call) -> Lead {
        let Some(ExprKind::String(ty)) = call.args.first().map(|argument| &argument.kind) else { return Lead::Nowhere };
        let mut bodies = Vec::new();
        for pattern in TypePattern::each(ty) {
            let types = named(&pattern, &mut self.wrong);
            if types.is_empty() {
                return Lead::Nowhere;
            }
            bodies.extend(types.into_iter().map(TypeSchema::body));
        }
        let lead = Lead::Body(bodies);
        if let Some(ExprKind::Object(items)) = call.args.get(1).map(|argument| &argument.kind) {
            for item in items {
                if let ExprKind::Root(name) | ExprKind::String(name) = &item.key.kind {
                    self.member(&lead, name, item.key.span);
                }
            }
        }
        Lead::List(Box::new(lead))
    }
}
