//! Every limit on input: how large, how deep, how many, how much work. What a limit leaves out is a problem that names
//! it, never silence; `docs/limits.md` lists those that a user may meet.
//!
//! Owns numbers, each with its unit and its reason. Whoever counts is elsewhere, at what is counted. How much of something
//! a report shows is no limit on input.

/// Files and directories.
pub mod files {
    /// The largest file that is read, in bytes; larger ones are reported as such.
    pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;
    /// The largest plan of Terraform that is read, in bytes. A program writes it, with all that it knows.
    pub const MAX_PLAN_BYTES: u64 = 64 * 1024 * 1024;
    /// How much of a file is read to tell what it is, in bytes. Of JSON, more is read where that does not tell.
    pub const HEAD_BYTES: u64 = 64 * 1024;
    /// The most files and directories that are looked at.
    pub const MAX_ENTRIES: usize = 1_000_000;
    /// The most files that are evaluated.
    pub const MAX_CANDIDATES: usize = 200_000;
    /// The largest `.gitignore` or `.ignore` file that is honoured, in bytes.
    pub const MAX_RULES_BYTES: usize = 1 << 20;
    /// The most lines of one such file that are honoured.
    pub const MAX_RULES: usize = 5_000;
}

/// Objects of git.
pub mod git {
    /// The most files and directories of a commit that are looked at.
    pub const MAX_ENTRIES: usize = 1_000_000;
    /// The most bytes of the path of one file.
    pub const MAX_PATH: usize = 4096;
    /// The largest object that is read, in bytes.
    pub const MAX_OBJECT_BYTES: u64 = 64 << 20;
    /// The largest file of git that is read whole, such as `HEAD` and `packed-refs`, in bytes.
    pub const MAX_TEXT_BYTES: u64 = 64 << 20;
    /// Links that are followed on one way.
    pub const MOST_LINKS: usize = 40;
}

/// HCL, and JSON in its place.
pub mod hcl {
    /// How deep anything may nest, and how high a tree may grow. Deeper input is refused with a problem,
    /// so that nothing that walks a tree by recursion can run out of stack.
    pub const MAX_DEPTH: u32 = 512;
    /// How many expressions and blocks a file may hold: what bounds the memory that its tree takes.
    pub const MAX_NODES: u32 = 1 << 20;
    /// With more syntax errors than this, a file is not what its name says.
    pub const MAX_PROBLEMS: usize = 100;
}

/// YAML.
pub mod yaml {
    /// The deepest nesting of collections that is read. `kubectl` stops at 10,000; nobody writes 512, and every
    /// consumer of the tree may recurse this deep.
    pub const DEPTH_LIMIT: usize = 512;
    /// The most nodes that the documents of one text may have together, each alias counted with all that it
    /// stands for.
    pub const NODE_LIMIT: usize = 1_000_000;
    /// The most broken documents of one text that are told apart.
    pub const PROBLEM_LIMIT: usize = 100;
}

/// Go templates.
pub mod templates {
    /// The deepest nesting of blocks and parentheses that is read.
    pub const DEPTH_LIMIT: usize = 100;
}

/// CEL.
pub mod cel {
    /// How deep expressions may stand in each other, as in the API server's parser.
    pub const MAX_DEPTH: usize = 250;
    /// Most elements of a list that `lists.range` makes: beyond, the cost limit ends the evaluation anyway.
    pub const RANGE_LIMIT: i64 = 1_000_000;
    /// Most digits after the point that `format` writes.
    pub const MOST_PRECISION: usize = 1000;
    /// How deep types may stand in each other; what is deeper is `dyn`, so that a type can be no larger than the text.
    pub const MAX_TYPE_DEPTH: usize = 12;
}

