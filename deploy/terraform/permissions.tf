# What each function may do. tests/terraform/permissions_test.py holds the reason of every action
# and checks resources against AWS's Service Authorization Reference.

locals {
  arn = {
    instance    = local.sso_instance_arn
    permissions = "arn:${local.partition}:sso:::permissionSet/${local.sso_instance_id}/*"
    accounts    = "arn:${local.partition}:sso:::account/*"
    # The store belongs to the management account, which need not be this one.
    store       = "arn:${local.partition}:identitystore::*:identitystore/${local.identity_store_id}"
    users       = "arn:${local.partition}:identitystore:::user/*"
    groups      = "arn:${local.partition}:identitystore:::group/*"
    memberships = "arn:${local.partition}:identitystore:::membership/*"
    org_account = "arn:${local.partition}:organizations::*:account/*"
    org_unit    = "arn:${local.partition}:organizations::*:ou/*"
    org_root    = "arn:${local.partition}:organizations::*:root/*"
    schedules   = "arn:${local.partition}:scheduler:${local.here}:schedule/${aws_scheduler_schedule_group.this.name}/*"
    audit       = "arn:${local.partition}:s3:::${local.audit_bucket}/${local.audit_prefix}/*"
    kept_rules  = "arn:${local.partition}:s3:::${local.audit_bucket}/${local.audit_prefix}/rules/*"
    config      = aws_s3_bucket.config.arn
    reserved_roles = [
      "arn:${local.partition}:iam::${local.account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_*",
      "arn:${local.partition}:iam::${local.account}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_*",
    ]
  }

  # Rules that name accounts and groups narrow what can be granted. What can be taken back is
  # never narrowed: a rule that is gone must not keep access alive.
  named_accounts = distinct(flatten([
    for rule in local.account_rules : try(flatten([rule.Resource]), ["*"])
  ]))
  accounts_are_named = length(local.named_accounts) <= 20 && alltrue(concat(
    [for account in local.named_accounts : can(regex("^\\d{12}$", account))],
    [for rule in local.account_rules : try(rule.ResourceType, "Account") == "Account"],
  ))
  grantable_accounts = (
    local.accounts_are_named
    ? [for account in local.named_accounts : "arn:${local.partition}:sso:::account/${account}"]
    : [local.arn.accounts]
  )
  named_groups = distinct(flatten([
    for rule in local.group_rules : try(flatten([rule.Resource]), [])
  ]))
  grantable_groups = (
    length(local.named_groups) <= 20
    ? [for group in local.named_groups : "arn:${local.partition}:identitystore:::group/${group}"]
    : [local.arn.groups]
  )

  statement = {
    state = {
      Sid      = "State"
      Action   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
      Resource = [aws_dynamodb_table.state.arn, "${aws_dynamodb_table.state.arn}/index/*"]
    }
    # The syncer has rows by name only.
    named_rows = {
      Sid      = "NamedRows"
      Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
      Resource = [aws_dynamodb_table.state.arn]
    }
    audit = {
      Sid      = "Audit"
      Action   = ["s3:PutObject"]
      Resource = [local.arn.audit]
    }
    rules = {
      Sid      = "ReadRules"
      Action   = ["s3:GetObject"]
      Resource = ["${local.arn.config}/${local.rules_key}"]
    }
    # Rules in force that are too large for a row are kept beside the audit entries.
    kept_rules = {
      Sid      = "ReadKeptRules"
      Action   = ["s3:GetObject"]
      Resource = [local.arn.kept_rules]
    }
    cache = {
      Sid      = "Cache"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["${local.arn.config}/cache/*"]
    }
    # Without it S3 answers 403 instead of 404 for what is not there.
    missing = {
      Sid      = "TellMissing"
      Action   = ["s3:ListBucket"]
      Resource = [local.arn.config]
    }
    schedules = {
      Sid      = "Timers"
      Action   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"]
      Resource = [local.arn.schedules]
    }
    list_schedules = {
      Sid      = "FindOldTimers"
      Action   = ["scheduler:ListSchedules"]
      Resource = ["*"]
    }
    pass_role = {
      Sid       = "TimersCallTheRevoker"
      Action    = ["iam:PassRole"]
      Resource  = [aws_iam_role.scheduler.arn]
      Condition = { StringEquals = { "iam:PassedToService" = "scheduler.amazonaws.com" } }
    }
    dead_letters = {
      Sid      = "DeadLetters"
      Action   = ["sqs:SendMessage"]
      Resource = [aws_sqs_queue.dead_letters.arn]
    }
    list_instances = {
      Sid      = "FindInstance"
      Action   = ["sso:ListInstances"]
      Resource = ["*"]
    }
    look = {
      Sid = "LookAtAssignments"
      Action = [
        "sso:DescribeAccountAssignmentCreationStatus",
        "sso:DescribeAccountAssignmentDeletionStatus",
        "sso:DescribePermissionSet",
        "sso:ListAccountAssignmentCreationStatus",
        "sso:ListAccountAssignments",
        "sso:ListPermissionSets",
      ]
      Resource = [local.arn.instance, local.arn.permissions, local.arn.accounts]
    }
    grant = {
      Sid      = "Grant"
      Action   = ["sso:CreateAccountAssignment"]
      Resource = concat([local.arn.instance, local.arn.permissions], local.grantable_accounts)
    }
    revoke = {
      Sid      = "Revoke"
      Action   = ["sso:DeleteAccountAssignment"]
      Resource = [local.arn.instance, local.arn.permissions, local.arn.accounts]
    }
    sweep = {
      Sid = "Sweep"
      Action = [
        "sso:ListAccountAssignmentsForPrincipal",
        "sso:ListAccountsForProvisionedPermissionSet",
      ]
      Resource = [local.arn.instance, local.arn.permissions]
    }
    people = {
      Sid = "FindPeopleAndGroups"
      Action = [
        "identitystore:DescribeGroup",
        "identitystore:DescribeUser",
        "identitystore:GetGroupId",
        "identitystore:GetGroupMembershipId",
        "identitystore:GetUserId",
        "identitystore:IsMemberInGroups",
        "identitystore:ListGroupMemberships",
        "identitystore:ListGroups",
        "identitystore:ListUsers",
      ]
      Resource = [local.arn.store, local.arn.users, local.arn.groups, local.arn.memberships]
    }
    members = {
      Sid = "FindMembers"
      Action = [
        "identitystore:GetGroupMembershipId",
        "identitystore:IsMemberInGroups",
        "identitystore:ListGroupMemberships",
        "identitystore:ListGroups",
        "identitystore:ListUsers",
      ]
      Resource = [local.arn.store, local.arn.users, local.arn.groups, local.arn.memberships]
    }
    join = {
      Sid      = "GrantMembership"
      Action   = ["identitystore:CreateGroupMembership"]
      Resource = concat([local.arn.store, local.arn.users], local.grantable_groups)
    }
    join_managed = {
      Sid      = "AddMembers"
      Action   = ["identitystore:CreateGroupMembership"]
      Resource = [local.arn.store, local.arn.users, local.arn.groups]
    }
    leave = {
      Sid      = "RevokeMembership"
      Action   = ["identitystore:DeleteGroupMembership"]
      Resource = [local.arn.store, local.arn.users, local.arn.groups, local.arn.memberships]
    }
    list_accounts = {
      Sid      = "ListAccounts"
      Action   = ["organizations:ListAccounts", "organizations:ListRoots"]
      Resource = ["*"]
    }
    accounts = {
      Sid = "LookAtAccounts"
      Action = [
        "organizations:DescribeAccount",
        "organizations:ListAccountsForParent",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListParents",
        "organizations:ListTagsForResource",
      ]
      Resource = [local.arn.org_account, local.arn.org_unit, local.arn.org_root]
    }
    management_account = {
      Sid = "AssignToTheManagementAccount"
      Action = [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:GetRole",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "iam:PutRolePolicy",
      ]
      Resource = local.arn.reserved_roles
    }
    saml_provider = {
      Sid      = "ProviderOfTheManagementAccount"
      Action   = ["iam:GetSAMLProvider", "iam:UpdateSAMLProvider"]
      Resource = ["arn:${local.partition}:iam::${local.account}:saml-provider/AWSSSO_*_DO_NOT_DELETE"]
    }
  }

  # Only what exists in every plan has a fixed shape; the rest depends on inputs.
  key_statements = [
    for s in [
      {
        wanted   = local.has_kms_key
        Sid      = "OwnKey"
        keys     = local.has_kms_key ? [local.kms_key_arn] : []
        services = ["dynamodb", "s3", "sqs", "ssm"]
      },
      {
        wanted   = var.config_bucket_kms_key_arn != null
        Sid      = "ConfigBucketKey"
        keys     = compact([var.config_bucket_kms_key_arn])
        services = ["s3"]
      },
      ] : {
      Sid    = s.Sid
      Effect = "Allow"
      Action = [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]
      Resource = s.keys
      Condition = {
        StringEquals = {
          "kms:ViaService" = [for service in s.services : "${service}.${local.region}.${local.dns_suffix}"]
        }
      }
    } if s.wanted
  ]
  read_key_statements = [
    for s in [
      {
        wanted   = var.secrets_kms_key_arn != null
        Sid      = "SecretsKey"
        keys     = compact([var.secrets_kms_key_arn])
        services = ["ssm", "secretsmanager"]
      },
      {
        wanted   = var.identity_center_kms_key_arn != null
        Sid      = "IdentityCenterKey"
        keys     = compact([var.identity_center_kms_key_arn])
        services = ["sso", "identitystore"]
      },
      ] : {
      Sid      = s.Sid
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = s.keys
      Condition = {
        StringLike = {
          "kms:ViaService" = [for service in s.services : "${service}.*.${local.dns_suffix}"]
        }
      }
    } if s.wanted
  ]

  uses = {
    requester = concat(
      ["state", "audit", "rules", "kept_rules", "cache", "missing"],
      ["schedules", "list_schedules", "pass_role", "dead_letters"],
      ["list_instances", "look", "grant", "revoke", "people", "leave"],
      ["list_accounts", "accounts"],
      length(local.named_groups) > 0 ? ["join"] : [],
      local.grants_in_management_account ? ["management_account", "saml_provider"] : [],
    )
    revoker = concat(
      ["state", "audit", "rules", "kept_rules", "cache", "missing"],
      ["schedules", "list_schedules", "pass_role", "dead_letters"],
      ["list_instances", "look", "grant", "revoke", "sweep", "people", "leave"],
      ["list_accounts", "accounts"],
      length(local.named_groups) > 0 ? ["join"] : [],
      local.grants_in_management_account ? ["management_account", "saml_provider"] : [],
    )
    attribute-syncer = concat(
      ["named_rows", "audit", "rules", "kept_rules", "missing", "dead_letters"],
      ["list_instances", "members", "join_managed", "leave"],
    )
  }

  # A grant without any account rule would have no account in its resources; AWS refuses nothing
  # there, and nothing can be granted either.
  function_statements = {
    for key, function in local.functions : key => concat(
      [for name in local.uses[key] : merge({ Effect = "Allow" }, local.statement[name])],
      [
        {
          Sid      = "Logs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.function[key].arn}:*"]
        },
      ],
      [
        for kind in ["ssm", "secretsmanager"] : {
          Sid      = kind == "ssm" ? "ReadParameters" : "ReadSecrets"
          Effect   = "Allow"
          Action   = [kind == "ssm" ? "ssm:GetParameter" : "secretsmanager:GetSecretValue"]
          Resource = [for secret in local.secrets_of[key] : secret.arn if secret.kind == kind]
        } if length([for secret in local.secrets_of[key] : secret if secret.kind == kind]) > 0
      ],
      local.key_statements,
      local.read_key_statements,
    )
  }
}
