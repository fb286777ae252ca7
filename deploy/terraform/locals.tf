data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_ssoadmin_instances" "all" {
  count = var.sso_instance_arn == "" || var.identity_store_id == "" ? 1 : 0
}

# Readable from every account of the organization: tells whether this is the management account.
data "aws_organizations_organization" "current" {
  count = var.grant_in_management_account == null ? 1 : 0
}

locals {
  account    = data.aws_caller_identity.current.account_id
  region     = data.aws_region.current.id
  partition  = data.aws_partition.current.partition
  dns_suffix = data.aws_partition.current.dns_suffix
  here       = "${local.region}:${local.account}"

  # The same for every plan of one installation; another one for the next.
  suffix = substr(sha256("${local.here}/${var.schedule_group_name}"), 0, 16)

  instances_here = one(data.aws_ssoadmin_instances.all)
  sso_instance_arn = (
    var.sso_instance_arn != "" ? var.sso_instance_arn
    : try(local.instances_here.arns[0], "")
  )
  identity_store_id = (
    var.identity_store_id != "" ? var.identity_store_id
    : try(local.instances_here.identity_store_ids[index(local.instances_here.arns, local.sso_instance_arn)], "")
  )
  sso_instance_id = try(element(split("/", local.sso_instance_arn), 1), "")

  is_management_account = try(
    one(data.aws_organizations_organization.current).master_account_id == local.account, false
  )
  grants_in_management_account = coalesce(
    var.grant_in_management_account, local.is_management_account
  )

  audit_prefix = trim(var.s3_bucket_partition_prefix, "/")
  rules_key    = "config/approval-config.json"

  kms_key_arn    = var.create_kms_key ? one(aws_kms_key.this).arn : var.kms_key_arn
  has_kms_key    = var.create_kms_key || var.kms_key_arn != null
  config_kms_key = var.config_bucket_kms_key_arn != null ? var.config_bucket_kms_key_arn : local.kms_key_arn

  sweep_rule_name = coalesce(
    var.event_bridge_scheduled_revocation_rule_name,
    var.event_brige_scheduled_revocation_rule_name,
  )
  report_rule_name = coalesce(
    var.event_bridge_check_on_inconsistency_rule_name,
    var.event_brige_check_on_inconsistency_rule_name,
  )

  default_package = "${path.module}/sso-elevator-lambda-${var.lambda_architecture}.zip"
  package_file = (
    var.package != null ? var.package.file
    : fileexists(local.default_package) ? local.default_package : null
  )
}
