//! CPU seconds of processes, from `/proc`.

use std::collections::HashMap;

/// Clock ticks a second in `/proc/PID/stat`: fixed at 100 for user space on Linux.
const TICKS_PER_S: f64 = 100.0;

struct Process {
    parent: u32,
    /// Own ticks and those of children that have been waited for.
    ticks: u64,
}

/// User and system seconds of the process trees that start at `roots`.
pub(crate) fn of_trees(roots: &[u32]) -> f64 {
    let all = processes();
    let ticks: u64 = all
        .iter()
        .filter(|(pid, _)| roots.iter().any(|root| descends(&all, **pid, *root)))
        .map(|(_, process)| process.ticks)
        .sum();
    ticks as f64 / TICKS_PER_S
}

/// User and system seconds of this process.
pub(crate) fn own() -> f64 {
    of_trees(&[std::process::id()])
}

fn descends(all: &HashMap<u32, Process>, mut pid: u32, root: u32) -> bool {
    // A bound, should a PID be used again while we look.
    for _ in 0..64 {
        if pid == root {
            return true;
        }
        match all.get(&pid) {
            Some(process) => pid = process.parent,
            None => return false,
        }
    }
    false
}

fn processes() -> HashMap<u32, Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return HashMap::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid: u32| Some((pid, read(pid)?)))
        .collect()
}

fn read(pid: u32) -> Option<Process> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold blanks: what counts stands after the last one.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        ticks: number(11)? + number(12)? + number(13)? + number(14)?,
    })
}
