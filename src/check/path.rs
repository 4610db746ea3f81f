//! `path` blocks: ways through the graph of resources that are findings.

use super::TypePattern;
use super::edge::literal;
use super::unexpected::unexpected;
use crate::model::Text;
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block, Expr, ExprKind, Item};

/// What is no resource, and a way may begin or end at, with what people call it. An end is of one platform: what leads
/// there is no finding about another one.
const PLACES: [(&str, &str); 23] = [
    ("internet", "the internet"),
    ("github", "every repository on GitHub"),
    ("pull_request", "a pull request of anybody"),
    ("contributor", "everybody who pushes to the repository"),
    ("other_ci", "every customer of the CI provider"),
    ("guest", "a guest of the identity pool"),
    ("source_code", "whoever reads this repository"),
    ("download", "what a build downloads unverified"),
    ("pod", "any pod of the cluster"),
    ("anonymous", "whoever reaches the API server"),
    ("credential", "a credential"),
    ("aws_account", "every right in the AWS account"),
    ("aws_data", "all data of the AWS account"),
    ("aws_secrets", "all secrets of the AWS account"),
    ("azure_subscription", "every right in the Azure subscription"),
    ("azure_data", "all data of the Azure subscription"),
    ("google_cloud_project", "every right in the Google Cloud project"),
    ("google_data", "all data of the Google Cloud project"),
    ("google_secrets", "all secrets of the Google Cloud project"),
    ("cluster", "every right in the cluster"),
    ("cluster_secrets", "the Secrets of all namespaces"),
    ("namespace_secrets", "the Secrets of its namespace"),
    ("node", "the node"),
];

/// What people call the place of a name, if there is one.
pub fn place_name(name: &str) -> Option<&'static str> {
    PLACES.iter().find(|(place, _)| *place == name).map(|(_, called)| *called)
}

/// One `path` block.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// Where it begins: names of places (`internet`) and types of resources.
    pub from: Vec<TypePattern>,
    /// Where it ends, likewise.
    pub to: Vec<TypePattern>,
    /// The kinds of edges that it may take.
    pub through: Vec<Text>,
    /// The kind of its last edge, where that is one of several that lead there.
    pub last: Option<Text>,
    /// What is said of it, one clause without a full stop; the title of the page where it is absent.
    pub message: Option<Text>,
    /// The header.
    pub span: Span,
}

/// Reads a `path` block.
pub(super) fn path(block: Block) -> Result<PathRule, Vec<Problem>> {
    let header = block.header;
    let [from, to] = block.labels.as_slice() else {
        return Err(vec![Problem::error(header, "A `path` has two labels: where it begins, and where it ends.")]);
    };
    let (from, to) = (TypePattern::each(&from.name), TypePattern::each(&to.name));
    if let Some(message) = from.iter().chain(&to).find_map(TypePattern::mistake) {
        return Err(vec![Problem::error(header, message)]);
    }
    let (mut through, mut last, mut message) = (Vec::new(), None, None);
    let there_are = "through, last and message";
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) => match name.name.as_str() {
                "through" => through = literals(&value)?,
                "last" => last = Some(literal(&value)?),
                "message" => message = Some(literal(&value)?),
                other => return Err(unexpected(other, span, there_are)),
            },
            Item::Block(inner) => return Err(unexpected(&inner.kind.name, inner.header, there_are)),
        }
    }
    if through.is_empty() {
        return Err(vec![Problem::error(header, "A `path` says which kinds of edges it takes: give `through`.")]);
    }
    Ok(PathRule { from, to, through, last, message, span: header })
}

fn literals(value: &Expr) -> Result<Vec<Text>, Vec<Problem>> {
    match &value.kind {
        ExprKind::Tuple(items) => items.iter().map(literal).collect(),
        _ => Err(vec![Problem::error(value.span, "Write a list of texts here, as literals.")]),
    }
}
