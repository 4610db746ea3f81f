//! The shapes of input whose growth is measured: each gives the files of a repository of some size.

mod helm;
mod kubernetes;
mod terraform;

/// A repository that can be made in any size.
pub struct Shape {
    /// Its name, also of its directory.
    pub name: &'static str,
    /// The smallest size that is measured.
    pub size: usize,
    /// Further arguments of `scan`.
    pub args: &'static [&'static str],
    /// Commands of gatelint that are run before and not measured.
    pub before: &'static [&'static [&'static str]],
    /// What the report must contain, so that the work was really done.
    pub shows: &'static str,
    /// Its files, paths and texts.
    pub files: fn(usize) -> Vec<(String, String)>,
}

const PLAIN: Shape =
    Shape { name: "", size: 8, args: &["--no-config"], before: &[], shows: "\"summary\"", files: |_| Vec::new() };

/// All shapes.
pub const SHAPES: &[Shape] = &[
    Shape { name: "terraform-joins", files: terraform::joins, shows: "aws/s3/", ..PLAIN },
    // What a role may is asked of all its policies at each of them: AWS takes 10,240 characters of these for a role.
    Shape {
        name: "terraform-paths",
        size: 2,
        files: terraform::paths,
        shows: "paths/aws/internet-to-other-role",
        ..PLAIN
    },
    Shape { name: "terraform-for-each", files: terraform::for_each, shows: "aws/ec2/", ..PLAIN },
    Shape { name: "terraform-modules", files: terraform::modules, shows: "module.m0", ..PLAIN },
    Shape { name: "terraform-locals", files: terraform::locals, shows: "aws/s3/public-acl", ..PLAIN },
    Shape {
        name: "terraform-unseen",
        files: terraform::unseen_modules,
        shows: r#""missing": "the source of `module.h0` is not on disk""#,
        ..PLAIN
    },
    Shape { name: "terraform-lookups", files: terraform::lookups, shows: "aws/iam/github-actions-trust-open", ..PLAIN },
    Shape { name: "terraform-count", files: terraform::counted, shows: "aws/s3/public-acl", ..PLAIN },
    Shape { name: "terraform-access-list", files: terraform::access_list, shows: "\"resources\"", ..PLAIN },
    Shape {
        name: "terraform-security-group",
        size: 150,
        files: terraform::security_group,
        shows: "azure/network/ssh-open-to-internet",
        ..PLAIN
    },
    Shape {
        name: "terraform-firewalls",
        size: 150,
        files: terraform::firewalls,
        shows: "google/network/ssh-open-to-internet",
        ..PLAIN
    },
    Shape { name: "terraform-plan", size: 100, files: terraform::planned_roles, shows: "aws_iam_role.r0", ..PLAIN },
    Shape { name: "terraform-index", files: terraform::indexed, shows: "aws/s3/public-acl", ..PLAIN },
    Shape {
        name: "terraform-malformed",
        size: 4000,
        files: terraform::malformed,
        shows: r#""status": "failed""#,
        ..PLAIN
    },
    Shape { name: "policy-documents", files: terraform::policy_documents, shows: "aws/iam/", ..PLAIN },
    Shape { name: "policy-statements", files: terraform::policy_statements, shows: "aws/iam/", ..PLAIN },
    Shape { name: "kubernetes-selectors", files: kubernetes::selectors, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kubernetes-expressions", files: kubernetes::expressions, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kubernetes-namespaces", files: kubernetes::namespaces, shows: "kubernetes/", ..PLAIN },
    Shape {
        name: "kubernetes-accounts",
        files: kubernetes::accounts,
        shows: "kubernetes/pod/account-with-cluster-rights",
        ..PLAIN
    },
    Shape { name: "kubernetes-roles", files: kubernetes::roles, shows: "kubernetes/rbac/", ..PLAIN },
    Shape { name: "helm-template", files: helm::template, shows: "kubernetes/", ..PLAIN },
    Shape { name: "helm-values", files: helm::chart_values, shows: "kubernetes/", ..PLAIN },
    Shape { name: "helm-unknown-lines", files: helm::unknown_lines, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kubernetes-constraints", files: kubernetes::constraints, shows: "kubernetes/admission/", ..PLAIN },
    Shape { name: "kustomize-overlays", size: 6, files: kubernetes::overlays, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kustomize-patches", files: kubernetes::patches, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kustomize-images", size: 24, files: kubernetes::images, shows: "kubernetes/", ..PLAIN },
    // A page that asks what stands above an instruction looks at each of them: real stages are no longer than these.
    Shape { name: "dockerfile-instructions", size: 8, files: instructions, shows: "dockerfile/", ..PLAIN },
    Shape { name: "dockerfile-stages", files: stages, shows: "dockerfile/", ..PLAIN },
    Shape { name: "suppressions", files: suppressions, shows: "\"suppressed\": {", ..PLAIN },
    Shape { name: "suppression-entries", args: &[], files: entries, shows: "\"suppressed\": {", ..PLAIN },
    Shape {
        name: "report-human",
        size: 150,
        files: suppressible,
        args: &["--no-config", "--format", "human", "--output", "report.txt"],
        shows: "aws/s3/public-acl",
        ..PLAIN
    },
    Shape {
        name: "baseline",
        files: suppressible,
        args: &["--no-config", "--baseline", "known.jsonl"],
        before: &[&["baseline", "--no-config", "--output", "known.jsonl"]],
        shows: "\"summary\"",
        ..PLAIN
    },
];

/// One file of `size` parts.
fn one(path: &str, size: usize, part: impl Fn(usize) -> String) -> Vec<(String, String)> {
    vec![(path.to_owned(), (0..size).map(part).collect())]
}

/// One stage of many instructions of several kinds.
fn instructions(size: usize) -> Vec<(String, String)> {
    let mut files = one("Dockerfile", size, |i| {
        format!(
            "ENV V{i}=value-$V{} PATH=/opt/{i}/bin:$PATH\nRUN apt-get update && apt-get install -y package-{i} | tee /log-{i}\nCOPY src-{i} /app/src-{i}\nWORKDIR /app/{i}\n",
            i.saturating_sub(1)
        )
    });
    files[0].1.insert_str(0, "FROM debian:12\n");
    files
}

/// Many stages, each of which takes something from the one before.
fn stages(size: usize) -> Vec<(String, String)> {
    one("Dockerfile", size, |i| match i {
        0 => "FROM debian:12 AS s0\nRUN touch /f\n".to_owned(),
        _ => {
            format!("FROM s{} AS s{i}\nCOPY --from=s{} /f /f{i}\nRUN curl http://example.com/{i} | sh\n", i - 1, i - 1)
        }
    })
}

/// Buckets that entries of a configuration suppress: by address, by a glob of addresses, and by directory.
fn entries(size: usize) -> Vec<(String, String)> {
    let bucket = |i: usize| format!("resource \"aws_s3_bucket\" \"b{i}\" {{\n  acl = \"public-read\"\n}}\n");
    let mut files = one("main.tf", size, bucket);
    files.extend((0..size).map(|i| (format!("part-{i}/main.tf"), bucket(i))));
    let entry = |about: String| format!("    - {{checks: [aws/s3/public-acl], {about}, reason: a public site}}\n");
    let entries = (0..size).map(|i| {
        let abouts = [
            format!("paths: [main.tf], addresses: [aws_s3_bucket.b{i}]"),
            format!("addresses: ['aws_s3_bucket.b{i}*']"),
            format!("paths: [part-{i}]"),
        ];
        abouts.map(entry).concat()
    });
    let configuration = format!("suppressions:\n  entries:\n{}", entries.collect::<String>());
    files.push((".gatelint.yaml".to_owned(), configuration));
    files
}

/// Findings without a word.
fn suppressible(size: usize) -> Vec<(String, String)> {
    one("main.tf", size, |i| {
        format!(
            "resource \"aws_s3_bucket_acl\" \"b{i}\" {{\n  bucket = \"depot-{i}\"\n  acl    = \"public-read\"\n}}\n"
        )
    })
}

/// Findings, each with a comment that suppresses it.
fn suppressions(size: usize) -> Vec<(String, String)> {
    one("main.tf", size, |i| {
        format!(
            "resource \"aws_s3_bucket_acl\" \"b{i}\" {{\n  bucket = \"depot-{i}\"\n  # gatelint:ignore aws/s3/public-acl -- the site's own bucket\n  acl = \"public-read\"\n}}\n"
        )
    })
}
