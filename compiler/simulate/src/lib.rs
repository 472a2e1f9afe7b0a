//! Experiments: draws, threads and exactly mergeable statistics.
