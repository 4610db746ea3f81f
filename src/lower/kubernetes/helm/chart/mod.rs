//! Charts: their files, values and dependencies, and the objects that they render.
//!
//! [`Charts`] reads a chart once; [`render`] evaluates it with one set of values, as `helm template` of Helm 3.22
//! does without a cluster. Whatever Helm refuses is a problem with a place.

mod archive;
mod capabilities;
mod coalesce;
mod dependencies;
mod documents;
mod gaps;
mod ignore;
mod instance;
mod load;
mod metadata;
mod neighbour;
mod objects;
mod outline;
mod release;
mod rendering;
mod schema;
mod set;
mod values;

pub use capabilities::KubeVersion;
pub use documents::{Document, Role};
pub use load::{Chart, TemplateFile};
pub use metadata::Metadata;
pub use neighbour::Charts;
pub use release::Release;
pub use rendering::{Given, Input, Rendering, Stopped, render};
pub use set::{SetKind, Setting};
