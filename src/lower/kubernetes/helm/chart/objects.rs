//! What a template of a chart sees as `.`: `.Chart`, `.Values`, `.Files` and their like.

use super::instance::Instance;
use super::release::Release;
use crate::lower::kubernetes::helm::value::{Data, Element, Field, List, Map, MapKind, Object, ObjectKind, Value};
use ecow::EcoString;
use std::rc::Rc;

/// `.Release`
pub fn release(release: &Release) -> Value {
    let entries: [(&str, Value); 6] = [
        ("Name", release.name.as_str().into()),
        ("Namespace", release.namespace.as_str().into()),
        ("IsUpgrade", release.is_upgrade.into()),
        ("IsInstall", (!release.is_upgrade).into()),
        ("Revision", Value::int(1)),
        ("Service", "Helm".into()),
    ];
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>().into()
}

fn field(name: &'static str, json: &'static str, value: impl Into<Value>) -> Field {
    Field { name, json, omits_empty: true, value: value.into() }
}

fn strings(items: &[EcoString]) -> Value {
    if items.is_empty() { List::nil(Element::String).into() } else { Value::strings(items.iter().cloned()) }
}

fn pointers(kind: ObjectKind, list: &'static str, objects: Vec<Vec<Field>>) -> Value {
    let items = objects.into_iter().map(|fields| Data::Object(Rc::new(Object { kind, fields })).into()).collect();
    let list = List::of(Element::Pointer(list), items);
    let nil = list.items.is_empty();
    List { nil, ..list }.into()
}

/// `.Chart`
pub fn chart(instance: &Instance, is_root: bool) -> Value {
    let metadata = &instance.chart.metadata;
    let maintainers = metadata.maintainers.iter().map(|[name, email, url]| {
        vec![
            field("Name", "name", name.clone()),
            field("Email", "email", email.clone()),
            field("URL", "url", url.clone()),
        ]
    });
    let dependencies = instance.listed.iter().flatten().map(|listed| {
        vec![
            Field { omits_empty: false, ..field("Name", "name", listed.name.clone()) },
            field("Version", "version", listed.version.clone()),
            Field { omits_empty: false, ..field("Repository", "repository", listed.repository.clone()) },
            field("Condition", "condition", listed.condition.clone()),
            field("Tags", "tags", strings(&listed.tags)),
            field("Enabled", "enabled", true),
            field("ImportValues", "import-values", imports(&listed.imports)),
            field("Alias", "alias", listed.alias.clone()),
        ]
    });
    let annotations = metadata.annotations.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect();
    let fields = vec![
        field("Name", "name", instance.name.clone()),
        field("Home", "home", metadata.home.clone()),
        field("Sources", "sources", strings(&metadata.sources)),
        field("Version", "version", metadata.version.clone()),
        field("Description", "description", metadata.description.clone()),
        field("Keywords", "keywords", strings(&metadata.keywords)),
        field(
            "Maintainers",
            "maintainers",
            pointers(ObjectKind::Maintainer, "[]*chart.Maintainer", maintainers.collect()),
        ),
        field("Icon", "icon", metadata.icon.clone()),
        field("APIVersion", "apiVersion", metadata.api_version.clone()),
        field("Condition", "condition", metadata.condition.clone()),
        field("Tags", "tags", metadata.tags.clone()),
        field("AppVersion", "appVersion", metadata.app_version.clone()),
        field("Deprecated", "deprecated", metadata.deprecated),
        field("Annotations", "annotations", Map::new(MapKind::Strings, annotations)),
        field("KubeVersion", "kubeVersion", metadata.kube_version.clone()),
        field(
            "Dependencies",
            "dependencies",
            pointers(ObjectKind::Dependency, "[]*chart.Dependency", dependencies.collect()),
        ),
        field("Type", "type", metadata.kind.clone()),
        Field { omits_empty: false, ..field("IsRoot", "IsRoot", is_root) },
    ];
    Data::Object(Rc::new(Object { kind: ObjectKind::Chart, fields })).into()
}

fn imports(imports: &[(EcoString, EcoString)]) -> Value {
    if imports.is_empty() {
        return List::nil(Element::Any).into();
    }
    let import = |(child, parent): &(EcoString, EcoString)| {
        let entries = [("child".into(), child.clone().into()), ("parent".into(), parent.clone().into())];
        Map::new(MapKind::Strings, entries.into_iter().collect()).into()
    };
    Value::list(imports.iter().map(import).collect())
}
