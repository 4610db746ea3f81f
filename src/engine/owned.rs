//! Locals that are the same for all resources of one owner, since they read nothing of the judged resource but that:
//! they are evaluated once for each owner.

use super::functions;
use crate::check::Policy;
use crate::expr::functions::find;
use crate::syntax::hcl::{Expr, Mention, mentions};

/// Whether each local of a policy, in their order, is the same for all resources of one owner.
pub fn of_owner(policy: &Policy) -> Vec<bool> {
    let mut owned = vec![true; policy.locals.len()];
    // A local may read one that stands below it.
    loop {
        let before = owned.clone();
        for (owned, (_, local)) in owned.iter_mut().zip(&policy.locals) {
            *owned &= reads_owner_only(local, policy, &before);
        }
        if owned == before {
            return owned;
        }
    }
}

fn reads_owner_only(local: &Expr, policy: &Policy, owned: &[bool]) -> bool {
    let mut only = true;
    mentions(local, &mut |mention| {
        only &= match mention {
            Mention::Name { root: "owner" | "input", .. } | Mention::Literal(_) => true,
            Mention::Name { root: "local", next: Some(next), .. } => {
                policy.locals.iter().rposition(|(name, _)| *name == next.name).is_some_and(|at| owned[at])
            }
            Mention::Name { .. } => false,
            // Relations are asked from where the judged resource stands.
            Mention::Call(call) => {
                let name = call.name.name.strip_prefix("core::").unwrap_or(&call.name.name);
                find(name).is_some() || functions::names().any(|word| word == name)
            }
        };
    });
    only
}
