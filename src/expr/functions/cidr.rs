//! Functions of IP address ranges.

use super::address::AddressRange;
use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::model::Value;
use num_bigint::BigInt;

const TEXT: Returns = Returns::Always(Shape::String);
const PREFIX: Param = Param::new("prefix", Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "cidrcontains",
        &[Param::new("containing_prefix", Shape::String), Param::new("contained_ip_or_prefix", Shape::String)],
        Returns::Always(Shape::Bool),
        contains,
    ),
    Function::new("cidrhost", &[PREFIX, Param::new("hostnum", Shape::Number)], TEXT, |call| {
        let (range, number) = (range(call)?, whole(call, 1)?);
        if range.is_mapped() {
            // Terraform puts the number elsewhere than at the end; what it means is nobody's address.
            return Ok(call.open("cidrhost"));
        }
        let host = range.host(&number).map_err(|message| FunctionError::argument(1, message))?;
        Ok(call.string(host))
    }),
    Function::new("cidrnetmask", &[PREFIX], TEXT, netmask),
    Function::new(
        "cidrsubnet",
        &[PREFIX, Param::new("newbits", Shape::Number), Param::new("netnum", Shape::Number)],
        TEXT,
        |call| Ok(call.string(range(call)?.subnet(call.integer(1)?, &whole(call, 2)?)?.to_string())),
    ),
    Function::new("cidrsubnets", &[PREFIX], Returns::Always(Shape::List(&Shape::String)), subnets)
        .variadic(Param::new("newbits", Shape::Number)),
];

fn range(call: &Invocation<'_>) -> Result<AddressRange, FunctionError> {
    AddressRange::parse(call.text(0)).map_err(|message| FunctionError::argument(0, message))
}

fn whole(call: &Invocation<'_>, index: usize) -> Result<BigInt, FunctionError> {
    call.numeral(index).integer().ok_or_else(|| FunctionError::argument(index, "A whole number is required."))
}

/// IPv4 only: masks of IPv6 prefixes are not written as addresses.
fn netmask(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let range = range(call)?;
    if range.is_ipv6() && !range.is_mapped() {
        return Err(FunctionError::argument(0, "An IPv6 prefix has no netmask."));
    }
    Ok(call.string(range.netmask()))
}

fn subnets(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let range = range(call)?;
    call.budget.elements(call.args.len(), call.span)?;
    let extensions: Vec<i64> = (1..call.args.len()).map(|index| call.integer(index)).collect::<Result<_, _>>()?;
    let subnets = range.subnets(&extensions).map_err(|(index, message)| FunctionError::argument(index + 1, message))?;
    call.strings(subnets.iter().map(ToString::to_string))
}

/// Whether an address or range lies in a range; of two families never. OpenTofu only.
fn contains(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let inner = call.text(1);
    let inner = if inner.contains('/') { AddressRange::parse(inner) } else { AddressRange::parse_address(inner) };
    let inner = inner.map_err(|message| FunctionError::argument(1, message))?;
    Ok(call.bool(range(call)?.contains(&inner)))
}
