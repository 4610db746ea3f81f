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
    { service = "ec2.amazonaws.com", actions = ["ec2:RunInstances"] },
    { service = "ecs-tasks.amazonaws.com", actions = ["ecs:RunTask", "ecs:CreateService"] },
    { service = "codebuild.amazonaws.com", actions = ["codebuild:CreateProject"] },
    { service = "cloudformation.amazonaws.com", actions = ["cloudformation:CreateStack"] },
    { service = "glue.amazonaws.com", actions = ["glue:CreateDevEndpoint", "glue:CreateJob"] },
    { service = "sagemaker.amazonaws.com", actions = ["sagemaker:CreateNotebookInstance"] },
  ]
  # What runs code in something that has a role already.
  code_actions    = ["lambda:UpdateFunctionCode"]
  command_actions = ["ssm:SendCommand", "ssm:StartSession", "ec2:ModifyInstanceAttribute", "ec2-instance-connect:SendSSHPublicKey"]
  write_actions   = ["s3:PutObject"]
  push_actions    = ["ecr:PutImage"]

  # Each of these gives the holder every right, on all resources of its kind.
  escalations = [
    { actions = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], on = "iam:policy/*" },
    { actions = ["iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile"], on = "iam:user/*" },
    { actions = ["iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"], on = "iam:group/*" },
    { actions = ["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], on = "iam:role/*" },
  ]
}

resource_policy "aws_iam_role" "assumed" {
  locals {
    managed    = [for arn in coalesce(attrs.managed_policy_arns, []) : arn if length(referents("aws_iam_policy", arn)) == 0]
    statements = iam_policy(attrs.assume_role_policy).statements
    everyone   = [for statement in local.statements : statement if iam_is_public(statement)]
    trusted    = flatten([for statement in local.statements : statement.principals[*].identifiers if statement.effect == "Allow"])
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
        subjects = [for condition in statement.conditions : condition.values if regex_match(condition.variable, ":sub$")]
        claims   = statement.conditions[*].variable
      } if statement.effect == "Allow"
    ]
    github = [
      for trust in local.trusts : trust
      if anytrue([for issuer in trust.issuers : regex_match(issuer, "token\\.actions\\.githubusercontent\\.com")])
    ]
    open = [
      for trust in local.github : trust
      if !anytrue([for values in trust.subjects : alltrue([for value in values : !contains(["*", "repo:*", "repo:*:*"], value)])])
    ]
    any_branch = [
      for trust in local.github : trust
      if anytrue([for values in trust.subjects : anytrue([for value in values : regex_match(value, "^repo:[^*/]+/[^*]+:\\*$")])])
      && !anytrue([for claim in trust.claims : regex_match(claim, ":(ref|environment|job_workflow_ref)$")])
    ]
    open_ci = [
      for trust in local.trusts : trust
      if anytrue([for issuer in trust.issuers : regex_match(issuer, "(gitlab\\.com|app\\.terraform\\.io|oidc\\.circleci\\.com)$")])
      && !anytrue([
        for values in trust.subjects :
        alltrue([for value in values : !regex_match(value, "^(\\*|project_path:\\*.*|organization:\\*.*)$")])
      ])
    ]
    clusters = [for trust in local.trusts : trust if anytrue([for issuer in trust.issuers : regex_match(issuer, "oidc\\.eks\\.")])]
    accounts = distinct(flatten([
      for trust in local.clusters : [
        for values in trust.subjects : [for value in values : value if regex_match(value, "^system:serviceaccount:[^*:]+:[^*:]+$")]
      ]
    ]))
    any_account = [
      for trust in local.clusters : trust
      if !anytrue([for values in trust.subjects : alltrue([for value in values : !contains(["*", "system:serviceaccount:*:*"], value)])])
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
    to      = referents("aws_iam_policy", attrs.managed_policy_arns)
    message = "the policy is attached to it"
    at      = attrs.managed_policy_arns
  }
  edge "may" {
    to        = "aws_data"
    condition = anytrue([for arn in local.managed : anytrue([for name in local.data_policies : endswith(arn, "/${name}")])])
    message   = "it has a managed policy that reads the data of the account"
    at        = attrs.managed_policy_arns
    technique = "T1530"
  }
  edge "may" {
    to        = "aws_secrets"
    condition = anytrue([for arn in local.managed : anytrue([for name in local.secret_policies : endswith(arn, "/${name}")])])
    message   = "it has a managed policy that reads the secrets of the account"
    at        = attrs.managed_policy_arns
    technique = "T1555.006"
  }
  edge "may" {
    to        = "aws_account"
    condition = anytrue([for arn in local.managed : anytrue([for name in local.administrator_policies : endswith(arn, "/${name}")])])
    message   = "it has a managed policy of an administrator"
    at        = attrs.managed_policy_arns
    technique = "T1098"
  }
}

# ---- may ----

