//! `.Files`: the files of a chart that are neither templates nor metadata.

use super::glob::Glob;
use super::{Data, Map, Value, lossy};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ecow::EcoString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files by their paths in the chart.
#[derive(Clone, Debug, Default)]
pub struct ChartFiles {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl FromIterator<(String, Arc<[u8]>)> for ChartFiles {
    fn from_iter<T: IntoIterator<Item = (String, Arc<[u8]>)>>(files: T) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

/// The bytes of a file as text; what is no UTF-8 is replaced.
fn text(bytes: &[u8]) -> EcoString {
    lossy(bytes).into()
}

impl ChartFiles {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Paths with contents, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Arc<[u8]>)> {
        self.files.iter()
    }

    /// A file as text; empty where there is none. `None` where it is no text.
    pub fn get(&self, path: &str) -> Option<EcoString> {
        let bytes = self.files.get(path).map(|bytes| &**bytes).unwrap_or_default();
        std::str::from_utf8(bytes).ok().map(EcoString::from)
    }

    /// A file as a `[]uint8`.
    pub fn bytes(&self, path: &str) -> Value {
        Data::Bytes(self.files.get(path).cloned().unwrap_or_default()).into()
    }

    /// The lines of a file.
    pub fn lines(&self, path: &str) -> Vec<EcoString> {
        let text = self.files.get(path).map(|bytes| text(bytes)).unwrap_or_default();
        if text.is_empty() {
            return Vec::new();
        }
        text.strip_suffix('\n').unwrap_or(&text).split('\n').map(EcoString::from).collect()
    }

    /// The files whose paths match a pattern; all of them where it is broken.
    #[must_use]
    pub fn matching(&self, pattern: &str) -> Self {
        let glob = Glob::parse(pattern);
        let matches = |path: &str| glob.as_ref().is_none_or(|glob| glob.matches(path));
        self.files.iter().filter(|(path, _)| matches(path)).map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    }

    /// A map from the names of the files, without their directories, to their contents.
    pub fn by_base_name(&self, encoded: bool) -> Map {
        let content = |bytes: &[u8]| if encoded { BASE64_STANDARD.encode(bytes).into() } else { text(bytes) };
        let named = self
            .files
            .iter()
            .map(|(path, bytes)| (path.rsplit('/').next().unwrap_or(path).into(), Value::from(content(bytes))));
        named.collect()
    }

    /// Paths and contents, as `range` gives them.
    pub fn elements(&self) -> Vec<(Value, Value)> {
        self.files
            .iter()
            .map(|(path, content)| (Value::from(path.as_str()), Data::Bytes(content.clone()).into()))
            .collect()
    }
}
