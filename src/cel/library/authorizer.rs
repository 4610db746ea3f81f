//! What the API server's authorizer allows: only the cluster knows, so the authorizer is an unknown value, and so is
//! whatever is asked of it.

use super::super::function::{Answer, Failure, Row};
use super::super::value::CelValue;

pub const ROWS: &[Row] = &[
    Row("path", "authorizer.(string) path_check", ask),
    Row("group", "authorizer.(string) group_check", ask),
    Row("serviceAccount", "authorizer.(string, string) authorizer", ask),
    Row("resource", "group_check.(string) resource_check", ask),
    Row("subresource", "resource_check.(string) resource_check", ask),
    Row("namespace", "resource_check.(string) resource_check", ask),
    Row("name", "resource_check.(string) resource_check", ask),
    Row("fieldSelector", "resource_check.(string) resource_check", ask),
    Row("labelSelector", "resource_check.(string) resource_check", ask),
    Row("check", "path_check.(string) decision", ask),
    Row("check", "resource_check.(string) decision", ask),
    Row("allowed", "decision.() bool", ask),
    Row("reason", "decision.() string", ask),
    Row("errored", "decision.() bool", ask),
    Row("error", "decision.() string", ask),
];

fn ask(_: &[CelValue]) -> Answer {
    Err(Failure::Undecided)
}
