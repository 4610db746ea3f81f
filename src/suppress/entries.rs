//! Entries of configuration files by what they are about, so that each verdict is compared with few of them.

use super::cover::{MatchContext, Target};
use super::directive::Scope;
use crate::source::{ancestors, parent};
use std::collections::{BTreeSet, HashMap};

/// The numbers of entries, which no place and no object tells apart.
#[derive(Default)]
pub struct Entries {
    /// By an address that they name.
    by_address: HashMap<String, Vec<usize>>,
    /// By what all addresses begin with that fit a glob.
    by_beginning: HashMap<String, Vec<usize>>,
    /// The lengths of these beginnings, in bytes.
    lengths: BTreeSet<usize>,
    /// By a file or directory in which all files lie that they are about.
    by_path: HashMap<String, Vec<usize>>,
    /// Those that may be about anything.
    others: Vec<usize>,
}

impl Entries {
    /// Adds an entry.
    pub fn add(&mut self, scope: &Scope, number: usize) {
        let Scope::Anywhere { paths, addresses } = scope else { return self.others.push(number) };
        if let Some(exact) = addresses.exact() {
            for address in exact {
                self.by_address.entry(address.clone()).or_default().push(number);
            }
        } else if let Some(beginnings) = addresses.beginnings() {
            for beginning in beginnings {
                self.lengths.insert(beginning.len());
                self.by_beginning.entry(beginning.to_owned()).or_default().push(number);
            }
        } else if let Some(around) = paths.around() {
            for path in around {
                self.by_path.entry(path.to_owned()).or_default().push(number);
            }
        } else {
            self.others.push(number);
        }
    }

    /// The numbers of those that may apply to a target; some of them several times.
    pub fn of(&self, target: &Target<'_>, context: &MatchContext<'_>) -> Vec<usize> {
        let address = context.address(target);
        let mut numbers = self.others.clone();
        numbers.extend(self.by_address.get(address).into_iter().flatten());
        let beginnings = self.lengths.iter().filter_map(|length| address.get(..*length));
        numbers.extend(beginnings.filter_map(|beginning| self.by_beginning.get(beginning)).flatten());
        if !self.by_path.is_empty() {
            for file in context.files(target) {
                let around = std::iter::once(file.as_str()).chain(ancestors(parent(&file)));
                numbers.extend(around.filter_map(|path| self.by_path.get(path)).flatten());
            }
        }
        numbers
    }
}
