//! How far a scan is and how long it took, on standard error. The only file that looks at the clock: what it
//! reads there changes no report.

use super::terminal;
use crate::scan::{self, Phase};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Nobody needs to be told of a scan that is over sooner.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written anew.
const INTERVAL: Duration = Duration::from_millis(200);
/// To the beginning of the line, and empties it.
const CLEAR: &str = "\r\u{1b}[2K";

/// Looks on while a scan runs.
pub struct Progress {
    shared: Arc<Shared>,
    display: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    begun: Vec<(Phase, Instant)>,
    /// Whether the report is being written: nothing may stand between its lines.
    is_over: bool,
}

impl Progress {
    /// Shows how far it is, when somebody can see it and did not ask for quiet.
    pub fn new(is_quiet: bool) -> Self {
        let shared = Arc::<Shared>::default();
        let is_seen = io::stderr().is_terminal() && !terminal::is_dumb() && !is_quiet;
        let display = is_seen.then(|| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || show(&shared))
        });
        Self { shared, display: Mutex::new(display) }
    }

    /// How long each phase took, and all of them, as of now.
    pub fn timings(&self) -> String {
        let end = Instant::now();
        let state = self.shared.lock();
        let ends = state.begun.iter().skip(1).map(|(_, begun)| *begun).chain([end]);
        let mut out = String::new();
        let mut row = |name: &str, took: Duration, of: &str| {
            let milliseconds = took.as_secs_f64() * 1000.0;
            let _ = writeln!(out, "  {name:<15} {milliseconds:>9.1} ms{of}");
        };
        for ((phase, begun), end) in state.begun.iter().zip(ends) {
            let of = amount(*phase).map(|amount| format!("  {amount}")).unwrap_or_default();
            row(name(*phase), end.duration_since(*begun), &of);
        }
        if let Some((_, begun)) = state.begun.first() {
            row("total", end.duration_since(*begun), "");
        }
        out
    }

    fn stop(&self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        let display = self.display.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A display that could not go on has nothing to say about the scan.
        let _ = display.map(JoinHandle::join);
    }
}

impl scan::Progress for Progress {
    fn begins(&self, phase: Phase) {
        self.shared.lock().begun.push((phase, Instant::now()));
        if matches!(phase, Phase::Report(_)) {
            self.stop();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes one line over and over until the scan is over, and takes it away.
fn show(shared: &Shared) {
    let begun = Instant::now();
    let mut state = shared.lock();
    let mut pause = PATIENCE;
    while !state.is_over {
        let (next, waited) = shared.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
        state = next;
        if state.is_over || !waited.timed_out() {
            continue;
        }
        pause = INTERVAL;
        if let Some((phase, _)) = state.begun.last() {
            let amount = amount(*phase).unwrap_or_default();
            let _ =
                write!(io::stderr(), "{CLEAR}gatelint: {} {amount} ({} s)", name(*phase), begun.elapsed().as_secs());
        }
    }
    if pause == INTERVAL {
        let _ = write!(io::stderr(), "{CLEAR}");
    }
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Past => "older revision",
        Phase::Discover => "discover",
        Phase::Lower(_) => "parse and lower",
        Phase::Evaluate(_) => "evaluate",
        Phase::Report(_) => "report",
    }
}

fn amount(phase: Phase) -> Option<String> {
    let (number, noun) = match phase {
        Phase::Past | Phase::Discover => return None,
        Phase::Lower(files) => (files, "file"),
        Phase::Evaluate(resources) => (resources, "resource"),
        Phase::Report(findings) => (findings, "finding"),
    };
    Some(format!("{number} {noun}{}", if number == 1 { "" } else { "s" }))
}
