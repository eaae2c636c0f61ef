//! Every address of the page: one table, from which the router is made and to which a test holds `openapi.json`.

use crate::answer::{Ask, Fields, Twin, fields};
use crate::assets;
use crate::guard::guard;
use crate::shared::Shared;
use crate::trouble::Trouble;
use crate::views::{
    actors, agree, brief, cell, drafts, help, history, hold, matrix, model, report, reports, review, search,
    statement, timeline, upload, what_if,
};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawFormRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, RawForm, Request, State};
use axum::http::header::CONTENT_ENCODING;
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use futures_util::Stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// The largest form, in bytes: a pasted report of a few million words.
const LARGEST_FORM: usize = 32 << 20;
/// The longest address.
const LONGEST_ADDRESS: usize = 16 << 10;
/// How much a request may say about itself, in bytes and in lines.
const LONGEST_HEADERS: usize = 32 << 10;
const MOST_HEADERS: usize = 64;
/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);

/// A form's fields; what cannot be read is refused with a sentence.
struct Sent(Fields);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        if request.headers().contains_key(CONTENT_ENCODING) {
            let sentence = "The form is packed, and is read only as it is.";
            return Err(Trouble::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
        }
        match RawForm::from_request(request, state).await {
            Ok(RawForm(bytes)) => fields(&bytes)
                .map(Sent)
                .ok_or_else(|| Trouble::malformed("The form is not written in UTF-8; nothing was saved.")),
            Err(rejection) => {
                let status = rejection.status();
                Err(match rejection {
                    RawFormRejection::InvalidFormContentType(_) => {
                        Trouble::new(status, "The form is not sent as `application/x-www-form-urlencoded`.")
                    }
                    _ if status == StatusCode::PAYLOAD_TOO_LARGE => {
                        Trouble::new(status, "The form is larger than 32 MiB; nothing was saved.")
                    }
                    _ => Trouble::new(status, "The form cannot be read; nothing was saved."),
                })
            }
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        crate::answer::plain(&self)
    }
}

type Pair = Path<(String, String)>;
type One = Path<String>;

/// The whole page.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let routes = Router::new()
        .route("/", get(|| async { axum::response::Redirect::to("/matrix") }))
        .route("/matrix", get(|ask: Ask| ask.show(matrix::show)))
        .route("/cells/{issue}/{party}", get(one_cell).post(set_cell))
        .route("/reports", get(|ask: Ask| ask.show(reports::show)).post(take_report))
        .route("/reports/files/{name}", put(take_file))
        .route("/reports/reading", get(|ask: Ask| ask.show_now(upload::progress)))
        .route("/reports/{report}", get(one_report).post(add_statement))
        .route("/statements/{statement}", get(one_statement).post(decide))
        .route("/review", get(|ask: Ask| ask.show(review::show)))
        .route("/search", get(|ask: Ask| ask.show(search::show)))
        .route("/timeline", get(|ask: Ask| ask.show(timeline::show)))
        .route("/events/{event}", post(decide_event))
        .route("/actors", get(|ask: Ask| ask.show(actors::show)))
        .route("/actors/{party}", get(one_actor))
        .route("/drafts", get(|ask: Ask| ask.show(drafts::show)))
        .route("/model", get(|ask: Ask| ask.show(model::show)).post(edit_model))
        .route("/model/check", post(check_model))
        .route("/agree", get(|ask: Ask| ask.show(agree::show)))
        .route("/what-if", get(|ask: Ask| ask.show(what_if::show)))
        .route("/hold", get(|ask: Ask| ask.show(hold::show)))
        .route("/hold/{outcome}", get(explain))
        .route("/brief", get(|ask: Ask| ask.show(brief::show)))
        .route("/brief/preview", get(brief::preview))
        .route("/brief/files/{name}", get(download))
        .route("/log", get(|ask: Ask| ask.show(history::show)))
        .route("/undo", post(undo))
        .route("/help", get(|ask: Ask| ask.show(help::show)))
        .route("/work/{number}", get(progress))
        .route("/work/{number}/events", get(events))
        .route("/work/{number}/stop", post(stop))
        .route("/openapi", get(assets::openapi))
        .route("/assets/{name}", get(assets::file))
        .fallback(
            |ask: Ask| async move { ask.trouble(&Trouble::not_found("There is nothing at this address.")) },
        )
        .method_not_allowed_fallback(|ask: Ask| async move {
            let sentence = "This address does not take such a request.";
            ask.trouble(&Trouble::new(StatusCode::METHOD_NOT_ALLOWED, sentence))
        })
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(Arc::clone(&shared));
    // The ending is taken off before the address is looked up, so it happens outside of the routes.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(without_ending))
        .layer(from_fn_with_state(shared, guard))
}

