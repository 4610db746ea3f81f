//! Words of the domain on what is not known, on what is joined, and on the ways that Terraform writes things. The
//! expectations are a person's reading of `docs/policy-language.md` and of the providers' documentation.

use super::{judged, page};

/// What a condition on a resource of a type gives in a file: `true`, `false`, or why it is not known.
#[track_caller]
pub fn gives(type_name: &str, condition: &str, file: &str, expected: &str) {
    let policy = format!("resource_policy \"{type_name}\" \"x\" {{\n  enforce {{ condition = {condition} }}\n}}");
    let name = if file.contains("apiVersion:") { "manifest.yaml" } else { "main.tf" };
    let report = judged(page(&policy), &[(name, file)], &[]);
    let problems: Vec<&str> = report.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    let because = report.inconclusive.first().map(|verdict| {
        let causes: Vec<String> = verdict.because.iter().map(|cause| cause.why.to_string()).collect();
        causes.join("; ")
    });
    let found = because.unwrap_or_else(|| report.findings.is_empty().to_string());
    assert_eq!(found, expected, "{condition}");
}

/// A queue policy with one statement, whose fields are given.
fn queue_policy(fields: &str) -> String {
    format!(
        "variable \"who\" {{}}\nresource \"aws_sqs_queue_policy\" \"q\" {{\n  policy = jsonencode({{ Statement = [{{ {fields} }}] }})\n}}\n"
    )
}

const STATEMENT: &str = "iam_policy(attrs.policy).statements[0]";

#[test]
fn a_statement_of_which_a_deciding_part_is_not_known_leaves_it_open() {
    let public = format!("iam_is_public({STATEMENT})");
    let says = |fields: &str, expected: &str| gives("aws_sqs_queue_policy", &public, &queue_policy(fields), expected);
    let open = "`var.who` has no value";
    says("Effect = \"Allow\", Action = \"*\", Principal = \"*\"", "true");
    says("Effect = \"Allow\", Action = \"*\", Principal = { AWS = var.who }", open);
    says("Effect = \"Allow\", Action = \"*\", Principal = { AWS = [\"${var.who}${var.who}\"] }", open);
    says("Effect = \"Allow\", Action = \"*\", Principal = var.who", open);
    says("Effect = var.who, Action = \"*\", Principal = \"*\"", open);
    says("Effect = \"Allow\", Action = \"*\", Principal = \"*\", Condition = var.who", open);
    says(
        "Effect = \"Allow\", Action = \"*\", Principal = \"*\", Condition = { StringEquals = { \"aws:SourceArn\" = var.who } }",
        open,
    );
    // What is known decides.
    says("Effect = \"Deny\", Action = \"*\", Principal = var.who", "false");
    says("Effect = var.who, Action = \"*\", Principal = { Service = \"sns.amazonaws.com\" }", "false");
    says("Effect = \"Allow\", Action = \"*\", Principal = { AWS = \"arn:aws:iam::${var.who}:root\" }", "false");
    says("Effect = \"Allow\", Action = \"*\", Principal = { AWS = \"arn:aws:iam::*:role/${var.who}\" }", "true");
    says(
        "Effect = \"Allow\", Action = \"*\", Principal = \"*\", Condition = { StringEquals = { \"aws:SourceAccount\" = \"1\" }, X = var.who }",
        "false",
    );
}

#[test]
fn principals_of_a_document_that_are_not_known_leave_it_open() {
    let file = "variable \"who\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"*\"]\n    principals {\n      type = \"AWS\"\n      identifiers = var.who\n    }\n  }\n}\nresource \"aws_sqs_queue_policy\" \"q\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n";
    gives("aws_sqs_queue_policy", &format!("iam_is_public({STATEMENT})"), file, "`var.who` has no value");
}

#[test]
fn actions_that_are_not_known_leave_open_what_they_allow() {
    let says = |actions: &str, fields: &str, expected: &str| {
        let condition = format!("iam_allows({STATEMENT}, {actions})");
        gives("aws_sqs_queue_policy", &condition, &queue_policy(fields), expected);
    };
    let open = "`var.who` has no value";
    says("\"sqs:SendMessage\"", "Effect = \"Allow\", Action = [\"s3:*\", var.who]", open);
    says("\"s3:GetObject\"", "Effect = \"Allow\", Action = [\"s3:*\", var.who]", "true");
    says("\"sqs:SendMessage\"", "Effect = var.who, Action = \"sqs:*\"", open);
    says("\"sqs:SendMessage\"", "Effect = var.who, Action = \"s3:*\"", "false");
    says("\"sqs:SendMessage\"", "Effect = \"Allow\", NotAction = [var.who]", open);
    // Of two actions one is left.
    says("[\"s3:GetObject\", \"sqs:SendMessage\"]", "Effect = \"Allow\", NotAction = [\"s3:*\"]", "true");
}

