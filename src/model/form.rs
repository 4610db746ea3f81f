//! What is known of the form of values that only the provider knows: an account id has twelve digits, an ARN names
//! the service it belongs to.
//!
//! Owns the table from attributes of Terraform resources to the texts that they may be. A form is a promise: no value
//! of the attribute is outside of it.

use super::{Reference, Role, Step, Unknown};

/// The texts that a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A partition of AWS: `aws`, `aws-cn`, `aws-us-gov`.
    Partition,
    /// The id of an AWS account: twelve digits.
    Account,
    /// A region of AWS: `eu-west-1`.
    Region,
    /// The ARN of a resource in an account of one's own, never one that belongs to AWS.
    Arn,
    /// The ARN of an IAM entity in an account of one's own: its kind, as in `role/NAME`.
    IamArn(&'static str),
    /// The e-mail address of a service account of one's own in Google Cloud.
    ServiceAccount,
    /// The e-mail address of any service account in Google Cloud, those of its services among them.
    AnyServiceAccount,
    /// The same behind `serviceAccount:`, as IAM writes a member.
    ServiceAccountMember,
    /// The number of a Google Cloud project.
    ProjectNumber,
    /// An id or a name: any text that is not empty.
    Id,
}

/// Words in the names of attributes that lead to something which need not be there, so that they may be empty.
const OPTIONAL: [&str; 11] = [
    "certificate",
    "customer",
    "encryption",
    "kernel",
    "kms",
    "outpost",
    "parent",
    "ramdisk",
    "secret",
    "snapshot",
    "source",
];

