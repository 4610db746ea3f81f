//! The end: the signal that asks for it, and the requests that are still answered.

use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::io;
use std::time::Duration;
use tokio::time::timeout;

/// How long the requests that are there may still take. With the time before it, less than the ten seconds after which
/// a pod is expected to be gone.
const MOST: Duration = Duration::from_secs(5);

/// The open connections.
#[derive(Default)]
pub struct Draining(GracefulShutdown);

impl Draining {
    /// Returns what watches one more connection.
    pub fn watcher(&self) -> Watcher {
        self.0.watcher()
    }

    /// Closes idle connections, and waits until the others have their answers.
    pub async fn finish(self) {
        let _ = timeout(MOST, self.0.shutdown()).await;
    }
}

/// Waits for SIGTERM or SIGINT.
#[cfg(unix)]
pub async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
