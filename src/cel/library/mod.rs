//! The functions that Kubernetes 1.36 gives its expressions, one file a library.
//!
//! A file owns a table of names, signatures and functions. Functions see values and know no evaluator, no types of
//! expressions and no costs.

mod authorizer;
mod comparison;
mod conversions;
mod formats;
mod lists;
mod network;
mod operators;
mod optionals;
mod printf;
mod quantities;
mod regex;
mod sets;
mod strings;
mod times;
mod urls;
mod versions;

use super::function::{Overload, Row};
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use lists::sorted_by;
pub use operators::index;
pub use printf::check as check_format;

/// The tables.
const TABLES: [&[Row]; 16] = [
    operators::ROWS,
    comparison::ROWS,
    conversions::ROWS,
    strings::ROWS,
    printf::ROWS,
    regex::ROWS,
    lists::ROWS,
    sets::ROWS,
    optionals::ROWS,
    times::ROWS,
    quantities::ROWS,
    versions::ROWS,
    urls::ROWS,
    network::ROWS,
    formats::ROWS,
    authorizer::ROWS,
];

static FUNCTIONS: LazyLock<BTreeMap<&'static str, Vec<Overload>>> = LazyLock::new(|| {
    let mut functions: BTreeMap<&'static str, Vec<Overload>> = BTreeMap::new();
    for overload in TABLES.iter().copied().flatten().filter_map(Overload::read) {
        functions.entry(overload.name).or_default().push(overload);
    }
    functions
});

/// Returns the signatures of a function, by its name or that of its operator: `_+_`, `@in`.
pub fn function(name: &str) -> Option<&'static [Overload]> {
    FUNCTIONS.get(name).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, TABLES};

    #[test]
    fn every_row_has_a_signature() {
        let rows: usize = TABLES.iter().map(|table| table.len()).sum();
        assert_eq!(FUNCTIONS.values().map(Vec::len).sum::<usize>(), rows);
    }
}
