//! The pages in `checks/` as data: what a schema cannot say of them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod paths;

use gatelint::check::{self, Expectation, Page};
use gatelint::discover::Memory;
use gatelint::engine::{self, Selection};
use gatelint::scan::{self, Request};
use gatelint::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

/// All pages that can be read, with their texts. `tests/checks.rs` tells of the others.
fn pages() -> Vec<(Page, &'static str)> {
    let sources = Sources::default();
    let read = |page: &check::Embedded| Some((engine::load(page, &sources).ok()?, page.text));
    check::pages().iter().filter_map(read).collect()
}

/// Fails with what `wrong` says of the pages.
fn none(wrong: impl Fn(&Page, &str) -> Option<String>) {
    let said = pages()
        .iter()
        .filter_map(|(page, text)| Some(format!("{}: {}", page.meta.id, wrong(page, text)?)))
        .collect::<Vec<_>>();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// `tests/released-ids.txt` holds the ids that a release had, and only a release adds to it: adding a page touches the
/// page alone.
#[test]
fn ids_of_releases_are_for_ever() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/released-ids.txt");
    let frozen: BTreeSet<String> = fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect();
    let ids: BTreeSet<String> = check::pages().iter().map(|page| page.id.to_owned()).collect();
    let pages = pages();
    let renamed = |id: &String| {
        let aliases = pages.iter().flat_map(|(page, _)| &page.meta.aliases);
        aliases.filter(|(tool, _)| tool == "gatelint").any(|(_, old)| old.contains(id))
    };
    let lost: Vec<&String> = frozen.iter().filter(|id| !ids.contains(*id) && !renamed(id)).collect();
    assert!(lost.is_empty(), "gone without an alias `gatelint` on the page that took over: {lost:?}");
    assert!(!frozen.is_empty(), "{file} is not there");
    if env::var_os("RELEASE").is_some() {
        let all: Vec<&str> = frozen.union(&ids).map(String::as_str).collect();
        fs::write(file, all.join("\n") + "\n").unwrap();
    }
}

#[test]
fn every_page_shows_a_fail_and_a_pass() {
    for wanted in [Expectation::Fail, Expectation::Pass] {
        none(|page, _| {
            let shown = page.examples.iter().any(|example| example.expectation == wanted);
            (!shown).then(|| format!("no example for {wanted:?}").to_lowercase())
        });
    }
}

