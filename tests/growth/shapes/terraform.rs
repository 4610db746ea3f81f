//! Shapes of Terraform configurations.

use super::one;
use std::fmt::Write as _;

/// Buckets with three siblings each that refer to them.
pub fn joins(size: usize) -> Vec<(String, String)> {
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

/// Functions that anybody calls, each with a role that assumes the one role of them all, which reads a bucket of each.
pub fn paths(size: usize) -> Vec<(String, String)> {
    let hub = r#"resource "aws_iam_role" "hub" {
  assume_role_policy = "{}"
}
"#;
    let mut files = one("main.tf", size, |i| {
        format!(
            r#"resource "aws_s3_bucket" "b{i}" {{
  bucket = "depot-{i}"
}}
resource "aws_iam_role" "r{i}" {{
  assume_role_policy = "{{}}"
}}
resource "aws_iam_role_policy" "r{i}" {{
  role   = aws_iam_role.r{i}.id
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Resource = aws_iam_role.hub.arn }}] }})
}}
resource "aws_iam_role_policy" "h{i}" {{
  role   = aws_iam_role.hub.id
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "s3:GetObject", Resource = aws_s3_bucket.b{i}.arn }}] }})
}}
resource "aws_lambda_function" "f{i}" {{
  function_name = "f{i}"
  role          = aws_iam_role.r{i}.arn
}}
resource "aws_lambda_function_url" "f{i}" {{
  function_name      = aws_lambda_function.f{i}.function_name
  authorization_type = "NONE"
}}
"#
        )
    });
    files.push(("hub.tf".to_owned(), hub.to_owned()));
    files
}

/// One block with many instances.
pub fn for_each(size: usize) -> Vec<(String, String)> {
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

/// Instances that are counted, which read an element each of one list, and an instance of each other.
pub fn counted(size: usize) -> Vec<(String, String)> {
    let names: Vec<String> = (0..size).map(|i| format!("\"depot-{i}\"")).collect();
    let text = format!(
        r#"locals {{
  names = [{}]
}}
resource "aws_s3_bucket" "b" {{
  count  = length(local.names)
  bucket = local.names[count.index]
  acl    = "public-read"
}}
resource "aws_s3_bucket_versioning" "b" {{
  count  = length(local.names)
  bucket = aws_s3_bucket.b[count.index].id
  versioning_configuration {{
    status = "Enabled"
  }}
}}
"#,
        names.join(", ")
    );
    vec![("main.tf".to_owned(), text)]
}

/// Instances that look themselves up in the map and the list that they were made from.
pub fn indexed(size: usize) -> Vec<(String, String)> {
    let zones: Vec<String> = (0..size).map(|i| format!("depot-{i} = \"zone-{i}\"")).collect();
    let text = format!(
        r#"locals {{
  zones = {{
    {}
  }}
  names = keys(local.zones)
}}
resource "aws_s3_bucket" "b" {{
  for_each = local.zones
  bucket   = each.key
  acl      = "public-read"
  tags = {{
    zone   = local.zones[each.key]
    number = index(local.names, each.key)
  }}
}}
"#,
        zones.join("\n    ")
    );
    vec![("main.tf".to_owned(), text)]
}

/// One network access list of many rules between private networks, inside it and beside it; every other one denies.
pub fn access_list(size: usize) -> Vec<(String, String)> {
    let action = |i: usize| if i.is_multiple_of(2) { "allow" } else { "deny" };
    let rule = |i: usize| {
        format!(
            r#"resource "aws_network_acl_rule" "r{i}" {{
  network_acl_id = aws_network_acl.a.id
  rule_number    = {}
  rule_action    = "{}"
  protocol       = "tcp"
  cidr_block     = "10.0.{}.0/24"
  from_port      = 20
  to_port        = 9000
}}
"#,
            100 + i,
            action(i),
            i % 250
        )
    };
    let inside = |i: usize| {
        format!(
            r#"  egress {{
    rule_no    = {}
    action     = "{}"
    protocol   = "-1"
    cidr_block = "10.1.{}.0/24"
    from_port  = 0
    to_port    = 0
  }}
