//! Ids that other tools have for what our checks find, in all spellings that people write.
//!
//! Owns the spellings. Where an id may stand (a comment, an argument, a configuration) is for others to know.

use super::Aliases;
use crate::model::Text;
use regex::Regex;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What else other tools call their checks, where it does not follow from the id.
const SPELLINGS: &str = include_str!("spellings.tsv");

/// The ids of one tool, in one spelling, with our checks that find the same.
type Claims = BTreeMap<String, BTreeSet<Text>>;

/// The ids of all tools that pages name as aliases. What tfsec knows stands with Trivy, which took over its checks.
#[derive(Debug, Default)]
pub struct PeerIds {
    claims: BTreeMap<String, Claims>,
}

impl PeerIds {
    /// Collects the aliases of pages.
    pub fn new<'a>(pages: impl IntoIterator<Item = (&'a str, Cow<'a, Aliases>)>) -> Self {
        let mut claims: BTreeMap<String, Claims> = BTreeMap::new();
        for (id, aliases) in pages {
            for (tool, names) in aliases.iter() {
                let tool = successor(tool);
                let claims = claims.entry(tool.to_owned()).or_default();
                for name in names {
                    claims.entry(spelling(tool, name)).or_default().insert(id.into());
                }
            }
        }
        Self { claims }
    }

    /// Returns our checks that find what some check of `tool` finds.
    pub fn all_of(&self, tool: &str) -> BTreeSet<Text> {
        self.claims.get(successor(tool)).into_iter().flat_map(|claims| claims.values().flatten().cloned()).collect()
    }

    /// Returns our checks that find what the check of `tool` with this id, name or pattern finds.
    pub fn find(&self, tool: &str, text: &str) -> BTreeSet<Text> {
        let tool = successor(tool);
        let Some(claims) = self.claims.get(tool) else { return BTreeSet::new() };
        if let Some(checks) = claims.get(&spelling(tool, text)) {
            return checks.clone();
        }
        let fits: Box<dyn Fn(&str) -> bool> = match pattern(tool, text) {
            Some(pattern) => Box::new(move |name: &str| pattern.is_match(name)),
            None => Box::new(|name: &str| name.eq_ignore_ascii_case(text)),
        };
        let direct = claims.iter().filter(|(name, _)| fits(name)).flat_map(|(_, checks)| checks.clone());
        let other = spellings(tool).filter(|(id, name)| fits(name) || fits(id));
        let other = other.filter_map(|(id, _)| claims.get(&spelling(tool, id))).flatten().cloned();
        direct.chain(other).collect()
    }

    /// Returns our checks for an id of any tool, which may stand before it: `CKV_AWS_20`, `checkov:CKV_AWS_20`.
    pub fn find_any(&self, text: &str) -> BTreeSet<Text> {
        if let Some((tool, id)) = text.split_once(':') {
            return self.find(tool, id);
        }
        self.claims.keys().flat_map(|tool| self.find(tool, text)).collect()
    }
}

/// The tool that took over the checks of another one.
fn successor(tool: &str) -> &str {
    if tool == "tfsec" { "trivy" } else { tool }
}

/// One spelling for all that mean the same: no case, and for Trivy `AVD-AWS-0092`, `AWS-0092` and `KSV001` as
/// `aws-92` and `ksv-1`.
fn spelling(tool: &str, text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    if tool != "trivy" {
        return text;
    }
    let bare = text.strip_prefix("avd-").unwrap_or(&text);
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let letters = bare.strip_suffix(digits).unwrap_or(bare);
    let number = digits.strip_prefix('-').unwrap_or(digits);
    match number.parse::<u32>() {
        Ok(number) if !letters.is_empty() => format!("{letters}-{number}"),
        _ => bare.to_owned(),
    }
}

/// A name that stands for several: with `*` in Trivy's, a regular expression in Kubescape's.
fn pattern(tool: &str, text: &str) -> Option<Regex> {
    match tool {
        "kubescape" => Regex::new(&format!("^(?i:{text})$")).ok(),
        _ if text.contains('*') => {
            let text = text.strip_prefix("AVD-").unwrap_or(text);
            Regex::new(&format!("^(?i:{})$", regex::escape(text).replace("\\*", ".*"))).ok()
        }
        _ => None,
    }
}

/// The ids of a tool with their other names.
fn spellings(tool: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    SPELLINGS.lines().filter_map(move |line| {
        let (of, rest) = line.split_once('\t')?;
        (of == tool).then(|| rest.split_once('\t')).flatten()
    })
}
