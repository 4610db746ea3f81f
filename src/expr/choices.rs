//! Values that are one of a few known ones: what a condition that is not known chooses from.
//!
//! Owns how such a value is made, and what follows from it: that to which every choice leads is known, although the value
//! is not.

use super::convert::convert;
use super::unknowns::refined;
use super::{EvalError, Evaluator, Mode};
use crate::model::{Choices, Data, Type, Value};
use std::sync::Arc;

/// The most values that one is chosen from.
const MOST: usize = 8;

/// The same unknown value, known to be one of those that either branch of a conditional may be, of a type.
pub(super) fn either(result: Value, branches: [&Value; 2], ty: &Type) -> Value {
    let mut choices: Vec<Value> = Vec::new();
    for branch in branches {
        let of_branch = match &branch.data {
            Data::Unknown(unknown) => unknown.refinement.choices.known().unwrap_or_default(),
            Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => std::slice::from_ref(branch),
            Data::Sequence(_) | Data::Mapping(_) => &[],
        };
        if of_branch.is_empty() {
            return result;
        }
        for choice in of_branch {
            let Ok(choice) = convert(choice, ty) else { return result };
            choices.push(choice);
        }
    }
    if choices.len() > MOST {
        return result;
    }
    refined(result, |refinement| refinement.choices = Choices::new(choices))
}

impl Evaluator<'_> {
    /// What a function of a policy makes of arguments, one of which is one of a few values: if all of these lead to one
    /// truth, that.
    pub(super) fn of_each_choice(
        &self,
        args: &[Value],
        apply: &dyn Fn(Vec<Value>) -> Result<Value, EvalError>,
    ) -> Option<Value> {
        if self.mode != Mode::Policy {
            return None;
        }
        let (at, within, open) = args.iter().enumerate().find_map(|(at, arg)| match &arg.data {
            Data::Unknown(_) => arg.choices().map(|_| (at, None, arg)),
            Data::Sequence(sequence) => {
                let item = sequence.items.iter().enumerate().find(|(_, item)| item.choices().is_some());
                item.map(|(index, item)| (at, Some(index), item))
            }
            _ => None,
        })?;
        let mut agreed: Option<Value> = None;
        for choice in open.choices()? {
            let chosen = Value { data: choice.data.clone(), ..open.clone() };
            let mut given = args.to_vec();
            match (within, &mut given.get_mut(at)?.data) {
                (Some(index), Data::Sequence(sequence)) => {
                    *Arc::make_mut(sequence).items.get_mut(index)? = chosen;
                }
                (_, data) => *data = chosen.data,
            }
            let result = self.of_each_choice(&given, apply).map_or_else(|| apply(given), Ok).ok()?;
            let truth = result.as_bool()?;
            match &agreed {
                Some(before) if before.as_bool() != Some(truth) => return None,
                Some(_) => {}
                None => agreed = Some(result),
            }
        }
        agreed
    }
}
