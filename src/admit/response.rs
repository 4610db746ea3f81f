//! The answer as the API server takes it.

use super::answer::Answer;
use super::review::{KIND, Reference};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    api_version: &'a str,
    kind: &'a str,
    response: Response<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    audit_annotations: &'a BTreeMap<String, String>,
}

/// Without a code, the API server answers 400 and not 403.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the protocol")]
struct Status<'a> {
    status: &'static str,
    message: &'a str,
    reason: &'static str,
    code: u16,
}

impl Reference {
    /// Returns the body of the response.
    pub fn write(&self, answer: &Answer) -> String {
        let status = |message| Status { status: "Failure", message, reason: "Forbidden", code: 403 };
        let response = Response {
            uid: &self.uid,
            allowed: answer.denied.is_none(),
            status: answer.denied.as_deref().map(status),
            warnings: &answer.warnings,
            audit_annotations: &answer.annotations,
        };
        let review = Answered { api_version: self.version, kind: KIND, response };
        // Texts and numbers always have a form in JSON.
        serde_json::to_string(&review).unwrap_or_default()
    }
}
