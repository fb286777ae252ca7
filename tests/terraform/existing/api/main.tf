variable "name" { type = string }
variable "function" { type = string }

resource "aws_apigatewayv2_api" "this" {
  count         = 1
  name          = var.name
  protocol_type = "HTTP"

  cors_configuration {
    allow_credentials = true
    allow_origins     = ["https://slack.com"]
    allow_methods     = ["POST"]
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each         = toset(["POST /access-requester"])
  api_id           = aws_apigatewayv2_api.this[0].id
  integration_type = "AWS_PROXY"
  integration_uri  = var.function
}

resource "aws_apigatewayv2_route" "this" {
  for_each  = toset(["POST /access-requester"])
  api_id    = aws_apigatewayv2_api.this[0].id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_stage" "this" {
  count       = 1
  api_id      = aws_apigatewayv2_api.this[0].id
  name        = "default"
  auto_deploy = true

  # As in the new module: moto cannot update a stage.
  route_settings {
    route_key              = aws_apigatewayv2_route.this["POST /access-requester"].route_key
    throttling_burst_limit = 100
    throttling_rate_limit  = 50
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this["this"].arn
    format = jsonencode({
      requestId      = "$context.requestId"
      requestTime    = "$context.requestTime"
      sourceIp       = "$context.identity.sourceIp"
      routeKey       = "$context.routeKey"
      status         = "$context.status"
      responseLength = "$context.responseLength"
      latency        = "$context.responseLatency"
      error          = "$context.integrationErrorMessage"
    })
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["this"])
  name              = "/aws/apigateway/${var.name}/default"
  retention_in_days = 365
}
