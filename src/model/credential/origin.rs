//! Credentials by where they come from: attributes of a configuration whose text only a provider knows.

use crate::model::{Unknown, Value, Why};

/// Attributes that are credentials: the type of the resource or data source, and the attribute. Facts of the providers'
/// documentation.
const ATTRIBUTES: [(&str, &str); 17] = [
    ("aws_iam_access_key", "secret"),
    ("aws_iam_access_key", "ses_smtp_password_v4"),
    ("aws_iam_user_login_profile", "password"),
    ("aws_iam_service_specific_credential", "service_password"),
    ("aws_lightsail_key_pair", "private_key"),
    ("aws_secretsmanager_secret_version", "secret_string"),
    ("aws_secretsmanager_secret_version", "secret_binary"),
    ("aws_secretsmanager_random_password", "random_password"),
    ("azuread_application_password", "value"),
    ("azuread_service_principal_password", "value"),
    ("google_service_account_key", "private_key"),
    ("google_secret_manager_secret_version", "secret_data"),
    ("random_password", "result"),
    ("tls_private_key", "private_key_pem"),
    ("tls_private_key", "private_key_openssh"),
    ("vault_generic_secret", "data"),
    ("vault_kv_secret_v2", "data"),
];

/// The attribute that a value is made from, if one is a credential: `aws_iam_access_key.k.secret`.
pub fn credential(value: &Value) -> Option<&str> {
    let unknown: &Unknown = value.as_unknown()?;
    unknown.causes.iter().find_map(|cause| match &cause.why {
        Why::AfterApply(path) | Why::DataSource(path) if is_credential(path) => Some(path.as_str()),
        _ => None,
    })
}

/// Whether an address with an attribute path is that of a credential.
fn is_credential(path: &str) -> bool {
    let names: Vec<&str> = path.split(['.', '[']).collect();
    ATTRIBUTES.iter().any(|(kind, attribute)| {
        let at = names.iter().position(|name| name == kind);
        at.and_then(|at| names.get(at + 2..)).is_some_and(|rest| {
            let first = rest.iter().find(|name| !name.ends_with(']'));
            first == Some(attribute)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_credential;

    #[test]
    fn attributes_by_address() {
        for path in [
            "aws_iam_access_key.k.secret",
            "module.a[\"b\"].aws_iam_access_key.k[0].ses_smtp_password_v4",
            "data.aws_secretsmanager_secret_version.db.secret_string",
        ] {
            assert!(is_credential(path), "{path}");
        }
        for path in ["aws_iam_access_key.k.id", "aws_iam_access_key.secret", "aws_secretsmanager_secret.db.arn"] {
            assert!(!is_credential(path), "{path}");
        }
    }
}