resource_policy "aws_iam_role_policy_attachment|aws_iam_user_policy_attachment|aws_iam_group_policy_attachment|aws_iam_policy_attachment" "managed" {
  locals {
    roles = concat(
      referents("aws_iam_role", [attrs.role, attrs.roles]), referents("aws_iam_user", [attrs.user, attrs.users]),
      referents("aws_iam_group", [attrs.group, attrs.groups]),
    )
    # A policy that is declared here is none of those that AWS manages, whatever its ARN will be.
    is_managed = length(referents("aws_iam_policy", attrs.policy_arn)) == 0
  }
  edge "may" {
    from      = local.roles
    to        = "aws_account"
    condition = local.is_managed && anytrue([for name in local.administrator_policies : endswith(attrs.policy_arn, "/${name}")])
    message   = "the managed policy of an administrator is attached to it"
    technique = "T1098"
  }
  edge "may" {
    from      = local.roles
    to        = ["aws_data"]
    condition = local.is_managed && anytrue([for name in local.data_policies : endswith(attrs.policy_arn, "/${name}")])
    message   = "a managed policy lets it read the data of the account"
    technique = "T1530"
  }
  edge "may" {
    from      = local.roles
    to        = ["aws_secrets"]
    condition = local.is_managed && anytrue([for name in local.secret_policies : endswith(attrs.policy_arn, "/${name}")])
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

resource_policy "aws_iam_role_policy_attachments_exclusive" "managed_all" {
  locals {
    arns = [for arn in attrs.policy_arns : arn if length(referents("aws_iam_policy", arn)) == 0]
  }
  edge "may" {
    from      = referents("aws_iam_role", attrs.role_name)
    to        = "aws_account"
    condition = anytrue([for arn in local.arns : anytrue([for name in local.administrator_policies : endswith(arn, "/${name}")])])
    message   = "the managed policy of an administrator is attached to it"
    technique = "T1098"
  }
  edge "may" {
    from      = referents("aws_iam_role", attrs.role_name)
    to        = "aws_data"
    condition = anytrue([for arn in local.arns : anytrue([for name in local.data_policies : endswith(arn, "/${name}")])])
    message   = "a managed policy lets it read the data of the account"
    technique = "T1530"
  }
  edge "may" {
    from    = referents("aws_iam_role", attrs.role_name)
    to      = referents("aws_iam_policy", attrs.policy_arns)
    message = "the policy is attached to it"
    at      = attrs.policy_arns
  }
}

resource_policy "aws_iam_user_group_membership|aws_iam_group_membership" "member" {
  edge "may" {
    from    = referents("aws_iam_user", [attrs.user, attrs.users])
    to      = referents("aws_iam_group", [attrs.group, attrs.groups])
    message = "it is a member of the group"
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

resource_policy "aws_iam_role_policy|aws_iam_user_policy|aws_iam_group_policy|aws_iam_role|aws_iam_policy" "statements" {
  locals {
    named = coalesce(attrs.role, attrs.user, attrs.group, "-")
    holders = concat(
      referents("aws_iam_role", attrs.role), referents("aws_iam_user", attrs.user), referents("aws_iam_group", attrs.group),
    )
    roles = (
      contains(["aws_iam_role", "aws_iam_policy"], meta.type) ? [merge(attrs, { meta = meta })]
      : length(local.holders) > 0 ? local.holders : getresources("aws_iam_role", { name = local.named })
    )
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
    on_code    = [for statement in local.statements : statement if iam_allows(statement, local.code_actions) && !iam_narrowed(statement)]
    on_hosts   = [for statement in local.statements : statement if iam_allows(statement, local.command_actions) && !iam_narrowed(statement)]
    on_writes  = [for statement in local.statements : statement if iam_allows(statement, local.write_actions)]
    on_images  = [for statement in local.statements : statement if iam_allows(statement, local.push_actions)]
    # Roles that it may pass to what it may start: those that trust the service.
    passes   = [for statement in local.statements : statement if iam_allows(statement, "iam:PassRole")]
    services = [for start in local.starts : start.service if anytrue([for statement in local.statements : iam_allows(statement, start.actions)])]
    passable = flatten([
      for statement in local.passes :
      anytrue([for resource in statement.resources : resource == "*" || endswith(resource, ":role/*")])
      ? getresources("aws_iam_role", {}) : referents("aws_iam_role", statement.resources)
      if length(local.services) > 0
    ])
    passed = [
      for role in local.passable : role
      if anytrue([
        for statement in iam_policy(role.assume_role_policy).statements :
        anytrue([for name in flatten(statement.principals[*].identifiers) : contains(local.services, name)])
      ])
    ]
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
      contains(statement.resources, "*") ? getresources("aws_lambda_function", {}) : referents("aws_lambda_function", statement.resources)
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
      contains(statement.resources, "*") ? getresources("aws_instance", {}) : referents("aws_instance", statement.resources)
    ])
    condition = length(local.on_hosts) > 0
    message   = "the policy allows to run commands on the instance"
    at        = local.on_hosts[0].actions
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
      contains(statement.resources, "*") ? getresources("aws_ecr_repository", {}) : referents("aws_ecr_repository", statement.resources)
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
