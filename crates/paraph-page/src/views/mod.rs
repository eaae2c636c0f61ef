//! One module for each view: what it shows, and what can be done there.

pub(crate) mod actors;
pub(crate) mod agree;
pub(crate) mod brief;
pub(crate) mod cell;
pub(crate) mod drafts;
pub(crate) mod forms;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod hold;
pub(crate) mod matrix;
pub(crate) mod model;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod review;
pub(crate) mod search;
pub(crate) mod statement;
pub(crate) mod timeline;
pub(crate) mod upload;
pub(crate) mod what_if;
