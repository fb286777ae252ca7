# Where Slack posts to. The path is that of existing installations.

locals {
  api_path = "/access-requester"
}

resource "aws_apigatewayv2_api" "requester" {
  count         = var.create_api_gateway ? 1 : 0
  name          = var.api_gateway_name
  description   = "SSO Elevator: Slack posts here."
  protocol_type = "HTTP"
  tags          = var.tags
}

resource "aws_apigatewayv2_integration" "requester" {
  count                  = var.create_api_gateway ? 1 : 0
  api_id                 = aws_apigatewayv2_api.requester[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this["requester"].arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "slack" {
  count     = var.create_api_gateway ? 1 : 0
  api_id    = aws_apigatewayv2_api.requester[0].id
  route_key = "POST ${local.api_path}"
  target    = "integrations/${aws_apigatewayv2_integration.requester[0].id}"
}

resource "aws_apigatewayv2_stage" "default" {
  count       = var.create_api_gateway ? 1 : 0
  api_id      = aws_apigatewayv2_api.requester[0].id
  name        = "default"
  auto_deploy = true
  tags        = var.tags

  route_settings {
    route_key              = aws_apigatewayv2_route.slack[0].route_key
    throttling_burst_limit = var.api_gateway_throttling_burst_limit
    throttling_rate_limit  = var.api_gateway_throttling_rate_limit
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api[0].arn
    # Neither headers nor bodies: they carry signatures and what people wrote.
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

resource "aws_cloudwatch_log_group" "api" {
  count             = var.create_api_gateway ? 1 : 0
  name              = "/aws/apigateway/${var.api_gateway_name}/default"
  retention_in_days = var.logs_retention_in_days
  kms_key_id        = local.kms_key_arn
  tags              = var.tags

  depends_on = [aws_kms_key_policy.this]
}

resource "aws_lambda_permission" "api" {
  count         = var.create_api_gateway ? 1 : 0
  statement_id  = "HttpApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this["requester"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.requester[0].execution_arn}/*/POST${local.api_path}"
}

resource "aws_lambda_function_url" "requester" {
  count              = var.create_lambda_url ? 1 : 0
  function_name      = aws_lambda_function.this["requester"].function_name
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "function_url" {
  count                  = var.create_lambda_url ? 1 : 0
  statement_id           = "FunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.this["requester"].function_name
  principal              = "*"
  function_url_auth_type = "NONE"
}

# AWS demands this one as well of URLs made since October 2025. The provider's own resource cannot
# say yet that it holds for the URL alone; without that anybody at AWS could call the function.
resource "aws_cloudformation_stack" "function_url" {
  count = var.create_lambda_url ? 1 : 0
  name  = "${var.requester_lambda_name}-function-url"
  tags  = var.tags

  template_body = jsonencode({
    Resources = {
      Permission = {
        Type = "AWS::Lambda::Permission"
        Properties = {
          Action                = "lambda:InvokeFunction"
          FunctionName          = aws_lambda_function.this["requester"].function_name
          InvokedViaFunctionUrl = true
          Principal             = "*"
        }
      }
    }
  })

  depends_on = [aws_lambda_permission.function_url]
}
