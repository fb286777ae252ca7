variable "name" { type = string }
variable "with_url" {
  type    = bool
  default = false
}

resource "aws_lambda_function" "this" {
  count         = 1
  function_name = var.name
  role          = aws_iam_role.lambda[0].arn
  package_type  = "Image"
  image_uri     = "222341826240.dkr.ecr.us-east-1.amazonaws.com/aws-sso-elevator:requester-4.2.2"
  publish       = true
}

resource "aws_iam_role" "lambda" {
  count = 1
  name  = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "additional_json" {
  count = 1
  name  = var.name
  role  = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sso:ListInstances", Resource = "*" }]
  })
}

resource "aws_cloudwatch_log_group" "lambda" {
  count             = 1
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 365
}

resource "aws_lambda_permission" "unqualified_alias_triggers" {
  for_each            = toset(["trigger"])
  statement_id_prefix = each.key
  action              = "lambda:InvokeFunction"
  function_name       = aws_lambda_function.this[0].function_name
  principal           = "events.amazonaws.com"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_function_url" "this" {
  count              = var.with_url ? 1 : 0
  function_name      = aws_lambda_function.this[0].function_name
  authorization_type = "NONE"
}

output "arn" { value = aws_lambda_function.this[0].arn }
output "name" { value = aws_lambda_function.this[0].function_name }
