//! The table of targets, and what must hold of every place that is reported.

use gatelint::baseline::Baseline;
use gatelint::discover::Memory;
use gatelint::engine::{self, CustomPage};
use gatelint::report::{Format, Options, Show};
use gatelint::scan::{self, Request};
use gatelint::source::{Derived, SourceId, Sources, Span};
use gatelint::syntax::yaml::{self, Dialect};
use gatelint::syntax::{dockerfile, hcl, shell};
use gatelint::{admission, cel, config, go, lsp};
use std::io::sink;

/// What is done with an input.
pub type Target = fn(&[u8]);

/// Each target with its name, which is that of its folder of seeds.
pub const TARGETS: [(&str, Target); 19] = [
    ("hcl", |bytes| {
        let (_, problems) = hcl::parse(SourceId(0), text(bytes));
        expect_places(problems.iter().map(|problem| problem.span), text(bytes));
    }),
    ("yaml", |bytes| {
        for dialect in [Dialect::Kubernetes, Dialect::Kustomize] {
            let stream = yaml::read(&Derived::file(SourceId(0), text(bytes)), dialect);
            expect_places(stream.problems.iter().map(|problem| problem.span), text(bytes));
        }
    }),
    ("dockerfile", |bytes| {
        let file = dockerfile::parse(SourceId(0), text(bytes));
        expect_places(file.problems.iter().map(|problem| problem.span), text(bytes));
    }),
    ("shell", |bytes| drop(shell::Parser::default().parse(text(bytes)))),
    ("cel", |bytes| drop(cel::compile(&Derived::file(SourceId(0), text(bytes)), &admission::environment(true)))),
    ("regex", |bytes| {
        let (pattern, searched) = text(bytes).split_once('\n').unwrap_or((text(bytes), "aaab"));
        if let Ok(regex) = go::re2::compile(pattern) {
            let _ = regex.find_iter(searched).count();
        }
    }),
    ("page", |bytes| {
        let page = CustomPage { id: "fuzz/page".to_owned(), path: "page.md".to_owned(), text: text(bytes).to_owned() };
        let _ = engine::load_custom(&page, &Sources::default());
    }),
    ("hcl_json", |bytes| {
        let (_, problems) = hcl::parse_json(SourceId(0), text(bytes), &|_, _| hcl::Property::Argument);
        expect_places(problems.iter().map(|problem| problem.span), text(bytes));
    }),
    ("lsp_frames", |mut bytes| while let Ok(Some(_)) = lsp::read_frame(&mut bytes) {}),
    ("baseline", |bytes| drop(Baseline::read(text(bytes), "", "known"))),
    ("configuration", |bytes| drop(config::read(SourceId(0), text(bytes), ""))),
    ("scan_terraform", |bytes| scan(&[("main.tf", text(bytes)), ("read.txt", "text")])),
    ("scan_plan", |bytes| scan(&[("plan.json", text(bytes))])),
    ("scan_manifest", |bytes| scan(&[("objects.yaml", text(bytes))])),
    ("scan_kustomization", |bytes| scan(&[("kustomization.yaml", text(bytes)), ("objects.yaml", OBJECTS)])),
    ("scan_chart", |bytes| {
        scan(&[
            ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
            ("chart/values.yaml", "name: a\nlist: [1, 2]\nmap: {a: b}\n"),
            ("chart/templates/objects.yaml", text(bytes)),
        ]);
    }),
    ("scan_dockerfile", |bytes| scan(&[("Dockerfile", text(bytes))])),
    ("scan_compose", |bytes| scan(&[("compose.yaml", text(bytes)), (".env", "A=b\n"), ("Dockerfile", "FROM a\n")])),
    ("scan_bake", |bytes| scan(&[("docker-bake.hcl", text(bytes)), ("Dockerfile", "FROM a\n")])),
];

/// Objects for a kustomization to work on.
const OBJECTS: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {app: a}}\nspec:\n  \
                       selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: \
                       {containers: [{name: a, image: \"nginx:1\"}]}\n---\napiVersion: v1\nkind: Service\nmetadata: \
                       {name: a}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n";

/// Returns the input up to its first byte that is not UTF-8.
fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// Scans some files with all checks, and writes what is found for people and for machines. A panic that the scan catches
/// aborts too, since libFuzzer sets the hook.
fn scan(files: &[(&str, &str)]) {
    let tree = Memory::tree(files.iter().copied());
    let report = scan::judge(&tree, &Request::default()).expect("every check that is chosen exists");
    let problems = report.problems.iter().map(|problem| problem.span);
    let findings = report.findings.iter().flat_map(|finding| {
        [finding.place, finding.block].into_iter().chain(finding.labels.iter().map(|label| label.span))
    });
    let causes = report.inconclusive.iter().map(|verdict| verdict.place);
    for span in problems.chain(findings).chain(causes).chain(report.sensitive.iter().copied()) {
        expect_places([span], &report.sources.get(span.source).text);
    }
    let show = Show { inconclusive: true, suppressed: true, ledger: true, info: true };
    let options = Options { show, ..Options::default() };
    for format in [Format::Human, Format::Sarif] {
        report.write(format, &options, &mut sink()).expect("a sink takes everything");
    }
}

/// Fails unless the spans lie within a text, between its characters.
fn expect_places(spans: impl IntoIterator<Item = Span>, text: &str) {
    for span in spans {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no place in the text");
    }
}
