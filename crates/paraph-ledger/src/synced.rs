//! Folders that a program copies elsewhere while they are used.

use std::path::Path;

/// Which program seems to copy a folder to other machines while it is used, if any.
///
/// SQLite keeps a ledger whole on a local disk; a program that copies its
/// files one by one, at moments of its own choosing, can put an old log beside
/// a new file on the other machine. Known by the names that such programs give
/// their folders and by the marks they leave in them; the answer is a hint, not
/// a proof, and nothing is looked at but names.
pub fn synced_by(folder: &Path) -> Option<&'static str> {
    /// What a folder on the way is called, or begins with.
    const NAMES: [(&str, &str); 10] = [
        ("dropbox", "Dropbox"),
        ("onedrive", "OneDrive"),
        ("google drive", "Google Drive"),
        ("googledrive", "Google Drive"),
        ("my drive", "Google Drive"),
        ("icloud", "iCloud Drive"),
        ("com~apple~clouddocs", "iCloud Drive"),
        ("nextcloud", "Nextcloud"),
        ("owncloud", "ownCloud"),
        ("pcloud", "pCloud"),
    ];
    /// What such a program leaves in the folder that it copies.
    const MARKS: [(&str, &str); 6] = [
        (".dropbox", "Dropbox"),
        (".dropbox.cache", "Dropbox"),
        (".stfolder", "Syncthing"),
        (".sync", "Resilio Sync"),
        (".owncloudsync.log", "ownCloud"),
        (".nextcloudsync.log", "Nextcloud"),
    ];
    let place = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for above in place.ancestors() {
        let name = above.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let begins = |known: &str| {
            name.strip_prefix(known)
                .is_some_and(|rest| !rest.chars().next().is_some_and(char::is_alphanumeric))
        };
        if let Some((_, program)) = NAMES.iter().find(|(known, _)| begins(known)) {
            return Some(program);
        }
        if let Some((_, program)) = MARKS.iter().find(|(mark, _)| above.join(mark).exists()) {
            return Some(program);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synced_folders_are_known_by_name_and_by_mark() {
        let root = tempfile::tempdir().unwrap();
        for (name, program) in [
            ("Dropbox", Some("Dropbox")),
            ("Dropbox (Team)", Some("Dropbox")),
            ("OneDrive - Ministry", Some("OneDrive")),
            ("dropboxes", None),
            ("talks", None),
        ] {
            let folder = root.path().join(name).join("case");
            std::fs::create_dir_all(&folder).unwrap();
            assert_eq!(synced_by(&folder), program, "{name}");
        }
        std::fs::create_dir(root.path().join("talks/.stfolder")).unwrap();
        assert_eq!(synced_by(&root.path().join("talks/case")), Some("Syncthing"));
    }
}
