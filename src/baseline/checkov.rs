//! `.checkov.baseline`: what Checkov found before, by file, resource and its ids of checks.
//!
//! One of its entries covers whatever gatelint finds on that resource under a check that has the id as an alias:
//! Checkov tells neither attributes nor instances apart.

use crate::finding::Finding;
use crate::model::Text;
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
    fn names(&self, address: &Text) -> bool {
        if let Some((_, instruction)) = self.resource.strip_prefix('/').and_then(|rest| rest.rsplit_once('.')) {
            let mut parts = address.split('.').map(|part| part.split('[').next().unwrap_or(part));
            return instruction.is_empty() || parts.any(|part| part == instruction);
        }
        let own = if address.contains('/') { dotted(address) } else { without_keys(address) };
        let theirs = without_keys(&self.resource);
        let rest = theirs.trim_start_matches("data.").strip_prefix(own.trim_start_matches("data."));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }
}

/// `Deployment/web/container/app` as `Deployment.default.web`.
fn dotted(address: &str) -> String {
    let object = address.split("/pod").next().unwrap_or(address).split("/container/").next().unwrap_or(address);
    match object.split('/').collect::<Vec<_>>().as_slice() {
        [kind, name] => format!("{kind}.default.{name}"),
        parts => parts.join("."),
    }
}

/// An address without `[0]` and `["key"]`.
fn without_keys(address: &str) -> String {
    let mut depth = 0_usize;
    let kept = address.chars().filter(|c| match c {
        '[' => {
            depth += 1;
            false
        }
        ']' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    kept.collect()
}
