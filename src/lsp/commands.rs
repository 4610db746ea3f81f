//! The commands that an editor can have executed.

/// How a finding came about, as text: its fingerprint, and the URI of its file.
pub const EXPLAIN: &str = "gatelint.explain";
/// How all verdicts on a resource came about: its address, and the URI of its file.
pub const EXPLAIN_RESOURCE: &str = "gatelint.explainResource";
/// Opens the page of a check: its address.
pub const OPEN_PAGE: &str = "gatelint.openPage";
/// The names of the environments of the configuration, and those that are evaluated: the URI of a file.
pub const ENVIRONMENTS: &str = "gatelint.environments";
/// Evaluates only these environments; all of them if none is named: their names.
pub const SET_ENVIRONMENTS: &str = "gatelint.setEnvironments";
/// Shows a place in an editor: the URI of a file, and a range.
pub const SHOW_PLACE: &str = "gatelint.showPlace";
/// Reads all files again.
pub const RESCAN: &str = "gatelint.rescan";

/// All of them.
pub const NAMES: [&str; 7] = [EXPLAIN, EXPLAIN_RESOURCE, OPEN_PAGE, ENVIRONMENTS, SET_ENVIRONMENTS, SHOW_PLACE, RESCAN];
