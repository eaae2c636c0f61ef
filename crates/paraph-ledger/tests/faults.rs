//! Power loss and failing disks, simulated by a virtual file system under SQLite.
//!
//! The file system lives in memory, writes down every operation, and can fail
//! at any of them. Power loss is then played on what was written down: up to
//! some operation, everything that was synced is there, and of everything else
//! each write is there, lost, or torn at 512-byte sectors, independently (so
//! writes also arrive out of order). `PARAPH_LEDGER_POWER_LOSSES` sets how many
//! points are tried (500 unless set). The same test on a disk that ignores
//! syncs, which is what `synchronous=OFF` amounts to, must lose something:
//! that shows that the test can fail.

#[path = "ledger/support.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod support;

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::sync::Mutex;

use paraph_ledger::{Ledger, Receipt, ReceiptCheck};
use rusqlite::ffi;
use support::{Dice, one_action};

/// One operation on one file, by name.
#[derive(Clone)]
enum Operation {
    Write { name: String, at: usize, data: Vec<u8> },
    Truncate { name: String, length: usize },
    Sync { name: String },
    Delete { name: String, synced: bool },
}

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Full,
    Write,
    ShortWrite,
    Sync,
}

#[derive(Default)]
struct Disk {
    files: BTreeMap<String, Vec<u8>>,
    operations: Vec<Operation>,
    /// Operation at which to fail, and how; and whether every later one fails, too.
    fault: Option<(usize, Fault, bool)>,
    /// How many operations there were, failed ones included.
    count: usize,
    failed: usize,
    regions: BTreeMap<String, Vec<Box<[u8]>>>,
}

impl Disk {
    /// Whether the next operation fails.
    fn fails(&mut self, syncing: bool) -> Option<Fault> {
        self.count += 1;
        let (at, fault, for_good) = self.fault?;
        let hit = if for_good { self.count > at } else { self.count == at + 1 };
        // A disk that is full can still sync, a disk that cannot sync can still write.
        let fits = if syncing { fault == Fault::Sync } else { fault != Fault::Sync };
        (hit && fits).then(|| {
            self.failed += 1;
            fault
        })
    }
}

static DISK: Mutex<Option<Disk>> = Mutex::new(None);

fn with_disk<T>(run: impl FnOnce(&mut Disk) -> T) -> T {
    let mut disk = DISK.lock().unwrap();
    run(disk.get_or_insert_with(Disk::default))
}

/// An open file: SQLite allocates it, and owns its memory.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    name: *mut String,
}

/// The name of an open file.
fn name_of(file: *mut ffi::sqlite3_file) -> String {
    // SAFETY: SQLite passes back the file that `open` filled in, until `close`.
    unsafe { (*(*file.cast::<Handle>()).name).clone() }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let handle = file.cast::<Handle>();
    // SAFETY: `name` came from `Box::into_raw` in `open`, and a file is closed once.
    unsafe {
        if !(*handle).name.is_null() {
            drop(Box::from_raw((*handle).name));
            (*handle).name = std::ptr::null_mut();
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, out: *mut c_void, amount: c_int, at: i64) -> c_int {
    let name = name_of(file);
    with_disk(|disk| {
        let bytes = disk.files.get(&name).map(Vec::as_slice).unwrap_or_default();
        let start = (at as usize).min(bytes.len());
        let end = (start + amount as usize).min(bytes.len());
        let found = &bytes[start..end];
        // SAFETY: SQLite gives room for `amount` bytes.
        let out = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), amount as usize) };
        out[..found.len()].copy_from_slice(found);
        out[found.len()..].fill(0);
        if found.len() == out.len() { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
    })
}

fn put(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    data: *const c_void,
    amount: c_int,
    at: i64,
) -> c_int {
    let name = name_of(file);
    // SAFETY: SQLite passes `amount` bytes.
    let data = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), amount as usize) };
    with_disk(|disk| {
        let fault = disk.fails(false);
        let written = match fault {
            None => data,
            Some(Fault::ShortWrite) => &data[..data.len() / 2],
            Some(_) => &[],
        };
        put(disk.files.entry(name.clone()).or_default(), at as usize, written);
        disk.operations.push(Operation::Write { name, at: at as usize, data: written.to_vec() });
        match fault {
            None => ffi::SQLITE_OK,
            Some(Fault::Full) => ffi::SQLITE_FULL,
            Some(_) => ffi::SQLITE_IOERR_WRITE,
        }
    })
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    let name = name_of(file);
    with_disk(|disk| {
        if disk.fails(false).is_some() {
            return ffi::SQLITE_IOERR_TRUNCATE;
        }
        disk.files.entry(name.clone()).or_default().resize(length as usize, 0);
        disk.operations.push(Operation::Truncate { name, length: length as usize });
        ffi::SQLITE_OK
    })
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    let name = name_of(file);
    with_disk(|disk| {
        if disk.fails(true).is_some() {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        disk.operations.push(Operation::Sync { name });
        ffi::SQLITE_OK
    })
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    let name = name_of(file);
    let length = with_disk(|disk| disk.files.get(&name).map_or(0, Vec::len));
    // SAFETY: SQLite gives a place for the size.
    unsafe { *size = length as i64 };
    ffi::SQLITE_OK
}

