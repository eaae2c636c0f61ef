//! Who may ask: only a browser on this machine that was given the token, and only from the page itself.

use crate::shared::Shared;
use crate::trouble::Trouble;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, HeaderValue, LOCATION, ORIGIN,
    REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Nothing but the page's own files runs, styles or is fetched; nothing is written into the page by script text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; \
                      base-uri 'none'; require-trusted-types-for 'script'; trusted-types paraph";

/// The brief's preview is a document of its own: it runs nothing at all, and may be framed by the page.
pub(crate) const PREVIEW_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                                         form-action 'none'; frame-ancestors 'self'; base-uri 'none'; sandbox \
                                         allow-same-origin allow-top-navigation-by-user-activation";

/// A random token in hexadecimal digits, 256 bits.
pub(crate) fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Lets a request through or says why not; every answer carries the headers that keep the page to itself.
pub(crate) async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let answer = match admitted(&shared, &request) {
        Ok(Admitted::Known) => next.run(request).await,
        Ok(Admitted::First(cookie)) => {
            let mut answer = StatusCode::SEE_OTHER.into_response();
            answer.headers_mut().insert(LOCATION, HeaderValue::from_static("/matrix"));
            answer.headers_mut().insert(SET_COOKIE, cookie);
            answer
        }
        Err(trouble) => crate::answer::plain(&trouble),
    };
    with_headers(answer)
}

enum Admitted {
    /// The cookie is right.
    Known,
    /// The token in the address is right: the cookie to set.
    First(HeaderValue),
}

fn admitted(shared: &Shared, request: &Request) -> Result<Admitted, Trouble> {
    let headers = request.headers();
    let refused = |why: &str| Trouble::new(StatusCode::FORBIDDEN, why);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !hosts(shared.port).iter().any(|known| known == host) {
        return Err(refused("This page answers only under its own address on this machine."));
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if changes && !from_itself(headers, host) {
        return Err(refused("Only the page itself may change the case."));
    }
    if !changes
        && request.uri().path() == "/"
        && let Some(given) = request.uri().query().and_then(|query| query.strip_prefix("token="))
    {
        if !same(given, &shared.token) {
            return Err(refused("This is not the token of the page that runs now.")
                .hint("Open the address that `paraph serve` printed last."));
        }
        let cookie =
            format!("{}={}; Path=/; HttpOnly; SameSite=Strict", cookie_name(shared.port), shared.token);
        let cookie = HeaderValue::from_str(&cookie).map_err(|_| refused("The token is no header."))?;
        return Ok(Admitted::First(cookie));
    }
    if cookies(headers, &cookie_name(shared.port)).any(|given| same(given, &shared.token)) {
        return Ok(Admitted::Known);
    }
    Err(refused("This browser has not been let in.")
        .hint("Open the address that `paraph serve` printed, with its token."))
}

/// Cookies know no ports: two pages on one machine keep theirs apart by name.
fn cookie_name(port: u16) -> String {
    format!("paraph-{port}")
}

fn hosts(port: u16) -> [String; 2] {
    [format!("127.0.0.1:{port}"), format!("localhost:{port}")]
}

/// Whether a request that changes something comes from the page. A browser says where from; who says nothing is no
/// browser, and has the cookie to show.
fn from_itself(headers: &HeaderMap, host: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let origin = text(ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    origin && site.is_none_or(|site| site == "same-origin")
}

fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(move |pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Compares without telling by its time how much was right.
fn same(given: &str, token: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes())
}

fn with_headers(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // Under `no-referrer` browsers would not say either that a form comes from the page itself.
    set(REFERRER_POLICY, "same-origin");
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    answer
}
