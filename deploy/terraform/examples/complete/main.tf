# An installation with approval for production, none for reading, and an alarm address.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
  }
}

# The region of Identity Center, in the management account or in its delegated administrator.
provider "aws" {
  region = "eu-central-1"
}

variable "slack_bot_token_arn" {
  description = "SSM parameter or Secrets Manager secret, made once by hand: Terraform never sees the token."
  type        = string
}

variable "slack_signing_secret_arn" {
  description = "The same for the signing secret."
  type        = string
}

module "sso_elevator" {
  source = "../.."

  # ./run package makes it.
  package = { file = "${path.root}/sso-elevator-lambda-x86_64.zip" }

  slack_channel_id         = "C0123456789"
  slack_bot_token_arn      = var.slack_bot_token_arn
  slack_signing_secret_arn = var.slack_signing_secret_arn

  # The app was made from deploy/slack/manifest.yaml.
  slack_options_load    = true
  aws_access_portal_url = "https://example.awsapps.com/start"

  aws_sns_topic_subscription_email = "oncall@example.com"
  security_people                  = ["security@example.com"]

  config = [
    {
      Name                  = "reading"
      ResourceType          = "Account"
      Resource              = "*"
      PermissionSet         = "ReadOnlyAccess"
      ApprovalIsNotRequired = true
    },
    {
      Name          = "production"
      ResourceType  = "OU"
      Resource      = "Root/Production/*"
      PermissionSet = ["AdministratorAccess", "PowerUserAccess"]
      Approvers     = ["lead@example.com", "group:platform-leads"]
      MaxDuration   = "04:00"
    },
  ]

  tags = { service = "sso-elevator" }
}

output "slack_request_url" {
  description = "Goes into the Slack app, wherever it asks for an address."
  value       = module.sso_elevator.requester_api_endpoint_url
}

output "audit" {
  description = "sso-elevator audit verify --s3 ..."
  value       = module.sso_elevator.audit_s3_url
}
