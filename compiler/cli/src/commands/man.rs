//! `rogatio man`: a manual page for the program and for each command.

use crate::args::{Cli, Man};
use crate::console::Console;
use crate::exit::{Done, Exit};
use crate::write::replace;
use clap::CommandFactory;
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use std::path::Path;
use std::{fs, io};

/// Writes the pages into a folder.
pub(crate) fn run(console: &Console, args: &Man) -> Done {
    match pages(&args.output) {
        Ok(names) => {
            for name in names {
                console.print(&format!("{name}\n"))?;
            }
            Ok(Exit::Fine)
        }
        Err((name, e)) => {
            let d = Diagnostic::error(codes::E0007, format!("`{name}` cannot be written: {e}"));
            console.report(&[d], &SourceMap::new());
            Err(Exit::BadInput.into())
        }
    }
}

fn pages(folder: &Path) -> Result<Vec<String>, (String, io::Error)> {
    fs::create_dir_all(folder).map_err(|e| (folder.display().to_string(), e))?;
    let mut root = Cli::command();
    root.build();
    let commands = root.get_subcommands().filter(|c| !c.is_hide_set());
    let mut names = Vec::new();
    for command in std::iter::once(&root).chain(commands.filter(|c| c.get_name() != "help")) {
        let name = if command.get_name() == root.get_name() {
            root.get_name().to_owned()
        } else {
            format!("{}-{}", root.get_name(), command.get_name())
        };
        let page = command.clone().version(env!("CARGO_PKG_VERSION"));
        let mut text = Vec::new();
        let path = folder.join(format!("{name}.1"));
        let shown = path.display().to_string();
        clap_mangen::Man::new(page)
            .render(&mut text)
            .and_then(|()| replace(&path, &text))
            .map_err(|e| (shown.clone(), e))?;
        names.push(shown);
    }
    Ok(names)
}
