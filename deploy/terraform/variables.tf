# The inputs of terraform-aws-sso-elevator 4.2.2, all of them, under the same names. Ours are in
# variables_more.tf. reference.md is generated from both files.

variable "slack_signing_secret" {
  type        = string
  default     = null
  sensitive   = true
  description = "Slack's signing secret. It is kept in SSM Parameter Store, and in the state of Terraform; `slack_signing_secret_arn` avoids the latter."
}

variable "slack_bot_token" {
  type        = string
  default     = null
  sensitive   = true
  description = "Slack's bot token (`xoxb-...`). It is kept in SSM Parameter Store, and in the state of Terraform; `slack_bot_token_arn` avoids the latter."
}

variable "slack_channel_id" {
  type        = string
  description = "Channel in which requests are posted."
}

variable "config" {
  type        = any
  default     = []
  description = "Account rules (`docs/rules.md`). Mistakes are found when planning."
}

variable "group_config" {
  type        = any
  default     = []
  description = "Group rules (`docs/rules.md`). Mistakes are found when planning."
}

variable "create_api_gateway" {
  type        = bool
  default     = true
  description = "Make an HTTP API that Slack posts to."
}

variable "create_lambda_url" {
  type        = bool
  default     = false
  description = "Make a public function URL beside the HTTP API. Was `true` by default in the existing product: `docs/migrate.md`."
}

variable "api_gateway_name" {
  type        = string
  default     = "sso-elevator-access-requster"
  description = "Name of the HTTP API. The spelling is that of existing installations."
}

variable "api_gateway_throttling_burst_limit" {
  type        = number
  default     = 100
  description = "Requests that may arrive at once. Was 5."
}

variable "api_gateway_throttling_rate_limit" {
  type        = number
  default     = 50
  description = "Requests a second. Was 1, which loses clicks."
}

variable "ecr_repo_name" {
  type        = string
  default     = null
  description = "Ignored, with a warning: functions are made from a zip file (`package`)."
}

variable "ecr_repo_tag" {
  type        = string
  default     = null
  description = "Ignored, with a warning: functions are made from a zip file (`package`)."
}

variable "ecr_owner_account_id" {
  type        = string
  default     = null
  description = "Ignored, with a warning: functions are made from a zip file (`package`)."
}

variable "use_pre_created_image" {
  type        = bool
  default     = null
  description = "Ignored, with a warning: functions are made from a zip file (`package`)."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of every resource."
}

variable "aws_sns_topic_subscription_email" {
  type        = string
  default     = ""
  description = "Address that is told about alarms. Makes an SNS topic; the address has to confirm."
}

variable "log_level" {
  type        = string
  default     = "INFO"
  description = "`DEBUG`, `INFO`, `WARNING` or `ERROR`."

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], upper(var.log_level))
    error_message = "log_level is DEBUG, INFO, WARNING or ERROR."
  }
}

variable "schedule_expression" {
  type        = string
  default     = "cron(0 23 * * ? *)"
  description = "When access that nobody asked for is swept."
}

variable "schedule_expression_for_check_on_inconsistency" {
  type        = string
  default     = "rate(2 hours)"
  description = "When access that nobody asked for is reported."
}

variable "sso_instance_arn" {
  type        = string
  default     = ""
  description = "Identity Center instance; empty = the one that is found in this account and region."
}

variable "identity_store_id" {
  type        = string
  default     = ""
  description = "Identity store of the instance; empty = the one that the instance names."
}

variable "revoker_lambda_name" {
  type        = string
  default     = "access-revoker"
  description = "Name of the function that revokes, sweeps and reports."
}

variable "requester_lambda_name" {
  type        = string
  default     = "access-requester"
  description = "Name of the function that Slack talks to, and of the SNS topic."
}

variable "event_brige_check_on_inconsistency_rule_name" {
  type        = string
  default     = "sso-elevator-check-on-inconsistency"
  description = "Old spelling of `event_bridge_check_on_inconsistency_rule_name`."
}

