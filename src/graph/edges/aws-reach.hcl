# How AWS is reached, and what its workloads run as. Sources: the Amazon VPC, EC2, Elastic Load Balancing, API Gateway,
# Lambda, ECS and Cognito guides, and the documentation of each resource of the provider.

locals {
  # The rules of the security groups of what has some, written in the group or beside it. What names its groups in
  # another way has a local `groups` of its own.
  groups = referents("aws_security_group", [attrs.vpc_security_group_ids, attrs.security_groups])
  beside = flatten([
    for group in local.groups : concat(
      [
        for rule in getresources("aws_security_group_rule", { security_group_id = group.id }) : rule
        if rule.type != "egress"
      ],
      getresources("aws_vpc_security_group_ingress_rule", { security_group_id = group.id }),
    )
  ])
  written = flatten([for group in local.groups : coalesce(group.ingress, [])])
  rules = flatten(concat(
    [for group in local.groups : network_rules(group, "ingress")],
    [for rule in local.beside : network_rules(rule, "ingress")],
  ))
  # Without any rule, a security group lets nobody in.
  is_closed = length(local.groups) > 0 && length(local.rules) == 0

  # The network ACLs of its subnets. Each of them has to admit what the security group admits.
  subnets = referents("aws_subnet", [attrs.subnet_id, attrs.subnets])
  acls = [
    for acl in length(local.subnets) == 0 ? [] : getresources("aws_network_acl", {}) : {
      entries = flatten(concat(
        network_rules(acl, "ingress"),
        [
          for rule in getresources("aws_network_acl_rule", { network_acl_id = acl.id }) :
          network_rules(rule, "ingress")
        ],
      ))
    }
    if anytrue([for subnet in local.subnets : contains(acl.subnet_ids, subnet.id)])
  ]
  all_protocols = ["-1", "all"]
  open_rules = [
    for rule in local.rules : rule
    if cidr_is_any(rule.cidrs) && alltrue([
      for acl in local.acls : anytrue([
        for entry in acl.entries :
        lower(entry.action) == "allow" && cidr_is_any(entry.cidrs)
        && (
          contains(local.all_protocols, entry.protocol) || contains(local.all_protocols, rule.protocol)
          || entry.from <= rule.to && rule.from <= entry.to
        )
        && !anytrue([
          for denial in acl.entries :
          lower(denial.action) == "deny" && denial.number < entry.number && cidr_is_any(denial.cidrs)
          && (
            contains(local.all_protocols, denial.protocol)
            || denial.protocol == entry.protocol && denial.from <= rule.from && rule.to <= denial.to
          )
        ])
      ])
    ])
  ]

  # Whether a load balancer comes through: by addresses, by a list of prefixes, or by a security group that one has.
  sources = referents("aws_security_group", concat(
    [for rule in local.written : rule.security_groups],
    [for rule in local.beside : try(rule.source_security_group_id, null)],
    [for rule in local.beside : try(rule.referenced_security_group_id, null)],
  ))
  prefixes = concat(
    flatten([for rule in local.written : coalesce(rule.prefix_list_ids, [])]),
    [
      for rule in local.beside : rule
      if try(rule.prefix_list_ids, null) != null || try(rule.prefix_list_id, null) != null
    ],
  )
  takes_balancers = (
    length(local.groups) == 0 || length(local.prefixes) > 0
    || anytrue([for rule in local.rules : length(rule.cidrs) > 0])
    || anytrue([
      for source in local.sources : anytrue(flatten([
        for type in ["aws_lb", "aws_alb", "aws_elb"] : [
          for balancer in getresources(type, {}) :
          anytrue([
            for group in referents("aws_security_group", balancer.security_groups) :
            group.meta.address == source.meta.address
          ])
        ]
      ]))
    ])
  )

  # What keeps the data and the secrets that a workload names.
  kept_in = ["aws_s3_bucket", "aws_dynamodb_table", "aws_secretsmanager_secret", "aws_ssm_parameter"]
}

