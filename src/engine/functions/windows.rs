//! Which operating system a pod is for.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Data, Mapping, Value};
use std::cell::RefCell;
use std::sync::{Arc, Weak};

/// `runs_on_windows(pod)`: whether a pod specification names Windows: by `os.name`, by the node selector, by
/// the nodes it must run on, or by options that only Windows has, of the pod or of a container. Linux' settings are refused or ignored there.
pub fn runs_on_windows(args: &Arguments) -> Result<Value, EvalError> {
    let pod = args.get(0)?;
    let Data::Mapping(fields) = &pod.data else { return Ok(args.truth(false)) };
    // Each container of a pod asks the same, one after the other.
    let known = LAST.with_borrow(|(last, answer)| last.ptr_eq(&Arc::downgrade(fields)).then_some(*answer));
    let answer = known.unwrap_or_else(|| names_windows(pod));
    LAST.set((Arc::downgrade(fields), answer));
    Ok(args.truth(answer))
}

thread_local! {
    /// The pod that was asked about last, and the answer.
    static LAST: RefCell<(Weak<Mapping>, bool)> = const { RefCell::new((Weak::new(), false)) };
}

fn names_windows(pod: &Value) -> bool {
    let at = |of: &Value, path: [&str; 2]| of.get(path[0]).and_then(|value| value.get(path[1])).cloned();
    let names = [["os", "name"], ["nodeSelector", "kubernetes.io/os"], ["nodeSelector", "beta.kubernetes.io/os"]];
    let is_named = names.iter().any(|path| at(pod, *path).is_some_and(|name| name.as_str() == Some("windows")));
    let has_options = |of: &Value| {
        at(of, ["securityContext", "windowsOptions"]).is_some_and(|options| options.as_mapping().is_some())
    };
    let mut containers = pod.get("containers").and_then(Value::as_items).unwrap_or_default().iter();
    is_named || must_be_windows(pod) || has_options(pod) || containers.any(has_options)
}

/// Whether each of the terms that a node must fit asks for Windows.
fn must_be_windows(pod: &Value) -> bool {
    const PATH: [&str; 4] =
        ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"];
    let Some(terms) = PATH.iter().try_fold(pod, |value, key| value.get(key)).and_then(Value::as_items) else {
        return false;
    };
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(str::to_owned);
    let asks = |test: &Value| {
        let values = test.get("values").and_then(Value::as_items).unwrap_or_default();
        text(test, "key").is_some_and(|key| matches!(key.as_str(), "kubernetes.io/os" | "beta.kubernetes.io/os"))
            && text(test, "operator").as_deref() == Some("In")
            && !values.is_empty()
            && values.iter().all(|value| value.as_str() == Some("windows"))
    };
    let tests = |term: &Value| term.get("matchExpressions").and_then(Value::as_items).unwrap_or_default().to_vec();
    !terms.is_empty() && terms.iter().all(|term| tests(term).iter().any(asks))
}
