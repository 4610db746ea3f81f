//! Types by name.

use super::table::TABLE;
use super::{Body, Family, Releases};

/// A type of resource or data source, or a kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeSchema(usize);

impl TypeSchema {
    /// `aws_s3_bucket`, `data.aws_ami`, `apps/v1/Deployment`.
    pub fn name(self) -> &'static str {
        TABLE.types.text(self.0)
    }

    /// What may stand in it.
    pub fn body(self) -> Body {
        Body(TABLE.type_row(self.0).body)
    }

    /// Whose type it is.
    pub fn family(self) -> Family {
        Family(TABLE.type_row(self.0).family)
    }

    /// The releases that have it.
    pub fn releases(self) -> Releases {
        Releases(TABLE.type_row(self.0).releases)
    }
}

/// Returns the type of Terraform with a name: `aws_s3_bucket`, `data.aws_ami`.
pub fn terraform(name: &str) -> Option<TypeSchema> {
    // The keys of Kubernetes have a slash, those of Terraform have none.
    TABLE.types.find(name).filter(|_| !name.contains('/')).map(TypeSchema)
}

/// Returns the kind of an API version of Kubernetes.
pub fn kubernetes(api_version: &str, kind: &str) -> Option<TypeSchema> {
    TABLE.types.find(&format!("{api_version}/{kind}")).map(TypeSchema)
}

/// Returns a provider by its name, or Kubernetes as `kubernetes.io`.
pub fn family(name: &str) -> Option<Family> {
    (0..TABLE.families.len()).map(Family).find(|family| family.name() == name)
}

/// Returns all types of Terraform whose names begin with a prefix, sorted.
pub fn terraform_types(prefix: &str) -> impl Iterator<Item = TypeSchema> {
    let from = TABLE.types.position(prefix);
    let all = (from..TABLE.types.len()).map(TypeSchema);
    all.take_while(move |ty| ty.name().starts_with(prefix)).filter(|ty| !ty.name().contains('/'))
}

/// Returns all kinds of Kubernetes whose API versions begin with a prefix, sorted.
pub fn kubernetes_types(prefix: &str) -> impl Iterator<Item = TypeSchema> {
    let from = TABLE.types.position(prefix);
    let all = (from..TABLE.types.len()).map(TypeSchema);
    all.take_while(move |ty| ty.name().starts_with(prefix)).filter(|ty| ty.name().contains('/'))
}

/// Returns all kinds of Kubernetes with a name, in any API version.
pub fn kubernetes_kinds(kind: &str) -> impl Iterator<Item = TypeSchema> {
    let all = (0..TABLE.types.len()).map(TypeSchema);
    all.filter(move |ty| ty.name().rsplit_once('/').is_some_and(|(_, name)| name == kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Nesting, Shape};

    #[test]
    fn types_are_there_with_their_arguments_and_blocks() {
        let bucket = terraform("aws_s3_bucket").unwrap();
        assert_eq!(bucket.family().name(), "aws");
        assert!(bucket.body().get("arn").unwrap().is_computed() && !bucket.body().get("arn").unwrap().is_settable());
        let (nesting, versioning) = bucket.body().get("versioning").unwrap().body().unwrap();
        assert_eq!(nesting, Nesting::Single);
        assert_eq!(versioning.get("enabled").unwrap().value_type().shape(), Shape::Bool);
        assert!(bucket.body().get("encyrption").is_none());
        assert!(terraform("data.aws_ami").is_some() && terraform("aws_ami_of_mine").is_none());
    }

    #[test]
    fn what_a_release_removed_is_known_with_the_releases_that_had_it() {
        let aws = family("aws").unwrap();
        let newest = aws.select(|release| release >= 6);
        let stack = terraform("aws_opsworks_stack").unwrap();
        assert!(newest.are_after(stack.releases()) && aws.newest(stack.releases()) == Some(5));
        assert!(!newest.are_after(terraform("aws_s3_bucket").unwrap().releases()));
    }

    #[test]
    fn kinds_of_kubernetes_are_known_by_api_version() {
        let pod = kubernetes("v1", "Pod").unwrap().body();
        let (_, spec) = pod.get("spec").unwrap().body().unwrap();
        let (nesting, container) = spec.get("containers").unwrap().body().unwrap();
        assert_eq!(nesting, Nesting::List);
        assert!(spec.get("containers").unwrap().is_required());
        assert!(matches!(container.get("command").unwrap().value_type().shape(), Shape::List(_)));
        assert_eq!(kubernetes_kinds("CronJob").count(), 1);
    }

    #[test]
    fn the_whole_table_can_be_read() {
        let mut seen = std::collections::BTreeSet::new();
        let mut open: Vec<Body> = (0..TABLE.types.len()).map(|at| TypeSchema(at).body()).collect();
        while let Some(body) = open.pop() {
            if seen.insert(body) {
                let arguments: Vec<_> = body.arguments().collect();
                assert!(arguments.is_sorted_by(|a, b| a.0 < b.0), "{arguments:?}");
                open.extend(arguments.iter().filter_map(|(_, argument)| argument.body()).map(|(_, body)| body));
            }
        }
        assert_eq!(seen.len(), TABLE.bodies.len());
    }
}
