# What the module says about inputs, and what it makes from them, without AWS:
#   terraform init && terraform test

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1", name = "us-east-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_ssoadmin_instances" {
    defaults = {
      arns               = ["arn:aws:sso:::instance/ssoins-1111111111111111"]
      identity_store_ids = ["d-1111111111"]
    }
  }
  mock_data "aws_organizations_organization" {
    defaults = { master_account_id = "999999999999" }
  }
  mock_data "aws_identitystore_groups" {
    defaults = {
      groups = [{
        group_id          = "11e111e1-e111-11ee-e111-1e11e1ee11e1"
        display_name      = "ops"
        description       = ""
        identity_store_id = "d-1111111111"
        external_ids      = []
      }]
    }
  }
}

variables {
  slack_channel_id     = "C0CHANNEL"
  slack_bot_token      = "xoxb-of-the-test"
  slack_signing_secret = "signing-secret-of-the-test"
  alarm_actions        = ["arn:aws:sns:us-east-1:123456789012:oncall"]
  package              = { s3_bucket = "packages", s3_key = "elevator.zip" }
  security_people      = ["security@example.com"]
}

run "defaults" {
  command = plan

  assert {
    condition     = output.lambda_function_url == null && length(aws_lambda_function_url.requester) == 0
    error_message = "A new installation has no function URL."
  }
  assert {
    condition     = toset(keys(aws_lambda_function.this)) == toset(["requester", "revoker"])
    error_message = "The attribute syncer is there although it is off."
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : f.runtime == "provided.al2023" && f.package_type == "Zip"])
    error_message = "Functions are made from a zip file."
  }
  assert {
    condition     = aws_lambda_function.this["requester"].timeout == 30 && aws_lambda_function.this["revoker"].timeout == 300
    error_message = "The revoker has time for a sweep."
  }
  assert {
    condition     = one(one(aws_apigatewayv2_stage.default).route_settings).throttling_rate_limit >= 10
    error_message = "Clicks get lost."
  }
  assert {
    condition     = aws_dynamodb_table.state.deletion_protection_enabled && aws_dynamodb_table.state.billing_mode == "PAY_PER_REQUEST"
    error_message = "The state can be deleted, or has a fixed capacity."
  }
  assert {
    condition     = !local.grants_in_management_account
    error_message = "This is not the management account."
  }
  assert {
    condition     = aws_s3_bucket.config.bucket != "sso-elevator-config" && startswith(aws_s3_bucket.config.bucket, "sso-elevator-config-")
    error_message = "The default name of a bucket needs a suffix: names are global."
  }
  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && length(aws_kms_key.this) == 0 && length(aws_cloudwatch_event_rule.drift) == 0
    error_message = "Something optional is made."
  }
}

run "arm64" {
  command = plan
  variables {
    lambda_architecture = "arm64"
  }
  assert {
    condition     = alltrue([for f in aws_lambda_function.this : one(f.architectures) == "arm64"])
    error_message = "The functions are not arm64."
  }
}

run "management_account" {
  command = plan
  override_data {
    target = data.aws_organizations_organization.current[0]
    values = { master_account_id = "123456789012" }
  }
  assert {
    condition     = local.grants_in_management_account
    error_message = "The management account is not recognized."
  }
}

run "govcloud" {
  command = plan
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }
  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-west-1", name = "us-gov-west-1" }
  }
  override_data {
    target = data.aws_ssoadmin_instances.all[0]
    values = {
      arns               = ["arn:aws-us-gov:sso:::instance/ssoins-1111111111111111"]
      identity_store_ids = ["d-1111111111"]
    }
  }
  assert {
    condition     = startswith(local.revoker_arn, "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:")
    error_message = "The ARN of the revoker is of another partition."
  }
  assert {
    condition     = startswith(local.arn.accounts, "arn:aws-us-gov:sso:::account/")
    error_message = "ARNs in policies are of another partition."
  }
}

