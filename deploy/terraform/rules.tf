# The rules document. Mistakes that would stop people from asking are found when planning; the
# functions check the whole document again and keep the last good one (`policy check` explains).

locals {
  account_rules = [for rule in var.config : rule]
  group_rules   = [for rule in var.group_config : rule]

  approver = "^\\s*(group:.+|slack-group:.+|oncall:.+|(.*<)?[^@<>\\s]+@[^@<>\\s]+\\.[^@<>\\s]+>?)\\s*$"

  rule_errors = flatten([
    [
      for i, rule in local.account_rules : [
        contains(["Account", "OU", "Tag"], try(rule.ResourceType, "missing")) ? [] : [
          "config[${i}].ResourceType: is Account, OU or Tag"
        ],
        try(length(flatten([rule.Resource])) >= 0, false) ? [] : ["config[${i}].Resource: missing"],
        try(length(flatten([rule.PermissionSet])) >= 0, false) ? [] : [
          "config[${i}].PermissionSet: missing"
        ],
        try(rule.ResourceType, "") != "Account" ? [] : [
          for j, item in try(flatten([rule.Resource]), []) :
          "config[${i}].Resource[${j}]: not 12 digits or *"
          if !can(regex("^(\\d{12}|\\*)$", item))
        ],
        [
          for j, item in try(flatten([rule.PermissionSet]), []) :
          "config[${i}].PermissionSet[${j}]: not the name of a permission set or *"
          if !can(regex("^([\\w+=,.@-]{1,32}|\\*)$", item))
        ],
      ]
    ],
    [
      for i, rule in local.group_rules : [
        try(length(flatten([rule.Resource])) >= 0, false) ? [] : ["group_config[${i}].Resource: missing"],
        [
          for j, item in try(flatten([rule.Resource]), []) :
          "group_config[${i}].Resource[${j}]: not the id of a group"
          if !can(regex("^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$", item))
        ],
      ]
    ],
    [
      for name, rules in { config = local.account_rules, group_config = local.group_rules } : [
        for i, rule in rules : [
          for j, item in try(flatten([rule.Approvers]), []) :
          "${name}[${i}].Approvers[${j}]: not an e-mail address, group:, slack-group: or oncall:"
          if !can(regex(local.approver, item))
        ]
      ]
    ],
  ])
}

resource "aws_s3_object" "approval_config" {
  bucket       = aws_s3_bucket.config.id
  key          = local.rules_key
  content_type = "application/json"
  content = jsonencode({
    statements       = var.config
    group_statements = var.group_config
  })

  lifecycle {
    precondition {
      condition     = length(local.rule_errors) == 0
      error_message = "The rules have mistakes:\n${join("\n", local.rule_errors)}"
    }
  }

  depends_on = [aws_s3_bucket_server_side_encryption_configuration.this]
}
