//! What names types of resources.

use crate::model::Text;
use crate::schema;
use crate::source::prose::sentence;
use crate::source::suggestion;

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

    /// The patterns that a label is, which `|` separates. A family is all its types; one that there is not stays as it is.
    pub fn each(label: &str) -> Vec<Self> {
        let types = |name: &str| match schema::types_of(name) {
            types if types.is_empty() => vec![Self::new(name)],
            types => types.into_iter().map(Self::new).collect(),
        };
        label.split('|').flat_map(|name| types(name.trim())).collect()
    }

    /// Says what is wrong with a pattern that names a family which there is not.
    pub fn mistake(&self) -> Option<String> {
        let name = self.text.strip_prefix(schema::FAMILY_PREFIX)?;
        let hint = suggestion(name, schema::type_families().map(|(name, _)| name));
        Some(sentence(&format!("There is no family of types `{name}`{hint}")))
    }

    /// The only name that it stands for, when it is none for several.
    pub fn exact(&self) -> Option<&str> {
        (!self.text.contains('*')).then_some(self.text.as_str())
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

#[cfg(test)]
mod tests {
    use super::{TypePattern, matches};

    #[test]
    fn a_family_is_its_types_and_one_that_there_is_not_a_mistake() {
        let texts = |label: &str| TypePattern::each(label).into_iter().map(|one| one.text).collect::<Vec<_>>();
        assert_eq!(texts("family.aws_lb | aws_elb"), ["aws_lb", "aws_alb", "aws_elb"]);
        let mistakes: Vec<_> = TypePattern::each("family.aws_bl|aws_lb").iter().map(TypePattern::mistake).collect();
        let expected = "There is no family of types `aws_bl`; did you mean `aws_lb`?";
        assert_eq!(mistakes, [Some(expected.to_owned()), None]);
    }

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
