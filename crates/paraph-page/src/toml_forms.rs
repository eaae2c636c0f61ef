//! Edits of `case.toml` by form: what is not touched keeps its place, its spelling and its comments.

use crate::answer::Fields;
use crate::trouble::{Fallible, Trouble};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// Applies a form to the text of a case; gives the new text and what was done, in words.
pub(crate) fn apply(text: &str, form: &str, fields: &Fields) -> Fallible<(String, String)> {
    let mut document: DocumentMut = text.parse().map_err(|_| {
        Trouble::malformed("`case.toml` is broken, and forms cannot change it.").hint("Mend its text first.")
    })?;
    let what = match form {
        "party" => party(&mut document, fields)?,
        "issue" => issue(&mut document, fields)?,
        "priority" => priority(&mut document, fields)?,
        "move" => reorder(&mut document, fields)?,
        "remove" => remove(&mut document, fields)?,
        "remove-party" => take_out(&mut document, "party", fields)?,
        "remove-issue" => take_out(&mut document, "issue", fields)?,
        _ => return Err(Trouble::malformed("There is no such form.")),
    };
    Ok((document.to_string(), what))
}

/// An identifier, which is also a key of the file.
fn identifier(fields: &Fields) -> Fallible<&str> {
    let id = fields.need("id")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.len() > 60 || !id.chars().all(plain) || !id.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(Trouble::malformed(
            "An identifier is made of small letters, digits and hyphens, and begins with a letter.",
        ));
    }
    Ok(id)
}

/// The table of a kind and an identifier; made where `id` is new.
fn table<'a>(document: &'a mut DocumentMut, kind: &str, id: &str) -> Fallible<&'a mut dyn TableLike> {
    let wrong = || Trouble::malformed(format!("`{kind}` is no table in `case.toml`."));
    if !document.contains_key(kind) {
        let mut table = Table::new();
        table.set_implicit(true);
        document.insert(kind, Item::Table(table));
    }
    let all = document.get_mut(kind).and_then(Item::as_table_like_mut).ok_or_else(wrong)?;
    if !all.contains_key(id) {
        let mut new = Table::new();
        new.decor_mut().set_prefix("\n");
        all.insert(id, Item::Table(new));
    }
    all.get_mut(id).and_then(Item::as_table_like_mut).ok_or_else(wrong)
}

