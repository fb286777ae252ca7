# The audit log, and the rules with cached listings. Buckets of an existing installation are taken
# over (moved.tf): their names are whatever they were, and nothing here replaces them.

locals {
  makes_audit_bucket = var.s3_name_of_the_existing_bucket == ""
  audit_bucket = (
    local.makes_audit_bucket ? one(aws_s3_bucket.audit).id : var.s3_name_of_the_existing_bucket
  )

  # Settings that both buckets have, by bucket.
  buckets = merge(
    {
      config = {
        id         = aws_s3_bucket.config.id
        arn        = aws_s3_bucket.config.arn
        kms_key    = local.config_kms_key
        mfa_delete = false
      }
    },
    {
      for bucket in aws_s3_bucket.audit : "audit" => {
        id         = bucket.id
        arn        = bucket.arn
        kms_key    = local.kms_key_arn
        mfa_delete = var.s3_mfa_delete
      }
    },
  )
}

resource "aws_s3_bucket" "audit" {
  count = local.makes_audit_bucket ? 1 : 0

  bucket = (
    var.s3_bucket_name_for_audit_entry == "sso-elevator-audit-entry"
    ? "sso-elevator-audit-entry-${local.suffix}" : var.s3_bucket_name_for_audit_entry
  )
  object_lock_enabled = var.s3_object_lock
  tags                = var.tags

  lifecycle {
    # Both would replace the bucket. Object Lock is switched on below for one that exists.
    ignore_changes = [bucket, object_lock_enabled]
  }
}

resource "aws_s3_bucket" "config" {
  bucket = (
    var.config_bucket_name == "sso-elevator-config"
    ? "sso-elevator-config-${local.suffix}" : var.config_bucket_name
  )
  tags = var.tags

  lifecycle {
    ignore_changes = [bucket]
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets
  bucket   = each.value.id

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = each.value.mfa_delete ? "Enabled" : null
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets
  bucket   = each.value.id

  rule {
    bucket_key_enabled = each.value.kms_key == null ? null : true

    apply_server_side_encryption_by_default {
      sse_algorithm     = each.value.kms_key == null ? "AES256" : "aws:kms"
      kms_master_key_id = each.value.kms_key
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets
  bucket   = each.value.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets
  bucket   = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [each.value.arn, "${each.value.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Objects are the bucket's owner's, whoever wrote them, and ACLs mean nothing.
resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets
  bucket   = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }

  # S3 refuses changes of one bucket that come at once.
  depends_on = [aws_s3_bucket_policy.this]
}

resource "aws_s3_bucket_logging" "this" {
  for_each = { for name, bucket in local.buckets : name => bucket if try(var.s3_logging.target_bucket, "") != "" }

  bucket        = each.value.id
  target_bucket = var.s3_logging.target_bucket
  target_prefix = lookup(var.s3_logging, "target_prefix", "")

  target_object_key_format {
    partitioned_prefix {
      partition_date_source = "EventTime"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "config" {
  bucket = aws_s3_bucket.config.id

  rule {
    id     = "expire-old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_object_lock_configuration" "audit" {
  count  = local.makes_audit_bucket && var.s3_object_lock ? 1 : 0
  bucket = aws_s3_bucket.audit[0].id

  rule {
    default_retention {
      mode  = var.s3_object_lock_configuration.rule.default_retention.mode
      days  = try(var.s3_object_lock_configuration.rule.default_retention.days, null)
      years = try(var.s3_object_lock_configuration.rule.default_retention.years, null)
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
