//! `gatelint inspect --cel FILE`: expressions, one case a line, each with what a policy's expression would see.
//!
//! A case has `id`, `expr`, and as they are wanted `object`, `oldObject`, `params` or `declareParams`,
//! `namespaceObject`, `operation` and `variables` (`name`, `expression`). The answer is a line `{"id", "cel"}` with the
//! canonical text of the value, `{"id", "error": "compile" | "runtime", "message"}`, or `{"id", "unknown"}`.

use crate::admission::{
    AdmissionRequest, Compiled, GroupVersion, PolicyScope, User, compile_variables, environment, namespace_value,
    or_null,
};
use crate::cel::{CelData, canonical, compile};
use crate::expr::json::from_json;
use crate::model::{Text, Value};
use crate::source::{Derived, SourceId, Span};
use serde_json::{Value as Json, json};

/// The place of what stands in a case.
fn nowhere() -> Span {
    Span::new(SourceId(0), 0, 0)
}

fn part(case: &Json, name: &str) -> anyhow::Result<Option<Value>> {
    let Some(value) = case.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    from_json(&value.to_string(), nowhere()).map(Some).map_err(|why| anyhow::anyhow!("`{name}`: {why}"))
}

fn text<'c>(case: &'c Json, name: &str) -> &'c str {
    case.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// Answers one case.
pub fn answer(case: &Json) -> anyhow::Result<Json> {
    let id = case.get("id").cloned().unwrap_or_default();
    let params = part(case, "params")?;
    let declares_params = params.is_some() || case.get("declareParams") == Some(&Json::Bool(true));
    let mut environment = environment(declares_params).with_variables();
    let variables = case.get("variables").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let variables = variables.iter().map(|variable| {
        let expression = Derived::file(SourceId(0), text(variable, "expression"));
        (Text::from(text(variable, "name")), expression)
    });
    let variables = compile_variables(variables, &mut environment, |text, names| Compiled::of_text(&text, names, &[]));
    let program = match compile(&Derived::file(SourceId(0), text(case, "expr")), &environment) {
        Ok(program) => program,
        Err(error) => return Ok(json!({"id": id, "error": "compile", "message": error.message})),
    };
    let (object, old_object) = (part(case, "object")?, part(case, "oldObject")?);
    let mut scope = PolicyScope::new(&variables, None, nowhere());
    scope.request = request(case, object.as_ref().or(old_object.as_ref())).value(&scope.request);
    scope.object = or_null(object.as_ref());
    scope.old_object = or_null(old_object.as_ref());
    scope.params = or_null(params.as_ref());
    if let Some(namespace) = part(case, "namespaceObject")? {
        scope.namespace = namespace_value(&namespace);
    }
    let result = scope.evaluate(&program);
    Ok(match result {
        Ok(value) => match &value.data {
            CelData::Unknown(unknown) => {
                let why = unknown.causes.first().map(|cause| cause.why.to_string()).unwrap_or_default();
                json!({"id": id, "unknown": why, "cost": scope.cost()})
            }
            data => json!({"id": id, "cel": canonical(data), "cost": scope.cost()}),
        },
        Err(error) => json!({"id": id, "error": "runtime", "message": error.message, "cost": scope.cost()}),
    })
}

/// The request for an object; for a ConfigMap `x` in `default` where there is none.
fn request(case: &Json, object: Option<&Value>) -> AdmissionRequest {
    let of = |name: &str| object.and_then(|object| object.get(name)).and_then(Value::as_str);
    let metadata = |name: &str| object.and_then(|object| object.get("metadata")?.get(name)?.as_str());
    let api_version = of("apiVersion").unwrap_or("v1");
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let kind = of("kind").unwrap_or("ConfigMap");
    let named = |name: String| GroupVersion { group: group.into(), version: version.into(), name };
    let (kind, resource) = (named(kind.into()), named(format!("{}s", kind.to_lowercase())));
    AdmissionRequest {
        operation: Some(text(case, "operation")).filter(|name| !name.is_empty()).unwrap_or("CREATE").into(),
        request_kind: kind.clone(),
        request_resource: resource.clone(),
        kind,
        resource,
        subresource: String::new(),
        name: metadata("name").unwrap_or("x").into(),
        namespace: metadata("namespace").unwrap_or("default").into(),
        unknown_namespace: None,
        user: Some(User {
            name: "kubernetes-admin".into(),
            groups: vec!["system:masters".into(), "system:authenticated".into()],
            ..User::default()
        }),
        object: None,
        old_object: None,
        is_generated: false,
    }
}
