# What leads where in Azure. Sources: the documentation of App Service, Container Apps, virtual machines, network
# security groups and managed identities, and the list of built-in roles.

locals {
  administrator_roles = ["Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"]
  # Actions of a role of one's own that let its holder do everything, or give itself a role that does.
  administrator_actions = ["*", "Microsoft.Authorization/*", "Microsoft.Authorization/roleAssignments/write"]
  data_roles = [
    "Storage Blob Data Owner", "Storage Blob Data Contributor", "Storage Blob Data Reader",
    "Storage Account Contributor", "Storage Account Key Operator Service Role", "Cosmos DB Account Reader Role",
    "DocumentDB Account Contributor",
  ]
  secret_roles = [
    "Key Vault Administrator", "Key Vault Secrets Officer", "Key Vault Secrets User", "Key Vault Contributor",
  ]
}

# ---- the internet reaches ----

resource_policy "azurerm_linux_web_app|azurerm_windows_web_app|azurerm_linux_function_app|azurerm_windows_function_app|azurerm_app_service|azurerm_function_app" "app" {
  locals {
    restrictions = flatten([for site in coalesce(attrs.site_config, []) : coalesce(site.ip_restriction, [])])
    denies       = anytrue([for site in coalesce(attrs.site_config, []) : site.ip_restriction_default_action == "Deny"])
    signs_in = anytrue([
      for auth in concat(coalesce(attrs.auth_settings_v2, []), coalesce(attrs.auth_settings, [])) :
      auth.auth_enabled == true || auth.enabled == true
    ])
  }
  edge "reaches" {
    from = "internet"
    condition = (
      attrs.public_network_access_enabled != false
      && length(local.restrictions) == 0 && !local.denies && !local.signs_in
    )
    message   = "the app takes requests from every address, without sign-in"
    at        = attrs.public_network_access_enabled
    technique = "T1190"
  }
  edge "runs_as" {
    to        = referents("azurerm_user_assigned_identity", attrs.identity)
    message   = "the app has the identity"
    at        = attrs.identity
    technique = "T1552.005"
  }
}

resource_policy "azurerm_container_app" "container_app" {
  edge "reaches" {
    from = "internet"
    condition = anytrue([
      for ingress in coalesce(attrs.ingress, []) :
      ingress.external_enabled == true && length(coalesce(ingress.ip_security_restriction, [])) == 0
    ])
    message   = "the ingress of the container app is external"
    technique = "T1190"
  }
  edge "runs_as" {
    to        = referents("azurerm_user_assigned_identity", attrs.identity)
    message   = "the container app has the identity"
    at        = attrs.identity
    technique = "T1552.005"
  }
}

resource_policy "azurerm_linux_virtual_machine|azurerm_windows_virtual_machine|azurerm_virtual_machine" "machine" {
  locals {
    interfaces  = referents("azurerm_network_interface", attrs.network_interface_ids)
    addresses   = flatten([for interface in local.interfaces : coalesce(interface.ip_configuration, [])])
    has_address = anytrue([for address in local.addresses : address.public_ip_address_id != null])
    subnets     = referents("azurerm_subnet", local.addresses[*].subnet_id)
    links = concat(
      flatten([
        for interface in local.interfaces :
        getresources("azurerm_network_interface_security_group_association", { network_interface_id = interface.id })
      ]),
      flatten([
        for subnet in local.subnets :
        getresources("azurerm_subnet_network_security_group_association", { subnet_id = subnet.id })
      ]),
    )
    groups = flatten([
      for link in local.links : referents("azurerm_network_security_group", link.network_security_group_id)
    ])
    firewalls = [
      for group in local.groups : flatten(concat(
        network_rules(group, "ingress"),
        [
          for rule in getresources("azurerm_network_security_rule", { network_security_group_name = group.name }) :
          network_rules(rule, "ingress")
        ],
      ))
    ]
    # The first rule that fits decides, and the groups of the interface and of the subnet are both asked.
    is_open = length(local.groups) > 0 && alltrue([
      for rules in local.firewalls : anytrue([
        for rule in rules :
        lower(rule.action) == "allow" && cidr_is_any(rule.cidrs) && !anytrue([
          for denial in rules :
          lower(denial.action) == "deny" && denial.number < rule.number && cidr_is_any(denial.cidrs)
          && (denial.protocol == "*" || lower(denial.protocol) == lower(rule.protocol))
          && (contains(denial.ports, "*") || denial.ports == rule.ports)
        ])
      ])
    ])
  }
  edge "reaches" {
    from      = "internet"
    condition = local.has_address && local.is_open
    message   = "the machine has a public address, and its network security group admits every address"
    technique = "T1190"
  }
  edge "runs_as" {
    to        = referents("azurerm_user_assigned_identity", attrs.identity)
    message   = "whoever is on the machine gets tokens of the identity from the metadata service"
    at        = attrs.identity
    technique = "T1552.005"
  }
}

