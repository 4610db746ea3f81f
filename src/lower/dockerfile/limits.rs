//! Where lowering a Dockerfile stops with a problem instead of going on.

/// How deep `${a:-${b:-…}}` may go.
pub(super) const MAX_SUBSTITUTION_DEPTH: u32 = 32;
/// The most bytes that variables add to one word.
pub(super) const MAX_EXPANDED_WORD: usize = 64 * 1024;
/// The most bytes of expanded words in one file.
pub(super) const MAX_EXPANDED_TOTAL: usize = 16 * 1024 * 1024;
/// The most bytes of value and pattern for which `${x%pattern}` is worked out; longer ones are unknown.
pub(super) const MAX_PATTERN_TEXT: usize = 4096;
/// The most stages of one file.
pub(super) const MAX_STAGES: usize = 256;
/// The most instructions of one file.
pub(super) const MAX_INSTRUCTIONS: usize = 10_000;
/// The most words of all instructions of one file, those of scripts not among them.
pub(super) const MAX_WORDS: usize = 50_000;
/// The most problems of one file that are told.
pub(super) const MAX_PROBLEMS: usize = 100;
/// The most variables, labels and ports that one stage hands on.
pub(super) const MAX_SETTINGS: usize = 2048;
/// The most shell commands of one file.
pub(super) const MAX_COMMANDS: usize = 20_000;
/// The most bytes of all scripts of one file, each of which may have `shell::MAX_BYTES`.
pub(super) const MAX_SCRIPT_BYTES: usize = 1024 * 1024;
/// How deep `sh -c "sh -c '…'"` is followed.
pub(super) const MAX_SCRIPT_DEPTH: u32 = 4;
