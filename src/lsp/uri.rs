//! URIs of files: from a path and back.

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

/// What is written as `%XX` in a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The path that a `file:` URI names; none for other URIs.
pub fn path(uri: &str) -> Option<PathBuf> {
    text(uri, cfg!(windows)).map(PathBuf::from)
}

fn text(uri: &str, windows: bool) -> Option<String> {
    let rest = uri.strip_prefix("file://")?;
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let path = percent_decode_str(path).decode_utf8().ok()?;
    if !windows {
        return Some(path.into_owned());
    }
    let is_drive = path.as_bytes().get(2) == Some(&b':');
    let path = if is_drive { path.get(1..).unwrap_or_default() } else { path.as_ref() };
    let path = path.replace('/', "\\");
    Some(if host.is_empty() || host == "localhost" { path } else { format!("\\\\{host}{path}") })
}

/// The URI of an absolute path.
pub fn of(path: &Path) -> Option<Uri> {
    Uri::from_str(&written(&path.to_string_lossy(), cfg!(windows))).ok()
}

fn written(path: &str, windows: bool) -> String {
    if !windows {
        return format!("file://{}", utf8_percent_encode(path, ENCODED));
    }
    // What the system puts before the path that it made canonical.
    let path = path.strip_prefix("\\\\?\\").unwrap_or(path).replace('\\', "/");
    match path.strip_prefix("//") {
        Some(share) => format!("file://{}", utf8_percent_encode(share, ENCODED)),
        None => format!("file:///{}", utf8_percent_encode(path.trim_start_matches('/'), ENCODED)),
    }
}

#[cfg(test)]
mod tests {
    use super::{text, written};

    #[test]
    fn paths_are_encoded_and_decoded() {
        for (uri, windows, path) in [
            ("file:///a/b%20c/%C3%A9.tf", false, "/a/b c/é.tf"),
            ("file:///c%3A/repo/main.tf", true, "c:\\repo\\main.tf"),
            ("file:///a%23b/100%25.tf", false, "/a#b/100%.tf"),
            ("file://server/share/x.tf", true, "\\\\server\\share\\x.tf"),
        ] {
            assert_eq!(text(uri, windows).as_deref(), Some(path));
            assert_eq!(written(path, windows), uri);
        }
        assert_eq!(text("file:///C:/x", true).as_deref(), Some("C:\\x"));
        assert_eq!(text("untitled:Untitled-1", false), None);
    }
}
