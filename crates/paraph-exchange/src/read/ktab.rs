//! KTAB CSV: a line with title, description, number of actors and of dimensions, which may be missing; a
//! line of headings; then each actor's name, description, influence, and position and salience per
//! dimension, in the order of the headings.
//!
//! Read as a scale case: each dimension is an issue whose options are points of its scale. What a
//! point is worth to an actor is not in the file: it is taken as the share of the dimension in the
//! actor's salience, times one less the distance from its position as a share of the scale.

use super::{name, real_range};
use crate::additive::{self, Additive};
use crate::draft::{Draft, Issue};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened, Options};
use crate::number;
use paraph_case::Rational;

/// Whether one of the first two lines holds the headings.
pub(crate) fn is_table(text: &str) -> bool {
    text.lines().take(2).any(is_headings)
}

/// Whether a line begins with a heading for actors and has headings for more than a name.
fn is_headings(line: &str) -> bool {
    let first = line.split(',').next().unwrap_or_default().trim().trim_matches('"').to_ascii_lowercase();
    matches!(first.as_str(), "actor" | "actors" | "name" | "party")
        && line.split(',').filter(|heading| !heading.trim().is_empty()).count() >= 4
}

/// Which field holds what.
struct Columns {
    description: Option<usize>,
    influence: usize,
    /// Position and salience per dimension.
    places: Vec<(usize, usize)>,
    /// One past the last heading.
    used: usize,
}

impl Columns {
    /// From the headings: a name, a description or none, influence, then a position and a salience per
    /// dimension, next to each other or all positions first, as the headings say.
    fn of(headings: &csv::StringRecord) -> Option<Columns> {
        let lower: Vec<String> = headings.iter().map(str::to_ascii_lowercase).collect();
        let starts = |words: &[&str]| {
            (1..lower.len()).find(|&at| words.iter().any(|word| lower[at].starts_with(word)))
        };
        let named = starts(&["influence", "power", "capab", "weight", "clout", "resource"]);
        let description = starts(&["desc"]).or(if named.is_none() { Some(1) } else { None });
        let influence = named.unwrap_or(2);
        let rest: Vec<usize> = (1..lower.len())
            .filter(|&at| Some(at) != description && at != influence && !lower[at].is_empty())
            .collect();
        if rest.is_empty() || !rest.len().is_multiple_of(2) || influence >= lower.len() {
            return None;
        }
        let (saliences, positions): (Vec<usize>, Vec<usize>) = rest.iter().partition(|&&at| {
            lower[at].split(|c: char| !c.is_alphabetic()).any(|word| word.starts_with("sal"))
        });
        let places = if saliences.len() == positions.len() {
            positions.into_iter().zip(saliences).collect()
        } else {
            rest.chunks(2).map(|pair| (pair[0], pair[1])).collect()
        };
        let used = lower.iter().rposition(|heading| !heading.is_empty()).map_or(0, |at| at + 1);
        Some(Columns { description, influence, places, used })
    }

    /// The name of a dimension: its position's heading without the word for a position.
    fn dimension(&self, headings: &csv::StringRecord, at: usize) -> String {
        let heading = headings.get(self.places[at].0).unwrap_or_default();
        let words: Vec<&str> = heading
            .split([' ', ':', '_', '-'])
            .filter(|word| {
                !word.is_empty() && !["pos", "position"].contains(&word.to_ascii_lowercase().as_str())
            })
            .collect();
        if words.is_empty() { format!("dimension {}", at + 1) } else { words.join(" ") }
    }
}

