//! `gatelint admit`

use super::STACK_BYTES;
use super::choice::Choice;
use super::clock;
use super::configuration::Configuration;
use super::values::Values;
use crate::admit::{self, Settings};
use crate::gate::Exit;
use crate::go::duration;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// `gatelint admit`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address of the webhook; its path is /validate.
    #[arg(long, value_name = "ADDRESS", default_value = "[::]:8443")]
    pub listen: SocketAddr,
    /// Address of /healthz, /readyz and /metrics, without TLS.
    #[arg(long, value_name = "ADDRESS", default_value = "[::]:8081")]
    pub probes: SocketAddr,
    /// Certificate in PEM, with the name SERVICE.NAMESPACE.svc. Read again when it changes.
    #[arg(long, value_name = "FILE", default_value = "/etc/gatelint/tls/tls.crt")]
    pub tls_cert: PathBuf,
    /// Private key in PEM.
    #[arg(long, value_name = "FILE", default_value = "/etc/gatelint/tls/tls.key")]
    pub tls_key: PathBuf,
    /// Certificate authority in PEM: clients then need a certificate that it signed.
    #[arg(long, value_name = "FILE")]
    pub client_ca: Option<PathBuf>,
    /// Time after which an answer is given without a verdict; a shorter timeout of the API server takes precedence.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = time)]
    pub deadline: Duration,
    /// How often the certificate is read.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = time)]
    pub tls_refresh: Duration,
    /// How long requests are still answered after SIGTERM, until the endpoint is removed from the service.
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = time)]
    pub linger: Duration,
    /// Deny an object that could not be evaluated. By default it is admitted with a warning.
    #[arg(long)]
    pub fail_closed: bool,
    /// Only warn about a violation that the stored object already has, so that it can still be changed.
    #[arg(long)]
    pub ratchet: bool,
    /// Which checks take part.
    #[command(flatten)]
    pub choice: Choice,
    /// What the configuration says; `admission` has the modes.
    #[command(flatten)]
    pub configuration: Configuration,
}

/// Reads a duration as Go writes it.
fn time(text: &str) -> Result<Duration, String> {
    let nanoseconds = duration::parse(text).and_then(|nanoseconds| u64::try_from(nanoseconds).ok());
    nanoseconds.map(Duration::from_nanos).ok_or_else(|| "expected a duration such as 2s or 500ms".to_owned())
}

/// Serves a cluster until it is asked to end.
pub fn run(args: &Args, threads: Option<usize>) -> anyhow::Result<Exit> {
    let request = args.configuration.request(&[], &args.choice, &Values::default())?;
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let settings = Settings {
        listen: args.listen,
        probes: args.probes,
        certificate: args.tls_cert.clone(),
        key: args.tls_key.clone(),
        client_ca: args.client_ca.clone(),
        deadline: args.deadline,
        refresh: args.tls_refresh,
        linger: args.linger,
        fail_closed: args.fail_closed,
        ratchet: args.ratchet,
        threads: threads.filter(|threads| *threads > 0).unwrap_or_else(cores),
        stack_bytes: STACK_BYTES,
        today: || clock::today().ok(),
        log: |line| _ = writeln!(std::io::stderr(), "gatelint: {line}"),
    };
    admit::serve(&settings, &request)?;
    Ok(Exit::Open)
}
