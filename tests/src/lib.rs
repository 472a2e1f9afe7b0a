//! The suite: programs with their expected output, under one runner.
