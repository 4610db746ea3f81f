//! Ids that a resource has under another name, too.

/// By type, the attribute that is the resource's `id` as well. Sources: the attribute reference of each type in the
/// documentation of the AWS provider; for users, groups and policies of IAM, what they are imported by.
const SAME: [(&str, &str); 14] = [
    ("aws_cloudwatch_log_group", "name"),
    ("aws_db_subnet_group", "name"),
    ("aws_dynamodb_table", "name"),
    ("aws_ecr_repository", "name"),
    ("aws_elastic_beanstalk_application", "name"),
    ("aws_iam_group", "name"),
    ("aws_iam_policy", "arn"),
    ("aws_iam_role", "name"),
    ("aws_iam_user", "name"),
    ("aws_iam_instance_profile", "name"),
    ("aws_kms_alias", "name"),
    ("aws_s3_bucket", "bucket"),
    ("aws_sns_topic", "arn"),
    ("aws_sqs_queue", "url"),
];

/// The attribute that is the id of resources of a type.
pub(super) fn attribute(type_name: &str) -> Option<&'static str> {
    SAME.iter().find(|(known, _)| *known == type_name).map(|(_, attribute)| *attribute)
}
