//! What providers of Terraform and Kubernetes say of their types: arguments, blocks, value types, and the releases that
//! have them.
//!
//! Owns a table that is embedded in the binary and read where it lies: nothing is decoded before it is asked for, and
//! nothing is kept. `tools/schemas` makes it. Knows facts about types and nothing of configurations: it does not know a
//! value, a place or a message.
//!
//! A type of Terraform is named as resources are: `aws_s3_bucket`, `data.aws_ami`. A kind of Kubernetes is named with
//! its API version: `apps/v1/Deployment`, `v1/Pod`.

mod argument;
mod code;
mod families;
mod releases;
mod successors;
mod table;
mod types;

pub use argument::{Argument, Body, Nesting, Shape, ValueType};
pub use families::{FAMILY_PREFIX, type_families, types_of};
pub use releases::{Family, Releases};
pub use successors::successors;
pub use types::{TypeSchema, family, kubernetes, kubernetes_kinds, kubernetes_types, terraform, terraform_types};
