# One schedule per grant takes access back. The product itself makes and removes schedules.

resource "aws_scheduler_schedule_group" "this" {
  name = var.schedule_group_name
  tags = var.tags

  lifecycle {
    # Another name would replace the group and delete every schedule in it.
    ignore_changes = [name]
  }
}

resource "aws_iam_role" "scheduler" {
  name                 = var.schedule_role_name
  description          = "SSO Elevator: schedules call the revoker."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = local.account
          "aws:SourceArn"     = aws_scheduler_schedule_group.this.arn
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  name = "sso-elevator"
  role = aws_iam_role.scheduler.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "CallTheRevoker"
          Effect   = "Allow"
          Action   = ["lambda:InvokeFunction"]
          Resource = [local.revoker_arn]
        },
        {
          Sid      = "DeadLetters"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = [aws_sqs_queue.dead_letters.arn]
        },
      ],
      [
        for key in(local.has_kms_key ? [local.kms_key_arn] : []) : {
          Sid       = "DeadLettersKey"
          Effect    = "Allow"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = [key]
          Condition = { StringEquals = { "kms:ViaService" = "sqs.${local.region}.${local.dns_suffix}" } }
        }
      ],
    )
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = var.dead_letter_queue_name
  message_retention_seconds = 1209600
  kms_master_key_id         = local.kms_key_arn
  sqs_managed_sse_enabled   = local.has_kms_key ? null : true
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RulesOfThisInstallation"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.dead_letters.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = concat(
              [for rule in aws_cloudwatch_event_rule.this : rule.arn],
              aws_cloudwatch_event_rule.drift[*].arn,
            )
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.dead_letters.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
