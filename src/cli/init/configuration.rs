//! `gatelint init`: a configuration that is fitted to the repository it is written for.
//!
//! What it decides by itself changes nothing; what the repository suggests stands in comments, to be taken or not.

use crate::check::Edition;
use crate::config;
use crate::discover::{self, Disk, Tree};
use crate::gate::Exit;
use crate::source::{Kind, parent, rarely_deployed};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

/// Writes `.gatelint.yaml` at the root of the repository.
pub fn run() -> anyhow::Result<Exit> {
    let (root, _) = discover::upwards(&[], &[])?;
    let tree = Disk::tree(std::slice::from_ref(&root))?;
    let path = root.join(config::NAMES[0]);
    let mut file = super::create(&path)?;
    file.write_all(text(&tree).as_bytes())?;
    writeln!(std::io::stderr(), "wrote {}; docs/configuration.md says what else can stand there", config::NAMES[0])?;
    Ok(Exit::Open)
}

/// The configuration for a tree.
fn text(tree: &Tree) -> String {
    let mut out = String::from("# Configuration of gatelint. Paths count from this file.\n\n");
    let _ = writeln!(out, "# Newer checks are listed in the report, and run once this is raised.");
    let _ = writeln!(out, "edition: \"{}\"\n", Edition::FIRST);
    excluded(tree, &mut out);
    out.push_str(CHECKS);
    environments(tree, &mut out);
    charts(tree, &mut out);
    out.push_str(GATE);
    out
}

const CHECKS: &str = "\
# Ids or globs of checks: off, on or a severity; the last match counts. `gatelint checks` lists them.
# checks:
#   kubernetes/resources/*: info
#   dockerfile/healthcheck/*: off

";

const GATE: &str = "\
# Known findings, which do not close the gate: written by `gatelint baseline --output .gatelint-baseline.jsonl`.
# baseline: .gatelint-baseline.jsonl

# When the gate closes. Start with a high severity, and lower it as findings are fixed.
gate:
  fail-on: low
  # inconclusive: critical    # also close the gate on inconclusive verdicts of this severity or higher
  # exceptions:
  #   - {paths: [sandbox], fail-on: high}
";

fn excluded(tree: &Tree, out: &mut String) {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for candidate in &tree.candidates {
        let above = || candidate.path.match_indices('/').filter_map(|(at, _)| candidate.path.get(..at));
        if let Some(name) = rarely_deployed(&candidate.path) {
            found.extend(above().find(|path| path.rsplit('/').next() == Some(name)));
        }
    }
    out.push_str("# Paths that are not deployed.\n# paths:\n#   exclude:\n");
    if found.is_empty() {
        found.insert("examples");
    }
    for path in found {
        let _ = writeln!(out, "#     - {}", quoted(path));
    }
    out.push('\n');
}

/// Files of variables that Terraform does not load by itself, and overlays, by the names of environments.
fn environments(tree: &Tree, out: &mut String) {
    let mut named: BTreeSet<(String, &str, &str)> = BTreeSet::new();
    for candidate in &tree.candidates {
        let path = candidate.path.as_str();
        let (directory, file) = (parent(path), path.rsplit('/').next().unwrap_or(path));
        match candidate.kind {
            Kind::TerraformVariables if !file.contains(".auto.") && !file.starts_with("terraform.tfvars") => {
                let stem = file.split('.').next().unwrap_or(file);
                named.insert((stem.to_owned(), "var-files", path));
            }
            Kind::Kustomization if parent(directory).rsplit('/').next() == Some("overlays") => {
                let name = directory.rsplit('/').next().unwrap_or(directory);
                named.insert((name.to_owned(), "overlays", directory));
            }
            _ => {}
        }
    }
    out.push_str("# The same files are evaluated with the values of each environment; a finding names its environments.\n# environments:\n");
    if named.is_empty() {
        out.push_str("#   production:\n#     var-files: [production.tfvars]\n");
    }
    let mut last: (&str, &str) = ("", "");
    for (name, key, path) in &named {
        if last.0 != name {
            let _ = writeln!(out, "#   {}:", quoted(name));
        }
        if last != (name, key) {
            let _ = writeln!(out, "#     {key}:");
        }
        let _ = writeln!(out, "#       - {}", quoted(path));
        last = (name, key);
    }
    out.push('\n');
}

