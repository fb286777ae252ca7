# What an installation of terraform-aws-sso-elevator 4.2.2 has in its Terraform state: the same
# addresses and names, and as little else as makes them. Only for migrate_test.py.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "slack_channel_id" { type = string }
variable "slack_bot_token" { type = string }
variable "slack_signing_secret" { type = string }
variable "package" { type = any }
variable "deletion_protection" { type = bool }
variable "aws_sns_topic_subscription_email" { type = string }
variable "attribute_sync_enabled" { type = bool }
variable "attribute_sync_managed_groups" { type = any }
variable "attribute_sync_rules" { type = any }

locals {
  suffix   = "abcdefghijklmnop"
  schedule = { sweep = "cron(0 23 * * ? *)", report = "rate(2 hours)", sync = "rate(1 hour)" }
}

module "access_requester_slack_handler" {
  source   = "./function"
  name     = "access-requester"
  with_url = true
}

module "access_revoker" {
  source = "./function"
  name   = "access-revoker"
}

module "attribute_syncer" {
  count  = var.attribute_sync_enabled ? 1 : 0
  source = "./function"
  name   = "attribute-syncer"
}

module "http_api" {
  count    = 1
  source   = "./api"
  name     = "sso-elevator-access-requster"
  function = module.access_requester_slack_handler.arn
}

module "audit_bucket" {
  count  = 1
  source = "./baseline"
  name   = "sso-elevator-audit-entry-${local.suffix}"
}

module "config_bucket" {
  source     = "./baseline"
  name       = "sso-elevator-config-${local.suffix}"
  expires    = true
  depends_on = [module.audit_bucket]
}

resource "aws_s3_object" "approval_config" {
  bucket                 = module.config_bucket.id
  key                    = "config/approval-config.json"
  content                = jsonencode({ statements = [], group_statements = [] })
  content_type           = "application/json"
  server_side_encryption = "AES256"
}

resource "aws_cloudwatch_event_rule" "sso_elevator_scheduled_revocation" {
  name                = "sso-elevator-scheduled-revocation"
  schedule_expression = local.schedule.sweep
}

resource "aws_cloudwatch_event_target" "sso_elevator_scheduled_revocation" {
  rule  = aws_cloudwatch_event_rule.sso_elevator_scheduled_revocation.name
  arn   = module.access_revoker.arn
  input = jsonencode({ action = "sso_elevator_scheduled_revocation" })
}

resource "aws_cloudwatch_event_rule" "sso_elevator_check_on_inconsistency" {
  name                = "sso-elevator-check-on-inconsistency"
  schedule_expression = local.schedule.report
}

resource "aws_cloudwatch_event_target" "check_inconsistency" {
  rule  = aws_cloudwatch_event_rule.sso_elevator_check_on_inconsistency.name
  arn   = module.access_revoker.arn
  input = jsonencode({ action = "check_on_inconsistency" })
}

resource "aws_cloudwatch_event_rule" "attribute_sync_schedule" {
  count               = var.attribute_sync_enabled ? 1 : 0
  name                = "sso-elevator-attribute-sync"
  schedule_expression = local.schedule.sync
}

resource "aws_cloudwatch_event_target" "attribute_sync_schedule" {
  count = var.attribute_sync_enabled ? 1 : 0
  rule  = aws_cloudwatch_event_rule.attribute_sync_schedule[0].name
  arn   = module.attribute_syncer[0].arn
  input = jsonencode({ action = "attribute_sync" })
}

resource "aws_iam_role" "eventbridge_role" {
  name = "sso-elevator-event-bridge-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "scheduler.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "eventbridge_policy" {
  name = "eventbridge_policy_for_sso_elevator"
  role = aws_iam_role.eventbridge_role.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = module.access_revoker.arn }]
  })
}

resource "aws_lambda_permission" "eventbridge" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = module.access_revoker.name
  principal     = "scheduler.amazonaws.com"
  source_arn    = aws_iam_role.eventbridge_role.arn
}

resource "aws_lambda_permission" "url" {
  count                  = 1
  statement_id           = "AllowExecutionFromLambdaURL"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = module.access_requester_slack_handler.name
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_scheduler_schedule_group" "one_time_schedule_group" {
  name = "sso-elevator-scheduled-revocation"
}

resource "aws_sns_topic" "dlq" {
  count             = 1
  name              = "access-requester"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "dlq" {
  count     = 1
  topic_arn = aws_sns_topic.dlq[0].arn
  protocol  = "email"
  endpoint  = var.aws_sns_topic_subscription_email
}
