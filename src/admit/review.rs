//! What the API server asks: an `AdmissionReview`, `admission.k8s.io/v1` or `v1beta1`.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The kind of the envelope.
pub const KIND: &str = "AdmissionReview";

/// The versions of the envelope that are read; a review is answered in its own version.
const VERSIONS: [&str; 2] = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];

/// What the API server asks.
#[derive(Debug)]
pub struct Review {
    /// The version of the envelope.
    pub version: &'static str,
    /// The question.
    pub request: Request,
}

/// A request to the API server. What does not matter here is left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What the answer has to repeat.
    pub uid: String,
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`.
    #[serde(default)]
    pub operation: String,
    /// `status`, `scale`; empty for the object itself.
    #[serde(default)]
    pub sub_resource: String,
    /// The namespace of the object; for a namespace its own name; empty for other objects of the cluster.
    #[serde(default)]
    pub namespace: String,
    /// The object as it would be stored, as it was sent.
    #[serde(default)]
    pub object: Option<Box<RawValue>>,
    /// The object as it is stored.
    #[serde(default)]
    pub old_object: Option<Box<RawValue>>,
}

/// Why a body is no review.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not JSON, or has other fields.
    #[error("the body is no AdmissionReview: {0}")]
    Json(#[from] serde_json::Error),
    /// It is another kind or version.
    #[error("the body is a `{kind}` of `{version}`, not an AdmissionReview of admission.k8s.io/v1 or v1beta1")]
    Kind {
        /// Its `apiVersion`.
        version: String,
        /// Its `kind`.
        kind: String,
    },
    /// It asks nothing.
    #[error("the AdmissionReview has no request")]
    NoRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    request: Option<Request>,
}

/// Reads the body of a request.
pub fn read(body: &[u8]) -> Result<Review, ReadError> {
    let Envelope { api_version, kind, request } = serde_json::from_slice(body)?;
    let version = VERSIONS.into_iter().find(|version| *version == api_version && kind == KIND);
    let version = version.ok_or(ReadError::Kind { version: api_version, kind })?;
    Ok(Review { version, request: request.ok_or(ReadError::NoRequest)? })
}

impl Review {
    /// What an answer has to repeat.
    pub fn reference(&self) -> Reference {
        Reference { version: self.version, uid: self.request.uid.clone() }
    }
}

/// What an answer repeats of its review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The version of the envelope.
    pub version: &'static str,
    /// The id of the request.
    pub uid: String,
}
