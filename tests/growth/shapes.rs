//! The shapes of input whose growth is measured: each gives the files of a repository of some size.

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
    Shape { name: "", size: 12, args: &["--no-config"], before: &[], shows: "\"summary\"", files: |_| Vec::new() };

/// All shapes.
pub const SHAPES: &[Shape] = &[
    Shape { name: "terraform-joins", files: joins, shows: "aws/s3/", ..PLAIN },
    Shape { name: "terraform-for-each", files: for_each, shows: "aws/ec2/", ..PLAIN },
    Shape { name: "terraform-modules", files: modules, shows: "module.m0", ..PLAIN },
    Shape { name: "terraform-locals", files: locals, shows: "aws/s3/public-acl", ..PLAIN },
    Shape {
        name: "terraform-unseen",
        files: unseen_modules,
        shows: r#""missing": "the source of `module.h0` is not on disk""#,
        ..PLAIN
    },
    Shape { name: "terraform-lookups", files: lookups, shows: "aws/iam/github-actions-trust-open", ..PLAIN },
    Shape { name: "terraform-malformed", size: 4000, files: malformed, shows: r#""status": "failed""#, ..PLAIN },
    Shape { name: "policy-documents", files: policy_documents, shows: "aws/iam/", ..PLAIN },
    Shape { name: "policy-statements", files: policy_statements, shows: "aws/iam/", ..PLAIN },
    Shape { name: "kubernetes-selectors", files: selectors, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kubernetes-expressions", files: expressions, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kubernetes-roles", files: roles, shows: "kubernetes/rbac/", ..PLAIN },
    Shape { name: "kustomize-overlays", size: 6, files: overlays, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kustomize-patches", files: patches, shows: "kubernetes/", ..PLAIN },
    Shape { name: "kustomize-images", size: 24, files: images, shows: "kubernetes/", ..PLAIN },
    Shape { name: "dockerfile-instructions", size: 12, files: instructions, shows: "dockerfile/", ..PLAIN },
    Shape { name: "dockerfile-stages", files: stages, shows: "dockerfile/", ..PLAIN },
    Shape { name: "suppressions", files: suppressions, shows: "\"suppressed\": {", ..PLAIN },
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

/// Buckets with three siblings each that refer to them.
fn joins(size: usize) -> Vec<(String, String)> {
    one("main.tf", size, |i| {
        format!(
            r#"resource "aws_s3_bucket" "b{i}" {{
  bucket = "depot-{i}"
}}
resource "aws_s3_bucket_versioning" "b{i}" {{
  bucket = aws_s3_bucket.b{i}.id
  versioning_configuration {{
    status = "Enabled"
  }}
}}
resource "aws_s3_bucket_public_access_block" "b{i}" {{
  bucket              = aws_s3_bucket.b{i}.bucket
  block_public_acls   = true
  block_public_policy = true
}}
resource "aws_s3_bucket_logging" "b{i}" {{
  bucket        = "depot-{i}"
  target_bucket = "depot-0"
  target_prefix = "b{i}/"
}}
"#
        )
    })
}

/// One block with many instances.
fn for_each(size: usize) -> Vec<(String, String)> {
    let ports: Vec<String> =
        (0..size).map(|i| format!("p{i} = {{ port = {}, open = {} }}", 1000 + i, i % 2 == 0)).collect();
    let text = format!(
        r#"locals {{
  rules = {{
    {}
  }}
}}
resource "aws_security_group_rule" "r" {{
  for_each          = local.rules
  type              = "ingress"
  protocol          = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_blocks       = each.value.open ? ["0.0.0.0/0"] : ["10.0.0.0/8"]
  security_group_id = "sg-1"
}}
"#,
        ports.join("\n    ")
    );
    vec![("main.tf".to_owned(), text)]
}

/// Many calls of one module.
fn modules(size: usize) -> Vec<(String, String)> {
    let module = r#"variable "acl" {}
variable "name" {}
resource "aws_s3_bucket" "this" {
  bucket = var.name
}
resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.this.id
  acl    = var.acl
}
output "id" { value = aws_s3_bucket.this.id }
"#;
    let mut files = one("main.tf", size, |i| {
        format!(
            r#"module "m{i}" {{
  source = "./bucket"
  name   = "depot-{i}"
  acl    = "public-read"
}}
"#
        )
    });
    files.push(("bucket/main.tf".to_owned(), module.to_owned()));
    files
}

