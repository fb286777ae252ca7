# What somebody has to look at. An alarm that rings without need is one that nobody believes.

locals {
  makes_topic   = var.aws_sns_topic_subscription_email != ""
  alarm_targets = concat([for topic in aws_sns_topic.alarms : topic.arn], var.alarm_actions)
  metrics       = "SsoElevator/${var.revoker_lambda_name}"

  alarms = {
    for key, alarm in merge(
      {
        # The log line of every reconcile carries the number (docs/aws.md).
        overdue = {
          about      = "Access that should be gone is not: docs/operations.md."
          namespace  = local.metrics
          metric     = "RevocationsOverdue"
          statistic  = "Maximum"
          dimensions = {}
          period     = 60
          periods    = 3
          above      = 0
          missing    = "ignore"
        }
        silent = {
          about      = "The revoker has not run for five minutes: nothing is taken back."
          namespace  = "AWS/Lambda"
          metric     = "Invocations"
          statistic  = "Sum"
          dimensions = { FunctionName = var.revoker_lambda_name }
          period     = 300
          periods    = 1
          above      = null
          missing    = "breaching"
        }
        dead-letters = {
          about      = "An event could not be handled and waits in ${var.dead_letter_queue_name}."
          namespace  = "AWS/SQS"
          metric     = "ApproximateNumberOfMessagesVisible"
          statistic  = "Maximum"
          dimensions = { QueueName = aws_sqs_queue.dead_letters.name }
          period     = 60
          periods    = 1
          above      = 0
          missing    = "notBreaching"
        }
      },
      {
        for key, function in local.functions : "${key}-errors" => {
          about      = "The function ${function.name} fails."
          namespace  = "AWS/Lambda"
          metric     = "Errors"
          statistic  = "Sum"
          dimensions = { FunctionName = function.name }
          period     = 300
          periods    = 1
          above      = 0
          missing    = "notBreaching"
        }
      },
      {
        for key, function in local.functions : "${key}-throttles" => {
          about      = "The function ${function.name} is throttled: the account's concurrency is used up."
          namespace  = "AWS/Lambda"
          metric     = "Throttles"
          statistic  = "Sum"
          dimensions = { FunctionName = function.name }
          period     = 300
          periods    = 1
          above      = 0
          missing    = "notBreaching"
        }
      },
    ) : key => alarm if var.create_alarms
  }
}

resource "aws_cloudwatch_log_metric_filter" "overdue" {
  name           = "revocations-overdue"
  log_group_name = aws_cloudwatch_log_group.function["revoker"].name
  pattern        = "{ $.sso_elevator_revocations_overdue = * }"

  metric_transformation {
    namespace = local.metrics
    name      = "RevocationsOverdue"
    value     = "$.sso_elevator_revocations_overdue"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "sso-elevator-${var.revoker_lambda_name}-${each.key}"
  alarm_description   = each.value.about
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
  period              = each.value.period
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.above == null ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.above == null ? 1 : each.value.above
  treat_missing_data  = each.value.missing
  alarm_actions       = local.alarm_targets
  ok_actions          = local.alarm_targets
  tags                = var.tags
}

resource "aws_sns_topic" "alarms" {
  count = local.makes_topic ? 1 : 0
  name  = var.requester_lambda_name
  # The key that AWS manages for SNS does not let alarms publish; a key of one's own does.
  kms_master_key_id = local.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "alarms" {
  count = local.makes_topic ? 1 : 0
  arn   = aws_sns_topic.alarms[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms[0].arn
      Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${local.here}:alarm:*" } }
    }]
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  count     = local.makes_topic ? 1 : 0
  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.aws_sns_topic_subscription_email
}
