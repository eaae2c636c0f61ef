//! From a view to an answer: the page, a part of it, or its `.json` twin.

use crate::shared::Shared;
use crate::trouble::{Fallible, Trouble};
use crate::views::history;
use crate::work::{Asked, Progress};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use minijinja::value::{Serde, Value};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// Marks a request for the `.json` twin; set where the ending is taken off the address.
#[derive(Clone, Copy)]
pub(crate) struct Twin;

/// The header by which the page's own script asks for a part of a page.
pub(crate) const PART: HeaderName = HeaderName::from_static("x-paraph-part");

/// A view, ready to be shown.
pub(crate) struct Shown {
    /// Which entry of the navigation it stands under.
    pub(crate) under: &'static str,
    /// The heading of the window.
    pub(crate) title: String,
    /// The template of its contents.
    pub(crate) template: &'static str,
    /// The view: what the twin says, and what the template sees as `view`.
    view: Box<dyn Told>,
    /// Whether the template sees the view.
    seen: bool,
    /// The same in another arrangement, for the template alone, as `shape`.
    shape: Value,
}

/// A view as its twin and its template see it. It does not go through a JSON value, which holds no count above 2⁶⁴.
trait Told {
    fn json(&self) -> serde_json::Result<String>;
    fn value(&self) -> Value;
}

impl<T: Serialize> Told for T {
    fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    fn value(&self) -> Value {
        Value::from(Serde(self))
    }
}

/// A result of work, as a view.
pub(crate) struct Found<T>(pub(crate) Arc<T>);

impl<T: Serialize> Serialize for Found<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Shown {
    pub(crate) fn new(
        under: &'static str,
        title: impl Into<String>,
        template: &'static str,
        view: impl Serialize + 'static,
    ) -> Self {
        Shown {
            under,
            title: title.into(),
            template,
            view: Box::new(view),
            seen: true,
            shape: Value::UNDEFINED,
        }
    }

    /// With another arrangement, which is all that the template sees: the view itself is for the twin alone.
    pub(crate) fn drawn(mut self, shape: impl Serialize) -> Self {
        self.seen = false;
        self.with(shape)
    }

    /// With the same in another arrangement.
    pub(crate) fn with(mut self, shape: impl Serialize) -> Self {
        self.shape = Value::from(Serde(shape));
        self
    }
}

/// What a view turns out to be.
pub(crate) enum Outcome {
    /// It is there.
    Shown(Box<Shown>),
    /// It is being worked out.
    Running(Progress),
}

impl From<Shown> for Outcome {
    fn from(shown: Shown) -> Self {
        Outcome::Shown(Box::new(shown))
    }
}

/// A request: what is asked for, and how it wants to be shown.
pub(crate) struct Ask {
    pub(crate) shared: Arc<Shared>,
    pub(crate) fields: Fields,
    address: String,
    twin: bool,
    part: bool,
}

/// The fields of an address or a form, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of a name, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .find(|value| !value.is_empty())
    }

    /// Every value of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A value that must be there.
    pub(crate) fn need(&self, name: &str) -> Fallible<&str> {
        self.get(name).ok_or_else(|| Trouble::malformed(format!("The field `{name}` is missing.")))
    }

    /// A value read as something, if it is there.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Fallible<Option<T>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| {
            let shown: String = value.chars().take(60).collect();
            Trouble::malformed(format!("`{shown}` is no value for the field `{name}`."))
        })
    }
}

/// The fields of a query or a form; none when they are not written in UTF-8, and would be read as something else.
pub(crate) fn fields(bytes: &[u8]) -> Option<Fields> {
    let read = |piece: &[u8]| -> Option<String> {
        let mut found = Vec::with_capacity(piece.len());
        let mut rest = piece;
        while let Some((&first, after)) = rest.split_first() {
            let digit = |at: usize| char::from(*rest.get(at)?).to_digit(16);
            let (byte, after) = match (first, digit(1), digit(2)) {
                (b'+', ..) => (b' ', after),
                (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).ok()?, &rest[3..]),
                _ => (first, after),
            };
            found.push(byte);
            rest = after;
        }
        String::from_utf8(found).ok()
    };
    let pairs = bytes.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let middle = pair.iter().position(|&byte| byte == b'=');
        let (name, value) = middle.map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
        Some((read(name)?, read(value)?))
    });
    pairs.collect::<Option<_>>().map(Fields)
}

impl FromRequestParts<Arc<Shared>> for Ask {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Response> {
        let query = fields(parts.uri.query().unwrap_or_default().as_bytes()).ok_or_else(|| {
            plain(&Trouble::malformed(
                "The address cannot be read behind its `?`: it is not written in UTF-8.",
            ))
        })?;
        Ok(Ask {
            shared: Arc::clone(shared),
            fields: query,
            address: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            twin: parts.extensions.get::<Twin>().is_some(),
            part: parts.headers.contains_key(PART),
        })
    }
}

