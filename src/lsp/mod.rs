//! The language server: findings while people write.
//!
//! Owns the protocol: frames, documents, positions, and what each request is answered with. Finds nothing itself: each
//! [`project`] runs the pipeline of [`crate::scan`] on its tree, with the buffers of the editor over the files. After a
//! change only the units that read the file are evaluated again.
//!
//! Three kinds of threads: one reads frames, one ([`server`]) keeps documents and settings and hands out work, and each
//! project has one that evaluates and answers. Only [`outbox`] writes to standard output.

mod actions;
mod answers;
mod buffers;
mod capabilities;
mod client;
mod commands;
mod configure;
mod diagnostics;
mod document;
mod encoding;
mod folders;
mod hover;
mod inputs;
mod isolation;
mod lens;
mod links;
mod outbox;
mod project;
mod published;
mod server;
mod settings;
mod uri;
mod values;
mod wire;

pub use configure::{Configure, Configured};
pub use server::{Ending, run};
pub use settings::Settings;
pub use wire::{Incoming, read as read_frame};
