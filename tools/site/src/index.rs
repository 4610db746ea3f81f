//! The first page: all checks, searchable by id, by the ids of other tools, by resource type and by framework.

use crate::check::Check;
use crate::frame::{self, text};
use crate::framework::Framework;
use serde_json::json;

/// The page. Without its script it is a list of all checks.
pub fn page(checks: &[Check], frameworks: &[Framework]) -> String {
    let mut body = format!(
        "<h1>{} checks for infrastructure as code</h1>\n<p>gatelint finds misconfigurations before they are deployed. \
         <a href=\"docs/README.html\">Install it, and the first minute</a></p>\n<form id=\"search\">\
         <input type=\"search\" name=\"q\" id=\"q\" autofocus aria-label=\"Search checks\" \
         placeholder=\"Check, CKV_AWS_20, AVD-AWS-0092, aws_s3_bucket, cis-aws-3.0\"> <output id=\"count\"></output>\
         </form>\n<details><summary>{} frameworks</summary>\n<ul>\n",
        checks.len(),
        frameworks.len()
    );
    for framework in frameworks {
        body +=
            &format!("<li><a href=\"frameworks/{}.html\">{}</a></li>\n", text(&framework.name), text(&framework.title));
    }
    body += "</ul>\n</details>\n<p id=\"none\" hidden>No check has these words in its names. If it is the id of another \
             scanner: <a href=\"docs/parity-exceptions.html\">which of their rules no check has, and why</a>.</p>\n\
             <ul id=\"list\" class=\"list\">\n";
    for check in checks {
        let severity = &check.front.severity;
        body += &format!(
            "<li><a href=\"checks/{0}.html\">{1}</a> <span class=\"badge {severity}\">{severity}</span>\
             <span class=\"id\">{0}</span></li>\n",
            text(&check.id),
            text(&check.front.title)
        );
    }
    body += "</ul>\n<script src=\"search.js\"></script>";
    frame::first_page("gatelint: checks for infrastructure as code", &body)
}

/// What the script searches: for each check, in the order of the list, all names that find it.
pub fn data(checks: &[Check], frameworks: &[Framework]) -> String {
    let names = |check: &Check| {
        let aliases = check.front.aliases.iter().flat_map(|(tool, ids)| std::iter::once(tool).chain(ids));
        let spellings = check.front.aliases.get("trivy").into_iter().flatten().flat_map(|id| other_spellings(id));
        let controls = check.controls(frameworks);
        let controls = controls.iter().flat_map(|(name, ids)| std::iter::once(*name).chain(ids.iter().copied()));
        let own = [&check.id, &check.front.title, &check.front.severity, &check.front.category];
        let own = own.into_iter().chain(aliases).chain(&check.targets).map(String::as_str);
        let all = own.chain(controls).chain(kinds(check)).map(str::to_owned).chain(spellings);
        all.map(|name| name.to_lowercase()).collect::<Vec<_>>().join(" ")
    };
    json!(checks.iter().map(names).collect::<Vec<_>>()).to_string()
}

/// The kinds that a check on pods or containers judges.
fn kinds(check: &Check) -> Option<&str> {
    let is_of_pods = check.targets.iter().any(|target| matches!(target.as_str(), "container" | "pod" | "workload"));
    is_of_pods.then_some("Pod Deployment StatefulSet DaemonSet ReplicaSet Job CronJob")
}

/// What else an id of Trivy is called: `AWS-0092` was `AVD-AWS-0092`, `KSV-0017` was `KSV017`.
fn other_spellings(id: &str) -> Vec<String> {
    let mut all = vec![format!("AVD-{id}")];
    all.extend(id.rsplit_once("-0").map(|(family, number)| format!("{family}{number}")));
    all
}
