# What leads where in Google Cloud. Sources: the documentation of Cloud Run, Cloud Functions, VPC firewall rules,
# service accounts and workload identity federation, and the list of predefined roles.

locals {
  everyone = ["allUsers", "allAuthenticatedUsers"]

  administrator_roles = [
    "roles/owner", "roles/editor", "roles/resourcemanager.projectIamAdmin", "roles/resourcemanager.folderIamAdmin",
    "roles/resourcemanager.organizationAdmin", "roles/iam.securityAdmin",
  ]
  # Who may act as every service account of the project has the rights of the most powerful one.
  impersonating_roles = [
    "roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser", "roles/iam.serviceAccountKeyAdmin",
    "roles/iam.serviceAccountAdmin",
  ]
  data_roles = [
    "roles/storage.admin", "roles/storage.objectAdmin", "roles/storage.objectViewer", "roles/storage.objectUser",
    "roles/bigquery.admin", "roles/bigquery.dataEditor", "roles/bigquery.dataViewer", "roles/bigquery.dataOwner",
    "roles/datastore.user", "roles/datastore.owner", "roles/spanner.databaseReader", "roles/viewer",
  ]
  secret_roles = ["roles/secretmanager.admin", "roles/secretmanager.secretAccessor"]

  # Whom a member or a binding grants its role to.
  members         = [for member in concat([attrs.member], coalesce(attrs.members, [])) : member if member != null]
  accounts        = flatten([for member in local.members : referents("google_service_account", member)])
  is_for_everyone = anytrue([for member in local.members : contains(local.everyone, member)])
  # What the documents of a whole policy bind.
  documents = referents("data.google_iam_policy", attrs.policy_data)
  bindings  = flatten([for document in local.documents : coalesce(document.binding, [])])

  # Permissions by which a holder gives itself every right, or acts as every service account. Those of the second list
  # do so together with the right to act as a service account: they start something that runs as it.
  escalating_permissions = [
    "iam.roles.update", "iam.serviceAccountKeys.create", "iam.serviceAccounts.getAccessToken",
    "iam.serviceAccounts.signBlob", "iam.serviceAccounts.signJwt", "iam.serviceAccounts.implicitDelegation",
    "iam.serviceAccounts.setIamPolicy", "resourcemanager.projects.setIamPolicy",
    "resourcemanager.folders.setIamPolicy", "resourcemanager.organizations.setIamPolicy",
    "deploymentmanager.deployments.create", "deploymentmanager.deployments.update",
  ]
  starting_permissions = [
    "compute.instances.create", "compute.instances.setServiceAccount", "cloudfunctions.functions.create",
    "cloudfunctions.functions.update", "run.services.create", "run.services.update", "run.jobs.create",
    "cloudscheduler.jobs.create", "cloudbuild.builds.create",
    "dataproc.clusters.create", "dataflow.jobs.create", "composer.environments.create", "notebooks.instances.create",
    "aiplatform.customJobs.create", "workflows.workflows.create",
  ]
  # A role that is declared here is none of those that are predefined, whatever its name will be.
  declared = concat(
    referents("google_project_iam_custom_role", attrs.role),
    referents("google_organization_iam_custom_role", attrs.role),
  )
  permissions = flatten(local.declared[*].permissions)
  role        = length(local.declared) > 0 ? "" : attrs.role
}

# ---- the internet reaches ----

resource_policy "google_cloud_run_v2_service_iam_member|google_cloud_run_service_iam_member|google_cloud_run_v2_service_iam_binding|google_cloud_run_service_iam_binding" "run_invoker" {
  edge "reaches" {
    from = "internet"
    to = concat(
      [
        for service in referents("google_cloud_run_v2_service", [attrs.name, attrs.service]) : service
        if regex_match(coalesce(service.ingress, "_ALL"), "_ALL$")
      ],
      [
        for service in referents("google_cloud_run_service", [attrs.name, attrs.service]) : service
        if !anytrue([
          for metadata in coalesce(service.metadata, []) :
          regex_match(try(metadata.annotations["run.googleapis.com/ingress"], "all"), "^internal")
        ])
      ],
    )
    condition = attrs.role == "roles/run.invoker" && local.is_for_everyone
    message   = "everyone may call the service"
    at        = try(attrs.member, attrs.members)
    technique = "T1190"
  }
}

