//! Exposure paths from end to end: the cut applied and the path gone, explained hop by hop, drawn, and joined across units.

use super::scanned::repository;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Two functions that anybody calls, with one role, which has every right.
const SHOP: &str = r#"resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_role.web.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_lambda_function" "cart" {
  function_name = "cart"
  role          = aws_iam_role.web.arn
}

resource "aws_lambda_function_url" "cart" {
  function_name      = aws_lambda_function.cart.function_name
  authorization_type = "NONE"
}

resource "aws_lambda_function" "search" {
  function_name = "search"
  role          = aws_iam_role.web.arn
}

resource "aws_lambda_function_url" "search" {
  function_name      = aws_lambda_function.search.function_name
  authorization_type = "NONE"
}
"#;

fn gatelint(directory: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(args)
        .current_dir(directory)
        .env_clear()
        .output()
        .expect("starts");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    String::from_utf8(output.stdout).map(|text| if text.is_empty() { errors } else { text }).expect("UTF-8")
}

/// The findings of the pages of paths.
fn paths(directory: &Path) -> Vec<Value> {
    let args = ["scan", ".", "--no-config", "--exit-zero", "--format", "json", "--check", "paths/*"];
    let report: Value = serde_json::from_str(&gatelint(directory, &args)).expect("JSON");
    report["findings"].as_array().expect("findings").clone()
}

fn messages(findings: &[Value]) -> Vec<&str> {
    findings.iter().filter_map(|finding| finding["message"].as_str()).collect()
}

#[test]
fn the_cut_applied_and_the_path_gone() {
    let root = repository("cut", &[("main.tf", SHOP)]);
    let found = paths(&root);
    assert_eq!(found.len(), 2, "each function is a way in of its own: {:?}", messages(&found));
    let route = found[0]["route"].as_array().expect("steps");
    let cut = route.iter().max_by_key(|leg| leg["breaks"].as_u64()).expect("a step");
    assert_eq!(cut["breaks"], 2, "closing it closes both: {route:?}");
    assert!(messages(&found)[0].ends_with("Closing step 3 breaks 2 paths."), "{}", messages(&found)[0]);
    let line = cut["location"]["start"]["line"].as_u64().or(cut["location"]["line"].as_u64()).expect("a line");
    let text = fs::read_to_string(root.join("main.tf")).expect("the file");
    let attached = text.lines().nth(line as usize - 1).expect("that line");
    assert!(attached.contains("AdministratorAccess"), "the cut is what gives the right: {attached}");
    let narrow = attached.replace("AdministratorAccess", "CloudWatchReadOnlyAccess");
    fs::write(root.join("main.tf"), text.replace(attached, &narrow)).expect("the file");
    assert!(paths(&root).is_empty(), "{:?}", messages(&paths(&root)));
}

#[test]
fn the_attacks_of_the_docs_are_walked_as_written_and_each_cut_closes_its_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_to_string(root.join("docs/paths.md")).expect("the page");
    for (name, from) in [("capital-one", "internet"), ("dashboard", "internet"), ("workflow", "github")] {
        let attack = root.join(format!("fixtures/projects/attack-{name}"));
        for format in ["human", "mermaid"] {
            let walk = gatelint(&attack, &["paths", ".", "--no-config", "--from", from, "--format", format]);
            assert!(walk.lines().count() > 5 && docs.contains(&walk), "{name} is walked otherwise:\n{walk}");
        }
        assert!(!paths(&attack).is_empty(), "{name} is no finding");
        let cut = paths(&root.join(format!("fixtures/projects/attack-{name}-cut")));
        assert!(cut.is_empty(), "{name}: {:?}", messages(&cut));
    }
}

#[test]
fn paths_names_the_cheapest_cut_and_sums_up() {
    let root = repository("summary", &[("main.tf", SHOP)]);
    let text = gatelint(&root, &["paths", "."]);
    assert!(text.contains("cheapest cut: main.tf:9 closes 2 of 2 ways in"), "{text}");
    assert!(text.contains("the internet reaches 2 aws_lambda_function"), "{text}");
    assert!(text.contains("`aws_iam_role.web` may use every right in the AWS account"), "{text}");
    let json: Value = serde_json::from_str(&gatelint(&root, &["paths", ".", "--format", "json"])).expect("JSON");
    assert_eq!(json["cuts"][0]["breaks"], 2);
    assert_eq!(json["summary"]["over_privileged"][0]["exposed"], true);
}

#[test]
fn explain_tells_a_path_hop_by_hop_and_the_paths_of_a_resource() {
    let root = repository("hops", &[("main.tf", SHOP)]);
    let found = paths(&root);
    let fingerprint = found[0]["fingerprint"].as_str().expect("a fingerprint");
    let told = gatelint(&root, &["explain", fingerprint, "."]);
    for hop in ["step 1", "the internet reaches", "step 2", "runs as", "step 3", "main.tf:9:", "breaks 2 paths"] {
        assert!(told.contains(hop), "{hop}: {told}");
    }
    // The role is where neither of the paths begins or ends.
    let through = gatelint(&root, &["explain", "--pass", "aws_iam_role.web", "."]);
    assert!(through.contains("paths/aws/internet-to-administrator") && through.contains("step 3"), "{through}");
}

#[test]
fn the_html_report_draws_the_path_without_a_script() {
    let root = repository("drawn", &[("main.tf", SHOP)]);
    let args = ["scan", ".", "--no-config", "--exit-zero", "--format", "html", "--check", "paths/*"];
    let page = gatelint(&root, &args);
    let drawing =
        page.split("<div class=\"route\">").nth(1).and_then(|rest| rest.split("</div>").next()).expect("a drawing");
    assert_eq!(drawing.matches("class=\"node\"").count(), 4, "what three steps lead through: {drawing}");
    assert_eq!(drawing.matches("class=\"step cut\"").count(), 1, "{drawing}");
    assert!(!drawing.contains("<script") && !drawing.contains("style=") && drawing.contains("T1190"), "{drawing}");
}