resource_policy "azurerm_linux_virtual_machine_scale_set|azurerm_windows_virtual_machine_scale_set" "scale_set" {
  locals {
    interfaces  = coalesce(attrs.network_interface, [])
    addresses   = flatten([for interface in local.interfaces : coalesce(interface.ip_configuration, [])])
    has_address = anytrue([for address in local.addresses : length(coalesce(address.public_ip_address, [])) > 0])
    groups      = referents("azurerm_network_security_group", local.interfaces[*].network_security_group_id)
    rules = flatten([
      for group in local.groups : concat(
        network_rules(group, "ingress"),
        flatten([
          for rule in getresources("azurerm_network_security_rule", { network_security_group_name = group.name }) :
          network_rules(rule, "ingress")
        ]),
      )
    ])
  }
  edge "reaches" {
    from = "internet"
    condition = local.has_address && anytrue([
      for rule in local.rules :
      lower(rule.action) == "allow" && cidr_is_any(rule.cidrs) && !anytrue([
        for denial in local.rules :
        lower(denial.action) == "deny" && denial.number < rule.number && cidr_is_any(denial.cidrs)
        && (denial.protocol == "*" || lower(denial.protocol) == lower(rule.protocol))
        && (contains(denial.ports, "*") || denial.ports == rule.ports)
      ])
    ])
    message   = "its machines have public addresses, and their network security group admits every address"
    technique = "T1190"
  }
  edge "runs_as" {
    to        = referents("azurerm_user_assigned_identity", attrs.identity)
    message   = "whoever is on a machine gets tokens of the identity from the metadata service"
    at        = attrs.identity
    technique = "T1552.005"
  }
}

resource_policy "azurerm_container_group" "container_group" {
  edge "reaches" {
    from = "internet"
    condition = (
      (attrs.ip_address_type == null || attrs.ip_address_type == "Public")
      && length(coalesce(attrs.subnet_ids, [])) == 0
    )
    message   = "the container group has a public address"
    at        = attrs.ip_address_type
    technique = "T1190"
  }
  edge "runs_as" {
    to        = referents("azurerm_user_assigned_identity", attrs.identity)
    message   = "the containers have the identity"
    at        = attrs.identity
    technique = "T1552.005"
  }
}

resource_policy "azurerm_automation_account|azurerm_logic_app_workflow" "automation" {
  edge "runs_as" {
    to        = referents("azurerm_user_assigned_identity", attrs.identity)
    message   = "what it runs has the identity"
    at        = attrs.identity
    technique = "T1552.005"
  }
}

resource_policy "azuread_application_password|azuread_service_principal_password" "password" {
  locals {
    applications = referents("azuread_application", [attrs.application_id, attrs.application_object_id])
    principals = concat(
      referents("azuread_service_principal", attrs.service_principal_id),
      flatten([
        for application in local.applications :
        getresources("azuread_service_principal", { client_id = application.client_id })
      ]),
    )
  }
  edge "runs_as" {
    to        = local.principals
    message   = "whoever has the password is the application, from everywhere and until it expires"
    technique = "T1078.004"
  }
}

