//! Gives the space of contents that no row needs back to the disk.
//!
//! Safe at any moment: live records are copied and synced, then one transaction names their new places, then the old
//! file goes. A crash before the commit leaves copies that nobody names, one after it a file that nobody names;
//! both go at the next start or compaction.

use rusqlite::params;

use crate::blob::Place;
use crate::blob::log::{Entry, segment_path};
use crate::failure::StoreFailure;
use crate::ids::{BlobId, Tenant};
use crate::limits::BATCH_BYTES_MAX;
use crate::pending::Pending;
use crate::store::{Compacted, Store};
use crate::writer::{Tx, Unlink};

/// Large contents looked at in one go, so that one command does not keep the writer long.
const FILES_MAX: i64 = 1_000;

impl Store {
    /// Gives space of deleted contents back: large files, and at most `max` log segments that are less than half
    /// live, each in a transaction of its own.
    pub async fn compact(&self, max: usize) -> Result<Compacted, StoreFailure> {
        let sparse = self.read(|reader| reader.sparse_segments()).await?;
        let mut done = Pending::new(self.door(), Vec::new(), |tx, _| remove_files(tx))
            .alone()
            .await?;
        for segment in sparse.into_iter().take(max) {
            let rewritten =
                Pending::new(self.door(), Vec::new(), move |tx, _| rewrite(tx, segment))
                    .alone()
                    .await?;
            done.segments = done.segments.saturating_add(rewritten.segments);
            done.freed_bytes = done.freed_bytes.saturating_add(rewritten.freed_bytes);
        }
        Ok(done)
    }
}

/// Large contents without references.
fn remove_files(tx: &mut Tx<'_>) -> Result<Compacted, StoreFailure> {
    let mut done = Compacted::default();
    let sql = "SELECT id, file, length FROM blob WHERE segment IS NULL AND refs = 0 LIMIT ?1";
    let unused = tx.all(sql, [FILES_MAX], |row| {
        Ok((
            row.get::<_, BlobId>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?,
        ))
    })?;
    for (id, file, length) in unused {
        forget(tx, id)?;
        tx.unlink.push(Unlink::Large(file));
        done.files = done.files.saturating_add(1);
        done.freed_bytes = done.freed_bytes.saturating_add(length.unsigned_abs());
    }
    Ok(done)
}

fn forget(tx: &Tx<'_>, blob: BlobId) -> Result<(), StoreFailure> {
    tx.run("DELETE FROM blob WHERE id = ?1", [blob])?;
    Ok(())
}

/// A live record to be copied.
struct Live {
    id: BlobId,
    tenant: Tenant,
    sha: [u8; 32],
    offset: i64,
    length: i64,
}

/// Copies what is live into the open segment and lets the old one go.
fn rewrite(tx: &mut Tx<'_>, segment: u32) -> Result<Compacted, StoreFailure> {
    if segment == tx.log.active() {
        return Ok(Compacted::default());
    }
    let sql = "SELECT id, tenant, sha, offset, length FROM blob WHERE segment = ?1 AND refs > 0 ORDER BY offset";
    let live = tx.all(sql, [segment], |row| {
        let (id, tenant, sha) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Live {
            id,
            tenant,
            sha,
            offset: row.get(3)?,
            length: row.get(4)?,
        })
    })?;
    let mut rest = live.as_slice();
    while !rest.is_empty() {
        let (part, later) = rest.split_at(part_len(rest));
        copy(tx, segment, part)?;
        rest = later;
    }
    tx.log.sync()?;
    let unused = tx.all(
        "SELECT id FROM blob WHERE segment = ?1 AND refs = 0",
        [segment],
        |row| row.get(0),
    )?;
    for id in unused {
        forget(tx, id)?;
    }
    let kept: u64 = live.iter().map(|record| record.length.unsigned_abs()).sum();
    let size = std::fs::metadata(segment_path(&tx.files.dirs().blobs, segment))?.len();
    tx.unlink.push(Unlink::Segment(segment));
    Ok(Compacted {
        segments: 1,
        files: 0,
        freed_bytes: size.saturating_sub(kept),
    })
}

/// How many records fit into one write.
fn part_len(records: &[Live]) -> usize {
    let mut bytes = 0u64;
    let fits = |record: &&Live| {
        bytes = bytes.saturating_add(record.length.unsigned_abs());
        bytes <= BATCH_BYTES_MAX as u64
    };
    records.iter().take_while(fits).count().max(1)
}

fn copy(tx: &mut Tx<'_>, segment: u32, part: &[Live]) -> Result<(), StoreFailure> {
    let mut payloads = Vec::with_capacity(part.len());
    for record in part {
        let place = Place::Log {
            segment,
            offset: record.offset.unsigned_abs(),
        };
        // A damaged record is copied as it is: it stays damaged, and named by its mail.
        payloads.push(tx.files.read(&place, record.length.unsigned_abs())?);
    }
    let entry = |(record, body)| {
        let Live { tenant, sha, .. }: &Live = record;
        let body: &bytes::Bytes = body;
        Entry {
            tenant: *tenant,
            sha: *sha,
            head: &[],
            body,
        }
    };
    let entries: Vec<_> = part.iter().zip(&payloads).map(entry).collect();
    let places = tx.log.append(&entries)?;
    for (record, place) in part.iter().zip(places) {
        if let Place::Log { segment, offset } = place {
            let offset = super::blobs::signed(offset)?;
            tx.run(
                "UPDATE blob SET segment = ?2, offset = ?3 WHERE id = ?1",
                params![record.id, segment, offset],
            )?;
        }
    }
    Ok(())
}
