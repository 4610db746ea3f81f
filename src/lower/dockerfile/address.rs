//! Names of resources that outlive edits elsewhere in the file.

use crate::model::{Address, Text};
use crate::syntax::dockerfile::Keyword;
use std::collections::HashMap;

/// The most characters of a label.
const MAX_LABEL: usize = 60;

/// Gives each address once.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    taken: HashMap<Address, usize>,
}

impl Addresses {
    /// `address`, with its number behind it when it was given before.
    pub(super) fn unique(&mut self, address: &Address) -> Address {
        let count = self.taken.entry(address.clone()).or_default();
        *count += 1;
        address.numbered(*count - 1)
    }
}

/// The address of a stage: by name, if it has one. The stable address of one without a name tells only whether it is the
/// last stage, or what it begins with, whatever its number.
pub(super) fn stage(name: Option<&str>, index: usize, base: &str, is_last: bool) -> Address {
    let named: Option<Text> = name.map(|name| ecow::eco_format!("stage.{name}"));
    let stable = match &named {
        Some(named) => named.clone(),
        None if is_last => "stage".into(),
        None => ecow::eco_format!("stage[{base}]"),
    };
    Address::stage(named.unwrap_or_else(|| ecow::eco_format!("stage[{index}]")), stable)
}

/// The address of an instruction in a stage, or directly in the file. The stable address tells commands apart by
/// themselves, not by the first command in the same `RUN`.
pub(super) fn instruction(stage: Option<&Address>, keyword: Keyword, label: Option<&str>) -> Address {
    let plain = |c: char| if c == '"' || c.is_control() { '_' } else { c };
    let label: Option<String> = label.map(|label| label.chars().take(MAX_LABEL).map(plain).collect());
    Address::instruction(stage, keyword.name(), label.as_deref(), keyword != Keyword::Run)
}
