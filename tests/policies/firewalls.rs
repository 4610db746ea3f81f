//! What firewalls admit: `network_rules` and `rule_admits`. The expectations are a person's reading of the providers'
//! documentation: "Network security groups" of Azure, "VPC firewall rules" and "Firewall policy rules" of Google Cloud.

use super::words::gives;
use super::{judged, page};

/// What is asked of a firewall, or of a resource that is one rule.
const SSH: &str = "anytrue([for rule in network_rules(attrs, \"ingress\") : rule_admits(rule, 22)])";

/// A variable without value, and why what needs it is not known.
const VARIABLE: &str = "variable \"v\" {}\n";
const OPEN: &str = "`var.v` has no value";

/// A rule of a network security group, with some fields written otherwise.
fn nsg_rule(name: &str, priority: &str, access: &str, changes: &[(&str, &str)]) -> String {
    let fields = [
        ("name", format!("\"{name}\"")),
        ("priority", priority.to_owned()),
        ("direction", "\"Inbound\"".to_owned()),
        ("access", format!("\"{access}\"")),
        ("protocol", "\"Tcp\"".to_owned()),
        ("source_port_range", "\"*\"".to_owned()),
        ("destination_port_range", "\"22\"".to_owned()),
        ("source_address_prefix", "\"*\"".to_owned()),
        ("destination_address_prefix", "\"*\"".to_owned()),
    ];
    let written = |key: &str| changes.iter().find(|(changed, _)| *changed == key);
    let own =
        fields.iter().filter(|(key, _)| written(key).is_none()).map(|(key, value)| format!("    {key} = {value}\n"));
    own.chain(changes.iter().map(|(key, value)| format!("    {key} = {value}\n"))).collect()
}

/// Whether a group that allows SSH at priority 100 admits it, with further blocks.
#[track_caller]
fn group_admits(allowed: &[(&str, &str)], further: &str, expected: &str) {
    let allow = nsg_rule("allow", "100", "Allow", allowed);
    let file = format!(
        "{VARIABLE}resource \"azurerm_network_security_group\" \"g\" {{\n  name = \"g\"\n  security_rule {{\n{allow}  }}\n{further}}}\n"
    );
    gives("azurerm_network_security_group", SSH, &file, expected);
}

#[test]
fn the_priority_of_a_network_security_group_decides() {
    let says = |priority: &str, changes: &[(&str, &str)], expected: &str| {
        let deny = nsg_rule("deny", priority, "Deny", changes);
        group_admits(&[], &format!("  security_rule {{\n{deny}  }}\n"), expected);
    };
    group_admits(&[], "", "true");
    says("99", &[], "false");
    says("101", &[], "true");
    says("99", &[("access", "\"deny\""), ("direction", "\"inbound\"")], "false");
    says("99", &[("direction", "\"Outbound\"")], "true");
    says("99", &[("protocol", "\"Udp\"")], "true");
    says("99", &[("protocol", "\"*\"")], "false");
    says("99", &[("protocol", "\"*\""), ("destination_port_range", "\"80\"")], "true");
    says("99", &[("destination_port_range", "null"), ("destination_port_ranges", "[\"443\", \"20-25\"]")], "false");
    // What is denied to some is admitted to others.
    says("99", &[("source_address_prefix", "\"198.51.100.0/24\"")], "true");
    says("99", &[("source_address_prefix", "\"VirtualNetwork\"")], "true");
    says("99", &[("source_address_prefix", "\"Internet\"")], "false");
    says("99", &[("source_address_prefix", "\"0.0.0.0/0\"")], "false");
    says("99", &[("source_address_prefix", "\"::/0\"")], "true");
    says("99", &[("destination_address_prefix", "\"10.9.9.9\"")], "true");
    says("99", &[("destination_address_prefix", "\"VirtualNetwork\"")], "false");
    says("99", &[("destination_application_security_group_ids", "[\"/asg\"]")], "true");
    // A client chooses the port that it comes from.
    says("99", &[("source_port_range", "\"22\"")], "true");
}

