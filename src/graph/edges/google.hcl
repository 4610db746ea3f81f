# What leads where in Google Cloud. Sources: the documentation of Cloud Run, Cloud Functions, VPC firewall rules, service
# accounts and workload identity federation, and the list of predefined roles.

locals {
  everyone = ["allUsers", "allAuthenticatedUsers"]

  administrator_roles = ["roles/owner", "roles/editor", "roles/resourcemanager.projectIamAdmin", "roles/iam.securityAdmin"]
  # Who may act as every service account of the project has the rights of the most powerful one.
  impersonating_roles = ["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser", "roles/iam.serviceAccountKeyAdmin", "roles/iam.serviceAccountAdmin"]
  data_roles = [
    "roles/storage.admin", "roles/storage.objectAdmin", "roles/storage.objectViewer", "roles/storage.objectUser",
    "roles/bigquery.admin", "roles/bigquery.dataEditor", "roles/bigquery.dataViewer", "roles/bigquery.dataOwner",
    "roles/datastore.user", "roles/datastore.owner", "roles/spanner.databaseReader", "roles/viewer",
  ]
  secret_roles = ["roles/secretmanager.admin", "roles/secretmanager.secretAccessor"]

  # Whom a member or a binding grants its role to.
  members  = [for member in concat([attrs.member], coalesce(attrs.members, [])) : member if member != null]
  accounts = flatten([for member in local.members : referents("google_service_account", member)])
}

# ---- the internet reaches ----

resource_policy "google_cloud_run_v2_service_iam_member|google_cloud_run_service_iam_member|google_cloud_run_v2_service_iam_binding|google_cloud_run_service_iam_binding" "run_invoker" {
  edge "reaches" {
    from = "internet"
    to = concat(
      referents("google_cloud_run_v2_service", [attrs.name, attrs.service]), referents("google_cloud_run_service", [attrs.name, attrs.service]),
    )
    condition = attrs.role == "roles/run.invoker" && anytrue([for member in local.members : contains(local.everyone, member)])
    message   = "everyone may call the service"
    at        = try(attrs.member, attrs.members)
    technique = "T1190"
  }
}

resource_policy "google_cloudfunctions_function_iam_member|google_cloudfunctions2_function_iam_member|google_cloudfunctions_function_iam_binding|google_cloudfunctions2_function_iam_binding" "function_invoker" {
  edge "reaches" {
    from = "internet"
    to = concat(
      referents("google_cloudfunctions_function", attrs.cloud_function), referents("google_cloudfunctions2_function", attrs.cloud_function),
    )
    condition = contains(["roles/cloudfunctions.invoker", "roles/run.invoker"], attrs.role) && anytrue([for member in local.members : contains(local.everyone, member)])
    message   = "everyone may call the function"
    at        = try(attrs.member, attrs.members)
    technique = "T1190"
  }
}

