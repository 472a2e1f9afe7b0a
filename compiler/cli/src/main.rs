//! The `rogatio` binary.
fn main() {}
