//! A consistent picture of a ledger file in memory, taken without touching the folder.
//!
//! Opening an SQLite file in write-ahead mode creates side files, even for
//! reading. A reader that must leave no trace therefore takes the bytes of the
//! main file, lays the committed frames of the write-ahead log over them (the
//! format is documented by SQLite, "The WAL file format"), and opens the result
//! from memory.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Kind, Result};

/// The first bytes of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the main header keeps what the opener must know.
const USER_VERSION: std::ops::Range<usize> = 60..64;
const APPLICATION_ID: std::ops::Range<usize> = 68..72;

/// What the header of a ledger file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) user_version: u32,
    pub(crate) application_id: u32,
}

/// Length and time of change of the main file and of its log: equal stamps mean that nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStamp {
    main: Option<(u64, SystemTime)>,
    log: Option<(u64, SystemTime)>,
}

impl FileStamp {
    pub(crate) fn of(path: &Path) -> Self {
        FileStamp { main: stamp(path), log: stamp(&log_path(path)) }
    }

    /// Whether a log with frames lies beside the main file.
    pub(crate) fn has_log(&self) -> bool {
        self.log.is_some_and(|(length, _)| length > 0)
    }

    pub(crate) fn main_length(&self) -> u64 {
        self.main.map_or(0, |(length, _)| length)
    }
}

fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH)))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn log_path(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

/// Whether the file lost power in its very first transaction: the journal beside it says that there was no page
/// before, and so it becomes an empty file again when SQLite recovers it ("Database File Format", "The Rollback
/// Journal").
fn only_begun(path: &Path) -> bool {
    const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    const PAGES_BEFORE: std::ops::Range<usize> = 16..20;
    let mut first = Vec::new();
    let read = File::open(beside(path, "-journal")).and_then(|file| file.take(28).read_to_end(&mut first));
    read.is_ok() && first.len() == 28 && first[..8] == JOURNAL_MAGIC && first[PAGES_BEFORE] == [0; 4]
}

fn read_all(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::from_io(&error, path, "read").because(error))
}

impl Error {
    /// A failed file operation, in words.
    pub(crate) fn from_io(error: &std::io::Error, path: &Path, verb: &str) -> Error {
        use std::io::ErrorKind::{NotFound, PermissionDenied, ReadOnlyFilesystem};
        let kind = match error.kind() {
            NotFound => Kind::NotFound,
            PermissionDenied | ReadOnlyFilesystem if verb == "write" => Kind::ReadOnly,
            _ => Kind::Storage,
        };
        Error::new(kind, format!("{}: cannot {verb} it ({error})", path.display()))
    }
}

/// Reads the header as a reader would see it after recovery; nothing for an empty file, nor for one that becomes
/// empty again.
pub(crate) fn header(path: &Path) -> Result<Option<Header>> {
    let mut first = Vec::new();
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut first))
        .map_err(|error| Error::from_io(&error, path, "read").because(error))?;
    let log = log_path(path);
    if stamp(&log).is_some_and(|(length, _)| length > 0) {
        let bytes = read_all(&log)?;
        let (frames, _) = committed(&bytes);
        if let Some(page) =
            frames.iter().rev().find(|frame| frame.page == 1).and_then(|frame| frame.data(&bytes))
        {
            first = page.get(..100).unwrap_or_default().to_vec();
        }
    }
    if first.is_empty() {
        return Ok(None);
    }
    if first.len() < 100 || &first[..16] != MAGIC {
        if only_begun(path) {
            return Ok(None);
        }
        return Err(Error::corrupt(format!(
            "{}: this is no SQLite file, so it is no ledger",
            path.display()
        )));
    }
    let number =
        |range: std::ops::Range<usize>| u32::from_be_bytes(first[range].try_into().unwrap_or_default());
    Ok(Some(Header { user_version: number(USER_VERSION), application_id: number(APPLICATION_ID) }))
}

