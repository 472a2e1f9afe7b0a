//! The programs that a list of files and folders names.

use crate::watch::note;
use rogatio_diagnostics::{Diagnostic, codes};
use std::fs;
use std::path::{Path, PathBuf};

/// Every file named, and every `.rog` file below every folder named, in order. Hidden
/// folders and `target` are passed over; links to folders are not followed.
pub(crate) fn programs(paths: &[String]) -> Result<Vec<String>, Diagnostic> {
    let mut found = Vec::new();
    for path in paths {
        if !Path::new(path).is_dir() {
            found.push(path.clone());
            continue;
        }
        let before = found.len();
        walk(Path::new(path), &mut found)?;
        if found.len() == before {
            return Err(Diagnostic::error(
                codes::E0001,
                format!("there is no program below `{path}`"),
            )
            .help("programs are files whose names end in `.rog`"));
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|f| seen.insert(f.clone()));
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<String>) -> Result<(), Diagnostic> {
    note(folder);
    let cannot = |e: std::io::Error| {
        Diagnostic::error(
            codes::E0002,
            format!("`{}` cannot be read: {e}", folder.display()),
        )
    };
    let mut entries: Vec<(PathBuf, fs::FileType)> = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        entries.push((entry.path(), entry.file_type().map_err(cannot)?));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in entries {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if kind.is_dir() {
            if !name.starts_with('.') && name != "target" {
                walk(&path, found)?;
            }
        } else if path.extension().is_some_and(|e| e == "rog") && path.is_file() {
            found.push(path.display().to_string());
        }
    }
    Ok(())
}