/// Whether an attribute with that name is an id or a name of a resource, which every resource has.
fn is_id(attribute: &str) -> bool {
    let is_id = ["id", "arn", "identifier", "self_link"]
        .iter()
        .any(|end| attribute.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')));
    (is_id || attribute == "name") && !OPTIONAL.iter().any(|word| attribute.contains(word))
}

impl Form {
    /// Returns the form of an unknown value that stands for an attribute of a resource.
    pub fn of(unknown: &Unknown) -> Option<Self> {
        Self::of_reference(unknown.referenced()?)
    }

    /// Returns the form of an attribute of a resource.
    pub fn of_reference(reference: &Reference) -> Option<Self> {
        let [Step::Key(attribute)] = reference.path.as_slice() else { return None };
        if reference.address.role() != Role::Block {
            return None;
        }
        match (reference.address.kind(), attribute.as_str()) {
            ("data.aws_partition", "partition" | "id") => Some(Self::Partition),
            ("data.aws_caller_identity", "account_id" | "id") => Some(Self::Account),
            ("data.aws_region", "name" | "id" | "region") => Some(Self::Region),
            ("data.aws_caller_identity" | "data.aws_iam_session_context", "arn") => Some(Self::Arn),
            ("aws_iam_policy", "arn" | "id") => Some(Self::IamArn("policy")),
            ("aws_iam_role" | "data.aws_iam_role", "arn") => Some(Self::IamArn("role")),
            ("aws_iam_user" | "data.aws_iam_user", "arn") => Some(Self::IamArn("user")),
            ("aws_iam_group" | "data.aws_iam_group", "arn") => Some(Self::IamArn("group")),
            ("aws_iam_openid_connect_provider" | "data.aws_iam_openid_connect_provider", "arn") => {
                Some(Self::IamArn("oidc-provider"))
            }
            ("aws_iam_saml_provider" | "data.aws_iam_saml_provider", "arn") => Some(Self::IamArn("saml-provider")),
            ("aws_iam_instance_profile" | "data.aws_iam_instance_profile", "arn") => {
                Some(Self::IamArn("instance-profile"))
            }
            (kind, "arn") if kind.starts_with("aws_") => Some(Self::Arn),
            ("google_service_account" | "data.google_service_account", "email") => Some(Self::ServiceAccount),
            ("google_project_service_identity", "email") => Some(Self::AnyServiceAccount),
            (
                "google_service_account" | "data.google_service_account" | "google_project_service_identity",
                "member",
            ) => Some(Self::ServiceAccountMember),
            ("google_project" | "data.google_project", "number") => Some(Self::ProjectNumber),
            (_, attribute) => is_id(attribute).then_some(Self::Id),
        }
    }

    /// Returns a regular expression that every text of the form matches as a whole.
    pub fn pattern(self) -> String {
        match self {
            Self::Partition => "aws[a-z-]*".to_owned(),
            Self::Account => "[0-9]{12}".to_owned(),
            Self::Region => "[a-z0-9]+(-[a-z0-9]+)+".to_owned(),
            Self::Arn => "arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[^\\n]+".to_owned(),
            Self::Id => "(?s:.+)".to_owned(),
            Self::IamArn(kind) => format!("arn:aws[a-z-]*:iam::[0-9]{{12}}:{kind}/[^\\n]+"),
            Self::ServiceAccount => "[a-z0-9.-]+@[a-z0-9.:-]*[.]iam[.]gserviceaccount[.]com".to_owned(),
            Self::AnyServiceAccount => "[a-z0-9.-]+@[a-z0-9.:-]*gserviceaccount[.]com".to_owned(),
            Self::ServiceAccountMember => format!("serviceAccount:{}", Self::AnyServiceAccount.pattern()),
            Self::ProjectNumber => "[0-9]+".to_owned(),
        }
    }

    /// Whether a text may be a value of the form.
    pub fn admits(self, text: &str) -> bool {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        let is_partition = |text: &str| text.starts_with("aws") && is_word(text);
        let is_mail = |text: &str, end: &str| {
            let parts = text.strip_suffix(end).and_then(|rest| rest.split_once('@'));
            let is_name = |text: &str, others: &str| {
                text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || others.contains(c))
            };
            parts.is_some_and(|(name, domain)| !name.is_empty() && is_name(name, "-.") && is_name(domain, "-.:"))
        };
        let mut fields = text.splitn(6, ':');
        let mut field = || fields.next().unwrap_or_default();
        match self {
            Self::Id => !text.is_empty(),
            Self::Partition => is_partition(text),
            Self::Account => is_account(text),
            Self::Region => is_word(text) && text.contains('-'),
            Self::ServiceAccount => is_mail(text, ".iam.gserviceaccount.com"),
            Self::AnyServiceAccount => is_mail(text, "gserviceaccount.com"),
            Self::ServiceAccountMember => {
                text.strip_prefix("serviceAccount:").is_some_and(|mail| is_mail(mail, "gserviceaccount.com"))
            }
            Self::ProjectNumber => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
            Self::Arn => {
                let is_known = field() == "arn" && is_partition(field());
                let (service, region, account, name) = (field(), field(), field(), field());
                let is_own = account.is_empty() || is_account(account);
                is_known && !service.is_empty() && is_word(service) && is_word(region) && is_own && !name.is_empty()
            }
            Self::IamArn(kind) => {
                let is_iam = field() == "arn" && is_partition(field()) && field() == "iam" && field().is_empty();
                let (account, name) = (field(), field());
                is_iam && is_account(account) && name.strip_prefix(kind).is_some_and(|name| name.starts_with('/'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn forms_admit_what_providers_give_and_no_wildcards() {
        let forms = [
            (Form::Partition, "aws-us-gov"),
            (Form::Account, "111122223333"),
            (Form::Region, "eu-west-1"),
            (Form::Arn, "arn:aws:s3:::logs"),
            (Form::Arn, "arn:aws-cn:sqs:cn-north-1:111122223333:orders"),
            (Form::IamArn("policy"), "arn:aws:iam::111122223333:policy/path/read"),
            (Form::ServiceAccount, "nodes@depot.iam.gserviceaccount.com"),
            (Form::ServiceAccount, "nodes@depot.example.com.iam.gserviceaccount.com"),
            (Form::AnyServiceAccount, "111122223333-compute@developer.gserviceaccount.com"),
            (Form::ServiceAccountMember, "serviceAccount:service-1@gcp-sa-iap.iam.gserviceaccount.com"),
            (Form::ProjectNumber, "111122223333"),
        ];
        for (form, text) in forms {
            assert!(form.admits(text), "{text}");
            let whole = regex::Regex::new(&format!("^(?:{})$", form.pattern())).unwrap();
            assert!(whole.is_match(text), "{text}");
            for other in ["*", "", "allUsers", "user:a@example.com", "arn:aws:iam::aws:policy/AdministratorAccess"] {
                assert!(!form.admits(other) && !whole.is_match(other), "{other} as {form:?}");
            }
        }
        let default = "111122223333-compute@developer.gserviceaccount.com";
        assert!(!Form::ServiceAccount.admits(default), "a service account of one's own is not the default one");
    }
}
