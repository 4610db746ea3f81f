//! gatelint finds misconfigurations in infrastructure as code before it is deployed.
//!
//! # Code map
//! Data moves one way; a module uses only what stands left of it:
//!
//! [`source`] < [`discover`], [`syntax`] < [`model`] < [`expr`] < [`lower`], [`check`] < [`engine`] <
//! [`finding`], [`environment`], [`suppress`], `overrides`, [`baseline`], `report_filter`, [`gate`], [`report`] <
//! [`config`] < [`scan`] < [`examples`] < [`cli`].
//!
//! | module | what it owns |
//! |---|---|
//! | [`source`] | texts, spans, line index, problems, the ledger. Knows no format |
//! | [`discover`] | paths to candidates; all reading of files |
//! | [`syntax`] | text to trees plus problems, for HCL, YAML, Dockerfiles, shell. No meaning |
//! | [`model`] | values with origins, unknowns with reasons, resources. Evaluates nothing |
//! | [`expr`] | the HCL expression language, for configurations and for policies |
//! | [`lower`] | trees to resources, one frontend a format |
//! | [`check`] | pages of Markdown: metadata, policy, examples |
//! | [`engine`] | checks on resources: verdicts, and which value decided |
//! | [`finding`] | fails and inconclusive verdicts, merged and sorted |
//! | [`environment`] | the same files judged with the values of several environments |
//! | [`suppress`] | comments, annotations and entries by which a finding does not count, ours and other tools' |
//! | `overrides` | what is decided about checks for some paths only |
//! | [`baseline`] | what was found before: known, fixed, new |
//! | `report_filter` | a report on some of the files that were judged |
//! | [`gate`] | findings and ledger to an exit code. Never looks at a format |
//! | [`report`] | one file a format |
//! | [`config`] | `.gatelint.yaml`: from its text to decisions |
//! | [`scan`] | the pipeline, top to bottom |
//! | [`examples`] | the examples on a page, run as its tests |
//! | [`cli`] | arguments to a request, a report to streams |
//!
//! # Invariants
//! 1. Parsing and lowering return what they could make plus problems; they never fail as a whole.
//! 2. A value always knows where it came from.
//! 3. An unknown value never becomes a finding by negation, and never passes silently.
//! 4. Adding a check touches one file: its page.
//! 5. Every example on a page runs through the whole pipeline with only that check on.
//! 6. Same input, same bytes out, with any number of threads.
//! 7. The gate never looks at the format; domain types do not derive `Serialize`.
//! 8. A broken check, file or chart is reported and the rest goes on.
//! 9. Nothing is read outside the scan root; no network; no subprocess.

pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
pub mod discover;
pub mod engine;
pub mod environment;
pub mod examples;
pub mod expr;
pub mod finding;
pub mod gate;
pub mod lower;
pub mod model;
mod overrides;
pub mod report;
mod report_filter;
pub mod scan;
pub mod source;
pub mod suppress;
pub mod syntax;
