//! The library modules, embedded.
