//! What parts of a document do when it is opened, apart from macros: fields, links to other
//! programs, controls, actions.

use super::field::{self, Fields};
use super::xml::local;
use crate::markup::{Token, Tokens, decode};
use crate::opened::Opened;
use crate::verdict::Verdict;

/// Controls of Microsoft Forms 2.0, by the start of their class: boxes and buttons that run nothing
/// without a macro.
const FORM_CONTROLS: &[&str] = &[
    "8bd21d1", "8bd21d2", "8bd21d3", "8bd21d4", "8bd21d5", "8bd21d6", "d7053240", "978c9e23",
    "dfd181e0", "79176fb0", "4c599241", "6e182020", "5512d1", "eae50eb0",
];

/// Looks through one XML part of a document.
pub(super) fn look(xml: &str, opened: &mut Opened) {
    let has = |mark: &str| memchr::memmem::find(xml.as_bytes(), mark.as_bytes()).is_some();
    if has("instrText") || has("fldSimple") || has("fldChar") {
        say_fields(&field::fields(&marked(xml)), opened);
    }
    // `ddeLink`: ECMA-376 §18.14.3; `dde-…`: ODF 1.2 §14.6.
    let others = [
        "ddeLink",
        "dde-connection",
        "dde-source",
        "Formula",
        "formula",
        "ax:ocx",
        "customUI",
        "oleLink",
        "ppaction:",
        "event-listener",
        "refreshOnLoad",
        "plugin",
        "xlink:href",
    ];
    if others.iter().any(|mark| has(mark)) {
        for token in Tokens::of(xml) {
            if let Token::Open(tag) = token {
                element(&tag, opened);
            }
        }
    }
}

pub(crate) fn say_fields(fields: &Fields, opened: &mut Opened) {
    if fields.is_dde {
        opened.say(Verdict::Dde);
    }
    if fields.is_remote {
        opened.say(Verdict::ExternalLink);
    }
}

fn element(tag: &crate::markup::Tag<'_>, opened: &mut Opened) {
    let attribute = |name: &str| {
        tag.attributes()
            .find(|(found, _)| local(found).eq_ignore_ascii_case(name))
            .map(|(_, value)| decode(value))
    };
    match local(tag.name) {
        "ddeLink" | "dde-connection-decl" | "dde-source" | "dde-connection" | "dde-link" => {
            opened.say(Verdict::Dde)
        }
        "oleLink" => opened.say(Verdict::ExternalLink),
        "ocx" => {
            let class = attribute("classid")
                .unwrap_or_default()
                .trim_start_matches('{')
                .to_ascii_lowercase();
            if !FORM_CONTROLS.iter().any(|known| class.starts_with(known)) {
                opened.say(Verdict::ActiveContent);
            }
        }
        "customUI" if attribute("onLoad").is_some() => opened.say(Verdict::ActiveContent),
        // Macros of OpenDocument are bound to events (ODF 1.2 §10.3.19).
        "event-listener"
            if attribute("href")
                .is_some_and(|target| target.starts_with("vnd.sun.star.script")) =>
        {
            opened.say(Verdict::MacroAutoexec);
            opened.say(Verdict::Macro);
        }
        "webPr" | "connection" | "dbPr" => {
            let remote = |name: &str| {
                attribute(name).is_some_and(|value| super::relation::is_remote(&value))
            };
            if remote("url")
                || (remote("sourceFile") && attribute("refreshOnLoad").as_deref() == Some("1"))
            {
                opened.say(Verdict::ExternalLink);
            }
        }
        "plugin" => opened.say(Verdict::ActiveContent),
        "section-source" | "image" | "object" | "object-ole" | "fill-image" | "table-source"
            if attribute("href").is_some_and(|target| super::relation::is_remote(&target)) =>
        {
            opened.say(Verdict::ExternalLink);
        }
        _ => {}
    }
    for (name, value) in tag.attributes() {
        let name = local(name);
        if name.eq_ignore_ascii_case("formula") && is_dde_formula(&decode(value)) {
            opened.say(Verdict::Dde);
        }
        if name == "action"
            && (value.starts_with("ppaction://program") || value.starts_with("ppaction://ole"))
        {
            opened.say(Verdict::ActiveContent);
        }
    }
}

/// `=cmd|'/c calc.exe'!A1`, `=DDE("soffice";…)`: a formula that asks another program.
pub(crate) fn is_dde_formula(formula: &str) -> bool {
    let formula = formula.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '+' | '-' | '@')
    });
    let formula = formula
        .strip_prefix("of:=")
        .or(formula.strip_prefix("oooc:="))
        .unwrap_or(formula);
    let lower = formula.to_ascii_lowercase();
    if lower.starts_with("dde(") || lower.contains("=dde(") {
        return true;
    }
    // service | topic ! item, where the topic may stand in quotes.
    for (at, _) in lower.match_indices('|') {
        let service = lower.get(..at).unwrap_or_default();
        let service = service
            .rsplit(|c: char| {
                !c.is_alphanumeric() && !matches!(c, '_' | '.' | '\\' | ':' | '/' | '\'')
            })
            .next()
            .unwrap_or_default();
        let topic = lower.get(at + 1..).unwrap_or_default();
        let item = match topic.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').map(|(_, after)| after),
            None => topic.find('!').and_then(|at| topic.get(at..)),
        };
        if !service.trim_matches('\'').is_empty() && item.is_some_and(|item| item.starts_with('!'))
        {
            return true;
        }
    }
    false
}

/// The text of the runs with marks where fields begin and end.
fn marked(xml: &str) -> String {
    let mut out = String::new();
    let mut in_code = 0usize;
    for token in Tokens::of(xml) {
        match token {
            Token::Open(tag) => match local(tag.name) {
                "fldChar" => {
                    let kind = tag.attribute("w:fldCharType").unwrap_or_default();
                    match kind.as_str() {
                        "begin" => out.push(field::BEGIN),
                        "separate" => out.push(field::SEPARATOR),
                        "end" => out.push(field::END),
                        _ => {}
                    }
                }
                "fldSimple" => {
                    out.push(field::BEGIN);
                    out.push_str(&tag.attribute("w:instr").unwrap_or_default());
                    out.push(field::SEPARATOR);
                    if tag.is_closed {
                        out.push(field::END);
                    }
                }
                "instrText" | "delInstrText" | "t" if !tag.is_closed => in_code += 1,
                _ => {}
            },
            Token::Close(name) => match local(name) {
                "fldSimple" => out.push(field::END),
                "instrText" | "delInstrText" | "t" => in_code = in_code.saturating_sub(1),
                _ => {}
            },
            Token::Text(text) if in_code > 0 => out.push_str(&decode(text)),
            Token::Verbatim(text) if in_code > 0 => out.push_str(text),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::is_dde_formula;

    #[test]
    fn formulas_that_ask_other_programs() {
        for formula in [
            "=cmd|'/c calc'!A0",
            "@SUM(1+9)*cmd|' /C calc'!A0",
            "=DDE(\"cmd\";\"/C calc\";\"x\")",
            "of:=DDE(\"soffice\")",
            "=MSEXCEL|'\\..\\cmd.exe /c x'!'1'",
            "+excel|sheet1!a1",
        ] {
            assert!(is_dde_formula(formula), "{formula}");
        }
        for formula in [
            "=A1|B1",
            "=SUM(A1:A3)",
            "-|x",
            "a|b|c",
            "=IF(A1=\"x|y\",1,2)",
        ] {
            assert!(!is_dde_formula(formula), "{formula}");
        }
    }
}
