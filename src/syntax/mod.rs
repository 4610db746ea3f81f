//! Text to trees: `hcl`, `yaml`, `json`, `cel`, `gotemplate`, `dockerfile`, `shell`.
//!
//! Each parser returns the tree it could make plus problems; it never fails as a whole and never
//! panics. Nothing here knows what infrastructure is.

pub mod cel;
pub mod dockerfile;
pub mod gotemplate;
pub mod hcl;
pub mod json;
pub mod shell;
pub mod yaml;
