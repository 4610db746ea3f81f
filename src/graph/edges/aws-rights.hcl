# What identities of AWS may do. Sources: the service authorization reference, the IAM user guide, the EKS guide on IAM
# roles for service accounts, and "AWS IAM Privilege Escalation" of Rhino Security Labs.

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

  # What starts something with a role that is passed to it, by the service that the role trusts.
  starts = [
    { service = "lambda.amazonaws.com", actions = ["lambda:CreateFunction"] },
    {
      service = "ec2.amazonaws.com"
      actions = ["ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:RequestSpotFleet"]
    },
    {
      service = "ecs-tasks.amazonaws.com"
      actions = ["ecs:RunTask", "ecs:StartTask", "ecs:CreateService", "ecs:UpdateService"]
    },
    { service = "codebuild.amazonaws.com", actions = ["codebuild:CreateProject", "codebuild:UpdateProject"] },
    {
      service = "cloudformation.amazonaws.com"
      actions = ["cloudformation:CreateStack", "cloudformation:UpdateStack"]
    },
    {
      service = "glue.amazonaws.com"
      actions = ["glue:CreateDevEndpoint", "glue:CreateJob", "glue:UpdateJob", "glue:CreateSession"]
    },
    {
      service = "sagemaker.amazonaws.com"
      actions = ["sagemaker:CreateNotebookInstance", "sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"]
    },
    { service = "datapipeline.amazonaws.com", actions = ["datapipeline:PutPipelineDefinition"] },
    { service = "states.amazonaws.com", actions = ["states:CreateStateMachine", "states:UpdateStateMachine"] },
    { service = "tasks.apprunner.amazonaws.com", actions = ["apprunner:CreateService"] },
  ]
  # What runs code in something that has a role already.
  code_actions = ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"]
  command_actions = [
    "ssm:SendCommand", "ssm:StartSession", "ec2:ModifyInstanceAttribute", "ec2-instance-connect:SendSSHPublicKey",
  ]
  write_actions = ["s3:PutObject"]
  push_actions  = ["ecr:PutImage"]
  # What else runs commands of the caller with the role that it has.
  entries = [
    { type = "aws_codebuild_project", actions = ["codebuild:StartBuild", "codebuild:StartBuildBatch"] },
    { type = "aws_ecs_service", actions = ["ecs:ExecuteCommand"] },
    { type = "aws_sagemaker_notebook_instance", actions = ["sagemaker:CreatePresignedNotebookInstanceUrl"] },
    { type = "aws_glue_dev_endpoint", actions = ["glue:UpdateDevEndpoint"] },
  ]

  # Each of these gives the holder every right, on all resources of its kind.
  escalations = [
    { actions = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], on = "iam:policy/*" },
    {
      actions = [
        "iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile",
        "iam:UpdateLoginProfile",
      ]
      on = "iam:user/*"
    },
    { actions = ["iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"], on = "iam:group/*" },
    { actions = ["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], on = "iam:role/*" },
  ]
  # Each of these gives it every right on the identity that holds it.
  own_escalations = ["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:PutUserPolicy"]

  # The actions that some way takes.
  known_actions = distinct(flatten([
    local.bucket_actions, local.table_actions, local.secret_actions, local.value_actions,
    local.code_actions, local.command_actions, local.write_actions, local.push_actions,
    local.starts[*].actions, local.entries[*].actions, local.escalations[*].actions,
    ["kms:Decrypt", "sts:AssumeRole", "iam:PassRole"],
  ]))

  # Whose policy it is.
  referred = concat(
    referents("aws_iam_role", [attrs.role, attrs.roles, attrs.role_name]),
    referents("aws_iam_user", [attrs.user, attrs.users]),
    referents("aws_iam_group", [attrs.group, attrs.groups]),
  )
  named  = coalesce(attrs.role, attrs.role_name, attrs.user, attrs.group, "-")
  itself = merge(attrs, { meta = { type = meta.type, address = meta.address } })
  holders = (
    contains(["aws_iam_role", "aws_iam_user", "aws_iam_group", "aws_iam_policy"], meta.type) ? [local.itself]
    : length(local.referred) > 0 ? local.referred : getresources("aws_iam_role", { name = local.named })
  )
  # Everything that is said of them, here and elsewhere: what one policy denies, no other allows.
  policies = flatten([
    for holder in local.holders : concat(
      [holder],
      getresources("aws_iam_role_policy", { role = holder.id }),
      getresources("aws_iam_user_policy", { user = holder.id }),
      getresources("aws_iam_group_policy", { group = holder.id }),
      flatten([
        for attachment in concat(
          getresources("aws_iam_role_policy_attachment", { role = holder.id }),
          getresources("aws_iam_user_policy_attachment", { user = holder.id }),
          getresources("aws_iam_group_policy_attachment", { group = holder.id }),
        ) : referents("aws_iam_policy", attachment.policy_arn)
      ]),
      referents("aws_iam_policy", holder.managed_policy_arns),
    )
  ])
  denials = [
    for statement in flatten([for policy in local.policies : identity_statements(policy)]) :
    merge(statement, { effect = "Allow" })
    if statement.effect == "Deny" && length(statement.conditions) == 0
  ]
  # A permissions boundary gives nothing, and what it does not allow is not allowed.
  boundaries = [for holder in local.holders : holder.permissions_boundary if holder.permissions_boundary != null]
  is_bounded = length(local.boundaries) > 0
  bounds = flatten([
    for boundary in local.boundaries :
    length(referents("aws_iam_policy", boundary)) > 0
    ? flatten([for policy in referents("aws_iam_policy", boundary) : identity_statements(policy)])
    : endswith(boundary, ":aws:policy/AdministratorAccess") ? [local.everything]
    : endswith(boundary, ":aws:policy/PowerUserAccess") ? [local.everything_of_users]
    : iam_policy(boundary).statements
  ])
  everything = {
    sid           = null
    effect        = "Allow"
    actions       = ["*"]
    not_actions   = []
    resources     = ["*"]
    not_resources = []
    principals    = []
    conditions    = []
  }
  everything_of_users = merge(local.everything, {
    actions     = []
    not_actions = ["iam:*", "organizations:*", "account:*"]
  })
  is_limited = local.is_bounded || length(local.denials) > 0
  forbidden = !local.is_limited ? [] : [
    for action in local.known_actions : action
    if local.is_bounded && !anytrue([for statement in local.bounds : iam_allows(statement, action)])
    || anytrue([for statement in local.denials : contains(statement.resources, "*") && iam_allows(statement, action)])
  ]
  # Whether an identity with every right keeps it.
  is_capped = local.is_limited && (
    local.is_bounded && !anytrue([for statement in local.bounds : iam_covers(statement, "*")])
    || anytrue([
      for statement in local.denials :
      contains(statement.resources, "*") && (iam_covers(statement, "iam:*") || iam_covers(statement, "*"))
    ])
  )

  # The managed policies of AWS that are attached. A policy that is declared here is none, whatever its ARN will be.
  attached = coalesce(attrs.policy_arns, attrs.managed_policy_arns, [attrs.policy_arn])
  managed  = [for arn in local.attached : arn if length(referents("aws_iam_policy", arn)) == 0]
  gives_all = anytrue([
    for arn in local.managed : anytrue([for name in local.administrator_policies : endswith(arn, "/${name}")])
  ])
  gives_data = anytrue([
    for arn in local.managed : anytrue([for name in local.data_policies : endswith(arn, "/${name}")])
  ])
  gives_secrets = anytrue([
    for arn in local.managed : anytrue([for name in local.secret_policies : endswith(arn, "/${name}")])
  ])
}

resource_policy "aws_iam_role" "assumed" {
  locals {
    statements = iam_policy(attrs.assume_role_policy).statements
    everyone   = [for statement in local.statements : statement if iam_is_public(statement)]
    trusted = flatten([
      for statement in local.statements : statement.principals[*].identifiers
      if statement.effect == "Allow"
    ])
    # Who issues the tokens that it trusts, the subjects that each condition admits, and what all conditions are on.
    trusts = [
      for statement in local.statements : {
        issuers = flatten([
          for principal in statement.principals : [
            length(referents("aws_iam_openid_connect_provider", principal.identifiers)) == 0 ? principal.identifiers : [
              for provider in referents("aws_iam_openid_connect_provider", principal.identifiers) :
              length(referents("aws_eks_cluster", provider.url)) > 0 ? "oidc.eks." : provider.url
            ]
          ] if principal.type == "Federated"
        ])
        subjects = [
          for condition in statement.conditions : condition.values
          if regex_match(condition.variable, ":sub$")
        ]
        claims = statement.conditions[*].variable
      } if statement.effect == "Allow"
    ]
    github = [
      for trust in local.trusts : trust
      if anytrue([for issuer in trust.issuers : regex_match(issuer, "token\\.actions\\.githubusercontent\\.com")])
    ]
    open = [
      for trust in local.github : trust
      if !anytrue([
        for values in trust.subjects : alltrue([for value in values : !contains(["*", "repo:*", "repo:*:*"], value)])
      ])
    ]
    any_branch = [
      for trust in local.github : trust
      if anytrue([
        for values in trust.subjects :
        anytrue([for value in values : regex_match(value, "^repo:[^*/]+/[^*]+:\\*$")])
      ])
      && !anytrue([for claim in trust.claims : regex_match(claim, ":(ref|environment|job_workflow_ref)$")])
    ]
    open_ci = [
      for trust in local.trusts : trust
      if anytrue([
        for issuer in trust.issuers :
        regex_match(issuer, "(gitlab\\.com|app\\.terraform\\.io|oidc\\.circleci\\.com)$")
      ])
      && !anytrue([
        for values in trust.subjects :
        alltrue([for value in values : !regex_match(value, "^(\\*|project_path:\\*.*|organization:\\*.*)$")])
      ])
    ]
    clusters = [
      for trust in local.trusts : trust
      if anytrue([for issuer in trust.issuers : regex_match(issuer, "oidc\\.eks\\.")])
    ]
    accounts = distinct(flatten([
      for trust in local.clusters : [
        for values in trust.subjects : [
          for value in values : value
          if regex_match(value, "^system:serviceaccount:[^*:]+:[^*:]+$")
        ]
      ]
    ]))
    # Every service account of a namespace.
    namespaces = distinct(flatten([
      for trust in local.clusters : [
        for values in trust.subjects : [
          for value in values : "system:serviceaccounts:${split(":", value)[2]}"
          if regex_match(value, "^system:serviceaccount:[^*:]+:[*]$")
        ]
      ]
    ]))
    any_account = [
      for trust in local.clusters : trust
      if !anytrue([
        for values in trust.subjects :
        alltrue([for value in values : !contains(["*", "system:serviceaccount:*:*"], value)])
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
    from      = referents("aws_iam_role", local.trusted)
    message   = "its trust policy lets that role assume it"
    at        = attrs.assume_role_policy
    technique = "T1548.005"
  }
  edge "assumes" {
    from      = referents("aws_iam_user", local.trusted)
    message   = "its trust policy lets that user assume it"
    at        = attrs.assume_role_policy
    technique = "T1548.005"
  }
  edge "reaches" {
    from      = "other_ci"
    condition = length(local.open_ci) > 0
    message   = "its trust policy admits the pipelines of every customer of that provider"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "reaches" {
    from      = "contributor"
    condition = length(local.any_branch) > 0
    message   = "its trust policy admits the workflows of every branch of the repository"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "assumes" {
    from      = local.namespaces
    message   = "its trust policy admits every service account of the namespace"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "assumes" {
    from      = local.accounts
    message   = "its trust policy admits the service account"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "assumes" {
    from      = "pod"
    condition = length(local.any_account) > 0
    message   = "its trust policy admits every service account of the cluster"
    at        = attrs.assume_role_policy
    technique = "T1078.004"
  }
  edge "may" {
    to        = referents("aws_iam_policy", attrs.managed_policy_arns)
    condition = !local.is_limited
    message   = "the policy is attached to it"
    at        = attrs.managed_policy_arns
    technique = "T1098.003"
  }
  edge "may" {
    to        = "aws_data"
    condition = !local.is_limited && local.gives_data
    message   = "it has a managed policy that reads the data of the account"
    at        = attrs.managed_policy_arns
    technique = "T1530"
  }
  edge "may" {
    to        = "aws_secrets"
    condition = !local.is_limited && local.gives_secrets
    message   = "it has a managed policy that reads the secrets of the account"
    at        = attrs.managed_policy_arns
    technique = "T1555.006"
  }
  edge "may" {
    to        = "aws_account"
    condition = !local.is_limited && local.gives_all
    message   = "it has a managed policy of an administrator"
    at        = attrs.managed_policy_arns
    technique = "T1098"
  }
}

# ---- may ----

resource_policy "aws_iam_role_policy_attachment|aws_iam_user_policy_attachment|aws_iam_group_policy_attachment|aws_iam_policy_attachment" "managed" {
  locals {
    roles = local.referred
  }
  edge "may" {
    from      = local.roles
    to        = "aws_account"
    condition = !local.is_limited && local.gives_all
    message   = "the managed policy of an administrator is attached to it"
    at        = attrs.policy_arn
    technique = "T1098"
  }
  edge "may" {
    from      = local.roles
    to        = ["aws_data"]
    condition = !local.is_limited && local.gives_data
    message   = "a managed policy lets it read the data of the account"
    at        = attrs.policy_arn
    technique = "T1530"
  }
  edge "may" {
    from      = local.roles
    to        = ["aws_secrets"]
    condition = !local.is_limited && local.gives_secrets
    message   = "a managed policy lets it read the secrets of the account"
    at        = attrs.policy_arn
    technique = "T1555.006"
  }
  edge "may" {
    from      = local.roles
    to        = referents("aws_iam_policy", attrs.policy_arn)
    condition = !local.is_limited
    message   = "the policy is attached to it"
    at        = attrs.policy_arn
    technique = "T1098.003"
  }
}

resource_policy "aws_iam_role_policy_attachments_exclusive" "managed_all" {
  edge "may" {
    from      = referents("aws_iam_role", attrs.role_name)
    to        = "aws_account"
    condition = !local.is_limited && local.gives_all
    message   = "the managed policy of an administrator is attached to it"
    at        = attrs.policy_arns
    technique = "T1098"
  }
  edge "may" {
    from      = referents("aws_iam_role", attrs.role_name)
    to        = "aws_data"
    condition = !local.is_limited && local.gives_data
    message   = "a managed policy lets it read the data of the account"
    at        = attrs.policy_arns
    technique = "T1530"
  }
  edge "may" {
    from      = referents("aws_iam_role", attrs.role_name)
    to        = referents("aws_iam_policy", attrs.policy_arns)
    condition = !local.is_limited
    message   = "the policy is attached to it"
    at        = attrs.policy_arns
    technique = "T1098.003"
  }
}

resource_policy "aws_iam_user_group_membership|aws_iam_group_membership" "member" {
  edge "may" {
    from      = referents("aws_iam_user", [attrs.user, attrs.users])
    to        = referents("aws_iam_group", [attrs.group, attrs.groups])
    message   = "it is a member of the group"
    technique = "T1078.004"
  }
}

resource_policy "aws_iam_access_key" "key" {
  edge "runs_as" {
    to        = referents("aws_iam_user", attrs.user)
    message   = "whoever has the key is the user, from everywhere and until somebody deletes it"
    at        = attrs.user
    technique = "T1078.004"
  }
}

resource_policy "aws_iam_role_policy|aws_iam_user_policy|aws_iam_group_policy|aws_iam_role|aws_iam_policy|aws_iam_role_policy_attachment|aws_iam_user_policy_attachment|aws_iam_group_policy_attachment|aws_iam_policy_attachment|aws_iam_role_policy_attachments_exclusive" "statements" {
  locals {
    roles = local.holders
    # A policy that is attached is a node of its own, except where other policies or a boundary take from it.
    attached = !local.is_limited ? [] : flatten([attrs.policy_arn, attrs.policy_arns, attrs.managed_policy_arns])
    managed  = [for arn in local.attached : arn if arn != null && length(referents("aws_iam_policy", arn)) == 0]
    all = concat(
      identity_statements(attrs),
      flatten([for policy in referents("aws_iam_policy", local.attached) : identity_statements(policy)]),
      [
        for arn in local.managed : local.everything
        if anytrue([for name in local.administrator_policies : endswith(arn, "/${name}")])
      ],
      [
        for arn in local.managed :
        merge(local.everything, { actions = concat(local.bucket_actions, local.table_actions) })
        if anytrue([for name in local.data_policies : endswith(arn, "/${name}")])
      ],
      [
        for arn in local.managed :
        merge(local.everything, { actions = concat(local.secret_actions, local.value_actions) })
        if anytrue([for name in local.secret_policies : endswith(arn, "/${name}")])
      ],
    )
    # What is denied on the same resources is not allowed.
    statements = [
      for statement in local.all : statement
      if statement.effect == "Allow" && !(length(local.denials) > 0 && anytrue([
        for denial in local.denials :
        length(statement.actions) > 0 && alltrue([for action in statement.actions : iam_covers(denial, action)])
        && length(denial.resources) > 0 && alltrue([
          for resource in statement.resources :
          contains(denial.resources, resource) || contains(denial.resources, "*")
        ])
      ]))
    ]
    everywhere = [
      for statement in local.statements : statement
      if anytrue([for resource in statement.resources : resource == "*"])
    ]
    admin = [
      for statement in local.everywhere : statement
      if iam_covers(statement, "*") && !iam_narrowed(statement) && !local.is_capped
    ]
    grants = [
      for statement in local.statements : statement
      if !iam_narrowed(statement) && (
        anytrue([
          for way in local.ways : iam_allows(statement, way.actions) && iam_reaches(statement, way.on)
        ])
        || iam_allows(statement, local.left.own) && anytrue([
          for identity in concat(
            referents("aws_iam_role", statement.resources), referents("aws_iam_user", statement.resources),
          ) :
          anytrue([for holder in local.holders : holder.meta.address == identity.meta.address])
        ])
      )
    ]
    kinds = {
      own     = local.own_escalations
      bucket  = local.bucket_actions
      table   = local.table_actions
      secret  = local.secret_actions
      value   = local.value_actions
      code    = local.code_actions
      command = local.command_actions
      write   = local.write_actions
      push    = local.push_actions
    }
    # Of the actions of each kind, those that nothing forbids.
    left = {
      for kind, actions in local.kinds :
      kind => !local.is_limited ? actions : [for action in actions : action if !contains(local.forbidden, action)]
    }
    ways = !local.is_limited ? local.escalations : [
      for way in local.escalations :
      merge(way, { actions = [for action in way.actions : action if !contains(local.forbidden, action)] })
    ]
    started = !local.is_limited ? local.starts : [
      for start in local.starts :
      merge(start, { actions = [for action in start.actions : action if !contains(local.forbidden, action)] })
    ]
    entered = !local.is_limited ? local.entries : [
      for entry in local.entries :
      merge(entry, { actions = [for action in entry.actions : action if !contains(local.forbidden, action)] })
    ]
    assume_left  = [for action in ["sts:AssumeRole"] : action if !contains(local.forbidden, action)]
    decrypt_left = [for action in ["kms:Decrypt"] : action if !contains(local.forbidden, action)]
    pass_left    = [for action in ["iam:PassRole"] : action if !contains(local.forbidden, action)]
    on_buckets   = [for statement in local.statements : statement if iam_allows(statement, local.left.bucket)]
    on_tables    = [for statement in local.statements : statement if iam_allows(statement, local.left.table)]
    on_secrets   = [for statement in local.statements : statement if iam_allows(statement, local.left.secret)]
    on_values    = [for statement in local.statements : statement if iam_allows(statement, local.left.value)]
    on_keys      = [for statement in local.statements : statement if iam_allows(statement, local.decrypt_left)]
    on_roles     = [for statement in local.statements : statement if iam_allows(statement, local.assume_left)]
    on_code = [
      for statement in local.statements : statement
      if iam_allows(statement, local.left.code) && !iam_narrowed(statement)
    ]
    on_hosts = [
      for statement in local.statements : statement
      if iam_allows(statement, local.left.command) && !iam_narrowed(statement)
    ]
    on_writes = [for statement in local.statements : statement if iam_allows(statement, local.left.write)]
    on_images = [for statement in local.statements : statement if iam_allows(statement, local.left.push)]
    enters = flatten([
      for entry in local.entered : [
        for statement in local.statements :
        contains(statement.resources, "*") ? getresources(entry.type, {}) : referents(entry.type, statement.resources)
        if iam_allows(statement, entry.actions) && !iam_narrowed(statement)
      ]
    ])
    # Roles that it may pass to what it may start: those that trust the service.
    passes = [for statement in local.statements : statement if iam_allows(statement, local.pass_left)]
    services = [
      for start in length(local.passes) == 0 ? [] : local.started : start.service
      if anytrue([for statement in local.statements : iam_allows(statement, start.actions)])
    ]
    # Of each statement, the services that its conditions let it pass roles to.
    passing = [
      for statement in length(local.services) == 0 ? [] : local.passes : {
        resources = statement.resources
        services = [
          for service in local.services : service
          if alltrue([
            for condition in statement.conditions :
            !regex_match(condition.variable, "(?i)^iam:PassedToService$")
            || anytrue([for value in condition.values : glob_match(value, service)])
          ])
        ]
      }
    ]
    passed = flatten([
      for pass in local.passing : [
        for role in (
          anytrue([for resource in pass.resources : resource == "*" || endswith(resource, ":role/*")])
          ? getresources("aws_iam_role", {}) : referents("aws_iam_role", pass.resources)
        ) : role
        if anytrue([
          for trust in iam_policy(role.assume_role_policy).statements :
          anytrue([for name in flatten(trust.principals[*].identifiers) : contains(pass.services, name)])
        ])
      ]
    ])
    # A role is assumed by whom it trusts: the identity, or its own account, which leaves it to policies such as this.
    targets = flatten([for statement in local.on_roles : referents("aws_iam_role", statement.resources)])
    candidates = concat(
      local.targets,
      anytrue([for statement in local.on_roles : contains(statement.resources, "*")])
      ? getresources("aws_iam_role", {}) : [],
    )
    assumable = [
      for role in local.candidates : role
      if anytrue([
        for trust in iam_policy(role.assume_role_policy).statements : trust.effect == "Allow" && anytrue([
          for principal in trust.principals : contains(["AWS", "*"], principal.type) && anytrue([
            for identifier in principal.identifiers : identifier == "*" || regex_match(identifier, "^[0-9]{12}$|:root$")
          ])
        ])
      ])
    ]
    # A bucket or secret whose own policy denies everyone is closed, whatever an identity is allowed.
    buckets = flatten([for statement in local.on_buckets : referents("aws_s3_bucket", statement.resources)])
    buckets_closed = length(local.buckets) > 0 && alltrue([
      for bucket in local.buckets : anytrue(flatten([
        for policy in getresources("aws_s3_bucket_policy", { bucket = bucket.id }) : [
          for denial in iam_policy(policy.policy).statements :
          iam_is_public(merge(denial, { effect = "Allow" })) && iam_covers(merge(denial, { effect = "Allow" }), "s3:*")
          if denial.effect == "Deny" && length(denial.conditions) == 0
        ]
      ]))
    ])
    # A key whose policy does not leave it to the account is for those whom it names.
    keys = flatten([for statement in local.on_keys : referents("aws_kms_key", statement.resources)])
    keys_closed = length(local.keys) > 0 && alltrue([
      for key in local.keys : key.policy != null && !anytrue([
        for grant in iam_policy(key.policy).statements : grant.effect == "Allow" && anytrue([
          for principal in grant.principals : contains(["AWS", "*"], principal.type) && anytrue([
            for identifier in principal.identifiers : identifier == "*" || regex_match(identifier, "^[0-9]{12}$|:root$")
          ])
        ])
      ])
    ])
    secrets = flatten([for statement in local.on_secrets : referents("aws_secretsmanager_secret", statement.resources)])
    secrets_closed = length(local.secrets) > 0 && alltrue([
      for secret in local.secrets : anytrue(flatten([
        for policy in getresources("aws_secretsmanager_secret_policy", { secret_arn = secret.arn }) : [
          for denial in iam_policy(policy.policy).statements :
          iam_is_public(merge(denial, { effect = "Allow" }))
          && iam_allows(merge(denial, { effect = "Allow" }), "secretsmanager:GetSecretValue")
          if denial.effect == "Deny" && length(denial.conditions) == 0
        ]
      ]))
    ])
  }
  edge "passes" {
    from      = local.roles
    to        = local.passed
    condition = length(local.passed) > 0
    message   = "the policy allows to pass the role to something that it allows to start"
    at        = local.passes[0].actions
    technique = "T1548.005"
  }
  edge "controls" {
    from = local.roles
    to = flatten([
      for statement in local.on_code :
      contains(statement.resources, "*")
      ? getresources("aws_lambda_function", {}) : referents("aws_lambda_function", statement.resources)
    ])
    condition = length(local.on_code) > 0
    message   = "the policy allows to replace the code of the function"
    at        = local.on_code[0].actions
    technique = "T1648"
  }
  edge "controls" {
    from = local.roles
    to = flatten([
      for statement in local.on_hosts :
      contains(statement.resources, "*")
      ? getresources("aws_instance", {}) : referents("aws_instance", statement.resources)
    ])
    condition = length(local.on_hosts) > 0
    message   = "the policy allows to run commands on the instance"
    at        = local.on_hosts[0].actions
    technique = "T1651"
  }
  edge "controls" {
    from      = local.roles
    to        = local.enters
    condition = length(local.enters) > 0
    message   = "the policy allows to run commands of one's own in it"
    technique = "T1651"
  }
  edge "writes" {
    from      = local.roles
    to        = flatten([for statement in local.on_writes : referents("aws_s3_bucket", statement.resources)])
    condition = length(local.on_writes) > 0
    message   = "the policy allows to replace the objects of the bucket"
    at        = local.on_writes[0].actions
    technique = "T1525"
  }
  edge "writes" {
    from = local.roles
    to = flatten([
      for statement in local.on_images :
      contains(statement.resources, "*")
      ? getresources("aws_ecr_repository", {}) : referents("aws_ecr_repository", statement.resources)
    ])
    condition = length(local.on_images) > 0
    message   = "the policy allows to push images to the repository"
    at        = local.on_images[0].actions
    technique = "T1525"
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
    to        = local.buckets
    condition = length(local.on_buckets) > 0 && !local.buckets_closed
    message   = "the policy allows access to the objects of the bucket"
    at        = local.on_buckets[0].resources
    technique = "T1530"
  }
  edge "may" {
    from = local.roles
    to   = "aws_data"
    condition = anytrue([
      for statement in concat(local.on_buckets, local.on_tables) :
      contains(statement.resources, "*") && !iam_narrowed(statement)
    ])
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
    to        = local.secrets
    condition = length(local.on_secrets) > 0 && !local.secrets_closed
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
    to        = local.keys
    condition = length(local.on_keys) > 0 && !local.keys_closed
    message   = "the policy allows to decrypt with the key"
    at        = local.on_keys[0].resources
    technique = "T1552"
  }
  edge "may" {
    from = local.roles
    to   = "aws_secrets"
    condition = anytrue([
      for statement in concat(local.on_secrets, local.on_values) :
      contains(statement.resources, "*") && !iam_narrowed(statement)
    ])
    message   = "the policy allows to read every secret or parameter"
    technique = "T1555.006"
  }
  edge "assumes" {
    from      = local.roles
    to        = local.assumable
    condition = length(local.assumable) > 0
    message   = "the policy allows to assume the role"
    at        = local.on_roles[0].resources
    technique = "T1548.005"
  }
}

# ---- what resources grant by policies of their own ----

resource_policy "aws_s3_bucket_policy|aws_secretsmanager_secret_policy|aws_kms_key|aws_kms_key_policy" "granting" {
  locals {
    reads = concat(local.bucket_actions, local.secret_actions, ["kms:Decrypt"])
    statements = [
      for statement in iam_policy(attrs.policy).statements : statement
      if iam_allows(statement, local.reads) && !iam_narrowed(statement)
    ]
    granted = flatten([for statement in local.statements : statement.principals[*].identifiers])
    held = concat(
      referents("aws_s3_bucket", attrs.bucket),
      referents("aws_secretsmanager_secret", attrs.secret_arn),
      referents("aws_kms_key", attrs.key_id),
      meta.type == "aws_kms_key" ? [local.itself] : [],
    )
  }
  edge "may" {
    from      = concat(referents("aws_iam_role", local.granted), referents("aws_iam_user", local.granted))
    to        = local.held
    condition = length(local.statements) > 0
    message   = "the policy of the resource gives it access"
    at        = attrs.policy
    technique = "T1530"
  }
}
