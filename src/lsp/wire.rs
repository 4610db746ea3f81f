//! Frames of the protocol: a header with a length, and JSON.
//!
//! A frame that is wrong is an event like others, and reading goes on behind it. This is why the reader of the crate
//! `lsp-server` is not used: it ends at the first wrong frame.

use crate::limits::language_server::{MOST_BYTES, MOST_HEADER};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read as _, Write};

/// What a client sent.
#[derive(Debug, PartialEq)]
pub enum Incoming {
    /// It asks for an answer.
    Request {
        /// An integer or a string.
        id: Value,
        /// What is asked.
        method: String,
        /// With what.
        params: Value,
    },
    /// It tells something.
    Notification {
        /// What is told.
        method: String,
        /// With what.
        params: Value,
    },
    /// It answers a request of ours.
    Response {
        /// The request.
        id: Value,
        /// What it answers, if that is no error.
        result: Option<Value>,
    },
    /// It cannot be understood: the error code of the protocol, and why.
    Malformed(i64, String),
}

/// Reads a frame; none at the end of the input.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut length: Option<Result<u64, String>> = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MOST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match length.take() {
                Some(Ok(length)) if length <= MOST_BYTES => return body(input, length),
                Some(Ok(length)) => {
                    io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
                    return Ok(Some(Incoming::Malformed(-32700, format!("A message of {length} bytes is too long."))));
                }
                Some(Err(written)) => {
                    let message = format!("`{written}` is no length of a message.");
                    return Ok(Some(Incoming::Malformed(-32700, message)));
                }
                None => continue,
            }
        }
        if let Some((name, written)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = Some(written.trim().parse().map_err(|_| written.trim().to_owned()));
        }
    }
}

fn body(input: &mut impl BufRead, length: u64) -> io::Result<Option<Incoming>> {
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&bytes) {
        Ok(value) => understood(value),
        Err(error) => Incoming::Malformed(-32700, format!("The message is no JSON: {error}.")),
    }))
}

fn understood(value: Value) -> Incoming {
    let Value::Object(mut object) = value else {
        return Incoming::Malformed(-32600, "A message is an object.".to_owned());
    };
    let params = object.remove("params").unwrap_or_default();
    let method = match object.remove("method") {
        Some(Value::String(method)) => Some(method),
        None => None,
        Some(_) => return Incoming::Malformed(-32600, "The method of a message is a text.".to_owned()),
    };
    match (object.remove("id"), method) {
        (Some(id @ (Value::Number(_) | Value::String(_))), Some(method)) => Incoming::Request { id, method, params },
        (None, Some(method)) => Incoming::Notification { method, params },
        (Some(id), None) => Incoming::Response { id, result: object.remove("result") },
        _ => Incoming::Malformed(-32600, "A message has a method, or the id of an answer.".to_owned()),
    }
}

/// Writes a message as a frame.
pub fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// A message that answers no request which could be read.
pub fn malformed(code: i64, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": message}})
}

#[cfg(test)]
mod tests {
    use super::{Incoming, read};

    fn all(mut input: &[u8]) -> Vec<Incoming> {
        std::iter::from_fn(|| read(&mut input).unwrap()).collect()
    }

    #[test]
    fn reading_goes_on_behind_a_frame_that_is_wrong() {
        let exit = "Content-Length: 17\r\n\r\n{\"method\":\"exit\"}";
        let frames = [
            "Content-Length: 1\r\n\r\n{",
            "Content-Length: x\r\n\r\n",
            "noise\r\n\r\n",
            "content-length: 2\r\nContent-Type: y\r\n\r\n[]",
            "Content-Length: 11\r\n\r\n{\"id\":null}",
            exit,
        ];
        let read = all(frames.concat().as_bytes());
        let codes: Vec<Option<i64>> = read
            .iter()
            .map(|incoming| if let Incoming::Malformed(code, _) = incoming { Some(*code) } else { None })
            .collect();
        assert_eq!(codes, [Some(-32700), Some(-32700), Some(-32600), None, None], "{read:?}");
        assert!(all(&exit.as_bytes()[..30]).is_empty());
    }
}
