//! Texts and places in them.
//!
//! Owns the text of every file that takes part in a scan, byte spans into it, the line index, the
//! problems that readers report, and the ledger of what was looked at. Knows no format, and reads
//! nothing from disk: [`Files`] is the seam through which `discover` does.

mod derived;
mod digest;
mod files;
mod ledger;
mod lines;
mod nearest;
mod paths;
mod problem;
pub mod prose;
mod recording;
mod span;
mod store;
mod text_place;

pub use derived::{Derived, Note, PLACEHOLDER, Piece, PieceKind};
pub use digest::{Digest, dir_hash, sha256_hex};
pub use files::{Entry, Files, ReadError, ancestors, extension, is_within, join, parent, rarely_deployed};
pub use ledger::{Kind, LedgerEntry, Status};
pub use lines::{LineColumn, LineIndex};
pub use nearest::{nearest, suggestion};
pub use paths::Paths;
pub use problem::{Level, Problem, ProblemKind};
pub use recording::Recording;
pub use span::{SourceId, Span};
pub use store::{Source, Sources};
pub use text_place::TextPlace;
