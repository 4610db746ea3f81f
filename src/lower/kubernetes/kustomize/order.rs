//! The order of the rendered objects.

use super::identity::Identity;
use super::object::Objects;
use crate::model::Text;

/// How to order.
#[derive(Clone, Debug)]
pub enum Order {
    /// As they were read.
    FirstInFirstOut,
    /// By kind: some first, some last, the others between them by name.
    Legacy {
        /// The first kinds.
        first: Vec<Text>,
        /// The last kinds.
        last: Vec<Text>,
    },
}

/// The kinds that come first when nobody says otherwise.
const FIRST: &str = "Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy \
    Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass \
    PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget";

/// The kinds that come last when nobody says otherwise.
const LAST: &str = "MutatingWebhookConfiguration ValidatingWebhookConfiguration";

impl Default for Order {
    /// `kubectl`'s.
    fn default() -> Self {
        let kinds = |text: &str| text.split_whitespace().map(Text::from).collect();
        Self::Legacy { first: kinds(FIRST), last: kinds(LAST) }
    }
}

impl Order {
    /// Puts the objects into this order.
    pub fn apply(&self, objects: &mut Objects) {
        let Self::Legacy { first, last } = self else { return };
        let rank = |kind: &Text| {
            let place = |kinds: &[Text]| kinds.iter().position(|known| known == kind);
            match (place(last), place(first)) {
                (Some(at), _) => (2, at),
                (None, Some(at)) => (0, at),
                (None, None) => (1, 0),
            }
        };
        objects.change().sort_by_cached_key(|object| {
            let identity = object.identity();
            (rank(&identity.gvk.kind), key(&identity))
        });
    }
}

/// Absent parts come behind all others, as `~` does.
fn key(identity: &Identity) -> [Text; 5] {
    let or = |part: &Text, absent: &str| if part.is_empty() { Text::from(absent) } else { part.clone() };
    let gvk = &identity.gvk;
    [
        or(&gvk.group, "~G"),
        or(&gvk.version, "~V"),
        or(&gvk.kind, "~K"),
        or(&identity.namespace, "~X"),
        or(&identity.name, "~N"),
    ]
}
