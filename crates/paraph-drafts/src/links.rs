//! Links between points that a person made: `drafts/links.toml`.
//!
//! ```toml
//! [[link]]
//! from = "us-28"          # draft
//! points = ["7"]          # its points; empty: what follows is new
//! to = "e3-27"
//! becomes = ["7"]         # points of the other draft; empty: deleted
//! replaced = true         # something else in the same place; only for one and one
//! because = "…"
//! ```

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind};

/// What a person says became of points; it goes before everything found by words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Name of a draft.
    pub from: String,
    /// Addresses of its points; empty: what the points became is new.
    #[serde(default)]
    pub points: Vec<String>,
    /// Name of the other draft.
    pub to: String,
    /// Addresses of the other draft's points; empty: deleted.
    #[serde(default)]
    pub becomes: Vec<String>,
    /// Whether something else stands in the place; only for one point on each side.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaced: bool,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
}

impl Link {
    /// Whether it joins these two drafts, in either direction.
    #[must_use]
    pub fn joins(&self, one: &str, other: &str) -> bool {
        (self.from == one && self.to == other) || (self.from == other && self.to == one)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    link: Vec<Link>,
}

/// Reads `links.toml`.
///
/// # Errors
/// Text that is no TOML, unknown keys, missing drafts, or a link without any point;
/// the message has the line.
pub fn read_links(text: &str) -> Result<Vec<Link>, Error> {
    let file: File = toml::from_str(text).map_err(|error| Error::new(Kind::Links, error.to_string()))?;
    for (index, link) in file.link.iter().enumerate() {
        let fault = if link.points.is_empty() && link.becomes.is_empty() {
            "names no point; give `points`, `becomes`, or both"
        } else if link.replaced && (link.points.len() != 1 || link.becomes.len() != 1) {
            "says `replaced`, which holds for one point on each side only"
        } else if link.from == link.to {
            "joins a draft with itself"
        } else {
            continue;
        };
        return Err(Error::new(Kind::Links, format!("link {} {fault}", index + 1)));
    }
    Ok(file.link)
}

/// Writes `links.toml`; `read_links(write_links(links)) == links` for links that
/// [`read_links`] accepts.
///
/// # Errors
/// None for links made of text; TOML can write them all.
pub fn write_links(links: &[Link]) -> Result<String, Error> {
    toml::to_string(&File { link: links.to_vec() })
        .map_err(|error| Error::new(Kind::Links, error.to_string()))
}
