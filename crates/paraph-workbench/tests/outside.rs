//! Outside readers that answer well, badly, slowly and maliciously.

use paraph_ledger::{Audience, Ledger, Stamp, StatementFilter};
use paraph_reading::{Names, Party, Reader};
use paraph_workbench::reading::{
    Defaults, Engine, Intake, Outside, OutsideReader, Received, Report, Summary, compare,
};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const REPORT: &str = "Ana Brandt said that no ship comes in. Officials said that the port stays open.";

/// A server on this machine that treats every request the same way, until it is dropped.
struct Server {
    port: u16,
    asked: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl Server {
    fn new(treat: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, ended, treat) = (Arc::clone(&asked), Arc::clone(&over), Arc::new(treat));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(mut stream) = stream else { continue };
                counted.fetch_add(1, Ordering::Relaxed);
                let treat = Arc::clone(&treat);
                std::thread::spawn(move || {
                    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                    let request = request(&mut stream);
                    treat(&request, &mut stream);
                });
            }
        });
        Server { port, asked, over }
    }

    fn url(&self) -> String {
        format!("openai:http://127.0.0.1:{}/v1", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the thread that listens.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

/// A whole request, by its content length.
fn request(stream: &mut TcpStream) -> String {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|rest| rest.trim().parse::<usize>())
            });
            if body.len() >= length.and_then(Result::ok).unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend(&part[..count]),
            _ => return text,
        }
    }
}

fn reply(stream: &mut TcpStream, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

fn chat(content: &str) -> Vec<u8> {
    serde_json::json!({"choices": [{"message": {"role": "assistant", "content": content}}]})
        .to_string()
        .into_bytes()
}

const ANSWER: &str = r#"{"statements": [
  {"speaker": "Ana Brandt", "kind": "named", "cue": "said", "content": "that no ship comes in", "party": "north", "act": "reject"},
  {"speaker": "Officials", "cue": "said", "content": "that the port stays closed"}]}"#;

fn names() -> Names {
    Names { parties: vec![Party { id: "north".to_owned(), ..Party::default() }], issues: Vec::new() }
}

fn outside(reader: &str, seconds: u64) -> OutsideReader {
    let outside = Outside {
        reader: reader.to_owned(),
        model: Some("small".to_owned()),
        allow_remote: false,
        patience: Duration::from_secs(seconds),
    };
    OutsideReader::new(&outside, &names()).unwrap()
}

fn take(reader: &mut OutsideReader, ledger: &mut Ledger, count: usize) -> Summary {
    let stamp = Stamp::new("Ana", "2031-03-04T10:00:00Z".parse().unwrap());
    let mut intake = Intake::new(ledger, &stamp, Engine::Outside(reader), Defaults::default()).unwrap();
    for number in 0..count {
        let bytes = format!("{REPORT} {number}").into_bytes();
        intake.take(vec![Received { name: format!("{number}.txt"), bytes: Ok(bytes) }]).unwrap();
    }
    intake.finish().unwrap()
}

fn statements(ledger: &Ledger) -> Vec<paraph_ledger::StoredStatement> {
    let filter = StatementFilter { audience: Audience::Restricted, ..StatementFilter::default() };
    ledger.statements(&filter).unwrap()
}

/// One report, asked of a server with a patience of two seconds; the sentence that says why nothing came.
fn refused(treat: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> String {
    let server = Server::new(treat);
    let mut ledger = Ledger::in_memory().unwrap();
    let begun = Instant::now();
    let summary = take(&mut outside(&server.url(), 2), &mut ledger, 1);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "it waits no longer than it was told, on however slow a machine"
    );
    assert!(summary.stored.is_empty() && statements(&ledger).is_empty());
    summary.refused[0].why.clone()
}

#[test]
fn a_good_answer_is_proposed_under_the_name_of_its_reader_and_what_is_not_there_is_dropped() {
    let server = Server::new(|request, stream| {
        assert!(request.starts_with("POST /v1/chat/completions "), "{request}");
        assert!(request.contains("no ship comes in") && request.contains("\"model\":\"small\""), "{request}");
        reply(stream, &chat(&format!("Here it is:\n```json\n{ANSWER}\n```")));
    });
    let mut ledger = Ledger::in_memory().unwrap();
    let mut reader = outside(&server.url(), 20);
    let summary = take(&mut reader, &mut ledger, 1);
    assert_eq!(summary.stored[0].proposed, 1);
    assert_eq!(
        summary.remarks,
        [format!(
            "0.txt: of the statements of {}, 1 dropped, as their words do not stand in the report",
            reader.name()
        )]
    );
    let stored = statements(&ledger);
    assert_eq!(stored[0].record.reader, format!("small at 127.0.0.1:{}", server.port));
    assert_eq!(stored[0].words.content_line(), "that no ship comes in");
    assert_eq!(stored[0].record.party.as_deref(), Some("north"));
    // Again: the report was read by this reader, which is not asked.
    let again = take(&mut reader, &mut ledger, 1);
    assert!(!again.stored[0].new);
    assert_eq!(server.asked.load(Ordering::Relaxed), 1);
    assert_eq!(statements(&ledger).len(), 1);
    // The built-in reader has not read it yet.
    let stamp = Stamp::new("Ana", "2031-03-04T10:00:00Z".parse().unwrap());
    let built_in = Reader::new(&names());
    let engine = Engine::BuiltIn(&built_in);
    let mut intake = Intake::new(&mut ledger, &stamp, engine, Defaults::default()).unwrap();
    let bytes = format!("{REPORT} 0").into_bytes();
    intake.take(vec![Received { name: "0.txt".to_owned(), bytes: Ok(bytes) }]).unwrap();
    assert!(intake.finish().unwrap().stored[0].new);
}