/// Charts with files of values beside those of the chart: `values-NAME.yaml`, and `ci/NAME-values.yaml`, which
/// chart-testing installs them with.
fn charts(tree: &Tree, out: &mut String) {
    let paths: BTreeSet<&str> = tree.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
    let mut sets: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for path in &paths {
        let (directory, file) = (parent(path), path.rsplit('/').next().unwrap_or(path));
        let Some((stem, "yaml" | "yml")) = file.rsplit_once('.') else { continue };
        let beside = ["values-", "values.", "values_"].into_iter().find_map(|prefix| stem.strip_prefix(prefix));
        let in_ci = stem.strip_suffix("-values").filter(|_| directory.rsplit('/').next() == Some("ci"));
        let set = beside.map(|name| (directory, name)).or_else(|| in_ci.map(|name| (parent(directory), name)));
        let Some((chart, name)) = set.filter(|(_, name)| !name.is_empty()) else { continue };
        let head = if chart.is_empty() { "Chart.yaml".to_owned() } else { format!("{chart}/Chart.yaml") };
        if paths.contains(head.as_str()) {
            sets.insert((if chart.is_empty() { "." } else { chart }, name, path));
        }
    }
    if sets.is_empty() {
        return;
    }
    out.push_str("# Helm charts are evaluated with each of their sets of values.\n# charts:\n");
    let mut last: (&str, &str) = ("", "");
    for (chart, name, path) in &sets {
        if last.0 != *chart {
            let _ = writeln!(out, "#   {}:\n#     sets:", quoted(chart));
        }
        if last != (*chart, *name) {
            let _ = writeln!(out, "#       {}:\n#         values:", quoted(name));
        }
        let _ = writeln!(out, "#           - {}", quoted(path));
        last = (chart, name);
    }
    out.push('\n');
}

/// As a scalar of YAML.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain);
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::config;
    use crate::discover::Memory;
    use crate::source::Sources;

    #[test]
    fn what_it_suggests_is_a_configuration() {
        let files =
            ["infra/prod.tfvars", "infra/x.auto.tfvars", "k8s/overlays/prod/kustomization.yaml", "a b/tests/m.tf"];
        let charts =
            ["web/Chart.yaml", "web/values.yaml", "web/values-prod.yaml", "web/ci/ha-values.yaml", "values-x.yaml"];
        let files: Vec<&str> = files.into_iter().chain(charts).collect();
        let written = text(&Memory::tree(files.into_iter().map(|path| (path, ""))));
        for wanted in [
            "    - 'a b/tests'",
            "  prod:\n#     overlays:\n#       - k8s/overlays/prod\n#     var-files:\n#       - infra/prod.tfvars\n",
            "  web:\n#     sets:\n#       ha:\n#         values:\n#           - web/ci/ha-values.yaml\n#       prod:\n",
        ] {
            assert!(written.contains(wanted), "{written}");
        }
        assert!(!written.contains("auto.tfvars") && !written.contains("values-x"), "{written}");
        let taken = written
            .replace("# paths", "paths")
            .replace("# checks", "checks")
            .replace("# environments", "environments")
            .replace("# charts", "charts");
        let taken: String = taken
            .lines()
            .map(|line| line.strip_prefix("#  ").map_or_else(|| line.to_owned(), |rest| format!("  {rest}")) + "\n")
            .collect();
        for text in [&written, &taken] {
            let sources = Sources::default();
            let source = sources.add(".gatelint.yaml", text.as_str());
            let read = config::read(source, text, "");
            assert!(read.is_ok(), "{:?}\n{text}", read.err());
        }
    }
}
