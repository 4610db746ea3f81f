//! From the text of a plan or a state to what it says of each resource.

use super::declared::{Declared, Site};
use super::document::{Content, Document};
use super::value::{Position, Reading, Set};
use crate::discover::MAX_PLAN_BYTES;
use crate::lower::terraform::typed::as_said;
use crate::model::{Address, Data, Mapping, PlanOperation, Planned, Text, Value};
use crate::schema;
use crate::source::{Derived, Files, Kind, Problem, SourceId, Sources, Span, Status};
use crate::syntax::json::{Kind as JsonKind, Node};
use crate::syntax::yaml;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What a plan or a state says.
pub(in super::super) struct Plan {
    /// Its path from the root.
    pub path: String,
    /// Its text.
    pub source: SourceId,
    /// Whether it is a state.
    pub is_state: bool,
    /// What will exist, data sources included, in the order of the addresses.
    pub resources: Vec<PlannedResource>,
    /// What will be deleted, or no longer be managed.
    pub deleted: Vec<PlannedResource>,
    /// The values of the variables of the root module.
    pub variables: BTreeMap<Text, Value>,
    /// What the configuration declares, as far as the plan tells.
    pub(super) declared: Declared,
    /// Why it does not show everything that will exist.
    pub partial: Option<&'static str>,
    /// Stretches of the text that hold values which are no resource's.
    pub hidden: Vec<Span>,
}

/// What a plan says of one resource instance.
pub(in super::super) struct PlannedResource {
    /// Its address.
    pub address: Address,
    /// Its type, with `data.` for a data source.
    pub type_name: Text,
    /// The provider configuration that it asks for: `aws`, `aws.west`.
    pub provider: Text,
    /// Its attributes before and after.
    pub planned: Planned,
    /// Its element of the plan.
    pub block: Span,
    /// Its address in the plan.
    pub header: Span,
}

/// Why a file is not read as a plan or a state.
pub(in super::super) struct Stopped {
    /// How far it got.
    pub status: Status,
    /// What it is.
    pub kind: Kind,
    /// Why it got no further.
    pub reason: String,
    /// What is wrong, where it is something to mend.
    pub problem: Option<Problem>,
}

impl Stopped {
    fn skipped(kind: Kind, reason: &str) -> Self {
        Self { status: Status::Skipped, kind, reason: reason.to_owned(), problem: None }
    }

    fn failed(kind: Kind, problem: Problem) -> Self {
        Self { status: Status::Failed, kind, reason: problem.message.clone(), problem: Some(problem) }
    }
}

const RAW_STATE: &str = "a state as Terraform stores it; `terraform show -json` prints it in a documented form";
const LOG: &str = "the log of `terraform plan -json`, which does not have the planned values; save the plan with \
                   `terraform plan -out=tfplan` and print it with `terraform show -json tfplan`";
const BINARY: &str = "a saved plan; `terraform show -json` prints it as JSON";

impl Plan {
    /// Reads the file at `path`.
    pub fn read(files: &dyn Files, sources: &Sources, path: &str, kind: Kind) -> Result<Self, Stopped> {
        let bytes = files.read_up_to(path, MAX_PLAN_BYTES).map_err(|error| Stopped {
            status: Status::Failed,
            kind,
            reason: error.to_string(),
            problem: None,
        })?;
        if bytes.starts_with(b"PK") {
            return Err(Stopped::skipped(kind, BINARY));
        }
        let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let text = if is_utf16 {
            Err(bytes)
        } else {
            String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes)
        };
        // Windows PowerShell writes UTF-16.
        let text = text.unwrap_or_else(|bytes| yaml::decode(&bytes).text);
        let source = sources.add(path, text);
        let text = sources.get(source);
        let derived = Derived::file(source, &text.text);
        let failed = |error: crate::syntax::json::Error| {
            Stopped::failed(kind, Problem::error(error.span(&derived), error.message.clone()))
        };
        if text.text.trim_start_matches('\u{feff}').trim_start().starts_with('{') && is_log(&text.text) {
            return Err(Stopped::skipped(kind, LOG));
        }
        let document = Document::read(&derived).map_err(failed)?;
        let is_state = match document.content() {
            Content::Plan => false,
            Content::State => true,
            Content::RawState => return Err(Stopped::skipped(Kind::TerraformState, RAW_STATE)),
            Content::Other => return Err(Stopped::skipped(Kind::Json, "a JSON file that holds no plan and no state")),
        };
        let version = document.tree("format_version").map_err(failed)?;
        let version = version.as_ref().and_then(Node::as_str).unwrap_or_default();
        if !["0", "1"].contains(&version.split('.').next().unwrap_or_default()) {
            let at = document.section("format_version").unwrap_or_default();
            let message = format!("The plan has format version `{version}`; gatelint reads versions 0.x and 1.x.");
            let span = derived.span(at);
            return Err(Stopped::failed(kind, Problem::error(span, message)));
        }
        Sections { document, path, source, is_state }.plan().map_err(failed)
    }

    /// What it is in the ledger.
    pub fn kind(&self) -> Kind {
        if self.is_state { Kind::TerraformState } else { Kind::TerraformPlan }
    }
}