#[test]
fn a_text_was_made_from_all_that_is_in_it() {
    let file = "resource \"aws_a\" \"a\" {\n  v = \"x\"\n}\nresource \"aws_a\" \"b\" {\n  v = \"y\"\n}\nlocals {\n  both = \"${aws_a.a.v}-${aws_a.b.v}\"\n}\nresource \"aws_c\" \"c\" {\n  name = \"${local.both}-${local.both}\"\n  sum  = format(\"%s%s\", aws_a.b.v, aws_a.a.v)\n}\n";
    gives("aws_c", "references(attrs.name) == [\"aws_a.a.v\", \"aws_a.b.v\"]", file, "true");
    gives("aws_c", "references(attrs.sum) == [\"aws_a.a.v\", \"aws_a.b.v\"]", file, "true");
    gives("aws_a", "length(referrers(\"aws_c\")) == 1", file, "true");
}

#[test]
fn another_resource_tells_what_it_is() {
    let file = "resource \"aws_a\" \"a\" {}\nresource \"aws_c\" \"c\" {}\n";
    gives("aws_c", "getresources(\"aws_a\", {})[0].meta.address == \"aws_a.a\"", file, "true");
    gives("aws_c", "getresources(\"aws_a\", {})[0].meta.type == \"aws_a\"", file, "true");
    gives("aws_c", "getresources(\"aws_a\", {})[0].meta.provider == \"aws\"", file, "true");
}

#[test]
fn a_bucket_goes_by_its_name() {
    let bucket = |name: &str| {
        format!(
            "variable \"v\" {{}}\nresource \"aws_s3_bucket\" \"b\" {{\n  {name}\n}}\nresource \"aws_s3_bucket\" \"other\" {{}}\n"
        )
    };
    let trail = |to: &str| format!("resource \"aws_cloudtrail\" \"t\" {{\n  s3_bucket_name = {to}\n}}\n");
    let joined = |key: &str| {
        format!(
            "getresources(\"aws_s3_bucket\", {{ {key} = attrs.s3_bucket_name }})[*].meta.address == [\"aws_s3_bucket.b\"]"
        )
    };
    for name in ["bucket = \"trail\"", "bucket = var.v", "bucket = \"${var.v}-logs\"", "bucket_prefix = \"x\""] {
        for to in ["aws_s3_bucket.b.id", "aws_s3_bucket.b.bucket"] {
            for key in ["id", "bucket"] {
                gives("aws_cloudtrail", &joined(key), &(bucket(name) + &trail(to)), "true");
            }
        }
    }
    for key in ["id", "bucket"] {
        gives("aws_cloudtrail", &joined(key), &(bucket("bucket = \"trail\"") + &trail("\"trail\"")), "true");
    }
    let other = bucket("bucket = \"trail\"") + &trail("aws_s3_bucket.other.id");
    gives("aws_cloudtrail", &joined("id"), &other, "false");
    // From the bucket's side, through either name.
    let found = "length(getresources(\"aws_cloudtrail\", { s3_bucket_name = attrs.id })) == (meta.address == \"aws_s3_bucket.b\" ? 1 : 0)";
    for to in ["aws_s3_bucket.b.id", "aws_s3_bucket.b.bucket", "\"trail\""] {
        gives("aws_s3_bucket", found, &(bucket("bucket = \"trail\"") + &trail(to)), "true");
    }
}

#[test]
fn names_with_the_same_unknown_part_are_not_the_same_bucket() {
    let file = "variable \"a\" {}\nvariable \"b\" {}\nresource \"aws_s3_bucket\" \"a\" {\n  bucket = \"${var.a}-logs\"\n}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = \"${var.b}-logs\"\n}\nresource \"aws_cloudtrail\" \"t\" {\n  s3_bucket_name = aws_s3_bucket.b.id\n}\n";
    let joined =
        "getresources(\"aws_s3_bucket\", { id = attrs.s3_bucket_name })[*].meta.address == [\"aws_s3_bucket.b\"]";
    gives("aws_cloudtrail", joined, file, "true");
}

#[test]
fn what_is_known_of_a_name_stays_known() {
    let file = "variable \"x\" {}\nresource \"aws_iam_user\" \"u\" {\n  name = \"${var.x}-user\"\n}\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.name\n}\n";
    gives("aws_iam_access_key", "!endswith(attrs.user, \"root\")", file, "true");
    gives("aws_iam_user", "length(getresources(\"aws_iam_access_key\", { user = attrs.id })) == 1", file, "true");
}

