# What leads where in Kubernetes. Sources: the documentation of Services, Ingresses, RBAC good practices and Pod security
# standards, and the Threat Matrix for Kubernetes.

locals {
  # Directories of a node from which a pod takes the node over.
  node_paths = [
    "/", "/etc", "/root", "/proc", "/sys", "/var", "/var/lib", "/var/lib/kubelet", "/var/run", "/run", "/var/run/docker.sock",
    "/run/docker.sock", "/var/run/containerd/containerd.sock", "/run/containerd/containerd.sock", "/var/run/crio/crio.sock",
    "/etc/kubernetes", "/etc/kubernetes/manifests", "/home", "/usr", "/boot",
  ]

  # Capabilities that lead out of a container by themselves: loading a module, mounting, and reading any file by its handle.
  host_capabilities = ["SYS_MODULE", "SYS_ADMIN", "DAC_READ_SEARCH", "ALL"]

  # Registries whose images are their owners': nobody else's Dockerfile builds them.
  publishers = [
    "mcr.microsoft.com", "cgr.dev", "dhi.io", "registry.access.redhat.com", "registry.redhat.io", "docker.elastic.co",
    "registry.k8s.io", "public.ecr.aws",
  ]

  # What creates pods, by API group.
  pod_makers = [
    { group = "", resources = ["pods", "replicationcontrollers"] },
    { group = "apps", resources = ["deployments", "daemonsets", "statefulsets", "replicasets"] },
    { group = "batch", resources = ["jobs", "cronjobs"] },
  ]
}

