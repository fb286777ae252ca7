# An installation of terraform-aws-sso-elevator 4.2.2 keeps what holds its state: buckets, schedules,
# logs, the address of the API, and the names that schedules refer to. docs/migrate.md.

moved {
  from = module.access_requester_slack_handler.aws_lambda_function.this[0]
  to   = aws_lambda_function.this["requester"]
}

moved {
  from = module.access_requester_slack_handler.aws_iam_role.lambda[0]
  to   = aws_iam_role.function["requester"]
}

moved {
  from = module.access_requester_slack_handler.aws_cloudwatch_log_group.lambda[0]
  to   = aws_cloudwatch_log_group.function["requester"]
}

moved {
  from = module.access_revoker.aws_lambda_function.this[0]
  to   = aws_lambda_function.this["revoker"]
}

moved {
  from = module.access_revoker.aws_iam_role.lambda[0]
  to   = aws_iam_role.function["revoker"]
}

moved {
  from = module.access_revoker.aws_cloudwatch_log_group.lambda[0]
  to   = aws_cloudwatch_log_group.function["revoker"]
}

moved {
  from = module.attribute_syncer[0].aws_lambda_function.this[0]
  to   = aws_lambda_function.this["attribute-syncer"]
}

moved {
  from = module.attribute_syncer[0].aws_iam_role.lambda[0]
  to   = aws_iam_role.function["attribute-syncer"]
}

moved {
  from = module.attribute_syncer[0].aws_cloudwatch_log_group.lambda[0]
  to   = aws_cloudwatch_log_group.function["attribute-syncer"]
}

moved {
  from = aws_scheduler_schedule_group.one_time_schedule_group
  to   = aws_scheduler_schedule_group.this
}

moved {
  from = aws_iam_role.eventbridge_role
  to   = aws_iam_role.scheduler
}

moved {
  from = aws_cloudwatch_event_rule.sso_elevator_scheduled_revocation
  to   = aws_cloudwatch_event_rule.this["sweep"]
}

moved {
  from = aws_cloudwatch_event_rule.sso_elevator_check_on_inconsistency
  to   = aws_cloudwatch_event_rule.this["report"]
}

moved {
  from = aws_cloudwatch_event_rule.attribute_sync_schedule[0]
  to   = aws_cloudwatch_event_rule.this["sync"]
}

moved {
  from = aws_cloudwatch_event_target.sso_elevator_scheduled_revocation
  to   = aws_cloudwatch_event_target.this["sweep"]
}

moved {
  from = aws_cloudwatch_event_target.check_inconsistency
  to   = aws_cloudwatch_event_target.this["report"]
}

moved {
  from = aws_cloudwatch_event_target.attribute_sync_schedule[0]
  to   = aws_cloudwatch_event_target.this["sync"]
}

moved {
  from = module.http_api[0].aws_apigatewayv2_api.this[0]
  to   = aws_apigatewayv2_api.requester[0]
}

moved {
  from = module.http_api[0].aws_apigatewayv2_integration.this["POST /access-requester"]
  to   = aws_apigatewayv2_integration.requester[0]
}

moved {
  from = module.http_api[0].aws_apigatewayv2_route.this["POST /access-requester"]
  to   = aws_apigatewayv2_route.slack[0]
}

moved {
  from = module.http_api[0].aws_apigatewayv2_stage.this[0]
  to   = aws_apigatewayv2_stage.default[0]
}

moved {
  from = module.http_api[0].aws_cloudwatch_log_group.this["this"]
  to   = aws_cloudwatch_log_group.api[0]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket.this[0]
  to   = aws_s3_bucket.audit[0]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_versioning.this[0]
  to   = aws_s3_bucket_versioning.this["audit"]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_server_side_encryption_configuration.this[0]
  to   = aws_s3_bucket_server_side_encryption_configuration.this["audit"]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_public_access_block.this[0]
  to   = aws_s3_bucket_public_access_block.this["audit"]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_policy.this[0]
  to   = aws_s3_bucket_policy.this["audit"]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_ownership_controls.this[0]
  to   = aws_s3_bucket_ownership_controls.this["audit"]
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_logging.this[0]
  to   = aws_s3_bucket_logging.this["audit"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket.this[0]
  to   = aws_s3_bucket.config
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_versioning.this[0]
  to   = aws_s3_bucket_versioning.this["config"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_server_side_encryption_configuration.this[0]
  to   = aws_s3_bucket_server_side_encryption_configuration.this["config"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_public_access_block.this[0]
  to   = aws_s3_bucket_public_access_block.this["config"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_policy.this[0]
  to   = aws_s3_bucket_policy.this["config"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_ownership_controls.this[0]
  to   = aws_s3_bucket_ownership_controls.this["config"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_logging.this[0]
  to   = aws_s3_bucket_logging.this["config"]
}

moved {
  from = module.config_bucket.module.bucket_baseline[0].aws_s3_bucket_lifecycle_configuration.this[0]
  to   = aws_s3_bucket_lifecycle_configuration.config
}

moved {
  from = module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket_object_lock_configuration.this[0]
  to   = aws_s3_bucket_object_lock_configuration.audit[0]
}

moved {
  from = aws_sns_topic.dlq[0]
  to   = aws_sns_topic.alarms[0]
}

moved {
  from = aws_sns_topic_subscription.dlq[0]
  to   = aws_sns_topic_subscription.alarms[0]
}
