//! A webhook that runs for a test: the binary, with certificates of its own authority.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The name of the service, by which the API server calls it.
pub const NAME: &str = "gatelint.gatelint.svc";

/// An authority that signs certificates, with `openssl`.
pub struct Authority(PathBuf);

/// A folder of its own for a part of a test.
fn folder() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("admit/{process}-{number}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Makes a key and a certificate with some extensions, in `name.key` and `name.crt`.
fn certificate(folder: &Path, name: &str, args: &[&str]) {
    fs::write(folder.join("openssl.cnf"), "[req]\ndistinguished_name = dn\n[dn]\n").unwrap();
    let (key, crt) = (format!("{name}.key"), format!("{name}.crt"));
    let output = Command::new("openssl")
        .args(["req", "-x509", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        .args(["-nodes", "-days", "2", "-subj", &format!("/O={name}"), "-keyout", &key, "-out", &crt])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("openssl starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Authority {
    pub fn new() -> Self {
        let folder = folder();
        certificate(&folder, "ca", &["-addext", "basicConstraints=critical,CA:TRUE"]);
        Self(folder)
    }

    /// Its own certificate.
    pub fn pem(&self) -> String {
        fs::read_to_string(self.0.join("ca.crt")).unwrap()
    }

    /// A certificate for `name` and its key.
    pub fn sign(&self, name: &str) -> (String, String) {
        let names = format!("subjectAltName=DNS:{name}");
        let extensions = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", &names];
        certificate(&self.0, "leaf", &[&["-CA", "ca.crt", "-CAkey", "ca.key"][..], &extensions].concat());
        let read = |file: &str| fs::read_to_string(self.0.join(file)).unwrap();
        (read("leaf.crt"), read("leaf.key"))
    }
}

/// A webhook. It ends with the test.
pub struct Webhook {
    pub authority: Authority,
    pub folder: PathBuf,
    pub reviews: SocketAddr,
    pub probes: SocketAddr,
    pub child: Child,
}

impl Drop for Webhook {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Webhook {
    /// Starts one with a configuration and flags.
    pub fn start(configuration: &str, flags: &[&str]) -> Self {
        let folder = folder();
        let authority = Authority::new();
        fs::write(folder.join("ca.crt"), authority.pem()).unwrap();
        write_certificate(&folder, &authority, NAME);
        fs::write(folder.join(".gatelint.yaml"), configuration).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(["admit", "--listen", "127.0.0.1:0", "--probes", "127.0.0.1:0"])
            .args(["--tls-cert", "tls.crt", "--tls-key", "tls.key", "--config", ".gatelint.yaml", "--linger", "1s"])
            // Tests run on machines of any speed; the test of the deadline asks for less.
            .args(["--deadline", "600s"])
            .args(flags)
            .current_dir(&folder)
            .env("SOURCE_DATE_EPOCH", "1767225600")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut address = |what: &str| {
            let line = lines.next().unwrap().unwrap();
            let (said, address) = line.rsplit_once(" on ").unwrap_or_else(|| panic!("{line}"));
            assert!(said.ends_with(what), "{line}");
            address.parse().unwrap()
        };
        let (probes, reviews) = (address("probes and metrics"), address("reviews"));
        std::thread::spawn(move || lines.for_each(|line| _ = line));
        Self { authority, folder, reviews, probes, child }
    }

    /// What a path of the plain port answers: code and body.
    pub fn probe(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.probes).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: probes\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// The value of a line of the metrics.
    pub fn metric(&self, name: &str) -> f64 {
        let (_, text) = self.probe("/metrics");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(str::parse);
        line.and_then(Result::ok).unwrap_or_default()
    }

    /// Sends the signal that a pod gets when it has to end.
    pub fn terminate(&self) {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
    }
}

/// Puts a new certificate of an authority in place of the old one.
pub fn write_certificate(folder: &Path, authority: &Authority, name: &str) {
    let (certificate, key) = authority.sign(name);
    fs::write(folder.join("tls.key"), key).unwrap();
    fs::write(folder.join("tls.crt"), certificate).unwrap();
}
