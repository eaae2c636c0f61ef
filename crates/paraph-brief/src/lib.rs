//! Everything a person looks at.
#![forbid(unsafe_code)]

pub mod view;
