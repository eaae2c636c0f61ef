//! The page's own files. They are part of the program; nothing comes from elsewhere.

use crate::trouble::Trouble;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// Every script: its name and its text.
pub(crate) const SCRIPTS: [(&str, &str); 6] = [
    ("page.js", include_str!("../assets/page.js")),
    ("live.js", include_str!("../assets/live.js")),
    ("keys.js", include_str!("../assets/keys.js")),
    ("report.js", include_str!("../assets/report.js")),
    ("model.js", include_str!("../assets/model.js")),
    ("matrix.js", include_str!("../assets/matrix.js")),
];

/// The description of every address and its `.json` twin, in the OpenAPI form; a test writes and holds it.
const OPENAPI: &str = include_str!("../assets/openapi.json");

/// A script or the style sheet.
pub(crate) async fn file(Path(name): Path<String>) -> Response {
    if name == "page.css" {
        let text = format!("{}{}", paraph_brief::html::style_sheet(), include_str!("../assets/page.css"));
        return ([(CONTENT_TYPE, "text/css; charset=utf-8")], text).into_response();
    }
    match SCRIPTS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], *text).into_response(),
        None => Trouble::not_found("The page has no such file.").into_response(),
    }
}

/// The description of the interface.
pub(crate) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], OPENAPI).into_response()
}
