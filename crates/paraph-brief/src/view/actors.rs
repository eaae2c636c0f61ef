//! Who speaks, as the reports name them.

use serde::{Deserialize, Serialize};

/// A way in which reports name an actor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Spelling {
    /// The words.
    pub words: String,
    /// In how many statements.
    pub statements: u64,
}

/// Somebody who speaks: a person, an institution, a group, or one mention of nobody in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Actor {
    /// The commonest of the longest names.
    pub name: String,
    /// How it is named: named, role, institution, collective or anonymous.
    pub kind: String,
    /// The parties that it speaks for, as the statements have it.
    pub parties: Vec<String>,
    /// Roles and affiliations, in the words of the reports.
    pub roles: Vec<String>,
    /// All spellings, the commonest first.
    pub spellings: Vec<Spelling>,
    /// How many statements it makes; one in several reports counts once.
    pub statements: u64,
    /// In how many reports.
    pub sources: u64,
}

/// Who speaks in a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Actors {
    /// Those with a name, an institution or a role, who speaks most first.
    pub actors: Vec<Actor>,
    /// Speakers without a name, one for each statement: they are never put together.
    pub nameless: Vec<Actor>,
    /// How many statements have a speaker that could not be told from the words, as a pronoun.
    pub unresolved: u64,
    /// Pairs of names that a person put together or kept apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judged: Vec<JudgedNames>,
}

/// Two names that a person judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JudgedNames {
    /// One of them.
    pub one: String,
    /// The other.
    pub other: String,
    /// Whether they are one.
    pub same: bool,
}
