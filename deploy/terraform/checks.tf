# Warnings: the plan goes on.

check "images_are_not_used" {
  assert {
    condition = alltrue([
      var.ecr_repo_name == null, var.ecr_repo_tag == null,
      var.ecr_owner_account_id == null, var.use_pre_created_image == null,
    ])
    error_message = "ecr_repo_name, ecr_repo_tag, ecr_owner_account_id and use_pre_created_image have no effect: functions are made from a zip file, see package."
  }
}

check "throttling_leaves_room" {
  assert {
    condition     = var.api_gateway_throttling_rate_limit >= 10 && var.api_gateway_throttling_burst_limit >= 10
    error_message = "Fewer than 10 requests a second, or 10 at once: Slack loses clicks and menus stay empty."
  }
}

check "somebody_hears_alarms" {
  assert {
    condition     = !var.create_alarms || var.aws_sns_topic_subscription_email != "" || length(var.alarm_actions) > 0
    error_message = "Nobody is told about alarms: give aws_sns_topic_subscription_email or alarm_actions."
  }
}

check "slack_has_a_way_in" {
  assert {
    condition     = var.create_api_gateway || var.create_lambda_url
    error_message = "Neither create_api_gateway nor create_lambda_url: Slack cannot reach the requester."
  }
}

check "somebody_releases_the_sweep" {
  assert {
    condition     = var.sweep_mode != "remove" || length(var.security_people) > 0
    error_message = "security_people is empty: a sweep that finds more than SWEEP_MOST_REMOVALS waits for ever, because nobody may allow it."
  }
}

data "aws_identitystore_groups" "all" {
  count             = var.attribute_sync_enabled ? 1 : 0
  identity_store_id = local.identity_store_id
}

# The function refuses overlaps by name and by id when it starts; here they are seen earlier.
check "groups_have_one_owner" {
  assert {
    condition = length(setintersection(
      toset(local.named_groups),
      toset(flatten([
        for listing in data.aws_identitystore_groups.all : [
          for group in listing.groups : group.group_id
          if contains(var.attribute_sync_managed_groups, group.display_name)
        ]
      ])),
    )) == 0
    error_message = "A group of attribute_sync_managed_groups is also in group_config: the sync would take away what was granted."
  }
}

locals {
  sync_errors = var.attribute_sync_enabled ? concat(
    length(var.attribute_sync_managed_groups) > 0 ? [] : ["attribute_sync_managed_groups is empty"],
    length(var.attribute_sync_rules) > 0 ? [] : ["attribute_sync_rules is empty"],
    [
      for rule in var.attribute_sync_rules : "a rule names the group ${rule.group_name}, which is not managed"
      if !contains(var.attribute_sync_managed_groups, rule.group_name)
    ],
    [
      for group in var.attribute_sync_managed_groups : "the managed group ${group} has no rule: it would be emptied"
      if !contains([for rule in var.attribute_sync_rules : rule.group_name], group)
    ],
    [
      for rule in var.attribute_sync_rules : "a rule of ${rule.group_name} has no attributes, or an empty value"
      if length(rule.attributes) == 0 || !alltrue([for value in values(rule.attributes) : value != null && value != ""])
    ],
  ) : []
}

resource "terraform_data" "attribute_sync" {
  count = var.attribute_sync_enabled ? 1 : 0
  input = var.attribute_sync_managed_groups

  lifecycle {
    precondition {
      condition     = length(local.sync_errors) == 0
      error_message = "The attribute sync has mistakes:\n${join("\n", local.sync_errors)}"
    }
  }
}
