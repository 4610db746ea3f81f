//! `.checkov.baseline`: what Checkov found before, by file, resource and its ids of checks.
//!
//! One of its entries covers whatever gatelint finds on that resource under a check that has the id as an alias:
//! Checkov tells neither attributes nor instances apart.

use crate::finding::Finding;
use crate::model::{Address, Role};
use crate::source::{Sources, join};
use serde_json::Value as Json;

/// One failed check on one resource.
#[derive(Clone, Debug)]
pub(super) struct Covered {
    /// Path from the root.
    file: String,
    /// As Checkov names it.
    resource: String,
    /// `CKV_AWS_20`
    check: String,
}

/// The entries of such a file that lies in `directory`; none when it is something else.
pub(super) fn read(text: &str, directory: &str) -> Option<Vec<Covered>> {
    let json: Json = serde_json::from_str(text).ok()?;
    let mut entries = Vec::new();
    for file in json.get("failed_checks")?.as_array()? {
        let path = file.get("file").and_then(Json::as_str).unwrap_or_default().trim_start_matches('/');
        // What lies outside of the root is never found.
        let Some(path) = join(directory, path) else { continue };
        for finding in file.get("findings").and_then(Json::as_array).into_iter().flatten() {
            let resource = finding.get("resource").and_then(Json::as_str).unwrap_or_default();
            let ids = finding.get("check_ids").and_then(Json::as_array).into_iter().flatten();
            entries.extend(ids.filter_map(Json::as_str).map(|check| Covered {
                file: path.clone(),
                resource: resource.to_owned(),
                check: check.to_owned(),
            }));
        }
    }
    Some(entries)
}

impl Covered {
    /// Whether the finding is one of what Checkov found.
    pub(super) fn covers(&self, finding: &Finding, sources: &Sources) -> bool {
        let aliases = finding.check.aliases.iter().filter(|(tool, _)| tool == "checkov");
        let is_check = aliases.flat_map(|(_, ids)| ids).any(|id| *id == self.check);
        is_check && sources.get(finding.block.source).path == self.file && self.names(&finding.resource)
    }

    /// Whether Checkov means the resource of that address: without instance keys in Terraform
    /// (`module.m.aws_s3_bucket.b`), with dots and a namespace in Kubernetes (`Deployment.default.web`, followed by a
    /// container), by file and instruction in Dockerfiles (`/Dockerfile.RUN`, `/Dockerfile.`).
    fn names(&self, address: &Address) -> bool {
        if let Some((_, instruction)) = self.resource.strip_prefix('/').and_then(|rest| rest.rsplit_once('.')) {
            return instruction.is_empty() || address.outward().any(|part| part.kind() == instruction);
        }
        let whole = address.whole();
        if whole.role() == Role::Object {
            let rest = self.resource.strip_prefix(&dotted(whole));
            return rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '[']));
        }
        let theirs = Address::parse(&self.resource);
        let plain = |address: &Address| address.without_keys().as_str().trim_start_matches("data.").to_owned();
        plain(&theirs) == plain(whole)
    }
}

/// `Deployment/web` as `Deployment.default.web`.
fn dotted(object: &Address) -> String {
    format!("{}.{}.{}", object.kind(), object.namespace().unwrap_or("default"), object.name())
}
