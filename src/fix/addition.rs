//! What is added to a block or mapping, before anybody knows the language.

use crate::model::{Step, Text, Value};

/// Names with what stands there, in the order in which they are added.
#[derive(Clone, Debug, Default)]
pub struct Addition(pub Vec<(Text, Added)>);

/// What stands at a name that is added.
#[derive(Clone, Debug)]
pub enum Added {
    /// A value.
    Value(Value),
    /// A mapping or block with names of its own.
    Inside {
        /// Whether it is one of a list of blocks.
        is_block: bool,
        /// What stands in it.
        addition: Addition,
    },
}

impl Addition {
    /// Adds a value at the end of a path, in which an index of 0 stands for a block. None where the path is none that
    /// can be added, or something else is added there.
    pub fn add(&mut self, path: &[Step], value: &Value) -> Option<()> {
        let [Step::Key(name), rest @ ..] = path else { return None };
        let (is_block, rest) = match rest {
            [Step::Index(0), rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        match (rest, value.as_mapping().filter(|mapping| !mapping.entries.is_empty())) {
            ([], Some(mapping)) => {
                let inside = self.inside(name, is_block)?;
                mapping.entries.iter().try_for_each(|(key, item)| inside.add(&[Step::Key(key.clone())], item))
            }
            ([], None) if is_block || self.0.iter().any(|(known, _)| known == name) => None,
            ([], None) => {
                self.0.push((name.clone(), Added::Value(value.clone())));
                Some(())
            }
            (rest, _) => self.inside(name, is_block)?.add(rest, value),
        }
    }

    /// What is added inside a name.
    fn inside(&mut self, name: &Text, is_block: bool) -> Option<&mut Self> {
        let at = self.0.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.0.push((name.clone(), Added::Inside { is_block, addition: Self::default() }));
            self.0.len() - 1
        });
        match self.0.get_mut(at) {
            Some((_, Added::Inside { addition, .. })) => Some(addition),
            _ => None,
        }
    }
}