# ---- the internet reaches ----

resource_policy "aws_lb|aws_alb|aws_elb" "open_load_balancer" {
  filter = attrs.internal != true
  locals {
    # A network load balancer without security groups takes requests from everywhere.
    is_open = length(local.open_rules) > 0 || attrs.load_balancer_type == "network" && attrs.security_groups == null
  }
  edge "reaches" {
    from      = "internet"
    condition = local.is_open
    message   = "the load balancer faces the internet, and its security group admits every address"
    technique = "T1190"
  }
}

resource_policy "aws_cloudfront_distribution" "distribution" {
  locals {
    origins = [for origin in coalesce(attrs.origin, []) : origin.domain_name]
  }
  edge "reaches" {
    from      = "internet"
    to        = referents("family.aws_lb", local.origins)
    condition = attrs.enabled != false
    message   = "the distribution forwards requests of everyone to the load balancer"
    at        = attrs.origin
    technique = "T1190"
  }
}

resource_policy "aws_lb_listener|aws_alb_listener" "listener" {
  edge "reaches" {
    from      = referents("family.aws_lb", attrs.load_balancer_arn)
    to        = referents("family.aws_lb_target_group", attrs.default_action)
    message   = "the listener forwards to the target group"
    at        = attrs.default_action
    technique = "T1190"
  }
}

resource_policy "aws_lb_listener_rule|aws_alb_listener_rule" "listener_rule" {
  locals {
    listeners = referents("family.aws_lb_listener", attrs.listener_arn)
    balancers = local.listeners[*].load_balancer_arn
  }
  edge "reaches" {
    from      = referents("family.aws_lb", local.balancers)
    to        = referents("family.aws_lb_target_group", attrs.action)
    message   = "the rule of the listener forwards to the target group"
    at        = attrs.action
    technique = "T1190"
  }
}

resource_policy "aws_lb_target_group_attachment|aws_alb_target_group_attachment" "target" {
  edge "reaches" {
    from      = referents("family.aws_lb_target_group", attrs.target_group_arn)
    to        = referents("aws_lambda_function", attrs.target_id)
    message   = "it is a target of the group"
    at        = attrs.target_id
    technique = "T1190"
  }
}

resource_policy "aws_ecs_service" "service" {
  locals {
    tasks     = referents("aws_ecs_task_definition", attrs.task_definition)
    networks  = coalesce(attrs.network_configuration, [])
    groups    = flatten([for network in local.networks : referents("aws_security_group", network.security_groups)])
    is_public = anytrue([for network in local.networks : network.assign_public_ip == true])
    sockets = [
      for task in local.tasks : task
      if anytrue([for volume in coalesce(task.volume, []) : runtime_socket(volume.host_path)])
    ]
    rooted = [
      for task in local.tasks : task
      if anytrue([
        for container in try(tolist(from_json(task.container_definitions)), []) : container.privileged == true
      ])
    ]
  }
  edge "reaches" {
    from      = "internet"
    condition = local.is_public && anytrue([for rule in local.rules : cidr_is_any(rule.cidrs)])
    message   = "its tasks have public addresses, and their security group admits every address"
    technique = "T1190"
  }
  edge "escapes_to" {
    to        = referents("aws_ecs_cluster", attrs.cluster)
    condition = length(local.sockets) > 0
    message   = "a task mounts the socket of the container runtime, which starts containers on the instance"
    at        = attrs.task_definition
    technique = "T1611"
  }
  edge "escapes_to" {
    to        = referents("aws_ecs_cluster", attrs.cluster)
    condition = length(local.rooted) > 0
    message   = "a privileged container of a task is root on the instance"
    at        = attrs.task_definition
    technique = "T1611"
  }
  edge "reaches" {
    from      = referents("family.aws_lb_target_group", attrs.load_balancer)
    condition = !local.is_closed
    message   = "the service registers its tasks with the target group"
    at        = attrs.load_balancer
    technique = "T1190"
  }
  edge "runs_as" {
    to        = flatten([for task in local.tasks : referents("aws_iam_role", task.task_role_arn)])
    message   = "its tasks have the role"
    at        = attrs.task_definition
    technique = "T1552.005"
  }
}