#[test]
fn what_is_not_known_of_a_network_security_group_leaves_it_open() {
    let says = |priority: &str, changes: &[(&str, &str)], expected: &str| {
        let deny = nsg_rule("deny", priority, "Deny", changes);
        group_admits(&[], &format!("  security_rule {{\n{deny}  }}\n"), expected);
    };
    let open = [
        "access",
        "direction",
        "protocol",
        "source_address_prefix",
        "destination_address_prefix",
        "destination_port_range",
        "source_port_range",
    ];
    for field in open {
        says("99", &[(field, "var.v")], OPEN);
    }
    for field in ["access", "direction", "protocol", "destination_port_range"] {
        group_admits(&[(field, "var.v")], "", OPEN);
    }
    says("var.v", &[], OPEN);
    says("99", &[("destination_port_range", "null"), ("destination_port_ranges", "var.v")], OPEN);
    let dynamic = |priority: &str| {
        let deny = nsg_rule("deny", priority, "Deny", &[]);
        format!("  dynamic \"security_rule\" {{\n    for_each = var.v\n    content {{\n{deny}    }}\n  }}\n")
    };
    group_admits(&[], &dynamic("99"), OPEN);
    // What is known decides.
    says("101", &[("source_address_prefix", "var.v")], "true");
    says("99", &[("destination_port_range", "\"80\""), ("source_address_prefix", "var.v")], "true");
    group_admits(&[("access", "\"Deny\""), ("source_address_prefix", "var.v")], "", "false");
    let attribute =
        format!("{VARIABLE}resource \"azurerm_network_security_group\" \"g\" {{\n  security_rule = var.v\n}}\n");
    gives("azurerm_network_security_group", SSH, &attribute, OPEN);
}

#[test]
fn the_tag_of_the_internet_leaves_private_networks_out() {
    let deny = |source: &str| {
        let deny = nsg_rule("deny", "99", "Deny", &[("source_address_prefix", source)]);
        format!("  security_rule {{\n{deny}  }}\n")
    };
    let private = [("source_address_prefix", "\"10.0.0.0/8\"")];
    let public = [("source_address_prefix", "\"198.51.100.0/24\"")];
    group_admits(&private, &deny("\"Internet\""), "true");
    group_admits(&private, &deny("\"*\""), "false");
    group_admits(&public, &deny("\"internet\""), "false");
    group_admits(&public, &deny("\"198.51.0.0/16\""), "false");
}

#[test]
fn rules_of_azure_have_the_addresses_of_one_form() {
    let first = |source: &str| {
        let rule = nsg_rule("r", "100", "Allow", &[("source_address_prefix", source)]);
        format!("resource \"azurerm_network_security_group\" \"g\" {{\n  security_rule {{\n{rule}  }}\n}}\n")
    };
    let is_any = "cidr_is_any(network_rules(attrs, \"ingress\")[0].cidrs)";
    for all in ["*", "Any", "INTERNET", "0.0.0.0/0", "::/0", "10.0.0.0/0"] {
        gives("azurerm_network_security_group", is_any, &first(&format!("\"{all}\"")), "true");
    }
    for some in ["VirtualNetwork", "AzureLoadBalancer", "AzureCloud", "10.0.0.0/8", "198.51.100.7"] {
        gives("azurerm_network_security_group", is_any, &first(&format!("\"{some}\"")), "false");
    }
}

/// A file with an `azurerm_network_security_rule` that allows SSH, and another one that denies it.
fn two_rules(allow: &str, deny: &str, further: &str) -> String {
    let (one, other) = (nsg_rule("allow", "100", "Allow", &[]), nsg_rule("deny", "99", "Deny", &[]));
    format!(
        "{VARIABLE}resource \"azurerm_network_security_rule\" \"allow\" {{\n{one}{allow}}}\nresource \"azurerm_network_security_rule\" \"deny\" {{\n{other}{deny}}}\n{further}"
    )
}

/// What is asked of the rule that allows.
const RULE: &str =
    "attrs.name != \"allow\" || anytrue([for rule in network_rules(attrs, \"ingress\") : rule_admits(rule, 22)])";