/// The main file with its log laid over it, as one self-contained image.
///
/// # Errors
/// `is_busy` when another process keeps writing while the files are read.
pub(crate) fn take(path: &Path) -> Result<Vec<u8>> {
    for attempt in 0..5 {
        if attempt > 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let before = FileStamp::of(path);
        let main = read_all(path)?;
        let log = if before.has_log() { read_all(&log_path(path))? } else { Vec::new() };
        if FileStamp::of(path) == before {
            return Ok(overlay(main, &log));
        }
    }
    Err(Error::new(
        Kind::Busy,
        format!(
            "{}: another process keeps writing to it; wait for it to finish and try again",
            path.display()
        ),
    ))
}

struct Frame {
    page: u32,
    at: usize,
    size: usize,
}

impl Frame {
    fn data<'log>(&self, log: &'log [u8]) -> Option<&'log [u8]> {
        log.get(self.at..self.at + self.size)
    }
}

/// The frames up to the last valid commit, and the size of the database in pages after it.
fn committed(log: &[u8]) -> (Vec<Frame>, u32) {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let word = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(log.get(at..at + 4)?.try_into().ok()?)) };
    let nothing = (Vec::new(), 0);
    let (Some(magic), Some(version), Some(size)) = (word(0), word(4), word(8)) else { return nothing };
    let big_endian = match magic {
        0x377f_0682 => false,
        0x377f_0683 => true,
        _ => return nothing,
    };
    let size = if size == 1 { 65_536 } else { size as usize };
    if version != 3_007_000
        || !(512..=65_536).contains(&size)
        || !size.is_power_of_two()
        || log.len() < HEADER
    {
        return nothing;
    }
    let sum = |mut sums: (u32, u32), bytes: &[u8]| {
        for pair in bytes.chunks_exact(8) {
            let read = |part: &[u8]| {
                let part = part.try_into().unwrap_or_default();
                if big_endian { u32::from_be_bytes(part) } else { u32::from_le_bytes(part) }
            };
            sums.0 = sums.0.wrapping_add(read(&pair[..4])).wrapping_add(sums.1);
            sums.1 = sums.1.wrapping_add(read(&pair[4..])).wrapping_add(sums.0);
        }
        sums
    };
    let mut sums = sum((0, 0), &log[..24]);
    if Some(sums.0) != word(24) || Some(sums.1) != word(28) {
        return nothing;
    }
    let mut frames = Vec::new();
    let mut kept = 0;
    let mut pages = 0;
    let mut at = HEADER;
    while let Some(frame) = log.get(at..at + FRAME_HEADER + size) {
        if frame[8..16] != log[16..24] {
            break;
        }
        sums = sum(sum(sums, &frame[..8]), &frame[FRAME_HEADER..]);
        if Some(sums.0) != word(at + 16) || Some(sums.1) != word(at + 20) {
            break;
        }
        let (Some(page), Some(after)) = (word(at), word(at + 4)) else { break };
        if page == 0 {
            break;
        }
        frames.push(Frame { page, at: at + FRAME_HEADER, size });
        if after != 0 {
            kept = frames.len();
            pages = after;
        }
        at += FRAME_HEADER + size;
    }
    frames.truncate(kept);
    (frames, pages)
}

fn overlay(mut main: Vec<u8>, log: &[u8]) -> Vec<u8> {
    let (frames, pages) = committed(log);
    if let Some(first) = frames.first() {
        let size = first.size;
        // A page beyond the size after the last commit was truncated away again.
        let length = pages as usize * size;
        // A hostile log may claim four billion pages: never more than its frames and the main file hold.
        if length <= main.len() + frames.len() * size {
            main.resize(length, 0);
            for frame in &frames {
                let start = (frame.page as usize - 1) * size;
                if let (Some(place), Some(data)) = (main.get_mut(start..start + size), frame.data(log)) {
                    place.copy_from_slice(data);
                }
            }
        }
    }
    // An image in memory has no log: the two version bytes say "rollback journal".
    if main.len() >= 100 {
        main[18] = 1;
        main[19] = 1;
    }
    main
}
