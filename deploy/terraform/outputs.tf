# The first eight are those of terraform-aws-sso-elevator 4.2.2.

output "sso_elevator_bucket_id" {
  description = "Name of the audit bucket; null when an existing one is used."
  value       = local.makes_audit_bucket ? local.audit_bucket : null
}

output "requester_api_endpoint_url" {
  description = "Address for the Slack app; null without the HTTP API."
  value       = var.create_api_gateway ? "${aws_apigatewayv2_stage.default[0].invoke_url}${local.api_path}" : null
}

output "lambda_function_url" {
  description = "The function URL; null without one."
  value       = var.create_lambda_url ? aws_lambda_function_url.requester[0].function_url : null
}

output "config_s3_bucket_name" {
  description = "Bucket of the rules and of cached listings."
  value       = aws_s3_bucket.config.id
}

output "config_s3_bucket_arn" {
  description = "ARN of that bucket."
  value       = aws_s3_bucket.config.arn
}

output "attribute_syncer_lambda_arn" {
  description = "The attribute syncer; null when it is off."
  value       = var.attribute_sync_enabled ? aws_lambda_function.this["attribute-syncer"].arn : null
}

output "attribute_syncer_lambda_name" {
  description = "Its name; null when it is off."
  value       = var.attribute_sync_enabled ? aws_lambda_function.this["attribute-syncer"].function_name : null
}

output "attribute_sync_schedule_rule_arn" {
  description = "The rule that starts it; null when it is off."
  value       = var.attribute_sync_enabled ? aws_cloudwatch_event_rule.this["sync"].arn : null
}

output "function_arns" {
  description = "The functions, by `requester`, `revoker`, `attribute-syncer`."
  value       = { for key, function in aws_lambda_function.this : key => function.arn }
}

output "role_arns" {
  description = "Their roles."
  value       = { for key, role in aws_iam_role.function : key => role.arn }
}

output "state_table_name" {
  description = "DynamoDB table of requests and grants."
  value       = aws_dynamodb_table.state.name
}

output "schedule_group_name" {
  description = "Group of the schedules that take access back."
  value       = aws_scheduler_schedule_group.this.name
}

output "dead_letter_queue_url" {
  description = "Queue of events that could not be handled."
  value       = aws_sqs_queue.dead_letters.url
}

output "alarm_topic_arn" {
  description = "SNS topic of alarms; null without an address."
  value       = one([for topic in aws_sns_topic.alarms : topic.arn])
}

output "audit_s3_url" {
  description = "For `sso-elevator audit verify --s3`."
  value       = "s3://${local.audit_bucket}/${local.audit_prefix}"
}

output "drift_event_bus_arn" {
  description = "Where the management account forwards its CloudTrail events to; null without `drift_source_account_id`."
  value       = one([for bus in aws_cloudwatch_event_bus.drift : bus.arn])
}

output "kms_key_policy" {
  description = "What the policy of `kms_key_arn` has to allow."
  value       = local.kms_policy
}