#[test]
fn rules_that_are_resources_are_asked_in_their_group_only() {
    let group = "resource \"azurerm_network_security_group\" \"g\" {\n  name = \"g\"\n}\nresource \"azurerm_network_security_group\" \"h\" {\n  name = var.v\n}\n";
    let says = |allow: &str, deny: &str, expected: &str| {
        let file = two_rules(&format!("    {allow}\n"), &format!("    {deny}\n"), group);
        gives("azurerm_network_security_rule", RULE, &file, expected);
    };
    let of = |name: &str| format!("network_security_group_name = {name}");
    says(&of("\"g\""), &of("\"g\""), "false");
    says(&of("\"g\""), &of("\"other\""), "true");
    says(&of("\"g\""), &of("azurerm_network_security_group.g.name"), "false");
    says(&of("azurerm_network_security_group.g.name"), &of("azurerm_network_security_group.g.name"), "false");
    // The name is not known, the group is.
    says(&of("azurerm_network_security_group.h.name"), &of("azurerm_network_security_group.h.name"), "false");
    says(&of("azurerm_network_security_group.h.name"), &of("azurerm_network_security_group.g.name"), "true");
    says(&of("\"g\""), &of("var.v"), OPEN);
    says(&of("var.v"), &of("\"g\""), OPEN);
    let in_group = |resource_group: &str| {
        format!("network_security_group_name = \"g\"\n    resource_group_name = {resource_group}")
    };
    says(&in_group("\"one\""), &in_group("\"one\""), "false");
    says(&in_group("\"one\""), &in_group("\"two\""), "true");
    let repeated = |argument: &str| format!("{argument}\n    network_security_group_name = \"g\"");
    says(&of("\"g\""), &repeated("count = 0"), "true");
    says(&of("\"g\""), &repeated("count = var.v ? 1 : 0"), OPEN);
    says(&of("\"g\""), &repeated("for_each = var.v"), OPEN);
}

/// Why it is not known whether the rule that allows does, in a file that calls a module that is not on disk.
fn open_because(type_name: &str, file: &str) -> Vec<String> {
    let policy = format!("resource_policy \"{type_name}\" \"x\" {{\n  enforce {{ condition = !({RULE}) }}\n}}");
    let report = judged(page(&policy), &[("main.tf", file)], &[]);
    report.inconclusive.iter().flat_map(|verdict| &verdict.because).map(|cause| cause.why.to_string()).collect()
}

#[test]
fn a_module_that_is_given_a_group_may_deny() {
    let module = "resource \"azurerm_network_security_group\" \"g\" {\n  name = \"g\"\n}\nmodule \"rules\" {\n  source = \"acme/rules/azurerm\"\n  group  = azurerm_network_security_group.g.name\n}\n";
    let of = "    network_security_group_name = azurerm_network_security_group.g.name\n";
    let other = "    network_security_group_name = \"other\"\n";
    let because = open_because("azurerm_network_security_rule", &two_rules(of, other, module));
    assert_eq!(because, ["the source of `module.rules` is not on disk"]);
}

#[test]
fn a_module_that_is_given_a_network_puts_something_into_it() {
    let allow = vpc_rule("allow", "network = google_compute_network.main.id");
    let file = format!(
        "resource \"google_compute_network\" \"main\" {{\n  name = \"main\"\n}}\nmodule \"cluster\" {{\n  source = \"acme/cluster/google\"\n  network = google_compute_network.main.id\n}}\nresource \"google_compute_firewall\" \"allow\" {{\n  name = \"allow\"\n{allow}}}\n"
    );
    assert!(open_because("google_compute_firewall", &file).is_empty());
}

/// Whether a VPC firewall rule that allows SSH admits it, beside another rule.
#[track_caller]
fn vpc_admits(allow: &str, other: &str, expected: &str) {
    let network = "resource \"google_compute_network\" \"main\" {\n  name = \"main\"\n}\n";
    let file = format!(
        "{VARIABLE}{network}resource \"google_compute_firewall\" \"allow\" {{\n  name = \"allow\"\n{allow}}}\nresource \"google_compute_firewall\" \"other\" {{\n  name = \"other\"\n{other}}}\n"
    );
    gives("google_compute_firewall", RULE, &file, expected);
}

/// A VPC firewall rule of the network `main`, without its name.
fn vpc_rule(action: &str, further: &str) -> String {
    let network = if further.contains("network") { "" } else { "  network = \"main\"\n" };
    let ranges = if further.contains("source_ranges") { "" } else { "  source_ranges = [\"0.0.0.0/0\"]\n" };
    format!("{network}{ranges}  {action} {{\n    protocol = \"tcp\"\n    ports = [\"22\"]\n  }}\n  {further}\n")
}

