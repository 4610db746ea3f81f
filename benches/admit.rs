//! The webhook under load: `cargo bench --features admit --bench admit -- [requests a second] [seconds]`.
//!
//! Prints the latencies of a Deployment with 200 containers, asked for one after the other, and those of a steady stream
//! of requests on a few connections, with the memory of the process before and after.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a measurement")]
#![allow(dead_code, reason = "the client of the tests can do more")]

#[path = "../tests/admit/dispatcher.rs"]
mod dispatcher;
#[path = "../tests/admit/objects.rs"]
mod objects;
#[path = "../tests/admit/webhook.rs"]
mod webhook;

use dispatcher::{Connection, verify};
use objects::{created, deployment};
use serde_json::json;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use webhook::Webhook;

/// Connections of the stream: an API server keeps a few.
const CONNECTIONS: u32 = 8;

fn main() {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let (rate, seconds) = (numbers.first().copied().unwrap_or(500), numbers.get(1).copied().unwrap_or(60));
    let webhook = Webhook::start("", &["--ratchet"]);
    let mut large = deployment("large", &json!({}));
    let container = large["spec"]["template"]["spec"]["containers"][0].clone();
    let containers = (0..200).map(|number| {
        let mut container = container.clone();
        container["name"] = format!("app-{number}").into();
        container
    });
    large["spec"]["template"]["spec"]["containers"] = containers.collect();
    let large = created(&large);
    let mut connection = Connection::open(&webhook);
    let times: Vec<Duration> = (0..500).map(|_| timed(&mut connection, &large)).collect();
    tell("a Deployment with 200 containers", times);
    println!("memory: {}", memory(&webhook));

    let small = created(&deployment("web", &json!({})));
    let times = Mutex::new(Vec::new());
    let pause = Duration::from_secs(1) * CONNECTIONS / rate;
    std::thread::scope(|scope| {
        for number in 0..CONNECTIONS {
            let (webhook, small, times) = (&webhook, &small, &times);
            scope.spawn(move || {
                let mut connection = Connection::open(webhook);
                let mut own = Vec::new();
                let began = Instant::now() + pause * number / CONNECTIONS;
                for turn in 0..seconds * rate / CONNECTIONS {
                    let due = began + pause * turn;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let _ = timed(&mut connection, small);
                    // From when it was due: a late start counts.
                    own.push(due.elapsed());
                    if number == 0 && turn % (10 * rate / CONNECTIONS) == 0 {
                        println!("memory after {} s: {}", turn * CONNECTIONS / rate, memory(webhook));
                    }
                }
                times.lock().unwrap().extend(own);
            });
        }
    });
    tell(&format!("{rate} requests a second for {seconds} s"), times.into_inner().unwrap());
    println!("memory: {}", memory(&webhook));
}

fn timed(connection: &mut Connection, review: &serde_json::Value) -> Duration {
    let body = review.to_string();
    let began = Instant::now();
    let response = connection.post(body.as_bytes(), "10s").unwrap();
    let took = began.elapsed();
    verify(review, &response).unwrap();
    took
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what}: {} answers, p50 {:?}, p99 {:?}, longest {:?}", times.len(), at(0.5), at(0.99), at(1.0));
}

/// Resident memory now, and the most there was.
fn memory(webhook: &Webhook) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", webhook.child.id())).unwrap_or_default();
    let of = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map_or("?", str::trim);
    format!("{} now, {} at most", of("VmRSS:"), of("VmHWM:"))
}
