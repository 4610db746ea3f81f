//! The API server's side: how it calls a webhook over TLS, which answers it takes, and what the client sees of them.
//!
//! By `k8s.io/apiserver` 1.36: `plugin/webhook/request/admissionreview.go` (`VerifyAdmissionResponse`) and
//! `pkg/warning`; what it does with each kind of answer was recorded from a real API server.

use crate::webhook::{NAME, Webhook};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// A connection, used for one request after the other.
pub struct Connection(BufReader<StreamOwned<ClientConnection, TcpStream>>);

/// An answer over HTTP.
#[derive(Debug)]
pub struct Response {
    pub code: u16,
    pub head: String,
    pub body: String,
}

/// How a client presents itself.
#[derive(Default)]
pub struct Caller<'a> {
    /// Certificate and key, in PEM.
    pub identity: Option<(String, String)>,
    /// The versions of TLS that it speaks.
    pub versions: Option<&'a [&'static rustls::SupportedProtocolVersion]>,
    /// The authority that it trusts, in PEM; by default that of the webhook.
    pub authority: Option<String>,
}

impl Connection {
    pub fn open(webhook: &Webhook) -> Self {
        Self::with(webhook, &Caller::default()).unwrap()
    }

    pub fn with(webhook: &Webhook, caller: &Caller<'_>) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        let authority = caller.authority.clone().unwrap_or_else(|| webhook.authority.pem());
        roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let versions = caller.versions.unwrap_or(rustls::ALL_VERSIONS);
        let builder = builder.with_protocol_versions(versions).unwrap().with_root_certificates(roots);
        let mut config = match &caller.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder.with_client_auth_cert(vec![certificate], key).unwrap()
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from(NAME).unwrap();
        let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut tcp = TcpStream::connect(webhook.reviews)?;
        // As the connections of an API server: else the body of a review waits for the answer to its head.
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(Duration::from_secs(900)))?;
        tls.complete_io(&mut tcp)?;
        assert_ne!(tls.alpn_protocol(), Some(b"h2".as_slice()), "this client speaks HTTP/1.1");
        Ok(Self(BufReader::new(StreamOwned::new(tls, tcp))))
    }

    /// Sends bytes, and reads an answer.
    pub fn raw(&mut self, head: &str, body: &[u8]) -> io::Result<Response> {
        let stream = self.0.get_mut();
        stream.write_all(head.as_bytes())?;
        // A server that refuses by the head need not read the body.
        let _ = stream.write_all(body);
        let _ = stream.flush();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.expect("a length")];
        self.0.read_exact(&mut body)?;
        Ok(Response { code, head, body: String::from_utf8(body).unwrap() })
    }

    /// Sends a review as the API server does.
    pub fn post(&mut self, body: &[u8], timeout: &str) -> io::Result<Response> {
        let head = format!(
            "POST /validate?timeout={timeout} HTTP/1.1\r\nHost: {NAME}:443\r\nUser-Agent: kube-apiserver-admission\r\n\
             Content-Length: {}\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\n\
             Accept-Encoding: gzip\r\n\r\n",
            body.len()
        );
        self.raw(&head, body)
    }

    /// Asks, and takes the answer as the API server does.
    pub fn review(&mut self, review: &Json) -> Outcome {
        let body = review.to_string() + "\n";
        let response = self.post(body.as_bytes(), "600s").unwrap();
        verify(review, &response).unwrap_or_else(|error| panic!("{error}: {response:?}"))
    }
}

/// What the client of the API server sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The HTTP status and the message, if the request is denied.
    pub denied: Option<(i64, String)>,
    /// The warnings, as they are passed on.
    pub warnings: Vec<String>,
    /// The warnings, as they were sent.
    pub sent: Vec<String>,
    /// The annotations that the audit log keeps.
    pub annotations: Vec<(String, String)>,
}

/// Takes an answer as the API server does. The error is why the failure policy of the webhook would apply.
pub fn verify(review: &Json, response: &Response) -> Result<Outcome, String> {
    if !matches!(response.code, 200..=299) || response.body.is_empty() {
        return Err(format!("HTTP status {}", response.code));
    }
    let answer: Json = serde_json::from_str(&response.body).map_err(|error| error.to_string())?;
    for field in ["apiVersion", "kind"] {
        if answer[field] != review[field] {
            return Err(format!("expected webhook response of {}, {}", review["apiVersion"], review["kind"]));
        }
    }
    let response = answer["response"].as_object().ok_or("webhook response was absent")?;
    let is_v1 = review["apiVersion"] == "admission.k8s.io/v1";
    if is_v1 && response.get("uid") != review["request"].get("uid") {
        return Err(format!("expected response.uid={}", review["request"]["uid"]));
    }
    if let Some(forbidden) = ["patch", "patchType"].into_iter().find(|field| response.contains_key(*field)) {
        return Err(format!("validating webhook may not return response.{forbidden}"));
    }
    let texts = |name: &str| -> Result<Vec<String>, String> {
        match response.get(name) {
            None | Some(Json::Null) => Ok(Vec::new()),
            Some(value) => serde_json::from_value(value.clone()).map_err(|error| error.to_string()),
        }
    };
    let sent = texts("warnings")?;
    let allowed = response.get("allowed").and_then(Json::as_bool).unwrap_or_default();
    let denied = (!allowed).then(|| {
        let status = &answer["response"]["status"];
        // A code that is no error becomes 400.
        let code = status["code"].as_i64().filter(|code| (400..=600).contains(code)).unwrap_or(400);
        let reason = status["reason"].as_str().unwrap_or("denied the request without explanation");
        (code, status["message"].as_str().filter(|message| !message.is_empty()).unwrap_or(reason).to_owned())
    });
    let annotations = response.get("auditAnnotations").and_then(Json::as_object).cloned().unwrap_or_default();
    let annotations = annotations.into_iter().map(|(key, value)| {
        let value = value.as_str().ok_or("cannot unmarshal the value of an annotation")?.to_owned();
        Ok((key, value))
    });
    let annotations: Result<Vec<_>, String> = annotations.collect();
    // A key that is no qualified name is dropped.
    let is_kept = |key: &str| key.len() <= 63 && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let annotations = annotations?.into_iter().filter(|(key, _)| is_kept(key)).collect();
    Ok(Outcome { denied, warnings: passed_on(&sent), sent, annotations })
}

/// The warnings that the API server passes on.
fn passed_on(sent: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let whole: Vec<&String> = sent
        .iter()
        .filter(|text| !text.is_empty() && !text.chars().any(char::is_control))
        .filter(|text| seen.insert((*text).clone()))
        .collect();
    let bytes: usize = whole.iter().map(|text| text.len()).sum();
    if bytes <= 4096 {
        return whole.into_iter().cloned().collect();
    }
    let mut left: usize = 4096;
    let cut = whole.into_iter().map_while(|text| {
        let text: String = text.chars().take(256).collect();
        left = left.checked_sub(text.len())?;
        Some(text)
    });
    cut.collect()
}