resource_policy "google_compute_instance" "instance" {
  locals {
    has_address = anytrue([for interface in coalesce(attrs.network_interface, []) : length(coalesce(interface.access_config, [])) > 0])
    subnets     = referents("google_compute_subnetwork", [for interface in coalesce(attrs.network_interface, []) : interface.subnetwork])
    networks = concat(
      referents("google_compute_network", [for interface in coalesce(attrs.network_interface, []) : interface.network]),
      flatten([for subnet in local.subnets : referents("google_compute_network", subnet.network)]),
    )
    rules = concat(
      flatten([
        for interface in coalesce(attrs.network_interface, []) :
        interface.network == null ? [] : getresources("google_compute_firewall", { network = interface.network })
      ]),
      flatten([for network in local.networks : concat(
        getresources("google_compute_firewall", { network = network.id }), getresources("google_compute_firewall", { network = network.name }),
        getresources("google_compute_firewall", { network = network.self_link }),
      )]),
    )
    # A block without an address attaches the default service account of Compute Engine.
    default_account = [
      for account in coalesce(attrs.service_account, []) : account
      if account.email == null && anytrue([for scope in coalesce(account.scopes, []) : regex_match(scope, "(^|/)cloud-platform$")])
    ]
    open = [
      for rule in local.rules : rule
      if rule.direction != "EGRESS" && rule.disabled != true && length(coalesce(rule.allow, [])) > 0 && cidr_is_any(rule.source_ranges)
      && (length(coalesce(rule.target_tags, [])) == 0 || anytrue([for tag in rule.target_tags : contains(coalesce(attrs.tags, []), tag)]))
    ]
  }
  edge "reaches" {
    from      = "internet"
    condition = local.has_address && length(local.open) > 0
    message   = "the instance has an external address, and a firewall rule admits every address"
    technique = "T1190"
  }
  edge "may" {
    to        = "google_cloud_project"
    condition = length(local.default_account) > 0
    message   = "the default service account is attached to it with every scope"
    at        = attrs.service_account
    unless    = "the organization policy that denies automatic grants to default service accounts is enforced"
    technique = "T1078.001"
  }
  edge "runs_as" {
    to        = referents("google_service_account", attrs.service_account)
    message   = "whoever is on the instance gets tokens of the service account from the metadata server"
    at        = attrs.service_account
    technique = "T1552.005"
  }
}

# ---- runs as ----

resource_policy "google_cloud_run_v2_service|google_cloud_run_service|google_cloud_run_v2_job" "run" {
  edge "runs_as" {
    to        = referents("google_service_account", attrs.template)
    message   = "the service has the identity of the service account"
    at        = attrs.template
    technique = "T1552.005"
  }
}

resource_policy "google_cloudfunctions_function|google_cloudfunctions2_function" "function" {
  edge "runs_as" {
    to        = concat(referents("google_service_account", attrs.service_account_email), referents("google_service_account", attrs.service_config))
    message   = "the function has the identity of the service account"
    technique = "T1552.005"
  }
}

resource_policy "google_service_account_iam_member|google_service_account_iam_binding" "acting" {
  locals {
    acted_as = referents("google_service_account", attrs.service_account_id)
    pools    = flatten([for member in local.members : referents("google_iam_workload_identity_pool", member)])
    providers = flatten([
      for pool in local.pools : getresources("google_iam_workload_identity_pool_provider", { workload_identity_pool_id = pool.workload_identity_pool_id })
    ])
    subjects = [
      for member in local.members : "system:serviceaccount:${replace(regex("\\[.*\\]$", member), "/^\\[(.*)/(.*)\\]$/", "$1:$2")}"
      if regex_match(member, "\\.svc\\.id\\.goog\\[[^\\]/]+/[^\\]/]+\\]$")
    ]
    # A subject or an attribute of the repository in the member limits it as well as a condition of the provider.
    whole_pool = anytrue([for member in local.members : startswith(member, "principalSet://") && endswith(member, "/*")])
    open = [
      for provider in local.providers : provider
      if provider.attribute_condition == null
      && anytrue([for oidc in coalesce(provider.oidc, []) : regex_match(oidc.issuer_uri, "token\\.actions\\.githubusercontent\\.com")])
    ]
  }
  edge "assumes" {
    from      = local.accounts
    to        = local.acted_as
    condition = contains(concat(local.impersonating_roles, ["roles/iam.workloadIdentityUser"]), attrs.role)
    message   = "the role lets it act as that service account"
    at        = attrs.role
    technique = "T1548.005"
  }
  edge "assumes" {
    from      = local.subjects
    to        = local.acted_as
    condition = attrs.role == "roles/iam.workloadIdentityUser"
    message   = "the role lets the service account of Kubernetes act as it"
    technique = "T1078.004"
  }
  edge "reaches" {
    from      = "github"
    to        = local.acted_as
    condition = attrs.role == "roles/iam.workloadIdentityUser" && local.whole_pool && length(local.open) > 0
    message   = "every identity of a pool that admits the workflows of every repository may act as it"
    at        = try(attrs.member, attrs.members)
    technique = "T1078.004"
  }
}

