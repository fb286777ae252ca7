# Requests and grants: docs/formats/dynamodb.md.
resource "aws_dynamodb_table" "state" {
  name                        = var.state_table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "due_bucket"
    type = "S"
  }

  attribute {
    name = "due_at"
    type = "N"
  }

  attribute {
    name = "requester"
    type = "S"
  }

  attribute {
    name = "state"
    type = "S"
  }

  attribute {
    name = "created_at"
    type = "N"
  }

  attribute {
    name = "head_bucket"
    type = "S"
  }

  attribute {
    name = "head_moved_at"
    type = "N"
  }

  global_secondary_index {
    name            = "due"
    hash_key        = "due_bucket"
    range_key       = "due_at"
    projection_type = "KEYS_ONLY"
  }

  global_secondary_index {
    name               = "requester"
    hash_key           = "requester"
    range_key          = "created_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["state", "open_target"]
  }

  global_secondary_index {
    name            = "state"
    hash_key        = "state"
    range_key       = "created_at"
    projection_type = "KEYS_ONLY"
  }

  global_secondary_index {
    name               = "head"
    hash_key           = "head_bucket"
    range_key          = "head_moved_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["sequence", "hash"]
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = local.has_kms_key
    kms_key_arn = local.kms_key_arn
  }

  tags = var.tags

  depends_on = [aws_kms_key_policy.this]
}
