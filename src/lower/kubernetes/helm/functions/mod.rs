//! The functions that Helm gives its templates: Go's built-in ones, those of sprig 3 without `env` and `expandenv`,
//! and Helm's own.
//!
//! Sources: `text/template/funcs.go` of Go 1.26, github.com/Masterminds/sprig v3, `pkg/engine/funcs.go` of Helm
//! 3.22. A function whose result differs from run to run, or that makes keys, has an unknown result.

#![allow(clippy::unnecessary_wraps, reason = "all functions have the type that their table needs")]

mod builtin;
mod case;
mod compare;
mod constraint;
mod convert;
mod crypto;
mod date;
mod decimal;
mod default;
mod dict;
mod encoding;
mod equality;
mod escape;
mod helm;
mod list;
mod math;
mod merge;
mod methods;
mod path;
mod pattern;
mod reading;
mod semver;
mod string;
mod types;
mod url;
mod wrap;

pub use constraint::{Constraint, is_compatible};
pub use pattern::matches_pattern;
pub use reading::{json_value, yaml_node_value, yaml_value};

use super::render::{Function, Library};
use super::value::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The types of parameters, as short as tables of functions need them.
mod short {
    pub use crate::lower::kubernetes::helm::render::Parameter::{
        Any as A, Bool as B, Float as F, Int as I, List as L, Map as M, String as S, Time as T, Uint32 as U,
        Version as V,
    };
}

fn table() -> &'static HashMap<&'static str, &'static Function> {
    static TABLE: OnceLock<HashMap<&'static str, &'static Function>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let all: [&'static [Function]; 19] = [
            builtin::FUNCTIONS,
            compare::FUNCTIONS,
            crypto::FUNCTIONS,
            date::FUNCTIONS,
            default::FUNCTIONS,
            dict::FUNCTIONS,
            encoding::FUNCTIONS,
            escape::FUNCTIONS,
            helm::FUNCTIONS,
            list::FUNCTIONS,
            math::FUNCTIONS,
            merge::FUNCTIONS,
            path::FUNCTIONS,
            pattern::FUNCTIONS,
            semver::FUNCTIONS,
            string::FUNCTIONS,
            case::FUNCTIONS,
            types::FUNCTIONS,
            url::FUNCTIONS,
        ];
        all.into_iter().flatten().map(|function| (function.name, function)).collect()
    })
}

/// The functions and methods of Helm's templates.
#[derive(Clone, Copy, Debug)]
pub struct HelmFunctions;

impl Library for HelmFunctions {
    fn function(&self, name: &str) -> Option<&'static Function> {
        table().get(name).copied()
    }

    fn method(&self, receiver: &Value, name: &str) -> Option<&'static Function> {
        methods::method(receiver, name)
    }
}

/// Whether there is a function `name`.
pub fn exists(name: &str) -> bool {
    table().contains_key(name)
}