#[test]
fn the_priority_of_a_vpc_firewall_rule_decides() {
    let says = |allow: &str, deny: &str, expected: &str| {
        vpc_admits(&vpc_rule("allow", allow), &vpc_rule("deny", deny), expected);
    };
    // The priority is 1000 where none is written, and of two with one priority the rule that denies decides.
    says("", "", "false");
    says("priority = 999", "", "true");
    says("", "priority = 999", "false");
    says("", "priority = 1001", "true");
    says("priority = 1001", "", "false");
    says("", "disabled = true", "true");
    says("", "direction = \"EGRESS\"", "true");
    says("", "source_ranges = [\"10.0.0.0/8\"]", "true");
    says("source_ranges = [\"10.1.0.0/16\"]", "source_ranges = [\"10.0.0.0/8\"]", "false");
    says("", "target_tags = [\"web\"]", "true");
    says("target_tags = [\"web\"]", "", "false");
    says("target_tags = [\"web\"]", "target_tags = [\"web\", \"db\"]", "false");
    says("target_tags = [\"web\"]", "target_tags = [\"web\"]\n  destination_ranges = [\"10.0.0.7\"]", "true");
    says("project = \"a\"", "project = \"b\"", "true");
    says("project = \"a\"", "project = \"a\"", "false");
    says("network = google_compute_network.main.name", "network = google_compute_network.main.self_link", "false");
    says("", "network = google_compute_network.main.id", "false");
    says("network = google_compute_network.main.id", "", "false");
    says("network = google_compute_network.main.id", "network = \"other\"", "true");
}

#[test]
fn what_is_not_known_of_vpc_firewall_rules_leaves_them_open() {
    let says = |allow: &str, deny: &str, expected: &str| {
        vpc_admits(&vpc_rule("allow", allow), &vpc_rule("deny", deny), expected);
    };
    for field in ["priority", "disabled", "direction"] {
        says("", &format!("{field} = var.v"), OPEN);
        says(
            "priority = 500",
            &format!("{field} = var.v\n  source_ranges = [\"10.0.0.0/8\"]"),
            if field == "priority" { "true" } else { OPEN },
        );
    }
    says("disabled = var.v", "source_ranges = [\"10.0.0.0/8\"]", OPEN);
    says("", "source_ranges = var.v", OPEN);
    says("", "target_tags = var.v", OPEN);
    says("", "network = var.v", OPEN);
    says("priority = 500", "source_ranges = var.v", "true");
    let dynamic = |action: &str| {
        format!(
            "  network = \"main\"\n  source_ranges = [\"0.0.0.0/0\"]\n  dynamic \"{action}\" {{\n    for_each = var.v\n    content {{\n      protocol = {action}.value.protocol\n      ports = {action}.value.ports\n    }}\n  }}\n"
        )
    };
    vpc_admits(&dynamic("allow"), "  network = \"x\"\n", OPEN);
    vpc_admits(&vpc_rule("allow", ""), &dynamic("deny"), OPEN);
    vpc_admits(&vpc_rule("allow", ""), &dynamic("allow"), "true");
    let either = dynamic("allow")
        + "  dynamic \"deny\" {\n    for_each = var.v\n    content {\n      protocol = deny.value\n    }\n  }\n";
    vpc_admits(&either, "  network = \"x\"\n", OPEN);
    vpc_admits(&vpc_rule("allow", ""), &either, OPEN);
}

