//! Names of Linux capabilities.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Data, Type, Value};

/// `capability(name)`: the name of a Linux capability as the manual has it, without the `CAP_` that container
/// runtimes take as well, in capitals; of a list, those of its elements.
pub fn capability(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    match &value.data {
        Data::Sequence(sequence) => {
            let names = sequence.items.iter().map(|name| named(args, name)).collect::<Result<_, _>>()?;
            Ok(Value::tuple(names, args.span).with_origin(value.origin.clone()))
        }
        _ => named(args, value),
    }
}

fn named(args: &Arguments, value: &Value) -> Result<Value, EvalError> {
    match &value.data {
        Data::String(text) => {
            let name = text.to_ascii_uppercase();
            let name = name.strip_prefix("CAP_").unwrap_or(&name);
            Ok(Value::string(name, args.span).with_origin(value.origin.clone()))
        }
        Data::Unknown(unknown) => {
            let open = Value::unknown_of(Type::String, unknown.causes.clone(), args.span);
            Ok(open.with_origin(value.origin.clone()))
        }
        Data::Null(_) => Ok(value.clone()),
        _ => Err(args.wrong("takes a name or a list of names")),
    }
}