variable "event_brige_scheduled_revocation_rule_name" {
  type        = string
  default     = "sso-elevator-scheduled-revocation"
  description = "Old spelling of `event_bridge_scheduled_revocation_rule_name`."
}

variable "event_bridge_check_on_inconsistency_rule_name" {
  type        = string
  default     = null
  description = "Name of the rule that starts the report; wins over the old spelling."
}

variable "event_bridge_scheduled_revocation_rule_name" {
  type        = string
  default     = null
  description = "Name of the rule that starts the sweep; wins over the old spelling."
}

variable "schedule_group_name" {
  type        = string
  default     = "sso-elevator-scheduled-revocation"
  description = "Group of the schedules that take access back. Ignored once the group exists: a new name would delete every schedule in it."
}

variable "schedule_role_name" {
  type        = string
  default     = "sso-elevator-event-bridge-role"
  description = "Role with which EventBridge Scheduler calls the revoker."
}

variable "revoker_post_update_to_slack" {
  type        = bool
  default     = true
  description = "Say in Slack when access ended."
}

variable "s3_bucket_name_for_audit_entry" {
  type        = string
  default     = "sso-elevator-audit-entry"
  description = "Name of the audit bucket. To the default a suffix is added; any other name is used as it is. Ignored once the bucket exists."
}

variable "s3_bucket_partition_prefix" {
  type        = string
  default     = "logs"
  description = "Prefix of audit entries. Slashes at its ends do not matter."

  validation {
    condition     = trim(var.s3_bucket_partition_prefix, "/") != "" && !strcontains(trim(var.s3_bucket_partition_prefix, "/"), "//")
    error_message = "s3_bucket_partition_prefix needs a name, for example \"logs\", and no empty parts."
  }
}

variable "s3_name_of_the_existing_bucket" {
  type        = string
  default     = ""
  description = "An audit bucket that exists already, instead of making one."
}

variable "s3_mfa_delete" {
  type        = bool
  default     = false
  description = "Deleting versions in the audit bucket needs a second factor."
}

variable "s3_object_lock" {
  type        = bool
  default     = false
  description = "Object Lock of the audit bucket."
}

variable "s3_object_lock_configuration" {
  type = any
  default = {
    rule = {
      default_retention = {
        mode  = "GOVERNANCE"
        years = 2
      }
    }
  }
  description = "Retention of the audit bucket, when `s3_object_lock` is on: `mode`, and `days` or `years`."
}

variable "s3_logging" {
  type        = map(string)
  default     = {}
  description = "Where access to the buckets is logged: `target_bucket` and `target_prefix`. Empty = nowhere."
}

variable "request_expiration_hours" {
  type        = number
  default     = 8
  description = "An unanswered request expires after this many hours; 0 = never."

  validation {
    condition     = var.request_expiration_hours >= 0 && floor(var.request_expiration_hours) == var.request_expiration_hours
    error_message = "request_expiration_hours is a whole number from 0."
  }
}

variable "approver_renotification_initial_wait_time" {
  type        = number
  default     = 15
  description = "Minutes until approvers are reminded; 0 = no reminders."

  validation {
    condition     = var.approver_renotification_initial_wait_time >= 0 && floor(var.approver_renotification_initial_wait_time) == var.approver_renotification_initial_wait_time
    error_message = "approver_renotification_initial_wait_time is a whole number from 0."
  }
}

variable "approver_renotification_backoff_multiplier" {
  type        = number
  default     = 2
  description = "Each reminder waits this many times longer; 0 = always the same."

  validation {
    condition     = var.approver_renotification_backoff_multiplier >= 0 && floor(var.approver_renotification_backoff_multiplier) == var.approver_renotification_backoff_multiplier
    error_message = "approver_renotification_backoff_multiplier is a whole number from 0."
  }
}

variable "max_permissions_duration_time" {
  type        = number
  default     = 24
  description = "Longest access, in hours, unless a rule allows less."

  validation {
    condition     = var.max_permissions_duration_time >= 1 && floor(var.max_permissions_duration_time) == var.max_permissions_duration_time
    error_message = "max_permissions_duration_time is a whole number from 1."
  }
}

