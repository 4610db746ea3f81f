//! The certificate of the webhook: read from files, and again when they change.

use super::metrics::Metrics;
use crate::source::Digest;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;

/// The files, all in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate and those that it is signed with.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The authority that has to have signed the certificates of clients, where clients need one.
    pub client_ca: Option<PathBuf>,
}

/// Why the files are no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read `{0}`: {1}")]
    Read(String, std::io::Error),
    /// A file is not what it should be.
    #[error("`{0}` holds no {1} in PEM")]
    Pem(String, &'static str),
    /// They do not fit together.
    #[error("the certificate cannot be used: {0}")]
    Unfit(String),
}

/// What was read last.
pub struct Certificate {
    files: TlsFiles,
    current: RwLock<(Digest, Arc<ServerConfig>)>,
}

impl Certificate {
    /// Reads the files.
    pub fn read(files: TlsFiles) -> Result<Self, TlsError> {
        let contents = files.contents()?;
        let config = files.config(&contents)?;
        Ok(Self { files, current: RwLock::new((digest(&contents), config)) })
    }

    /// Returns what accepts connections with the certificate that was read last.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.read().unwrap_or_else(PoisonError::into_inner).1.clone())
    }

    /// Reads the files again if they have changed. What they held before stays if they are no use now, as while one of
    /// them is written.
    pub fn refresh(&self, metrics: &Metrics) -> Result<(), TlsError> {
        let changed = self.changed();
        match &changed {
            Ok(None) => return Ok(()),
            Ok(Some(new)) => {
                self.current.write().unwrap_or_else(PoisonError::into_inner).clone_from(new);
                metrics.reloaded(true);
            }
            Err(_) => metrics.reloaded(false),
        }
        changed.map(drop)
    }

    fn changed(&self) -> Result<Option<(Digest, Arc<ServerConfig>)>, TlsError> {
        let contents = self.files.contents()?;
        let digest = digest(&contents);
        if self.current.read().unwrap_or_else(PoisonError::into_inner).0 == digest {
            return Ok(None);
        }
        Ok(Some((digest, self.files.config(&contents)?)))
    }
}

/// The bytes of the files.
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

fn digest(contents: &Contents) -> Digest {
    let Contents { certificate, key, client_ca } = contents;
    let parts = [certificate.as_slice(), key.as_slice(), client_ca.as_deref().unwrap_or_default()];
    Digest::of(&parts.join(&0))
}

impl TlsFiles {
    fn contents(&self) -> Result<Contents, TlsError> {
        let read = |path: &PathBuf| fs::read(path).map_err(|error| TlsError::Read(path.display().to_string(), error));
        Ok(Contents {
            certificate: read(&self.certificate)?,
            key: read(&self.key)?,
            client_ca: self.client_ca.as_ref().map(read).transpose()?,
        })
    }

    fn config(&self, contents: &Contents) -> Result<Arc<ServerConfig>, TlsError> {
        let unfit = |error: &dyn std::fmt::Display| TlsError::Unfit(error.to_string());
        let certificates = certificates(&self.certificate, &contents.certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&contents.key);
        let key = key.map_err(|_| TlsError::Pem(self.key.display().to_string(), "private key"))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        // TLS 1.2 and 1.3.
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| unfit(&error))?;
        let builder = match self.client_ca.as_ref().zip(contents.client_ca.as_ref()) {
            None => builder.with_no_client_auth(),
            Some((path, bytes)) => {
                let mut roots = RootCertStore::empty();
                for certificate in self::certificates(path, bytes)? {
                    roots.add(certificate).map_err(|error| unfit(&error))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                builder.with_client_cert_verifier(verifier.build().map_err(|error| unfit(&error))?)
            }
        };
        let mut config = builder.with_single_cert(certificates, key).map_err(|error| unfit(&error))?;
        // As in other webhooks, no HTTP/2: a client could open and reset streams without end (CVE-2023-44487).
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn certificates(path: &std::path::Path, bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    let read = read.ok().filter(|certificates| !certificates.is_empty());
    read.ok_or_else(|| TlsError::Pem(path.display().to_string(), "certificate"))
}
