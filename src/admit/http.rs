//! What is said over HTTP: reviews on the port of the webhook, probes and metrics on a plain one.

use super::answer::failed;
use super::metrics::Metrics;
use super::review;
use super::workers::Workers;
use crate::go::duration;
use crate::limits::webhook::MOST_BODIES;
pub use crate::limits::webhook::MOST_BODY;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Response, StatusCode, Uri};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The path of reviews.
const PATH: &str = "/validate";

/// What all connections share.
pub struct Service {
    /// The threads that evaluate.
    pub workers: Workers,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The longest time to an answer.
    pub deadline: Duration,
    /// Whether an object that was not evaluated is refused.
    pub fail_closed: bool,
    bodies: Arc<Semaphore>,
}

/// An error in place of an answer.
struct Refusal {
    code: StatusCode,
    message: String,
}

fn refusal(code: StatusCode, message: impl Into<String>) -> Refusal {
    Refusal { code, message: message.into() }
}

impl Service {
    /// A service that hands reviews to `workers`.
    pub fn new(workers: Workers, metrics: Arc<Metrics>, deadline: Duration, fail_closed: bool) -> Self {
        Self { workers, metrics, deadline, fail_closed, bodies: Arc::new(Semaphore::new(MOST_BODIES)) }
    }

    /// Answers a request.
    pub async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let deadline = began + time_for(request.uri(), self.deadline);
        match self.answered(request, began, deadline).await {
            Ok(body) => response(StatusCode::OK, "application/json", body),
            Err(Refusal { code, message }) => {
                self.metrics.refused();
                let mut response = response(code, "text/plain; charset=utf-8", message + "\n");
                if code == StatusCode::METHOD_NOT_ALLOWED {
                    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
                }
                if code == StatusCode::TOO_MANY_REQUESTS {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
                }
                response
            }
        }
    }

    async fn answered(&self, request: Request<Incoming>, began: Instant, until: Instant) -> Result<String, Refusal> {
        let left = || until.saturating_duration_since(Instant::now());
        check(&request)?;
        let body = timeout(left(), self.body(request)).await;
        let body = body.map_err(|_| refusal(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"))??;
        let review = review::read(&body).map_err(|error| refusal(StatusCode::BAD_REQUEST, error.to_string()))?;
        drop(body);
        let reference = review.reference();
        let waiting = self.workers.submit(review);
        let waiting = waiting.ok_or_else(|| refusal(StatusCode::TOO_MANY_REQUESTS, "too many reviews wait"))?;
        let answer = match timeout(left(), waiting).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => failed("there was no verdict before the deadline", self.fail_closed),
        };
        self.metrics.answered(&answer, began.elapsed());
        Ok(reference.write(&answer))
    }

    /// The bytes of the body. Waits until others are read, so that memory is bounded.
    async fn body(&self, request: Request<Incoming>) -> Result<Bytes, Refusal> {
        let too_large = || refusal(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {MOST_BODY} bytes"));
        let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let length: usize = length.unwrap_or(MOST_BODY);
        if length > MOST_BODY {
            return Err(too_large());
        }
        let kilobytes = (length >> 10) as u32 + 1;
        let _room = self.bodies.acquire_many(kilobytes).await;
        let body = Limited::new(request.into_body(), MOST_BODY).collect().await;
        let read = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(),
            None => refusal(StatusCode::BAD_REQUEST, "the body ended early"),
        })?;
        Ok(read.to_bytes())
    }
}

/// Refuses what is no review by its head.
fn check(request: &Request<Incoming>) -> Result<(), Refusal> {
    if request.uri().path() != PATH {
        return Err(refusal(StatusCode::NOT_FOUND, format!("reviews are answered at {PATH}")));
    }
    if request.method() != Method::POST {
        return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, "a review is sent with POST"));
    }
    let of_type = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let of_type = of_type.split(';').next().unwrap_or_default().trim();
    if !of_type.eq_ignore_ascii_case("application/json") {
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a review is application/json"));
    }
    Ok(())
}

/// How long an answer may take: what the API server waits (`?timeout=10s`), less a tenth for the way back, and at most
/// the deadline.
fn time_for(uri: &Uri, deadline: Duration) -> Duration {
    let given = uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("timeout="));
    let given = given.and_then(duration::parse).and_then(|nanoseconds| u64::try_from(nanoseconds).ok());
    given.map_or(deadline, |given| Duration::from_nanos(given / 10 * 9).min(deadline))
}

fn response(code: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Answers on the plain port.
pub fn probe(uri: &Uri, is_ready: &AtomicBool, metrics: &Metrics) -> Response<Full<Bytes>> {
    let plain = "text/plain; charset=utf-8";
    match uri.path() {
        "/healthz" => response(StatusCode::OK, plain, "ok\n"),
        "/readyz" if is_ready.load(Ordering::Acquire) => response(StatusCode::OK, plain, "ok\n"),
        "/readyz" => response(StatusCode::SERVICE_UNAVAILABLE, plain, "not ready\n"),
        "/metrics" => response(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics.text()),
        _ => response(StatusCode::NOT_FOUND, plain, "there are /healthz, /readyz and /metrics\n"),
    }
}
