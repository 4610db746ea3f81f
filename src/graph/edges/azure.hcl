# What leads where in Azure. Sources: the documentation of App Service, Container Apps, virtual machines, network security
# groups and managed identities, and the list of built-in roles.

locals {
  administrator_roles = ["Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"]
  data_roles = [
    "Storage Blob Data Owner", "Storage Blob Data Contributor", "Storage Blob Data Reader", "Storage Account Contributor",
    "Storage Account Key Operator Service Role", "Cosmos DB Account Reader Role", "DocumentDB Account Contributor",
  ]
  secret_roles = ["Key Vault Administrator", "Key Vault Secrets Officer", "Key Vault Secrets User", "Key Vault Contributor"]
}

# ---- the internet reaches ----

resource_policy "azurerm_linux_web_app|azurerm_windows_web_app|azurerm_linux_function_app|azurerm_windows_function_app|azurerm_app_service|azurerm_function_app" "app" {
  locals {
    restrictions = flatten([for site in coalesce(attrs.site_config, []) : coalesce(site.ip_restriction, [])])
    denies       = anytrue([for site in coalesce(attrs.site_config, []) : site.ip_restriction_default_action == "Deny"])
    signs_in     = anytrue([for auth in concat(coalesce(attrs.auth_settings_v2, []), coalesce(attrs.auth_settings, [])) : auth.auth_enabled == true || auth.enabled == true])
  }
  edge "reaches" {
    from      = "internet"
    condition = attrs.public_network_access_enabled != false && length(local.restrictions) == 0 && !local.denies && !local.signs_in
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
    from      = "internet"
    condition = anytrue([for ingress in coalesce(attrs.ingress, []) : ingress.external_enabled == true && length(coalesce(ingress.ip_security_restriction, [])) == 0])
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
    has_address = anytrue([for interface in local.interfaces : anytrue([for configuration in coalesce(interface.ip_configuration, []) : configuration.public_ip_address_id != null])])
    links = flatten([
      for interface in local.interfaces : getresources("azurerm_network_interface_security_group_association", { network_interface_id = interface.id })
    ])
    groups = flatten([for link in local.links : referents("azurerm_network_security_group", link.network_security_group_id)])
    open = flatten([
      for group in local.groups : [
        for rule in coalesce(group.security_rule, []) : rule
        if rule.direction == "Inbound" && rule.access == "Allow" && contains(["*", "Internet", "0.0.0.0/0"], rule.source_address_prefix)
      ]
    ])
  }
  edge "reaches" {
    from      = "internet"
    condition = local.has_address && length(local.open) > 0
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

# ---- may ----

resource_policy "azurerm_role_assignment" "assignment" {
  locals {
    holders = flatten([
      for type in [
        "azurerm_user_assigned_identity", "azurerm_linux_web_app", "azurerm_windows_web_app", "azurerm_linux_function_app",
        "azurerm_windows_function_app", "azurerm_app_service", "azurerm_function_app", "azurerm_container_app",
        "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine",
      ] : referents(type, attrs.principal_id)
    ])
    subscription = length(concat(referents("data.azurerm_subscription", attrs.scope), referents("azurerm_subscription", attrs.scope))) > 0 || regex_match(valuetostring(attrs.scope), "^/subscriptions/[^/]+$")
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