resource_policy "Service" "service" {
  locals {
    # The annotations by which clouds are told to make a load balancer of their own network.
    is_internal = anytrue([
      for key, value in coalesce(meta.annotations, {}) :
      regex_match(key, "internal|scheme") && regex_match(valuetostring(value), "(?i)true|internal")
    ])
    pods = selected("workload", attrs.spec.selector)
    # Agents of the node are what they are reached for.
    others = [for workload in local.pods : workload if node_agent(try(workload.spec.template.spec, workload.spec), workload.meta.kind) == null]
    is_isolated = alltrue([
      for workload in local.others : anytrue([
        for policy in in_namespace("NetworkPolicy") : isolates(policy.spec, "Ingress")
        && selects(policy.spec.podSelector, try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
      ])
    ])
  }
  edge "reaches" {
    from = "internet"
    condition = (
      contains(["LoadBalancer", "NodePort"], attrs.spec.type) && length(coalesce(attrs.spec.loadBalancerSourceRanges, [])) == 0
      && !local.is_internal
    )
    message   = "a Service of type ${attrs.spec.type} takes requests from outside the cluster"
    technique = "T1190"
  }
  edge "reaches" {
    from      = "pod"
    to        = local.others
    condition = attrs.spec.selector != null && !local.is_isolated
    message   = "the Service takes requests of every pod, and no NetworkPolicy isolates what it selects"
    at        = attrs.spec.selector
    technique = "T1210"
  }
  edge "reaches" {
    to        = local.pods
    condition = attrs.spec.selector != null
    message   = "the Service selects its pods"
    at        = attrs.spec.selector
  }
}

resource_policy "Ingress" "ingress" {
  locals {
    names = concat(
      [for backend in [attrs.spec.defaultBackend] : backend.service.name if backend != null],
      flatten([
        for rule in coalesce(attrs.spec.rules, []) : [
          for path in coalesce(rule.http.paths, []) : try(path.backend.service.name, path.backend.serviceName)
        ]
      ]),
    )
    hosts = [for rule in coalesce(attrs.spec.rules, []) : rule.host if rule.host != null]
  }
  edge "reaches" {
    from      = "internet"
    message   = "the Ingress takes requests from outside the cluster"
    technique = "T1190"
  }
  edge "reaches" {
    from    = [for host in local.hosts : "host ${host}"]
    message = "the Ingress takes requests for the host"
    at      = attrs.spec.rules
  }
  edge "reaches" {
    to      = flatten([for name in local.names : in_namespace("Service", name)])
    message = "the Ingress forwards to the Service"
    at      = attrs.spec.rules
  }
}

resource_policy "HTTPRoute|GRPCRoute|TLSRoute|TCPRoute" "route" {
  edge "reaches" {
    from      = "internet"
    to        = flatten([for rule in coalesce(attrs.spec.rules, []) : [for backend in coalesce(rule.backendRefs, []) : in_namespace("Service", backend.name)]])
    message   = "the route of a Gateway forwards to the Service"
    at        = attrs.spec.rules
    technique = "T1190"
  }
}

resource_policy "workload" "workload" {
  locals {
    pod     = meta.kind == "Pod" ? attrs.spec : try(attrs.spec.jobTemplate.spec.template.spec, attrs.spec.template.spec)
    account = coalesce(try(local.pod.serviceAccountName, null), try(local.pod.serviceAccount, null), "default")
    known   = in_namespace("ServiceAccount", local.account)
    env     = flatten([for container in local.serving : coalesce(container.env, [])])
    keys    = [for variable in local.env : variable.name if holds_credential(variable.name, variable.value, [])]
    extra   = flatten([for container in local.serving : coalesce(container.securityContext.capabilities.add, [])])
    added   = [for name in local.extra : capability(name)]
    images  = [for container in local.all : image(container.image)]
    token   = try(local.pod.automountServiceAccountToken, null)
    all     = concat(coalesce(try(local.pod.containers, null), []), coalesce(try(local.pod.initContainers, null), []))
    # Whoever takes the pod over while it serves finds no init container any more, unless it is a sidecar.
    serving = concat(
      coalesce(try(local.pod.containers, null), []),
      [for container in coalesce(try(local.pod.initContainers, null), []) : container if container.restartPolicy == "Always"],
    )
    mounted = flatten([for container in local.serving : [for mount in coalesce(container.volumeMounts, []) : mount.name]])
    paths = [
      for volume in coalesce(try(local.pod.volumes, null), []) : volume.hostPath.path
      if volume.hostPath != null && contains(local.mounted, volume.name)
    ]
  }
  edge "builds" {
    from = flatten([
      for image in local.images : ["image ${image.repository}", "image */${last(split("/", image.repository))}"]
      if image.repository != null && !startswith(image.repository, "library/") && !contains(local.publishers, image.registry)
    ])
    message   = "a container of it runs the image"
    technique = "T1525"
  }
  edge "holds" {
    to        = "credential"
    condition = length(local.keys) > 0
    message   = "its environment variable `${local.keys[0]}` is a credential, and every program reads its environment"
    technique = "T1552.001"
  }
  edge "runs_as" {
    to        = length(local.known) > 0 || attrs.metadata.namespace == null ? local.known : "system:serviceaccount:${attrs.metadata.namespace}:${local.account}"
    condition = local.token != false
    message   = "its pods have the token of the service account"
    technique = "T1528"
  }
  edge "escapes_to" {
    to        = "node"
    condition = anytrue([for container in local.serving : container.securityContext.privileged == true])
    message   = "a privileged container of it is root on the node"
    technique = "T1611"
  }
  edge "escapes_to" {
    to        = "node"
    condition = anytrue([for path in local.paths : contains(local.node_paths, path)])
    message   = "it mounts a directory of the node that takes the node over"
    technique = "T1611"
  }
  edge "escapes_to" {
    to        = "node"
    condition = anytrue([for name in local.added : contains(local.host_capabilities, name)])
    message   = "a container of it has a capability that leads out of it"
    technique = "T1611"
  }
  edge "escapes_to" {
    to        = "node"
    condition = local.pod.hostPID == true && contains(local.added, "SYS_PTRACE")
    message   = "it sees the processes of the node and may attach to them"
    technique = "T1611"
  }
}

resource_policy "ServiceAccount" "account" {
  locals {
    annotations = try(attrs.metadata.annotations, {})
    role        = try(local.annotations["eks.amazonaws.com/role-arn"], null)
    google      = try(local.annotations["iam.gke.io/gcp-service-account"], null)
    azure       = try(local.annotations["azure.workload.identity/client-id"], null)
    cloud = concat(
      local.role == null ? [] : referents("aws_iam_role", local.role), local.google == null ? [] : referents("google_service_account", local.google),
      local.azure == null ? [] : referents("azurerm_user_assigned_identity", local.azure),
    )
  }
  edge "runs_as" {
    to        = local.cloud
    condition = local.role != null || local.google != null || local.azure != null
    message   = "its token is exchanged for that identity"
    at        = attrs.metadata.annotations
    technique = "T1078.004"
  }
  # What other root modules say of the service account, they say by this name.
  edge "runs_as" {
    to        = "system:serviceaccount:${attrs.metadata.namespace}:${attrs.metadata.name}"
    condition = length(local.cloud) == 0 && attrs.metadata.namespace != null && attrs.metadata.name != null
    message   = "its token has that subject"
    at        = attrs.metadata.name
    technique = "T1528"
  }
}

resource_policy "ClusterRoleBinding" "cluster_binding" {
  locals {
    subjects = coalesce(attrs.subjects, [])
    accounts = flatten([
      for subject in local.subjects : [
        for account in in_namespace("ServiceAccount", subject.name) : account
        if subject.namespace == null || account.metadata.namespace == null || account.metadata.namespace == subject.namespace
      ] if subject.kind == "ServiceAccount"
    ])
    # Service accounts that another unit declares, or that Kubernetes itself makes.
    named = [
      for subject in local.subjects : "system:serviceaccount:${subject.namespace}:${subject.name}"
      if subject.kind == "ServiceAccount" && subject.namespace != null && subject.name != null
      && !anytrue([for account in local.accounts : account.metadata.name == subject.name])
    ]
    groups = concat(
      anytrue([for subject in local.subjects : contains(["system:serviceaccounts", "system:authenticated"], subject.name)]) ? ["pod"] : [],
      anytrue([for subject in local.subjects : contains(["system:unauthenticated", "system:anonymous"], subject.name)]) ? ["anonymous", "pod"] : [],
    )
    holders = concat(local.accounts, local.named, local.groups)
    rules   = role_rules(attrs.roleRef)
    makes_pods = anytrue(flatten([
      for rule in local.rules : [for maker in local.pod_makers : rbac_grants(rule, maker.group, maker.resources, ["create", "patch", "update"])]
    ]))
    approves = anytrue([for rule in local.rules : rbac_grants(rule, "certificates.k8s.io", ["certificatesigningrequests/approval"], ["update", "patch"])])
    requests = anytrue([for rule in local.rules : rbac_grants(rule, "certificates.k8s.io", ["certificatesigningrequests"], ["create"])])
    # Approving takes a right on the signer too, and this signer's certificates are those that the API server takes.
    client_signers = ["kubernetes.io/kube-apiserver-client", "kubernetes.io/*"]
    may_sign = anytrue([
      for rule in local.rules : rbac_allows(merge(rule, { resourceNames = [] }), "certificates.k8s.io", ["signers"], ["approve"]) && (
        length(coalesce(rule.resourceNames, [])) == 0
        || anytrue([for name in coalesce(rule.resourceNames, []) : contains(local.client_signers, name)])
      )
    ])
  }
  edge "may" {
    from      = local.holders
    to        = "cluster"
    condition = attrs.roleRef.name == "cluster-admin" || anytrue([for rule in local.rules : contains(rule.verbs, "*") && contains(rule.resources, "*") && contains(rule.apiGroups, "*")])
    message   = "the binding gives it every right in the cluster"
    technique = "T1078.001"
  }
  edge "escalates_to" {
    from = local.holders
    to   = "cluster"
    condition = anytrue([
      for rule in local.rules :
      rbac_grants(rule, "rbac.authorization.k8s.io", ["clusterroles", "clusterrolebindings"], ["escalate", "bind"])
      || rbac_grants(rule, "", ["users", "groups", "serviceaccounts"], ["impersonate"])
      || rbac_grants(rule, "", ["serviceaccounts/token"], ["create"])
    ])
    message   = "the binding lets it give itself the rights of others"
    technique = "T1098.006"
  }
  # How admission controllers register themselves, and most have the right by design: no way by itself.
  edge "controls" {
    from = local.holders
    to   = "cluster"
    condition = anytrue([
      for rule in local.rules :
      rbac_grants(rule, "admissionregistration.k8s.io", ["mutatingwebhookconfigurations"], ["create", "update", "patch"])
    ])
    message   = "the binding lets it change every object on its way into the cluster, by a webhook of its own"
    technique = "T1556"
  }
  edge "escalates_to" {
    from      = local.holders
    to        = "cluster"
    condition = local.approves && local.requests && local.may_sign
    message   = "the binding lets it issue client certificates in any name"
    technique = "T1649"
  }
  edge "may" {
    from      = local.holders
    to        = "cluster_secrets"
    condition = anytrue([for rule in local.rules : rbac_grants(rule, "", "secrets", ["get", "list"])])
    message   = "the binding lets it read the Secrets of every namespace"
    technique = "T1552.007"
  }
  edge "controls" {
    from      = local.holders
    to        = "node"
    condition = local.makes_pods
    message   = "the binding lets it create pods in every namespace"
    technique = "T1610"
  }
  edge "controls" {
    from      = local.holders
    to        = "node"
    condition = anytrue([for rule in local.rules : rbac_grants(rule, "", ["nodes/proxy"], ["create", "get"])])
    message   = "the binding lets it ask the kubelet of every node to run commands"
    technique = "T1609"
  }
  edge "controls" {
    from      = local.holders
    to        = "node"
    condition = anytrue([for rule in local.rules : rbac_grants(rule, "", ["persistentvolumes"], ["create"])])
    message   = "the binding lets it mount directories of the nodes, by a volume of its own"
    technique = "T1611"
  }
}

resource_policy "RoleBinding" "binding" {
  locals {
    accounts = flatten([
      for subject in coalesce(attrs.subjects, []) : [
        for account in in_namespace("ServiceAccount", subject.name) : account
        if subject.namespace == null || account.metadata.namespace == null || account.metadata.namespace == subject.namespace
      ] if subject.kind == "ServiceAccount"
    ])
    rules = role_rules(attrs.roleRef)
    makes_pods = anytrue(flatten([
      for rule in local.rules : [for maker in local.pod_makers : rbac_allows(rule, maker.group, maker.resources, ["create", "patch", "update"])]
    ]))
  }
  edge "may" {
    from      = local.accounts
    to        = "namespace_secrets"
    condition = anytrue([for rule in local.rules : rbac_allows(rule, "", "secrets", ["get", "list"]) && length(coalesce(rule.resourceNames, [])) == 0])
    message   = "the binding lets it read every Secret of the namespace"
    technique = "T1552.007"
  }
  edge "assumes" {
    from      = local.accounts
    to        = in_namespace("ServiceAccount")
    condition = local.makes_pods
    message   = "the binding lets it create pods, with every service account of the namespace"
    technique = "T1610"
  }
}