/// Sets a value, and keeps the comment behind the one it replaces; an empty one takes the key away.
fn set(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    let Some(mut value) = value else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(known) => {
            let same =
                known.clone().decorated("", "").to_string() == value.clone().decorated("", "").to_string();
            if !same {
                *value.decor_mut() = known.decor().clone();
                *known = value;
            }
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// The lines or words between commas of a field.
fn list(text: &str) -> Vec<String> {
    let items = text.split(['\n', ',']).map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

fn strings(items: &[String]) -> Value {
    Value::Array(items.iter().map(String::as_str).collect::<Array>())
}

fn some_strings(items: &[String]) -> Option<Value> {
    (!items.is_empty()).then(|| strings(items))
}

fn party(document: &mut DocumentMut, fields: &Fields) -> Fallible<String> {
    let id = identifier(fields)?;
    let name = fields.get("name").unwrap_or(id);
    let table = table(document, "party", id)?;
    set(table, "name", Some(name.into()));
    // Consent is the rule, and stands in the file only where it was written or is not needed.
    match fields.get("consents") {
        Some("no") => set(table, "consents", Some(false.into())),
        _ if table.contains_key("consents") => set(table, "consents", Some(true.into())),
        _ => {}
    }
    for key in ["also-called", "people"] {
        if let Some(text) = fields.all(key).next() {
            set(table, key, some_strings(&list(text)));
        }
    }
    Ok(format!("Edited the party {name}"))
}

fn issue(document: &mut DocumentMut, fields: &Fields) -> Fallible<String> {
    let id = identifier(fields)?;
    let title = fields.get("title").unwrap_or(id);
    let table = table(document, "issue", id)?;
    set(table, "title", Some(title.into()));
    if let Some(text) = fields.all("options").next() {
        let options = list(text);
        // No and yes need not be written.
        let usual = options.is_empty() || options == ["no", "yes"];
        if !usual || table.contains_key("options") {
            set(table, "options", Some(strings(&options)).filter(|_| !options.is_empty()));
        }
    }
    if let Some(text) = fields.all("status-quo").next() {
        set(table, "status-quo", Some(text).filter(|text| !text.is_empty()).map(Value::from));
    }
    let moved: Vec<String> =
        fields.all("moved-by").filter(|party| !party.is_empty()).map(str::to_owned).collect();
    if fields.all("moved-by").next().is_some() {
        set(table, "moved-by", some_strings(&moved));
    }
    if let Some(text) = fields.all("words").next() {
        set(table, "words", some_strings(&list(text)));
    }
    Ok(format!("Edited the issue {title}"))
}

/// The list that holds a party's priorities or red lines, in either of the two ways that TOML writes one.
enum Listed<'a> {
    Tables(&'a mut ArrayOfTables),
    Inline(&'a mut Array),
}

fn listed<'a>(document: &'a mut DocumentMut, fields: &Fields, make: bool) -> Fallible<Listed<'a>> {
    let key = match fields.get("list") {
        None | Some("prefers") => "prefers",
        Some("red-line") => "red-line",
        Some(_) => {
            return Err(Trouble::malformed("A party has priorities and red lines, and no other list."));
        }
    };
    let id = identifier(fields)?;
    let none = || Trouble::malformed("The party has no such list.");
    let parties = document.get_mut("party").and_then(Item::as_table_like_mut).ok_or_else(none)?;
    let party = parties.get_mut(id).and_then(Item::as_table_like_mut).ok_or_else(none)?;
    if make && !party.contains_key(key) {
        party.insert(key, Item::ArrayOfTables(ArrayOfTables::new()));
    }
    match party.get_mut(key) {
        Some(Item::ArrayOfTables(tables)) => Ok(Listed::Tables(tables)),
        Some(Item::Value(Value::Array(array))) => Ok(Listed::Inline(array)),
        _ => Err(none()),
    }
}

fn place(fields: &Fields, name: &str, length: usize) -> Fallible<usize> {
    let at: usize =
        fields.parsed(name)?.ok_or_else(|| Trouble::malformed(format!("The field `{name}` is missing.")))?;
    if at < length { Ok(at) } else { Err(Trouble::malformed("There is no entry in that place.")) }
}

/// Adds a priority or a red line, or changes the one at a place.
fn priority(document: &mut DocumentMut, fields: &Fields) -> Fallible<String> {
    let that = fields.need("that")?;
    let basis = fields.get("basis").unwrap_or("assumed");
    if !["stated", "inferred", "assumed"].contains(&basis) {
        return Err(Trouble::malformed("A basis is stated, inferred or assumed."));
    }
    let because = fields.all("because").next().map(list);
    let at = fields.get("at").is_some();
    let fill = |table: &mut dyn TableLike| {
        set(table, "that", Some(that.into()));
        set(table, "basis", Some(basis.into()));
        if let Some(because) = &because {
            set(table, "because", some_strings(because));
        }
    };
    match listed(document, fields, true)? {
        Listed::Tables(tables) if at => {
            let at = place(fields, "at", tables.len())?;
            if let Some(table) = tables.get_mut(at) {
                fill(table);
            }
        }
        Listed::Tables(tables) => {
            let mut table = Table::new();
            fill(&mut table);
            tables.push(table);
        }
        Listed::Inline(array) => {
            let mut table = InlineTable::new();
            let at = if at { Some(place(fields, "at", array.len())?) } else { None };
            if let Some(Value::InlineTable(known)) = at.and_then(|at| array.get(at)) {
                table = known.clone();
            }
            fill(&mut table);
            match at {
                Some(at) => drop(array.replace(at, table)),
                None => array.push(table),
            }
        }
    }
    Ok(format!("Set the priority “{that}”"))
}

/// Moves an entry to another place in its list.
fn reorder(document: &mut DocumentMut, fields: &Fields) -> Fallible<String> {
    match listed(document, fields, false)? {
        Listed::Tables(tables) => {
            let (from, to) = (place(fields, "from", tables.len())?, place(fields, "to", tables.len())?);
            let mut all: Vec<Table> = tables.iter().cloned().collect();
            // Where they stand in the file stays; which stands there changes.
            let mut places: Vec<Option<isize>> = all.iter().map(Table::position).collect();
            places.sort_unstable();
            let moved = all.remove(from);
            all.insert(to, moved);
            tables.clear();
            for (mut table, place) in all.into_iter().zip(places) {
                table.set_position(place);
                for (_, item) in table.iter_mut() {
                    if let Some(inner) = item.as_table_mut() {
                        inner.set_position(place);
                    }
                }
                tables.push(table);
            }
        }
        Listed::Inline(array) => {
            let (from, to) = (place(fields, "from", array.len())?, place(fields, "to", array.len())?);
            let mut decors: Vec<_> = array.iter().map(|value| value.decor().clone()).collect();
            let mut all: Vec<Value> = array.iter().cloned().collect();
            let moved = all.remove(from);
            all.insert(to, moved);
            for (at, mut value) in all.into_iter().enumerate() {
                *value.decor_mut() = std::mem::take(&mut decors[at]);
                drop(array.replace(at, value));
            }
        }
    }
    Ok("Reordered the priorities".to_owned())
}

/// Takes an entry out of its list.
fn remove(document: &mut DocumentMut, fields: &Fields) -> Fallible<String> {
    match listed(document, fields, false)? {
        Listed::Tables(tables) => {
            let at = place(fields, "at", tables.len())?;
            tables.remove(at);
        }
        Listed::Inline(array) => {
            let at = place(fields, "at", array.len())?;
            array.remove(at);
        }
    }
    Ok("Took out a priority".to_owned())
}

fn take_out(document: &mut DocumentMut, kind: &str, fields: &Fields) -> Fallible<String> {
    let id = identifier(fields)?;
    let all = document.get_mut(kind).and_then(Item::as_table_like_mut);
    let taken = all.and_then(|all| all.remove(id));
    taken.ok_or_else(|| Trouble::malformed(format!("The case has no {kind} `{id}`.")))?;
    Ok(format!("Took out the {kind} {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"# Ours.
[case]
title = "T" # the title

[party.north]
name = "North" # as reports say

# First of all.
[[party.north.prefers]]
that = "a"
basis = "stated"

# Then this.
[[party.north.prefers]]
that = "b"

[[party.north.prefers]]
that = "c"

[issue.a]
title = "A"
"#;

    fn apply_to(text: &str, form: &str, fields: &[(&str, &str)]) -> Fallible<String> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        apply(text, form, &Fields(fields)).map(|(text, _)| text)
    }

    #[test]
    fn a_form_changes_its_own_words_and_nothing_else() {
        let told = apply_to(CASE, "party", &[("id", "north"), ("name", "The North")]).unwrap();
        assert_eq!(told, CASE.replace("\"North\" # as", "\"The North\" # as"));
        let same = apply_to(CASE, "party", &[("id", "north"), ("name", "North")]).unwrap();
        assert_eq!(same, CASE);
    }

    #[test]
    fn priorities_move_with_their_comments() {
        let moved = apply_to(CASE, "move", &[("id", "north"), ("from", "2"), ("to", "0")]).unwrap();
        let places: Vec<usize> =
            ["that = \"c\"", "# First", "that = \"a\"", "# Then", "that = \"b\"", "[issue.a]"]
                .iter()
                .map(|words| moved.find(words).expect("it is still there"))
                .collect();
        assert!(places.is_sorted(), "{moved}");
        let back = apply_to(&moved, "move", &[("id", "north"), ("from", "0"), ("to", "2")]).unwrap();
        assert_eq!(back, CASE);
        assert!(apply_to(CASE, "move", &[("id", "north"), ("from", "3"), ("to", "0")]).is_err());
    }

    #[test]
    fn inline_lists_are_edited_too() {
        let text = "[party.n]\nprefers = [{ that = \"a\" }, { that = \"b\" }] # mine\n";
        let moved = apply_to(text, "move", &[("id", "n"), ("from", "0"), ("to", "1")]).unwrap();
        assert_eq!(moved, "[party.n]\nprefers = [{ that = \"b\" }, { that = \"a\" }] # mine\n");
        let gone = apply_to(text, "remove", &[("id", "n"), ("at", "0")]).unwrap();
        assert!(!gone.contains("\"a\"") && gone.contains("# mine"), "{gone}");
    }

    #[test]
    fn new_parties_issues_and_priorities_can_be_read_again() {
        let mut text = CASE.to_owned();
        for (form, fields) in [
            (
                "party",
                vec![("id", "south"), ("name", "South"), ("consents", "no"), ("people", "Ana Brandt, B")],
            ),
            (
                "issue",
                vec![
                    ("id", "fees"),
                    ("title", "Fees"),
                    ("options", "none\nlow\nhigh"),
                    ("status-quo", "none"),
                ],
            ),
            ("priority", vec![("id", "south"), ("that", "not fees = high"), ("basis", "assumed")]),
            ("priority", vec![("id", "north"), ("at", "1"), ("that", "fees = low"), ("basis", "inferred")]),
            ("priority", vec![("id", "north"), ("list", "red-line"), ("that", "not fees = high")]),
            ("remove", vec![("id", "north"), ("at", "2")]),
        ] {
            text = apply_to(&text, form, &fields).unwrap_or_else(|error| panic!("{form}: {error:?}"));
        }
        let case = paraph_case::parse(&text, "case.toml").case.expect("it is a case");
        assert_eq!((case.parties.len(), case.issues.len()), (2, 2), "{text}");
        assert_eq!(case.issues[1].options, ["none", "low", "high"]);
        let paraph_case::Preferences::Priorities(list) = &case.parties[0].preferences else {
            panic!("{text}")
        };
        assert_eq!(list.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["a", "fees = low"]);
        assert_eq!(case.parties[0].red_lines.len(), 1);
    }

    #[test]
    fn hostile_fields_stay_values() {
        let text = apply_to(CASE, "party", &[("id", "north"), ("name", "\"]\n[issue.evil]\n#")]).unwrap();
        let case = paraph_case::parse(&text, "case.toml").case.expect("it is a case");
        assert_eq!(case.issues.len(), 1);
        for id in ["", "a.b", "\"x\"", "A", "-a", "a b", "é"] {
            assert!(apply_to(CASE, "party", &[("id", id), ("name", "x")]).is_err(), "{id}");
        }
    }
}