resource_policy "aws_autoscaling_group" "group" {
  locals {
    templates = concat(
      referents("aws_launch_template", attrs.launch_template),
      referents("aws_launch_template", attrs.mixed_instances_policy),
      referents("aws_launch_configuration", attrs.launch_configuration),
    )
    roles = flatten([
      for template in local.templates : [
        for profile in concat(
          referents("aws_iam_instance_profile", template.iam_instance_profile),
          flatten([
            for block in try(tolist(template.iam_instance_profile), []) :
            getresources("aws_iam_instance_profile", { name = block.name })
          ]),
        ) : referents("aws_iam_role", profile.role)
      ]
    ])
    interfaces = flatten([for template in local.templates : try(tolist(template.network_interfaces), [])])
    is_public = (
      anytrue([for interface in local.interfaces : interface.associate_public_ip_address == true])
      || anytrue([for template in local.templates : try(template.associate_public_ip_address, null) == true])
    )
    groups = referents("aws_security_group", concat(
      local.interfaces[*].security_groups,
      [for template in local.templates : try(template.vpc_security_group_ids, null)],
      [for template in local.templates : try(template.security_groups, null)],
    ))
    is_asked = anytrue([
      for template in local.templates :
      try(template.metadata_options[0].http_tokens, null) != "required"
      && try(template.metadata_options[0].http_endpoint, null) != "disabled"
    ])
  }
  edge "reaches" {
    from      = "internet"
    condition = local.is_public && anytrue([for rule in local.rules : cidr_is_any(rule.cidrs)])
    message   = "its instances have public addresses, and their security group admits every address"
    technique = "T1190"
  }
  edge "reaches" {
    from      = referents("family.aws_lb_target_group", attrs.target_group_arns)
    condition = !local.is_closed
    message   = "the instances of the group are targets"
    at        = attrs.target_group_arns
    technique = "T1190"
  }
  edge "reaches" {
    from      = referents("aws_elb", attrs.load_balancers)
    condition = !local.is_closed
    message   = "the instances of the group are registered with the load balancer"
    at        = attrs.load_balancers
    technique = "T1190"
  }
  edge "leaks" {
    to        = local.roles
    condition = local.is_asked
    message   = "the metadata service answers requests without a token, those too that a program on the instances forwards"
    technique = "T1552.005"
  }
  edge "runs_as" {
    to        = local.roles
    message   = "its instances have the role of the launch template's profile"
    technique = "T1552.005"
  }
}