#[test]
fn a_manifest_leads_to_the_role_that_another_root_module_gives_its_service_account() {
    let role = r#"resource "aws_iam_role" "web" {
  name = "web"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE" }
      Condition = { StringEquals = { "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:sub" = "system:serviceaccount:shop:web" } }
    }]
  })
}

resource "aws_s3_bucket" "orders" {}

resource "aws_iam_role_policy" "web" {
  role = aws_iam_role.web.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.orders.arn}/*" }]
  })
}
"#;
    let web = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  type: LoadBalancer\n  \
             selector: {{app: web}}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  namespace: {namespace}\n  \
             annotations: {{eks.amazonaws.com/role-arn: 'arn:aws:iam::111122223333:role/web'}}\n---\napiVersion: apps/v1\n\
             kind: Deployment\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  \
             template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      serviceAccountName: web\n      containers:\n        \
             - {{name: web, image: 'registry.example.com/web:1.0'}}\n"
        )
    };
    let root = repository("irsa", &[("infra/main.tf", role), ("deploy/web.yaml", &web("shop"))]);
    let found = paths(&root);
    let bucket =
        found.iter().find(|finding| finding["check"] == "paths/aws/internet-to-data-of-bucket").expect("the path");
    let files: Vec<&str> =
        bucket["route"].as_array().expect("steps").iter().filter_map(|leg| leg["location"]["file"].as_str()).collect();
    assert!(files.first() == Some(&"deploy/web.yaml") && files.last() == Some(&"infra/main.tf"), "{files:?}");
    // Two repositories that somebody cloned side by side call different things by one name.
    for clone in ["infra/.git", "deploy/.git"] {
        fs::create_dir(root.join(clone)).expect("a directory");
    }
    assert!(paths(&root).is_empty(), "{:?}", messages(&paths(&root)));
    // The role is for the service account of another namespace.
    let root = repository("irsa-other", &[("infra/main.tf", role), ("deploy/web.yaml", &web("blog"))]);
    assert!(paths(&root).iter().all(|finding| finding["check"] != "paths/aws/internet-to-data-of-bucket"));
}

#[test]
fn a_name_in_dns_leads_to_the_ingress_of_its_host() {
    let record = "resource \"aws_route53_record\" \"shop\" {\n  zone_id = \"Z1\"\n  name    = \"shop.example.com\"\n  type    = \"CNAME\"\n}\n";
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop, namespace: shop}\nspec:\n  rules:\n    \
                   - host: shop.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            \
                   backend: {service: {name: web, port: {number: 80}}}\n---\napiVersion: v1\nkind: Service\n\
                   metadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}\n";
    let root = repository("dns", &[("infra/main.tf", record), ("deploy/shop.yaml", ingress)]);
    let text = gatelint(&root, &["paths", ".", "--from", "aws_route53_record"]);
    assert!(text.contains("`aws_route53_record.shop` → `Service"), "{text}");
    assert!(text.contains("host shop.example.com"), "{text}");
}

#[test]
fn names_of_private_zones_are_not_on_the_internet() {
    let zones = r#"resource "google_dns_managed_zone" "inside" {
  name       = "inside"
  dns_name   = "inside.example.com."
  visibility = "private"
}

resource "google_dns_record_set" "by_name" {
  name         = "a.inside.example.com."
  managed_zone = "inside"
  type         = "A"
}

resource "google_dns_record_set" "by_reference" {
  name         = "b.inside.example.com."
  managed_zone = google_dns_managed_zone.inside.name
  type         = "A"
}

resource "google_dns_record_set" "elsewhere" {
  name         = "shop.example.com."
  managed_zone = "shop"
  type         = "A"
}

resource "aws_route53_zone" "inside" {
  name = "inside.example.com"
  vpc {
    vpc_id = "vpc-1"
  }
}

resource "aws_route53_zone" "outside" {
  name = "example.com"
}

resource "aws_route53_record" "inside" {
  zone_id = aws_route53_zone.inside.zone_id
  name    = "c.inside.example.com"
  type    = "A"
}

resource "aws_route53_record" "outside" {
  zone_id = aws_route53_zone.outside.zone_id
  name    = "shop.example.com"
  type    = "A"
}
"#;
    let text = gatelint(&repository("dns-private", &[("main.tf", zones)]), &["paths", "."]);
    let reached = |name: &str| text.contains(&format!("the internet → `{name}`"));
    assert!(reached("google_dns_record_set.elsewhere") && reached("aws_route53_record.outside"), "{text}");
    for name in ["google_dns_record_set.by_name", "google_dns_record_set.by_reference", "aws_route53_record.inside"] {
        assert!(!reached(name), "{text}");
    }
}

#[test]
fn a_dockerfile_leads_to_the_workload_that_runs_its_image() {
    let dockerfile = "FROM docker.io/library/debian:12\nRUN curl -fsSL https://example.com/install.sh | sh\n";
    let compose = "services:\n  web:\n    image: registry.example.com/shop/web:1.0\n    build: images/frontend\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n    - name: web\n      \
               image: registry.example.com/shop/web:1.1\n      securityContext: {privileged: true}\n";
    let files = [("images/frontend/Dockerfile", dockerfile), ("compose.yaml", compose), ("deploy/web.yaml", pod)];
    let root = repository("image", &files);
    let found = paths(&root);
    assert!(
        found.iter().any(|finding| finding["check"] == "paths/supply-chain/download-to-cluster"),
        "{:?}",
        messages(&found)
    );
}
