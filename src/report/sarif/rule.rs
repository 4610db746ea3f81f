//! A check as a rule: what code scanning shows of it.

use super::multiformat;
use crate::check::{Meta, Precision, Severity};
use crate::report::view::level;
use crate::source::prose::sentence;
use serde_json::json;
use serde_sarif::sarif::{PropertyBag, ReportingConfiguration, ReportingDescriptor};
use std::fmt::Write;

/// GitHub cuts descriptions here.
const MOST_CHARACTERS: usize = 1_024;
/// GitHub shows ten tags.
const MOST_TAGS: usize = 10;

pub(super) fn of(check: &Meta) -> ReportingDescriptor {
    let rationale = if check.rationale.trim().is_empty() { &check.title } else { &check.rationale };
    let mut rule = ReportingDescriptor::builder().id(check.id.as_str()).build();
    rule.name = Some(pascal_case(&check.id));
    rule.short_description = Some(multiformat(cut(&sentence(&check.title))));
    rule.full_description = Some(multiformat(cut(&sentence(&first_paragraph(rationale)))));
    let mut help = multiformat(help(check, rationale, false));
    help.markdown = Some(self::help(check, rationale, true));
    rule.help = Some(help);
    rule.help_uri = Some(help_uri(check));
    let mut configuration = ReportingConfiguration::builder().build();
    configuration.level = Some(level(check.severity).name().into());
    rule.default_configuration = Some(configuration);
    rule.deprecated_ids = earlier_ids(check);
    rule.properties = Some(properties(check));
    rule
}

/// GitHub's bands: critical from 9, high from 7, medium from 4, low above 0. Nothing for `info`: any number
/// would make it a security alert.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

fn properties(check: &Meta) -> PropertyBag {
    let kind = match check.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    };
    let mut properties = PropertyBag::builder().tags(tags(check)).build();
    let bag = &mut properties.additional_properties;
    bag.insert("precision".into(), json!(check.precision.unwrap_or(Precision::High).name()));
    bag.insert("problem.severity".into(), json!(kind));
    if let Some(number) = security_severity(check.severity) {
        bag.insert("security-severity".into(), json!(number));
    }
    properties
}

fn tags(check: &Meta) -> Vec<String> {
    let area = check.id.split('/').next().unwrap_or_default();
    let mut tags = vec!["security".to_owned(), area.to_owned(), check.category.name().to_owned()];
    let weaknesses = check.frameworks.iter().filter(|(framework, _)| framework == "cwe").flat_map(|(_, ids)| ids);
    tags.extend(weaknesses.map(|id| format!("external/cwe/cwe-{id}")));
    let mut seen = Vec::with_capacity(tags.len());
    tags.retain(|tag| {
        let is_new = !seen.contains(tag);
        seen.push(tag.clone());
        is_new
    });
    tags.truncate(MOST_TAGS);
    tags
}

fn help(check: &Meta, rationale: &str, markdown: bool) -> String {
    let mut help = format!("{}\n", rationale.trim());
    let heading = |help: &mut String, text: &str| {
        // Writing to a string cannot fail.
        let _ = if markdown { write!(help, "\n## {text}\n\n") } else { write!(help, "\n{text}:\n") };
    };
    if !check.fix.trim().is_empty() {
        heading(&mut help, "Fix");
        help.push_str(check.fix.trim());
        help.push('\n');
    }
    let lists = [("Also known as", &check.aliases), ("Frameworks", &check.frameworks)];
    for (title, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        heading(&mut help, title);
        for (name, ids) in list {
            let _ = writeln!(help, "- {name}: {}", ids.join(", "));
        }
    }
    if !check.references.is_empty() {
        heading(&mut help, "References");
        for reference in &check.references {
            let _ = if markdown { writeln!(help, "- <{reference}>") } else { writeln!(help, "- {reference}") };
        }
    }
    help
}

fn help_uri(check: &Meta) -> String {
    crate::report::page_of(check).unwrap_or(crate::report::HOMEPAGE.into()).into_owned()
}

fn earlier_ids(check: &Meta) -> Option<Vec<String>> {
    check.aliases.iter().find(|(tool, _)| tool == "gatelint").map(|(_, ids)| ids.clone())
}

/// `aws/s3/public-acl` as `AwsS3PublicAcl`.
fn pascal_case(id: &str) -> String {
    let words = id.split(|char: char| !char.is_ascii_alphanumeric());
    let words = words.flat_map(|word| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars)
    });
    words.take(255).collect()
}

fn first_paragraph(markdown: &str) -> String {
    let lines = markdown.trim().lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// `text` cut to what GitHub takes, on a word.
fn cut(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) else { return text.to_owned() };
    let head = text.get(..end).unwrap_or_default();
    let head = head.get(..end.saturating_sub('…'.len_utf8())).unwrap_or(head);
    let head = head.rsplit_once(' ').map_or(head, |(head, _)| head);
    format!("{head}…")
}

#[cfg(test)]
mod tests {
    use super::{cut, pascal_case};

    #[test]
    fn names_are_pascal_case() {
        assert_eq!(pascal_case("aws/s3/public-acl"), "AwsS3PublicAcl");
    }

    #[test]
    fn long_descriptions_are_cut_on_a_word() {
        let cut = cut(&"wörd ".repeat(300));
        assert!(cut.chars().count() <= 1_024 && cut.ends_with("wörd…"), "{cut}");
    }
}
