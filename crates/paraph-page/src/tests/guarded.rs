//! Who is let in, and what every answer carries.

use super::client::{Page, escaped};

#[test]
fn only_who_has_the_token_is_let_in() {
    let page = Page::of("harbour");
    let bare = |line: &str, headers: &str| {
        page.raw(
            format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{headers}\r\n", page.port)
                .as_bytes(),
        )
    };
    let refused = bare("GET /matrix", "");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Open the address that `paraph serve` printed"), "{}", refused.body);
    for address in
        ["/", "/matrix.json", "/assets/page.js", "/openapi.json", "/nowhere", "/?token=", "/?token=00"]
    {
        assert_eq!(bare(&format!("GET {address}"), "").status, 403, "{address}");
    }
    assert_eq!(bare("GET /matrix", &format!("Cookie: paraph-{}=00\r\n", page.port)).status, 403);
    // The token lets in once, and the cookie from then on.
    let first = bare(&format!("GET /?token={}", page.token), "");
    assert_eq!((first.status, first.header("location")), (303, Some("/matrix")));
    let cookie = first.header("set-cookie").expect("a cookie is set");
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let pair = cookie.split(';').next().expect("name and value");
    assert_eq!(bare("GET /matrix", &format!("Cookie: {pair}\r\n")).status, 200);
}

#[test]
fn other_hosts_and_other_sites_are_refused() {
    let page = Page::of("harbour");
    let host = |host: &str| {
        let cookie = format!("Cookie: paraph-{}={}", page.port, page.token);
        page.raw(
            format!("GET /matrix HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
        .status
    };
    assert_eq!(host(&format!("127.0.0.1:{}", page.port)), 200);
    assert_eq!(host(&format!("localhost:{}", page.port)), 200);
    for other in ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", ""] {
        assert_eq!(host(other), 403, "{other}");
    }
    let own = format!("http://127.0.0.1:{}", page.port);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let post = |headers: &str| page.ask("POST", "/undo", &format!("{form}{headers}"), "").status;
    assert_ne!(post(&format!("Origin: {own}\r\nSec-Fetch-Site: same-origin\r\n")), 403);
    for bad in [
        "Origin: http://evil.example\r\n".to_owned(),
        "Origin: null\r\n".to_owned(),
        format!("Origin: {own}.evil.example\r\n"),
        "Sec-Fetch-Site: cross-site\r\n".to_owned(),
        "Sec-Fetch-Site: same-site\r\n".to_owned(),
    ] {
        assert_eq!(post(&bad), 403, "{bad}");
        assert_eq!(page.ask("PUT", "/reports/files/x.txt", &bad, "x").status, 403, "{bad}");
    }
    assert!(!page.folder.join("reports/x.txt").exists());
}

#[test]
fn every_answer_keeps_the_page_to_itself() {
    let page = Page::of("harbour");
    for address in
        ["/matrix", "/matrix.json", "/assets/page.css", "/nowhere", "/openapi.json", "/brief/files/x"]
    {
        let answer = page.get(address);
        let policy = answer.header("content-security-policy").expect("a policy").to_owned();
        for word in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(word), "{address}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{address}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{address}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{address}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{address}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{address}");
    }
    // The preview of the brief is styled by itself, and runs nothing.
    page.get("/brief.json");
    let preview = page.get("/brief/preview");
    let policy = preview.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("sandbox") && !policy.contains("script-src") && !policy.contains("allow-scripts")
    );
}

#[test]
fn no_address_leads_out_of_the_case() {
    let page = Page::of("harbour");
    for address in [
        "/assets/../case.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/../../etc/passwd",
        "//etc/passwd",
        "/reports/..%2f..%2fcase.toml",
        "/brief/files/..%2fcase.toml",
        "/assets/page.css%00.js",
    ] {
        let answer = page.get(address);
        assert!((400..500).contains(&answer.status), "{address}: {}", answer.status);
        assert!(!answer.body.contains("root:") && !answer.body.contains("[case]"), "{address}");
    }
    for name in [
        "..%2fcase.toml",
        "..%2f..%2fx.txt",
        "%2Ftmp%2Fx.txt",
        ".hidden.txt",
        "a%00b.txt",
        "x.exe",
        "a%5Cb.txt",
    ] {
        let answer = page.ask("PUT", &format!("/reports/files/{name}"), "", "words");
        assert!((400..500).contains(&answer.status), "{name}: {}", answer.status);
    }
    for scenario in ["../../x", "..", "/etc/passwd", "a\0b"] {
        let answer = page.get(&format!("/agree.json?scenario={}", escaped(scenario)));
        assert_eq!(answer.status, 404, "{scenario}: {}", answer.body);
    }
    let outside = page.folder.parent().expect("a home");
    assert_eq!(std::fs::read_dir(outside).expect("it can be read").count(), 1, "nothing was written outside");
}

