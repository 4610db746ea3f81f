//! What brings a value: notes are indexes into this list.

use crate::source::{Note, Span};
use ecow::EcoString;

/// What brought a value or a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// A key of a values file, or of `--set`.
    Key {
        /// The value there.
        span: Span,
        /// The key above it.
        parent: Option<Note>,
        /// The key itself, or the number of an element.
        name: EcoString,
    },
    /// The reason why something is not known. A phrase for the end of "… is unknown: ".
    Unknown {
        /// What is missing.
        why: EcoString,
        /// The expression that asks for it.
        span: Span,
    },
}

impl Provenance {
    /// The place of a key's value, or of the expression that is not known.
    pub fn span(&self) -> Span {
        match self {
            Self::Key { span, .. } | Self::Unknown { span, .. } => *span,
        }
    }
}

/// All notes of one rendering.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    list: Vec<Provenance>,
}

impl Notes {
    /// Adds an entry.
    pub fn add(&mut self, provenance: Provenance) -> Note {
        self.list.push(provenance);
        Note((self.list.len() - 1) as u32)
    }

    /// Adds a reason why something is not known.
    pub fn unknown(&mut self, span: Span, why: impl Into<EcoString>) -> Note {
        self.add(Provenance::Unknown { why: why.into(), span })
    }

    /// What a note stands for.
    pub fn get(&self, note: Note) -> Option<&Provenance> {
        self.list.get(note.0 as usize)
    }

    /// The path of a key, as in `image.tag` and `hosts[0].name`.
    pub fn path(&self, note: Note) -> String {
        let mut names = Vec::new();
        let mut next = Some(note);
        while let Some(Provenance::Key { parent, name, .. }) = next.and_then(|note| self.get(note)) {
            names.push(name.as_str());
            next = *parent;
        }
        names.reverse();
        let mut path = String::new();
        for name in names {
            let is_index = name.starts_with('[');
            if !path.is_empty() && !is_index {
                path.push('.');
            }
            path.push_str(name);
        }
        path
    }
}
