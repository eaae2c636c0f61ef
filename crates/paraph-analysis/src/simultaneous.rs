//! Simultaneous stability: what the others change at once.
//!
//! An improvement q is sanctioned when some choice of one own improvement from
//! s, or staying, for every opponent, all changes applied to s together with
//! the mover's own, gives a feasible outcome that the mover does not prefer to
//! s. Changes that set a shared issue differently do not combine.

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::model::Model;
use crate::monitor::Monitor;
use crate::stability::SIM_MOST;
use rayon::prelude::*;
use std::collections::HashMap;

/// Outcomes as settings of issues, so that changes can be combined.
pub(crate) struct Settings<'a> {
    model: &'a Model,
    strides: Vec<usize>,
    radices: Vec<usize>,
    /// For the explicit form: each state's setting, and back.
    states: Option<(Vec<usize>, HashMap<usize, usize>)>,
    /// Issues that more than one party's moves can change.
    shared: Vec<bool>,
}

/// Who improves to where, all at once.
type Answer = Vec<(usize, usize)>;

/// What one move changes.
struct Change {
    to: usize,
    /// The change of the setting in issues that nobody else can change.
    private: isize,
    /// New digits of the shared issues that it changes.
    shared: Vec<(usize, usize)>,
}

impl<'a> Settings<'a> {
    /// Or the reason why changes cannot be combined.
    pub(crate) fn new(model: &'a Model) -> Result<Self, String> {
        if model.classes.iter().any(|class| class.members.len() > 1) {
            return Err("merged outcomes have no one setting of the issues to combine changes on".to_owned());
        }
        let case = &model.case;
        let Some(explicit) = &case.explicit else {
            let axes = &model.space.axes;
            return Ok(Settings {
                model,
                strides: model.space.axis_of.iter().map(|&at| axes[at].stride).collect(),
                radices: model.space.axis_of.iter().map(|&at| axes[at].radix).collect(),
                states: None,
                shared: case.issues.iter().map(|issue| issue.moved_by.len() > 1).collect(),
            });
        };
        let Some(codes) = &explicit.codes else {
            return Err(
                "the states have no option codes to combine changes on (`[explicit.codes]`)".to_owned()
            );
        };
        let mut strides = Vec::new();
        let mut size = 1usize;
        for issue in &case.issues {
            strides.push(size);
            size = size.checked_mul(issue.options.len()).ok_or("the option codes span too many outcomes")?;
        }
        let mut settings = Vec::new();
        let mut back = HashMap::new();
        for (state, code) in codes.iter().enumerate() {
            let mut setting = 0;
            for (digit, stride) in code.iter().zip(&strides) {
                setting += digit.ok_or_else(|| {
                    format!(
                        "the code of `{}` leaves an option open, so changes cannot be combined",
                        explicit.states[state]
                    )
                })? * stride;
            }
            if let Some(other) = back.insert(setting, state) {
                return Err(format!(
                    "`{}` and `{}` have the same code",
                    explicit.states[other], explicit.states[state]
                ));
            }
            settings.push(setting);
        }
        Ok(Settings {
            model,
            strides,
            radices: case.issues.iter().map(|issue| issue.options.len()).collect(),
            states: Some((settings, back)),
            // Moves are given one by one: any issue may turn out to be changed by several parties.
            shared: vec![true; case.issues.len()],
        })
    }

    fn setting(&self, cell: usize) -> usize {
        self.states.as_ref().map_or(cell, |(settings, _)| settings[cell])
    }

    fn outcome(&self, setting: usize) -> Option<usize> {
        match &self.states {
            Some((_, back)) => back.get(&setting).copied(),
            None => self.model.is_feasible(setting).then_some(setting),
        }
    }

    fn change(&self, from: usize, to: usize) -> Change {
        let (a, b) = (self.setting(from), self.setting(to));
        let mut change = Change { to, private: 0, shared: Vec::new() };
        for issue in 0..self.strides.len() {
            let digit = |setting: usize| setting / self.strides[issue] % self.radices[issue];
            if digit(a) != digit(b) {
                if self.shared[issue] {
                    change.shared.push((issue, digit(b)));
                } else {
                    change.private += (digit(b) as isize - digit(a) as isize) * self.strides[issue] as isize;
                }
            }
        }
        change
    }

    fn changes(&self, party: usize, from: usize) -> Vec<Change> {
        self.model.improvements(party, from).into_iter().map(|to| self.change(from, to)).collect()
    }

    /// The choice of opponents' improvements that sanctions the first improvement that can be
    /// sanctioned least: for each improvement of the party its sanction, as (mover, to) pairs.
    pub(crate) fn sanctions(&self, party: usize, from: usize) -> Vec<(usize, Option<Answer>)> {
        let own = self.changes(party, from);
        if own.is_empty() {
            return Vec::new();
        }
        let others = self.others(party, from);
        own.into_iter().map(|change| (change.to, self.sanction(party, from, &change, &others))).collect()
    }

    fn others(&self, party: usize, from: usize) -> Vec<(usize, Vec<Change>)> {
        (0..self.model.case.parties.len())
            .filter(|&other| other != party)
            .map(|other| (other, self.changes(other, from)))
            .filter(|(_, changes)| !changes.is_empty())
            .collect()
    }

