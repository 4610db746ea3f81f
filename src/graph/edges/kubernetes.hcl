# What leads where in Kubernetes. Sources: the documentation of Services, Ingresses, RBAC good practices and Pod
# security standards, and the Threat Matrix for Kubernetes.

locals {
  # Directories of a node from which a pod takes the node over, whether it may write there or not: credentials are in
  # them, or sockets, which take requests of whoever may only read the directory.
  node_paths = "^(/|/etc|/root|/home|/var|/var/lib|/var/lib/(docker|containerd|kubelet|kubelet/pods|etcd|rancher))/?$"
  node_trees = "^(/etc/kubernetes|/etc/rancher|/(root|home/[^/]+)/[.](ssh|kube|docker|aws|config))(/|$)"
  # Directories from which it takes the node over by what it writes.
  written_paths = "^/(proc|sys|usr|usr/local|usr/local/bin|usr/bin|boot|bin|sbin|lib|opt|dev)/?$"
  written_trees = "^/(etc/(cron[^/]*|ssh|sudoers[.]d|systemd|ld[.]so[^/]*|pam[.]d)|var/spool/cron|usr/lib/systemd|lib/systemd)(/|$)"

  # Capabilities that lead out of a container by themselves: loading modules, mounting, reading any file by its handle.
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
  making = ["create", "patch", "update"]

  # Whom a binding names.
  subjects = coalesce(attrs.subjects, [])
  accounts = flatten([
    for subject in local.subjects : [
      for account in in_namespace("ServiceAccount", subject.name) : account
      if subject.namespace == null || account.metadata.namespace == null
      || account.metadata.namespace == subject.namespace
    ] if subject.kind == "ServiceAccount"
  ])
  # Service accounts of other namespaces, and those that another unit declares, or that Kubernetes itself makes.
  named = [
    for subject in local.subjects : "system:serviceaccount:${subject.namespace}:${subject.name}"
    if subject.kind == "ServiceAccount" && subject.namespace != null && subject.name != null
    && !anytrue([for account in local.accounts : account.metadata.name == subject.name])
  ]
  # The service accounts of a namespace, and those that a binding names as users.
  wide = [
    for subject in local.subjects : subject.name
    if contains(["Group", "User"], subject.kind)
    && regex_match(subject.name, "^system:serviceaccount(s:[^:]+|:[^:]+:[^:]+)$")
  ]
  every_pod = anytrue([
    for subject in local.subjects : contains(["system:serviceaccounts", "system:authenticated"], subject.name)
  ])
  everybody = anytrue([
    for subject in local.subjects : contains(["system:unauthenticated", "system:anonymous"], subject.name)
  ])
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
    others = [
      for workload in local.pods : workload
      if node_agent(try(workload.spec.template.spec, workload.spec), workload.meta.kind) == null
    ]
    isolations = [
      for policy in flatten([
        for workload in local.pods :
        selecting("NetworkPolicy", try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
      ]) : policy if isolates(policy.spec, "Ingress")
    ]
    is_isolated = alltrue([
      for workload in local.others : anytrue([
        for policy in local.isolations :
        selects(policy.spec.podSelector, try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
      ])
    ])
    # What an isolated pod takes is what a policy admits: of anybody, of addresses, or of pods.
    from_outside = [
      for policy in local.isolations : policy if anytrue([
        for rule in coalesce(policy.spec.ingress, []) :
        length(coalesce(rule.from, [])) == 0
        || anytrue([
          for peer in rule.from :
          peer.ipBlock != null && (attrs.spec.externalTrafficPolicy != "Local" || !cidr_is_private(peer.ipBlock.cidr))
        ])
      ])
    ]
    from_pods = [for policy in local.isolations : policy if length(coalesce(policy.spec.ingress, [])) > 0]
    is_closed = length(local.pods) > 0 && alltrue([
      for workload in local.pods : anytrue([
        for policy in local.isolations :
        selects(policy.spec.podSelector, try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
        ]) && !anytrue([
        for policy in local.from_pods :
        selects(policy.spec.podSelector, try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
      ])
    ])
    is_cut_off = length(local.pods) > 0 && alltrue([
      for workload in local.pods : anytrue([
        for policy in local.isolations :
        selects(policy.spec.podSelector, try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
        ]) && !anytrue([
        for policy in local.from_outside :
        selects(policy.spec.podSelector, try(workload.spec.template.metadata.labels, workload.metadata.labels, null))
      ])
    ])
    sources = coalesce(attrs.spec.loadBalancerSourceRanges, [])
  }
  edge "reaches" {
    from = "internet"
    condition = (
      contains(["LoadBalancer", "NodePort"], attrs.spec.type)
      && (length(local.sources) == 0 || cidr_is_any(local.sources))
      && !local.is_internal && !local.is_cut_off
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
    condition = attrs.spec.selector != null && !local.is_closed
    message   = "the Service selects its pods, and no NetworkPolicy closes them to everyone"
    at        = attrs.spec.selector
    technique = "T1190"
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
    # What a controller is told of who may ask: an internal scheme or class, addresses, or a sign-in.
    notes = coalesce(meta.annotations, {})
    class = valuetostring(
      coalesce(attrs.spec.ingressClassName, lookup(local.notes, "kubernetes.io/ingress.class", null), "-")
    )
    is_internal = regex_match(local.class, "(^|[-_./])(internal|private)($|[-_./])") || anytrue([
      for key, value in local.notes :
      regex_match(key, "/scheme$|/load-balancer-scheme$|internal")
      && regex_match(valuetostring(value), "(?i)^(true|internal)$")
    ])
    is_limited = anytrue([
      for key, value in local.notes :
      regex_match(key, "/(whitelist-source-range|allowlist-source-range|inbound-cidrs)$")
      && !cidr_is_any([for range in split(",", valuetostring(value)) : trimspace(range)])
    ])
    signs_in = anytrue([
      for key, value in local.notes :
      regex_match(key, "/(auth-url|auth-type|auth-tls-secret)$") && !regex_match(valuetostring(value), "^(none)?$")
    ])
    is_open = !local.is_internal && !local.is_limited && !local.signs_in
  }
  edge "reaches" {
    from      = "internet"
    condition = local.is_open
    message   = "the Ingress takes requests from outside the cluster"
    at        = attrs.kind
    technique = "T1190"
  }
  edge "reaches" {
    from      = [for host in local.hosts : "host ${host}"]
    condition = local.is_open
    message   = "the Ingress takes requests for the host"
    at        = attrs.spec.rules
    technique = "T1190"
  }
  edge "reaches" {
    to        = flatten([for name in local.names : in_namespace("Service", name)])
    message   = "the Ingress forwards to the Service"
    at        = attrs.spec.rules
    technique = "T1190"
  }
}

resource_policy "HTTPRoute|GRPCRoute|TLSRoute|TCPRoute" "route" {
  edge "reaches" {
    from = "internet"
    to = flatten([
      for rule in coalesce(attrs.spec.rules, []) : [
        for backend in coalesce(rule.backendRefs, []) : in_namespace("Service", backend.name)
      ]
    ])
    message   = "the route of a Gateway forwards to the Service"
    at        = attrs.spec.rules
    technique = "T1190"
  }
}

resource_policy "Route" "openshift_route" {
  filter = meta.group == "route.openshift.io"
  edge "reaches" {
    from = "internet"
    to = flatten([
      for backend in concat([attrs.spec.to], coalesce(attrs.spec.alternateBackends, [])) :
      in_namespace("Service", backend.name)
    ])
    message   = "the Route forwards to the Service"
    at        = attrs.spec.to
    technique = "T1190"
  }
}

resource_policy "IngressRoute" "traefik_route" {
  locals {
    routes = coalesce(attrs.spec.routes, [])
    limits = flatten([
      for route in local.routes : [
        for middleware in coalesce(route.middlewares, []) : in_namespace("Middleware", middleware.name)
      ]
    ])
    is_limited = anytrue([
      for middleware in local.limits :
      middleware.spec.basicAuth != null || middleware.spec.digestAuth != null || middleware.spec.forwardAuth != null
      || middleware.spec.ipAllowList != null || middleware.spec.ipWhiteList != null
    ])
  }
  edge "reaches" {
    from = "internet"
    to = flatten([
      for route in local.routes : [
        for backend in coalesce(route.services, []) : in_namespace("Service", backend.name)
      ]
    ])
    condition = !local.is_limited
    message   = "the IngressRoute forwards to the Service"
    at        = attrs.spec.routes
    technique = "T1190"
  }
}

resource_policy "workload" "workload" {
  locals {
    pod = (
      meta.kind == "Pod" ? attrs.spec
      : try(attrs.spec.jobTemplate.spec.template.spec, attrs.spec.template.spec, null)
    )
    account = coalesce(try(local.pod.serviceAccountName, null), try(local.pod.serviceAccount, null), "default")
    known   = in_namespace("ServiceAccount", local.account)
    env     = flatten([for container in local.serving : coalesce(container.env, [])])
    keys    = [for variable in local.env : variable.name if holds_credential(variable.name, variable.value, [])]
    extra   = flatten([for container in local.serving : coalesce(container.securityContext.capabilities.add, [])])
    added   = [for name in local.extra : capability(name)]
    images  = [for container in local.all : image(container.image)]
    # What the pod says of the token overrides what the service account says.
    withheld = length(local.known) > 0 && alltrue([
      for account in local.known : account.automountServiceAccountToken == false
    ])
    token = local.pod.automountServiceAccountToken == null ? !local.withheld : local.pod.automountServiceAccountToken
    mains = coalesce(try(local.pod.containers, null), [])
    inits = coalesce(try(local.pod.initContainers, null), [])
    all   = concat(local.mains, local.inits)
    # Whoever takes the pod over while it serves finds no init container any more, unless it is a sidecar.
    serving = concat(
      local.mains,
      [for container in local.inits : container if container.restartPolicy == "Always"],
    )
    mounts  = flatten([for container in local.serving : coalesce(container.volumeMounts, [])])
    mounted = local.mounts[*].name
    written = [for mount in local.mounts : mount.name if mount.readOnly != true]
    volumes = [for volume in coalesce(try(local.pod.volumes, null), []) : volume if volume.hostPath != null]
    paths   = [for volume in local.volumes : volume.hostPath.path if contains(local.mounted, volume.name)]
    changed = [for volume in local.volumes : volume.hostPath.path if contains(local.written, volume.name)]
  }
  edge "builds" {
    from = flatten([
      for image in local.images : ["image ${image.repository}", "image */${last(split("/", image.repository))}"]
      if image.repository != null && !startswith(image.repository, "library/")
      && !contains(local.publishers, image.registry)
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
    to = (
      length(local.known) > 0 || attrs.metadata.namespace == null
      ? local.known : "system:serviceaccount:${attrs.metadata.namespace}:${local.account}"
    )
    condition = local.token
    message   = "its pods have the token of the service account"
    at        = local.pod.automountServiceAccountToken
    technique = "T1528"
  }
  edge "escapes_to" {
    to        = "node"
    condition = anytrue([for container in local.serving : container.securityContext.privileged == true])
    message   = "a privileged container of it is root on the node"
    technique = "T1611"
  }
  edge "escapes_to" {
    to = "node"
    condition = (
      anytrue([
        for path in local.paths :
        regex_match(path, local.node_paths) || regex_match(path, local.node_trees) || runtime_socket(path)
      ])
      || anytrue([
        for path in local.changed : regex_match(path, local.written_paths) || regex_match(path, local.written_trees)
      ])
    )
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
      local.role == null ? [] : referents("aws_iam_role", local.role),
      local.google == null ? [] : referents("google_service_account", local.google),
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
  edge "runs_as" {
    to        = "system:serviceaccounts:${attrs.metadata.namespace}"
    condition = attrs.metadata.namespace != null
    message   = "its token is of that group"
    at        = attrs.metadata.namespace
    technique = "T1528"
  }
}

resource_policy "ClusterRoleBinding" "cluster_binding" {
  locals {
    groups = concat(
      local.wide,
      local.every_pod ? ["pod"] : [],
      local.everybody ? ["anonymous", "pod"] : [],
    )
    holders = concat(local.accounts, local.named, local.groups)
    rules   = role_rules(attrs.roleRef)
    others = [
      for account in in_namespace("ServiceAccount") : account
      if !anytrue([
        for holder in local.accounts :
        holder.metadata.name == account.metadata.name && holder.metadata.namespace == account.metadata.namespace
      ])
    ]
    enters = anytrue([
      for rule in local.rules : rbac_grants(rule, "", ["pods/exec", "pods/attach"], ["create", "get"])
      || rbac_grants(rule, "", ["pods/ephemeralcontainers"], ["patch", "update"])
    ])
    makes_pods = anytrue(flatten([
      for rule in local.rules : [
        for maker in local.pod_makers : rbac_grants(rule, maker.group, maker.resources, local.making)
      ]
    ]))
    approves = anytrue([
      for rule in local.rules :
      rbac_grants(rule, "certificates.k8s.io", ["certificatesigningrequests/approval"], ["update", "patch"])
    ])
    requests = anytrue([
      for rule in local.rules : rbac_grants(rule, "certificates.k8s.io", ["certificatesigningrequests"], ["create"])
    ])
    # Approving takes a right on the signer too, and this signer's certificates are those that the API server takes.
    client_signers = ["kubernetes.io/kube-apiserver-client", "kubernetes.io/*"]
    may_sign = anytrue([
      for rule in local.rules :
      rbac_allows(merge(rule, { resourceNames = [] }), "certificates.k8s.io", ["signers"], ["approve"]) && (
        length(coalesce(rule.resourceNames, [])) == 0
        || anytrue([for name in coalesce(rule.resourceNames, []) : contains(local.client_signers, name)])
      )
    ])
  }
  edge "may" {
    from = local.holders
    to   = "cluster"
    condition = attrs.roleRef.name == "cluster-admin" || anytrue([
      for rule in local.rules :
      contains(rule.verbs, "*") && contains(rule.resources, "*") && contains(rule.apiGroups, "*")
    ])
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
      rbac_grants(
        rule, "admissionregistration.k8s.io", ["mutatingwebhookconfigurations"], ["create", "update", "patch"]
      )
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
  edge "assumes" {
    from      = local.holders
    to        = local.others
    condition = local.enters
    message   = "the binding lets it run commands in the pods of every namespace, which have their tokens"
    technique = "T1609"
  }
  edge "assumes" {
    from      = local.holders
    to        = local.others
    condition = local.makes_pods
    message   = "the binding lets it create pods with the service accounts of every namespace"
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
    groups  = local.every_pod ? ["pod"] : []
    holders = concat(local.accounts, local.named, local.wide, local.groups)
    rules   = role_rules(attrs.roleRef)
    # Roles that are in every cluster: each of them edits workloads and reads Secrets.
    edits = attrs.roleRef.kind == "ClusterRole" && contains(["cluster-admin", "admin", "edit"], attrs.roleRef.name)
    others = [
      for account in in_namespace("ServiceAccount") : account
      if !anytrue([for holder in local.accounts : holder.metadata.name == account.metadata.name])
    ]
    makes_pods = local.edits || anytrue(flatten([
      for rule in local.rules : [
        for maker in local.pod_makers : rbac_allows(rule, maker.group, maker.resources, local.making)
      ]
    ]))
    enters = anytrue([
      for rule in local.rules : rbac_allows(rule, "", ["pods/exec", "pods/attach"], ["create", "get"])
      || rbac_allows(rule, "", ["pods/ephemeralcontainers"], ["patch", "update"])
    ])
    issues = anytrue([
      for rule in local.rules :
      rbac_allows(rule, "", ["serviceaccounts/token"], ["create"])
      || rbac_allows(rule, "", ["serviceaccounts"], ["impersonate"])
    ])
  }
  edge "may" {
    from = local.holders
    to   = "namespace_secrets"
    condition = local.edits || anytrue([
      for rule in local.rules :
      rbac_allows(rule, "", "secrets", ["get", "list"]) && length(coalesce(rule.resourceNames, [])) == 0
    ])
    message   = "the binding lets it read every Secret of the namespace"
    technique = "T1552.007"
  }
  edge "escalates_to" {
    from = local.holders
    to   = "namespace_secrets"
    condition = anytrue([
      for rule in local.rules :
      rbac_allows(rule, "rbac.authorization.k8s.io", ["roles", "rolebindings"], ["escalate", "bind"])
    ])
    message   = "the binding lets it give itself every right in the namespace"
    technique = "T1098.006"
  }
  edge "assumes" {
    from      = local.holders
    to        = local.others
    condition = local.makes_pods
    message   = "the binding lets it create pods, with every service account of the namespace"
    technique = "T1610"
  }
  edge "assumes" {
    from      = local.holders
    to        = local.others
    condition = local.enters
    message   = "the binding lets it run commands in the pods of the namespace, which have their tokens"
    technique = "T1609"
  }
  edge "assumes" {
    from      = local.holders
    to        = local.others
    condition = local.issues
    message   = "the binding lets it act as every service account of the namespace"
    technique = "T1528"
  }
}
