//! The shared model: everything a frontend makes, and everything a check sees.
//!
//! Owns values with their types and origins, unknowns with their reasons, resources, and what names tell to
//! be secret. Knows no syntax and evaluates nothing.
mod address;
pub mod calendar;
pub mod credential;
mod form;
mod input;
mod inventory;
mod key;
mod mentions;
mod number;
pub mod official_images;
mod origin;
mod resource;
pub mod secrecy;
mod types;
mod unit;
mod unknown;
mod value;

pub use address::{Address, Role};
pub use form::Form;
pub use input::{InputLanguage, LackedInput, SettableInput};
pub use inventory::Inventory;
pub use key::Key;
pub use mentions::mentions;
pub use number::Number;
pub use origin::{Encoded, Hop, HopKind, Origin, RenderedText};
pub use resource::{Call, DELETED, Lowered, Move, PlanOperation, Planned, Resource, ResourceId};
pub use types::{ObjectType, Type, TypeKind};
pub use unit::{Doubt, Format, Given, Output, Owns, Reach, Reads, Unit, UnitId, Unseen};
pub use unknown::{Cause, Choices, KnownElements, Part, Reference, Refinement, Step, Symbol, Unknown, Why};
pub use value::{Data, Mapping, MappingKind, Sequence, SequenceKind, TraceId, Value};

/// A shared string: sixteen bytes, short ones inline.
pub type Text = ecow::EcoString;
