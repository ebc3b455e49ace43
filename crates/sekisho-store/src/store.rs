//! The open store: commands are in `commands`, questions at [`Reader`].

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{broadcast, mpsc};

use crate::at::At;
use crate::blob::files::BlobFiles;
use crate::blob::log::{BlobLog, segment_path, segments};
use crate::blob::spool::SpoolWriter;
use crate::blob::{Dirs, sync_dir};
use crate::changes::Change;
use crate::failure::{OpenError, StoreFailure};
use crate::ids::{MailId, MailIds};
use crate::limits::{CHANGES_WAITING_MAX, WAITING_COMMANDS_MAX};
use crate::pending::Door;
use crate::reader::{Pool, Reader};
use crate::schema;
use crate::writer::{LogSync, Memory, Message, Stopped, Writer};

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Data directory; made if it is not there.
    pub dir: PathBuf,
    /// Below this much free space on the disk, new mail is answered `Full`, so that deleting still works.
    pub free_bytes_min: u64,
}

impl Options {
    /// A store in that directory, with the defaults.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            free_bytes_min: 64 << 20,
        }
    }
}

/// What compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Segments rewritten and deleted.
    pub segments: u32,
    /// Large files deleted.
    pub files: u32,
    /// Bytes given back to the disk.
    pub freed_bytes: u64,
}

/// An open store. Cheap to clone; the last clone that goes closes it after the waiting commands.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    door: Door,
    changes: broadcast::Sender<Change>,
    ids: MailIds,
    pool: Arc<Pool>,
    stopped: Stopped,
    free_bytes_min: Arc<AtomicU64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens or makes a store: takes the lock, cuts torn tails, brings the schema up to date.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let dirs = make_dirs(&options.dir)?;
        let lock = lock(&options.dir)?;
        let path = options.dir.join("sekisho.db");
        let mut db = schema::open_writer(&path)?;
        let log = open_log(&db, &dirs)?;
        clear_leftovers(&db, &dirs, log.active())?;
        clear_leases(&mut db)?;
        let last_mail = db.query_row("SELECT coalesce(max(id), 0) FROM mail", (), |row| {
            row.get(0)
        })?;
        let last_blob = db.query_row("SELECT coalesce(max(id), 0) FROM blob", (), |row| {
            row.get(0)
        })?;
        let (sender, messages) = mpsc::channel(WAITING_COMMANDS_MAX);
        let (changes, _) = broadcast::channel(CHANGES_WAITING_MAX);
        let (stopped, files) = (Stopped::default(), Arc::new(BlobFiles::new(dirs.clone())));
        let free_bytes_min = Arc::new(AtomicU64::new(options.free_bytes_min));
        let log_sync = in_file(&options.dir, LogSync::start())?;
        let writer = Writer {
            db,
            log,
            log_sync,
            files: Arc::clone(&files),
            changes: changes.clone(),
            stopped: Arc::clone(&stopped),
            free_bytes_min: Arc::clone(&free_bytes_min),
            memory: Memory {
                last_blob,
                ..Memory::default()
            },
        };
        let thread = spawn(writer, messages, lock).map_err(|source| OpenError::File {
            path: options.dir.clone(),
            source,
        })?;
        let door = Door {
            sender,
            dirs: Arc::new(dirs),
        };
        let (dir, ids) = (options.dir, MailIds::after(last_mail));
        let pool = Arc::new(Pool::new(path, files));
        let thread = Mutex::new(Some(thread));
        Ok(Self {
            inner: Arc::new(Inner {
                dir,
                door,
                changes,
                ids,
                pool,
                stopped,
                free_bytes_min,
                thread,
            }),
        })
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// An id for a mail at the door. Rises always, also when the clock goes back.
    pub fn new_mail_id(&self, now: Timestamp) -> MailId {
        self.inner.ids.next(now)
    }

    /// A file for a body above [`limits::LOG_BLOB_BYTES_MAX`](crate::limits::LOG_BLOB_BYTES_MAX) (blocking).
    pub fn spool(&self) -> std::io::Result<SpoolWriter> {
        SpoolWriter::new(&self.inner.door.dirs.spool)
    }

    /// Announcements of changes after their commit.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// From now on keeps this much of the disk free; see [`Options::free_bytes_min`].
    pub fn keep_free(&self, bytes: u64) {
        self.inner.free_bytes_min.store(bytes, Ordering::Relaxed);
    }

    /// Whether the store takes commands; the cause, if it has stopped.
    pub fn health(&self) -> Result<(), String> {
        if let Some(cause) = self.inner.stopped.get() {
            return Err(cause.clone());
        }
        if self.inner.door.sender.is_closed() {
            Err("closed".to_owned())
        } else {
            Ok(())
        }
    }

    /// Stops taking commands, finishes those that wait and closes the database (blocks for as long as that takes).
    pub fn close(&self) {
        self.inner.close();
    }

    /// A reader of the pool (blocking; waits when all are in use).
    pub fn reader(&self) -> Result<Reader, StoreFailure> {
        Pool::take(&self.inner.pool)
    }

    /// Runs questions on a thread where blocking is allowed.
    pub async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Reader) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Result<T, StoreFailure> {
        let pool = Arc::clone(&self.inner.pool);
        let task = tokio::task::spawn_blocking(move || ask(&Pool::take(&pool)?));
        task.await
            .map_err(|_| StoreFailure::Stopped("the runtime ends".into()))?
    }

    pub(crate) fn door(&self) -> &Door {
        &self.inner.door
    }
}

