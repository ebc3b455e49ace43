//! One batch: contents into the log, one transaction while the log is synced, commit, answers.
//!
//! A command that fails is undone alone. Nearly all commands do what they are asked, or fail before they write, so the
//! batch first runs without savepoints (which copy every page a command touches); if a command fails half-way after
//! all, everything is rolled back and the batch runs again with a savepoint a command.

use std::io;
use std::sync::atomic::Ordering;

use rusqlite::ffi::SQLITE_IOERR_FSYNC;

use super::{Job, Tx, Unlink, Writer};
use crate::blob::log::Entry;
use crate::blob::prepare::Source;
use crate::changes::Change;
use crate::commands;
use crate::failure::StoreFailure;

/// How a batch without savepoints went.
enum Ran {
    All(Committed),
    /// A command failed after it had written something.
    HalfWay,
}

/// What is left to do after the commit.
struct Committed {
    changes: Vec<Change>,
    unlink: Vec<Unlink>,
}

impl Writer {
    /// Writes a batch and answers its commands.
    pub(super) fn write(&mut self, mut batch: Vec<Box<dyn Job>>) {
        if let Some(cause) = self.stopped.get() {
            let cause = cause.clone();
            return answer_all(batch, || Err(StoreFailure::Stopped(cause.clone())));
        }
        let mark = self.log.mark();
        let appended = self.store_contents(&mut batch);
        match self.transact(&mut batch, appended) {
            Ok(committed) => self.finish(batch, committed),
            Err(failure) => self.give_up(batch, mark, failure),
        }
    }

    /// After the commit: files, answers, announcements, in this order.
    fn finish(&mut self, mut batch: Vec<Box<dyn Job>>, committed: Committed) {
        batch.iter_mut().for_each(|job| job.keep_files());
        for file in committed.unlink {
            // What cannot be deleted now is no longer named by a row, and goes at the next start.
            match file {
                Unlink::Large(name) => std::fs::remove_file(self.files.large_path(&name)).ok(),
                Unlink::Segment(segment) => self.files.remove_segment(segment).ok(),
            };
        }
        answer_all(batch, || Ok(()));
        for change in committed.changes {
            // No listener is no error.
            self.changes.send(change).ok();
        }
    }

    /// The transaction did not come about: nothing of it is written.
    fn give_up(&mut self, mut batch: Vec<Box<dyn Job>>, mark: (u32, u64), failure: StoreFailure) {
        self.memory.seals.clear();
        if is_fsync(&failure) {
            // After a failed fsync the kernel may call the pages clean although they never reached the disk: a
            // second fsync would lie (fsyncgate, 2018). Whether the commit holds is known at the next start only.
            self.stop(format!("the database could not be synced: {failure}"));
            batch.iter_mut().for_each(|job| job.keep_files());
        } else if let Err(error) = self.log.rewind(mark) {
            self.stop(format!("the log could not be cut back: {error}"));
        }
        tracing::error!(error = ?failure, commands = batch.len(), "transaction failed");
        let full = matches!(failure, StoreFailure::Full);
        let text = failure.to_string();
        answer_all(batch, || {
            Err(if full {
                StoreFailure::Full
            } else {
                StoreFailure::Stopped(text.clone())
            })
        });
    }

    fn stop(&self, cause: String) {
        tracing::error!(
            cause,
            "the store has stopped: restart after looking at the disk"
        );
        self.stopped.set(cause).ok();
    }

    /// Appends the contents to the log; `true`: there is something to sync. Commands whose contents find no room
    /// fail, the others go on.
    fn store_contents(&mut self, batch: &mut [Box<dyn Job>]) -> bool {
        if !batch.iter().any(|job| job.has_contents()) {
            return false;
        }
        let appended = self.check_room().and_then(|()| self.append(batch));
        appended.unwrap_or_else(|error| {
            for job in batch.iter_mut().filter(|job| job.has_contents()) {
                job.fail(error.kind().into_failure(&error));
            }
            false
        })
    }

    /// Refuses new contents while the database still has room to let others go.
    fn check_room(&self) -> io::Result<()> {
        let disk = rustix::fs::statvfs(&self.files.dirs().blobs)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < self.free_bytes_min.load(Ordering::Relaxed) {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }

    /// `true`: something was appended.
    fn append(&mut self, batch: &mut [Box<dyn Job>]) -> io::Result<bool> {
        let contents = batch.iter_mut().flat_map(|job| job.contents().iter_mut());
        let mut waiting: Vec<_> = contents.filter(|content| content.place.is_none()).collect();
        if waiting.is_empty() {
            return Ok(false);
        }
        let mut entries = Vec::with_capacity(waiting.len());
        for content in &waiting {
            if let Source::Memory { head, body } = &content.source {
                entries.push(Entry {
                    tenant: content.tenant,
                    sha: content.sha,
                    head,
                    body,
                });
            }
        }
        let places = self.log.append(&entries)?;
        drop(entries);
        for (content, place) in waiting.iter_mut().zip(places) {
            content.place = Some(place);
        }
        Ok(true)
    }

    /// One transaction for all. The log is synced meanwhile by another thread, and before the commit in any case: a
    /// row never names bytes that a crash could take.
    fn transact(
        &mut self,
        batch: &mut [Box<dyn Job>],
        appended: bool,
    ) -> Result<Committed, StoreFailure> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
        let begun = appended.then(|| self.log_sync.begin(self.log.handle()));
        let result = self.run_all(batch).and_then(|ran| match ran {
            Ran::All(committed) => Ok(committed),
            Ran::HalfWay => self.run_again(batch),
        });
        let synced = begun.map_or(Ok(()), |begun| self.log_sync.wait(begun));
        let result = result.and_then(|committed| {
            self.check_synced(synced)?;
            self.db.prepare_cached("COMMIT")?.execute(())?;
            Ok(committed)
        });
        if result.is_err() && !self.db.is_autocommit() {
            // A failed ROLLBACK leaves a transaction that the next BEGIN will complain about: nothing is lost.
            self.db.execute_batch("ROLLBACK").ok();
        }
        result
    }