/// Rego of Gatekeeper's templates.
pub mod rego {
    /// The most bytes of all modules of a template together.
    pub const MAX_BYTES: usize = 256 * 1024;
    /// How deep rules may use each other: each is evaluated inside the one that uses it, and takes much of the stack.
    pub const MAX_DEPTH: usize = 24;
    /// What regorus may do for one review, in its own steps.
    pub const MAX_STEPS: u64 = 400_000;
    /// How often values of the input and of the code may be in one value: those that hold others twice double. No template
    /// that people write comes near it.
    pub const MAX_WEIGHT: u64 = 20_000;
    /// The most steps of a path in the input; what lies deeper counts as read with the part that holds it.
    pub const MAX_PATH_STEPS: usize = 24;
    /// The most paths in the input that are told apart; with more, all of it counts as read.
    pub const MAX_PATHS: usize = 2_000;
    /// The most rounds in which values are followed through rules; each carries them one use further.
    pub const MAX_ROUNDS: usize = 80;
    /// The most numbers of `numbers.range`.
    pub const MAX_RANGE: u64 = 100_000;
    /// The most bits of `bits.lsh`.
    pub const MAX_SHIFT: u32 = 4_096;
    /// The most bytes of a text that a function of Rego makes.
    pub const MAX_TEXT: usize = 1 << 20;
    /// How much nested brackets may cost: each is read twice by what is around it, so that one costs 2 to the power of its
    /// depth.
    pub const MAX_NESTING: u64 = 50_000;
    /// The most columns that a verb of a format fills.
    pub const MAX_WIDTH: usize = 1_000;
}

/// Dockerfiles.
pub mod dockerfile {
    /// The most bytes of one instruction, its lines joined. All of its words are kept.
    pub const MAX_LINE_BYTES: usize = 256 * 1024;
    /// How deep `${a:-${b:-…}}` may go.
    pub const MAX_SUBSTITUTION_DEPTH: u32 = 32;
    /// The most bytes that variables add to one word.
    pub const MAX_EXPANDED_WORD: usize = 64 * 1024;
    /// The most bytes of expanded words in one file.
    pub const MAX_EXPANDED_TOTAL: usize = 16 * 1024 * 1024;
    /// The most bytes of value and pattern for which `${x%pattern}` is worked out; longer ones are unknown.
    pub const MAX_PATTERN_TEXT: usize = 4096;
    /// The most stages of one file.
    pub const MAX_STAGES: usize = 256;
    /// The most instructions of one file.
    pub const MAX_INSTRUCTIONS: usize = 10_000;
    /// The most words of all instructions of one file, those of scripts not among them.
    pub const MAX_WORDS: usize = 50_000;
    /// The most problems of one file that are told.
    pub const MAX_PROBLEMS: usize = 100;
    /// The most variables, labels and ports that one stage hands on.
    pub const MAX_SETTINGS: usize = 2048;
    /// The most shell commands of one file.
    pub const MAX_COMMANDS: usize = 20_000;
    /// The most bytes of all scripts of one file, each of which may have `shell::MAX_BYTES`.
    pub const MAX_SCRIPT_BYTES: usize = 1024 * 1024;
    /// How deep `sh -c "sh -c '…'"` is followed.
    pub const MAX_SCRIPT_DEPTH: u32 = 4;
}

/// Shell scripts.
pub mod shell {
    /// The most bytes of one script that are read.
    pub const MAX_BYTES: usize = 256 * 1024;
    /// How deep statements may be nested.
    pub const MAX_DEPTH: u32 = 64;
    /// The most steps of the parser, each of about a hundred of its operations: many times what a script of
    /// [`MAX_BYTES`] needs that people wrote.
    pub const MAX_STEPS: u32 = 100_000;
    /// The most here-documents of one script: the grammar's scanner takes the square of their number.
    pub const MAX_HEREDOCS: usize = 512;
}

/// Regular expressions.
pub mod patterns {
    /// Most bytes that one compiled expression may take.
    pub const SIZE_LIMIT: usize = 4 << 20;
    /// Most bytes of a pattern.
    pub const PATTERN_LIMIT: usize = 64 << 10;
    /// Most repetitions that a counted repetition may ask for, as in RE2.
    pub const REPETITION_LIMIT: u32 = 1000;
    /// The most bytes of one automaton; where a pattern needs more, the answer stays open.
    pub const AUTOMATON_BYTES: usize = 1 << 20;
}

/// Numbers.
pub mod numbers {
    /// Powers of two beyond this are infinite, or zero: the range of quadruple precision, up to about
    /// `1e4932`. Go's bound is 2^31, whose decimal text takes minutes to write.
    pub const MAX_EXPONENT: i64 = 1 << 14;
    /// Digits of an integer beyond this are refused: reading them takes more than linear time.
    pub const MAX_DIGITS: usize = 1 << 16;
}

