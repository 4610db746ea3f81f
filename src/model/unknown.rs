//! Values that cannot be known before the deployment, and why.

use super::{Address, Number, Text, Type, Value};
use crate::source::Span;
use std::fmt;
use std::sync::Arc;

/// A value that is not known, with everything that *is* known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its type, `Dynamic` when even that is not known.
    pub ty: Type,
    /// Why, at least one: the inputs that are missing. Without repetitions, in order of first need, and of many the
    /// first.
    pub causes: Vec<Cause>,
    /// What it stands for, where that can be said: two equal symbols are equal values.
    pub symbol: Option<Symbol>,
    /// What is known all the same.
    pub refinement: Refinement,
}

/// One input that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cause {
    /// What is missing.
    pub why: Why,
    /// Where it would be set, or the expression that asks for it.
    pub span: Span,
}

/// Why a value cannot be known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A variable of a root module without value or default.
    Variable(Text),
    /// `terraform.workspace`, which nothing names.
    Workspace,
    /// Known to the provider only: address and attribute path, `aws_kms_key.k.arn`.
    AfterApply(Text),
    /// Left to the provider, since no argument sets it: address and attribute path.
    Computed(Text),
    /// Read by a data source: address and attribute path.
    DataSource(Text),
    /// A function whose result differs from run to run, or that a provider supplies.
    Function(Text),
    /// A module whose source is not on disk: its address.
    Module(Text),
    /// Something the configuration never declares: the reference as written.
    Undeclared(Text),
    /// The expression is wrong; the problem was reported. The message.
    Invalid(Text),
    /// A value that a policy judges is of a kind that cannot be what it is used as. The message.
    Malformed(Text),
    /// A Dockerfile `ARG` without default.
    BuildArg(Text),
    /// A variable of the environment that no file sets.
    Environment(Text),
    /// A property of a base image.
    BaseImage(Text),
    /// A value that only the cluster or the registry knows.
    Cluster(Text),
    /// A file that is not there, or lies outside the root.
    File(Text),
    /// Left undone because a limit was reached: its name.
    Limit(Text),
    /// Something that belongs to the unit and is not here. A sentence about it.
    Unseen(Text),
    /// An element of a loop whose collection is not known: the loop's name.
    Instances(Text),
    /// Text of a template that nothing here can render. A sentence about it.
    Template(Text),
    /// A value that a chart needs and nobody gives: the keys that lead to it in the values of the chart.
    ChartValue(Arc<[Text]>),
    /// What a command of a build prints or sets when it runs: the expansion as written.
    Command(Text),
    /// The commands of a script in a language that is not read: the program that interprets it.
    Interpreter(Text),
}

/// What an unknown value stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// An attribute of a resource instance.
    Reference(Reference),
    /// A string made of known and unknown parts.
    Template(Vec<Part>),
}

/// A part of a string that is known only in part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Known text.
    Text(Text),
    /// An attribute that will stand here.
    Reference(Reference),
    /// Something else.
    Unknown,
}

/// An attribute of one resource instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Full address of the instance, as in [`super::Resource::address`].
    pub address: Address,
    /// Way from the resource to the value.
    pub path: Vec<Step>,
}

/// One step of a path in a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// An attribute or a key.
    Key(Text),
    /// An element.
    Index(i64),
    /// Of a collection whose keys are not known: the key that one instance of a block is made for, as `each.key` and
    /// `count.index` give it. Blocks that are repeated over the same collection have the same keys.
    EachKey,
    /// The element whose key is such an unknown.
    At(Box<Reference>),
}

/// What is known of an unknown value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Refinement {
    /// It is not null.
    pub not_null: bool,
    /// A string begins with this.
    pub prefix: Text,
    /// A collection has at least this many elements.
    pub min_length: u64,
    /// A collection has at most this many elements.
    pub max_length: Option<u64>,
    /// A number is not below this.
    pub at_least: Option<Number>,
    /// A number is not above this.
    pub at_most: Option<Number>,
    /// A list has at least these elements, in any order.
    pub elements: KnownElements,
    /// A string is made of these parts, whatever it stands for as a whole.
    pub parts: Option<Arc<[Part]>>,
    /// It is one of these values.
    pub choices: Choices,
}

impl Unknown {
    /// Returns the attribute of a resource instance that it stands for.
    pub fn referenced(&self) -> Option<&Reference> {
        if let Some(Symbol::Reference(reference)) = &self.symbol { Some(reference) } else { None }
    }

