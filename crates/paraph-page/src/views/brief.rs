//! The brief: its preview, and everything that can be handed over.

use crate::answer::{Ask, Download, Fields, Found, Outcome, Shown, blocking, internal, worked};
use crate::guard::PREVIEW_POLICY;
use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::matrix::day;
use crate::work::Asked;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use paraph_brief::{csv, docx, html, view};
use paraph_ledger::Audience;
use paraph_workbench::brief::{self, Wanted};
use serde_json::json;
use std::sync::Arc;

/// What a brief can be handed over as.
const FILES: [&str; 6] =
    ["brief.html", "brief.docx", "matrix.csv", "matrix.docx", "statements.csv", "drafts.docx"];

/// A Word document.
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// How many outcomes a list has at most, as on the command line.
const MOST: usize = 20;

/// Shows the brief with what can be downloaded.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Outcome> {
    let audience = audience(fields)?;
    worked(ask(shared, fields)?, |brief| {
        let shape = json!({
            "audience": audience.as_str(),
            "audiences": Audience::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>(),
            "columns": brief.drafts.as_ref().is_some_and(|drafts| drafts.columns.is_some()),
        });
        Ok(Shown::new("brief", "Brief", "brief_page.html", Found(brief)).drawn(shape))
    })
}

fn audience(fields: &Fields) -> Fallible<Audience> {
    Ok(fields.parsed("audience")?.unwrap_or_default())
}

fn ask(shared: &Shared, fields: &Fields) -> Fallible<Asked<view::Brief>> {
    let (place, audience, as_of) = (shared.folder.clone(), audience(fields)?, day(fields)?);
    let key = format!("brief {audience} {as_of:?} {}", shared.state()?);
    shared.works.ask(&key, "The brief", move |monitor| {
        let wanted = Wanted { scenarios: &[], as_of, audience, most: MOST };
        Ok(brief::whole(&place, wanted, monitor)?)
    })
}

fn ready(shared: &Shared, fields: &Fields) -> Fallible<Arc<view::Brief>> {
    match ask(shared, fields)? {
        Asked::Found(brief) => Ok(brief),
        Asked::Running(_) => {
            Err(Trouble::new(StatusCode::SERVICE_UNAVAILABLE, "The brief is still being worked out.")
                .hint("Open the brief's page, and wait for it there."))
        }
    }
}

/// The brief as it would be handed over, for a frame: a document that runs nothing.
pub(crate) async fn preview(ask: Ask) -> Response {
    blocking(move || match ready(&ask.shared, &ask.fields).and_then(|brief| drawn(&brief)) {
        Err(trouble) => ask.trouble(&trouble),
        Ok(page) => {
            let mut answer = page.into_response();
            let headers = answer.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PREVIEW_POLICY));
            headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
            answer
        }
    })
    .await
}

fn drawn(brief: &view::Brief) -> Fallible<String> {
    html::render(brief).map_err(|error| internal(&error))
}

/// One of the files that a brief can be handed over as.
pub(crate) fn download(shared: &Shared, fields: &Fields, what: &str) -> Fallible<Download> {
    if !FILES.contains(&what) {
        return Err(Trouble::not_found("There is no such file to download."));
    }
    let name = shared.folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "case".to_owned());
    let brief = ready(shared, fields)?;
    let file = |ending: &str, kind: &'static str, bytes: Vec<u8>| Download {
        name: format!("{name}-{ending}"),
        kind,
        bytes,
    };
    match what {
        "brief.html" => Ok(file(what, "text/html; charset=utf-8", drawn(&brief)?.into_bytes())),
        "brief.docx" => {
            let bytes = docx::brief(&brief).map_err(|error| internal(&error))?;
            Ok(file(what, WORD, bytes))
        }
        "matrix.docx" => {
            let view::Brief { title, matrix, statements, sources, .. } = &*brief;
            let bytes = docx::matrix(title, matrix, statements, sources).map_err(|error| internal(&error))?;
            Ok(file(what, WORD, bytes))
        }
        "matrix.csv" => Ok(file(what, "text/csv; charset=utf-8", csv::matrix(&brief.matrix).into_bytes())),
        "statements.csv" => {
            let view::Brief { statements, sources, not_read, .. } = &*brief;
            let text = csv::statements(&view::Statements {
                statements: statements.clone(),
                sources: sources.clone(),
                not_read: not_read.clone(),
            });
            Ok(file(what, "text/csv; charset=utf-8", text.into_bytes()))
        }
        "drafts.docx" => {
            let columns = brief.drafts.as_ref().and_then(|drafts| drafts.columns.as_ref());
            let columns = columns
                .ok_or_else(|| Trouble::not_found("The case has no two drafts to set beside each other."))?;
            let bytes = docx::columns(columns).map_err(|error| internal(&error))?;
            Ok(file(what, WORD, bytes))
        }
        _ => Err(Trouble::not_found("There is no such file to download.")),
    }
}