/// Evaluation of configurations and policies.
pub mod evaluation {
    /// Greatest width or precision that `format` takes: more would only serve to fill memory.
    pub const WIDTH_LIMIT: usize = 1 << 20;
    /// Directories in one another that `fileset` enters: an end for links that lead in a circle.
    pub const FILESET_DEPTH: usize = 64;
    /// Directories that `fileset` lists for one pattern.
    pub const FILESET_DIRECTORIES: usize = 100_000;
    /// Bits of the largest modulus that `rsadecrypt` works with.
    pub const MODULUS_LIMIT: usize = 16_384;
    /// Elements that Terraform's `range` makes at most.
    pub const RANGE_LIMIT: usize = 1024;
    /// Steps (expressions and function calls) of one evaluation.
    pub const STEPS: u64 = 10_000_000;
    /// Steps of one policy on one resource, its locals and messages included.
    pub const POLICY_STEPS: u64 = 2_000_000;
    /// Steps of all units of one format together. Each unit gets an equal share, whatever the others use: a scan gives the
    /// same result whichever unit comes first.
    pub const SHARED_STEPS: u64 = 30_000_000;
    /// Steps that a unit has in any case.
    pub const LEAST_STEPS: u64 = 300_000;
    /// Steps of one policy on all resources together, of which each has an equal share.
    pub const SHARED_POLICY_STEPS: u64 = 100_000_000;
    /// Steps that a policy has on one resource in any case.
    pub const LEAST_POLICY_STEPS: u64 = 20_000;
    /// Further steps for each byte of a source that is evaluated as a whole.
    pub const STEPS_PER_BYTE: u64 = 10;
    /// Bytes of a text that are read in one step.
    pub const BYTES_PER_STEP: u64 = 64;
    /// Elements of a value that are walked in one step.
    pub const ELEMENTS_PER_STEP: usize = 4;
    /// Steps of opening a file.
    pub const FILE_STEPS: u64 = 100;
    /// Patterns of an evaluation that stay compiled.
    pub const PATTERNS: usize = 128;
    /// Elements of one collection.
    pub const ELEMENTS: usize = 1_000_000;
    /// Elements of a set, some of them unknown, that are compared with each other for how many there are at least.
    pub const COMPARED_ELEMENTS: usize = 64;
    /// Bytes of one string: 16 MiB.
    pub const STRING_BYTES: usize = 16 << 20;
    /// Bytes of one policy document: AWS takes 10 KiB.
    pub const DOCUMENT_BYTES: usize = 256 << 10;
    /// Statements of one policy, with those of the documents that it includes: AWS takes 32 KiB of a key's policy.
    pub const STATEMENTS: usize = 512;
    /// Reasons why one value is unknown. More tell nobody anything, and what is made of thousands of unknown values
    /// would carry the reasons of all of them.
    pub const CAUSES: usize = 32;
    /// Bytes of all collections and strings that one evaluation makes.
    pub const TOTAL: u64 = 128 << 20;
    /// Further bytes for each byte of a source that is evaluated as a whole.
    pub const TOTAL_PER_BYTE: u64 = 64;
    /// Nested evaluations on a thread with the usual stack of 2 MiB. The deepest ones take about 7 KiB each
    /// in a build without optimization.
    pub const DEPTH: u32 = 256;
    /// Nested evaluations on a thread with a stack of 128 MiB.
    pub const DEEP: u32 = 8192;
    /// Bytes of what is remembered of a text that is known in part; of more, only that it is unknown.
    pub const SYMBOL_BYTES: usize = 64 << 10;
    /// Nesting of one value. Everything that walks values does so by recursion.
    pub const VALUE_DEPTH: u32 = 512;
    /// How many of the rules of a firewall that deny something are compared: more than AWS takes (40 in a direction), and
    /// than people write for Azure and Google Cloud.
    pub const FIREWALL_DENIALS: usize = 64;
    /// How many values that no table tells apart are compared in a join. Further ones count as possible.
    pub const JOINED_VALUES: usize = 256;
    /// How deep policy documents and the texts in them may nest; a document that includes the text of another one is two levels.
    pub const IAM_DOCUMENT_DEPTH: u32 = 16;
    /// The most texts that the braces of one word of a shell command are written out to.
    pub const BRACE_ALTERNATIVES: usize = 64;
    /// Pairs of elements that are compared, in a plan or a printed chart, to find out which written element an element of a set is.
    pub const JOINED_PAIRS: usize = 4096;
    /// Changes that are tried to find the cheapest cut of exposure paths: those at places that most of the shortest ways lead through.
    pub const CUTS: usize = 32;
}

