//! The threads that evaluate: each evaluates one object at a time, on a stack that is deep enough for any object.

use super::answer::{Answer, answer, failed};
use super::evaluation::Evaluator;
use super::metrics::Metrics;
use super::request::subject;
use super::review::Review;
use crate::engine::Catalog;
use crate::limits::webhook::MOST_WAITING;
use crate::scan::Request;
use crate::source::Sources;
use crate::suppress::Date;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, Scope};
use tokio::sync::oneshot;

/// A review that waits for its answer.
pub struct Job {
    /// The review.
    pub review: Review,
    /// Who waits.
    pub reply: oneshot::Sender<Answer>,
}

/// The way to the threads. They end when it is dropped.
#[derive(Clone)]
pub struct Workers(SyncSender<Job>);

/// How the threads evaluate.
#[derive(Clone, Copy)]
pub struct WorkerSettings<'a> {
    /// What is asked of each evaluation.
    pub request: &'a Request,
    /// The texts of the pages.
    pub sources: &'a Sources,
    /// The checks.
    pub catalog: &'a Catalog<'a>,
    /// Where findings are counted.
    pub metrics: &'a Metrics,
    /// Whether violations that the stored object has do not deny.
    pub ratchet: bool,
    /// Whether an object that was not evaluated is refused.
    pub fail_closed: bool,
    /// What day it is.
    pub today: fn() -> Option<Date>,
    /// Bytes of the stack of a thread.
    pub stack_bytes: usize,
}

impl Workers {
    /// Starts that many threads.
    pub fn start<'scope, 'a: 'scope>(
        scope: &'scope Scope<'scope, 'a>,
        count: usize,
        settings: WorkerSettings<'a>,
    ) -> io::Result<Self> {
        let (sender, jobs) = mpsc::sync_channel(MOST_WAITING * count);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..count {
            let jobs = Arc::clone(&jobs);
            let builder = Builder::new().name("evaluate".into()).stack_size(settings.stack_bytes);
            builder.spawn_scoped(scope, move || work(&jobs, &settings))?;
        }
        Ok(Self(sender))
    }

    /// Hands a review over, unless too many wait.
    pub fn submit(&self, review: Review) -> Option<oneshot::Receiver<Answer>> {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(Job { review, reply }).ok().map(|()| answer)
    }
}

/// Answers reviews until there are no more. What the evaluation does at once elsewhere, it does here one after the
/// other: the cores are busy with other reviews.
fn work(jobs: &Mutex<Receiver<Job>>, settings: &WorkerSettings<'_>) {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    let mut evaluator = Evaluator::new(settings.request, settings.sources, settings.catalog);
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    while let Some(Job { review, reply }) = next() {
        // Past the deadline, nobody waits any more.
        if reply.is_closed() {
            continue;
        }
        let evaluate = AssertUnwindSafe(|| evaluated(&mut evaluator, &review, settings));
        let answer = catch_unwind(evaluate)
            .unwrap_or_else(|_| failed("a defect of gatelint, see its log", settings.fail_closed));
        let _ = reply.send(answer);
    }
    drop(alone);
}

fn evaluated(evaluator: &mut Evaluator<'_>, review: &Review, settings: &WorkerSettings<'_>) -> Answer {
    let request = &review.request;
    let Some(subject) = subject(request, settings.ratchet) else { return Answer::default() };
    let verdict = evaluator.verdict(&subject, &request.namespace, (settings.today)());
    settings.metrics.evaluated(&verdict);
    answer(&verdict, settings.fail_closed)
}
