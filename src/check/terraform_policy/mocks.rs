//! `.policytest.hcl`: mocks, and what policies must say of them.

use crate::check::input::flag;
use crate::check::policy::locals;
use crate::check::unexpected::unexpected;
use crate::model::Text;
use crate::source::{Problem, SourceId, Span};
use crate::syntax::hcl::{self, Block, Expr, ExprKind, Item};

/// One `.policytest.hcl` file.
#[derive(Clone, Debug, Default)]
pub struct TestFile {
    /// The policies that it tests; `None` for all that are given.
    pub targets: Option<Vec<Target>>,
    /// Values of inputs, weaker than those of a mock.
    pub inputs: Vec<(Text, Expr)>,
    /// Locals for the mocks.
    pub locals: Vec<(Text, Expr)>,
    /// The mocks in source order.
    pub mocks: Vec<Mock>,
}

/// A file or folder of policies, relative to the test file.
#[derive(Clone, Debug)]
pub struct Target {
    /// The path as it is written.
    pub path: Text,
    /// Its place.
    pub span: Span,
}

/// What a mock stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MockKind {
    /// A managed resource.
    Resource,
    /// The configuration of a provider.
    Provider,
    /// A module call.
    Module,
    /// What a data source reads; never judged.
    Data,
}

/// One mock.
#[derive(Clone, Debug)]
pub struct Mock {
    /// What it stands for.
    pub kind: MockKind,
    /// Its first label: a type, a provider's type, a module's source.
    pub type_name: Text,
    /// Its second label.
    pub name: Text,
    /// The attributes as they would be.
    pub attrs: Option<Expr>,
    /// The attributes as they were.
    pub prior_attrs: Option<Expr>,
    /// What is known beside the attributes.
    pub meta: Option<Expr>,
    /// Values of inputs.
    pub inputs: Vec<(Text, Expr)>,
    /// Whether a policy must object.
    pub expect_failure: bool,
    /// Whether it is there for others only.
    pub skip: bool,
    /// The header.
    pub header: Span,
    /// The whole block.
    pub block: Span,
}

impl MockKind {
    /// The word that begins its block.
    pub fn word(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Provider => "provider",
            Self::Module => "module",
            Self::Data => "data",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Resource, Self::Provider, Self::Module, Self::Data].into_iter().find(|kind| kind.word() == word)
    }
}

impl Mock {
    /// As in Terraform's own output: `resource.aws_ebs_volume.data`.
    pub fn address(&self) -> Text {
        ecow::eco_format!("{}.{}.{}", self.kind.word(), self.type_name, self.name)
    }
}

/// Reads a `.policytest.hcl` file.
pub fn read_tests(source: SourceId, text: &str) -> Result<TestFile, Vec<Problem>> {
    let (body, problems) = hcl::parse(source, text);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut file = TestFile::default();
    for item in body.items {
        match item {
            Item::Attribute(attribute) => return Err(unexpected(&attribute.name.name, attribute.span, BLOCKS)),
            Item::Block(block) => match (block.kind.name.as_str(), MockKind::of(&block.kind.name)) {
                ("policytest", _) => file.targets = targets(&block)?,
                ("inputs", _) => file.inputs.extend(locals(block)?),
                ("locals", _) => file.locals.extend(locals(block)?),
                (_, Some(kind)) => file.mocks.push(mock(kind, block)?),
                (other, None) => return Err(unexpected(other, block.header, BLOCKS)),
            },
        }
    }
    let mut addresses: Vec<Text> = Vec::new();
    for mock in &file.mocks {
        let address = mock.address();
        if addresses.contains(&address) {
            return Err(vec![Problem::error(mock.header, format!("`{address}` is mocked twice; rename one of them."))]);
        }
        addresses.push(address);
    }
    Ok(file)
}

/// What stands at the top of a file.
const BLOCKS: &str = "policytest, inputs, locals, resource, provider, module and data";

/// What stands in a mock.
const PARTS: &str = "attrs, prior_attrs, meta, inputs, expect_failure and skip";

fn targets(block: &Block) -> Result<Option<Vec<Target>>, Vec<Problem>> {
    let Some(attribute) = block.body.attribute("targets") else { return Ok(None) };
    let wrong = |span| vec![Problem::error(span, "`targets` is a list of paths.")];
    let ExprKind::Tuple(items) = &attribute.value.kind else { return Err(wrong(attribute.value.span)) };
    let target = |item: &Expr| match &item.kind {
        ExprKind::String(path) => Ok(Target { path: path.clone(), span: item.span }),
        _ => Err(wrong(item.span)),
    };
    items.iter().map(target).collect::<Result<_, _>>().map(Some)
}

fn mock(kind: MockKind, block: Block) -> Result<Mock, Vec<Problem>> {
    let [type_name, name] = block.labels.as_slice() else {
        let message = format!("A mock `{}` has two labels: what it stands for, and a name.", kind.word());
        return Err(vec![Problem::error(block.header, message)]);
    };
    let mut mock = Mock {
        kind,
        type_name: type_name.name.clone(),
        name: name.name.clone(),
        attrs: None,
        prior_attrs: None,
        meta: None,
        inputs: Vec::new(),
        expect_failure: false,
        skip: false,
        header: block.header,
        block: block.span,
    };
    for item in block.body.items {
        match item {
            Item::Attribute(attribute) => match attribute.name.name.as_str() {
                "attrs" => mock.attrs = Some(attribute.value),
                "prior_attrs" => mock.prior_attrs = Some(attribute.value),
                "meta" => mock.meta = Some(attribute.value),
                "expect_failure" => mock.expect_failure = flag(&attribute.value)?,
                "skip" => mock.skip = flag(&attribute.value)?,
                other => return Err(unexpected(other, attribute.span, PARTS)),
            },
            Item::Block(inner) if inner.kind.name == "inputs" => mock.inputs.extend(locals(inner)?),
            Item::Block(inner) => return Err(unexpected(&inner.kind.name, inner.header, PARTS)),
        }
    }
    Ok(mock)
}