/// Root modules and plans.
pub mod terraform {
    /// Modules within modules.
    pub const MODULE_DEPTH: usize = 64;
    /// Instances of resources and modules of a root module.
    pub const INSTANCES: usize = 10_000;
    /// References that lead to one another.
    pub const REFERENCE_DEPTH: usize = 1_000;
    /// Modules within modules that a reference is followed through.
    pub const PLAN_MODULE_DEPTH: usize = 32;
    /// Literals of the conditions of a variable that are tried as its value.
    pub const PLACEHOLDERS: usize = 50;
}

/// Terragrunt.
pub mod terragrunt {
    /// Configurations within configurations that are followed.
    pub const MAX_DEPTH: usize = 16;
    /// Files that are evaluated for one unit, each as often as it is read.
    pub const MAX_FILES: usize = 1_000;
    /// Stacks within stacks that are followed.
    pub const MAX_STACKS: usize = 8;
}

/// Bake files.
pub mod bake {
    /// Calls of functions of the file within each other that are followed.
    pub const CALL_DEPTH: usize = 32;
    /// The most targets that a matrix makes.
    pub const MAX_TARGETS: usize = 1_000;
    /// Targets that inherit from each other.
    pub const INHERITANCE_DEPTH: usize = 32;
}

/// Compose projects.
pub mod compose {
    /// The most lines of a file of environment variables that are read.
    pub const MAX_LINES: usize = 10_000;
    /// Defaults within defaults of a variable.
    pub const DEFAULT_DEPTH: usize = 32;
    /// Files that include or extend each other.
    pub const FILE_DEPTH: usize = 32;
    /// Nesting of values that are merged.
    pub const VALUE_DEPTH: usize = 64;
}

/// Kustomizations.
pub mod kustomize {
    /// How many directories one build may read: bases of bases may double at every level.
    pub const DIRECTORIES: usize = 2_000;
    /// How many values one object may have in all.
    pub const VALUES: usize = 1_000_000;
    /// How many elements a list may have that is merged by several keys.
    pub const ELEMENTS: usize = 2_000;
    /// How deep the values of an object may stand in one another, and how long a path may be; readers allow as much.
    pub const DEPTH: usize = 512;
    /// How long a text may become that is put together from others, in bytes.
    pub const TEXT: usize = 1 << 20;
    /// How long a name, a prefix of one, or an image may be, in bytes. Kubernetes takes 253 for a name.
    pub const NAME: usize = 4_096;
    /// How many objects all builds of a tree may give together. Each has an equal share.
    pub const SHARED_OBJECTS: usize = 100_000;
    /// How many objects a build may give in any case.
    pub const LEAST_OBJECTS: usize = 300;
    /// How deep the definitions of an OpenAPI schema may refer to one another.
    pub const DEFINITION_DEPTH: usize = 32;
}

/// Objects of Kubernetes.
pub mod kubernetes {
    /// How deep pods are looked for in an object: the depth that the readers allow.
    pub const POD_DEPTH: usize = 512;
    /// How deep the steps of workflows are looked for in an object: the depth that the readers allow.
    pub const STEP_DEPTH: usize = 512;
}

/// Charts.
pub mod charts {
    /// Parts of templates that one rendering evaluates, and elements that functions make in it.
    pub const STEPS: u64 = 1_000_000;
    /// Bytes of all texts that one rendering makes on the way.
    pub const BYTES: u64 = 512 << 20;
    /// The most directories in which a chart is looked for.
    pub const MOST_DIRECTORIES: usize = 20_000;
    /// Most bytes that an archive may unpack to.
    pub const ARCHIVE_BYTES: u64 = 64 << 20;
    /// Most files of an archive.
    pub const ARCHIVE_FILES: usize = 10_000;
    /// The deepest nesting of charts in charts.
    pub const CHART_DEPTH: usize = 16;
    /// Most faults that are reported of the values of one chart.
    pub const SCHEMA_FAULTS: usize = 20;
    /// The deepest nesting of values, and of references in their schema.
    pub const SCHEMA_DEPTH: usize = 200;
    /// Most schemas that are applied to the values of one chart: references can multiply.
    pub const SCHEMA_STEPS: usize = 1_000_000;
    /// The largest index of a list in `--helm-set`.
    pub const SET_INDEX: usize = 65_536;
    /// The deepest nesting of names in `--helm-set`.
    pub const SET_DEPTH: usize = 30;
    /// Most bytes of a constraint on versions.
    pub const CONSTRAINT_BYTES: usize = 512;
    /// Most alternatives of a constraint on versions.
    pub const CONSTRAINT_ALTERNATIVES: usize = 32;
    /// Most keys that one call of `merge` takes over.
    pub const MERGE_LIMIT: u64 = 200_000;
    /// Most values that one call of `deepCopy` copies.
    pub const COPY_LIMIT: u64 = 200_000;
    /// The deepest nesting of values that is written: a map may hold itself.
    pub const PRINTED_DEPTH: usize = 200;
    /// Most bytes of a file that are written as numbers; nobody reads more.
    pub const PRINTED_BYTES: usize = 4096;
    /// The largest width or precision of `printf`; larger ones are errors in Go too.
    pub const PRINTF_WIDTH: i64 = 1_000_000;
    /// The deepest nesting of values within a line of TOML.
    pub const TOML_INLINE_DEPTH: usize = 16;
    /// Steps that one match of a glob may take, for patterns with many stars.
    pub const GLOB_STEPS: usize = 100_000;
    /// Most bytes of one string. What goes beyond is dropped, and whoever counts the bytes reports it.
    pub const TEXT_LIMIT: usize = 32 << 20;
    /// Most parts of one string.
    pub const PARTS_LIMIT: usize = 1 << 20;
    /// The deepest nesting of values that is copied.
    pub const COPIED_DEPTH: usize = 1000;
    /// How often a template may include itself, as Helm counts.
    pub const NESTED_INCLUDES: usize = 1000;
    /// How deep templates may call each other in all: Helm's limit on one name allows several names to nest deeper.
    pub const TEMPLATE_DEPTH: usize = 5000;
    /// Bytes of stack that a rendering needs for the deepest nesting that Helm allows.
    pub const STACK_BYTES: usize = 512 << 20;
}

