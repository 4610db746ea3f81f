//! What a value was made from.

use super::{Data, HopKind, Part, Symbol, Value};

/// Calls `found` with every address, or path into a resource, that `value` was made from.
pub fn mentions(value: &Value, found: &mut impl FnMut(&str)) {
    value.origin.each_hop(&mut |hop| {
        if let HopKind::Attribute(path) = &hop.kind {
            found(path);
        }
    });
    match &value.data {
        Data::Unknown(unknown) => match &unknown.symbol {
            Some(Symbol::Reference(reference)) => found(reference.address.as_str()),
            Some(Symbol::Template(parts)) => {
                for part in parts {
                    if let Part::Reference(reference) = part {
                        found(reference.address.as_str());
                    }
                }
            }
            None => {}
        },
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| mentions(item, found)),
        Data::Mapping(mapping) => mapping.entries.iter().for_each(|(_, value)| mentions(value, found)),
        _ => {}
    }
}
