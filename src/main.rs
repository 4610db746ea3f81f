//! Arguments in, exit code out.

use std::process::ExitCode;

/// Values are many and small, and two threads make them at once: where the system's allocator waits,
/// this one does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gatelint::cli::run(std::env::args_os())
}
