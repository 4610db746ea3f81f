# What leads where in Kubernetes. Sources: the documentation of Services, Ingresses, RBAC good practices and Pod security
# standards, and the Threat Matrix for Kubernetes.

locals {
  # Directories of a node from which a pod takes the node over.
  node_paths = [
    "/", "/etc", "/root", "/proc", "/sys", "/var", "/var/lib", "/var/lib/kubelet", "/var/run", "/run", "/var/run/docker.sock",
    "/run/docker.sock", "/var/run/containerd/containerd.sock", "/run/containerd/containerd.sock", "/var/run/crio/crio.sock",
    "/etc/kubernetes", "/etc/kubernetes/manifests", "/home", "/usr", "/boot",
  ]
}

resource_policy "Service" "service" {
  edge "reaches" {
    from      = "internet"
    condition = contains(["LoadBalancer", "NodePort"], attrs.spec.type) && length(coalesce(attrs.spec.loadBalancerSourceRanges, [])) == 0 && !anytrue([for key, value in coalesce(meta.annotations, {}) : regex_match(key, "internal|scheme") && regex_match(valuetostring(value), "(?i)true|internal")])
    message   = "a Service of type ${attrs.spec.type} takes requests from outside the cluster"
    technique = "T1190"
  }
  edge "reaches" {
    to        = selected("workload", attrs.spec.selector)
    condition = attrs.spec.selector != null
    message   = "the Service selects its pods"
    at        = attrs.spec.selector
  }
}

resource_policy "Ingress" "ingress" {
  locals {
    names = concat(
      [for backend in [attrs.spec.defaultBackend] : backend.service.name if backend != null],
      flatten([for rule in coalesce(attrs.spec.rules, []) : [for path in coalesce(rule.http.paths, []) : path.backend.service.name]]),
    )
  }
  edge "reaches" {
    from      = "internet"
    message   = "the Ingress takes requests from outside the cluster"
    technique = "T1190"
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
    account = try(local.pod.serviceAccountName, local.pod.serviceAccount, "default")
    token   = try(local.pod.automountServiceAccountToken, null)
    all     = concat(coalesce(try(local.pod.containers, null), []), coalesce(try(local.pod.initContainers, null), []))
    paths   = [for volume in coalesce(try(local.pod.volumes, null), []) : volume.hostPath.path if volume.hostPath != null]
  }
  edge "runs_as" {
    to        = in_namespace("ServiceAccount", local.account)
    condition = local.token != false
    message   = "its pods have the token of the service account"
    technique = "T1528"
  }
  edge "escapes_to" {
    to        = "node"
    condition = anytrue([for container in local.all : container.securityContext.privileged == true])
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
    condition = local.pod.hostPID == true && anytrue([for container in local.all : anytrue([for name in coalesce(container.securityContext.capabilities.add, []) : contains(["SYS_PTRACE", "SYS_ADMIN", "ALL"], capability(name))])])
    message   = "it sees the processes of the node and may attach to them"
    technique = "T1611"
  }
}

resource_policy "ServiceAccount" "account" {
  locals {
    role = try(attrs.metadata.annotations["eks.amazonaws.com/role-arn"], null)
  }
  edge "runs_as" {
    to        = local.role == null ? [] : referents("aws_iam_role", local.role)
    condition = local.role != null
    message   = "its token is exchanged for the role"
    at        = attrs.metadata.annotations
    technique = "T1078.004"
  }
}

resource_policy "ClusterRoleBinding" "cluster_binding" {
  locals {
    accounts = flatten([
      for subject in coalesce(attrs.subjects, []) : [
        for account in in_namespace("ServiceAccount", subject.name) : account
        if subject.namespace == null || account.metadata.namespace == null || account.metadata.namespace == subject.namespace
      ] if subject.kind == "ServiceAccount"
    ])
    rules    = role_rules(attrs.roleRef)
  }
  edge "may" {
    from      = local.accounts
    to        = "cluster"
    condition = attrs.roleRef.name == "cluster-admin" || anytrue([for rule in local.rules : contains(rule.verbs, "*") && contains(rule.resources, "*") && contains(rule.apiGroups, "*")])
    message   = "the binding gives it every right in the cluster"
    technique = "T1078.001"
  }
  edge "escalates_to" {
    from      = local.accounts
    to        = "cluster"
    condition = anytrue([
      for rule in local.rules :
      rbac_grants(rule, "rbac.authorization.k8s.io", ["clusterroles", "clusterrolebindings"], ["escalate", "bind"])
      || rbac_grants(rule, "", ["users", "groups", "serviceaccounts"], ["impersonate"])
      || rbac_grants(rule, "", ["serviceaccounts/token"], ["create"])
    ])
    message   = "the binding lets it give itself the rights of others"
    technique = "T1098.006"
  }
  edge "may" {
    from      = local.accounts
    to        = "cluster_secrets"
    condition = anytrue([for rule in local.rules : rbac_grants(rule, "", "secrets", ["get", "list"])])
    message   = "the binding lets it read the Secrets of every namespace"
    technique = "T1552.007"
  }
  edge "escapes_to" {
    from      = local.accounts
    to        = "node"
    condition = anytrue([for rule in local.rules : rbac_grants(rule, "", ["pods", "nodes/proxy", "pods/exec"], ["create", "get"]) && rbac_grants(rule, "", ["pods"], ["create"])])
    message   = "the binding lets it create pods in every namespace"
    technique = "T1610"
  }
}
