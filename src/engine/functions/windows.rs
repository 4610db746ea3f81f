//! Which operating system a pod is for.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::Value;

/// `runs_on_windows(pod)`: whether a pod specification names Windows: by `os.name`, by the node selector, or by
/// options that only Windows has, of the pod or of a container. Linux' settings are refused or ignored there.
pub fn runs_on_windows(args: &Arguments) -> Result<Value, EvalError> {
    let pod = args.get(0)?;
    let at = |of: &Value, path: [&str; 2]| of.get(path[0]).and_then(|value| value.get(path[1])).cloned();
    let names = [["os", "name"], ["nodeSelector", "kubernetes.io/os"], ["nodeSelector", "beta.kubernetes.io/os"]];
    let is_named = names.iter().any(|path| at(pod, *path).is_some_and(|name| name.as_str() == Some("windows")));
    let has_options = |of: &Value| {
        at(of, ["securityContext", "windowsOptions"]).is_some_and(|options| options.as_mapping().is_some())
    };
    let mut containers = pod.get("containers").and_then(Value::as_items).unwrap_or_default().iter();
    Ok(args.truth(is_named || has_options(pod) || containers.any(has_options)))
}