run "china" {
  command = plan
  variables {
    create_kms_key = true
  }
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }
  override_data {
    target = data.aws_region.current
    values = { id = "cn-north-1", name = "cn-north-1" }
  }
  override_data {
    target = data.aws_ssoadmin_instances.all[0]
    values = {
      arns               = ["arn:aws-cn:sso:::instance/ssoins-1111111111111111"]
      identity_store_ids = ["d-1111111111"]
    }
  }
  assert {
    condition     = strcontains(local.kms_policy, "logs.cn-north-1.amazonaws.com.cn") && strcontains(local.kms_policy, "arn:aws-cn:iam::123456789012:root")
    error_message = "The policy of the key is of another partition."
  }
  assert {
    condition     = startswith(local.arn.users, "arn:aws-cn:identitystore:::user/")
    error_message = "ARNs in policies are of another partition."
  }
}

run "names_of_the_existing_product_win_in_their_order" {
  command = plan
  variables {
    event_brige_scheduled_revocation_rule_name    = "old-spelling"
    event_bridge_check_on_inconsistency_rule_name = "new-spelling"
    event_brige_check_on_inconsistency_rule_name  = "old-spelling-too"
    requester_lambda_name                         = "asks"
    revoker_lambda_name                           = "revokes"
    schedule_group_name                           = "timers"
    schedule_role_name                            = "timer-role"
    s3_bucket_name_for_audit_entry                = "my-audit"
    config_bucket_name                            = "my-config"
  }
  assert {
    condition = [
      aws_cloudwatch_event_rule.this["sweep"].name, aws_cloudwatch_event_rule.this["report"].name,
      aws_lambda_function.this["requester"].function_name, aws_lambda_function.this["revoker"].function_name,
      aws_scheduler_schedule_group.this.name, aws_iam_role.scheduler.name,
      aws_s3_bucket.audit[0].bucket, aws_s3_bucket.config.bucket,
    ] == ["old-spelling", "new-spelling", "asks", "revokes", "timers", "timer-role", "my-audit", "my-config"]
    error_message = "A name that was given is not used."
  }
}

run "an_audit_bucket_that_exists" {
  command = plan
  variables {
    s3_name_of_the_existing_bucket = "their-bucket"
    kms_key_arn                    = "arn:aws:kms:us-east-1:123456789012:key/all"
  }
  assert {
    condition     = local.common_environment["AUDIT_KMS_KEY_ARN"] == ""
    error_message = "Entries in a bucket that is not ours have a key of ours."
  }
  assert {
    condition     = length(aws_s3_bucket.audit) == 0 && output.sso_elevator_bucket_id == null
    error_message = "A bucket is made although one is given."
  }
}

run "everything_off" {
  command = plan
  variables {
    create_api_gateway = false
    create_lambda_url  = true
    create_alarms      = false
    alarm_actions      = []
  }
  assert {
    condition     = output.requester_api_endpoint_url == null && length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "Something is made although it is off."
  }
}

run "drift_in_this_account" {
  command = plan
  variables {
    drift_detection_enabled = true
  }
  assert {
    condition     = length(aws_cloudwatch_event_bus.drift) == 0 && one(aws_cloudwatch_event_rule.drift).event_bus_name == "default"
    error_message = "CloudTrail's events arrive on the default bus."
  }
}

run "keys_of_ones_own" {
  command = plan
  variables {
    kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/all"
    config_bucket_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/config"
  }
  assert {
    condition     = local.common_environment["AUDIT_KMS_KEY_ARN"] == "arn:aws:kms:us-east-1:123456789012:key/all"
    error_message = "Audit entries are not encrypted with the key that was given."
  }
  assert {
    condition     = length(aws_kms_key.this) == 0 && one(aws_dynamodb_table.state.server_side_encryption).kms_key_arn == "arn:aws:kms:us-east-1:123456789012:key/all"
    error_message = "The table is not encrypted with the key that was given."
  }
  assert {
    condition = {
      for name, bucket in local.buckets : name => bucket.kms_key
      } == {
      audit  = "arn:aws:kms:us-east-1:123456789012:key/all"
      config = "arn:aws:kms:us-east-1:123456789012:key/config"
    }
    error_message = "The configuration bucket has a key of its own."
  }
  assert {
    condition     = [for s in local.key_statements : one(s.Resource)] == ["arn:aws:kms:us-east-1:123456789012:key/all", "arn:aws:kms:us-east-1:123456789012:key/config"]
    error_message = "The functions may not use a key that was given."
  }
}

