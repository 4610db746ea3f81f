//! The first page: all checks, searchable by id, by the ids of other tools, by resource type and by framework.

use crate::check::Check;
use crate::frame::{self, text};
use crate::framework::Framework;
use serde_json::json;

/// The page. Without its script it is a list of all checks.
pub fn page(checks: &[Check], frameworks: &[Framework]) -> String {
    let mut body = format!(
        "<h1>{} checks</h1>\n<form id=\"search\"><input type=\"search\" name=\"q\" id=\"q\" autofocus \
         placeholder=\"Check, CKV_AWS_20, AVD-AWS-0092, aws_s3_bucket, cis-aws-3.0\" aria-label=\"Search checks\">\
         <output id=\"count\"></output></form>\n<ul id=\"list\" class=\"list\">\n",
        checks.len()
    );
    for check in checks {
        let severity = &check.front.severity;
        body += &format!(
            "<li><a href=\"checks/{0}.html\">{1}</a> <span class=\"badge {severity}\">{severity}</span>\
             <span class=\"id\">{0}</span></li>\n",
            text(&check.id),
            text(&check.front.title)
        );
    }
    body += "</ul>\n<h2>Frameworks</h2>\n<ul>\n";
    for framework in frameworks {
        body +=
            &format!("<li><a href=\"frameworks/{}.html\">{}</a></li>\n", text(&framework.name), text(&framework.title));
    }
    body += "</ul>\n<script src=\"search.js\"></script>";
    frame::page("gatelint: checks for infrastructure as code", 0, &body)
}

/// What the script searches: for each check, in the order of the list, all names that find it.
pub fn data(checks: &[Check]) -> String {
    let names = |check: &Check| {
        let aliases = check.front.aliases.iter().flat_map(|(tool, ids)| std::iter::once(tool).chain(ids));
        let frameworks = check.front.frameworks.iter().flat_map(|(name, ids)| std::iter::once(name).chain(ids));
        let spellings = check.front.aliases.get("trivy").into_iter().flatten().flat_map(|id| other_spellings(id));
        let own = [&check.id, &check.front.title, &check.front.severity, &check.front.category];
        let all = own.into_iter().chain(aliases).chain(frameworks).chain(&check.targets);
        all.cloned().chain(spellings).map(|name| name.to_lowercase()).collect::<Vec<_>>().join(" ")
    };
    json!(checks.iter().map(names).collect::<Vec<_>>()).to_string()
}

/// What else an id of Trivy is called: `AWS-0092` was `AVD-AWS-0092`, `KSV-0017` was `KSV017`.
fn other_spellings(id: &str) -> Vec<String> {
    let mut all = vec![format!("AVD-{id}")];
    all.extend(id.rsplit_once("-0").map(|(family, number)| format!("{family}{number}")));
    all
}
