//! sprig's semantic versions.

use super::constraint::Constraint;
use super::short::S;
use crate::lower::kubernetes::helm::render::Function;
use crate::lower::kubernetes::helm::value::{Data, Value, Version};
use std::rc::Rc;

pub const FUNCTIONS: &[Function] = &[
    Function::new("semver", &[S], |call| match Version::parse(call.text(0)) {
        Some(version) => call.result(Value::from(Data::Version(Rc::new(version)))),
        None => call.fail(format!("`{}` is not a semantic version", call.text(0))),
    }),
    Function::new("semverCompare", &[S, S], |call| {
        let Some(constraint) = Constraint::parse(call.text(0)) else {
            return call.fail(format!("`{}` is not a version constraint", call.text(0)));
        };
        let Some(version) = Version::parse(call.text(1)) else {
            return call.fail(format!("`{}` is not a semantic version", call.text(1)));
        };
        Ok(constraint.allows(&version).into())
    }),
];
