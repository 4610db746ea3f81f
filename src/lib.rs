//! gatelint finds misconfigurations in infrastructure as code before it is deployed.

pub mod check;
pub mod expr;
pub mod finding;
pub mod gate;
pub mod lower;
pub mod model;
pub mod report;
pub mod source;
pub mod syntax;
