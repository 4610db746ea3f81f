//! Fields of values: keys of maps, fields of structs, and methods.

use super::argument::Argument;
use super::failure::{Failure, Outcome};
use super::{Evaluator, Frame};
use crate::lower::kubernetes::helm::value::{Data, Value};
use crate::source::Span;
use crate::syntax::gotemplate::Operand;
use ecow::EcoString;

impl Evaluator<'_> {
    /// Evaluates `.a.b.c` on `receiver`; the last field may be a method that takes the arguments. `is_interface` says
    /// that a nil receiver is an element of a collection, which has no fields.
    #[allow(clippy::too_many_arguments, reason = "they are the parts of one word of a command")]
    pub(super) fn chain(
        &mut self,
        frame: &mut Frame,
        receiver: Value,
        is_interface: bool,
        names: &[EcoString],
        span: Span,
        rest: &[Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        let place = frame.span(span);
        let mut value = receiver;
        self.last_read = None;
        if !is_interface && matches!(value.data, Data::Nil) {
            value.data = Data::Invalid;
        }
        let Some((final_name, names)) = names.split_last() else { return Ok(value) };
        for name in names {
            value = self.field(frame, &value, name, &[], place)?;
        }
        self.field(frame, &value, final_name, &Argument::all(rest, last), place)
    }

    fn field(
        &mut self,
        frame: &mut Frame,
        receiver: &Value,
        name: &str,
        arguments: &[Argument<'_>],
        place: Span,
    ) -> Outcome<Value> {
        if let Some(method) = self.library.method(receiver, name) {
            return self.call(frame, method, Some(receiver.clone()), arguments, place);
        }
        let missing = |what: &str| Err(Failure::new(place, format!("{what} has no field `{name}`")));
        let found = match &receiver.data {
            Data::Invalid => return Ok(Data::Invalid.into()),
            Data::Unknown => return Ok(receiver.clone()),
            Data::Nil => {
                let keys = self.read_value().map(|keys| keys.into_iter().chain([name.into()]).collect());
                return Err(Box::new(Failure {
                    missing: keys,
                    ..*Failure::new(place, format!("nil has no field `{name}`"))
                }));
            }
            Data::Map(map) => {
                self.last_read = Some((map.clone(), name.into()));
                Some(map.get(name).unwrap_or_else(Value::nil))
            }
            Data::Files(files) => Some(files.bytes(name)),
            Data::Object(object) => object.get(name).cloned(),
            _ => None,
        };
        let Some(found) = found else {
            return missing(&format!("a value of type {}", receiver.type_name()));
        };
        if !arguments.is_empty() {
            return Err(Failure::new(place, format!("field `{name}` is not a method, and takes no arguments")));
        }
        Ok(found.noted(receiver.note))
    }
}
