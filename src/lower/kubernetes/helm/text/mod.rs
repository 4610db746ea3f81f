//! Values to text, as Go and its libraries write them: `fmt`, `strconv`, `encoding/json`, YAML and TOML.
//!
//! Each writer keeps the places of what it writes; what is not known stays unknown text. Knows no template.

mod float;
mod json;
mod print;
mod printf;
mod quote;
mod toml;
mod verb;
mod yaml;
mod yaml_scalar;

pub use float::{FloatForm, float_text};
pub use json::{JsonForm, json_text};
pub use print::{print, println, value_text, write_value};
pub use printf::printf;
pub use quote::{is_printable, quote};
pub use toml::toml_text;
pub use yaml::{YamlForm, yaml_text};