run "images_are_ignored_with_a_warning" {
  command = plan
  variables {
    use_pre_created_image = true
    ecr_repo_tag          = "4.2.2"
  }
  expect_failures = [check.images_are_not_used]
}

run "throttling_as_in_the_existing_product_is_a_warning" {
  command = plan
  variables {
    api_gateway_throttling_rate_limit = 1
  }
  expect_failures = [check.throttling_leaves_room]
}

run "alarms_that_nobody_hears_are_a_warning" {
  command = plan
  variables {
    alarm_actions = []
  }
  expect_failures = [check.somebody_hears_alarms]
}

run "a_sweep_that_nobody_releases_is_a_warning" {
  command = plan
  variables {
    security_people = []
  }
  expect_failures = [check.somebody_releases_the_sweep]
}

run "settings_without_an_input" {
  command = plan
  variables {
    settings = { SWEEP_MOST_REMOVALS = "10", ATTRIBUTE_SYNC_MOST_REMOVALS = "3" }
  }
  assert {
    condition = alltrue([
      for f in local.functions :
      f.environment["SWEEP_MOST_REMOVALS"] == "10" && f.environment["ATTRIBUTE_SYNC_MOST_REMOVALS"] == "3"
    ])
    error_message = "The functions are not given the settings."
  }
}

run "settings_that_have_an_input" {
  command = plan
  variables {
    settings = { SLACK_CHANNEL_ID = "C0OTHER" }
  }
  expect_failures = [var.settings]
}

run "no_way_in_is_a_warning" {
  command = plan
  variables {
    create_api_gateway = false
  }
  expect_failures = [check.slack_has_a_way_in]
}

run "a_secret_twice_is_a_warning" {
  command = plan
  variables {
    slack_bot_token_arn = "arn:aws:ssm:us-east-1:123456789012:parameter/slack/token"
  }
  assert {
    condition     = local.secret_refs.bot_token == "ssm:arn:aws:ssm:us-east-1:123456789012:parameter/slack/token"
    error_message = "The ARN wins."
  }
  expect_failures = [check.secrets_are_given_once]
}

run "no_package" {
  command = plan
  variables {
    package = null
  }
  expect_failures = [aws_lambda_function.this]
}

run "half_a_package" {
  command = plan
  variables {
    package = { s3_bucket = "packages" }
  }
  expect_failures = [var.package]
}

