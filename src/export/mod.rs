//! Check pages as ValidatingAdmissionPolicies of Kubernetes.
//!
//! Owns the translation of the policy language to CEL, and its proof: a policy is given out only if it denies the
//! objects of the page's examples that the check finds fault with, and no others. What cannot be said in CEL is refused
//! with the reason, never approximated.

mod functions;
mod manifest;
mod proof;
mod scope;
mod subject;
mod term;
mod translate;
mod words;

pub use manifest::{Action, Exported};

use crate::check::Page;
use crate::engine::CustomPage;

/// Why a check is no ValidatingAdmissionPolicy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The API server never sees what the check evaluates.
    #[error("the API server has no objects of {0}")]
    Kinds(String),
    /// The policy asks for more than one object.
    #[error("`{0}` asks for other objects, which a policy of the API server does not see")]
    OtherObjects(String),
    /// CEL has no words for it.
    #[error("{0} cannot be said in CEL")]
    Language(String),
    /// The check searches for paths through several objects.
    #[error("it is about a path through several objects")]
    Path,
    /// Whoever runs it sets inputs.
    #[error("it has inputs, whose values a policy of the API server does not have")]
    Inputs,
    /// The translation is not what the page says.
    #[error("the translation differs from the check on an example of its page: {0}")]
    Differs(String),
    /// Nothing shows that it denies what it should.
    #[error("no failing example on its page is an object that the API server has")]
    NoExample,
}

/// Translates a check, and proves the translation on the examples of its page. `custom` is the page if it is not in the
/// binary.
pub fn policy(page: &Page, custom: Option<&CustomPage>) -> Result<Exported, Refusal> {
    let exported = manifest::of(page)?;
    proof::prove(page, custom, &exported)?;
    Ok(exported)
}