#[test]
fn bad_answers_give_a_sentence_and_nothing_else() {
    let cases: [(&str, Vec<u8>); 7] = [
        ("is no JSON", b"good day".to_vec()),
        ("is no JSON", vec![0xFF, 0xFE, 0]),
        ("choices[0]", b"{\"choices\": []}".to_vec()),
        ("with `statements`", chat("I would rather not.")),
        ("with `statements`", chat("{\"statements\": 7}")),
        ("with `statements`", chat(&"[".repeat(100_000))),
        ("is no JSON", vec![b'['; 1_000_000]),
    ];
    for (why, body) in cases {
        let told = refused(move |_, stream| reply(stream, &body));
        assert!(told.contains(why), "{why}: {told}");
        assert!(told.len() < 400, "{told}");
    }
    let told = refused(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n");
    });
    assert!(told.contains("500"), "{told}");
    refused(|_, stream| {
        let _ = stream.write_all(b"\0\0\0 hello\r\n\r\n");
    });
    refused(|_, _| {});
}

#[test]
fn slow_endless_and_huge_answers_end() {
    refused(|_, _| std::thread::sleep(Duration::from_secs(6)));
    // A letter now and then, for ever.
    refused(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    // As much as the line takes, for ever.
    let told = refused(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
        while stream.write_all(&chunk).is_ok() {}
    });
    assert!(!told.is_empty());
    refused(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"x-more: and more\r\n").is_ok() {}
    });
}

#[test]
fn nobody_is_sent_elsewhere() {
    let trap = Server::new(|_, stream| reply(stream, &chat(ANSWER)));
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let head = format!(
            "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:{}/v1/chat/completions\r\ncontent-length: 0\r\n\r\n",
            trap.port
        );
        let told = refused(move |_, stream| {
            let _ = stream.write_all(head.as_bytes());
        });
        assert!(told.contains("points elsewhere"), "{told}");
    }
    assert_eq!(trap.asked.load(Ordering::Relaxed), 0);
}

#[test]
fn a_reader_that_stays_silent_is_not_asked_for_ever() {
    let server = Server::new(|_, stream| reply(stream, b"no"));
    let mut ledger = Ledger::in_memory().unwrap();
    let summary = take(&mut outside(&server.url(), 20), &mut ledger, 8);
    assert_eq!(summary.refused.len(), 8);
    assert!(summary.refused[7].why.contains("was not asked"), "{}", summary.refused[7].why);
    assert_eq!(server.asked.load(Ordering::Relaxed), 3);
}

#[cfg(unix)]
mod commands {
    use super::*;

    /// A reader in the shell: what it does with each line it is asked.
    fn shell(each: &str) -> String {
        format!("sh -c 'while read -r line; do {each}; done'")
    }

    #[test]
    fn a_command_answers_line_by_line() {
        let answer = ANSWER.replace('\n', " ");
        let mut reader =
            outside(&shell(&format!("printf \"%s\\n\" \"{}\"", answer.replace('"', "\\\""))), 20);
        let mut ledger = Ledger::in_memory().unwrap();
        let summary = take(&mut reader, &mut ledger, 3);
        assert_eq!(summary.stored.iter().map(|one| one.proposed).sum::<usize>(), 3, "{summary:?}");
        assert!(statements(&ledger).iter().all(|one| one.record.reader.starts_with("command sh -c")));
    }

    #[test]
    fn commands_that_misbehave_give_a_sentence() {
        for (why, each) in [
            ("longer than 2 seconds", "sleep 30"),
            ("is no JSON", "echo no"),
            ("has ended", "exit 3"),
            ("not UTF-8", "printf \"\\377\\376\\n\""),
            ("another question", "echo \"{\\\"id\\\": \\\"other\\\", \\\"statements\\\": []}\""),
            ("longer than 8 MiB", "yes | tr -d \"\\n\""),
        ] {
            let mut ledger = Ledger::in_memory().unwrap();
            let summary = take(&mut outside(&shell(each), 2), &mut ledger, 1);
            let told = &summary.refused[0].why;
            assert!(told.contains(why), "{each}: {told}");
            assert!(statements(&ledger).is_empty());
        }
        let wrong = |reader: &str| {
            let outside = Outside {
                reader: reader.to_owned(),
                model: None,
                allow_remote: false,
                patience: Duration::from_secs(1),
            };
            OutsideReader::new(&outside, &names()).unwrap_err().to_string()
        };
        assert!(wrong("no-such-program-anywhere").contains("cannot be started"));
        assert!(wrong("sh -c 'open").contains("is no command"));
    }

    #[test]
    fn two_readers_are_set_side_by_side() {
        let report = Report::open("one.txt", REPORT.as_bytes(), &Defaults::default()).unwrap();
        let reader = Reader::new(&names());
        let own = report.read(&reader);
        assert_eq!(own.statements.len(), 2);
        let answer = ANSWER.replace('\n', " ").replace('"', "\\\"");
        let mut outside = outside(&shell(&format!("printf \"%s\\n\" \"{answer}\"")), 20);
        let answered = outside.read("one", &report).unwrap();
        let compared = compare("one", &report, &own, reader.name(), &answered, outside.name());
        assert_eq!(
            (compared.both.len(), compared.only_built_in.len(), compared.only_outside.len()),
            (1, 1, 0)
        );
        assert!(compared.both[0].differ.iter().any(|differ| differ.starts_with("act: ")), "{compared:?}");
        assert_eq!(compared.dropped, 1);
    }
}
