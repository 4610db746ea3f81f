//! `Chart.yaml`.

use crate::go::path::base;
use crate::lower::kubernetes::helm::value::Version;
use crate::source::{Derived, Files, SourceId, Span, join};
use crate::syntax::yaml::{self, Dialect, Node, NodeKind};
use ecow::EcoString;

/// What `Chart.yaml` says.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `apiVersion`; `v1` where it is missing.
    pub api_version: EcoString,
    /// `name`
    pub name: EcoString,
    /// `version`
    pub version: EcoString,
    /// `description`
    pub description: EcoString,
    /// `home`
    pub home: EcoString,
    /// `icon`
    pub icon: EcoString,
    /// `condition`
    pub condition: EcoString,
    /// `tags`
    pub tags: EcoString,
    /// `appVersion`
    pub app_version: EcoString,
    /// `kubeVersion`
    pub kube_version: EcoString,
    /// `type`
    pub kind: EcoString,
    /// `deprecated`
    pub deprecated: bool,
    /// `sources`
    pub sources: Vec<EcoString>,
    /// `keywords`
    pub keywords: Vec<EcoString>,
    /// `annotations`
    pub annotations: Vec<(EcoString, EcoString)>,
    /// `maintainers`: name, email, URL.
    pub maintainers: Vec<[EcoString; 3]>,
    /// `dependencies`; `None` where the key is missing.
    pub dependencies: Option<Vec<Dependency>>,
}

/// A chart that is used.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// `name`
    pub name: EcoString,
    /// `version`, a constraint.
    pub version: EcoString,
    /// `repository`
    pub repository: EcoString,
    /// `condition`
    pub condition: EcoString,
    /// `tags`
    pub tags: Vec<EcoString>,
    /// `alias`
    pub alias: EcoString,
    /// `import-values`: child and parent path of each.
    pub imports: Vec<(EcoString, EcoString)>,
    /// Where it is written.
    pub span: Option<Span>,
}

/// What is wrong with a `Chart.yaml`, and where.
pub type Fault = (String, Span);

/// A field as a string. Numbers and booleans are written out, as the reader of these files does it.
fn text(node: &Node, key: &str) -> Result<EcoString, Fault> {
    match node.get(key).map(|value| (&value.kind, value.span)) {
        None | Some((NodeKind::Null, _)) => Ok(EcoString::new()),
        Some((NodeKind::String(text), _)) => Ok(text.clone()),
        Some((NodeKind::Integer(value), _)) => Ok(value.to_string().into()),
        Some((NodeKind::Float(value), _)) => Ok(value.to_string().into()),
        Some((NodeKind::Bool(value), _)) => Ok(value.to_string().into()),
        Some((_, span)) => Err((format!("`{key}` must be a string"), span)),
    }
}

fn texts(node: &Node, key: &str) -> Result<Vec<EcoString>, Fault> {
    match node.get(key).map(|value| (&value.kind, value.span)) {
        None | Some((NodeKind::Null, _)) => Ok(Vec::new()),
        Some((NodeKind::Sequence(items), _)) => items
            .iter()
            .map(|item| match &item.kind {
                NodeKind::String(text) => Ok(text.clone()),
                NodeKind::Null => Ok(EcoString::new()),
                NodeKind::Integer(value) => Ok(value.to_string().into()),
                NodeKind::Float(value) => Ok(value.to_string().into()),
                NodeKind::Bool(value) => Ok(value.to_string().into()),
                _ => Err((format!("an element of `{key}` must be a string"), item.span)),
            })
            .collect(),
        Some((_, span)) => Err((format!("`{key}` must be a list"), span)),
    }
}

fn items<'n>(node: &'n Node, key: &str) -> Result<Option<&'n [Node]>, Fault> {
    match node.get(key).map(|value| (&value.kind, value.span)) {
        None | Some((NodeKind::Null, _)) => Ok(None),
        Some((NodeKind::Sequence(items), _)) => Ok(Some(items)),
        Some((_, span)) => Err((format!("`{key}` must be a list"), span)),
    }
}

/// Blanks for all white space, and nothing for what cannot be printed.
fn sanitized(text: &EcoString) -> EcoString {
    text.chars().filter_map(|c| if c.is_whitespace() { Some(' ') } else { (!c.is_control()).then_some(c) }).collect()
}

impl Metadata {
    /// What the `Chart.yaml` of a directory says, if it can be read. Its places are those of no source.
    pub fn of_chart(directory: &str, files: &dyn Files) -> Option<Self> {
        let bytes = files.read(&join(directory, "Chart.yaml")?).ok()?;
        let text = yaml::decode(&bytes).text;
        let stream = yaml::read_first(&Derived::file(SourceId(u32::MAX), &text), Dialect::Kubernetes);
        Self::read(&stream.documents.first()?.root).ok()
    }

