# Inputs that terraform-aws-sso-elevator does not have.

variable "package" {
  type = object({
    file       = optional(string)
    s3_bucket  = optional(string)
    s3_key     = optional(string)
    s3_version = optional(string)
    sha256     = optional(string)
  })
  default     = null
  description = "The zip file that `./run package` makes: `file` on this machine, or `s3_bucket` and `s3_key` (with `s3_version` or the base64 `sha256`, so that a new one is noticed). Absent = `sso-elevator-lambda-<architecture>.zip` beside the module."

  validation {
    condition     = var.package == null ? true : (var.package.file != null) != (var.package.s3_bucket != null && var.package.s3_key != null)
    error_message = "package is either { file = ... } or { s3_bucket = ..., s3_key = ... }."
  }
}

variable "slack_signing_secret_arn" {
  type        = string
  default     = null
  description = "ARN of an SSM parameter or of a Secrets Manager secret with the signing secret, instead of `slack_signing_secret`."

  validation {
    condition     = var.slack_signing_secret_arn == null ? true : can(regex("^arn:[a-z-]+:(ssm:[^:]*:\\d{12}:parameter/|secretsmanager:[^:]*:\\d{12}:secret:).+$", var.slack_signing_secret_arn))
    error_message = "slack_signing_secret_arn is the ARN of an SSM parameter or of a Secrets Manager secret."
  }
}

variable "slack_bot_token_arn" {
  type        = string
  default     = null
  description = "ARN of an SSM parameter or of a Secrets Manager secret with the bot token, instead of `slack_bot_token`."

  validation {
    condition     = var.slack_bot_token_arn == null ? true : can(regex("^arn:[a-z-]+:(ssm:[^:]*:\\d{12}:parameter/|secretsmanager:[^:]*:\\d{12}:secret:).+$", var.slack_bot_token_arn))
    error_message = "slack_bot_token_arn is the ARN of an SSM parameter or of a Secrets Manager secret."
  }
}

variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "KMS key of the secrets given by ARN, when it is not the one AWS manages."
}

variable "slack_team_id" {
  type        = string
  default     = ""
  description = "The only workspace that is served; empty = the one the bot token belongs to."
}

variable "slack_options_load" {
  type        = bool
  default     = false
  description = "The Slack app has an options URL (`deploy/slack/manifest.yaml`): menus search while one types."
}

variable "aws_access_portal_url" {
  type        = string
  default     = ""
  description = "Start page for people who got access; empty = no sign-in link."
}

variable "security_people" {
  type        = list(string)
  default     = []
  description = "E-mail addresses of those who may end any access."
}

variable "sweep_mode" {
  type        = string
  default     = "remove"
  description = "What the daily sweep does with access that nobody asked for: `off`, `warn` or `remove`. Its first run only warns."

  validation {
    condition     = contains(["off", "warn", "remove"], var.sweep_mode)
    error_message = "sweep_mode is off, warn or remove."
  }
}

variable "sweep_allow_list" {
  type        = list(string)
  default     = []
  description = "E-mail addresses whose access the sweep leaves alone."
}

variable "settings" {
  type        = map(string)
  default     = {}
  description = "Settings of `docs/settings.md` that have no input of their own, such as the brakes of sweep and attribute sync: `{ SWEEP_MOST_REMOVALS = \"10\" }`."

  validation {
    condition = length(setsubtract(keys(var.settings), [
      "ACCOUNT_FACTS_MAX_AGE_HOURS",
      "ATTRIBUTE_SYNC_MOST_REMOVALS",
      "ATTRIBUTE_SYNC_MOST_REMOVALS_PERCENT",
      "BAD_RESULT_EMOJI",
      "DISCARDED_RESULT_EMOJI",
      "GOOD_RESULT_EMOJI",
      "SLACK_API_URL",
      "SWEEP_GRACE_HOURS",
      "SWEEP_MOST_REMOVALS",
      "SWEEP_MOST_REMOVALS_PERCENT",
      "SWEEP_RATE_SHARE_PERCENT",
      "WAITING_RESULT_EMOJI",
    ])) == 0
    error_message = "settings has a name that is no setting, or that an input of its own sets: docs/settings.md."
  }
}

variable "reconcile_rule_name" {
  type        = string
  default     = "sso-elevator-reconcile"
  description = "Name of the rule that looks at due rows every minute."
}

variable "revoker_lambda_timeout" {
  type        = number
  default     = 300
  description = "Seconds that the revoker may take; a sweep that needs longer goes on in the next run."

  validation {
    condition     = var.revoker_lambda_timeout >= 30 && var.revoker_lambda_timeout <= 900
    error_message = "revoker_lambda_timeout is from 30 to 900 seconds."
  }
}

variable "state_table_name" {
  type        = string
  default     = "sso-elevator-state"
  description = "DynamoDB table of requests and grants."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "The state table cannot be deleted. To destroy an installation, apply `false` first."
}

variable "dead_letter_queue_name" {
  type        = string
  default     = "sso-elevator-dead-letters"
  description = "SQS queue of events that could not be handled."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "KMS key for the table, buckets, secrets, queue, topic and logs; its policy needs the statements of the output `kms_key_policy`. Absent = keys that AWS manages."
}

variable "create_kms_key" {
  type        = bool
  default     = false
  description = "Make that key here."
}

variable "identity_center_kms_key_arn" {
  type        = string
  default     = null
  description = "Customer managed key of Identity Center itself, if it has one."
}

variable "grant_in_management_account" {
  type        = bool
  default     = null
  description = "Allow what assigning access to the management account needs. Absent = when this is the management account."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "Permissions boundary of every role."
}

variable "create_alarms" {
  type        = bool
  default     = true
  description = "Make CloudWatch alarms: overdue revocations, a silent reconciler, dead letters, errors, throttles."
}

variable "alarm_actions" {
  type        = list(string)
  default     = []
  description = "ARNs that alarms call besides the e-mail address."
}

variable "drift_detection_enabled" {
  type        = bool
  default     = false
  description = "Report assignments that appear outside of this product, from CloudTrail (needs a trail with management events)."
}

variable "drift_source_account_id" {
  type        = string
  default     = null
  description = "Account whose CloudTrail events are forwarded here, when it is not this one: the management account (`docs/aws.md`)."

  validation {
    condition     = var.drift_source_account_id == null ? true : can(regex("^\\d{12}$", var.drift_source_account_id))
    error_message = "drift_source_account_id has 12 digits."
  }
}
