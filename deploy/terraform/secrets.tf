# Secrets given as text go to SSM Parameter Store; the functions only get references.

locals {
  given_secrets = {
    bot_token = {
      arn   = var.slack_bot_token_arn
      given = nonsensitive(var.slack_bot_token != null && var.slack_bot_token != "")
    }
    signing_secret = {
      arn   = var.slack_signing_secret_arn
      given = nonsensitive(var.slack_signing_secret != null && var.slack_signing_secret != "")
    }
  }

  secret_texts = {
    bot_token      = var.slack_bot_token
    signing_secret = var.slack_signing_secret
  }

  # By the texts: an ARN may be known only after its resource is made.
  kept_here = { for name, secret in local.given_secrets : name => secret if secret.given }

  secrets = {
    for name, secret in local.given_secrets : name => {
      arn  = secret.arn != null ? secret.arn : try(aws_ssm_parameter.secret[name].arn, "")
      kind = secret.arn == null ? "ssm" : split(":", secret.arn)[2]
      ref = (
        secret.arn == null ? try("ssm:${aws_ssm_parameter.secret[name].name}", "")
        : "${split(":", secret.arn)[2]}:${secret.arn}"
      )
    }
  }

  secret_refs = { for name, secret in local.secrets : name => secret.ref }

  # The signing secret is the requester's alone.
  secrets_of = {
    requester        = [local.secrets.bot_token, local.secrets.signing_secret]
    revoker          = [local.secrets.bot_token]
    attribute-syncer = [local.secrets.bot_token]
  }
}

resource "aws_ssm_parameter" "secret" {
  for_each = local.kept_here

  name        = "/${var.requester_lambda_name}/slack-${replace(each.key, "_", "-")}"
  description = "SSO Elevator: Slack's ${replace(each.key, "_", " ")}"
  type        = "SecureString"
  key_id      = local.kms_key_arn
  value       = local.secret_texts[each.key]
  tags        = var.tags
}

check "secrets_are_given_once" {
  assert {
    condition     = alltrue([for secret in local.given_secrets : !(secret.given && secret.arn != null)])
    error_message = "A Slack secret is given as text and by ARN: the text is not used."
  }
}