/// Buckets that are each given to a module which is not on disk.
fn unseen_modules(size: usize) -> Vec<(String, String)> {
    one("main.tf", size, |i| {
        format!(
            r#"resource "aws_s3_bucket" "b{i}" {{
  bucket = "depot-{i}"
}}
module "h{i}" {{
  source      = "acme/hardening/aws"
  bucket      = aws_s3_bucket.b{i}.id
  environment = "production"
}}
"#
        )
    })
}

/// Volumes and policy documents that each refer to a key and a provider of their own.
fn lookups(size: usize) -> Vec<(String, String)> {
    one("main.tf", size, |i| {
        format!(
            r#"data "aws_kms_key" "k{i}" {{
  key_id = "alias/aws/ebs"
}}
resource "aws_ebs_volume" "v{i}" {{
  encrypted  = true
  kms_key_id = data.aws_kms_key.k{i}.arn
}}
resource "aws_iam_openid_connect_provider" "p{i}" {{
  url = "https://token.actions.githubusercontent.com"
}}
data "aws_iam_policy_document" "d{i}" {{
  statement {{
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {{
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.p{i}.arn]
    }}
  }}
}}
"#
        )
    })
}

/// Files that repeat one mistake: what is never closed, what never begins, what is no item.
fn malformed(size: usize) -> Vec<(String, String)> {
    let lines = [
        "a = <<A\n",
        "/*\n",
        "a b c\n",
        "a = \"b\n",
        "}\n",
        "a {\n",
        "a = \"${\n",
        "a = \"%{if b}\n",
        "a = [\n",
        "a = 1 +\n",
    ];
    let mut files = one("numbered/main.tf", size, |i| format!("a {{\n  b = <<A{i}\n"));
    files.push(("chain/main.tf".to_owned(), format!("a = {}1\n", "1+".repeat(size))));
    files.extend(lines.iter().enumerate().map(|(i, line)| (format!("m{i}/main.tf"), line.repeat(size))));
    files
}

/// A chain of local values, each made of the one before.
fn locals(size: usize) -> Vec<(String, String)> {
    let mut files = one("locals.tf", size, |i| match i {
        0 => "locals {\n  l0 = \"public-read\"\n}\n".to_owned(),
        _ => format!("locals {{\n  l{i} = local.l{}\n}}\n", i - 1),
    });
    let text = format!("resource \"aws_s3_bucket_acl\" \"b\" {{\n  bucket = \"b\"\n  acl = local.l{}\n}}\n", size - 1);
    files.push(("main.tf".to_owned(), text));
    files
}

/// Roles with policies of their own, attached by reference.
fn policy_documents(size: usize) -> Vec<(String, String)> {
    one("main.tf", size, |i| {
        format!(
            r#"data "aws_iam_policy_document" "d{i}" {{
  statement {{
    actions   = ["s3:*"]
    resources = ["*"]
  }}
}}
resource "aws_iam_policy" "p{i}" {{
  name   = "depot-{i}"
  policy = data.aws_iam_policy_document.d{i}.json
}}
resource "aws_iam_role" "r{i}" {{
  name               = "depot-{i}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "ec2.amazonaws.com" }} }}]
  }})
}}
resource "aws_iam_role_policy_attachment" "a{i}" {{
  role       = aws_iam_role.r{i}.name
  policy_arn = aws_iam_policy.p{i}.arn
}}
"#
        )
    })
}

/// One policy of many statements, in a heredoc.
fn policy_statements(size: usize) -> Vec<(String, String)> {
    let statement = |i: usize| {
        format!(
            r#"    {{ "Sid": "S{i}", "Effect": "Allow", "Action": ["s3:*"], "Resource": "arn:aws:s3:::depot-{i}/*" }}"#
        )
    };
    let statements: Vec<String> = (0..size).map(statement).collect();
    let open = r#"    { "Sid": "Open", "Effect": "Allow", "Action": "*", "Resource": "*" }"#;
    let text = format!(
        "resource \"aws_iam_policy\" \"p\" {{\n  name   = \"p\"\n  policy = <<EOF\n{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{},\n{open}\n  ]\n}}\nEOF\n}}\n",
        statements.join(",\n")
    );
    vec![("main.tf".to_owned(), text)]
}