impl Ask {
    /// Answers with a view. It runs where it may block; what it gives is kept until the case or the ledger changes.
    pub(crate) async fn show<V>(
        self,
        view: impl FnOnce(&Shared, &Fields) -> Fallible<V> + Send + 'static,
    ) -> Response
    where
        V: Into<Outcome>,
    {
        self.answer(move |shared, fields| view(shared, fields).map(Into::into)).await
    }

    async fn answer(
        self,
        view: impl FnOnce(&Shared, &Fields) -> Fallible<Outcome> + Send + 'static,
    ) -> Response {
        blocking(move || {
            let key = format!("{} {} {}", self.twin, self.part, self.address);
            let state = self.shared.state().unwrap_or_default();
            if !state.is_empty()
                && let Some(body) = self.shared.kept(&key, &state)
            {
                return self.respond(StatusCode::OK, body.as_bytes().to_vec());
            }
            match view(&self.shared, &self.fields) {
                Ok(Outcome::Shown(shown)) => match self.render(&shown) {
                    Ok(body) => {
                        let body = Arc::new(body);
                        // What follows from a state that went by while it was worked out is not kept.
                        if !state.is_empty() && self.shared.state().is_ok_and(|now| now == state) {
                            self.shared.keep(&key, &state, &body);
                        }
                        self.respond(StatusCode::OK, body.as_bytes().to_vec())
                    }
                    Err(trouble) => self.trouble(&trouble),
                },
                Ok(Outcome::Running(progress)) => self.running(&progress),
                Err(trouble) => self.trouble(&trouble),
            }
        })
        .await
    }

    /// Answers with a view that changes by itself, so that nothing of it is kept.
    pub(crate) async fn show_now(
        self,
        view: impl FnOnce(&Shared, &Fields) -> Fallible<Outcome> + Send + 'static,
    ) -> Response {
        blocking(move || match view(&self.shared, &self.fields) {
            Ok(Outcome::Shown(shown)) => match self.render(&shown) {
                Ok(body) => self.respond(StatusCode::OK, body.into_bytes()),
                Err(trouble) => self.trouble(&trouble),
            },
            Ok(Outcome::Running(progress)) => self.running(&progress),
            Err(trouble) => self.trouble(&trouble),
        })
        .await
    }

    /// Answers with a view of what was sent along, which is not kept.
    pub(crate) async fn show_fresh(
        self,
        view: impl FnOnce(&Shared, &Fields) -> Fallible<Shown> + Send + 'static,
    ) -> Response {
        blocking(move || match view(&self.shared, &self.fields).and_then(|shown| self.render(&shown)) {
            Ok(body) => self.respond(StatusCode::OK, body.into_bytes()),
            Err(trouble) => self.trouble(&trouble),
        })
        .await
    }

    /// Does something, one at a time, and then leads to an address; without a script that is a redirection, and so it is with one.
    pub(crate) async fn act(
        self,
        act: impl FnOnce(&Shared, &Fields) -> Fallible<String> + Send + 'static,
    ) -> Response {
        blocking(move || {
            // What an edit was made upon must not change between looking and storing.
            let done = self.shared.alone(|| act(&self.shared, &self.fields));
            match done {
                Ok(address) => see(&address),
                Err(trouble) => self.trouble(&trouble),
            }
        })
        .await
    }

    /// Answers with a file to keep.
    pub(crate) async fn download(
        self,
        make: impl FnOnce(&Shared, &Fields) -> Fallible<Download> + Send + 'static,
    ) -> Response {
        blocking(move || match make(&self.shared, &self.fields) {
            Ok(download) => download.into_response(),
            Err(trouble) => self.trouble(&trouble),
        })
        .await
    }

    fn render(&self, shown: &Shown) -> Fallible<String> {
        if self.twin {
            let mut text = shown.view.json().map_err(|error| internal(&error))?;
            text.push('\n');
            return Ok(text);
        }
        let frame = self.frame(shown.under, &shown.title)?;
        let view = if shown.seen { shown.view.value() } else { Value::UNDEFINED };
        self.framed(shown.template, &frame, &view, &shown.shape)
    }

    /// What stands around every view.
    fn frame(&self, under: &str, title: &str) -> Fallible<serde_json::Value> {
        let last = history::last(&self.shared).unwrap_or_default();
        let name = self.shared.folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let case = paraph_case::load(&self.shared.folder, None).case;
        let case = case.map(|case| case.title).filter(|title| !title.is_empty()).or(name);
        Ok(json!({
            "under": under,
            "title": title,
            "part": self.part,
            "last": last,
            "case": case.unwrap_or_else(|| "Case".to_owned()),
            "symbols": paraph_brief::html::symbols(),
        }))
    }

