//! The page's templates, beside the brief's.

use minijinja::{Environment, Error, UndefinedBehavior};
use paraph_workbench::{Failure, Outcome};

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),+]
    };
}

const TEMPLATES: [(&str, &str); 30] = templates![
    "actor.html",
    "actors.html",
    "agree.html",
    "brief_page.html",
    "cell.html",
    "decide.html",
    "diagnostics.html",
    "drafts_view.html",
    "explain.html",
    "help.html",
    "hold.html",
    "last.html",
    "layout.html",
    "log.html",
    "matrix.html",
    "model.html",
    "page_macros.html",
    "part.html",
    "report.html",
    "reports.html",
    "reading.html",
    "review.html",
    "search.html",
    "statement.html",
    "timeline.html",
    "timeline_lines.html",
    "trouble.html",
    "what_if.html",
    "what_if_panel.html",
    "work.html",
];

/// Everything escaped, nothing undefined, as in the brief.
pub(crate) fn environment() -> Outcome<Environment<'static>> {
    let failed =
        |error: &dyn std::error::Error| Failure::new(format!("the page's templates failed: {error}"));
    let mut environment = paraph_brief::html::environment().map_err(|error| failed(&error))?;
    // A view leaves out what is not there; a template may ask whether it is.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.add_filter("segment", segment);
    environment.add_filter("turned", turned);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).map_err(|error: Error| failed(&error))?;
    }
    Ok(environment)
}

/// A text as one segment of an address, or as a value behind its `?`.
fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// An address with the page it shows changed to the one that starts `from` there.
fn turned(address: &str, from: usize) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("from=")).collect();
    let from = format!("from={from}");
    pairs.push(&from);
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_page_keeps_its_filters() {
        assert_eq!(turned("/timeline", 200), "/timeline?from=200");
        assert_eq!(
            turned("/timeline?party=a&from=400&kind=event", 200),
            "/timeline?party=a&kind=event&from=200"
        );
    }

    #[test]
    fn a_segment_holds_any_text() {
        assert_eq!(segment("a/b c&d=é"), "a%2Fb%20c%26d%3D%C3%A9");
        assert_eq!(segment("status-quo"), "status-quo");
    }
}