/// Admission policies.
pub mod admission {
    /// How often what was made by an ExpansionTemplate may make something itself. Gatekeeper's own limit is 30.
    pub const MAX_EXPANSION_DEPTH: usize = 8;
    /// The most objects that are made of one.
    pub const MAX_EXPANDED: usize = 64;
    /// What all validations of a policy together may cost.
    pub const POLICY_COST: u64 = 10_000_000;
    /// Most bytes of a message that an expression makes.
    pub const MAX_MESSAGE: usize = 5 * 1024;
    /// Most nodes of a trace that are looked at to place one decision.
    pub const TRACE_NODES: usize = 100_000;
    /// What one expression may cost.
    pub const EXPRESSION_COST: u64 = 1_000_000;
    /// How deep variables may use each other: each is evaluated inside the one that uses it.
    pub const MAX_VARIABLE_DEPTH: usize = 64;
}

/// The webhook.
pub mod webhook {
    /// Characters of the message of a denial.
    pub const MOST_MESSAGE: usize = 1_000;
    /// Bytes of one warning.
    pub const MOST_WARNING: usize = 256;
    /// Bytes of all warnings; other webhooks have a share in what the API server passes on.
    pub const MOST_WARNINGS: usize = 2_048;
    /// Bytes of a body: an update of the largest ConfigMap has 5.2 MB, since the review holds the object twice and escaped.
    pub const MOST_BODY: usize = 10 << 20;
    /// Kilobytes of bodies that are read at the same time.
    pub const MOST_BODIES: usize = 32 << 10;
    /// Connections that are open at the same time. An API server keeps few, and uses them again.
    pub const MOST_CONNECTIONS: usize = 512;
    /// Reviews that wait, for each thread: more than a thread answers before the deadline.
    pub const MOST_WAITING: usize = 256;
}

/// The language server.
pub mod language_server {
    /// Most bytes of a frame that are read; a longer one is skipped.
    pub const MOST_BYTES: u64 = 256 << 20;
    /// Most bytes of a line of a header.
    pub const MOST_HEADER: u64 = 8 << 10;
    /// Nesting of values in which something secret is looked for.
    pub const INPUT_DEPTH: u32 = 40;
    /// Nesting of values that is followed.
    pub const VALUE_DEPTH: u32 = 40;
    /// Bytes of texts after which all of it is evaluated with new ones: each change adds the text of a file.
    pub const KEPT_BYTES: usize = 64 << 20;
}

/// Suppressions.
pub mod suppressions {
    /// The most suppressions of one file.
    pub const MAX_DIRECTIVES: usize = 10_000;
}

/// Secrets.
pub mod secrets {
    /// Secrets that are looked for in other places.
    pub const MOST_SECRETS: usize = 100_000;
    /// Nesting of encoded values that is followed.
    pub const MOST_DEPTH: u32 = 8;
    /// Bytes from the beginning of an error that a report may show.
    pub const BROKEN_BYTES: u32 = 16 << 10;
}
