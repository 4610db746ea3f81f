//! The builds of Dockerfiles that the services of a project ask for.

use super::canonical::is_remote;
use super::loading::Model;
use crate::lower::Build;
use crate::model::Value;
use crate::source::join;

/// The builds of a project, in the order of its services.
pub(super) fn of_model(model: &Model) -> Vec<Build> {
    let services = model.root.get("services").and_then(Value::as_mapping);
    services.into_iter().flat_map(|services| &services.entries).filter_map(|(_, service)| of_service(service)).collect()
}

fn of_service(service: &Value) -> Option<Build> {
    let build = service.get("build")?;
    if build.get("dockerfile_inline").is_some() {
        return None;
    }
    let text = |name: &str| build.get(name).and_then(Value::as_str);
    let context = text("context").filter(|context| !is_remote(context))?;
    let dockerfile = join(context, text("dockerfile").unwrap_or("Dockerfile"))?;
    let args = build.get("args").and_then(Value::as_mapping);
    let args = args.into_iter().flat_map(|args| args.entries.iter().cloned()).filter(|(_, value)| !value.is_null());
    let image = service.get("image").and_then(Value::as_str).map(str::to_owned);
    Some(Build {
        dockerfile,
        target: text("target").map(str::to_owned),
        args: args.collect(),
        images: image.into_iter().collect(),
    })
}
