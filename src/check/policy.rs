//! The logic of a check: `resource_policy` blocks.

use crate::model::Text;
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block, Body, Expr, Item};

/// One `resource_policy`.
#[derive(Debug)]
pub struct Policy {
    /// Its second label.
    pub name: Text,
    /// What its first label names.
    pub patterns: Vec<TypePattern>,
    /// Resources for which this is false are none of its business.
    pub filter: Option<Expr>,
    /// Its locals and those of the page, in source order.
    pub locals: Vec<(Text, Expr)>,
    /// What must hold.
    pub enforces: Vec<Enforce>,
    /// The header.
    pub span: Span,
}

/// One `enforce` block.
#[derive(Debug)]
pub struct Enforce {
    /// What must hold.
    pub condition: Expr,
    /// What is said when it does not.
    pub error_message: Option<Expr>,
    /// The place of the finding, where the deciding value is not it.
    pub at: Option<Expr>,
    /// One verdict for each element.
    pub for_each: Option<Expr>,
    /// The header.
    pub span: Span,
}

/// A resource type, or a pattern with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePattern {
    /// As it is written.
    pub text: Text,
}

impl TypePattern {
    /// The pattern that is written so.
    pub fn new(text: &str) -> Self {
        Self { text: text.into() }
    }

    /// Whether `name` is a type that the pattern names.
    pub fn matches(&self, name: &str) -> bool {
        matches(&self.text, name)
    }
}

/// Whether `name` fits `pattern`, in which each `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// The policies of a body; locals at the top belong to each of them.
pub fn policies(body: Body) -> Result<Vec<Policy>, Vec<Problem>> {
    let mut shared = Vec::new();
    let mut blocks = Vec::new();
    for item in body.items {
        match item {
            Item::Block(block) if block.kind.name == "resource_policy" => blocks.push(block),
            Item::Block(block) if block.kind.name == "locals" => shared.extend(locals(block)?),
            Item::Block(block) => return Err(unexpected(&block.kind.name, block.header, "resource_policy and locals")),
            Item::Attribute(attribute) => {
                return Err(unexpected(&attribute.name.name, attribute.span, "resource_policy and locals"));
            }
        }
    }
    blocks.into_iter().map(|block| policy(block, &shared)).collect()
}

fn unexpected(name: &str, span: Span, there_are: &str) -> Vec<Problem> {
    vec![Problem::error(span, format!("`{name}` does not belong here; there are {there_are}."))]
}

fn policy(block: Block, shared: &[(Text, Expr)]) -> Result<Policy, Vec<Problem>> {
    let [types, name] = block.labels.as_slice() else {
        return Err(vec![Problem::error(block.header, "A `resource_policy` has two labels: types and a name.")]);
    };
    let patterns = types.name.split('|').map(|text| TypePattern::new(text.trim())).collect();
    let mut policy = Policy {
        name: name.name.clone(),
        patterns,
        filter: None,
        locals: shared.to_vec(),
        enforces: Vec::new(),
        span: block.header,
    };
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, .. }) if name.name == "filter" => policy.filter = Some(value),
            Item::Attribute(attribute) => {
                return Err(unexpected(&attribute.name.name, attribute.span, "filter, locals and enforce"));
            }
            Item::Block(block) if block.kind.name == "locals" => policy.locals.extend(locals(block)?),
            Item::Block(block) if block.kind.name == "enforce" => policy.enforces.push(enforce(block)?),
            Item::Block(block) => return Err(unexpected(&block.kind.name, block.header, "filter, locals and enforce")),
        }
    }
    if policy.enforces.is_empty() {
        return Err(vec![Problem::error(
            policy.span,
            "A `resource_policy` enforces something: add an `enforce` block.",
        )]);
    }
    Ok(policy)
}

fn locals(block: Block) -> Result<Vec<(Text, Expr)>, Vec<Problem>> {
    let entry = |item| match item {
        Item::Attribute(attribute) => Ok((attribute.name.name, attribute.value)),
        Item::Block(block) => Err(unexpected(&block.kind.name, block.header, "names with values")),
    };
    block.body.items.into_iter().map(entry).collect()
}

fn enforce(block: Block) -> Result<Enforce, Vec<Problem>> {
    let (mut condition, mut error_message, mut at, mut for_each) = (None, None, None, None);
    for item in block.body.items {
        match item {
            Item::Attribute(Attribute { name, value, span }) => match name.name.as_str() {
                "condition" => condition = Some(value),
                "error_message" => error_message = Some(value),
                "at" => at = Some(value),
                "for_each" => for_each = Some(value),
                other => return Err(unexpected(other, span, "condition, error_message, at and for_each")),
            },
            Item::Block(inner) => {
                return Err(unexpected(&inner.kind.name, inner.header, "condition, error_message, at and for_each"));
            }
        }
    }
    let condition =
        condition.ok_or_else(|| vec![Problem::error(block.header, "An `enforce` block has a `condition`.")])?;
    Ok(Enforce { condition, error_message, at, for_each, span: block.header })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("aws_s3_bucket", "aws_s3_bucket"));
        assert!(!matches("aws_s3_bucket", "aws_s3_bucket_acl"));
        assert!(matches("aws_*", "aws_s3_bucket_acl"));
        assert!(matches("aws_*_rule", "aws_security_group_rule"));
        assert!(!matches("aws_*_rule", "aws_security_group"));
        assert!(matches("*", "Pod"));
    }
}
