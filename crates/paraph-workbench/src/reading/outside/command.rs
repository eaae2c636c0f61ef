//! A command that reads questions and writes answers, a line each.

use super::{Answer, LARGEST_ANSWER, Question, brief};
use crate::failure::{Failure, Outcome};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::time::Duration;

/// A command, started when it is first asked and again when it fell silent.
#[derive(Debug)]
pub(super) struct Command {
    words: Vec<String>,
    patience: Duration,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    /// Lines for a thread that writes them, so that a command that does not listen holds up nobody.
    questions: Sender<Vec<u8>>,
    answers: Receiver<Result<Vec<u8>, String>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Command {
    pub(super) fn new(line: &str, patience: Duration) -> Outcome<Self> {
        let words = shlex::split(line).filter(|words| !words.is_empty()).ok_or_else(|| {
            Failure::new(format!("`{line}` is no command"))
                .hint("close its quotation marks, or name a program")
        })?;
        let mut command = Command { words, patience, running: None };
        command.running = Some(command.start()?);
        Ok(command)
    }

    fn start(&self) -> Outcome<Running> {
        let mut child = std::process::Command::new(&self.words[0])
            .args(&self.words[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| Failure::new(format!("`{}` cannot be started: {error}", self.words[0])))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::new(format!("`{}` cannot be talked to", self.words[0])));
        };
        let (questions, lines) = channel();
        std::thread::spawn(move || write(stdin, &lines));
        let (sender, answers) = sync_channel(1);
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            loop {
                let line = line(&mut stdout);
                let last = line.is_err();
                if sender.send(line).is_err() || last {
                    break;
                }
            }
        });
        Ok(Running { child, questions, answers })
    }

    /// Asks one question; on any failure the command is ended and started anew for the next.
    pub(super) fn ask(&mut self, question: &Question<'_>) -> Result<Answer, String> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.start().map_err(|failure| failure.to_string())?,
        };
        if running.answers.try_recv().is_ok() {
            // It speaks without being asked, so nobody can tell which question a line answers.
            return Err("it wrote more than one line for a report".to_owned());
        }
        let answer = Answer::parse(&exchange(&mut running, question, self.patience)?)?;
        match &answer.id {
            Some(id) if id != question.id => Err("it answered another question".to_owned()),
            _ => {
                self.running = Some(running);
                Ok(answer)
            }
        }
    }
}

fn exchange(running: &mut Running, question: &Question<'_>, patience: Duration) -> Result<Vec<u8>, String> {
    let mut line = serde_json::to_vec(question).map_err(|error| error.to_string())?;
    line.push(b'\n');
    running.questions.send(line).map_err(|_| "it has ended".to_owned())?;
    match running.answers.recv_timeout(patience) {
        Ok(answer) => answer,
        Err(_) => Err(format!("it took longer than {} seconds", patience.as_secs())),
    }
}

fn write(mut stdin: ChildStdin, lines: &Receiver<Vec<u8>>) {
    for line in lines {
        // A command that has ended shows by its silence.
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            break;
        }
    }
}

/// One line, of bounded length.
fn line(stdout: &mut impl BufRead) -> Result<Vec<u8>, String> {
    let mut line = Vec::new();
    stdout
        .take(LARGEST_ANSWER + 1)
        .read_until(b'\n', &mut line)
        .map_err(|error| brief(&error.to_string()))?;
    if line.is_empty() {
        return Err("it has ended".to_owned());
    }
    if line.len() as u64 > LARGEST_ANSWER {
        return Err(format!("its answer is longer than {} MiB", LARGEST_ANSWER >> 20));
    }
    Ok(line)
}
