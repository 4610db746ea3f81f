//! Where a value came from.

use super::{Text, Value};
use crate::source::{Derived, SourceId, Span};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Where a value stands, and the way it came there.
///
/// `span` is the place in the text that was evaluated to give the value: the literal, or the
/// expression `var.acl` that reads it. `via` leads from there towards where it was written: each
/// reference that was followed put one hop in front. A literal has no hops.
///
/// Example: for `acl = local.acl`, `acl = var.acl` in `locals` and `acl = "public-read"` in a tfvars
/// file, the attribute's value has the span of `local.acl`, then the hops *local `acl`* (span of
/// `var.acl` in the locals block) and *variable `acl`* (span of the literal in the tfvars file).
#[derive(Clone, Debug)]
pub struct Origin {
    /// The place of the value in the text it was read from.
    pub span: Span,
    /// The way on to where it was written, nearest first.
    pub via: Option<Arc<Hop>>,
}

/// One step of the way of a value.
#[derive(Clone, Debug)]
pub struct Hop {
    /// What was followed.
    pub kind: HopKind,
    /// The place where that gets its value.
    pub span: Span,
    /// The rest of the way.
    pub next: Option<Arc<Hop>>,
    /// What was made into text there, where the hop went through an encoding (`jsonencode`, a policy
    /// document) or a template: the same content with the places of its parts.
    pub encoded: Option<Arc<Encoded>>,
    /// The ways of the other parts, where several values were put together.
    pub beside: Option<Box<[Arc<Hop>]>>,
}

/// A text with its pieces, and the values that were put into it.
#[derive(Clone, Debug)]
pub struct RenderedText {
    /// The text. A literal part of a template is a replacement without note.
    pub text: Derived<'static>,
    /// The values of the interpolations: the note of a piece is an index into them.
    pub values: Vec<Value>,
}

/// What stands behind a text.
#[derive(Clone, Debug)]
pub enum Encoded {
    /// The value that was encoded, with the places of its parts.
    Value(Value),
    /// The pieces that it was put together from.
    Text(RenderedText),
}

/// What a hop went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HopKind {
    /// The default of a variable.
    VariableDefault(Text),
    /// A value given to a root module's variable: a tfvars line, `--var`, the environment.
    VariableValue(Text),
    /// An argument of a `module` block: module's name, argument's name.
    ModuleArgument(Text, Text),
    /// An output of a module: module's name, output's name.
    ModuleOutput(Text, Text),
    /// A local value.
    Local(Text),
    /// An attribute of another resource: its address with the attribute path.
    Attribute(Text),
    /// The element of a `for_each`, `count`, or `dynamic`.
    Each(Text),
    /// The arguments of a function whose result this is.
    Argument(Text),
    /// A YAML anchor.
    Anchor(Text),
    /// A Kustomize patch or transformer: its kind.
    Patch(Text),
    /// The value that a Kustomize transformer changed: the transformer's kind.
    Changed(Text),
    /// A generator's literal or file.
    Generator(Text),
    /// A Dockerfile `ARG`.
    Arg(Text),
    /// A Dockerfile `ENV`.
    Env(Text),
    /// An instruction of an earlier stage that this one inherits.
    Inherited(Text),
    /// A default that the platform applies, which nobody wrote: its source.
    PlatformDefault(Text),
    /// A statement of a policy document.
    Document(Text),
    /// An override file of Terraform or Compose: its path.
    Override(Text),
    /// A service that another one extends: its name.
    Extended(Text),
    /// A variable of the environment, in a file that sets it.
    Environment(Text),
    /// A template: the path of its file, empty where it is written in the configuration.
    Template(Text),
    /// A file that was read as a text: its path.
    File(Text),
    /// The key of a chart's values.
    ValuesKey(Text),
    /// The key of the values of a dependency, in a file that is not the repository's own.
    ChartDefault(Text),
    /// A template of a chart that another template calls: the path of its file.
    Included(Text),
    /// What Terraform planned for it: the path of the plan.
    Planned(Text),
    /// What a chart was rendered to by `helm template`: the path of its output.
    Rendered(Text),
}

impl Origin {
    /// A value written at `span`.
    pub fn at(span: Span) -> Self {
        Self { span, via: None }
    }

    /// The value of this origin, read at `span` through `kind`.
    #[must_use]
    pub fn read_at(&self, span: Span, kind: HopKind) -> Self {
        let hop = Hop { kind, span: self.span, next: self.via.clone(), encoded: None, beside: None };
        Self { span, via: Some(Arc::new(hop)) }
    }

    /// The origin of a text that the call at `span` made of `value`, whose parts stay reachable
    /// through [`Origin::encoded`].
    pub fn encoding(value: &Value, span: Span, kind: HopKind) -> Self {
        let origin = &value.origin;
        let encoded = Some(Arc::new(Encoded::Value(value.clone())));
        let hop = Hop { kind, span: origin.span, next: origin.via.clone(), encoded, beside: None };
        Self { span, via: Some(Arc::new(hop)) }
    }

