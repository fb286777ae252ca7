# Two accounts: the installation is in the delegated administrator of Identity Center; the
# management account only forwards what CloudTrail tells of assignments.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias   = "management"
  region  = "eu-central-1"
  profile = "management"
}

data "aws_caller_identity" "management" {
  provider = aws.management
}

module "sso_elevator" {
  source = "../.."

  package                  = { s3_bucket = "example-packages", s3_key = "sso-elevator-lambda-arm64.zip", s3_version = "1" }
  lambda_architecture      = "arm64"
  slack_channel_id         = "C0123456789"
  slack_bot_token_arn      = "arn:aws:ssm:eu-central-1:123456789012:parameter/slack/bot-token"
  slack_signing_secret_arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/slack/signing-secret"

  aws_sns_topic_subscription_email = "oncall@example.com"
  security_people                  = ["security@example.com"]

  drift_detection_enabled = true
  drift_source_account_id = data.aws_caller_identity.management.account_id

  config = [{
    ResourceType  = "Account"
    Resource      = "*"
    PermissionSet = "*"
    Approvers     = "lead@example.com"
  }]
}

resource "aws_cloudwatch_event_rule" "forward" {
  provider = aws.management
  name     = "sso-elevator-drift"

  event_pattern = jsonencode({
    source        = ["aws.sso", "aws.sso-directory", "aws.identitystore"]
    "detail-type" = ["AWS API Call via CloudTrail"]
  })
}

resource "aws_cloudwatch_event_target" "forward" {
  provider = aws.management
  rule     = aws_cloudwatch_event_rule.forward.name
  arn      = module.sso_elevator.drift_event_bus_arn
  role_arn = aws_iam_role.forward.arn
}

resource "aws_iam_role" "forward" {
  provider = aws.management
  name     = "sso-elevator-drift"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "forward" {
  provider = aws.management
  name     = "forward"
  role     = aws_iam_role.forward.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = module.sso_elevator.drift_event_bus_arn }]
  })
}