pub(crate) fn read(files: &[Opened], options: &Options) -> Result<Draft, Error> {
    let [file] = files else {
        return Err(Error::malformed("a table of actors is one file").in_file(&files[1].name));
    };
    let Content::Table(text) = &file.content else { return Err(Error::malformed("not CSV")) };
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
        .into_records();
    let mut next = || -> Result<Option<(usize, csv::StringRecord)>, Error> {
        match records.next() {
            None => Ok(None),
            Some(Ok(record)) => {
                let line =
                    record.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
                Ok(Some((line, record)))
            }
            Some(Err(error)) => {
                let line =
                    error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
                Err(Error::malformed(format!("this is not CSV: {error}")).at(line, 1))
            }
        }
    };
    let missing = |what: &str| Error::malformed(format!("the line of {what} is missing")).at(1, 1);
    // A line with title, description and counts may come before the headings.
    let head = match text.lines().next() {
        Some(line) if is_headings(line) => csv::StringRecord::new(),
        _ => next()?.ok_or_else(|| missing("the title"))?.1,
    };
    let (heading_line, headings) = next()?.ok_or_else(|| missing("headings"))?;
    let mut draft =
        Draft::new(Format::Ktab, head.get(0).filter(|title| !title.is_empty()).unwrap_or(file.stem()));
    if let Some(description) = head.get(1).filter(|text| !text.is_empty()) {
        draft.note(format!("description given in the file: {description}"));
    }
    let columns = Columns::of(&headings).ok_or_else(|| {
        Error::malformed(
            "the headings are actor, description, influence, then a position and a salience per dimension",
        )
        .at(heading_line, 1)
    })?;
    let dimensions = columns.places.len();
    if dimensions > 1024 {
        return Err(Error::too_large("a case has at most 1024 issues"));
    }
    let claimed = |at: usize| head.get(at).and_then(|text| text.parse::<usize>().ok());
    if let Some(count) = claimed(3).filter(|&count| count != dimensions) {
        return Err(Error::malformed(format!(
            "the first line says {count} dimensions, the headings have {dimensions}"
        ))
        .at(heading_line, 1));
    }
    let mut actors: Vec<Actor> = Vec::new();
    while let Some((line, record)) = next()? {
        if record.iter().all(str::is_empty) {
            continue;
        }
        actors.push(actor(&record, line, &columns)?);
        if actors.len() > 256 {
            return Err(Error::too_large("a case has at most 256 parties"));
        }
    }
    if let Some(count) = claimed(2).filter(|&count| count != actors.len()) {
        return Err(Error::malformed(format!(
            "the first line says {count} actors, but there are {}",
            actors.len()
        ))
        .at(1, 1));
    }
    if actors.is_empty() {
        return Err(Error::malformed("there is no actor").at(heading_line, 1));
    }
    let scales = scales(&actors, dimensions, options, &mut draft)?;
    for (dimension, scale) in scales.iter().enumerate() {
        let called = columns.dimension(&headings, dimension);
        draft.issues.push(Issue::new(called, scale.iter().map(|&value| name(value)).collect()));
    }
    draft.check_limits()?;
    let parties = actors.iter().map(|actor| actor.party(&scales, file)).collect::<Result<Vec<_>, Error>>()?;
    additive::settle(&mut draft, parties)?;
    draft.approximate("how much an actor values a point of a scale is not in the file: taken to fall linearly with the distance from its position, and dimensions to add up in proportion to salience");
    for actor in &actors {
        draft.drop(
            format!("the influence {} of \"{}\"", name(actor.influence), actor.name),
            "no party's weight enters which packages are acceptable to all",
        );
    }
    // There is no disagreement point in the file, so nobody is asked to consent.
    for party in &mut draft.parties {
        party.consents = false;
    }
    draft.note("the file names no status quo and no disagreement points, so nobody's consent is asked: give each party a `walk-away` and remove `consents = false` to look for deals");
    Ok(draft)
}

struct Actor {
    line: usize,
    name: String,
    description: String,
    influence: Rational,
    /// Position and salience per dimension.
    places: Vec<(Rational, Rational)>,
}

