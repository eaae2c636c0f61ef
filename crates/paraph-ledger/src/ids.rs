//! Ids derived from content, and prefixes of them.

use crate::error::{Error, Kind, Result};

/// Lower-case base32 without the letters that look like digits.
pub(crate) fn base32(bytes: &[u8], characters: usize) -> String {
    let mut text = data_encoding::BASE32_NOPAD.encode(bytes);
    text.make_ascii_lowercase();
    text.truncate(characters);
    text
}

/// How many characters an id has: fifty bits.
pub(crate) const ID_LENGTH: usize = 10;

/// Chooses the one id that starts with `prefix` among `found` (sorted, at most a handful more than one).
pub(crate) fn choose(what: &str, prefix: &str, found: Vec<String>) -> Result<String> {
    if let Some(exact) = found.iter().find(|id| *id == prefix) {
        return Ok(exact.clone());
    }
    match found.len() {
        0 => Err(Error::not_found(format!("no {what} has an id that starts with `{prefix}`"))),
        1 => Ok(found.into_iter().next().unwrap_or_default()),
        _ => {
            let listed = found.iter().take(8).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            let more = if found.len() > 8 { ", …" } else { "" };
            Err(Error::new(
                Kind::Ambiguous,
                format!("`{prefix}` could be more than one {what}: {listed}{more}; give more characters"),
            )
            .with_candidates(found))
        }
    }
}
