//! Statements that several reports have are linked when they come in.

use crate::failure::Outcome;
use jiff::civil::Date;
use paraph_ledger::{Audience, Ledger, Link, Relation, Stamp, StatementFilter, Status};
use paraph_reading::same::{Saying, leaders};
use paraph_reading::{READER, SpanIndex, Statement};
use std::collections::BTreeSet;

/// What was read in just now, as far as it is needed to find statements that are the same.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    sayings: Vec<(Option<Date>, String, Saying)>,
    sources: BTreeSet<String>,
}

impl Fresh {
    /// Notes the statements of a report that came in.
    pub(super) fn note(
        &mut self,
        source: &str,
        text: &str,
        day: Option<Date>,
        statements: &[Statement],
        new: &[String],
    ) {
        self.sources.insert(source.to_owned());
        let report = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let words = SpanIndex::new(text);
        let new: BTreeSet<&String> = new.iter().collect();
        for statement in statements.iter().filter(|statement| new.contains(&statement.id)) {
            let content = words.join(&statement.content).unwrap_or_default();
            let saying = Saying::new(statement, &content, report, day);
            self.sayings.push((day, statement.id.clone(), saying));
        }
    }

    /// Links every new statement to the first one that it repeats, in one action; how many were linked.
    ///
    /// What lies in the ledger goes first, then what is new, by the days of the reports.
    pub(super) fn link(mut self, ledger: &mut Ledger, stamp: &Stamp) -> Outcome<usize> {
        if self.sayings.is_empty() {
            return Ok(0);
        }
        let (mut ids, mut sayings) = (Vec::new(), Vec::new());
        let first_report = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        for (number, source) in ledger.sources(Audience::Restricted)?.into_iter().enumerate() {
            if source.withdrawn || self.sources.contains(&source.id) {
                continue;
            }
            let report = first_report.saturating_add(1 + u32::try_from(number).unwrap_or(u32::MAX));
            let filter = StatementFilter {
                source: Some(source.id),
                status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
                audience: Audience::Restricted,
                ..StatementFilter::default()
            };
            for statement in ledger.statements(&filter)? {
                let content = statement.words.content.join(" … ");
                sayings.push(Saying::new(&statement.record, &content, report, source.meta.published));
                ids.push(statement.record.id);
            }
        }
        let known = ids.len();
        // Undated reports come last; the order they were read in settles the rest.
        self.sayings.sort_by_key(|(day, _, _)| (day.is_none(), *day));
        for (_, id, saying) in self.sayings {
            ids.push(id);
            sayings.push(saying);
        }
        let links: Vec<Link> = leaders(&sayings)
            .into_iter()
            .enumerate()
            .skip(known)
            .filter_map(|(at, leader)| {
                let mut link = Link::new(ids[at].clone(), Relation::Same, ids[leader?].clone());
                link.reader = Some(READER.to_owned());
                Some(link)
            })
            .collect();
        if !links.is_empty() {
            ledger.link_all(stamp, &links)?;
        }
        Ok(links.len())
    }
}
