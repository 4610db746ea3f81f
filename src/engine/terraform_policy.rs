//! Policies of Terraform Policy as checks: one check for each policy of a file.

use super::custom_page::CustomPage;
use super::inputs::{Given, bind, constant};
use super::vocabulary;
use crate::check::terraform_policy::{Judged, PolicyFile, Skipped, Unlevelled, read_policies};
use crate::check::{self, Category, Edition, Meta, Page, Policy, Severity};
use crate::model::{Text, Value};
use crate::source::{Problem, Sources};
use std::sync::Arc;

/// Policies that are not written on pages.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    /// The `.policy.hcl` files; an id is the path below the folder that was given, without that ending.
    pub files: Vec<CustomPage>,
    /// Values of inputs, of pages too: name and text.
    pub inputs: Vec<(String, String)>,
}

/// What a `.policy.hcl` file gave.
#[derive(Clone, Debug, Default)]
pub struct LoadedPolicies {
    /// One page for each policy, in source order.
    pub pages: Vec<Arc<Page>>,
    /// Policies that what is judged can never be judged by.
    pub skipped: Vec<Skipped>,
}

/// Loads a file with the values that are given for its inputs. One that is wrong anywhere, or asks what
/// gatelint never asks, is not evaluated at all.
pub fn load_policies(
    file: &CustomPage,
    judged: Judged,
    given: Given,
    sources: &Sources,
) -> Result<LoadedPolicies, Vec<Problem>> {
    let source = sources.add(file.path.as_str(), file.text.as_str());
    let PolicyFile { inputs, policies, skipped } = read_policies(source, &file.text, judged)?;
    let read: Vec<Policy> = policies.iter().map(|unlevelled| unlevelled.policy.clone()).collect();
    let problems = check::lint(&read, &inputs, vocabulary());
    if !problems.is_empty() {
        return Err(problems);
    }
    let values = Arc::new(bind(&inputs, given, sources)?);
    let mut pages: Vec<Arc<Page>> = Vec::new();
    for Unlevelled { mut policy, level } in policies {
        let severity = level.map_or(Ok(Severity::High), |level| {
            let value = constant(&level, &values).map_err(|error| vec![Problem::error(error.span, error.message)])?;
            severity(&value).map_err(|message| vec![Problem::error(level.span, message)])
        })?;
        policy.inputs = values.clone();
        let id = id(&file.id, &policy, &pages);
        pages.push(Arc::new(page(id, severity, policy)));
    }
    Ok(LoadedPolicies { pages, skipped })
}

/// How bad the violation of a policy of some level is.
fn severity(level: &Value) -> Result<Severity, String> {
    match level.as_str() {
        Some("mandatory") => Ok(Severity::High),
        Some("mandatory_overridable") => Ok(Severity::Medium),
        Some("advisory") => Ok(Severity::Low),
        _ => Err("The enforcement level is mandatory, mandatory_overridable or advisory.".to_owned()),
    }
}

/// File and name; with the type where two policies of a file have one name.
fn id(file: &str, policy: &Policy, before: &[Arc<Page>]) -> Text {
    let id = ecow::eco_format!("{file}/{}", policy.name);
    if before.iter().all(|page| page.meta.id != id) {
        return id;
    }
    let judged = policy.patterns.first().map(|pattern| pattern.text.replace("*", "any")).unwrap_or_default();
    ecow::eco_format!("{id}/{judged}")
}

fn page(id: Text, severity: Severity, policy: Policy) -> Page {
    let meta = Meta {
        title: format!("Policy {} is violated", policy.name),
        id,
        severity,
        category: Category::Maintenance,
        default_on: true,
        off_because: None,
        precision: None,
        part_of: Vec::new(),
        since: Edition::FIRST,
        deprecated: None,
        aliases: Vec::new(),
        frameworks: Vec::new(),
        references: Vec::new(),
        rationale: "A policy of your organization, written for Terraform Policy.".to_owned(),
        fix: "Do what the policy's message says.".to_owned(),
        targets: policy.patterns.iter().map(|pattern| pattern.text.clone()).collect(),
    };
    Page { meta: Arc::new(meta), policies: vec![policy], paths: Vec::new(), inputs: Vec::new(), examples: Vec::new() }
}
