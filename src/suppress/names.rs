//! From the names that people write to our checks: ids and globs of ours, and all spellings of other tools' ids.

use super::directive::{Choice, Named, Syntax};
use crate::engine::Catalog;
use crate::model::Text;
use crate::source::nearest;
use globset::Glob;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What else other tools call their checks, where it does not follow from the id.
const SPELLINGS: &str = include_str!("spellings.tsv");

/// The checks there are, under all their names.
pub struct Names<'a> {
    catalog: &'a Catalog<'a>,
    ids: BTreeSet<Text>,
    claims: OnceLock<BTreeMap<&'static str, Claims>>,
}

/// The names of one tool, in one spelling, with our checks that find the same.
type Claims = BTreeMap<String, BTreeSet<Text>>;

/// What a name stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// Our checks.
    pub checks: BTreeSet<Text>,
    /// What was probably meant, where there is none.
    pub nearest: Option<Text>,
}

impl<'a> Names<'a> {
    /// The names of the checks in the catalog.
    pub fn new(catalog: &'a Catalog<'a>) -> Self {
        let ids = catalog.ids().into_iter().map(Text::from).collect();
        Self { catalog, ids, claims: OnceLock::new() }
    }

    /// What each name of a choice stands for.
    pub fn meant(&self, syntax: Syntax, choice: &Choice) -> Vec<Meant> {
        let (Choice::Only(named) | Choice::AllBut(named)) = choice;
        named.iter().map(|named| self.find(syntax, named)).collect()
    }

    /// All checks of ours that find what some check of the tool finds.
    pub fn all_of(&self, syntax: Syntax) -> BTreeSet<Text> {
        if syntax == Syntax::Gatelint {
            return self.ids.clone();
        }
        self.claims().get(syntax.tool()).into_iter().flat_map(|claims| claims.values().flatten().cloned()).collect()
    }

    fn find(&self, syntax: Syntax, named: &Named) -> Meant {
        let checks = match syntax {
            Syntax::Gatelint => self.ours(&named.text),
            other => self.claimed(other, &named.text),
        };
        let nearest = if checks.is_empty() && syntax == Syntax::Gatelint { self.nearest(&named.text) } else { None };
        Meant { checks, nearest }
    }

    fn ours(&self, text: &str) -> BTreeSet<Text> {
        if self.ids.contains(text) {
            return BTreeSet::from([text.into()]);
        }
        match Glob::new(text).map(|glob| glob.compile_matcher()) {
            Ok(glob) if is_glob(text) => self.ids.iter().filter(|id| glob.is_match(id.as_str())).cloned().collect(),
            // The old id of a check that was renamed.
            _ => self.claimed(Syntax::Gatelint, text),
        }
    }

    fn claimed(&self, syntax: Syntax, text: &str) -> BTreeSet<Text> {
        let tool = syntax.tool();
        let Some(claims) = self.claims().get(tool) else { return BTreeSet::new() };
        let wanted = spelling(syntax, text);
        if let Some(checks) = claims.get(&wanted) {
            return checks.clone();
        }
        let fits: Box<dyn Fn(&str) -> bool> = match pattern(syntax, text) {
            Some(pattern) => Box::new(move |name: &str| pattern.is_match(name)),
            None => Box::new(|name: &str| name.eq_ignore_ascii_case(text)),
        };
        let direct = claims.iter().filter(|(name, _)| fits(name)).flat_map(|(_, checks)| checks.clone());
        let other = spellings(tool).filter(|(id, name)| fits(name) || fits(id));
        let other = other.filter_map(|(id, _)| claims.get(&spelling(syntax, id))).flatten().cloned();
        direct.chain(other).collect()
    }

    /// An id that is spelt alike, or our check for an id of another tool.
    fn nearest(&self, text: &str) -> Option<Text> {
        let ending = format!("/{text}");
        let near = nearest(text, self.ids.iter().map(Text::as_str)).map(Text::from);
        let ends = || self.ids.iter().find(|id| id.ends_with(&ending)).cloned();
        let foreign = || {
            let all = [Syntax::Checkov, Syntax::Trivy, Syntax::Hadolint, Syntax::KubeLinter, Syntax::Kics];
            let more = [Syntax::Polaris, Syntax::KubeScore, Syntax::Kubescape, Syntax::Terrascan];
            all.into_iter().chain(more).find_map(|syntax| self.claimed(syntax, text).into_iter().next())
        };
        near.or_else(ends).or_else(foreign)
    }

    fn claims(&self) -> &BTreeMap<&'static str, Claims> {
        self.claims.get_or_init(|| {
            let mut claims: BTreeMap<&'static str, Claims> = BTreeMap::new();
            for (id, aliases) in self.catalog.aliases() {
                for (tool, names) in aliases.iter() {
                    let Some(syntax) = syntax_of(tool) else { continue };
                    let claims = claims.entry(syntax.tool()).or_default();
                    for name in names {
                        claims.entry(spelling(syntax, name)).or_default().insert(id.into());
                    }
                }
            }
            claims
        })
    }
}

/// The tool of an alias. What tfsec knows is written as for Trivy, which took over its checks.
fn syntax_of(tool: &str) -> Option<Syntax> {
    Some(match tool {
        "gatelint" => Syntax::Gatelint,
        "checkov" => Syntax::Checkov,
        "trivy" | "tfsec" => Syntax::Trivy,
        "kics" => Syntax::Kics,
        "hadolint" => Syntax::Hadolint,
        "terrascan" => Syntax::Terrascan,
        "kube-linter" => Syntax::KubeLinter,
        "polaris" => Syntax::Polaris,
        "kube-score" => Syntax::KubeScore,
        "kubescape" => Syntax::Kubescape,
        _ => return None,
    })
}

/// One spelling for all that mean the same: no case, and for Trivy `AVD-AWS-0092`, `AWS-0092` and `KSV001` as
/// `aws-92` and `ksv-1`.
fn spelling(syntax: Syntax, text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    if syntax != Syntax::Trivy {
        return text;
    }
    let bare = text.strip_prefix("avd-").unwrap_or(&text);
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let letters = &bare[..bare.len() - digits.len()];
    let number = digits.strip_prefix('-').unwrap_or(digits);
    match number.parse::<u32>() {
        Ok(number) if !letters.is_empty() => format!("{letters}-{number}"),
        _ => bare.to_owned(),
    }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// A name that stands for several: with `*` in Trivy's, a regular expression in Kubescape's.
fn pattern(syntax: Syntax, text: &str) -> Option<Regex> {
    match syntax {
        Syntax::Kubescape => Regex::new(&format!("^(?i:{text})$")).ok(),
        _ if text.contains('*') => {
            let text = text.strip_prefix("AVD-").unwrap_or(text);
            Regex::new(&format!("^(?i:{})$", regex::escape(text).replace("\\*", ".*"))).ok()
        }
        _ => None,
    }
}

/// The ids of a tool with their other names.
fn spellings(tool: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    SPELLINGS.lines().filter_map(move |line| {
        let (of, rest) = line.split_once('\t')?;
        (of == tool).then(|| rest.split_once('\t')).flatten()
    })
}
