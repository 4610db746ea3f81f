//! What the table writes as numbers: flags of arguments, and how their bodies are nested. `tools/schemas`, which makes
//! the table, reads this file too.

/// It must be given.
pub const REQUIRED: u16 = 1;
/// It may be given.
pub const OPTIONAL: u16 = 2;
/// The provider gives it a value where the configuration does not.
pub const COMPUTED: u16 = 4;
/// It is written as a block.
pub const BLOCK: u16 = 8;
/// It is written as an argument. Without either flag, what has a body may be written as both.
pub const ARGUMENT: u16 = 16;
/// The provider declares it to be secret.
pub const SENSITIVE: u16 = 32;
/// It is sent and never read back.
pub const WRITE_ONLY: u16 = 64;
/// The provider says that it will be removed.
pub const DEPRECATED: u16 = 128;

/// It has no body.
pub const NO_BODY: u8 = 0;
/// Its body is there once.
pub const SINGLE: u8 = 1;
/// Its body is there any number of times, in order.
pub const LIST: u8 = 2;
/// Its body is there any number of times; the order has no meaning.
pub const SET: u8 = 3;
/// Its body is there once for each key.
pub const MAP: u8 = 4;
