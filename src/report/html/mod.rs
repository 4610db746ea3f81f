//! Pages for a browser.

pub mod page;