/// One process with one connection at a time: every lock is granted.
unsafe extern "C" fn lock(_file: *mut ffi::sqlite3_file, _level: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(_file: *mut ffi::sqlite3_file, held: *mut c_int) -> c_int {
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *held = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(
    _file: *mut ffi::sqlite3_file,
    _code: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_file: *mut ffi::sqlite3_file) -> c_int {
    512
}

/// What the file system of a usual disk promises: a write harms no byte beside it.
unsafe extern "C" fn device_characteristics(_file: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    let name = name_of(file);
    with_disk(|disk| {
        let regions = disk.regions.entry(name).or_default();
        while extend != 0 && regions.len() <= page as usize {
            regions.push(vec![0; size as usize].into_boxed_slice());
        }
        let region =
            regions.get_mut(page as usize).map_or(std::ptr::null_mut(), |region| region.as_mut_ptr());
        // SAFETY: SQLite gives a place for the address; a region stays where it is until `shm_unmap`.
        unsafe { *out = region.cast() };
        ffi::SQLITE_OK
    })
}

unsafe extern "C" fn shm_lock(
    _file: *mut ffi::sqlite3_file,
    _offset: c_int,
    _n: c_int,
    _flags: c_int,
) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_barrier(_file: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    let name = name_of(file);
    with_disk(|disk| disk.regions.remove(&name));
    ffi::SQLITE_OK
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(lock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let handle = file.cast::<Handle>();
    // SAFETY: SQLite passes a name or null, room for a `Handle` (`szOsFile`), and a place for the flags or null.
    unsafe {
        let name = if name.is_null() {
            "temporary".to_owned()
        } else {
            CStr::from_ptr(name).to_string_lossy().into_owned()
        };
        with_disk(|disk| {
            disk.files.entry(name.clone()).or_default();
        });
        (*handle).base.pMethods = &METHODS;
        (*handle).name = Box::into_raw(Box::new(name));
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_vfs: *mut ffi::sqlite3_vfs, name: *const c_char, synced: c_int) -> c_int {
    // SAFETY: SQLite passes a name.
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
    with_disk(|disk| {
        if disk.fails(false).is_some() {
            return ffi::SQLITE_IOERR_DELETE;
        }
        disk.files.remove(&name);
        disk.operations.push(Operation::Delete { name, synced: synced != 0 });
        ffi::SQLITE_OK
    })
}

unsafe extern "C" fn access(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite passes a name and a place for the answer.
    unsafe {
        let name = CStr::from_ptr(name).to_string_lossy().into_owned();
        *out = c_int::from(with_disk(|disk| disk.files.contains_key(&name)));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_path(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite passes a name and `room` bytes.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > room as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(_vfs: *mut ffi::sqlite3_vfs, amount: c_int, out: *mut c_char) -> c_int {
    let mut dice = Dice(0x5eed);
    for index in 0..amount as usize {
        // SAFETY: SQLite gives room for `amount` bytes.
        unsafe { *out.add(index) = dice.next() as c_char };
    }
    amount
}

unsafe extern "C" fn sleep(_vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

unsafe extern "C" fn current_time(_vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite gives a place for the time.
    unsafe { *out = 2_461_000.5 };
    ffi::SQLITE_OK
}

const SHIM: &CStr = c"paraph-simulated-disk";

/// Makes the simulated disk, or the real one, what every new connection opens.
fn use_simulated_disk(simulated: bool) {
    static REGISTER: std::sync::Once = std::sync::Once::new();
    REGISTER.call_once(|| {
        // SAFETY: SQLite keeps the structure for the life of the process, so it is leaked; all members are set.
        unsafe {
            let mut vfs: ffi::sqlite3_vfs = std::mem::zeroed();
            vfs.iVersion = 1;
            vfs.szOsFile = size_of::<Handle>() as c_int;
            vfs.mxPathname = 1024;
            vfs.zName = SHIM.as_ptr();
            vfs.xOpen = Some(open);
            vfs.xDelete = Some(delete);
            vfs.xAccess = Some(access);
            vfs.xFullPathname = Some(full_path);
            vfs.xRandomness = Some(randomness);
            vfs.xSleep = Some(sleep);
            vfs.xCurrentTime = Some(current_time);
            ffi::sqlite3_vfs_register(Box::into_raw(Box::new(vfs)), 0);
        }
    });
    let name = if simulated { SHIM.as_ptr() } else { c"unix".as_ptr() };
    // SAFETY: both are registered; registering again only changes the default.
    unsafe {
        let vfs = ffi::sqlite3_vfs_find(name);
        assert!(!vfs.is_null());
        ffi::sqlite3_vfs_register(vfs, 1);
    }
}

/// What a script did on the simulated disk.
struct Played {
    /// After how many operations which receipt was reported.
    saved: Vec<(usize, Receipt)>,
    operations: Vec<Operation>,
    files: BTreeMap<String, Vec<u8>>,
    failed: usize,
    errors: Vec<paraph_ledger::Error>,
    /// How many operations there were, failed ones included.
    count: usize,
}

/// Plays a script: several sessions, each of which opens the ledger, acts and closes it.
fn play_on_disk(
    folder: &Path,
    seed: u64,
    (sessions, actions): (u64, usize),
    fault: Option<(usize, Fault, bool)>,
) -> Played {
    *DISK.lock().unwrap() = Some(Disk { fault, ..Disk::default() });
    use_simulated_disk(true);
    let mut saved = Vec::new();
    let mut errors = Vec::new();
    let mut dice = Dice(seed);
    for session in 0..sessions {
        let mut ledger = match Ledger::open(folder) {
            Ok(ledger) => ledger,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for number in 0..actions {
            let done = one_action(&mut ledger, &mut dice, seed + session, number);
            match (done, ledger.receipt()) {
                (Ok(()), Ok(receipt)) => saved.push((with_disk(|disk| disk.operations.len()), receipt)),
                (Err(error), _) | (_, Err(error)) => errors.push(error),
            }
        }
    }
    use_simulated_disk(false);
    let disk = DISK.lock().unwrap().take().unwrap();
    Played {
        saved,
        operations: disk.operations,
        files: disk.files,
        failed: disk.failed,
        errors,
        count: disk.count,
    }
}

/// Opens what is on a disk as a real folder and asks whether everything reported saved is there.
fn look(files: &BTreeMap<String, Vec<u8>>, saved: Option<&Receipt>) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        if let Some(name) = Path::new(name).file_name() {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
    }
    for readonly in [true, false] {
        let opened =
            if readonly { Ledger::open_readonly(folder.path()) } else { Ledger::open(folder.path()) };
        let ledger = opened.map_err(|error| format!("cannot be opened: {error}"))?;
        if !readonly {
            let verification = ledger.verify().map_err(|error| error.to_string())?;
            if !verification.holds() {
                return Err(format!("does not verify: {:?}", verification.problems));
            }
        }
        if let Some(saved) = saved {
            match ledger.verify_receipt(saved).map_err(|error| error.to_string())? {
                ReceiptCheck::Current | ReceiptCheck::Grown { .. } => {}
                other => {
                    let sizes: Vec<_> = files
                        .iter()
                        .map(|(name, bytes)| (Path::new(name).file_name().unwrap_or_default(), bytes.len()))
                        .collect();
                    return Err(format!(
                        "read only: {readonly}, {sizes:?}: {saved} was reported saved: {other}"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// What may be on a disk that lost power after so many operations.
fn after_power_loss(
    operations: &[Operation],
    dice: &mut Dice,
    syncs_count: bool,
) -> BTreeMap<String, Vec<u8>> {
    #[derive(Default)]
    struct File {
        durable: Option<Vec<u8>>,
        /// What happened to it since it was last synced.
        pending: Vec<Operation>,
    }
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let apply = |bytes: &mut Vec<u8>, operation: &Operation| match operation {
        Operation::Write { at, data, .. } => put(bytes, *at, data),
        Operation::Truncate { length, .. } => bytes.resize(*length, 0),
        Operation::Sync { .. } | Operation::Delete { .. } => {}
    };
    for operation in operations {
        match operation {
            Operation::Sync { name } if syncs_count => {
                let file = files.entry(name.clone()).or_default();
                let mut bytes = file.durable.take().unwrap_or_default();
                for operation in file.pending.drain(..) {
                    apply(&mut bytes, &operation);
                }
                file.durable = Some(bytes);
            }
            Operation::Sync { .. } => {}
            Operation::Delete { name, synced } => {
                // Unless the folder is synced, a deleted file may be back.
                if *synced && syncs_count || dice.below(2) == 0 {
                    files.remove(name);
                }
            }
            Operation::Write { name, .. } | Operation::Truncate { name, .. } => {
                files.entry(name.clone()).or_default().pending.push(operation.clone());
            }
        }
    }
    let mut found = BTreeMap::new();
    for (name, file) in files {
        let mut bytes = match file.durable {
            Some(bytes) => bytes,
            // A file that was never synced may not be there at all.
            None if dice.below(2) == 0 => continue,
            None => Vec::new(),
        };
        for operation in &file.pending {
            match (dice.below(3), operation) {
                (0, _) => {}
                (1, Operation::Write { at, data, .. }) => {
                    for (number, sector) in data.chunks(512).enumerate() {
                        if dice.below(2) == 0 {
                            put(&mut bytes, at + number * 512, sector);
                        }
                    }
                }
                _ => apply(&mut bytes, operation),
            }
        }
        found.insert(name, bytes);
    }
    found
}

/// Tries so many points of power loss; says what was lost at each that lost something.
fn power_losses(points: usize, syncs_count: bool) -> Vec<String> {
    let mut dice = Dice(if syncs_count { 17 } else { 18 });
    let mut lost = Vec::new();
    let scripts = 5;
    for script in 0..scripts {
        let folder = tempfile::tempdir().unwrap();
        let played = play_on_disk(folder.path(), 100 + script, (4, 7), None);
        assert!(played.saved.len() > 10 && played.operations.len() > 100);
        for _ in 0..points / scripts as usize {
            let at = 1 + dice.below(played.operations.len());
            let saved = played
                .saved
                .iter()
                .rev()
                .find(|(operations, _)| *operations <= at)
                .map(|(_, receipt)| receipt);
            let files = after_power_loss(&played.operations[..at], &mut dice, syncs_count);
            if let Err(error) = look(&files, saved) {
                lost.push(format!("script {script}, operation {at} of {}: {error}", played.operations.len()));
            }
        }
    }
    lost
}

fn main() {
    let points: usize =
        std::env::var("PARAPH_LEDGER_POWER_LOSSES").map_or(500, |points| points.parse().unwrap());
    let trials = vec![
        libtest_mimic::Trial::test("power_loss_at_any_point_loses_nothing_that_was_saved", move || {
            let lost = power_losses(points, true);
            println!("{points} power losses");
            if lost.is_empty() { Ok(()) } else { Err(lost.join("\n").into()) }
        }),
        libtest_mimic::Trial::test("power_loss_without_syncs_loses_something", move || {
            let lost = power_losses(points / 5, false);
            println!("{} of {} power losses without syncs lost something", lost.len(), points / 5);
            if lost.is_empty() { Err("the test cannot fail".into()) } else { Ok(()) }
        }),
        libtest_mimic::Trial::test("a_failing_disk_loses_nothing_that_was_saved", || {
            failing_disks();
            Ok(())
        }),
    ];
    let mut arguments = libtest_mimic::Arguments::from_args();
    // The simulated disk is one for the whole process.
    arguments.test_threads = Some(1);
    libtest_mimic::run(&arguments, trials).exit();
}

/// Fails every operation of a script in turn, in every way, once and for good.
fn failing_disks() {
    let folder = tempfile::tempdir().unwrap();
    let whole = play_on_disk(folder.path(), 7, (2, 4), None);
    assert!(whole.failed == 0 && look(&whole.files, whole.saved.last().map(|(_, receipt)| receipt)).is_ok());
    let (mut runs, mut said) = (0, 0);
    for fault in [Fault::Full, Fault::Write, Fault::ShortWrite, Fault::Sync] {
        for for_good in [false, true] {
            for at in 0..whole.count {
                let folder = tempfile::tempdir().unwrap();
                let played = play_on_disk(folder.path(), 7, (2, 4), Some((at, fault, for_good)));
                if played.failed == 0 {
                    continue;
                }
                runs += 1;
                let place = format!("{fault:?} at operation {at}, for good: {for_good}");
                for error in &played.errors {
                    if error.is_storage() || error.is_corrupt() || error.is_busy() || error.is_read_only() {
                        said += 1;
                        assert!(error.to_string().contains("ledger.db"), "{place}: {error}");
                    }
                    assert!(!error.is_corrupt(), "{place}: {error}");
                }
                let last = played.saved.last().map(|(_, receipt)| receipt);
                if let Err(error) = look(&played.files, last) {
                    panic!("{place}: {error}");
                }
            }
        }
    }
    println!("{} operations, {runs} runs with a fault, {said} errors said so", whole.count);
    assert!(runs > 500 && said > 100, "the faults must be felt");
}
