//! Everything a person looks at: views of the results, and what draws them.
//!
//! ```
//! use paraph_brief::view::{Brief, Cell, CellStatus, Issue, Matrix, Party, Position};
//!
//! let matrix = Matrix {
//!     as_of: Some("2025-11-22".into()),
//!     parties: vec![Party { id: "north".into(), name: "North".into(), consents: true }],
//!     issues: vec![Issue { id: "fees".into(), title: "Harbour fees".into(), ..Issue::default() }],
//!     cells: vec![Cell {
//!         party: "north".into(),
//!         issue: "fees".into(),
//!         position: Position::Rejects,
//!         status: CellStatus::ByHand,
//!         reason: Some("note of the second round".into()),
//!         ..Cell::default()
//!     }],
//!     ..Matrix::default()
//! };
//! let table = paraph_brief::terminal::matrix(&matrix, paraph_brief::terminal::Style::default());
//! assert!(table.contains("✗ rejects"));
//! let brief = Brief { title: "Harbour access talks".into(), matrix, ..Brief::default() };
//! let page = paraph_brief::html::render(&brief)?;
//! assert!(page.contains("Where they stand"));
//! # Ok::<(), paraph_brief::html::RenderError>(())
//! ```
//!
//! The types to know: [`view::Brief`] is all that the brief shows and holds a [`view::Matrix`] and, for
//! every scenario, [`view::Deals`] and [`view::Stability`]; their JSON is the documented machine interface.
//! [`html::render`] writes the page, [`terminal`] and [`csv`] write tables, [`docx`] writes drafts for a
//! word processor, [`svg`] draws, and
//! [`sentences`] says in words what an answer of the analysis means.
//!
//! This crate does not know how anything is computed or stored: it depends on no other crate of the
//! project, reads no file and no clock, and prints nothing. It sorts the cells of the matrix into
//! [`ground`], and that is all it concludes.
#![forbid(unsafe_code)]

pub mod csv;
pub mod docx;
pub mod ground;
pub mod html;
pub mod sentences;
pub mod svg;
pub mod terminal;
mod text;
pub mod view;
mod word_diff;

pub use word_diff::word_diff;