#[test]
fn a_firewall_rule_is_one_however_little_of_it_is_written() {
    let open =
        "anytrue([for rule in network_rules(attrs, \"ingress\") : ports_include(rule, 22) && cidr_is_any(rule.cidrs)])";
    let rule = |fields: &str| {
        format!(
            "variable \"v\" {{}}\nresource \"aws_security_group_rule\" \"r\" {{\n  type = \"ingress\"\n  cidr_blocks = [\"0.0.0.0/0\"]\n  {fields}\n}}\n"
        )
    };
    let says = |fields: &str, expected: &str| gives("aws_security_group_rule", open, &rule(fields), expected);
    says("", "true");
    says("from_port = 443\n  to_port = 443", "false");
    says("protocol = var.v", "`var.v` has no value");
    says("from_port = var.v\n  to_port = 30\n  protocol = \"tcp\"", "`var.v` has no value");
    let group = "variable \"v\" {}\nresource \"aws_security_group\" \"g\" {\n  ingress = [var.v]\n}\n";
    gives("aws_security_group", open, group, "`var.v` has no value");
    let acl = "resource \"aws_network_acl_rule\" \"r\" {\n  egress = true\n  rule_number = 1\n  rule_action = \"allow\"\n  protocol = \"-1\"\n  cidr_block = \"0.0.0.0/0\"\n}\n";
    gives("aws_network_acl_rule", "network_rules(attrs, \"egress\")[0].cidrs == [\"0.0.0.0/0\"]", acl, "true");
    gives("aws_network_acl_rule", "length(network_rules(attrs, \"ingress\")) == 0", acl, "true");
}

#[test]
fn the_first_rule_of_an_acl_that_fits_decides() {
    let block = |number: &str, action: &str, cidr: &str| {
        format!(
            "  ingress {{\n    rule_no = {number}\n    action = \"{action}\"\n    protocol = \"tcp\"\n    from_port = 20\n    to_port = 25\n    cidr_block = \"{cidr}\"\n  }}\n"
        )
    };
    let admits = "anytrue([for rule in network_rules(attrs, \"ingress\") : rule_admits(rule, 22)])";
    let says = |denied: &str, expected: &str| {
        let rules = block("100", "allow", "0.0.0.0/0") + denied;
        let file = format!("variable \"v\" {{}}\nresource \"aws_network_acl\" \"a\" {{\n{rules}}}\n");
        gives("aws_network_acl", admits, &file, expected);
    };
    says("", "true");
    says(&block("99", "deny", "0.0.0.0/0"), "false");
    says(&block("101", "deny", "0.0.0.0/0"), "true");
    says(&block("99", "deny", "10.0.0.0/8"), "true");
    says(&block("99", "deny", "0.0.0.0/0").replace("tcp", "udp"), "true");
    says(&block("var.v", "deny", "0.0.0.0/0"), "`var.v` has no value");
}

#[test]
fn a_strategy_of_a_security_policy_is_no_list_in_terraform() {
    let file = "resource \"kubernetes_pod_security_policy\" \"p\" {\n  metadata {\n    name = \"p\"\n  }\n  spec {\n    run_as_user {\n      rule = \"MustRunAs\"\n      range {\n        min = 1\n        max = 2\n      }\n    }\n    volumes = [\"secret\"]\n  }\n}\n";
    gives("PodSecurityPolicy", "attrs.spec.runAsUser.rule == \"MustRunAs\"", file, "true");
    gives("PodSecurityPolicy", "attrs.spec.runAsUser.ranges[0].min == 1", file, "true");
    gives("PodSecurityPolicy", "attrs.spec.volumes == [\"secret\"]", file, "true");
}

#[test]
fn blocks_of_terraform_are_lists_where_the_api_has_lists() {
    let quota = "resource \"kubernetes_resource_quota\" \"q\" {\n  spec {\n    scope_selector {\n      match_expression {\n        scope_name = \"PriorityClass\"\n      }\n    }\n  }\n}\n";
    gives(
        "ResourceQuota",
        "attrs.spec.scopeSelector.matchExpressions[0].scopeName == \"PriorityClass\"",
        quota,
        "true",
    );
    let role = "resource \"kubernetes_cluster_role\" \"r\" {\n  aggregation_rule {\n    cluster_role_selectors {\n      match_labels = { a = \"b\" }\n    }\n  }\n}\n";
    gives("ClusterRole", "attrs.aggregationRule.clusterRoleSelectors[0].matchLabels.a == \"b\"", role, "true");
    let pod = "resource \"kubernetes_pod\" \"p\" {\n  spec {\n    container {\n      name = \"c\"\n      image = \"i\"\n    }\n    volume {\n      name = \"v\"\n      ephemeral {\n        volume_claim_template {\n          spec {\n            access_modes = [\"ReadWriteOnce\"]\n          }\n        }\n      }\n    }\n  }\n}\n";
    gives("pod", "attrs.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes == [\"ReadWriteOnce\"]", pod, "true");
    let slice = "resource \"kubernetes_endpoint_slice_v1\" \"s\" {\n  endpoint {\n    condition {\n      ready = true\n    }\n  }\n  port {\n    port = 80\n  }\n}\n";
    gives("EndpointSlice", "attrs.endpoints[0].conditions.ready && attrs.ports[0].port == 80", slice, "true");
}

