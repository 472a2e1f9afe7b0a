//! Results to terminal tables, JSON and CSV.