# ---- may ----

resource_policy "azurerm_role_assignment" "assignment" {
  locals {
    holders = flatten([
      for type in [
        "azuread_service_principal", "azurerm_user_assigned_identity", "azurerm_linux_web_app",
        "azurerm_windows_web_app", "azurerm_linux_function_app", "azurerm_windows_function_app", "azurerm_app_service",
        "azurerm_function_app", "azurerm_container_app", "azurerm_linux_virtual_machine",
        "azurerm_windows_virtual_machine", "azurerm_virtual_machine", "azurerm_linux_virtual_machine_scale_set",
        "azurerm_windows_virtual_machine_scale_set", "azurerm_container_group", "azurerm_automation_account",
        "azurerm_logic_app_workflow",
      ] : referents(type, attrs.principal_id)
    ])
    clusters        = referents("azurerm_kubernetes_cluster", attrs.principal_id)
    definitions     = referents("azurerm_role_definition", attrs.role_definition_id)
    permissions     = flatten([for role in local.definitions : coalesce(role.permissions, [])])
    actions         = flatten([for permission in local.permissions : coalesce(permission.actions, [])])
    resource_groups = referents("azurerm_resource_group", attrs.scope)
    subscriptions = concat(
      referents("data.azurerm_subscription", attrs.scope), referents("azurerm_subscription", attrs.scope),
    )
    managed = concat(
      referents("azurerm_management_group", attrs.scope), referents("data.azurerm_management_group", attrs.scope),
    )
    # A management group is all subscriptions in it.
    subscription = (
      length(local.subscriptions) > 0 || length(local.managed) > 0
      || regex_match(
        valuetostring(attrs.scope),
        "^(/subscriptions/[^/]+|/providers/Microsoft[.]Management/managementGroups/[^/]+)$"
      )
    )
  }
  edge "may" {
    from = local.holders
    to   = "azure_subscription"
    condition = local.subscription && anytrue([
      for action in local.actions : contains(local.administrator_actions, action)
    ])
    message   = "a role of your own that is assigned to it allows every action, or to assign roles"
    at        = attrs.role_definition_id
    technique = "T1098.003"
  }
  edge "controls" {
    from = local.holders
    to = flatten([
      for type in ["azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine"] :
      concat(
        referents(type, attrs.scope),
        flatten([for group in local.resource_groups : getresources(type, { resource_group_name = group.name })]),
      )
    ])
    condition = contains(concat(["Virtual Machine Contributor"], local.administrator_roles), attrs.role_definition_name)
    message   = "`${attrs.role_definition_name}` lets it run commands on the machine"
    at        = attrs.role_definition_name
    technique = "T1651"
  }
  edge "may" {
    from = local.holders
    to = flatten([
      for group in local.resource_groups : getresources("azurerm_storage_account", { resource_group_name = group.name })
    ])
    condition = contains(concat(local.data_roles, local.administrator_roles), attrs.role_definition_name)
    message   = "`${attrs.role_definition_name}` of the resource group is assigned to it"
    at        = attrs.role_definition_name
    technique = "T1530"
  }
  edge "may" {
    from = local.holders
    to = flatten([
      for group in local.resource_groups : getresources("azurerm_key_vault", { resource_group_name = group.name })
    ])
    condition = contains(concat(local.secret_roles, local.administrator_roles), attrs.role_definition_name)
    message   = "`${attrs.role_definition_name}` of the resource group is assigned to it"
    at        = attrs.role_definition_name
    technique = "T1555.006"
  }
  edge "may" {
    from      = local.clusters
    to        = "azure_subscription"
    condition = contains(local.administrator_roles, attrs.role_definition_name) && local.subscription
    message   = "`${attrs.role_definition_name}` of the subscription is assigned to the identity of the nodes"
    at        = attrs.role_definition_name
    technique = "T1098.003"
  }
  edge "may" {
    from      = local.holders
    to        = "azure_subscription"
    condition = contains(local.administrator_roles, attrs.role_definition_name) && local.subscription
    message   = "`${attrs.role_definition_name}` of the subscription is assigned to it"
    at        = attrs.role_definition_name
    technique = "T1098.003"
  }
  edge "may" {
    from      = local.holders
    to        = referents("azurerm_storage_account", attrs.scope)
    condition = contains(concat(local.data_roles, local.administrator_roles), attrs.role_definition_name)
    message   = "`${attrs.role_definition_name}` of the storage account is assigned to it"
    at        = attrs.role_definition_name
    technique = "T1530"
  }
  edge "may" {
    from      = local.holders
    to        = referents("azurerm_key_vault", attrs.scope)
    condition = contains(concat(local.secret_roles, local.administrator_roles), attrs.role_definition_name)
    message   = "`${attrs.role_definition_name}` of the key vault is assigned to it"
    at        = attrs.role_definition_name
    technique = "T1555.006"
  }
  edge "may" {
    from      = local.holders
    to        = "azure_data"
    condition = contains(local.data_roles, attrs.role_definition_name) && local.subscription
    message   = "`${attrs.role_definition_name}` of the subscription is assigned to it"
    at        = attrs.role_definition_name
    technique = "T1530"
  }
}