    /// The origin of a text that the template at `span` put together: that is where the text is written. `way` is
    /// that of the values that were put into it.
    pub fn rendering(text: RenderedText, span: Span, way: Option<Arc<Hop>>) -> Self {
        let encoded = Some(Arc::new(Encoded::Text(text)));
        let beside = way.map(|way| [way].into());
        let hop = Hop { kind: HopKind::Template(Text::new()), span, next: None, encoded, beside };
        Self { span, via: Some(Arc::new(hop)) }
    }

    /// The origin of the text of a whole file, which a call at `span` read.
    pub fn contents(path: &str, source: SourceId, text: &str, span: Span) -> Self {
        let pieces = Derived::file(source, text);
        let text = RenderedText { text: pieces.slice(0..text.len()), values: Vec::new() };
        let (kind, whole) = (HopKind::File(path.into()), text.text.span(0..text.text.text().len()));
        let encoded = Some(Arc::new(Encoded::Text(text)));
        Self { span, via: Some(Arc::new(Hop { kind, span: whole, next: None, encoded, beside: None })) }
    }

    /// What the text was encoded from, where it was.
    pub fn encoded(&self) -> Option<&Value> {
        self.hops().find_map(|hop| match hop.encoded.as_deref() {
            Some(Encoded::Value(value)) => Some(value),
            _ => None,
        })
    }

    /// The pieces that the text was put together from, where it was.
    pub fn rendered(&self) -> Option<&RenderedText> {
        self.hops().find_map(|hop| match hop.encoded.as_deref() {
            Some(Encoded::Text(text)) => Some(text),
            _ => None,
        })
    }

    /// The hops, nearest first.
    pub fn hops(&self) -> impl Iterator<Item = &Hop> {
        std::iter::successors(self.via.as_deref(), |hop| hop.next.as_deref())
    }

    /// Calls `found` with every hop: of the way, and of the ways of all parts that were put together on it.
    pub fn each_hop<'a>(&'a self, found: &mut impl FnMut(&'a Hop)) {
        let (mut open, mut seen): (Vec<&Hop>, BTreeSet<*const Hop>) = Default::default();
        let mut way = self.via.as_deref();
        while let Some(first) = way {
            for hop in std::iter::successors(Some(first), |hop| hop.next.as_deref()) {
                found(hop);
                let others = hop.beside.iter().flatten().map(Arc::as_ref);
                open.extend(others.filter(|other| seen.insert(std::ptr::from_ref::<Hop>(other))));
            }
            way = open.pop();
        }
    }

    /// Whether something beside the object's own text wrote the value: a patch, a transformer, a generator, an override
    /// file, or a template that the object's own calls.
    pub fn is_overlaid(&self) -> bool {
        self.via.as_deref().is_some_and(|hop| match hop.kind {
            HopKind::Patch(_)
            | HopKind::Generator(_)
            | HopKind::Override(_)
            | HopKind::Extended(_)
            | HopKind::Included(_) => hop.span == self.span,
            HopKind::Changed(_) => true,
            _ => false,
        })
    }

    /// Where the value was written: the last place of the way.
    pub fn written(&self) -> Span {
        self.hops().last().map_or(self.span, |hop| hop.span)
    }
}

impl fmt::Display for HopKind {
    /// A noun for a label: "local `acl`", "default of variable `acl`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VariableDefault(name) => write!(f, "default of variable `{name}`"),
            Self::VariableValue(name) => write!(f, "value of variable `{name}`"),
            Self::ModuleArgument(module, name) => write!(f, "argument `{name}` of module `{module}`"),
            Self::ModuleOutput(module, name) => write!(f, "output `{name}` of module `{module}`"),
            Self::Local(name) => write!(f, "local `{name}`"),
            Self::Attribute(path) => write!(f, "attribute `{path}`"),
            Self::Each(name) => write!(f, "element of `{name}`"),
            Self::Argument(name) => write!(f, "argument of `{name}`"),
            Self::Anchor(name) => write!(f, "anchor `&{name}`"),
            Self::Patch(name) => write!(f, "{name}"),
            Self::Changed(name) => write!(f, "changed by {name}"),
            Self::Generator(name) => write!(f, "generated by {name}"),
            Self::Override(path) => write!(f, "overridden in `{path}`"),
            Self::Extended(name) => write!(f, "extended service `{name}`"),
            Self::Environment(name) => write!(f, "environment variable `{name}`"),
            Self::Arg(name) => write!(f, "`ARG {name}`"),
            Self::Env(name) => write!(f, "`ENV {name}`"),
            Self::Inherited(name) => write!(f, "inherited from stage `{name}`"),
            Self::PlatformDefault(name) => write!(f, "default applied by {name}"),
            Self::Template(path) if path.is_empty() => f.write_str("template"),
            Self::Template(path) => write!(f, "template `{path}`"),
            Self::File(path) => write!(f, "file `{path}`"),
            Self::Document(name) => write!(f, "policy document `{name}`"),
            Self::ValuesKey(path) => write!(f, "values key `{path}`"),
            Self::ChartDefault(path) => write!(f, "default of values key `{path}` in the dependency"),
            Self::Included(path) => write!(f, "template in `{path}`"),
            Self::Planned(path) => write!(f, "value in the plan `{path}`"),
            Self::Rendered(path) => write!(f, "value in the rendered manifest `{path}`"),
        }
    }
}