/// Whether a text is a log, one JSON object a line.
fn is_log(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.len() < 4096 && first.contains("\"@level\"") && first.contains("\"@message\"")
}

struct Sections<'t> {
    document: Document<'t>,
    path: &'t str,
    source: SourceId,
    is_state: bool,
}

type Read<T> = Result<T, crate::syntax::json::Error>;

impl Sections<'_> {
    fn plan(self) -> Read<Plan> {
        let configuration = self.document.tree("configuration")?;
        let declared = configuration.as_ref().map(Declared::read).unwrap_or_default();
        let configured = configuration.as_ref().map(sensitive_variables).unwrap_or_default();
        drop(configuration);
        let mut resources: HashMap<Text, PlannedResource> = HashMap::new();
        let (mut deleted, mut hidden) = (Vec::new(), Vec::new());
        let mut gone: HashSet<Text> = HashSet::new();
        let mut has_changes = false;
        self.document.each_change(|node| {
            has_changes = true;
            let is_deposed = node.get("deposed").is_some_and(|deposed| deposed.as_str().is_some());
            let change = node.get("change").filter(|_| !is_deposed);
            let Some((change, resource)) =
                change.and_then(|change| Some((change, self.changed(&declared, &node, change)?)))
            else {
                return;
            };
            hidden.extend(change.get("before").map(|before| self.span(before)));
            if resource.planned.operation == PlanOperation::Delete {
                gone.insert(resource.address.text().clone());
                deleted.push(resource);
            } else {
                resources.insert(resource.address.text().clone(), resource);
            }
        })?;
        let section = if self.is_state { "values" } else { "planned_values" };
        let mut standing = Vec::new();
        let has_values = Cell::new(false);
        let is_new = |address: &str, _: &str| {
            has_values.set(true);
            !resources.contains_key(address) && !gone.contains(address)
        };
        let mut keep = |node| standing.extend(self.standing(&declared, &node));
        self.document.each_resource(section, &["root_module"], &is_new, &mut keep)?;
        let is_refresh = !self.is_state && !has_changes && !has_values.get();
        let is_prior = |address: &str, mode: &str| (mode == "data" || is_refresh) && !resources.contains_key(address);
        self.document.each_resource("prior_state", &["values", "root_module"], &is_prior, &mut keep)?;
        for resource in standing {
            resources.entry(resource.address.text().clone()).or_insert(resource);
        }
        let mut resources: Vec<PlannedResource> = resources.into_values().collect();
        resources.sort_by(|a, b| a.address.cmp(&b.address));
        let is_flag = |name: &str, flag: bool| -> Read<bool> {
            let node = self.document.tree(name)?;
            Ok(matches!(node.map(|node| node.kind), Some(JsonKind::Bool(value)) if value == flag))
        };
        let partial = if is_flag("errored", true)? {
            Some("planning ended with an error")
        } else if is_flag("complete", false)? {
            Some("it is not complete: it was made with `-target`, or part of it was deferred")
        } else {
            None
        };
        hidden.extend(["variables", "output_changes", "outputs"].into_iter().filter_map(|name| {
            let at = self.document.section(name)?;
            Some(Span::new(self.source, at.start as u32, at.end as u32))
        }));
        let variables = self.variables(&configured)?;
        let (path, source, is_state) = (self.path.to_owned(), self.source, self.is_state);
        Ok(Plan { path, source, is_state, resources, deleted, variables, declared, partial, hidden })
    }

    fn span(&self, node: &Node) -> Span {
        Span::new(self.source, node.at.start as u32, node.at.end as u32)
    }

    /// The values of the variables; none of them is ever shown.
    fn variables(&self, sensitive: &[Text]) -> Read<BTreeMap<Text, Value>> {
        let Some(section) = self.document.tree("variables")? else { return Ok(BTreeMap::new()) };
        let (declared, address) = (Declared::default(), Address::root());
        let reading = Reading { source: self.source, site: Site { address: &address }, declared: &declared };
        let variable = |member: &crate::syntax::json::Member| {
            let value = member.value.get("value")?;
            let at = Position { value: Some(value), unknown: None, sensitive: None, written: Set::Unclear };
            let mut value = reading.value(at, reading.span(&member.name_at), &mut Vec::new());
            value.sensitive |= sensitive.contains(&member.name);
            Some((member.name.clone(), value))
        };
        Ok(section.members().iter().filter_map(variable).collect())
    }

    /// An element of `resource_changes`.
    fn changed(&self, declared: &Declared, node: &Node, change: &Node) -> Option<PlannedResource> {
        let actions: Vec<&str> = change.get("actions")?.items().iter().filter_map(Node::as_str).collect();
        let operation = match actions.as_slice() {
            // What the old object becomes is not a resource.
            ["create"] | ["create", "forget"] => PlanOperation::Create,
            ["update"] => PlanOperation::Update,
            ["delete", "create"] | ["create", "delete"] => PlanOperation::Replace,
            ["delete" | "forget"] => PlanOperation::Delete,
            ["read"] => PlanOperation::Read,
            _ => PlanOperation::NoOp,
        };
        let is_gone = operation == PlanOperation::Delete;
        let (value, unknown, sensitive) = if is_gone {
            (None, None, None)
        } else {
            (change.get("after"), change.get("after_unknown"), change.get("after_sensitive"))
        };
        let mut resource = self.resource(declared, node, operation, [value, unknown, sensitive])?;
        if matches!(operation, PlanOperation::Update | PlanOperation::Replace | PlanOperation::Delete) {
            let before = [change.get("before"), None, change.get("before_sensitive")];
            let prior = self.resource(&Declared::default(), node, operation, before)?;
            resource.planned.prior = Some(prior.planned.attrs);
        }
        Some(resource)
    }

    /// A resource of `planned_values`, of a state or of the prior state.
    fn standing(&self, declared: &Declared, node: &Node) -> Option<PlannedResource> {
        let values = [node.get("values"), None, node.get("sensitive_values")];
        self.resource(declared, node, PlanOperation::NoOp, values)
    }

    fn resource(
        &self,
        declared: &Declared,
        node: &Node,
        operation: PlanOperation,
        [value, unknown, sensitive]: [Option<&Node>; 3],
    ) -> Option<PlannedResource> {
        let written = node.get("address")?;
        let address = Address::parse(written.as_str()?);
        let mode = node.get("mode").and_then(Node::as_str).unwrap_or("managed");
        let prefix = match mode {
            "managed" => "",
            "data" => "data.",
            _ => return None,
        };
        let type_name = ecow::eco_format!("{prefix}{}", node.get("type").and_then(Node::as_str)?);
        let (block, header) = (self.span(node), self.span(written));
        let reading = Reading { source: self.source, site: Site { address: &address }, declared };
        let written = declared.resource(&address);
        let schema = schema::terraform(&type_name).map(schema::TypeSchema::body);
        let set = |name: &str| {
            let Some(written) = written else { return Set::Unclear };
            if let Some(written) = written.body.get(name) {
                return Set::Written(written);
            }
            // A `dynamic` block may give it, which the plan does not list.
            let may_be_block = schema.and_then(|body| body.get(name)).is_some_and(schema::Argument::may_be_block);
            if may_be_block { Set::Unclear } else { Set::Unset }
        };
        let entries = reading.attributes([value, unknown, sensitive], &set).into_iter();
        let typed = |(name, value): (Text, Value)| {
            let said = schema.and_then(|body| body.get(&name));
            (name, as_said(value, said))
        };
        let entries = entries.map(typed).collect();
        let provider = written.map(|written| written.provider.clone()).filter(|provider| !provider.is_empty());
        let provider = provider.unwrap_or_else(|| {
            let source = node.get("provider_name").and_then(Node::as_str).unwrap_or_default();
            source.rsplit('/').next().unwrap_or_default().into()
        });
        let attrs = Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(header)))), block);
        let attrs = Value { sensitive: super::value::is_true(sensitive), ..attrs };
        let planned = Planned { operation, attrs, prior: None };
        Some(PlannedResource { address, type_name, provider, planned, block, header })
    }
}

/// The variables of the root module that the configuration says are sensitive.
fn sensitive_variables(configuration: &Node) -> Vec<Text> {
    let variables = configuration.get("root_module").and_then(|root| root.get("variables"));
    let is_sensitive = |node: &Node| matches!(node.get("sensitive").map(|flag| &flag.kind), Some(JsonKind::Bool(true)));
    let all = variables.map(Node::members).unwrap_or_default().iter();
    all.filter(|member| is_sensitive(&member.value)).map(|member| member.name.clone()).collect()
}
