# One key for everything that keeps data, when wanted. What its policy has to say is also an
# output, for a key that is made elsewhere.

locals {
  kms_policy_statements = [
    {
      Sid       = "Administration"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
      Action    = "kms:*"
      Resource  = "*"
    },
    {
      Sid       = "Logs"
      Effect    = "Allow"
      Principal = { Service = "logs.${local.region}.${local.dns_suffix}" }
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Resource  = "*"
      Condition = {
        ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${local.here}:log-group:*" }
      }
    },
    {
      Sid       = "RulesToTheQueueAndAlarmsToTheTopic"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
      Resource  = "*"
    },
  ]

  kms_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.kms_policy_statements
  })
}

resource "aws_kms_key" "this" {
  count               = var.create_kms_key ? 1 : 0
  description         = "SSO Elevator: state, audit log, secrets"
  enable_key_rotation = true
  tags                = var.tags
}

resource "aws_kms_key_policy" "this" {
  count  = var.create_kms_key ? 1 : 0
  key_id = aws_kms_key.this[0].key_id
  policy = local.kms_policy
}
