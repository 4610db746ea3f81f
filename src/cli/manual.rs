//! `gatelint man` and `gatelint completions`: what shells and `man` know of the flags, made from their one
//! definition.

use super::args::{Args, Completions, Man};
use crate::gate::Exit;
use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use std::io::{self, Write as _};

const NAME: &str = env!("CARGO_PKG_NAME");

/// Prints the script that completes commands and flags in a shell.
pub fn completions(args: &Completions) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), NAME, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Open)
}

/// Prints the manual page of gatelint, or of one of its commands.
pub fn man(args: &Man) -> anyhow::Result<Exit> {
    let mut program = Args::command();
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => command(&program, name)?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    io::stdout().lock().write_all(&page)?;
    Ok(Exit::Open)
}

fn command(program: &Command, name: &str) -> anyhow::Result<Command> {
    let found = program.find_subcommand(name).filter(|command| command.get_name() != "help");
    let found = found.with_context(|| format!("there is no command `{name}`; `gatelint help` lists them"))?;
    Ok(found.clone().name(format!("{NAME}-{name}")))
}