fn actor(record: &csv::StringRecord, line: usize, columns: &Columns) -> Result<Actor, Error> {
    let number = |at: usize, what: &str| -> Result<Rational, Error> {
        let text = record
            .get(at)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Error::malformed(format!("{what} is missing, in field {}", at + 1)).at(line, 1))?;
        number::read(text).map(|read| read.value).ok_or_else(|| {
            Error::malformed(format!("{what} is no number, in field {}: `{}`", at + 1, shown(text)))
                .at(line, 1)
        })
    };
    let name = record.get(0).filter(|name| !name.is_empty()).map(str::to_owned);
    let places = columns
        .places
        .iter()
        .map(|&(position, salience)| {
            let salience = number(salience, "a salience")?;
            if salience < Rational::ZERO {
                return Err(Error::malformed("a salience is negative").at(line, 1));
            }
            Ok((number(position, "a position")?, salience))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    if record.iter().skip(columns.used).any(|extra| !extra.is_empty()) {
        return Err(Error::malformed("the line has more fields than there are headings").at(line, 1));
    }
    Ok(Actor {
        line,
        name: name.ok_or_else(|| Error::malformed("the actor has no name").at(line, 1))?,
        description: columns.description.and_then(|at| record.get(at)).unwrap_or_default().to_owned(),
        influence: number(columns.influence, "the influence")?,
        places,
    })
}

/// The points of each dimension's scale: from 0 to 100 where all positions lie there, as the tool has
/// them, or from 0 to 1; else from the lowest to the highest position.
fn scales(
    actors: &[Actor],
    dimensions: usize,
    options: &Options,
    draft: &mut Draft,
) -> Result<Vec<Vec<Rational>>, Error> {
    let hundred = number::whole(100);
    let mut scales = Vec::with_capacity(dimensions);
    let all = || actors.iter().flat_map(|actor| actor.places.iter().map(|place| place.0));
    let unit = all().all(|position| (Rational::ZERO..=number::one()).contains(&position));
    for dimension in 0..dimensions {
        let positions: Vec<Rational> = actors.iter().map(|actor| actor.places[dimension].0).collect();
        let low = positions.iter().copied().min().unwrap_or(Rational::ZERO);
        let high = positions.iter().copied().max().unwrap_or(hundred);
        let (low, high) = if unit {
            (Rational::ZERO, number::one())
        } else if low >= Rational::ZERO && high <= hundred {
            (Rational::ZERO, hundred)
        } else {
            (low, high)
        };
        let scale = real_range(low, high, options.levels)
            .ok_or_else(|| Error::malformed("the positions have too many digits").at(actors[0].line, 1))?;
        draft.approximate(format!(
            "dimension {} is a scale from {} to {}; {} points of it are options",
            dimension + 1,
            name(low),
            name(high),
            scale.len()
        ));
        scales.push(scale);
    }
    Ok(scales)
}

impl Actor {
    fn party(&self, scales: &[Vec<Rational>], file: &Opened) -> Result<Additive, Error> {
        let too_long = || Error::malformed("the numbers have too many digits").at(self.line, 1);
        let mut values = Vec::with_capacity(scales.len());
        for (scale, &(position, _)) in scales.iter().zip(&self.places) {
            let (Some(&low), Some(&high)) = (scale.first(), scale.last()) else { continue };
            let span = number::subtract(high, low).ok_or_else(too_long)?;
            let closeness = |&point: &Rational| -> Option<Rational> {
                if span == Rational::ZERO {
                    return Some(number::one());
                }
                let distance = if point > position {
                    number::subtract(point, position)?
                } else {
                    number::subtract(position, point)?
                };
                number::subtract(number::one(), number::divide(distance, span)?)
            };
            values.push(scale.iter().map(closeness).collect::<Option<Vec<_>>>().ok_or_else(too_long)?);
        }
        let note = if self.description.is_empty() {
            format!("read from {}", file.name)
        } else {
            format!("read from {}: {}", file.name, self.description)
        };
        Ok(Additive {
            name: self.name.clone(),
            weights: self.places.iter().map(|place| place.1).collect(),
            values,
            constant: Rational::ZERO,
            walk_away: None,
            normalise: true,
            note,
        })
    }
}
