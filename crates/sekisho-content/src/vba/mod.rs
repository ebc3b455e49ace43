//! Macros in Visual Basic for Applications ([MS-OVBA]): source, what it starts with, what it does.

mod project;
mod reveal;
mod suspicion;
mod unpack;

pub(crate) use project::{Project, project};
pub(crate) use reveal::revealed;
pub(crate) use suspicion::{Suspicion, suspicion};

use crate::opened::{Opened, Piece, Place};
use crate::verdict::Verdict;

/// Says what a project is, and gives its source as hidden text. The pieces are to be taken from the
/// budget by the caller.
pub(crate) fn judge(project: &Project, opened: &mut Opened) -> Vec<Piece> {
    let mut all = Suspicion::default();
    let mut pieces = Vec::new();
    let mut sources = String::new();
    let mut stomped = false;
    for module in &project.modules {
        let revealed = revealed(&module.source);
        all.join(suspicion(&revealed));
        stomped |= module.is_stomped;
        sources.push_str(&module.source);
        sources.push('\n');
        if !module.source.trim().is_empty() {
            pieces.push(Piece::new(Place::Hidden, module.source.clone()));
        }
        if !revealed.strings.trim().is_empty() && revealed.characters > 0 {
            pieces.push(Piece::new(Place::Hidden, revealed.strings));
        }
    }
    let forms = project.forms.iter().filter(|text| !text.is_empty());
    pieces.extend(forms.map(|text| Piece::new(Place::Hidden, text.clone())));
    stomped |= suspicion::is_stomped(&project.compiled, &sources);
    all.has_code |= stomped || (project.modules.is_empty() && project.compiled.len() > 64);
    if stomped {
        opened.say(Verdict::MacroSuspicious);
    }
    say(all, opened);
    pieces
}

/// Rising words: each degree that applies is said.
pub(crate) fn say(suspicion: Suspicion, opened: &mut Opened) {
    if !suspicion.has_code {
        return;
    }
    opened.say(Verdict::Macro);
    if suspicion.starts_by_itself {
        opened.say(Verdict::MacroAutoexec);
    }
    if suspicion.is_grave || (suspicion.starts_by_itself && suspicion.is_risky) {
        opened.say(Verdict::MacroSuspicious);
    }
}
