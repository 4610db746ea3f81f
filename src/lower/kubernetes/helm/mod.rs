//! Helm charts, rendered in the process as `helm template` renders them, with the place of each part.

pub mod chart;
pub mod functions;
pub mod render;
pub mod text;
pub mod value;

#[cfg(test)]
mod tests;