#[test]
fn a_workload_is_one_without_its_template() {
    let file = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: a}\nspec: {replicas: 3}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b, namespace: a}\nspec: {minAvailable: 1}\n";
    gives("PodDisruptionBudget", "in_namespace(\"workload\")[*].spec.replicas == [3]", file, "true");
    gives("workload", "attrs.spec.replicas == 3", file, "true");
}

#[test]
fn a_binding_grants_what_its_role_says() {
    let file = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: a}\nrules: [{verbs: [get]}, {verbs: [list]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: a}\nroleRef: {kind: Role, name: r}\n";
    gives("RoleBinding", "role_rules(attrs.roleRef)[*].verbs == [[\"get\"], [\"list\"]]", file, "true");
    gives("RoleBinding", "role_rules({ kind = \"ClusterRole\", name = \"r\" }) == []", file, "true");
    gives("RoleBinding", "role_rules(null) == []", file, "true");
    let mistaken = file.replace("{kind: Role, name: r}", "{kind: [], name: r}");
    gives("RoleBinding", "length(role_rules(attrs.roleRef)) == 0", &mistaken, "This tuple names no resource");
}

#[test]
fn a_mistake_in_a_manifest_is_named() {
    let file = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: [1]\n";
    let why = "This tuple has no attributes: use [*].replicas for all of its elements, or an index for one";
    gives("Deployment", "attrs.spec.replicas == null", file, why);
    gives("Deployment", "try(attrs.spec.replicas, 1) == 1", file, "true");
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: \"*\", verbs: 1}]\n";
    gives(
        "ClusterRole",
        "!contains(attrs.rules[0].apiGroups, \"*\")",
        role,
        "contains(): A list, tuple or set is required",
    );
    gives(
        "ClusterRole",
        "attrs.rules[0].verbs && true",
        role,
        "Unsuitable operand: a bool is required; to convert from a string, use \"true\" or \"false\"",
    );
}

#[test]
fn a_family_is_named_once() {
    let balancer = "resource \"aws_alb\" \"b\" {\n  internal = true\n}\n";
    gives("family.aws_lb|aws_elb", "attrs.internal == true", balancer, "true");
    let associated = format!(
        "{balancer}resource \"aws_wafv2_web_acl_association\" \"w\" {{\n  resource_arn = aws_alb.b.arn\n  web_acl_arn  = \"x\"\n}}\n"
    );
    let balancers = "length(getresources(\"family.aws_lb\", { arn = attrs.resource_arn })) == 1";
    gives("aws_wafv2_web_acl_association", balancers, &associated, "true");
    gives("aws_wafv2_web_acl_association", "length(referents(\"family.aws_lb\", attrs)) == 1", &associated, "true");
    gives("aws_alb", "length(referrers(\"family.aws_lb\")) == 0", &associated, "true");
}

#[test]
fn sets_have_no_order_and_each_element_once() {
    let instance = "resource \"aws_instance\" \"i\" {\n  vpc_security_group_ids = [\"b\", \"a\", \"b\"]\n}\n";
    let gives = |condition: &str, expected: &str| gives("aws_instance", condition, instance, expected);
    gives("attrs.vpc_security_group_ids == [\"a\", \"b\"]", "true");
    gives("length(attrs.vpc_security_group_ids) == 2", "true");
    gives("concat(attrs.vpc_security_group_ids, [\"c\"])[0] == \"b\"", "true");
    let group = "resource \"aws_security_group\" \"g\" {\n  ingress {\n    from_port = 1\n  }\n  ingress {\n    from_port = 1\n  }\n}\n";
    let gives = |condition: &str, expected: &str| super::words::gives("aws_security_group", condition, group, expected);
    gives("length(attrs.ingress) == 1 && one(attrs.ingress).from_port == 1", "true");
    let subnets = "resource \"aws_lb\" \"l\" {\n  subnets = [aws_subnet.a.id, aws_subnet.a.id]\n}\nresource \"aws_subnet\" \"a\" {}\n";
    let gives = |condition: &str, expected: &str| super::words::gives("aws_lb", condition, subnets, expected);
    gives("length(attrs.subnets) > 0 && length(attrs.subnets) < 3", "true");
    gives("length(attrs.subnets) == 1", "true");
}