    /// Whether even that there is such a value is not known: the cluster decides, and nothing is said of the type.
    pub fn may_be_absent(&self) -> bool {
        let by_cluster = |cause: &Cause| matches!(cause.why, Why::Cluster(_));
        self.ty == Type::Dynamic && !self.causes.is_empty() && self.causes.iter().all(by_cluster)
    }

    /// Returns the known and unknown parts that a string is made of, where they can be told apart.
    pub fn parts(&self) -> Option<&[Part]> {
        match (&self.symbol, &self.refinement.parts) {
            (Some(Symbol::Template(parts)), _) => Some(parts),
            (_, parts) => parts.as_deref(),
        }
    }
}

/// The values that an unknown one is chosen from, none of which is unknown.
#[derive(Clone, Debug, Default)]
pub struct Choices(Option<Arc<[Value]>>);

impl Choices {
    /// One of these values.
    pub fn new(values: Vec<Value>) -> Self {
        Self(Some(values.into()))
    }

    /// Returns the values; `None` where nothing is said of them.
    pub fn known(&self) -> Option<&[Value]> {
        self.0.as_deref()
    }
}

impl PartialEq for Choices {
    /// Values have no equality of their own: the same choices are the same list of them.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Choices {}

/// The elements that a list is known to have, though it may have more; after them an unknown one that stands for those.
#[derive(Clone, Debug, Default)]
pub struct KnownElements(Option<Arc<Vec<Value>>>);

impl KnownElements {
    /// The `known` elements of a list that may have more for some reasons.
    pub fn new(mut known: Vec<Value>, causes: Vec<Cause>, span: Span) -> Self {
        known.push(Value::unknown_of(Type::Dynamic, causes, span));
        Self(Some(Arc::new(known)))
    }

    /// Returns the known elements; `None` where nothing is said of them.
    pub fn known(&self) -> Option<&[Value]> {
        self.with_rest()?.split_last().map(|(_, known)| known)
    }

    /// Returns the known elements, and the unknown one that stands for all others.
    pub fn with_rest(&self) -> Option<&[Value]> {
        self.0.as_deref().map(Vec::as_slice)
    }
}

impl PartialEq for KnownElements {
    /// Values have no equality of their own: the same elements are the same list of them.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for KnownElements {}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, ".{key}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::EachKey => f.write_str("[*]"),
            Self::At(key) => write!(f, "[{key}]"),
        }
    }
}

impl fmt::Display for Reference {
    /// As in the configuration: `module.a.aws_kms_key.k.arn`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.address.as_str())?;
        self.path.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Why {
    /// Names the missing input: "`var.acl` has no value".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "`var.{name}` has no value"),
            Self::Workspace => f.write_str("`terraform.workspace` is not named: set `TF_WORKSPACE` or `--workspace`"),
            Self::AfterApply(path) => write!(f, "`{path}` is known only after apply"),
            Self::Computed(path) => write!(f, "`{path}` is not set, and the provider decides it"),
            Self::DataSource(path) => write!(f, "`{path}` is read from the provider"),
            Self::Function(name) => write!(f, "`{name}()` cannot be evaluated without running Terraform"),
            Self::Module(name) => write!(f, "the source of `{name}` is not on disk"),
            Self::Undeclared(name) => write!(f, "`{name}` is not declared"),
            // Part of a sentence here, though it may have been one.
            Self::Invalid(message) | Self::Malformed(message) | Self::Unseen(message) | Self::Template(message) => {
                f.write_str(message.strip_suffix('.').unwrap_or(message))
            }
            Self::ChartValue(keys) => write!(f, "the chart value `{}` is not set", keys.join(".")),
            Self::BuildArg(name) => write!(f, "build argument `{name}` has no default"),
            Self::Environment(name) => write!(f, "environment variable `{name}` is set in no file"),
            Self::BaseImage(what) => write!(f, "{what} is set by the base image"),
            Self::Cluster(what) => write!(f, "{what} is known only to the cluster"),
            Self::File(path) => write!(f, "file `{path}` cannot be read"),
            Self::Limit(name) => write!(f, "the limit on {name} was reached"),
            Self::Instances(name) => write!(f, "the elements of `{name}` are not known"),
            Self::Interpreter(program) => write!(f, "the commands of `{program}` are not read"),
            Self::Command(text) => write!(f, "`{text}` is known only when the command runs"),
        }
    }
}