    /// How many combinations of changes a party's verdict may have to look at.
    fn combinations(&self, party: usize, from: usize) -> u64 {
        let count = |party: usize| self.model.improvements(party, from).len() as u64;
        (0..self.model.case.parties.len())
            .filter(|&other| other != party)
            .fold(count(party), |product, other| product.saturating_mul(count(other) + 1))
    }

    fn is_stable(&self, party: usize, from: usize) -> bool {
        let own = self.changes(party, from);
        if own.is_empty() {
            return true;
        }
        let others = self.others(party, from);
        own.iter().all(|change| self.sanction(party, from, change, &others).is_some())
    }

    fn sanction(
        &self,
        party: usize,
        from: usize,
        own: &Change,
        others: &[(usize, Vec<Change>)],
    ) -> Option<Answer> {
        let mut fixed: Vec<Option<usize>> = vec![None; self.strides.len()];
        for &(issue, digit) in &own.shared {
            fixed[issue] = Some(digit);
        }
        let start = self.setting(from) as isize + own.private;
        let mut chosen = Vec::new();
        self.combine(party, from, start, others, &mut fixed, &mut chosen).then_some(chosen)
    }

    fn combine(
        &self,
        party: usize,
        from: usize,
        setting: isize,
        others: &[(usize, Vec<Change>)],
        fixed: &mut [Option<usize>],
        chosen: &mut Vec<(usize, usize)>,
    ) -> bool {
        let Some(((mover, changes), rest)) = others.split_first() else {
            let mut setting = setting as usize;
            let before = self.setting(from);
            for (issue, digit) in fixed.iter().enumerate() {
                if let Some(digit) = digit {
                    let now = before / self.strides[issue] % self.radices[issue];
                    setting = setting + digit * self.strides[issue] - now * self.strides[issue];
                }
            }
            return self
                .outcome(setting)
                .is_some_and(|outcome| self.model.rank(party, outcome) <= self.model.rank(party, from));
        };
        if self.combine(party, from, setting, rest, fixed, chosen) {
            return true;
        }
        for change in changes {
            if change.shared.iter().any(|&(issue, digit)| fixed[issue].is_some_and(|other| other != digit)) {
                continue;
            }
            let fresh: Vec<usize> = change
                .shared
                .iter()
                .map(|&(issue, _)| issue)
                .filter(|&issue| fixed[issue].is_none())
                .collect();
            change.shared.iter().for_each(|&(issue, digit)| fixed[issue] = Some(digit));
            chosen.push((*mover, change.to));
            if self.combine(party, from, setting + change.private, rest, fixed, chosen) {
                return true;
            }
            chosen.pop();
            fresh.into_iter().for_each(|issue| fixed[issue] = None);
        }
        false
    }
}

/// SIM for every outcome and party, or the reason why not.
pub(crate) fn every_outcome(model: &Model, monitor: &Monitor) -> Result<Result<Vec<Bitmap>, String>, Error> {
    let settings = match Settings::new(model) {
        Ok(settings) => settings,
        Err(why) => return Ok(Err(why)),
    };
    if model.all() > SIM_MOST {
        return Ok(Err(format!(
            "{} outcomes are more than the {SIM_MOST} for which SIM is worked out one and all",
            model.all()
        )));
    }
    let mut stable = Vec::new();
    for party in 0..model.case.parties.len() {
        monitor.begin("simultaneous stability", model.all());
        let length = model.space.size();
        let words = (0..length.div_ceil(64))
            .into_par_iter()
            .map(|word| {
                monitor.check()?;
                let cells = word * 64..(word * 64 + 64).min(length);
                monitor.advance(cells.len() as u64);
                Ok(cells
                    .filter(|&cell| model.is_feasible(cell) && settings.is_stable(party, cell))
                    .fold(0u64, |bits, cell| bits | 1 << (cell % 64)))
            })
            .collect::<Result<Vec<u64>, Error>>()?;
        stable.push(Bitmap::from_words(words, length));
    }
    Ok(Ok(stable))
}

/// Most combinations of changes that are looked at to settle one outcome for one party.
pub const SIM_MOST_COMBINATIONS: u64 = 1 << 28;

/// SIM on chosen outcomes, in tables of any size: for each whether it is stable for every party, or `None` where
/// more than [`SIM_MOST_COMBINATIONS`] combinations of changes would have to be looked at for some party. The outer
/// error says why changes cannot be combined at all.
///
/// O(outcomes asked × parties × combinations).
///
/// # Errors
/// When the work was stopped.
pub fn simultaneous_at(
    model: &Model,
    cells: &[usize],
    monitor: &Monitor,
) -> Result<Result<Vec<Option<bool>>, String>, Error> {
    let settings = match Settings::new(model) {
        Ok(settings) => settings,
        Err(why) => return Ok(Err(why)),
    };
    monitor.begin("simultaneous stability", cells.len() as u64);
    let parties = 0..model.case.parties.len();
    let settled = cells
        .par_iter()
        .map(|&cell| {
            let mut stable = Some(true);
            for party in parties.clone() {
                monitor.check()?;
                stable = match settings.combinations(party, cell) > SIM_MOST_COMBINATIONS {
                    true => None,
                    false => Some(settings.is_stable(party, cell)),
                };
                if stable != Some(true) {
                    break;
                }
            }
            monitor.advance(1);
            Ok(stable)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Ok(settled))
}
