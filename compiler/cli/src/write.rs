//! Files written whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// A new file takes the place of the old one, with its permissions. After a failure the old
/// one is as it was.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: what it points to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let before = fs::metadata(&target);
    if let Ok(before) = &before {
        if !before.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a regular file",
            ));
        }
        if before.permissions().readonly() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the file is read-only",
            ));
        }
    }
    let folder = target
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rogatio-").suffix(".tmp");
    #[cfg(unix)]
    if before.is_err() {
        use std::os::unix::fs::PermissionsExt;
        // A new file gets what the system gives new files, not the privacy of temporary
        // ones; the process's own mask still holds.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut new = builder
        .tempfile_in(folder)
        .map_err(|e| no_room(&e, folder))?;
    new.write_all(bytes)?;
    if let Ok(before) = before {
        new.as_file().set_permissions(before.permissions())?;
    }
    new.as_file().sync_all()?;
    new.persist(&target)?;
    Ok(())
}

/// Why a folder takes no file: the temporary one has a name that nobody chose, so it is not told.
fn no_room(e: &io::Error, folder: &Path) -> io::Error {
    let folder = folder.display();
    let why = match e.kind() {
        io::ErrorKind::NotFound => format!("there is no folder `{folder}`"),
        io::ErrorKind::NotADirectory => format!("`{folder}` is not a folder"),
        io::ErrorKind::PermissionDenied => format!("the folder `{folder}` takes no new file"),
        kind => kind.to_string(),
    };
    io::Error::new(e.kind(), why)
}