impl Inner {
    fn close(&self) {
        let sender = self.door.sender.clone();
        // On a thread of its own: blocking for room in the channel is not allowed on a runtime's thread. Closed
        // already is as good.
        let tell = std::thread::spawn(move || sender.blocking_send(Message::Close).ok());
        tell.join().ok();
        self.join();
    }

    fn join(&self) {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the store's writer panicked");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// The writer's thread. It owns the lock: the store is free for the next once the database is closed.
fn spawn(
    writer: Writer,
    messages: mpsc::Receiver<Message>,
    lock: File,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("store".into())
        .spawn(move || {
            writer.run(messages);
            drop(lock);
        })
}

fn in_file<T>(path: &Path, result: std::io::Result<T>) -> Result<T, OpenError> {
    result.map_err(|source| OpenError::File {
        path: path.to_owned(),
        source,
    })
}

/// The directories, for us alone: mail is nobody else's business.
fn make_dirs(dir: &Path) -> Result<Dirs, OpenError> {
    use std::os::unix::fs::DirBuilderExt;
    let dirs = Dirs::under(dir);
    for path in [dir, &dirs.blobs, &dirs.large, &dirs.spool] {
        let made = std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path);
        in_file(path, made)?;
    }
    in_file(&dirs.blobs, sync_dir(&dirs.blobs))?;
    in_file(dir, sync_dir(dir))?;
    Ok(dirs)
}

/// Two processes in one store would each believe to know its end.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("lock");
    let open = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    let file = in_file(&path, open)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(OpenError::File { path, source }),
    }
}

fn open_log(db: &Connection, dirs: &Dirs) -> Result<BlobLog, OpenError> {
    let sql = "SELECT segment, max(offset + length) FROM blob
        WHERE segment = (SELECT max(segment) FROM blob)";
    let committed = db.query_row(sql, (), |row| {
        let (segment, end) = (row.get::<_, Option<u32>>(0)?, row.get::<_, Option<i64>>(1)?);
        Ok(segment.zip(end.map(i64::unsigned_abs)))
    })?;
    let (log, tail) = in_file(&dirs.blobs, BlobLog::open(&dirs.blobs, committed))?;
    if tail.torn_bytes > 0 || tail.orphans > 0 {
        tracing::warn!(
            tail.torn_bytes,
            tail.orphans,
            "the log ended in records without a transaction"
        );
    }
    Ok(log)
}

/// Leases die with their process: what was being sent is due again at once. The next server may have taken it
/// before the end and our note of that was lost (the one repeat of RFC 5321 §6.1), so the trace tells of it.
fn clear_leases(db: &mut Connection) -> Result<(), OpenError> {
    let tx = db.transaction()?;
    tx.execute(
        "INSERT INTO step (mail, seq, at, key, args, nr)
        SELECT q.mail, (SELECT coalesce(max(seq), 0) FROM step s WHERE s.mail = q.mail)
                + row_number() OVER (PARTITION BY q.mail ORDER BY q.nr),
            ?1, ?2, json_array(json_array('recipient', r.address)), q.nr
        FROM queue q JOIN recipient r ON r.mail = q.mail AND r.nr = q.nr WHERE q.lease IS NOT NULL",
        (At(Timestamp::now()), "store-step-cut-off"),
    )?;
    let cleared = tx.execute(
        "UPDATE queue SET lease = NULL, next_at = queued_at WHERE lease IS NOT NULL",
        (),
    )?;
    tx.commit()?;
    if cleared > 0 {
        tracing::warn!(
            recipients = cleared,
            "sending was cut off; these are sent again, and may arrive twice"
        );
    }
    Ok(())
}

/// What a crash left: spooled bodies, large files and segments that no row names.
fn clear_leftovers(db: &Connection, dirs: &Dirs, active: u32) -> Result<(), OpenError> {
    for path in in_file(&dirs.spool, files_in(&dirs.spool))? {
        in_file(&path, std::fs::remove_file(&path))?;
    }
    let mut named = db.prepare("SELECT 1 FROM blob WHERE segment IS NULL AND file = ?1")?;
    for path in in_file(&dirs.large, files_in(&dirs.large))? {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !named.exists([name])? {
            in_file(&path, std::fs::remove_file(&path))?;
        }
    }
    let mut used = db.prepare("SELECT 1 FROM blob WHERE segment = ?1")?;
    for segment in in_file(&dirs.blobs, segments(&dirs.blobs))? {
        if segment != active && !used.exists([segment])? {
            let path = segment_path(&dirs.blobs, segment);
            in_file(&path, std::fs::remove_file(&path))?;
        }
    }
    Ok(())
}

fn files_in(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    std::fs::read_dir(dir)?
        .map(|entry| Ok(entry?.path()))
        .collect()
}
