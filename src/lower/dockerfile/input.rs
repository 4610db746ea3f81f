//! What a Dockerfile is lowered with.

use super::built::BuiltImages;
use crate::model::{Text, Value};
use crate::source::{Files, Sources};

/// The tree around it, and the values that the build is given.
pub struct Input<'a> {
    /// The tree that the files are read from.
    pub files: &'a dyn Files,
    /// Where their texts are kept.
    pub sources: &'a Sources,
    /// Which Dockerfiles build which images.
    pub built: &'a BuiltImages,
    /// `--build-arg NAME=VALUE`, as name and value; of a name given twice the last counts.
    pub build_args: &'a [(Text, Value)],
    /// `--target STAGE`: the stage that is built, by name or number. The last one where it is `None`,
    /// or where a file has no such stage.
    pub target: Option<&'a str>,
}