resource_policy "google_cloudfunctions_function_iam_member|google_cloudfunctions2_function_iam_member|google_cloudfunctions_function_iam_binding|google_cloudfunctions2_function_iam_binding" "function_invoker" {
  edge "reaches" {
    from = "internet"
    to = concat(
      [
        for function in referents("google_cloudfunctions_function", attrs.cloud_function) : function
        if regex_match(coalesce(function.ingress_settings, "ALLOW_ALL"), "_ALL$")
      ],
      [
        for function in referents("google_cloudfunctions2_function", attrs.cloud_function) : function
        if alltrue([
          for config in coalesce(function.service_config, []) :
          regex_match(coalesce(config.ingress_settings, "ALLOW_ALL"), "_ALL$")
        ])
      ],
    )
    condition = contains(["roles/cloudfunctions.invoker", "roles/run.invoker"], attrs.role) && local.is_for_everyone
    message   = "everyone may call the function"
    at        = try(attrs.member, attrs.members)
    technique = "T1190"
  }
}

resource_policy "google_cloud_run_v2_service_iam_policy|google_cloud_run_service_iam_policy|google_cloudfunctions_function_iam_policy|google_cloudfunctions2_function_iam_policy" "invoker_policy" {
  locals {
    open = [
      for binding in local.bindings : binding
      if contains(["roles/run.invoker", "roles/cloudfunctions.invoker"], binding.role)
      && anytrue([for member in coalesce(binding.members, []) : contains(local.everyone, member)])
    ]
  }
  edge "reaches" {
    from = "internet"
    to = concat(
      [
        for service in referents("google_cloud_run_v2_service", attrs.name) : service
        if regex_match(coalesce(service.ingress, "_ALL"), "_ALL$")
      ],
      referents("google_cloud_run_service", attrs.service),
      [
        for function in referents("google_cloudfunctions_function", attrs.cloud_function) : function
        if regex_match(coalesce(function.ingress_settings, "ALLOW_ALL"), "_ALL$")
      ],
      referents("google_cloudfunctions2_function", attrs.cloud_function),
    )
    condition = length(local.open) > 0
    message   = "everyone may call it"
    at        = local.open[0].members
    technique = "T1190"
  }
}

