# One program, three functions: _HANDLER tells it which one it is.

locals {
  functions = {
    for key, function in {
      requester = {
        enabled     = true
        name        = var.requester_lambda_name
        description = "Answers Slack, decides and grants."
        timeout     = var.lambda_timeout
        memory      = var.lambda_memory_size
        retries     = 0
        environment = local.requester_environment
      }
      revoker = {
        enabled     = true
        name        = var.revoker_lambda_name
        description = "Takes access back on time, sweeps and reports."
        timeout     = max(var.lambda_timeout, var.revoker_lambda_timeout)
        memory      = var.lambda_memory_size
        retries     = 2
        environment = local.revoker_environment
      }
      attribute-syncer = {
        enabled     = var.attribute_sync_enabled
        name        = var.attribute_syncer_lambda_name
        description = "Keeps the members of groups as their attributes say."
        timeout     = var.attribute_sync_lambda_timeout
        memory      = var.attribute_sync_lambda_memory
        retries     = 0
        environment = local.syncer_environment
      }
    } : key => function if function.enabled
  }

  # Written down, not read from the function: its own environment names it.
  revoker_arn = "arn:${local.partition}:lambda:${local.here}:function:${var.revoker_lambda_name}"

  common_environment = merge({
    LOG_LEVEL                       = upper(var.log_level)
    SLACK_BOT_TOKEN_REF             = local.secret_refs.bot_token
    SLACK_CHANNEL_ID                = var.slack_channel_id
    SLACK_TEAM_ID                   = var.slack_team_id
    SSO_INSTANCE_ARN                = local.sso_instance_arn
    IDENTITY_STORE_ID               = local.identity_store_id
    STATE_TABLE_NAME                = aws_dynamodb_table.state.name
    S3_BUCKET_FOR_AUDIT_ENTRY_NAME  = local.audit_bucket
    S3_BUCKET_PREFIX_FOR_PARTITIONS = local.audit_prefix
    AUDIT_KMS_KEY_ARN               = local.makes_audit_bucket && local.has_kms_key ? local.kms_key_arn : ""
    CONFIG_BUCKET_NAME              = aws_s3_bucket.config.id
    CONFIG_S3_KEY                   = local.rules_key
    },
    var.settings,
  )

  # What decides and drives requests: the same for both functions that do.
  workflow_environment = merge(local.common_environment, {
    SCHEDULE_POLICY_ARN                        = aws_iam_role.scheduler.arn
    SCHEDULE_GROUP_NAME                        = aws_scheduler_schedule_group.this.name
    REVOKER_FUNCTION_ARN                       = local.revoker_arn
    REVOKER_FUNCTION_NAME                      = var.revoker_lambda_name
    DEAD_LETTER_QUEUE_ARN                      = aws_sqs_queue.dead_letters.arn
    AWS_ACCESS_PORTAL_URL                      = var.aws_access_portal_url
    SECURITY_PEOPLE                            = jsonencode(var.security_people)
    SECONDARY_FALLBACK_EMAIL_DOMAINS           = jsonencode(var.secondary_fallback_email_domains)
    SEND_DM_IF_USER_NOT_IN_CHANNEL             = tostring(var.send_dm_if_user_not_in_channel)
    POST_UPDATE_TO_SLACK                       = tostring(var.revoker_post_update_to_slack)
    CACHE_ENABLED                              = tostring(var.cache_enabled)
    REQUEST_EXPIRATION_HOURS                   = tostring(var.request_expiration_hours)
    MAX_PERMISSIONS_DURATION_TIME              = tostring(var.max_permissions_duration_time)
    PERMISSION_DURATION_LIST_OVERRIDE          = jsonencode(var.permission_duration_list_override)
    APPROVER_RENOTIFICATION_INITIAL_WAIT_TIME  = tostring(var.approver_renotification_initial_wait_time)
    APPROVER_RENOTIFICATION_BACKOFF_MULTIPLIER = tostring(var.approver_renotification_backoff_multiplier)
    SLACK_OPTIONS_LOAD                         = var.slack_options_load ? "on" : "off"
  })

  requester_environment = merge(local.workflow_environment, {
    SLACK_SIGNING_SECRET_REF = local.secret_refs.signing_secret
  })

  revoker_environment = merge(local.workflow_environment, {
    SWEEP_MODE                                  = var.sweep_mode
    SWEEP_ALLOW_LIST                            = jsonencode(var.sweep_allow_list)
    RECONCILE_INTERVAL_SECONDS                  = "60"
    SSO_ELEVATOR_SCHEDULED_REVOCATION_RULE_NAME = local.sweep_rule_name
  })

  syncer_environment = merge(local.common_environment, {
    ATTRIBUTE_SYNC_ENABLED                  = "true"
    ATTRIBUTE_SYNC_MANAGED_GROUPS           = jsonencode(var.attribute_sync_managed_groups)
    ATTRIBUTE_SYNC_RULES                    = jsonencode(var.attribute_sync_rules)
    ATTRIBUTE_SYNC_MANUAL_ASSIGNMENT_POLICY = var.attribute_sync_manual_assignment_policy
    ATTRIBUTE_SYNC_SCHEDULE                 = var.attribute_sync_schedule
  })
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name = each.value.name
  description   = each.value.description
  role          = aws_iam_role.function[each.key].arn
  package_type  = "Zip"
  runtime       = "provided.al2023"
  handler       = each.key
  architectures = [var.lambda_architecture]
  memory_size   = each.value.memory
  timeout       = each.value.timeout

  filename          = local.package_file
  s3_bucket         = local.package_file == null ? try(var.package.s3_bucket, null) : null
  s3_key            = local.package_file == null ? try(var.package.s3_key, null) : null
  s3_object_version = local.package_file == null ? try(var.package.s3_version, null) : null
  source_code_hash  = local.package_file == null ? try(var.package.sha256, null) : filebase64sha256(local.package_file)

  environment {
    variables = { for name, value in each.value.environment : name => value if value != "" }
  }

  tags = var.tags

  lifecycle {
    precondition {
      condition     = local.package_file != null || try(var.package.s3_bucket, null) != null
      error_message = "There is no package: make one with ./run package and give package = { file = \"...zip\" }, or { s3_bucket = ..., s3_key = ... }."
    }
    precondition {
      condition     = alltrue([for secret in local.given_secrets : secret.given || secret.arn != null])
      error_message = "Give slack_bot_token or slack_bot_token_arn, and slack_signing_secret or slack_signing_secret_arn."
    }
    precondition {
      condition     = can(regex("^arn:[a-z-]+:sso:::instance/[A-Za-z0-9.-]+$", local.sso_instance_arn))
      error_message = "No Identity Center instance was found in this account and region: give sso_instance_arn, or deploy where Identity Center is (or its delegated administrator account)."
    }
    precondition {
      condition     = local.identity_store_id != ""
      error_message = "There is no instance sso_instance_arn in this account and region that would tell its identity store: correct it, or give identity_store_id."
    }
  }

  # The first call finds a role that may do what it needs, and a log group with a retention.
  depends_on = [aws_iam_role_policy.function, aws_cloudwatch_log_group.function]
}

# EventBridge and Scheduler call asynchronously. What fails in the end is kept in the queue.
resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = local.functions

  function_name          = aws_lambda_function.this[each.key].function_name
  maximum_retry_attempts = each.value.retries

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${each.value.name}"
  retention_in_days = var.logs_retention_in_days
  kms_key_id        = local.kms_key_arn
  tags              = var.tags

  depends_on = [aws_kms_key_policy.this]
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name                 = each.value.name
  description          = "SSO Elevator: ${each.value.description}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "sso-elevator"
  role = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.function_statements[each.key]
  })
}
