//! A server over a copy of an example, and a client that sends any bytes.

use crate::{Handle, Server, Settings};
use paraph_workbench::Outcome;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

/// A server that ends with the test.
pub(crate) struct Page {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) token: String,
    stop: Handle,
    thread: Option<JoinHandle<Outcome<()>>>,
    _home: Option<tempfile::TempDir>,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the example can be read") {
        let entry = entry.expect("its entries too");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

impl Page {
    /// A server over a copy of an example.
    pub(crate) fn of(example: &str) -> Self {
        Page::changed(example, |_| {})
    }

    /// The same, with the folder changed before it is opened.
    pub(crate) fn changed(example: &str, change: impl FnOnce(&Path)) -> Self {
        let home = tempfile::tempdir().expect("a folder for the test");
        let folder = home.path().join("case");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example), &folder);
        change(&folder);
        Page::over(folder, Some(home))
    }

    /// Another server over the same folder.
    pub(crate) fn beside(&self) -> Self {
        Page::over(self.folder.clone(), None)
    }

    fn over(folder: PathBuf, home: Option<tempfile::TempDir>) -> Self {
        let settings = Settings { port: None, author: Some("Ana".to_owned()) };
        let server = Server::bind(&folder, settings).expect("the page can be bound");
        let (address, stop) = (server.address(), server.handle());
        let (start, token) = address.split_once("/?token=").expect("the address has a token");
        let port = start.rsplit_once(':').expect("and a port").1.parse().expect("a number");
        let token = token.to_owned();
        let thread = std::thread::spawn(move || server.run());
        Page { folder, port, token, stop, thread: Some(thread), _home: home }
    }

    /// Sends bytes as they are and reads the whole answer.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the page listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        // A server that refuses early closes before everything is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let body = if head.to_lowercase().contains("transfer-encoding: chunked") {
            unchunked(body)
        } else {
            body.to_owned()
        };
        Answer { status, head: head.to_owned(), body }
    }

    /// A request with the cookie and these further headers.
    pub(crate) fn ask(&self, method: &str, address: &str, headers: &str, body: &str) -> Answer {
        self.raw(
            format!(
                "{method} {address} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: a=b; paraph-{}={}\r\n\
                 Connection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
                self.port,
                self.port,
                self.token,
                body.len()
            )
            .as_bytes(),
        )
    }

    pub(crate) fn get(&self, address: &str) -> Answer {
        self.ask("GET", address, "", "")
    }

    /// Sends a form; the fields are escaped here.
    pub(crate) fn post(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        self.ask("POST", address, "Content-Type: application/x-www-form-urlencoded\r\n", &pairs.join("&"))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub(crate) fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn unchunked(body: &str) -> String {
    let mut rest = body;
    let mut whole = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
        if length == 0 || length > after.len() {
            break;
        }
        whole.push_str(&after[..length]);
        rest = after[length..].trim_start_matches("\r\n");
    }
    whole
}
