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

/// The capabilities that the baseline of the Pod Security Standards, and the default of container engines, leave to a
/// container.
pub const BASELINE: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// `baseline_capability(name)`: whether a Linux capability, in any spelling, is one that the baseline of the Pod
/// Security Standards lets a container add.
pub fn baseline(args: &Arguments) -> Result<Value, EvalError> {
    args.any(0, |value| match &value.data {
        Data::String(text) => {
            let name = text.to_ascii_uppercase();
            Some(BASELINE.contains(&name.strip_prefix("CAP_").unwrap_or(&name)))
        }
        Data::Unknown(_) => None,
        _ => Some(false),
    })
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