/// Workloads in one namespace, each with a Service, a network policy and a budget that select it.
fn selectors(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: unit-{i}}}}}
  template:
    metadata: {{labels: {{app: unit-{i}}}}}
    spec:
      containers:
      - name: main
        image: registry.example.com/unit:{i}.0.1
---
apiVersion: v1
kind: Service
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  selector: {{app: unit-{i}}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  podSelector: {{matchLabels: {{app: unit-{i}}}}}
  policyTypes: [Ingress, Egress]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  minAvailable: 1
  selector: {{matchLabels: {{app: unit-{i}}}}}
---
"
        )
    })
}

/// Workloads in one namespace, each with a network policy and a budget that select it by an expression.
fn expressions(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: unit-{i}}}}}
  template:
    metadata: {{labels: {{app: unit-{i}}}}}
    spec:
      containers:
      - name: main
        image: registry.example.com/unit:{i}.0.1
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  podSelector: {{matchExpressions: [{{key: app, operator: In, values: [unit-{i}, task-{i}]}}]}}
  policyTypes: [Ingress, Egress]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  minAvailable: 1
  selector: {{matchExpressions: [{{key: app, operator: In, values: [unit-{i}, task-{i}]}}]}}
---
"
        )
    })
}

/// Roles that are bound to service accounts.
fn roles(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        format!(
            "apiVersion: v1
kind: ServiceAccount
metadata: {{name: robot-{i}, namespace: depot}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: robot-{i}}}
rules: [{{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: robot-{i}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: robot-{i}}}
subjects: [{{kind: ServiceAccount, name: robot-{i}, namespace: depot}}]
---
"
        )
    })
}

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: 'registry.example.com/web:1.0.0'}
";

/// Many overlays of one base.
fn overlays(size: usize) -> Vec<(String, String)> {
    let mut files = vec![
        ("base/kustomization.yaml".to_owned(), "resources: [web.yaml]\n".to_owned()),
        ("base/web.yaml".to_owned(), WEB.to_owned()),
    ];
    for i in 0..size {
        let text = format!("namespace: n{i}\nnamePrefix: p{i}-\nresources: [../base]\npatches:\n- path: patch.yaml\n");
        files.push((format!("o{i}/kustomization.yaml"), text));
        let patch =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {hostPID: true}}}\n";
        files.push((format!("o{i}/patch.yaml"), patch.to_owned()));
    }
    files
}

/// One overlay of many objects, each with a patch of its own.
fn patches(size: usize) -> Vec<(String, String)> {
    let object = |i: usize| WEB.replace("name: web}", &format!("name: web-{i}}}")) + "---\n";
    let patch = |i: usize| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-{i}}}\nspec: {{template: {{spec: {{hostPID: true}}}}}}\n---\n"
        )
    };
    let mut files = one("web.yaml", size, object);
    files.extend(one("patch.yaml", size, patch));
    let text = "resources: [web.yaml]\npatchesStrategicMerge: [patch.yaml]\n";
    files.push(("kustomization.yaml".to_owned(), text.to_owned()));
    files
}

/// One overlay of many objects, each with another tag for its image.
fn images(size: usize) -> Vec<(String, String)> {
    let object = |i: usize| {
        format!(
            "apiVersion: v1
kind: Pod
metadata: {{name: unit-{i}}}
spec: {{containers: [{{name: main, image: 'registry.example.com/unit-{i}:1.0'}}]}}
---
"
        )
    };
    let image = |i: usize| format!("- {{name: registry.example.com/unit-{i}, newTag: '2.{i}'}}\n");
    let mut files = one("pods.yaml", size, object);
    files.extend(one("kustomization.yaml", size, image));
    files[1].1.insert_str(0, "resources: [pods.yaml]\nimages:\n");
    files
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
