//! Excel 4.0 macros: formulas on sheets of their own, older than VBA and out of its protection.
//!
//! They stand in old workbooks ([MS-XLS]), in new ones (`xl/macrosheets`), and in SYLK texts.

mod formula;
mod sylk;

pub(crate) use formula::functions;
pub(crate) use sylk::sylk;

use crate::markup::{Token, Tokens, decode};
use crate::opened::Opened;
use crate::vba::Suspicion;
use crate::verdict::Verdict;

/// Functions that run, load or write something, or write formulas.
const RISKY: &[&str] = &[
    "exec",
    "call",
    "register",
    "register.id",
    "fopen",
    "fwrite",
    "fwriteln",
    "send.keys",
    "formula.fill",
    "formula.array",
    "set.value",
    "urldownloadtofile",
    "shellexecute",
    "app.activate",
    "initiate",
    "execute",
    "poke",
    "vba.insert.file",
];

/// Whether a macro of this name is started by Excel itself.
pub(crate) fn is_automatic_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_prefix("_xlnm.").unwrap_or(&name);
    // `Auto_Open_x` is started as well.
    [
        "auto_open",
        "auto_close",
        "auto_activate",
        "auto_deactivate",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}

/// Rising words. A macro of 1992 that starts by itself in a mail of today has one purpose: Excel has
/// had it switched off since 2021.
pub(crate) fn say(suspicion: Suspicion, opened: &mut Opened) {
    opened.say(Verdict::Macro);
    if suspicion.starts_by_itself {
        opened.say(Verdict::MacroAutoexec);
    }
    if suspicion.starts_by_itself || suspicion.is_risky {
        opened.say(Verdict::MacroSuspicious);
    }
}

/// What the formulas of a macro sheet in XML do.
pub(crate) fn formulas(xml: &str) -> Suspicion {
    let mut found = Suspicion::default();
    let mut in_formula = false;
    for token in Tokens::of(xml) {
        match token {
            Token::Open(tag) => in_formula = tag.name == "f" && !tag.is_closed,
            Token::Close(_) => in_formula = false,
            Token::Text(text) if in_formula => {
                found.has_code = true;
                found.is_risky |= is_risky(&decode(text));
            }
            _ => {}
        }
    }
    found
}

/// Whether a formula calls a risky function.
pub(crate) fn is_risky(formula: &str) -> bool {
    let lower = formula.to_ascii_lowercase();
    RISKY.iter().any(|name| {
        memchr::memmem::find_iter(lower.as_bytes(), name.as_bytes()).any(|at| {
            let before = lower.get(..at).unwrap_or_default();
            let after = lower.get(at + name.len()..).unwrap_or_default();
            let opens = after.trim_start().starts_with('(') || name.len() > 11;
            opens && !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'))
        })
    })
}

pub(crate) fn has_automatic_name(workbook_xml: &str) -> bool {
    Tokens::of(workbook_xml).any(|token| {
        let Token::Open(tag) = token else {
            return false;
        };
        tag.name.ends_with("definedName")
            && tag
                .attribute("name")
                .is_some_and(|name| is_automatic_name(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_automatic_name, is_risky};

    #[test]
    fn names_and_functions() {
        assert!(is_automatic_name("_xlnm.Auto_Open"));
        assert!(is_automatic_name("AUTO_OPEN1"));
        assert!(!is_automatic_name("Autosum"));
        assert!(is_risky("=EXEC(\"calc\")") && is_risky("IF(A1,CALL(\"urlmon\"),)"));
        assert!(!is_risky("RECALL(1)") && !is_risky("=SUM(A1)"));
    }
}
