//! `rogatio schema`: the shape of machine output.

use crate::args::Schema;
use crate::console::Console;
use crate::exit::{Done, Exit};
use crate::front::among;
use rogatio_report::{Output, schema};

/// Prints the schema of a command's output, or lists those that there are.
pub(crate) fn run(console: &Console, args: &Schema) -> Done {
    let Some(command) = &args.command else {
        for output in Output::ALL {
            console.print(&format!("{:<17} {}\n", output.command, output.form()))?;
        }
        return Ok(Exit::Fine);
    };
    let Some(schema) = schema(command) else {
        let names: Vec<&str> = Output::ALL.iter().map(|o| o.command).collect();
        let among = among(command, &names);
        return Err(console.usage(&format!("`{command}` has no output with a schema{among}")));
    };
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    console.print(&(text + "\n"))?;
    Ok(Exit::Fine)
}