"#,
            100 + i,
            action(i),
            i % 250
        )
    };
    let blocks: String = (0..size).map(inside).collect();
    let mut files = one("main.tf", size, rule);
    let list = format!("resource \"aws_network_acl\" \"a\" {{\n  vpc_id = \"vpc-1\"\n{blocks}}}\n");
    files[0].1.push_str(&list);
    files
}

/// One network security group of many rules that are open to the internet, inside it and beside it; every other one
/// denies.
pub fn security_group(size: usize) -> Vec<(String, String)> {
    let rule = |i: usize| {
        format!(
            r#"  name                       = "r{i}"
  priority                   = {}
  direction                  = "Inbound"
  access                     = "{}"
  protocol                   = "Tcp"
  source_port_range          = "*"
  destination_port_range     = "{}"
  source_address_prefix      = "*"
  destination_address_prefix = "10.0.{}.0/24"
"#,
            100 + i,
            if i.is_multiple_of(2) { "Allow" } else { "Deny" },
            if i.is_multiple_of(2) { 22 } else { 3389 },
            i % 250
        )
    };
    let beside = |i: usize| {
        format!(
            "resource \"azurerm_network_security_rule\" \"r{i}\" {{\n{}  network_security_group_name = \"beside\"\n}}\n",
            rule(i)
        )
    };
    let mut files = one("main.tf", size, beside);
    let group = &mut files[0].1;
    group.push_str("resource \"azurerm_network_security_group\" \"g\" {\n  name = \"g\"\n");
    for i in 0..size {
        let _ = write!(group, "  security_rule {{\n{}  }}\n", rule(i));
    }
    group.push_str("}\n");
    files
}

/// One network with many VPC firewall rules that are open to the internet; every other one denies.
pub fn firewalls(size: usize) -> Vec<(String, String)> {
    let network = "resource \"google_compute_network\" \"n\" {\n  name = \"n\"\n}\n";
    let rule = |i: usize| {
        let (action, port) = if i.is_multiple_of(2) { ("allow", 22) } else { ("deny", 3389) };
        format!(
            r#"resource "google_compute_firewall" "f{i}" {{
  name          = "f{i}"
  network       = google_compute_network.n.id
  priority      = {i}
  source_ranges = ["0.0.0.0/0"]
  target_tags   = ["t{}"]
  {action} {{
    protocol = "tcp"
    ports    = ["{port}"]
  }}
}}
"#,
            i % 10
        )
    };
    let mut files = one("main.tf", size, rule);
    files[0].1.push_str(network);
    files
}

/// Many calls of one module.
pub fn modules(size: usize) -> Vec<(String, String)> {
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
pub fn unseen_modules(size: usize) -> Vec<(String, String)> {
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
pub fn lookups(size: usize) -> Vec<(String, String)> {
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
pub fn malformed(size: usize) -> Vec<(String, String)> {
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
pub fn locals(size: usize) -> Vec<(String, String)> {
    let mut files = one("locals.tf", size, |i| match i {
        0 => "locals {\n  l0 = \"public-read\"\n}\n".to_owned(),
        _ => format!("locals {{\n  l{i} = local.l{}\n}}\n", i - 1),
    });
    let text = format!("resource \"aws_s3_bucket_acl\" \"b\" {{\n  bucket = \"b\"\n  acl = local.l{}\n}}\n", size - 1);
    files.push(("main.tf".to_owned(), text));
    files
}

/// Roles with policies of their own, attached by reference.
pub fn policy_documents(size: usize) -> Vec<(String, String)> {
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
pub fn policy_statements(size: usize) -> Vec<(String, String)> {
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

/// A plan of roles, of each of which the provider decides whether it has a policy of its own.
pub fn planned_roles(size: usize) -> Vec<(String, String)> {
    let role = |i: usize| {
        format!(
            r#"{{"address": "aws_iam_role.r{i}", "mode": "managed", "type": "aws_iam_role", "name": "r{i}", "change": {{
  "actions": ["create"], "before": null, "after": {{"name": "r{i}", "path": "/"}},
  "after_unknown": {{"id": true, "arn": true, "inline_policy": true, "managed_policy_arns": true}}}}}}"#
        )
    };
    let roles = (0..size).map(role).collect::<Vec<_>>().join(",\n");
    let plan = format!(r#"{{"format_version": "1.2", "complete": true, "resource_changes": [{roles}]}}"#);
    vec![("plan.json".to_owned(), plan)]
}
