# What leads where in AWS. Sources: the service authorization reference, the Amazon VPC and Elastic Load Balancing user
# guides, and the documentation of each resource of the provider.

locals {
  # Managed policies that give every right, or the right to give them.
  administrator_policies = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"]

  # Managed policies that read or write the data of every bucket or table.
  data_policies = [
    "AmazonS3FullAccess", "AmazonS3ReadOnlyAccess", "AmazonDynamoDBFullAccess", "AmazonDynamoDBReadOnlyAccess",
    "ReadOnlyAccess", "DataScientist",
  ]
  secret_policies = ["SecretsManagerReadWrite", "AmazonSSMFullAccess", "AmazonSSMReadOnlyAccess", "ReadOnlyAccess"]

  # What reads or changes data, by the type of what holds it.
  bucket_actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
  table_actions  = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteItem"]
  secret_actions = ["secretsmanager:GetSecretValue"]
  value_actions  = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]

  # Each of these gives the holder every right, on all resources of its kind.
  escalations = [
    { actions = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], on = "iam:policy/*" },
    { actions = ["iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile"], on = "iam:user/*" },
    { actions = ["iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"], on = "iam:group/*" },
    { actions = ["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], on = "iam:role/*" },
  ]

  # The rules of the security groups of what has some, written in the group or beside it.
  groups = referents("aws_security_group", [attrs.vpc_security_group_ids, attrs.security_groups])
  rules = flatten(concat(
    [for group in local.groups : network_rules(group, "ingress")],
    [for group in local.groups : [
      for rule in concat(
        getresources("aws_security_group_rule", { security_group_id = group.id }),
        getresources("aws_vpc_security_group_ingress_rule", { security_group_id = group.id }),
      ) : network_rules(rule, "ingress")
    ]],
  ))
}

# ---- the internet reaches ----

resource_policy "aws_lb|aws_alb|aws_elb" "open_load_balancer" {
  filter = attrs.internal != true
  edge "reaches" {
    from      = "internet"
    condition = anytrue([for rule in local.rules : cidr_is_any(rule.cidrs)])
    message   = "the load balancer faces the internet, and its security group admits every address"
    technique = "T1190"
  }
}

resource_policy "aws_lb_listener|aws_alb_listener" "listener" {
  edge "reaches" {
    from    = referents("aws_lb", attrs.load_balancer_arn)
    to      = referents("aws_lb_target_group", attrs.default_action)
    message = "the listener forwards to the target group"
    at      = attrs.default_action
  }
}

resource_policy "aws_lb_listener_rule|aws_alb_listener_rule" "listener_rule" {
  edge "reaches" {
    from = flatten([
      for listener in referents("aws_lb_listener", attrs.listener_arn) : referents("aws_lb", listener.load_balancer_arn)
    ])
    to      = referents("aws_lb_target_group", attrs.action)
    message = "the rule of the listener forwards to the target group"
    at      = attrs.action
  }
}

resource_policy "aws_lb_target_group_attachment|aws_alb_target_group_attachment" "target" {
  edge "reaches" {
    from    = referents("aws_lb_target_group", attrs.target_group_arn)
    to      = concat(referents("aws_instance", attrs.target_id), referents("aws_lambda_function", attrs.target_id))
    message = "it is a target of the group"
    at      = attrs.target_id
  }
}

resource_policy "aws_ecs_service" "service" {
  edge "reaches" {
    from    = referents("aws_lb_target_group", attrs.load_balancer)
    message = "the service registers its tasks with the target group"
    at      = attrs.load_balancer
  }
  edge "runs_as" {
    to = flatten([
      for task in referents("aws_ecs_task_definition", attrs.task_definition) : referents("aws_iam_role", task.task_role_arn)
    ])
    message   = "its tasks have the role"
    at        = attrs.task_definition
    technique = "T1552.005"
  }
}

resource_policy "aws_autoscaling_group" "group" {
  edge "reaches" {
    from    = referents("aws_lb_target_group", attrs.target_group_arns)
    message = "the instances of the group are targets"
    at      = attrs.target_group_arns
  }
  edge "runs_as" {
    to = flatten([
      for template in concat(
        referents("aws_launch_template", attrs.launch_template), referents("aws_launch_template", attrs.mixed_instances_policy),
        referents("aws_launch_configuration", attrs.launch_configuration),
      ) : [
        for profile in concat(
          referents("aws_iam_instance_profile", template.iam_instance_profile),
          flatten([
            for block in try(tolist(template.iam_instance_profile), []) : getresources("aws_iam_instance_profile", { name = block.name })
          ]),
        ) : referents("aws_iam_role", profile.role)
      ]
    ])
    message   = "its instances have the role of the launch template's profile"
    technique = "T1552.005"
  }
}

resource_policy "aws_instance" "instance" {
  locals {
    subnets     = referents("aws_subnet", attrs.subnet_id)
    has_address = attrs.associate_public_ip_address == true || length(referrers("aws_eip")) > 0 || length(referrers("aws_eip_association")) > 0
    is_public   = local.has_address || attrs.associate_public_ip_address == null && anytrue([for subnet in local.subnets : subnet.map_public_ip_on_launch == true])
  }
  edge "reaches" {
    from      = "internet"
    condition = local.is_public && anytrue([for rule in local.rules : cidr_is_any(rule.cidrs)])
    message   = "the instance has a public address, and its security group admits every address"
    technique = "T1190"
  }
  edge "runs_as" {
    to = flatten([
      for profile in referents("aws_iam_instance_profile", attrs.iam_instance_profile) : referents("aws_iam_role", profile.role)
    ])
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
    from      = "internet"
    to        = flatten([for integration in local.integrations : referents("aws_lambda_function", integration.integration_uri)])
    condition = attrs.authorization_type == null || attrs.authorization_type == "NONE"
    message   = "the route of the API takes requests without authorization"
    technique = "T1190"
  }
}

resource_policy "aws_api_gateway_integration" "integration" {
  locals {
    methods = [
      for method in getresources("aws_api_gateway_method", { resource_id = attrs.resource_id, rest_api_id = attrs.rest_api_id }) :
      method if method.authorization == "NONE" && method.api_key_required != true
    ]
  }
  edge "reaches" {
    from      = "internet"
    to        = referents("aws_lambda_function", attrs.uri)
    condition = length(local.methods) > 0
    message   = "a method of the API takes requests without authorization"
    at        = attrs.uri
    technique = "T1190"
  }
}

resource_policy "aws_db_instance|aws_rds_cluster_instance|aws_redshift_cluster" "database" {
  edge "reaches" {
    from      = "internet"
    condition = attrs.publicly_accessible == true && anytrue([for rule in local.rules : cidr_is_any(rule.cidrs)])
    message   = "the database has a public address, and its security group admits every address"
    technique = "T1190"
  }
}

# ---- runs as ----

resource_policy "aws_lambda_function" "function" {
  edge "runs_as" {
    to        = referents("aws_iam_role", attrs.role)
    message   = "the function has the role"
    at        = attrs.role
    technique = "T1552.005"
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

resource_policy "aws_codebuild_webhook" "webhook" {
  locals {
    filters = flatten([for group in coalesce(attrs.filter_group, []) : [for filter in coalesce(group.filter, []) : filter]])
    actors  = [for filter in local.filters : filter if filter.type == "ACTOR_ACCOUNT_ID"]
  }
  edge "reaches" {
    from      = "pull_request"
    to        = referents("aws_codebuild_project", attrs.project_name)
    condition = length(local.actors) == 0 && anytrue([for filter in local.filters : filter.type == "EVENT" && regex_match(filter.pattern, "PULL_REQUEST_(CREATED|UPDATED)")])
    message   = "a pull request of anybody starts a build"
    technique = "T1195.002"
  }
}

resource_policy "aws_iam_role" "assumed" {
  locals {
    statements = iam_policy(attrs.assume_role_policy).statements
    everyone   = [for statement in local.statements : statement if iam_is_public(statement)]
    providers = [
      for statement in local.statements : statement
      if statement.effect == "Allow" && anytrue([for principal in statement.principals : principal.type == "Federated" && anytrue([for name in principal.identifiers : regex_match(name, "token\\.actions\\.githubusercontent\\.com")])])
    ]
    open = [
      for statement in local.providers : statement
      if !anytrue([
        for condition in statement.conditions :
        regex_match(condition.variable, ":sub$") && alltrue([for value in condition.values : !contains(["*", "repo:*", "repo:*:*"], value)])
      ])
    ]
  }
  edge "reaches" {
    from      = "internet"
    condition = length(local.everyone) > 0
    message   = "its trust policy lets everyone assume it"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "reaches" {
    from      = "github"
    condition = length(local.open) > 0
    message   = "its trust policy admits the workflows of every repository on GitHub"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "assumes" {
    from      = flatten([for statement in local.statements : [for principal in statement.principals : referents("aws_iam_role", principal.identifiers)] if statement.effect == "Allow"])
    message   = "its trust policy lets that role assume it"
    at        = attrs.assume_role_policy
    technique = "T1548.005"
  }
  edge "may" {
    to        = "aws_account"
    condition = anytrue([for arn in coalesce(attrs.managed_policy_arns, []) : anytrue([for name in local.administrator_policies : endswith(arn, "/${name}")])])
    message   = "it has a managed policy of an administrator"
    at        = attrs.managed_policy_arns
    technique = "T1098"
  }
}

# ---- may ----

resource_policy "aws_iam_role_policy_attachment|aws_iam_policy_attachment" "managed" {
  locals {
    roles = concat(referents("aws_iam_role", attrs.role), referents("aws_iam_role", attrs.roles))
  }
  edge "may" {
    from      = local.roles
    to        = "aws_account"
    condition = anytrue([for name in local.administrator_policies : endswith(attrs.policy_arn, "/${name}")])
    message   = "the managed policy of an administrator is attached to it"
    technique = "T1098"
  }
  edge "may" {
    from      = local.roles
    to        = ["aws_data"]
    condition = anytrue([for name in local.data_policies : endswith(attrs.policy_arn, "/${name}")])
    message   = "a managed policy lets it read the data of the account"
    technique = "T1530"
  }
  edge "may" {
    from      = local.roles
    to        = ["aws_secrets"]
    condition = anytrue([for name in local.secret_policies : endswith(attrs.policy_arn, "/${name}")])
    message   = "a managed policy lets it read the secrets of the account"
    technique = "T1555.006"
  }
  edge "may" {
    from    = local.roles
    to      = referents("aws_iam_policy", attrs.policy_arn)
    message = "the policy is attached to it"
    at      = attrs.policy_arn
  }
}

resource_policy "aws_iam_role_policy|aws_iam_policy" "statements" {
  locals {
    roles      = meta.type == "aws_iam_role_policy" ? referents("aws_iam_role", attrs.role) : [merge(attrs, { meta = meta })]
    statements = [for statement in identity_statements(attrs) : statement if statement.effect == "Allow"]
    everywhere = [for statement in local.statements : statement if anytrue([for resource in statement.resources : resource == "*"])]
    admin      = [for statement in local.everywhere : statement if iam_covers(statement, "*") && !iam_narrowed(statement)]
    grants = [
      for statement in local.everywhere : statement
      if !iam_narrowed(statement) && anytrue([for way in local.escalations : iam_allows(statement, way.actions) && iam_reaches(statement, way.on)])
    ]
    on_buckets = [for statement in local.statements : statement if iam_allows(statement, local.bucket_actions)]
    on_tables  = [for statement in local.statements : statement if iam_allows(statement, local.table_actions)]
    on_secrets = [for statement in local.statements : statement if iam_allows(statement, local.secret_actions)]
    on_values  = [for statement in local.statements : statement if iam_allows(statement, local.value_actions)]
    on_keys    = [for statement in local.statements : statement if iam_allows(statement, "kms:Decrypt")]
    on_roles   = [for statement in local.statements : statement if iam_allows(statement, "sts:AssumeRole")]
  }
  edge "may" {
    from      = local.roles
    to        = "aws_account"
    condition = length(local.admin) > 0
    message   = "the policy allows every action on everything"
    at        = local.admin[0].actions
    technique = "T1098"
  }
  edge "escalates_to" {
    from      = local.roles
    to        = "aws_account"
    condition = length(local.grants) > 0
    message   = "the policy lets its holder give itself every right"
    at        = local.grants[0].actions
    technique = "T1098.003"
  }
  edge "may" {
    from      = local.roles
    to        = flatten([for statement in local.on_buckets : referents("aws_s3_bucket", statement.resources)])
    condition = length(local.on_buckets) > 0
    message   = "the policy allows access to the objects of the bucket"
    at        = local.on_buckets[0].resources
    technique = "T1530"
  }
  edge "may" {
    from      = local.roles
    to        = "aws_data"
    condition = anytrue([for statement in concat(local.on_buckets, local.on_tables) : contains(statement.resources, "*") && !iam_narrowed(statement)])
    message   = "the policy allows access to the data of every bucket or table"
    technique = "T1530"
  }
  edge "may" {
    from      = local.roles
    to        = flatten([for statement in local.on_tables : referents("aws_dynamodb_table", statement.resources)])
    condition = length(local.on_tables) > 0
    message   = "the policy allows access to the items of the table"
    at        = local.on_tables[0].resources
    technique = "T1530"
  }
  edge "may" {
    from      = local.roles
    to        = flatten([for statement in local.on_secrets : referents("aws_secretsmanager_secret", statement.resources)])
    condition = length(local.on_secrets) > 0
    message   = "the policy allows to read the secret"
    at        = local.on_secrets[0].resources
    technique = "T1555.006"
  }
  edge "may" {
    from      = local.roles
    to        = flatten([for statement in local.on_values : referents("aws_ssm_parameter", statement.resources)])
    condition = length(local.on_values) > 0
    message   = "the policy allows to read the parameter"
    at        = local.on_values[0].resources
    technique = "T1552.007"
  }
  edge "may" {
    from      = local.roles
    to        = flatten([for statement in local.on_keys : referents("aws_kms_key", statement.resources)])
    condition = length(local.on_keys) > 0
    message   = "the policy allows to decrypt with the key"
    at        = local.on_keys[0].resources
    technique = "T1552"
  }
  edge "may" {
    from      = local.roles
    to        = "aws_secrets"
    condition = anytrue([for statement in concat(local.on_secrets, local.on_values) : contains(statement.resources, "*") && !iam_narrowed(statement)])
    message   = "the policy allows to read every secret or parameter"
    technique = "T1555.006"
  }
  edge "assumes" {
    from      = local.roles
    to        = flatten([for statement in local.on_roles : referents("aws_iam_role", statement.resources)])
    condition = length(local.on_roles) > 0
    message   = "the policy allows to assume the role"
    at        = local.on_roles[0].resources
    technique = "T1548.005"
  }
}
