//! Codes of outcomes, and formulas given by hand.

use crate::error::{Error, Kind};
use crate::formula::Formula;
use crate::model::{Case, Issue, Ranked};
use crate::{suggest, syntax};
use std::collections::BTreeMap;

impl Case {
    /// The outcome of a code: an option index for every issue.
    ///
    /// ```
    /// let case = paraph_case::parse("[issue.a]\n[issue.b]", "case.toml").case.unwrap();
    /// assert_eq!(case.parse_code("NY").unwrap(), [0, 1]);
    /// assert!(case.parse_code("N-").unwrap_err().is_unknown_option());
    /// ```
    ///
    /// # Errors
    /// When the code names too few or too many options, or something that is no option. Merged
    /// classes and states of the explicit form are not looked up here: see [`Case::parse_ranked`].
    pub fn parse_code(&self, code: &str) -> Result<Vec<usize>, Error> {
        parse_code(&self.issues, code)
    }

    /// A pattern of outcomes: a code in which `-` stands for any option.
    ///
    /// # Errors
    /// As for [`Case::parse_code`].
    pub fn parse_pattern(&self, pattern: &str) -> Result<Vec<Option<usize>>, Error> {
        parse_pattern(&self.issues, pattern)
    }

    /// What a ranking may name: a state in the explicit form, else a merged class or an outcome's code.
    ///
    /// # Errors
    /// When the text is none of these.
    pub fn parse_ranked(&self, text: &str) -> Result<Ranked, Error> {
        if let Some(explicit) = &self.explicit {
            return match explicit.states.iter().position(|state| state == text) {
                Some(state) => Ok(Ranked::State(state)),
                None => Err(Error::new(
                    Kind::Option,
                    format!("no state `{}`", syntax::shortened(text)),
                    suggest::hint(text, "the states", explicit.states.iter().map(String::as_str)),
                )),
            };
        }
        if let Some(class) = self.same.iter().position(|same| same.name == text) {
            return Ok(Ranked::Class(class));
        }
        self.parse_code(text).map(Ranked::Outcome).map_err(|mut error| {
            if let Some(name) = suggest::closest(text, self.same.iter().map(|same| same.name.as_str())) {
                error.hint = Some(format!("did you mean `{name}`?"));
            }
            error
        })
    }

    /// A formula given by hand, in the language of `case.toml`.
    ///
    /// ```
    /// let case = paraph_case::parse("[issue.a]\n[issue.b]", "case.toml").case.unwrap();
    /// let formula = case.parse_formula("not a or b").unwrap();
    /// assert!(formula.holds(&[0, 0]) && !formula.holds(&[1, 0]));
    /// assert_eq!(case.parse_formula("c").unwrap_err().to_string(), "no issue `c`");
    /// ```
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse_formula(&self, text: &str) -> Result<Formula, Error> {
        let by_id: BTreeMap<String, usize> =
            self.issues.iter().enumerate().map(|(index, issue)| (issue.id.clone(), index)).collect();
        let unclear = vec![false; self.issues.len()];
        let names = syntax::Names { issues: &self.issues, by_id: &by_id, unclear: &unclear };
        let (formula, faults) = syntax::parse(text, &names);
        match (formula, faults.into_iter().next()) {
            (Some(formula), None) => Ok(formula),
            (_, Some(fault)) => {
                let diagnostic = fault.diagnostic;
                Err(Error::new(Kind::Formula, diagnostic.message, diagnostic.hints.into_iter().next()))
            }
            (None, None) => Err(Error::new(Kind::Formula, "the formula cannot be read", None)),
        }
    }
}

pub(crate) fn parse_code(issues: &[Issue], code: &str) -> Result<Vec<usize>, Error> {
    let pattern = parse_pattern(issues, code)?;
    let mut outcome = Vec::with_capacity(pattern.len());
    for (issue, option) in issues.iter().zip(pattern) {
        outcome.push(option.ok_or_else(|| {
            Error::new(
                Kind::Option,
                format!("`-` leaves `{}` open, but one outcome is meant", issue.id),
                Some(format!("name one of {}", suggest::list(&issue.options))),
            )
        })?);
    }
    Ok(outcome)
}

pub(crate) fn parse_pattern(issues: &[Issue], pattern: &str) -> Result<Vec<Option<usize>>, Error> {
    let binary = issues.iter().all(|issue| issue.binary);
    let count = if binary { pattern.chars().count() } else { pattern.split('/').count() };
    if count != issues.len() {
        let hint = if issues.len() > 12 {
            None
        } else {
            let names: Vec<&str> = issues.iter().map(|issue| issue.id.as_str()).collect();
            Some(format!("one for each of {}, in this order", suggest::list(&names)))
        };
        let what = if binary { "letters N and Y" } else { "options joined by `/`" };
        let shown = syntax::shortened(pattern);
        let message = format!("`{shown}` is no outcome: expected {} {what}, found {count}", issues.len());
        return Err(Error::new(Kind::Length, message, hint.filter(|_| !issues.is_empty())));
    }
    if binary {
        let letters = pattern.chars().zip(issues).map(|(letter, issue)| match letter {
            'N' => Ok(Some(0)),
            'Y' => Ok(Some(1)),
            '-' => Ok(None),
            _ => Err(Error::new(
                Kind::Option,
                format!("`{letter}` is neither N nor Y (for `{}`)", issue.id),
                matches!(letter, 'n' | 'y').then(|| "codes are written in capitals".to_owned()),
            )),
        });
        return letters.collect();
    }
    let options = pattern.split('/').zip(issues).map(|(name, issue)| {
        if name == "-" {
            return Ok(None);
        }
        issue.options.iter().position(|option| option == name).map(Some).ok_or_else(|| {
            Error::new(
                Kind::Option,
                format!("`{}` has no option `{}`", issue.id, syntax::shortened(name)),
                suggest::hint(name, "its options", issue.options.iter().map(String::as_str)),
            )
        })
    });
    options.collect()
}