#[test]
fn a_path_on_one_platform_is_no_finding_about_another() {
    none(|page, _| {
        let platform = page.meta.id.strip_prefix("paths/")?.split('/').next()?;
        let selection = Selection { only: vec!["paths/**".to_owned()], ..Selection::default() };
        let request = Request { selection, ..Request::default() };
        let fails = page.examples.iter().filter(|example| example.expectation == Expectation::Fail);
        let found: BTreeSet<String> = fails
            .flat_map(|example| {
                let tree = Memory::tree(example.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
                let report = scan::judge(&tree, &request).unwrap();
                report.findings.iter().map(|finding| finding.check.id.to_string()).collect::<Vec<_>>()
            })
            .collect();
        let is_other = |id: &&String| !id.starts_with(&format!("paths/{platform}/"));
        let others: Vec<&String> = found.iter().filter(is_other).collect();
        (!others.is_empty()).then(|| format!("its examples are found by {others:?} too"))
    });
}

#[test]
fn titles_name_the_failure_in_a_few_words() {
    none(|page, _| {
        let title = page.meta.title.as_str();
        let is_advice = ["Ensure ", "Make sure ", "Check "].iter().any(|word| title.starts_with(word));
        if title.ends_with('.') {
            Some(format!("`{title}` ends with a period"))
        } else if is_advice {
            Some(format!("`{title}` gives advice; a title names the failure"))
        } else if title.chars().count() > 90 {
            Some(format!("`{title}` is longer than 90 characters"))
        } else {
            None
        }
    });
}

#[test]
fn names_in_policies_mean_something() {
    none(|page, _| {
        let problems = check::lint(&page.policies, &page.inputs, engine::vocabulary());
        problems.first().map(|problem| problem.message.clone())
    });
}

#[test]
fn references_are_https() {
    none(|page, _| {
        let other = page.meta.references.iter().find(|url| !url.starts_with("https://"));
        other.map(|url| format!("`{url}` is no https URL"))
    });
}

/// Two pages may claim one id of another tool when that tool's check is two ideas; every page but one then says so
/// under `## Notes`, naming the id.
#[test]
fn an_alias_belongs_to_one_page_unless_the_others_say_why() {
    let pages = pages();
    let mut claims: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (page, text) in &pages {
        for (tool, ids) in &page.meta.aliases {
            for id in ids {
                claims.entry((tool, id)).or_default().push(text);
            }
        }
    }
    let explains = |text: &str, id: &str| text.split("\n## Notes").nth(1).is_some_and(|notes| notes.contains(id));
    let shared = claims.iter().filter(|(_, texts)| texts.len() > 1);
    let silent = shared.filter(|((_, id), texts)| texts.iter().filter(|text| !explains(text, id)).count() > 1);
    let silent: BTreeSet<String> = silent.map(|((tool, id), _)| format!("{tool} {id}")).collect();
    assert!(
        silent.is_empty(),
        "claimed by several pages, more than one of which does not name it in its notes: {silent:?}"
    );
}

/// An alias is a promise that this page finds what that check finds, so the two are about a type in common. The types of
/// other tools' checks are in the catalogs beside the repository; the test is skipped where there are none. The types of
/// the Kubernetes provider are lowered to those of manifests, so they are left out.
#[test]
fn pages_and_the_checks_they_name_are_about_the_same_types() {
    // What these checks say they are about is a slip of theirs: the title, and what they find, is of the page's types.
    const SLIPS: &[&str] = &[
        "checkov CKV_AWS_379",
        "terrascan AC_AWS_0370",
        "terrascan AC_AWS_0447",
        // They name the server, and find the parameter, which is a resource of its own.
        "tfsec azure-database-postgres-configuration-connection-throttling",
        "tfsec azure-database-postgres-configuration-log-checkpoints",
        "tfsec azure-database-postgres-configuration-log-connections",
        "trivy AZU-0019",
        "trivy AZU-0021",
        "trivy AZU-0024",
    ];
    const MISSPELT: &str = "aws_elasticcache_";
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let catalog = env::var("GATELINT_SHARED").unwrap_or_else(|_| beside.to_owned()) + "/peers/catalog";
    let Ok(files) = fs::read_dir(&catalog) else {
        println!("skipped: there is no {catalog}");
        return;
    };
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let lines = fs::read_to_string(file.unwrap().path()).unwrap();
        let rows = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        for row in rows.filter(|row| row["framework"] == "terraform") {
            let names = row["targets"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
            let names = names.filter(|name| name.contains('_') && !name.starts_with("kubernetes_"));
            let id = format!("{} {}", row["tool"].as_str().unwrap_or_default(), row["id"].as_str().unwrap_or_default());
            types.entry(id).or_default().extend(names.map(|name| name.trim_start_matches("data.").to_owned()));
        }
    }
    none(|page, text| {
        let policy = text.split("\n## Policy").nth(1).and_then(|rest| rest.split("\n## Examples").next())?;
        let aliases = page.meta.aliases.iter().flat_map(|(tool, ids)| ids.iter().map(move |id| format!("{tool} {id}")));
        let strange = aliases.filter(|alias| !SLIPS.contains(&alias.as_str())).filter(|alias| {
            let types = types.get(alias).map(Vec::as_slice).unwrap_or_default();
            let patterns = || page.policies.iter().flat_map(|policy| &policy.patterns);
            let meets = |name: &String| {
                policy.contains(name.as_str())
                    || name.starts_with(MISSPELT)
                    || patterns().any(|pattern| pattern.matches(name))
            };
            !types.is_empty() && !types.iter().any(meets)
        });
        let strange: Vec<String> = strange.collect();
        (!strange.is_empty()).then(|| format!("its policy names no type of {}", strange.join(", ")))
    });
}

/// Pages name types and paths that the provider, or Kubernetes, has in some release.
#[test]
fn policies_read_what_the_schemas_have() {
    none(|page, _| {
        let wrong: Vec<String> = paths::wrong(&page.policies).into_iter().collect();
        (!wrong.is_empty()).then(|| wrong.join("; "))
    });
}

/// What cannot be broken may be longer: the header of a policy or a path, and a line with a string of over 50 characters.
#[test]
fn policies_have_the_canonical_layout_and_lines_of_at_most_120_characters() {
    let strings = regex::Regex::new(r#""(?:[^"\\]|\\.){50,}""#).unwrap();
    none(|_, text| {
        let policy = text.split("## Policy").nth(1)?.split("```").nth(1)?;
        let is_long = |line: &&str| {
            let is_header = ["resource_policy ", "path "].iter().any(|word| line.starts_with(word));
            line.chars().count() > 120 && !is_header && !strings.is_match(line)
        };
        let long = policy.lines().find(is_long).map(|line| format!("a line is too long: {}", line.trim()));
        long.or_else(|| (check::laid_out(text) != text).then(|| "run `gatelint fmt checks`".to_owned()))
    });
}

/// Pages that name an unknown control do not load at all. This holds what only the catalogs say.
#[test]
fn rows_of_catalogs_name_checks_that_there_are() {
    let pages = pages();
    let mut wrong = Vec::new();
    for (name, _) in check::Framework::all() {
        let framework = check::Framework::named(name).unwrap();
        let ids: BTreeSet<&str> = framework.controls.iter().map(|control| control.id).collect();
        if ids.len() != framework.controls.len() || ids.is_empty() || !framework.source.starts_with("https://") {
            wrong.push(format!("{name}: a control stands twice, there is none, or the second line is no address"));
        }
        if framework.controls.len() + 3 != framework.text.lines().count() || !framework.checked.starts_with("Checked ")
        {
            wrong.push(format!(
                "{name}: a row is no control, or the third line does not say what the list was checked against"
            ));
        }
        let rows = framework.text.lines().skip(3).filter_map(|row| row.split_once('\t')?.1.split_once('\t'));
        for selector in rows.flat_map(|(_, selectors)| selectors.split(", ")) {
            let category = selector.strip_prefix("category:");
            let glob = globset::Glob::new(selector.trim_start_matches('!')).unwrap().compile_matcher();
            let selects = |page: &Page| match category {
                Some(category) => page.meta.category.name() == category,
                None => glob.is_match(&page.meta.id),
            };
            if !pages.iter().any(|(page, _)| selects(page)) {
                wrong.push(format!("{name}: `{selector}` selects no check"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