variable "permission_duration_list_override" {
  type        = list(string)
  default     = []
  description = "The durations to choose from, `[\"00:30\", \"01:00\"]`; empty = half-hour steps."

  validation {
    condition     = alltrue([for d in var.permission_duration_list_override : can(regex("^\\d+:[0-5]\\d$", d)) && !can(regex("^0+:00$", d))])
    error_message = "Each entry of permission_duration_list_override is hours:minutes, longer than 0."
  }
}

variable "logs_retention_in_days" {
  type        = number
  default     = 365
  description = "How long logs of the functions and of the API are kept."
}

variable "secondary_fallback_email_domains" {
  type        = list(string)
  default     = []
  description = "Other domains under which a person may be in Identity Center, each with its `@`."

  validation {
    condition     = alltrue([for d in var.secondary_fallback_email_domains : can(regex("^@[^@\\s]+\\.[^@\\s]+$", d))])
    error_message = "Each entry of secondary_fallback_email_domains begins with @, for example \"@corp.example.com\"."
  }
}

variable "send_dm_if_user_not_in_channel" {
  type        = bool
  default     = true
  description = "Also tell requesters directly when they are not in the channel."
}

variable "lambda_timeout" {
  type        = number
  default     = 30
  description = "Seconds that the requester may take; the revoker has at least `revoker_lambda_timeout`."

  validation {
    condition     = var.lambda_timeout >= 10 && var.lambda_timeout <= 900
    error_message = "lambda_timeout is from 10 to 900 seconds: AWS takes some to give access."
  }
}

variable "lambda_memory_size" {
  type        = number
  default     = 256
  description = "Memory of the requester and the revoker, in MB."
}

variable "lambda_architecture" {
  type        = string
  default     = "x86_64"
  description = "`x86_64` or `arm64`; `package` has to be made for it."

  validation {
    condition     = contains(["x86_64", "arm64"], var.lambda_architecture)
    error_message = "lambda_architecture is x86_64 or arm64."
  }
}

variable "config_bucket_name" {
  type        = string
  default     = "sso-elevator-config"
  description = "Bucket of the rules and of cached listings. To the default a suffix is added. Ignored once the bucket exists."
}

variable "config_bucket_kms_key_arn" {
  type        = string
  default     = null
  description = "KMS key of the configuration bucket; wins over `kms_key_arn` there."
}

variable "cache_enabled" {
  type        = bool
  default     = true
  description = "Keep listings of accounts and permission sets in the configuration bucket."
}

variable "attribute_sync_enabled" {
  type        = bool
  default     = false
  description = "Keep the members of groups as their attributes say."
}

variable "attribute_sync_managed_groups" {
  type        = list(string)
  default     = []
  description = "Names of the groups that the attribute sync owns."
}

variable "attribute_sync_rules" {
  type = list(object({
    group_name = string
    attributes = map(string)
  }))
  default     = []
  description = "Who belongs to which managed group."
}

variable "attribute_sync_manual_assignment_policy" {
  type        = string
  default     = "remove"
  description = "What happens to members whose attributes do not fit: `warn` or `remove`."

  validation {
    condition     = contains(["warn", "remove"], var.attribute_sync_manual_assignment_policy)
    error_message = "attribute_sync_manual_assignment_policy is warn or remove."
  }
}

variable "attribute_sync_schedule" {
  type        = string
  default     = "rate(1 hour)"
  description = "When the attribute sync runs."
}

variable "attribute_sync_lambda_memory" {
  type        = number
  default     = 512
  description = "Memory of the attribute syncer, in MB."
}

variable "attribute_sync_lambda_timeout" {
  type        = number
  default     = 300
  description = "Seconds that the attribute syncer may take."
}

variable "attribute_syncer_lambda_name" {
  type        = string
  default     = "attribute-syncer"
  description = "Name of the function of the attribute sync."
}

variable "attribute_sync_event_rule_name" {
  type        = string
  default     = "sso-elevator-attribute-sync"
  description = "Name of the rule that starts the attribute sync."
}
