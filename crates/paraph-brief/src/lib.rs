//! Everything a person looks at.
#![forbid(unsafe_code)]

pub mod ground;
pub mod html;
pub mod sentences;
pub mod svg;
mod text;
pub mod view;