resource_policy "google_service_account_key" "key" {
  edge "runs_as" {
    to        = referents("google_service_account", attrs.service_account_id)
    message   = "whoever has the key is the service account, from everywhere and until somebody deletes it"
    at        = attrs.service_account_id
    technique = "T1078.004"
  }
}

resource_policy "google_cloudbuild_trigger" "trigger" {
  locals {
    requests = flatten([for event in coalesce(attrs.github, []) : coalesce(event.pull_request, [])])
  }
  edge "reaches" {
    from      = "pull_request"
    condition = anytrue([for request in local.requests : request.comment_control == null || request.comment_control == "COMMENTS_DISABLED"])
    message   = "a pull request of anybody starts a build"
    at        = attrs.github
    technique = "T1195.002"
  }
  edge "runs_as" {
    to        = referents("google_service_account", attrs.service_account)
    message   = "builds have the identity of the service account"
    at        = attrs.service_account
    technique = "T1552.005"
  }
}

# ---- clusters ----

resource_policy "google_container_cluster" "cluster" {
  edge "may" {
    from      = "pod"
    to        = "cluster"
    condition = attrs.enable_legacy_abac == true
    message   = "legacy authorization gives every service account every right in the cluster"
    technique = "T1078.001"
  }
}

resource_policy "google_container_cluster|google_container_node_pool" "nodes" {
  locals {
    configuration = coalesce(attrs.node_config, [])
  }
  edge "runs_as" {
    from      = "node"
    to        = referents("google_service_account", local.configuration)
    message   = "whoever is root on a node gets tokens of its service account from the metadata server"
    at        = attrs.node_config
    unless    = "the workload runs on the nodes of another cluster"
    technique = "T1552.005"
  }
}

# ---- may ----

resource_policy "google_project_iam_member|google_project_iam_binding|google_folder_iam_member|google_organization_iam_member" "project_grant" {
  edge "may" {
    from      = local.accounts
    to        = "google_cloud_project"
    condition = contains(local.administrator_roles, attrs.role)
    message   = "`${attrs.role}` is granted to it on the whole project"
    at        = attrs.role
    technique = "T1098.003"
  }
  edge "escalates_to" {
    from      = local.accounts
    to        = "google_cloud_project"
    condition = contains(local.impersonating_roles, attrs.role)
    message   = "`${attrs.role}` lets it act as every service account of the project"
    at        = attrs.role
    technique = "T1548.005"
  }
  edge "may" {
    from      = local.accounts
    to        = "google_data"
    condition = contains(local.data_roles, attrs.role)
    message   = "`${attrs.role}` is granted to it on the whole project"
    at        = attrs.role
    technique = "T1530"
  }
  edge "may" {
    from      = local.accounts
    to        = "google_secrets"
    condition = contains(local.secret_roles, attrs.role)
    message   = "`${attrs.role}` is granted to it on the whole project"
    at        = attrs.role
    technique = "T1555.006"
  }
}

resource_policy "google_storage_bucket_iam_member|google_storage_bucket_iam_binding" "bucket_grant" {
  edge "may" {
    from      = local.accounts
    to        = referents("google_storage_bucket", attrs.bucket)
    message   = "`${attrs.role}` is granted to it on the bucket"
    at        = attrs.role
    technique = "T1530"
  }
}

resource_policy "google_secret_manager_secret_iam_member|google_secret_manager_secret_iam_binding" "secret_grant" {
  edge "may" {
    from      = local.accounts
    to        = referents("google_secret_manager_secret", attrs.secret_id)
    condition = contains(local.secret_roles, attrs.role)
    message   = "`${attrs.role}` is granted to it on the secret"
    at        = attrs.role
    technique = "T1555.006"
  }
}