#[test]
fn rules_of_firewall_policies_are_read_as_resources_and_as_blocks() {
    let rule = |priority: &str, action: &str, further: &str, matched: &str, layers: &str| {
        format!(
            "  priority = {priority}\n  direction = \"INGRESS\"\n  action = \"{action}\"\n{further}  match {{\n    src_ip_ranges = [\"0.0.0.0/0\"]\n{matched}    {layers} {{\n      ip_protocol = \"tcp\"\n      ports = [\"20-25\"]\n    }}\n  }}\n"
        )
    };
    let resources = |denied: &str, expected: &str| {
        let allow = rule("100", "allow", "  rule_name = \"allow\"\n", "", "layer4_configs");
        let file = format!(
            "{VARIABLE}resource \"google_compute_network_firewall_policy_rule\" \"allow\" {{\n  firewall_policy = \"p\"\n{allow}}}\nresource \"google_compute_network_firewall_policy_rule\" \"deny\" {{\n{denied}}}\n"
        );
        gives(
            "google_compute_network_firewall_policy_rule",
            &RULE.replace("attrs.name", "attrs.rule_name"),
            &file,
            expected,
        );
    };
    let deny = |priority: &str, further: &str, matched: &str| {
        format!("  firewall_policy = \"p\"\n{}", rule(priority, "deny", further, matched, "layer4_configs"))
    };
    resources(&deny("99", "", ""), "false");
    resources(&deny("101", "", ""), "true");
    resources(&deny("99", "", "").replace("\"p\"", "\"q\""), "true");
    resources(&deny("99", "  target_service_accounts = [\"a@p.iam\"]\n", ""), "true");
    resources(&deny("99", "  target_secure_tags {\n    name = \"tagValues/1\"\n  }\n", ""), "true");
    resources(&deny("99", "", "    dest_ip_ranges = [\"10.0.0.7\"]\n"), "true");
    resources(&deny("99", "", "    src_network_context = \"INTRA_VPC\"\n"), "true");
    resources(&deny("99", "", "    src_network_context = \"INTERNET\"\n"), "false");
    resources(&deny("99", "", "").replace("\"deny\"", "\"goto_next\""), "true");
    resources(&deny("99", "", "").replace("\"deny\"", "var.v"), OPEN);
    let blocks = |denied: &str, expected: &str| {
        let allow = rule("100", "allow", "", "", "layer4_config");
        let file = format!(
            "{VARIABLE}resource \"google_compute_network_firewall_policy_with_rules\" \"p\" {{\n  rule {{\n{allow}  }}\n{denied}}}\n"
        );
        gives("google_compute_network_firewall_policy_with_rules", SSH, &file, expected);
    };
    let block = |priority: &str| format!("  rule {{\n{}  }}\n", rule(priority, "deny", "", "", "layer4_config"));
    blocks("", "true");
    blocks(&block("99"), "false");
    blocks(&block("101"), "true");
    blocks(&block("var.v"), OPEN);
}

#[test]
fn a_rule_without_ports_in_question_is_denied_as_a_whole() {
    let any = "anytrue([for rule in network_rules(attrs, \"ingress\") : rule_admits(rule, null)])";
    let says = |allowed: &str, denied: &str, expected: &str| {
        let ports = |ports: &str| format!("    destination_port_range = \"{ports}\"\n");
        let rule = |name: &str, priority: &str, access: &str, range: &str| {
            nsg_rule(name, priority, access, &[]).replace("    destination_port_range = \"22\"\n", &ports(range))
        };
        let file = format!(
            "resource \"azurerm_network_security_group\" \"g\" {{\n  security_rule {{\n{}  }}\n  security_rule {{\n{}  }}\n}}\n",
            rule("allow", "100", "Allow", allowed),
            rule("deny", "99", "Deny", denied)
        );
        gives("azurerm_network_security_group", any, &file, expected);
    };
    says("443", "443", "false");
    says("443", "*", "false");
    says("443", "400-500", "false");
    says("443,8443", "443,8443-8450", "false");
    says("443", "444", "true");
    says("*", "1-1000", "true");
    says("1-100", "1-50,51-100", "false");
}

#[test]
fn of_very_many_rules_that_deny_only_the_first_are_asked() {
    let deny = |priority: usize, port: usize| {
        let priority = priority.to_string();
        let deny = nsg_rule("d", &priority, "Deny", &[("destination_port_range", &format!("\"{port}\""))]);
        format!("  security_rule {{\n{deny}  }}\n")
    };
    let many = |first: usize| (0..300).map(|i| deny(first + i, 1000 + i)).collect::<String>();
    group_admits(&[], &many(1000), "true");
    let late = [("priority", "2000")];
    group_admits(&late, &many(1000), "the limit on rules of a firewall that deny was reached");
    group_admits(&late, &(many(1000) + &deny(999, 22)), "false");
}
