//! What names types of resources.

use crate::model::Text;

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
