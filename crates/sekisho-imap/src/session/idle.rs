//! IDLE (RFC 2177): changes are told as they come, until `DONE`.

use super::core::Core;
use super::reader::Reader;
use super::sync::{take_changes, tell_expunged};
use super::task::{Next, Task, refuse};
use crate::{Answer, Question};

#[derive(Debug)]
pub(super) struct Idle {
    tag: String,
}

/// `DONE`, and some patience.
const LINE_BYTES_MAX: usize = 1024;

impl Idle {
    pub(super) fn begin(core: &mut Core, tag: String) -> Next {
        core.go_on("idling");
        if let Some(selected) = &mut core.selected {
            selected.changed = true; // what came before IDLE counts too
        }
        Next::Again(Task::Idle(Self { tag }))
    }

    pub(super) fn step(self, core: &mut Core, reader: &mut Reader, answer: Option<Answer>) -> Next {
        if answer.is_some() {
            let again = core
                .selected
                .as_ref()
                .is_some_and(|selected| selected.changed);
            if !take_changes(core, answer) {
                return Next::Nothing;
            }
            // RFC 2177 §3: the command is in progress, so EXPUNGE may be told.
            tell_expunged(core);
            // A store that could not say is asked again after the next change, not at once.
            if let Some(selected) = &mut core.selected {
                selected.changed = again;
            }
            return Next::Again(Task::Idle(self));
        }
        if let Some(selected) = core.selected.as_mut().filter(|s| s.changed) {
            selected.changed = false;
            let since_modseq = selected.view.highest_modseq;
            return Next::Ask(Question::Changes { since_modseq }, Task::Idle(self));
        }
        match reader.line(LINE_BYTES_MAX) {
            Ok(None) => Next::Read(Task::Idle(self)),
            Ok(Some(line)) if line.eq_ignore_ascii_case(b"DONE") => {
                Next::done(self.tag, "OK IDLE done")
            }
            Ok(Some(_)) => refuse(core, Some(&self.tag), "BAD DONE was expected"),
            Err(_) => {
                core.bye("DONE was expected");
                Next::Nothing
            }
        }
    }
}