resource_policy "aws_instance" "instance" {
  locals {
    keys       = credentials_in(valuetostring(attrs.user_data))
    tokens     = try(attrs.metadata_options[0].http_tokens, null)
    endpoint   = try(attrs.metadata_options[0].http_endpoint, null)
    profiles   = referents("aws_iam_instance_profile", attrs.iam_instance_profile)
    roles      = flatten([for profile in local.profiles : referents("aws_iam_role", profile.role)])
    attached   = concat(referrers("aws_lb_target_group_attachment"), referrers("aws_alb_target_group_attachment"))
    registered = referrers("aws_elb_attachment")
    balancers = concat(
      referrers("aws_elb"),
      flatten([for registration in local.registered : referents("aws_elb", registration.elb)]),
    )
    has_address = (
      attrs.associate_public_ip_address == true
      || length(referrers("aws_eip")) > 0 || length(referrers("aws_eip_association")) > 0
    )
    is_public = local.has_address || attrs.associate_public_ip_address == null && anytrue([
      for subnet in local.subnets : subnet.map_public_ip_on_launch == true
    ])
  }
  edge "reaches" {
    from      = "internet"
    condition = local.is_public && length(local.open_rules) > 0
    message   = "the instance has a public address, and its security group admits every address"
    technique = "T1190"
  }
  edge "reaches" {
    from      = referents("family.aws_lb_target_group", local.attached[*].target_group_arn)
    condition = length(local.attached) > 0 && local.takes_balancers
    message   = "it is a target of the group"
    at        = local.attached[0].target_id
    technique = "T1190"
  }
  edge "reaches" {
    from      = local.balancers
    condition = length(local.balancers) > 0 && local.takes_balancers
    message   = "the instance is registered with the load balancer"
    at        = try(local.registered[0].instance, local.balancers[0].instances)
    technique = "T1190"
  }
  edge "runs_as" {
    from      = referents("aws_ecs_cluster", attrs.user_data)
    message   = "the tasks of the cluster run on the instance"
    at        = attrs.user_data
    technique = "T1610"
  }
  edge "leaks" {
    to        = local.roles
    condition = local.tokens != "required" && local.endpoint != "disabled"
    message   = "the metadata service answers requests without a token, those too that a program on the instance forwards"
    technique = "T1552.005"
  }
  edge "holds" {
    to        = "credential"
    condition = length(local.keys) > 0
    message   = "its user data sets `${local.keys[0]}`, and the metadata service hands user data to every program on the instance"
    at        = attrs.user_data
    technique = "T1552.005"
  }
  edge "runs_as" {
    to        = local.roles
    message   = "whoever is on the instance gets the credentials of its profile's role from the metadata service"
    at        = attrs.iam_instance_profile
    technique = "T1552.005"
  }
}

resource_policy "aws_lambda_function_url" "url" {
  edge "reaches" {
    from      = "internet"
    to        = referents("aws_lambda_function", attrs.function_name)
    condition = attrs.authorization_type == "NONE"
    message   = "the function URL takes requests that nobody signed"
    technique = "T1190"
  }
}

resource_policy "aws_apigatewayv2_route" "route" {
  locals {
    integrations = referents("aws_apigatewayv2_integration", attrs.target)
  }
  edge "reaches" {
    from = "internet"
    to = flatten([
      for integration in local.integrations : referents("aws_lambda_function", integration.integration_uri)
    ])
    condition = attrs.authorization_type == null || attrs.authorization_type == "NONE"
    message   = "the route of the API takes requests without authorization"
    technique = "T1190"
  }
}

resource_policy "aws_apigatewayv2_api" "quick_api" {
  edge "reaches" {
    from      = "internet"
    to        = referents("aws_lambda_function", attrs.target)
    condition = attrs.target != null
    message   = "the API takes requests without authorization"
    at        = attrs.target
    technique = "T1190"
  }
}

resource_policy "aws_apprunner_service" "apprunner" {
  locals {
    ingress = flatten([
      for network in coalesce(attrs.network_configuration, []) : coalesce(network.ingress_configuration, [])
    ])
    runs_as = flatten([
      for instance in coalesce(attrs.instance_configuration, []) : referents("aws_iam_role", instance.instance_role_arn)
    ])
  }
  edge "reaches" {
    from      = "internet"
    condition = !anytrue([for ingress in local.ingress : ingress.is_publicly_accessible == false])
    message   = "the service takes requests of everyone"
    technique = "T1190"
  }
  edge "runs_as" {
    to        = local.runs_as
    message   = "the service has the role"
    at        = attrs.instance_configuration
    technique = "T1552.005"
  }
}

resource_policy "aws_api_gateway_integration" "integration" {
  locals {
    is_private = anytrue(flatten([
      for api in referents("aws_api_gateway_rest_api", attrs.rest_api_id) : [
        for endpoint in coalesce(api.endpoint_configuration, []) : contains(endpoint.types, "PRIVATE")
      ]
    ]))
    methods = [
      for method in getresources("aws_api_gateway_method", {
        resource_id = attrs.resource_id
        rest_api_id = attrs.rest_api_id
      }) : method
      if method.authorization == "NONE" && method.api_key_required != true
    ]
  }
  edge "reaches" {
    from      = "internet"
    to        = referents("aws_lambda_function", attrs.uri)
    condition = length(local.methods) > 0 && !local.is_private
    message   = "a method of the API takes requests without authorization"
    at        = attrs.uri
    technique = "T1190"
  }
}