resource_policy "azurerm_key_vault_access_policy" "access_policy" {
  locals {
    holders = concat(
      referents("azurerm_user_assigned_identity", attrs.object_id), referents("azurerm_linux_web_app", attrs.object_id),
      referents("azurerm_windows_web_app", attrs.object_id), referents("azurerm_linux_function_app", attrs.object_id),
      referents("azurerm_container_app", attrs.object_id), referents("azurerm_linux_virtual_machine", attrs.object_id),
    )
  }
  edge "may" {
    from      = local.holders
    to        = referents("azurerm_key_vault", attrs.key_vault_id)
    condition = anytrue([for right in coalesce(attrs.secret_permissions, []) : contains(["get", "all"], lower(right))])
    message   = "the access policy lets it read the secrets of the vault"
    at        = attrs.secret_permissions
    technique = "T1555.006"
  }
}

resource_policy "azurerm_key_vault" "vault" {
  locals {
    readers = [
      for entry in coalesce(attrs.access_policy, []) : entry.object_id
      if anytrue([for right in coalesce(entry.secret_permissions, []) : contains(["get", "all"], lower(right))])
    ]
  }
  edge "may" {
    from = flatten([
      for type in [
        "azurerm_user_assigned_identity", "azurerm_linux_web_app", "azurerm_windows_web_app",
        "azurerm_linux_function_app", "azurerm_windows_function_app", "azurerm_container_app",
        "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_linux_virtual_machine_scale_set",
        "azurerm_windows_virtual_machine_scale_set", "azurerm_container_group",
      ] : referents(type, local.readers)
    ])
    condition = length(local.readers) > 0
    message   = "the access policy lets it read the secrets of the vault"
    at        = attrs.access_policy
    technique = "T1555.006"
  }
}

# ---- clusters ----

resource_policy "azurerm_kubernetes_cluster" "cluster" {
  edge "runs_as" {
    from      = "node"
    message   = "whoever is root on a node gets tokens of the kubelet's identity from the metadata service"
    unless    = "the workload runs on the nodes of another cluster"
    technique = "T1552.005"
  }
}

resource_policy "azurerm_federated_identity_credential" "federated" {
  edge "assumes" {
    from = attrs.subject
    to = concat(
      referents("azurerm_user_assigned_identity", attrs.parent_id),
      referents("azurerm_user_assigned_identity", attrs.user_assigned_identity_id),
    )
    condition = startswith(attrs.subject, "system:serviceaccount:")
    message   = "the credential admits the service account"
    at        = attrs.subject
    technique = "T1078.004"
  }
}
