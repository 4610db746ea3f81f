//! Inputs that are missing, and where a file of the repository would set them.

use super::{Cause, Text, Value};

/// An input that a unit lacks in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LackedInput {
    /// The path of the unit.
    pub unit: Text,
    /// The environment that the unit is made for: a set of values of a chart, or that of the scan. Empty where none is
    /// named.
    pub environment: Text,
    /// What is missing.
    pub cause: Cause,
    /// Whether something secret is made of it.
    pub is_secret: bool,
}

/// An input that a unit lacks, and the place where the repository would set it in one environment.
#[derive(Clone, Debug)]
pub struct SettableInput {
    /// What it is called: `var.acl`.
    pub name: Text,
    /// Path from the root of the file that would set it. The file may not exist yet.
    pub file: String,
    /// The language of that file.
    pub language: InputLanguage,
    /// The keys that lead to it in the file, outermost first.
    pub path: Vec<Text>,
    /// A value of its type, until somebody writes the right one.
    pub placeholder: Value,
    /// Whether its value is a secret: then it must not stand in a file that is committed.
    pub is_secret: bool,
}

/// The language of a file that sets inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputLanguage {
    /// `name = value`, as in `terraform.tfvars`.
    Hcl,
    /// One JSON object.
    Json,
    /// One YAML mapping.
    Yaml,
    /// `NAME=value`, as in `.env`.
    Env,
}
