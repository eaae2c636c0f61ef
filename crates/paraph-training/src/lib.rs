//! ```
//! use paraph_training::{Options, corpus, score, train};
//! use paraph_reading::{Names, Reader, Source};
//!
//! let (marked, problems) = corpus::parse(
//!     "---\nid: a\ntitle: Ferries\ngenre: dispatch\nregion: none\ntopic: labour\ndate: 2031-03-14\n---\n\
//!      <s1 crews>The crews</s1> <c1 reject>turned down</c1> <t1>the offer</t1>.",
//! );
//! assert!(problems.is_empty());
//! let documents = vec![marked.document; 4];
//! let model = train(&documents, &Options::default())?;
//! let reader = Reader::new(&Names::default()).with_model(std::sync::Arc::new(model));
//! let statements = reader.read(&Source::new(&documents[0].text)).statements;
//! let proposed: Vec<_> = statements.iter().map(Into::into).collect();
//! assert_eq!(score(&documents[0], &proposed).attribution, 1);
//! # Ok::<(), paraph_training::Error>(())
//! ```
//!
//! Marked texts in, weights out. [`corpus::parse`] reads the corpus's markup and names what is wrong
//! with it, [`read_all`] reads corpora in any of three formats into [`Document`]s, [`train`] makes a
//! [`Model`](paraph_reading::tagger::Model) of them, and [`score()`] counts what a reader found.
//!
//! The decoder is not here: it belongs to `paraph-reading`, which the program ships. No clock, no
//! randomness but a fixed seed, no parallel sums: the same corpus gives the same bytes.
#![forbid(unsafe_code)]

pub mod corpus;
mod document;
mod error;
mod formats;
mod score;
mod train;

pub use document::{Attribution, Document};
pub use error::Error;
pub use formats::{brat, json_lines, read_all};
pub use score::{Label, Score, score};
pub use train::{Options, train};
