//! Which files of the tree belong to which chart, and which charts are parts of others.
//!
//! A chart that another one needs by a path (`file://`) is a part of that: it is judged there, with the values that it
//! gets there, and by itself only where something installs it.

use super::chart_ledger::ChartFile;
use super::helm::chart::Chart;
use crate::discover::Candidate;
use crate::source::{Kind, Sources};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The files of a chart that are no templates, those of the charts in it included.
#[derive(Default)]
pub(super) struct Places {
    definitions: HashSet<String>,
    carried: HashSet<String>,
}

impl Places {
    /// The places of a chart that could be read.
    pub(super) fn of(chart: Option<&Chart>, sources: &Sources) -> Self {
        let mut places = Self::default();
        if let Some(chart) = chart {
            places.add(chart, sources);
        }
        places
    }

    fn add(&mut self, chart: &Chart, sources: &Sources) {
        self.definitions.extend(chart.crds.iter().map(|(_, source)| sources.get(*source).path.clone()));
        self.carried.extend(chart.carried.iter().cloned());
        chart.dependencies.iter().for_each(|inner| self.add(inner, sources));
    }

    /// The candidate as a file of the chart in whose directory it lies, if it is one.
    pub(super) fn member(&self, candidate: &Candidate) -> Option<ChartFile> {
        let Candidate { path, kind } = candidate;
        let is_carried = matches!(kind, Kind::Yaml | Kind::Json) && self.carried.contains(path);
        let belongs = *kind == Kind::Helm || is_carried || self.definitions.contains(path);
        belongs.then(|| ChartFile { path: path.clone(), kind: *kind, is_carried })
    }
}

/// Whether a chart stands in the directory `charts/` of another one.
pub(super) fn is_inside_of_another(directory: &str, directories: &BTreeSet<&str>) -> bool {
    let mut rest = directory;
    while let Some(at) = rest.rfind("charts/").filter(|at| *at == 0 || rest.as_bytes().get(at - 1) == Some(&b'/')) {
        let around = rest.get(..at).unwrap_or_default().trim_end_matches('/');
        if directories.contains(around) {
            return true;
        }
        rest = around;
    }
    false
}

/// For each chart that is a part, the charts that are none and need it, directly or through others. `needs` are pairs of
/// a chart and its part. Of charts that only need each other, the first is no part.
pub(super) fn owners(roots: &[String], needs: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut parts_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (chart, part) in needs.iter().filter(|(chart, part)| chart != part) {
        parts_of.entry(chart).or_default().push(part);
    }
    let needed: BTreeSet<&str> = parts_of.values().flatten().copied().collect();
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let (free, bound): (Vec<&String>, Vec<&String>) = roots.iter().partition(|root| !needed.contains(root.as_str()));
    for root in free.into_iter().chain(bound) {
        if reached.contains(root.as_str()) {
            continue;
        }
        let (mut open, mut seen) = (vec![root.as_str()], BTreeSet::from([root.as_str()]));
        while let Some(chart) = open.pop() {
            let parts = parts_of.get(chart).into_iter().flatten().copied();
            for part in parts.filter(|part| seen.insert(*part)) {
                owners.entry(part.to_owned()).or_default().push(root.clone());
                open.push(part);
            }
        }
        reached.extend(seen);
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::owners;

    #[test]
    fn a_part_belongs_to_all_that_need_it_and_circles_have_a_beginning() {
        let roots = ["a", "b", "lib", "x", "y"].map(str::to_owned);
        let needs = [("a", "lib"), ("b", "a"), ("lib", "lib"), ("x", "y"), ("y", "x")];
        let needs: Vec<_> = needs.iter().map(|(chart, part)| ((*chart).to_owned(), (*part).to_owned())).collect();
        let found = owners(&roots, &needs);
        let shown: Vec<_> = found.iter().map(|(part, owners)| format!("{part} < {}", owners.join(" "))).collect();
        assert_eq!(shown, ["a < b", "lib < b", "y < x"]);
    }
}
