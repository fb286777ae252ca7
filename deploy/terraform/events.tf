# The second path to every revocation, the report, the sweep and the attribute sync. The events
# have the shapes of the existing product; `reconcile` is ours.

locals {
  rules = {
    for key, rule in {
      reconcile = {
        enabled  = true
        name     = var.reconcile_rule_name
        about    = "Looks at due requests and grants."
        schedule = "rate(1 minute)"
        function = "revoker"
        input    = { action = "reconcile" }
        # The next minute brings another one.
        age      = 60
        attempts = 1
      }
      report = {
        enabled  = true
        name     = local.report_rule_name
        about    = "Reports access that nobody asked for."
        schedule = var.schedule_expression_for_check_on_inconsistency
        function = "revoker"
        input    = { action = "check_on_inconsistency" }
        age      = 3600
        attempts = 10
      }
      sweep = {
        enabled  = true
        name     = local.sweep_rule_name
        about    = "Sweeps access that nobody asked for."
        schedule = var.schedule_expression
        function = "revoker"
        input    = { action = "sso_elevator_scheduled_revocation" }
        age      = 3600
        attempts = 10
      }
      sync = {
        enabled  = var.attribute_sync_enabled
        name     = var.attribute_sync_event_rule_name
        about    = "Keeps the members of groups as their attributes say."
        schedule = var.attribute_sync_schedule
        function = "attribute-syncer"
        input    = { action = "attribute_sync" }
        age      = 3600
        attempts = 10
      }
    } : key => rule if rule.enabled
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name                = each.value.name
  description         = "SSO Elevator: ${each.value.about}"
  schedule_expression = each.value.schedule
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.rules

  rule  = aws_cloudwatch_event_rule.this[each.key].name
  arn   = aws_lambda_function.this[each.value.function].arn
  input = jsonencode(each.value.input)

  retry_policy {
    maximum_event_age_in_seconds = each.value.age
    maximum_retry_attempts       = each.value.attempts
  }

  dynamic "dead_letter_config" {
    for_each = each.key == "reconcile" ? [] : [aws_sqs_queue.dead_letters.arn]
    content {
      arn = dead_letter_config.value
    }
  }
}

resource "aws_lambda_permission" "rule" {
  for_each = local.rules

  statement_id  = "Rule-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[each.value.function].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this[each.key].arn
}

# Drift: CloudTrail tells of assignments and memberships that change outside of this product.

locals {
  drift_here = var.drift_detection_enabled && var.drift_source_account_id == null
  drift_far  = var.drift_detection_enabled && var.drift_source_account_id != null

  drift_pattern = jsonencode({
    source        = ["aws.sso", "aws.sso-directory", "aws.identitystore"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventName = [
        "CreateAccountAssignment",
        "DeleteAccountAssignment",
        "CreateGroupMembership",
        "DeleteGroupMembership",
        "AddMemberToGroup",
        "RemoveMemberFromGroup",
      ]
    }
  })
}

resource "aws_cloudwatch_event_bus" "drift" {
  count = local.drift_far ? 1 : 0
  name  = "${var.revoker_lambda_name}-drift"
  tags  = var.tags
}

resource "aws_cloudwatch_event_bus_policy" "drift" {
  count          = local.drift_far ? 1 : 0
  event_bus_name = aws_cloudwatch_event_bus.drift[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EventsOfTheManagementAccount"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${var.drift_source_account_id}:root" }
      Action    = "events:PutEvents"
      Resource  = aws_cloudwatch_event_bus.drift[0].arn
    }]
  })
}

resource "aws_cloudwatch_event_rule" "drift" {
  count          = var.drift_detection_enabled ? 1 : 0
  name           = "${var.revoker_lambda_name}-drift"
  description    = "SSO Elevator: Assignments that change outside of it."
  event_bus_name = local.drift_far ? aws_cloudwatch_event_bus.drift[0].name : "default"
  event_pattern  = local.drift_pattern
  tags           = var.tags
}

resource "aws_cloudwatch_event_target" "drift" {
  count          = var.drift_detection_enabled ? 1 : 0
  rule           = aws_cloudwatch_event_rule.drift[0].name
  event_bus_name = aws_cloudwatch_event_rule.drift[0].event_bus_name
  arn            = aws_lambda_function.this["revoker"].arn

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 10
  }

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
}

resource "aws_lambda_permission" "drift" {
  count         = var.drift_detection_enabled ? 1 : 0
  statement_id  = "Rule-drift"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this["revoker"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.drift[0].arn
}
