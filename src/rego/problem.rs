//! Why the code of a template is not evaluated.

use regorus::unstable::Span;

/// Why code is not evaluated.
#[derive(Debug)]
pub struct RegoProblem {
    /// Part of a sentence, without a full stop.
    pub message: String,
    /// Whether Gatekeeper refuses it too.
    pub is_refused: bool,
    /// The name of the module and the 1-based line.
    pub line: Option<(String, u32)>,
}

impl RegoProblem {
    /// What Gatekeeper does not take.
    pub(super) fn refused(message: impl Into<String>, span: Option<&Span>) -> Self {
        let line = span.map(|span| (span.source.get_path().clone(), span.line));
        Self { message: message.into(), is_refused: true, line }
    }

    /// What Gatekeeper takes, and is not evaluated here.
    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_refused: false, line: None }
    }

    /// An error of regorus, which begins with the place and the line: `--> template:3:1`.
    pub(super) fn of_error(error: &anyhow::Error) -> Self {
        let text = error.to_string();
        let place = text.split_once("--> ").and_then(|(_, rest)| {
            let mut parts = rest.lines().next()?.split(':');
            Some((parts.next()?.to_owned(), parts.next()?.parse().ok()?))
        });
        let message = text.rsplit_once("error: ").map_or(text.as_str(), |(_, message)| message);
        let message = message.lines().next().unwrap_or_default().trim();
        Self { message: message.to_owned(), is_refused: true, line: place }
    }
}