/// Takes `.json` off an address and remembers that the twin is asked for. Files that end so keep their name.
async fn without_ending(mut request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path_and_query().map_or(0, |whole| whole.as_str().len()) > LONGEST_ADDRESS {
        return Trouble::new(StatusCode::URI_TOO_LONG, "The address is too long.").into_response();
    }
    let length: usize = request.headers().values().map(|value| value.len()).sum();
    if length > LONGEST_HEADERS || request.headers().len() > MOST_HEADERS {
        let sentence = "The request says more about itself than the page listens to.";
        return Trouble::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, sentence).into_response();
    }
    let stem = uri.path().strip_suffix(".json").filter(|_| !uri.path().starts_with("/assets/"));
    if let Some(stem) = stem {
        let whole = uri.query().map_or_else(|| stem.to_owned(), |query| format!("{stem}?{query}"));
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(whole).ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
            request.extensions_mut().insert(Twin);
        }
    }
    next.run(request).await
}

async fn one_cell(ask: Ask, Path((issue, party)): Pair) -> Response {
    ask.show(move |shared, fields| cell::show(shared, fields, &issue, &party)).await
}

async fn set_cell(ask: Ask, Path((issue, party)): Pair, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| cell::set(shared, &sent, &issue, &party)).await
}

async fn take_report(ask: Ask, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| reports::take(shared, &sent)).await
}

async fn take_file(ask: Ask, Path(name): One, body: Body) -> Response {
    let later = ask.fields.get("later") == Some("yes");
    upload::file(ask.shared, name, later, body).await
}

async fn one_report(ask: Ask, Path(report): One) -> Response {
    ask.show(move |shared, fields| report::show(shared, fields, &report)).await
}

async fn add_statement(ask: Ask, Path(report): One, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| statement::add(shared, &sent, &report)).await
}

async fn one_statement(ask: Ask, Path(statement): One) -> Response {
    ask.show(move |shared, fields| statement::show(shared, fields, &statement)).await
}

async fn decide(ask: Ask, Path(statement): One, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| statement::decide(shared, &sent, &statement)).await
}

async fn decide_event(ask: Ask, Path(event): One, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| timeline::decide(shared, &sent, &event)).await
}

async fn one_actor(ask: Ask, Path(party): One) -> Response {
    ask.show(move |shared, fields| actors::one(shared, fields, &party)).await
}

async fn edit_model(ask: Ask, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| model::edit(shared, &sent)).await
}

async fn check_model(ask: Ask, Sent(sent): Sent) -> Response {
    ask.show_fresh(move |shared, _| model::check(shared, &sent)).await
}

async fn explain(ask: Ask, Path(outcome): One) -> Response {
    ask.show(move |shared, fields| hold::explain(shared, fields, &outcome)).await
}

async fn download(ask: Ask, Path(name): One) -> Response {
    ask.download(move |shared, fields| brief::download(shared, fields, &name)).await
}

async fn undo(ask: Ask, Sent(sent): Sent) -> Response {
    ask.act(move |shared, _| history::undo(shared, &sent)).await
}

async fn progress(State(shared): State<Arc<Shared>>, Path(number): One) -> Response {
    let known = number.parse().ok().and_then(|number| shared.works.progress(number));
    match known {
        Some(progress) => axum::Json(progress).into_response(),
        None => Trouble::not_found("There is no such work.").into_response(),
    }
}

/// Tells how far work is, again and again, until it ends.
async fn events(State(shared): State<Arc<Shared>>, Path(number): One) -> Response {
    let Some(number) = number.parse().ok().filter(|number| shared.works.progress(*number).is_some()) else {
        return Trouble::not_found("There is no such work.").into_response();
    };
    Sse::new(told(shared, number)).keep_alive(KeepAlive::default()).into_response()
}

fn told(shared: Arc<Shared>, number: u64) -> impl Stream<Item = Result<Event, Infallible>> {
    futures_util::stream::unfold(Some(true), move |first| {
        let shared = Arc::clone(&shared);
        async move {
            if !first? {
                tokio::time::sleep(TICK).await;
            }
            let progress = shared.works.progress(number)?;
            let data = serde_json::to_string(&progress).unwrap_or_default();
            Some((Ok(Event::default().data(data)), (!progress.ended).then_some(false)))
        }
    })
}

async fn stop(ask: Ask, Path(number): One) -> Response {
    ask.act(move |shared, _| {
        let number = number.parse().map_err(|_| Trouble::not_found("There is no such work."))?;
        shared.works.stop(number)?;
        Ok("/matrix".to_owned())
    })
    .await
}
