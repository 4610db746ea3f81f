//! The server: two ports, a certificate that is read again, and an orderly end.

use super::drain::{Draining, asked_to_end};
use super::http::{Service, probe};
use super::metrics::Metrics;
use super::tls::{Certificate, TlsError, TlsFiles};
use super::workers::{WorkerSettings, Workers};
use crate::limits::webhook::MOST_CONNECTIONS;
use crate::scan::{Request, ScanError};
use crate::source::Sources;
use crate::suppress::Date;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How long a client may take for the handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// How long a connection waits for the next request: longer than the API server keeps it.
const IDLE: Duration = Duration::from_secs(120);

/// How the webhook serves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address of reviews.
    pub listen: SocketAddr,
    /// The address of probes and metrics, without TLS.
    pub probes: SocketAddr,
    /// The certificate, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
    /// The authority of clients' certificates; without it, clients need none.
    pub client_ca: Option<PathBuf>,
    /// The longest time to an answer.
    pub deadline: Duration,
    /// How often the files of the certificate are read.
    pub refresh: Duration,
    /// How long reviews are answered after the end was asked for, until others know of it.
    pub linger: Duration,
    /// Whether an object that was not evaluated is refused.
    pub fail_closed: bool,
    /// Whether violations that the stored object has do not deny.
    pub ratchet: bool,
    /// The number of threads that evaluate.
    pub threads: usize,
    /// Bytes of the stack of such a thread.
    pub stack_bytes: usize,
    /// What day it is.
    pub today: fn() -> Option<Date>,
    /// Tells a line to whoever runs the webhook.
    pub log: fn(&str),
}

/// Why there is no webhook.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    /// The choice of checks makes no sense.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// There is no certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// An address is taken.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The system gives no threads.
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
}

/// Serves until SIGTERM or SIGINT. `request` says how objects are evaluated.
pub fn serve(settings: &Settings, request: &Request) -> Result<(), AdmitError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (metrics, is_ready) = (Arc::new(Metrics::default()), Arc::new(AtomicBool::new(false)));
    let probes = runtime.block_on(listen(settings.probes, "probes and metrics", settings.log))?;
    runtime.spawn(serve_probes(probes, Arc::clone(&is_ready), Arc::clone(&metrics)));
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?.preloaded(&["kubernetes", "paths"], &sources);
    std::thread::scope(|scope| {
        let evaluation = WorkerSettings {
            request,
            sources: &sources,
            catalog: &catalog,
            metrics: &metrics,
            ratchet: settings.ratchet,
            fail_closed: settings.fail_closed,
            today: settings.today,
            stack_bytes: settings.stack_bytes,
        };
        let workers = Workers::start(scope, settings.threads, evaluation)?;
        let service = Service::new(workers, Arc::clone(&metrics), settings.deadline, settings.fail_closed);
        let served = runtime.block_on(serve_reviews(settings, service, &is_ready, &metrics));
        // What is left of connections holds the way to the threads.
        runtime.shutdown_timeout(Duration::from_secs(1));
        served
    })
}

async fn listen(address: SocketAddr, what: &str, log: fn(&str)) -> Result<TcpListener, AdmitError> {
    let mut bound = TcpListener::bind(address).await;
    // A machine without IPv6.
    if bound.is_err() && address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        bound = TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port())).await;
    }
    let listener = bound.map_err(|error| AdmitError::Listen(address, error))?;
    let address = listener.local_addr()?;
    log(&format!("{what} on {address}"));
    Ok(listener)
}

async fn serve_probes(listener: TcpListener, is_ready: Arc<AtomicBool>, metrics: Arc<Metrics>) {
    loop {
        let Some(stream) = accepted(&listener).await else { continue };
        let (is_ready, metrics) = (Arc::clone(&is_ready), Arc::clone(&metrics));
        let answer = service_fn(move |request: hyper::Request<Incoming>| {
            let response = probe(request.uri(), &is_ready, &metrics);
            async move { Ok::<_, Infallible>(response) }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HANDSHAKE);
        tokio::spawn(builder.serve_connection(TokioIo::new(stream), answer));
    }
}

async fn serve_reviews(
    settings: &Settings,
    service: Service,
    is_ready: &AtomicBool,
    metrics: &Arc<Metrics>,
) -> Result<(), AdmitError> {
    let Settings { certificate, key, client_ca, .. } = settings.clone();
    let certificate = Arc::new(Certificate::read(TlsFiles { certificate, key, client_ca })?);
    let listener = listen(settings.listen, "reviews", settings.log).await?;
    tokio::spawn(refresh(Arc::clone(&certificate), settings.refresh, Arc::clone(metrics), settings.log));
    is_ready.store(true, Ordering::Release);
    let (service, draining) = (Arc::new(service), Draining::default());
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let accept = async {
        loop {
            let Ok(room) = Arc::clone(&connections).acquire_owned().await else { return };
            let Some(stream) = accepted(&listener).await else { continue };
            let (service, acceptor) = (Arc::clone(&service), certificate.acceptor());
            let watcher = draining.watcher();
            tokio::spawn(async move {
                let _room = room;
                let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await else { return };
                let answer = service_fn(move |request: hyper::Request<Incoming>| {
                    let service = Arc::clone(&service);
                    async move { Ok::<_, Infallible>(service.respond(request).await) }
                });
                let mut builder = http1::Builder::new();
                builder.timer(TokioTimer::new()).header_read_timeout(IDLE);
                // The client is gone, or spoke no HTTP.
                let _ = watcher.watch(builder.serve_connection(TokioIo::new(stream), answer)).await;
            });
        }
    };
    let ended = async {
        asked_to_end().await?;
        is_ready.store(false, Ordering::Release);
        (settings.log)("ending");
        sleep(settings.linger).await;
        Ok::<(), io::Error>(())
    };
    tokio::select! {
        () = accept => {}
        ended = ended => ended.map_err(AdmitError::Start)?,
    }
    drop(listener);
    draining.finish().await;
    Ok(())
}

/// The next connection. Without file descriptors there is none for a moment.
async fn accepted(listener: &TcpListener) -> Option<TcpStream> {
    let Ok((stream, _)) = listener.accept().await else {
        sleep(Duration::from_millis(50)).await;
        return None;
    };
    let _ = stream.set_nodelay(true);
    Some(stream)
}

async fn refresh(certificate: Arc<Certificate>, every: Duration, metrics: Arc<Metrics>, log: fn(&str)) {
    loop {
        sleep(every).await;
        if let Err(error) = certificate.refresh(&metrics) {
            log(&format!("the certificate was not read again: {error}"));
        }
    }
}