run "no_secret" {
  command = plan
  variables {
    slack_signing_secret = null
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_secret_arn_of_something_else" {
  command = plan
  variables {
    slack_bot_token_arn = "arn:aws:s3:::bucket/key"
  }
  expect_failures = [var.slack_bot_token_arn]
}

run "no_identity_center" {
  command = plan
  override_data {
    target = data.aws_ssoadmin_instances.all[0]
    values = { arns = [], identity_store_ids = [] }
  }
  expect_failures = [aws_lambda_function.this]
}

run "an_instance_tells_its_store" {
  command = plan
  variables {
    sso_instance_arn = "arn:aws:sso:::instance/ssoins-2222222222222222"
  }
  override_data {
    target = data.aws_ssoadmin_instances.all[0]
    values = {
      arns               = ["arn:aws:sso:::instance/ssoins-1111111111111111", "arn:aws:sso:::instance/ssoins-2222222222222222"]
      identity_store_ids = ["d-1111111111", "d-2222222222"]
    }
  }
  assert {
    condition     = local.identity_store_id == "d-2222222222"
    error_message = "The store is of another instance: ${local.identity_store_id}"
  }
}

run "an_instance_and_its_store_of_another_region" {
  command = plan
  variables {
    sso_instance_arn  = "arn:aws:sso:::instance/ssoins-2222222222222222"
    identity_store_id = "d-2222222222"
  }
  assert {
    condition     = length(data.aws_ssoadmin_instances.all) == 0 && local.identity_store_id == "d-2222222222"
    error_message = "What is given is looked for."
  }
}

run "an_instance_that_is_not_here" {
  command = plan
  variables {
    sso_instance_arn = "arn:aws:sso:::instance/ssoins-2222222222222222"
  }
  expect_failures = [aws_lambda_function.this]
}

run "rules_with_mistakes" {
  command = plan
  variables {
    config = [
      { ResourceType = "account", Resource = "111111111111", PermissionSet = "Read" },
      { ResourceType = "Account", Resource = ["11111111111"], PermissionSet = "no blanks", Approvers = "nobody" },
      { ResourceType = "Account" },
    ]
    group_config = [{ Resource = "ops", Approvers = ["lead@example.com", "not an address"] }]
  }
  assert {
    condition = local.rule_errors == [
      "config[0].ResourceType: is Account, OU or Tag",
      "config[1].Resource[0]: not 12 digits or *",
      "config[1].PermissionSet[0]: not the name of a permission set or *",
      "config[2].Resource: missing",
      "config[2].PermissionSet: missing",
      "group_config[0].Resource[0]: not the id of a group",
      "config[1].Approvers[0]: not an e-mail address, group:, slack-group: or oncall:",
      "group_config[0].Approvers[1]: not an e-mail address, group:, slack-group: or oncall:",
    ]
    error_message = join("\n", local.rule_errors)
  }
  expect_failures = [aws_s3_object.approval_config]
}

run "rules_of_every_kind" {
  command = plan
  variables {
    config = [
      { ResourceType = "Account", Resource = ["*"], PermissionSet = ["*"], Approvers = ["Ann <ann@example.com>", "group:leads", "slack-group:S1", "oncall:db"] },
      { ResourceType = "OU", Resource = "Root/Prod/*", PermissionSet = "Read", ApprovalIsNotRequired = true },
      { ResourceType = "Tag", Resource = "env=prod", PermissionSet = "Read", RequiredApprovals = 2 },
    ]
    group_config = [{ Resource = ["1234567890-11e111e1-e111-11ee-e111-1e11e1ee11e1"], AllowSelfApproval = true }]
  }
  assert {
    condition     = length(local.rule_errors) == 0
    error_message = join("\n", local.rule_errors)
  }
}

run "sync_with_mistakes" {
  command = plan
  variables {
    attribute_sync_enabled        = true
    attribute_sync_managed_groups = ["ops", "dev"]
    attribute_sync_rules = [
      { group_name = "ops", attributes = { title = "" } },
      { group_name = "sales", attributes = { title = "Seller" } },
    ]
  }
  assert {
    condition = local.sync_errors == tolist([
      "a rule names the group sales, which is not managed",
      "the managed group dev has no rule: it would be emptied",
      "a rule of ops has no attributes, or an empty value",
    ])
    error_message = join("\n", local.sync_errors)
  }
  expect_failures = [terraform_data.attribute_sync]
}

run "a_group_with_two_owners_is_a_warning" {
  command = plan
  variables {
    attribute_sync_enabled        = true
    attribute_sync_managed_groups = ["ops"]
    attribute_sync_rules          = [{ group_name = "ops", attributes = { title = "Operator" } }]
    group_config                  = [{ Resource = "11e111e1-e111-11ee-e111-1e11e1ee11e1", Approvers = "a@example.com" }]
  }
  expect_failures = [check.groups_have_one_owner]
}

run "bad_values" {
  command = plan
  variables {
    lambda_architecture                        = "mips"
    permission_duration_list_override          = ["abc", "00:00"]
    s3_bucket_partition_prefix                 = "/"
    approver_renotification_backoff_multiplier = 1.5
    secondary_fallback_email_domains           = ["corp.example.com"]
    attribute_sync_manual_assignment_policy    = "delete"
    sweep_mode                                 = "sometimes"
    log_level                                  = "LOUD"
    max_permissions_duration_time              = 0
    request_expiration_hours                   = -1
    drift_source_account_id                    = "1"
    revoker_lambda_timeout                     = 5
    approver_renotification_initial_wait_time  = -1
    lambda_timeout                             = 9
  }
  expect_failures = [
    var.lambda_architecture, var.permission_duration_list_override, var.s3_bucket_partition_prefix,
    var.approver_renotification_backoff_multiplier, var.secondary_fallback_email_domains,
    var.attribute_sync_manual_assignment_policy, var.sweep_mode, var.log_level,
    var.max_permissions_duration_time, var.request_expiration_hours, var.drift_source_account_id,
    var.revoker_lambda_timeout, var.lambda_timeout, var.approver_renotification_initial_wait_time,
  ]
}
