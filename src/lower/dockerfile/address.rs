//! Names of resources that outlive edits elsewhere in the file.

use crate::model::Text;
use crate::syntax::dockerfile::Keyword;
use std::collections::BTreeMap;

/// The most characters of a label.
const MAX_LABEL: usize = 60;

/// Gives each address once.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    taken: BTreeMap<Text, usize>,
}

impl Addresses {
    /// `address`, with its number behind it when it was given before.
    pub(super) fn unique(&mut self, address: Text) -> Text {
        let count = self.taken.entry(address.clone()).or_default();
        *count += 1;
        if *count == 1 { address } else { ecow::eco_format!("{address}[{}]", *count - 1) }
    }
}

/// The address of a stage: by name, where it has one.
pub(super) fn stage(name: Option<&str>, index: usize) -> Text {
    name.map_or_else(|| ecow::eco_format!("stage[{index}]"), |name| ecow::eco_format!("stage.{name}"))
}

/// The address of a stage as it lasts: without a name it is the last one, or one that begins with `base`, whatever
/// its number.
pub(super) fn lasting_stage(name: Option<&str>, base: &str, is_last: bool) -> Text {
    match name {
        Some(_) => stage(name, 0),
        None if is_last => "stage".into(),
        None => ecow::eco_format!("stage[{base}]"),
    }
}

/// The address of an instruction as it lasts: commands are told apart by themselves, not by the first one that stands
/// in the same `RUN`.
pub(super) fn lasting_instruction(stage: Option<&str>, keyword: Keyword, label: Option<&str>) -> Text {
    instruction(stage, keyword.name(), label.filter(|_| keyword != Keyword::Run))
}

/// The address of an instruction in a stage, or right in the file.
pub(super) fn instruction(stage: Option<&str>, keyword: &str, label: Option<&str>) -> Text {
    let mut address = stage.map_or_else(Text::new, |stage| ecow::eco_format!("{stage}."));
    address.push_str(keyword);
    if let Some(label) = label {
        let label: String =
            label.chars().take(MAX_LABEL).map(|c| if c == '"' || c.is_control() { '_' } else { c }).collect();
        address.push_str(&format!("[\"{label}\"]"));
    }
    address
}
