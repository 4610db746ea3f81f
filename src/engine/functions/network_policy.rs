//! Which traffic a network policy of Kubernetes isolates.

use super::arguments::{Arguments, items};
use crate::expr::EvalError;
use crate::expr::truth::{Truth, any};
use crate::model::Value;

/// `isolates(policy, direction)`: whether the specification of a `NetworkPolicy` isolates its pods for `Ingress` or
/// `Egress`. Without `policyTypes` it isolates them for ingress, and for egress if it has egress rules. Source:
/// `SetDefaults_NetworkPolicy` of Kubernetes.
pub fn isolates(args: &Arguments) -> Result<Value, EvalError> {
    let (policy, direction) = (args.get(0)?, args.text(1)?.unwrap_or_default());
    if policy.is_unknown() {
        return Ok(args.answer(Truth::open(policy)));
    }
    let listed = |field: &str| policy.get(field).filter(|value| value.is_unknown() || !items(value).is_empty());
    let answer = match listed("policyTypes") {
        Some(types) if types.is_unknown() => Truth::open(types),
        Some(types) => {
            any(items(types).iter().map(|named| Truth::of(named.as_str().map(|name| name == direction), named)))
        }
        None if direction == "Ingress" => Truth::Known(true),
        None => match listed("egress") {
            Some(rules) if rules.is_unknown() => Truth::open(rules),
            rules => Truth::Known(rules.is_some()),
        },
    };
    Ok(args.answer(answer))
}