    /// Reads the content of a `Chart.yaml`.
    pub fn read(root: &Node) -> Result<Self, Fault> {
        if root.as_mapping().is_none() && !root.is_null() {
            return Err(("this is no mapping".into(), root.span));
        }
        let mut metadata = Self {
            api_version: text(root, "apiVersion")?,
            name: sanitized(&text(root, "name")?),
            version: text(root, "version")?,
            description: sanitized(&text(root, "description")?),
            home: sanitized(&text(root, "home")?),
            icon: sanitized(&text(root, "icon")?),
            condition: sanitized(&text(root, "condition")?),
            tags: sanitized(&text(root, "tags")?),
            app_version: sanitized(&text(root, "appVersion")?),
            kube_version: sanitized(&text(root, "kubeVersion")?),
            kind: text(root, "type")?,
            deprecated: false,
            sources: texts(root, "sources")?.iter().map(sanitized).collect(),
            keywords: texts(root, "keywords")?.iter().map(sanitized).collect(),
            annotations: Vec::new(),
            maintainers: Vec::new(),
            dependencies: None,
        };
        if let Some(value) = root.get("deprecated") {
            match value.kind {
                NodeKind::Bool(deprecated) => metadata.deprecated = deprecated,
                NodeKind::Null => {}
                _ => return Err(("`deprecated` must be a boolean".into(), value.span)),
            }
        }
        if let Some(value) = root.get("annotations").filter(|value| !value.is_null()) {
            let Some(mapping) = value.as_mapping() else {
                return Err(("`annotations` must be a mapping".into(), value.span));
            };
            for entry in &mapping.entries {
                metadata.annotations.push((entry.key.clone(), text(value, &entry.key)?));
            }
            metadata.annotations.sort();
        }
        for item in items(root, "maintainers")?.unwrap_or_default() {
            metadata.maintainers.push([text(item, "name")?, text(item, "email")?, text(item, "url")?]);
        }
        metadata.read_dependencies(root)?;
        if metadata.api_version.is_empty() {
            metadata.api_version = "v1".into();
        }
        Ok(metadata)
    }

    /// Reads `dependencies`, of `Chart.yaml` or of the older `requirements.yaml`.
    pub fn read_dependencies(&mut self, root: &Node) -> Result<(), Fault> {
        if let Some(items) = items(root, "dependencies")? {
            let listed = items.iter().filter(|item| !item.is_null());
            self.dependencies = Some(listed.map(Dependency::read).collect::<Result<_, _>>()?);
        }
        Ok(())
    }

    /// What Helm refuses, if anything.
    pub fn fault(&self) -> Option<String> {
        if self.name.is_empty() {
            return Some("a chart needs a `name`".into());
        }
        if matches!(self.name.as_str(), "." | "..") || base(&self.name) != self.name {
            return Some(format!("`{}` is not the name of a chart: it must not be a path", self.name));
        }
        if self.version.is_empty() {
            return Some("a chart needs a `version`".into());
        }
        if Version::parse(&self.version).is_none() {
            return Some(format!("`{}` is not a semantic version", self.version));
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return Some("`type` must be `application` or `library`".into());
        }
        let mut names: Vec<&EcoString> = Vec::new();
        for dependency in self.dependencies.iter().flatten() {
            let is_alias = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            if !dependency.alias.chars().all(is_alias) {
                return Some(format!(
                    "`{}` is not an alias: it may hold letters, digits, `_` and `-`",
                    dependency.alias
                ));
            }
            let name = dependency.called();
            if names.contains(&name) {
                return Some(format!("more than one dependency is called `{name}`"));
            }
            names.push(name);
        }
        None
    }

    /// Whether only what other charts include is of use.
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case("library")
    }
}

impl Dependency {
    fn read(node: &Node) -> Result<Self, Fault> {
        if node.as_mapping().is_none() {
            return Err(("a dependency must be a mapping".into(), node.span));
        }
        let mut imports = Vec::new();
        for item in items(node, "import-values")?.unwrap_or_default() {
            match &item.kind {
                NodeKind::String(text) => imports.push((format!("exports.{text}").into(), ".".into())),
                NodeKind::Mapping(_) => imports.push((text(item, "child")?, text(item, "parent")?)),
                _ => {}
            }
        }
        Ok(Self {
            name: sanitized(&text(node, "name")?),
            version: sanitized(&text(node, "version")?),
            repository: sanitized(&text(node, "repository")?),
            condition: sanitized(&text(node, "condition")?),
            tags: texts(node, "tags")?.iter().map(sanitized).collect(),
            alias: text(node, "alias")?,
            imports,
            span: Some(node.span),
        })
    }

    /// The name that the chart has as a dependency.
    pub fn called(&self) -> &EcoString {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }
}