resource_policy "aws_lambda_permission" "permission" {
  locals {
    is_unlimited = attrs.source_arn == null && attrs.source_account == null && attrs.principal_org_id == null
  }
  edge "reaches" {
    from      = "internet"
    to        = referents("aws_lambda_function", attrs.function_name)
    condition = attrs.principal == "*" && local.is_unlimited && attrs.function_url_auth_type != "AWS_IAM"
    message   = "every AWS account may invoke the function"
    at        = attrs.principal
    technique = "T1190"
  }
}

resource_policy "aws_sns_topic_policy|aws_sqs_queue_policy" "open_topic" {
  locals {
    open = [
      for statement in iam_policy(attrs.policy).statements : statement
      if iam_is_public(statement) && iam_allows(statement, ["sns:Publish", "sqs:SendMessage"])
    ]
  }
  edge "reaches" {
    from      = "internet"
    to        = concat(referents("aws_sns_topic", attrs.arn), referents("aws_sqs_queue", attrs.queue_url))
    condition = length(local.open) > 0
    message   = "its policy lets everyone send messages"
    at        = attrs.policy
    technique = "T1190"
  }
}

resource_policy "aws_sns_topic_subscription|aws_lambda_event_source_mapping|aws_s3_bucket_notification" "trigger" {
  edge "reaches" {
    from = flatten([
      for type in ["aws_sns_topic", "aws_sqs_queue", "aws_s3_bucket"] :
      referents(type, [attrs.topic_arn, attrs.event_source_arn, attrs.bucket])
    ])
    to        = referents("aws_lambda_function", [attrs.endpoint, attrs.function_name, attrs.lambda_function])
    message   = "a message starts the function"
    technique = "T1546"
  }
}

resource_policy "aws_s3_bucket_policy" "public_writes" {
  locals {
    open = [
      for statement in iam_policy(attrs.policy).statements : statement
      if iam_is_public(statement) && iam_allows(statement, "s3:PutObject")
    ]
  }
  edge "writes" {
    from      = "internet"
    to        = referents("aws_s3_bucket", attrs.bucket)
    condition = length(local.open) > 0
    message   = "its policy lets everyone replace its objects"
    at        = attrs.policy
    technique = "T1525"
  }
}

resource_policy "aws_cognito_identity_pool_roles_attachment" "guests" {
  locals {
    pools = [
      for pool in referents("aws_cognito_identity_pool", attrs.identity_pool_id) : pool
      if pool.allow_unauthenticated_identities == true
    ]
  }
  edge "reaches" {
    from      = "guest"
    to        = referents("aws_iam_role", attrs.roles.unauthenticated)
    condition = length(local.pools) > 0
    message   = "the identity pool gives credentials of the role to whoever asks, without a sign-in"
    at        = attrs.roles.unauthenticated
    technique = "T1078.004"
  }
}

resource_policy "aws_db_instance|aws_rds_cluster_instance|aws_redshift_cluster" "database" {
  edge "reaches" {
    from      = "internet"
    condition = attrs.publicly_accessible == true && length(local.open_rules) > 0
    message   = "the database has a public address, and its security group admits every address"
    technique = "T1190"
  }
}

# ---- runs as ----