resource_policy "google_compute_instance" "instance" {
  locals {
    interfaces  = coalesce(attrs.network_interface, [])
    has_address = anytrue([for interface in local.interfaces : length(coalesce(interface.access_config, [])) > 0])
    subnets     = referents("google_compute_subnetwork", [for interface in local.interfaces : interface.subnetwork])
    networks = concat(
      referents("google_compute_network", [for interface in local.interfaces : interface.network]),
      flatten([for subnet in local.subnets : referents("google_compute_network", subnet.network)]),
    )
    # Rules name the network as the instance does, or by another of its names: what is called in two ways may be two.
    alike = flatten([
      for interface in local.interfaces : getresources("google_compute_firewall", { network = interface.network })
    ])
    rules = length(local.alike) > 0 ? local.alike : flatten([
      for network in local.networks : concat(
        getresources("google_compute_firewall", { network = network.id }),
        getresources("google_compute_firewall", { network = network.name }),
        getresources("google_compute_firewall", { network = network.self_link }),
      )
    ])
    attached = coalesce(attrs.service_account, [])
    # A block without an address attaches the default service account of Compute Engine.
    default_account = [
      for account in local.attached : account
      if account.email == null && anytrue([
        for scope in coalesce(account.scopes, []) : regex_match(scope, "(^|/)cloud-platform$")
      ])
    ]
    # Rules for what has other tags are for other instances.
    own = [
      for rule in flatten([for rule in local.rules : network_rules(rule, "ingress")]) : rule
      if cidr_is_any(rule.cidrs)
      && (
        length(rule.scope.accounts) == 0
        || anytrue([for account in local.attached : contains(rule.scope.accounts, account.email)])
      )
      && (
        length(rule.scope.tags) == 0
        || anytrue([for tag in rule.scope.tags : contains(coalesce(attrs.tags, []), tag)])
      )
    ]
    # The first rule that fits decides; of two with one priority, the one that denies.
    open = [
      for rule in local.own : rule
      if rule.action == "allow" && !anytrue([
        for denial in local.own :
        denial.action == "deny" && denial.number <= rule.number && alltrue([
          for range in coalesce(rule.ports, []) : anytrue([
            for denied in coalesce(denial.ports, []) :
            denied.protocol == "all"
            || denied.protocol == range.protocol
            && (length(coalesce(denied.ports, [])) == 0 || denied.ports == range.ports)
          ])
        ])
      ])
    ]
    # A token does what its scopes and the roles of the account allow, both.
    scopes   = flatten([for account in local.attached : coalesce(account.scopes, [])])
    is_whole = anytrue([for scope in local.scopes : regex_match(scope, "(^|/)cloud-platform$")])
    is_part = !local.is_whole && anytrue([
      for scope in local.scopes :
      regex_match(
        scope, "(^|/)(compute|compute-rw|devstorage[.].*|storage-.*|bigquery|datastore|sql-admin|sqlservice.*)$"
      )
    ])
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
    condition = local.is_whole
    message   = "whoever is on the instance gets tokens of the service account from the metadata server"
    at        = attrs.service_account
    technique = "T1552.005"
  }
  edge "runs_as" {
    to        = referents("google_service_account", attrs.service_account)
    condition = local.is_part
    message   = "whoever is on the instance gets tokens of the service account with some scopes from the metadata server"
    at        = attrs.service_account
    unless    = "the scopes of the instance do not include what the roles of the account allow"
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

resource_policy "google_cloud_run_v2_service|google_cloudfunctions_function" "default_account" {
  locals {
    templates = coalesce(attrs.template, [])
    is_default = (
      meta.type == "google_cloudfunctions_function" ? attrs.service_account_email == null
      : length(local.templates) > 0 && alltrue([for template in local.templates : template.service_account == null])
    )
  }
  edge "may" {
    to        = "google_cloud_project"
    condition = local.is_default
    message   = "it has no service account of its own, and the default one is an editor of the project"
    unless    = "the organization policy that denies automatic grants to default service accounts is enforced"
    technique = "T1078.001"
  }
}

resource_policy "google_cloudfunctions_function|google_cloudfunctions2_function" "function" {
  edge "runs_as" {
    to = concat(
      referents("google_service_account", attrs.service_account_email),
      referents("google_service_account", attrs.service_config),
    )
    message   = "the function has the identity of the service account"
    technique = "T1552.005"
  }
}

resource_policy "google_service_account_iam_member|google_service_account_iam_binding" "acting" {
  locals {
    acted_as = referents("google_service_account", attrs.service_account_id)
    pools    = flatten([for member in local.members : referents("google_iam_workload_identity_pool", member)])
    providers = flatten([
      for pool in local.pools : getresources("google_iam_workload_identity_pool_provider", {
        workload_identity_pool_id = pool.workload_identity_pool_id
      })
    ])
    subjects = [
      for member in local.members :
      "system:serviceaccount:${replace(regex("\\[.*\\]$", member), "/^\\[(.*)/(.*)\\]$/", "$1:$2")}"
      if regex_match(member, "\\.svc\\.id\\.goog\\[[^\\]/]+/[^\\]/]+\\]$")
    ]
    # A subject or an attribute of the repository in the member limits it as well as a condition of the provider.
    whole_pool = anytrue([
      for member in local.members : startswith(member, "principalSet://") && endswith(member, "/*")
    ])
    open = [
      for provider in local.providers : provider
      if provider.attribute_condition == null
      && anytrue([
        for oidc in coalesce(provider.oidc, []) :
        regex_match(oidc.issuer_uri, "token\\.actions\\.githubusercontent\\.com")
      ])
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
    from = "pull_request"
    condition = anytrue([
      for request in local.requests :
      request.comment_control == null || request.comment_control == "COMMENTS_DISABLED"
    ])
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
    condition = contains(local.administrator_roles, local.role)
    message   = "`${attrs.role}` is granted to it on the whole project"
    at        = attrs.role
    technique = "T1098.003"
  }
  edge "escalates_to" {
    from      = local.accounts
    to        = "google_cloud_project"
    condition = contains(local.impersonating_roles, local.role)
    message   = "`${attrs.role}` lets it act as every service account of the project"
    at        = attrs.role
    technique = "T1548.005"
  }
  edge "may" {
    from      = local.accounts
    to        = "google_data"
    condition = contains(local.data_roles, local.role)
    message   = "`${attrs.role}` is granted to it on the whole project"
    at        = attrs.role
    technique = "T1530"
  }
  edge "may" {
    from      = local.accounts
    to        = "google_secrets"
    condition = contains(local.secret_roles, local.role)
    message   = "`${attrs.role}` is granted to it on the whole project"
    at        = attrs.role
    technique = "T1555.006"
  }
  edge "escalates_to" {
    from = local.accounts
    to   = "google_cloud_project"
    condition = (
      anytrue([for permission in local.permissions : contains(local.escalating_permissions, permission)])
      || contains(local.permissions, "iam.serviceAccounts.actAs")
      && anytrue([for permission in local.permissions : contains(local.starting_permissions, permission)])
    )
    message   = "a role of your own that is granted to it has permissions by which it gives itself every right"
    at        = attrs.role
    technique = "T1098.003"
  }
  edge "escalates_to" {
    from = local.accounts
    to   = "google_cloud_project"
    condition = (
      contains(local.permissions, "cloudbuild.builds.create")
      || contains(["roles/cloudbuild.builds.editor", "roles/cloudbuild.admin"], local.role)
    )
    message   = "it starts builds, which run as the default service account, an editor of the project"
    at        = attrs.role
    unless    = "builds run as a service account with fewer roles"
    technique = "T1548.005"
  }
  edge "may" {
    from = local.accounts
    to   = "google_data"
    condition = anytrue([
      for permission in ["storage.objects.get", "bigquery.tables.getData"] : contains(local.permissions, permission)
    ])
    message   = "a role of your own that is granted to it on the whole project reads data"
    at        = attrs.role
    technique = "T1530"
  }
  edge "may" {
    from      = local.accounts
    to        = "google_secrets"
    condition = contains(local.permissions, "secretmanager.versions.access")
    message   = "a role of your own that is granted to it on the whole project reads secrets"
    at        = attrs.role
    technique = "T1555.006"
  }
}

resource_policy "google_project_iam_policy|google_folder_iam_policy|google_organization_iam_policy" "whole_policy" {
  locals {
    admins = [
      for binding in local.bindings : binding
      if contains(concat(local.administrator_roles, local.impersonating_roles), binding.role)
    ]
    readers = [for binding in local.bindings : binding if contains(local.data_roles, binding.role)]
    tellers = [for binding in local.bindings : binding if contains(local.secret_roles, binding.role)]
  }
  edge "may" {
    from      = referents("google_service_account", local.admins[*].members)
    to        = "google_cloud_project"
    condition = length(local.admins) > 0
    message   = "`${local.admins[0].role}` is granted to it on the whole project"
    at        = local.admins[0].role
    technique = "T1098.003"
  }
  edge "may" {
    from      = referents("google_service_account", local.readers[*].members)
    to        = "google_data"
    condition = length(local.readers) > 0
    message   = "`${local.readers[0].role}` is granted to it on the whole project"
    at        = local.readers[0].role
    technique = "T1530"
  }
  edge "may" {
    from      = referents("google_service_account", local.tellers[*].members)
    to        = "google_secrets"
    condition = length(local.tellers) > 0
    message   = "`${local.tellers[0].role}` is granted to it on the whole project"
    at        = local.tellers[0].role
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
