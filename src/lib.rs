//! gatelint finds misconfigurations in infrastructure as code before it is deployed.
//!
//! # Code map
//! Data moves one way: discover → classify → read → lower → evaluate checks → findings → suppress, baseline → gate
//! and report. A module uses only what its row names, and every name stands above it; `tests/tidy` reads this table
//! and holds the code to it. `docs/architecture.md` follows three values through the code.
//!
//! | module | what it owns | what it may use |
//! |---|---|---|
//! | [`limits`] | every limit on input: numbers, each with its unit and reason | |
//! | [`source`] | texts, spans, line index, problems, the ledger. Knows no format | |
//! | [`go`] | what Go's standard library makes of texts: regular expressions, paths, durations | `limits` |
//! | [`discover`] | paths to candidates; all reading of files | `limits`, `source` |
//! | [`syntax`] | text to trees plus problems, for HCL, YAML, JSON, CEL, Go templates, Dockerfiles, shell. No meaning | `limits`, `source` |
//! | [`model`] | values with origins, unknowns with reasons, resources, units. Evaluates nothing | `limits`, `source` |
//! | [`schema`] | what providers and Kubernetes say of their types, embedded. Knows no configuration | |
//! | [`expr`] | the HCL expression language, for configurations and for policies | `limits`, `source`, `go`, `syntax`, `model` |
//! | [`cel`] | Kubernetes' Common Expression Language, on the same values and the same trace | `limits`, `source`, `go`, `syntax`, `model`, `expr` |
//! | [`rego`] | the code of Gatekeeper's templates, through `regorus`: what it may read, and what it violates with what is known | `limits`, `model` |
//! | [`admission`] | ValidatingAdmissionPolicies, policies of Kyverno and Gatekeeper: what a cluster would say to an object. Knows no findings | `limits`, `source`, `syntax`, `model`, `schema`, `expr`, `cel`, `rego` |
//! | `lower::frontend` | what a format is to the pipeline: parses once, plans units, lowers them | `source`, `discover`, `model` |
//! | `lower::pieces` | texts that are put together from known and unknown pieces | `source`, `model`, `expr` |
//! | `lower::yaml` | values of YAML nodes, with their places | `source`, `syntax`, `model` |
//! | `lower::joined` | values that one text decides, at the places where another one writes them | `limits`, `source`, `model` |
//! | `lower::terraform` | root modules and all that they call, evaluated, or as Terraform planned them | `limits`, `source`, `discover`, `syntax`, `model`, `schema`, `expr`, `lower::frontend`, `lower::joined` |
//! | `lower::kubernetes::kustomize` | overlays, built as `kubectl kustomize` builds them | `limits`, `source`, `syntax`, `model`, `lower::yaml` |
//! | `lower::kubernetes::helm` | charts, rendered as `helm template` renders them, with the place of each part | `limits`, `source`, `go`, `syntax`, `model` |
//! | `lower::kubernetes` | manifests and what is rendered, with the pods and containers in them | `limits`, `source`, `discover`, `syntax`, `model`, `schema`, `lower::frontend`, `lower::yaml`, `lower::joined`, `lower::kubernetes::kustomize`, `lower::kubernetes::helm` |
//! | `lower::compose` | Compose projects by service, merged and with variables replaced as Compose does it | `limits`, `source`, `discover`, `syntax`, `model`, `expr`, `lower::frontend`, `lower::pieces`, `lower::yaml` |
//! | `lower::bake` | Bake files: targets with what they inherit, and the builds that they are | `limits`, `source`, `discover`, `syntax`, `model`, `expr`, `lower::frontend` |
//! | `lower::dockerfile` | Dockerfiles by stage and instruction, with the shell commands in them | `limits`, `source`, `discover`, `syntax`, `model`, `expr`, `lower::frontend`, `lower::pieces` |
//! | [`lower`] | the table of frontends, and what all of them gave | `limits`, `source`, `discover`, `syntax`, `model`, `expr`, `lower::frontend`, `lower::pieces`, `lower::yaml`, `lower::terraform`, `lower::kubernetes`, `lower::compose`, `lower::bake`, `lower::dockerfile` |
//! | [`check`] | pages of Markdown: metadata, policy, examples | `source`, `syntax`, `model`, `schema` |
//! | [`finding`] | fails and inconclusive verdicts, merged and sorted | `source`, `model`, `check` |
//! | [`graph`] | what leads where between resources, and the search for ways | `limits`, `source`, `model`, `check`, `finding` |
//! | `engine::functions` | the functions of policies that a configuration has not | `limits`, `source`, `go`, `syntax`, `model`, `expr`, `check` |
//! | [`engine`] | checks on resources: verdicts, and which value decided | `limits`, `source`, `syntax`, `model`, `schema`, `expr`, `check`, `finding`, `graph`, `engine::functions` |
//! | [`fix`] | from what would be changed to edits in the layout of a file. Proves nothing | `source`, `discover`, `syntax`, `model`, `finding` |
//! | [`environment`] | the same files evaluated with the values of several environments | `source`, `discover`, `model`, `admission`, `lower` |
//! | [`suppress`] | comments, annotations and entries by which a finding does not count, ours and other tools' | `limits`, `source`, `discover`, `syntax`, `model`, `check`, `engine`, `finding` |
//! | `overrides` | severities and switches of checks for some paths only | `source`, `check`, `finding` |
//! | [`baseline`] | what was found before: known, fixed, new | `source`, `model`, `check`, `finding` |
//! | `report_filter` | a report on some of the files that were evaluated | `source`, `finding` |
//! | [`gate`] | findings and ledger to an exit code. Never looks at a format | `source`, `model`, `check`, `finding` |
//! | [`report`] | one file a format | `source`, `model`, `check`, `finding`, `baseline`, `gate` |
//! | [`config`] | `.gatelint.yaml`: from its text to decisions | `source`, `discover`, `model`, `lower`, `lower::terraform`, `check`, `suppress`, `overrides`, `gate` |
//! | [`scan`] | the pipeline, top to bottom | `limits`, `source`, `discover`, `model`, `lower`, `check`, `engine`, `finding`, `environment`, `suppress`, `overrides`, `baseline`, `report_filter`, `gate`, `report`, `fix` |
//! | [`examples`] | the examples on a page, run as its tests | `source`, `discover`, `check`, `engine`, `suppress`, `report`, `scan` |
//! | [`export`] | checks as ValidatingAdmissionPolicies: from the policy language to CEL, with the proof | `source`, `discover`, `syntax`, `model`, `schema`, `admission`, `check`, `engine`, `finding`, `report`, `scan` |
//! | [`lsp`] | the language server: findings while people write | `limits`, `source`, `discover`, `model`, `check`, `engine`, `finding`, `fix`, `suppress`, `report`, `config`, `scan` |
//! | [`admit`] | the validating webhook, behind the feature of its name | `limits`, `source`, `go`, `discover`, `check`, `engine`, `finding`, `suppress`, `report`, `gate`, `scan` |
//! | [`cli`] | arguments to a request, a report to streams | `limits`, `source`, `go`, `discover`, `syntax`, `model`, `expr`, `cel`, `admission`, `lower`, `lower::yaml`, `lower::terraform`, `lower::kubernetes`, `lower::kubernetes::helm`, `check`, `engine`, `finding`, `fix`, `graph`, `environment`, `suppress`, `baseline`, `gate`, `report`, `config`, `scan`, `examples`, `export`, `lsp`, `admit` |
//!
//! # Invariants
//! Each has a test that fails if it breaks.
//!
//! 1. Parsing and lowering return what they could make plus problems; they never fail as a whole, never panic.
//! 2. A value always knows where it came from, through every text it was put into.
//! 3. An unknown value never becomes a finding by negation, and what is unseen is unknown: a check that asks for
//!    something absent is inconclusive when an unseen member of the unit could bring it.
//! 4. Adding a check touches one file: its page. Adding a format touches one folder.
//! 5. Every example on a page runs through the whole pipeline with only that check on.
//! 6. Same input, same bytes out, with any number of threads.
//! 7. The gate never looks at the format; domain types do not derive `Serialize`.
//! 8. A broken check, file or chart is reported and the rest goes on.
//! 9. Nothing is read outside the scan root unless a flag allows it; no network; no subprocess.
//! 10. What was not evaluated is reported: unread files, unseen members, providers that no check knows.
//! 11. Twice the input takes twice the time, for every shape of input (`tests/growth`).

pub mod admission;
#[cfg(feature = "admit")]
pub mod admit;
pub mod baseline;
pub mod cel;
pub mod check;
pub mod cli;
pub mod config;
pub mod discover;
pub mod engine;
pub mod environment;
pub mod examples;
pub mod export;
pub mod expr;
pub mod finding;
pub mod fix;
pub mod gate;
pub mod go;
pub mod graph;
pub mod limits;
pub mod lower;
pub mod lsp;
pub mod model;
mod overrides;
pub mod rego;
pub mod report;
mod report_filter;
pub mod scan;
pub mod schema;
pub mod source;
pub mod suppress;
pub mod syntax;