resource_policy "aws_lambda_function" "function" {
  locals {
    variables = try(attrs.environment[0].variables, {})
    secrets   = [for name, value in coalesce(local.variables, {}) : name if holds_credential(name, value, [])]
  }
  edge "holds" {
    to        = "credential"
    condition = length(local.secrets) > 0
    message   = "its environment variable `${local.secrets[0]}` is a credential, and every program reads its environment"
    at        = local.variables
    technique = "T1552.001"
  }
  edge "builds" {
    from      = concat(referents("aws_s3_bucket", attrs.s3_bucket), referents("aws_ecr_repository", attrs.image_uri))
    message   = "the code of the function is taken from there"
    at        = try(attrs.s3_bucket, attrs.image_uri)
    technique = "T1525"
  }
  edge "uses" {
    to = flatten([
      for type in local.kept_in : referents(type, local.variables)
    ])
    message = "its environment names it"
  }
  edge "runs_as" {
    to        = referents("aws_iam_role", attrs.role)
    message   = "the function has the role"
    at        = attrs.role
    technique = "T1552.005"
  }
}

resource_policy "aws_ecs_task_definition" "task" {
  edge "uses" {
    from = getresources("aws_ecs_service", { task_definition = attrs.arn })
    to = flatten([
      for type in local.kept_in : referents(type, attrs.container_definitions)
    ])
    message = "its containers name it"
  }
  edge "builds" {
    from      = referents("aws_ecr_repository", attrs.container_definitions)
    to        = getresources("aws_ecs_service", { task_definition = attrs.arn })
    message   = "its containers run images of the repository"
    at        = attrs.container_definitions
    technique = "T1525"
  }
}

resource_policy "aws_codebuild_project" "build" {
  edge "runs_as" {
    to        = referents("aws_iam_role", attrs.service_role)
    message   = "builds have the role"
    at        = attrs.service_role
    technique = "T1552.005"
  }
}

resource_policy "aws_sagemaker_notebook_instance|aws_glue_dev_endpoint" "notebook" {
  edge "runs_as" {
    to        = referents("aws_iam_role", attrs.role_arn)
    message   = "whoever works on it has the credentials of the role"
    at        = attrs.role_arn
    technique = "T1552.005"
  }
}

resource_policy "aws_codebuild_webhook" "webhook" {
  locals {
    filters = flatten([
      for group in coalesce(attrs.filter_group, []) : [for filter in coalesce(group.filter, []) : filter]
    ])
    actors = [for filter in local.filters : filter if filter.type == "ACTOR_ACCOUNT_ID"]
  }
  edge "reaches" {
    from = "pull_request"
    to   = referents("aws_codebuild_project", attrs.project_name)
    condition = length(local.actors) == 0 && anytrue([
      for filter in local.filters :
      filter.type == "EVENT" && regex_match(filter.pattern, "PULL_REQUEST_(CREATED|UPDATED)")
    ])
    message   = "a pull request of anybody starts a build"
    technique = "T1195.002"
  }
}

# ---- clusters ----

resource_policy "aws_eks_node_group" "nodes" {
  edge "runs_as" {
    from      = "node"
    to        = referents("aws_iam_role", attrs.node_role_arn)
    message   = "whoever is root on a node gets the credentials of its role from the metadata service"
    at        = attrs.node_role_arn
    unless    = "the workload runs on the nodes of another cluster"
    technique = "T1552.005"
  }
}

resource_policy "aws_eks_pod_identity_association" "pod_identity" {
  edge "assumes" {
    from      = "system:serviceaccount:${attrs.namespace}:${attrs.service_account}"
    to        = referents("aws_iam_role", attrs.role_arn)
    message   = "the association gives the role to the service account"
    at        = attrs.role_arn
    technique = "T1078.004"
  }
}

resource_policy "aws_eks_access_policy_association" "access" {
  edge "may" {
    from = concat(referents("aws_iam_role", attrs.principal_arn), referents("aws_iam_user", attrs.principal_arn))
    to   = "cluster"
    condition = anytrue([
      for name in ["AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy"] : endswith(attrs.policy_arn, "/${name}")
    ])
    message   = "the access policy gives it every right in the cluster"
    at        = attrs.policy_arn
    technique = "T1078.004"
  }
}