    fn check_synced(&mut self, synced: io::Result<()>) -> Result<(), StoreFailure> {
        synced.map_err(|error| {
            self.log.distrust();
            let cause = format!("the log could not be synced: {error}");
            self.stop(cause.clone());
            StoreFailure::Stopped(cause)
        })
    }

    /// Without savepoints.
    fn run_all(&mut self, batch: &mut [Box<dyn Job>]) -> Result<Ran, StoreFailure> {
        let mut tx = self.tx();
        for job in batch.iter_mut().filter(|job| !job.has_failed()) {
            tx.undo.clear();
            let before = (tx.changes.len(), tx.unlink.len(), tx.db.total_changes());
            let done = job.run(&mut tx);
            check_open(&tx)?;
            if !done {
                if tx.db.total_changes() != before.2 {
                    return Ok(Ran::HalfWay);
                }
                tx.changes.truncate(before.0);
                tx.unlink.truncate(before.1);
            }
        }
        end(tx).map(Ran::All)
    }

    /// From the start, with a savepoint a command.
    fn run_again(&mut self, batch: &mut [Box<dyn Job>]) -> Result<Committed, StoreFailure> {
        self.db.execute_batch("ROLLBACK; BEGIN IMMEDIATE")?;
        self.memory.seals.clear();
        batch.iter_mut().for_each(|job| job.reset());
        let mut tx = self.tx();
        for job in batch.iter_mut().filter(|job| !job.has_failed()) {
            run_one(&mut tx, job.as_mut())?;
        }
        end(tx)
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx {
            db: &self.db,
            memory: &mut self.memory,
            log: &mut self.log,
            files: &self.files,
            changes: Vec::new(),
            unlink: Vec::new(),
            undo: Vec::new(),
            sealed: std::collections::BTreeSet::new(),
        }
    }
}

fn end(tx: Tx<'_>) -> Result<Committed, StoreFailure> {
    commands::audit::write_seals(&tx)?;
    Ok(Committed {
        changes: tx.changes,
        unlink: tx.unlink,
    })
}

/// SQLite undoes the whole transaction by itself on some errors (a full disk among them).
fn check_open(tx: &Tx<'_>) -> Result<(), StoreFailure> {
    if tx.db.is_autocommit() {
        Err(StoreFailure::Full)
    } else {
        Ok(())
    }
}

/// One command in its savepoint: what fails is undone alone.
fn run_one(tx: &mut Tx<'_>, job: &mut dyn Job) -> Result<(), StoreFailure> {
    let (changes, unlink) = (tx.changes.len(), tx.unlink.len());
    tx.undo.clear();
    tx.run("SAVEPOINT command", ())?;
    let done = job.run(tx);
    check_open(tx)?;
    if !done {
        tx.run("ROLLBACK TO command", ())?;
        tx.changes.truncate(changes);
        tx.unlink.truncate(unlink);
        for (tenant, seal) in tx.undo.drain(..).rev() {
            match seal {
                Some(seal) => tx.memory.seals.insert(tenant, seal),
                None => tx.memory.seals.remove(&tenant),
            };
        }
    }
    tx.run("RELEASE command", ())?;
    Ok(())
}

fn answer_all(batch: Vec<Box<dyn Job>>, end: impl Fn() -> Result<(), StoreFailure>) {
    for job in batch {
        job.answer(end());
    }
}

fn is_fsync(failure: &StoreFailure) -> bool {
    let StoreFailure::Sql(error) = failure else {
        return false;
    };
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == SQLITE_IOERR_FSYNC)
}

/// The same failure for several commands: an `io::Error` cannot be cloned.
trait IntoFailure {
    fn into_failure(self, error: &io::Error) -> StoreFailure;
}

impl IntoFailure for io::ErrorKind {
    fn into_failure(self, error: &io::Error) -> StoreFailure {
        if crate::failure::is_full(error) {
            StoreFailure::Full
        } else {
            StoreFailure::Io(io::Error::new(self, error.to_string()))
        }
    }
}