#[test]
fn malformed_requests_get_a_sentence() {
    let page = Page::of("harbour");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let long = "x".repeat(20_000);
    for (method, address, headers, body) in [
        ("GET", "/nowhere", "", ""),
        ("GET", "/matrix?as-of=soon", "", ""),
        ("GET", "/matrix?as-of=2025-13-45", "", ""),
        ("GET", "/matrix?stance=angry", "", ""),
        ("GET", "/cells/none/none", "", ""),
        ("GET", "/cells/%ff/%fe", "", ""),
        ("GET", "/reports/none", "", ""),
        ("GET", "/statements/none", "", ""),
        ("GET", "/actors/none", "", ""),
        ("GET", "/timeline?kind=x", "", ""),
        ("GET", "/timeline?since=x", "", ""),
        ("GET", "/agree?scenario=none", "", ""),
        ("GET", "/what-if?order=x", "", ""),
        ("GET", "/what-if?drop=99999", "", ""),
        ("GET", "/what-if?hold=a+%3D+b", "", ""),
        ("GET", "/hold/QQQ", "", ""),
        ("GET", "/brief?audience=all", "", ""),
        ("GET", "/brief/files/none", "", ""),
        ("GET", "/work/1", "", ""),
        ("GET", "/work/x/events", "", ""),
        ("GET", &format!("/search?text={long}"), "", ""),
        ("POST", "/matrix", form, "a=b"),
        ("DELETE", "/reports", "", ""),
        ("POST", "/reports", form, "text="),
        ("POST", "/reports", form, "text=x&date=soon"),
        ("POST", "/reports", "Content-Type: text/plain\r\n", "text=x"),
        ("POST", "/reports", "", ""),
        ("POST", "/model", form, ""),
        ("POST", "/model", form, "do=text"),
        ("POST", "/model", form, "do=dance&seen=x"),
        ("POST", "/model/check", form, ""),
        ("POST", "/statements/none", form, "do=confirm"),
        ("POST", "/cells/none/none", form, "reason=x&stance=accepts"),
        ("POST", "/undo", form, "action=zzzz"),
        ("POST", "/work/99/stop", form, ""),
        ("PUT", "/reports/files/x.txt", "", ""),
        ("PUT", "/reports/files/x.docx", "", "no zip"),
        ("PUT", "/reports/files/x.html", "", "<script>alert(1)</script>"),
        ("PUT", "/reports/files/x.pdf", "", "%PDF-1.7"),
        ("PUT", "/reports/files/%ff.txt", "", "words"),
        ("GET", "/reports/reading", "", ""),
        ("GET", "/reports?from=99999", "", ""),
        ("GET", "/reports?from=-1", "", ""),
        ("PATCH", "/model", form, "do=text"),
        ("OPTIONS", "/matrix", "", ""),
        ("TRACE", "/matrix", "", ""),
        ("PROPFIND", "/", "", ""),
        ("HEAD", "/nowhere.json", "", ""),
        ("GET", "/matrix%ff", "", ""),
        ("GET", "/search?text=%ff%fe", "", ""),
        ("GET", "/search.json?text=%c3%28", "", ""),
        ("GET", "/hold/%00", "", ""),
        ("GET", "/statements/%f0%28%8c%28", "", ""),
        ("POST", "/reports", form, "text=%ff%fe+words+words"),
        ("POST", "/reports", "Content-Type: application/json\r\n", "{\"text\": \"words\""),
        ("POST", "/reports", "Content-Type: multipart/form-data; boundary=x\r\n", "--x--"),
        (
            "POST",
            "/undo",
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: gzip\r\n",
            "a=b",
        ),
        ("POST", "/model", form, "do=text&do=party&seen=x&id=..%2f..%2fx&text=%00"),
        ("GET", "/matrix", &format!("X-Long: {}\r\n", "y".repeat(60_000)), ""),
        ("GET", "/matrix", &"X-Many: z\r\n".repeat(90), ""),
    ] {
        let answer = page.ask(method, address, headers, body);
        let shown: String = address.chars().take(60).collect();
        assert!(
            (400..500).contains(&answer.status),
            "{method} {shown} {body}: {} {}",
            answer.status,
            answer.body
        );
        let words = answer.body.split_whitespace().count();
        assert!(words >= 3 || method == "HEAD", "{method} {shown}: {}", answer.body);
        assert!(!answer.body.contains("<script>alert"), "{method} {shown}: {}", answer.body);
    }
    // A form in bytes that are no UTF-8, and a body that ends before its length.
    for body in [&b"text=\xff\xfe"[..], b"text=\xc3("] {
        let mut bytes = format!(
            "POST /reports HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\nCookie: paraph-{0}={1}\r\nConnection: close\r\n{form}\
             Content-Length: {2}\r\n\r\n",
            page.port,
            page.token,
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        assert_eq!(page.raw(&bytes).status, 400, "{body:?}");
    }
    for bytes in [&b"\r\n\r\n"[..], b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n"] {
        let answer = page.raw(bytes);
        assert!(answer.status == 0 || (400..506).contains(&answer.status), "{bytes:?}: {}", answer.status);
    }
    assert_eq!(page.get("/matrix").status, 200, "the page still answers");
}
