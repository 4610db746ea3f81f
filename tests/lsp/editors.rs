//! Editors with their own clients, where they are installed.

use crate::client::Folder;
use crate::robustness::files;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What Neovim says in a session, as `docs/neovim-session.md` has it; `UPDATE=1` writes it there.
///
/// R-LSP-4: this client does not pull diagnostics, so it is pushed them, by version.
#[test]
fn neovim_says_what_the_documentation_says() {
    let folder = project("neovim/gated");
    let recording = folder.path().join("../recording.txt");
    let mut command = Command::new("nvim");
    command.args(["--headless", "-u", "NONE", "-i", "NONE", "-c", "luafile tests/lsp/neovim.lua"]);
    let Some(said) = recorded(command, &folder, &recording) else { return };
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/neovim-session.md");
    let text = fs::read_to_string(&page).unwrap();
    let (head, _) = text.split_once("~~~text\n").expect("the recording is a block of the page");
    let new = format!("{head}~~~text\n{}\n~~~\n", said.trim());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&page, new).unwrap();
    } else {
        assert_eq!(text, new, "`UPDATE=1 cargo test --test lsp neovim` writes the page");
    }
}

/// Emacs, by eglot: what Flymake has of a buffer, with a change that is not saved, and what `C-h .` shows.
#[test]
fn emacs_shows_diagnostics_and_values() {
    let folder = project("emacs/gated");
    let recording = folder.path().join("../recording.txt");
    let mut command = Command::new("emacs");
    command.args(["--batch", "-Q", "--load", "tests/lsp/eglot.el"]);
    let Some(said) = recorded(command, &folder, &recording) else { return };
    let expected = [
        "14: gatelint [aws/s3/public-acl]: Bucket ACL 'public-read' grants access to everyone. In staging.",
        "hover: var.downloads_acl = \"public-read\"",
        "changed: no finding on line 18",
    ];
    for line in expected {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
}

/// The fixture `gated` in a folder of its own.
fn project(name: &str) -> Folder {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/gated");
    let folder = Folder::new(name, &[]);
    for file in files(&fixture) {
        let path = file.strip_prefix(&fixture).unwrap().to_str().unwrap();
        folder.write(path, &fs::read_to_string(&file).unwrap());
    }
    folder
}

/// What an editor writes of its session; none where it is not installed, or lacks what it needs.
fn recorded(mut command: Command, folder: &Folder, recording: &Path) -> Option<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let _ = fs::remove_file(recording);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("GATELINT", env!("CARGO_BIN_EXE_gatelint"));
    command.env("PROJECT", folder.path()).env("RECORDING", recording);
    let Ok(output) = command.output() else {
        println!("skipped: there is no {program}");
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if errors.contains("SKIP") {
        println!("skipped: {program}: {errors}");
        return None;
    }
    let said = fs::read_to_string(recording).unwrap_or_else(|_| panic!("{program} wrote nothing: {errors}"));
    assert!(!said.contains("FAILED"), "{said}");
    Some(said)
}
