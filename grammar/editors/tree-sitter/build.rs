//! From `src/grammar.json`, which the grammar's own tests write, to the parser.

use std::error::Error;
use std::path::PathBuf;
use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=src/grammar.json");
    println!("cargo:rerun-if-changed=src/scanner.c");
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let grammar = here.join("src/grammar.json");
    let mut found = Vec::new();
    generate_parser_in_directory(
        &here,
        Some(&out),
        Some(&grammar),
        15,
        None,
        None,
        true,
        OptLevel::default(),
        &mut found,
    )?;
    cc::Build::new()
        .include(&out)
        .file(out.join("parser.c"))
        .file(here.join("src/scanner.c"))
        // The tables are large and hold no code worth optimising.
        .opt_level(0)
        .warnings(false)
        .compile("rogatio_tree_sitter");
    Ok(())
}