    fn framed(
        &self,
        template: &str,
        frame: &serde_json::Value,
        view: &Value,
        shape: &Value,
    ) -> Fallible<String> {
        let render = |name: &str, page: Value| -> Fallible<String> {
            let template = self.shared.templates.get_template(name).map_err(|error| internal(&error))?;
            template.render(page).map_err(|error| internal(&error))
        };
        let (asked, address) = (&self.fields.0, &self.address);
        let contents = render(template, Value::from(Serde(Inside { view, shape, frame, asked, address })))?;
        let around = if self.part { "part.html" } else { "layout.html" };
        let text = render(around, Value::from(Serde(Around { contents: &contents, frame, address })))?;
        Ok(paraph_brief::html::visible(text))
    }

    fn respond(&self, status: StatusCode, body: Vec<u8>) -> Response {
        let kind = if self.twin { "application/json; charset=utf-8" } else { "text/html; charset=utf-8" };
        (status, [(CONTENT_TYPE, kind)], body).into_response()
    }

    fn running(&self, progress: &Progress) -> Response {
        if self.twin {
            let body = serde_json::to_vec_pretty(progress).unwrap_or_default();
            return self.respond(StatusCode::ACCEPTED, body);
        }
        let shown = Shown::new("", "Working it out", "work.html", progress.clone());
        match self.render(&shown) {
            Ok(body) => self.respond(StatusCode::ACCEPTED, body.into_bytes()),
            Err(trouble) => plain(&trouble),
        }
    }

    /// A sentence, in the page's frame where it can be drawn.
    pub(crate) fn trouble(&self, trouble: &Trouble) -> Response {
        if self.twin {
            let body = serde_json::to_vec_pretty(&trouble.said).unwrap_or_default();
            return self.respond(trouble.status, body);
        }
        let rendered = self.frame("", "Not done").and_then(|frame| {
            let said = &trouble.said;
            let view = json!({ "error": said.error, "hints": said.hints, "both": trouble.both });
            let view = Value::from(Serde(view));
            self.framed("trouble.html", &frame, &view, &Value::UNDEFINED)
        });
        match rendered {
            Ok(body) => self.respond(trouble.status, body.into_bytes()),
            Err(_) => plain(trouble),
        }
    }
}

/// What the template of a view sees.
#[derive(Serialize)]
struct Inside<'a> {
    view: &'a Value,
    shape: &'a Value,
    frame: &'a serde_json::Value,
    asked: &'a [(String, String)],
    address: &'a str,
}

/// What the frame around a view sees.
#[derive(Serialize)]
struct Around<'a> {
    contents: &'a str,
    frame: &'a serde_json::Value,
    address: &'a str,
}

/// Work that goes on beside the requests, or its result made into a view.
pub(crate) fn worked<T>(asked: Asked<T>, show: impl FnOnce(Arc<T>) -> Fallible<Shown>) -> Fallible<Outcome> {
    match asked {
        Asked::Found(value) => Ok(show(value)?.into()),
        Asked::Running(progress) => Ok(Outcome::Running(progress)),
    }
}

/// A file to keep.
pub(crate) struct Download {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        // Only plain letters go into the header.
        let keep = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '.' { c } else { '-' };
        let name: String = self.name.chars().map(keep).collect();
        let mut answer = Body::from(self.bytes).into_response();
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            answer.headers_mut().insert(CONTENT_DISPOSITION, value);
        }
        answer
    }
}

/// An address to go back to, when it lies on the page and nowhere else.
pub(crate) fn inside(address: &str) -> Option<&str> {
    let rest = address.strip_prefix('/')?;
    let elsewhere = rest.starts_with(['/', '\\']) || address.contains(|c: char| c.is_control());
    (!elsewhere).then_some(address)
}

/// Leads to an address of the page.
fn see(address: &str) -> Response {
    let mut headers = HeaderMap::new();
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/matrix"));
    headers.insert(LOCATION, location);
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Trouble without a frame: for whoever was not let in, and when nothing can be drawn.
pub(crate) fn plain(trouble: &Trouble) -> Response {
    let mut text = trouble.said.error.clone();
    for hint in &trouble.said.hints {
        text.push('\n');
        text.push_str(hint);
    }
    text.push('\n');
    (trouble.status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

pub(crate) fn internal(error: &dyn std::error::Error) -> Trouble {
    Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, format!("The page could not be drawn: {error}."))
}

/// Runs on a thread that may wait for the disk.
pub(crate) async fn blocking(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(_) => plain(&Trouble::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The answer came to an unexpected end; what was saved is saved.",
        )),
    }
}
