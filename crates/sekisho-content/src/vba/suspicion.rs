//! What a macro starts with and what it reaches for. The lists follow what oletools' olevba looks for.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::reveal::Revealed;

/// Procedures that Office runs by itself.
const AUTOMATIC: &[&str] = &[
    "autoexec",
    "autoopen",
    "auto_open",
    "autoclose",
    "auto_close",
    "autoexit",
    "autonew",
    "document_open",
    "document_close",
    "document_new",
    "document_beforeclose",
    "documentopen",
    "documentbeforeclose",
    "documentchange",
    "newdocument",
    "document_contentcontrolonenter",
    "document_contentcontrolonexit",
    "workbook_open",
    "workbook_activate",
    "workbook_beforeclose",
    "workbook_close",
    "workbook_deactivate",
    "workbook_windowactivate",
    "auto_activate",
    "auto_deactivate",
    "auto_new",
    "presentation_open",
    "app_presentationopen",
    "onslideshowpagechange",
    "slideshow_begin",
    "workbook_addininstall",
    "auto_add",
    "auto_remove",
    "application_startup",
    "application_newmail",
    "form_load",
    "form_open",
];

/// Ends of names of events that controls raise without anyone's doing.
const AUTOMATIC_ENDS: &[&str] = &[
    "_painted",
    "_painting",
    "_gotfocus",
    "_lostfocus",
    "_mousehover",
    "_layout",
    "_resize",
    "_onconnecting",
    "_onconnected",
    "_documentcomplete",
    "_beforenavigate2",
    "_downloadcomplete",
    "_progresschange",
    "_titlechange",
    "_initialize",
    "_beforescriptexecute",
];

/// What a macro uses to run, load, write or hide something.
const RISKY: &[&str] = &[
    // Runs.
    "wscript.shell",
    "shell.application",
    "shellexecute",
    "winexec",
    "createprocess",
    "createthread",
    "createremotethread",
    "rtlmovememory",
    "virtualalloc",
    "virtualprotect",
    "writeprocessmemory",
    "ntwritevirtualmemory",
    "loadlibrary",
    "callwindowproc",
    "enumsystemlanguagegroups",
    "settimer lib",
    "win32_process",
    "winmgmts:",
    "macscript",
    "applescripttask",
    "executeexcel4macro",
    "scriptcontrol",
    "schedule.service",
    "shellbrowserwindow",
    "mmc20.application",
    "libc.dylib",
    "\"popen\"",
    "xlm.exec",
    "queueuserapc",
    // Loads.
    "urldownloadtofile",
    "xmlhttp",
    "winhttp",
    "internetopen",
    "internetreadfile",
    "adodb.stream",
    "net.webclient",
    "downloadfile",
    "downloadstring",
    "urlmon",
    "internetexplorer.application",
    "bitstransfer",
    // Programs that run what they are given (LOLBAS).
    "powershell",
    "pwsh",
    "cmd.exe",
    "cmd /c",
    "cmd /k",
    "cmd.exe /c",
    "mshta",
    "rundll32",
    "regsvr32",
    "certutil",
    "bitsadmin",
    "cscript",
    "wscript",
    "schtasks",
    "msbuild",
    "installutil",
    "msiexec",
    "wmic ",
    "regasm",
    "hh.exe",
    "forfiles",
    "control.exe",
    "curl ",
    "wget ",
    "/bin/sh",
    "/bin/bash",
    "python -c",
    "osascript",
    // Writes.
    "savetofile",
    "createtextfile",
    "opentextfile",
    "for binary",
    "for output",
    "for append",
    "regwrite",
    "startup\\",
    "vbproject",
    "vbcomponents",
    "accessvbom",
    "vbawarnings",
    "currentversion\\run",
    // Hides.
    "strreverse",
    "callbyname",
    "application.enableevents = false\nshell",
    "sandboxie",
    "vmware",
    "virtualbox",
    "isdebuggerpresent",
    "invoke-expression",
    "frombase64string",
    "-encodedcommand",
    "-enc ",
    "executeglobal",
    "msscriptcontrol",
];

/// Enough by themselves, in a macro that a person starts too.
const GRAVE: &[&str] = &[
    "urldownloadtofile",
    "createremotethread",
    "virtualalloc",
    "writeprocessmemory",
    "rtlmovememory",
    "powershell",
    "mshta",
    "regsvr32",
    "bitsadmin",
    "certutil",
    "win32_process",
    "frombase64string",
    "invoke-expression",
    "accessvbom",
    "currentversion\\run",
    "downloadstring",
    "mmc20.application",
];

static RISKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(RISKY)
        .ok()
});

/// How bad a macro is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Suspicion {
    /// A line that is more than a declaration of the editor.
    pub(crate) has_code: bool,
    pub(crate) starts_by_itself: bool,
    pub(crate) is_risky: bool,
    /// Risky without a start of its own.
    pub(crate) is_grave: bool,
}

impl Suspicion {
    pub(crate) fn join(&mut self, other: Self) {
        self.has_code |= other.has_code;
        self.starts_by_itself |= other.starts_by_itself;
        self.is_risky |= other.is_risky;
        self.is_grave |= other.is_grave;
    }
}

/// Characters by number in one module that are no way to write a quote or a line end.
const CHARACTERS_SUSPICIOUS: usize = 12;

pub(crate) fn suspicion(revealed: &Revealed) -> Suspicion {
    let mut found = Suspicion {
        has_code: has_code(&revealed.source),
        starts_by_itself: procedures(&revealed.source).any(|name| is_automatic(&name)),
        is_risky: revealed.characters >= CHARACTERS_SUSPICIOUS,
        is_grave: false,
    };
    for text in [&revealed.source, &revealed.strings] {
        for risk in risks(text) {
            found.is_risky = true;
            found.is_grave |= GRAVE.contains(&risk);
        }
    }
    found.is_risky |= calls(
        &revealed.source,
        &["shell", "environ", "execute", "eval", "sendkeys"],
    );
    found.is_risky |= creates_unknown(&revealed.source);
    found
}

/// Names of compiled code that no source has: the source was taken out or exchanged (VBA stomping).
pub(crate) fn is_stomped(compiled: &[u8], sources: &str) -> bool {
    let compiled = String::from_utf8_lossy(compiled).to_ascii_lowercase();
    let sources = sources.to_ascii_lowercase();
    let missing = |name: &&&str| compiled.contains(**name) && !sources.contains(**name);
    AUTOMATIC
        .iter()
        .filter(|name| name.len() > 7)
        .find(missing)
        .is_some()
        && [
            "urldownloadtofile",
            "createobject",
            "wscript",
            "shellexecute",
            "virtualalloc",
            "powershell",
        ]
        .iter()
        .find(missing)
        .is_some()
}

fn risks(text: &str) -> impl Iterator<Item = &'static str> {
    let found: Vec<&'static str> = RISKS
        .iter()
        .flat_map(|risks| risks.find_iter(text))
        .filter_map(|hit| RISKY.get(hit.pattern().as_usize()).copied())
        .collect();
    found.into_iter()
}

/// Anything but attributes, options and blank lines.
fn has_code(source: &str) -> bool {
    source.lines().map(str::trim).any(|line| {
        let lower = line
            .get(..line.len().min(9))
            .unwrap_or(line)
            .to_ascii_lowercase();
        !line.is_empty()
            && !lower.starts_with("attribute")
            && !lower.starts_with("option")
            && !lower.starts_with("version ")
            && !lower.starts_with("begin")
            && lower != "end"
    })
}

/// Names of declared procedures, in lower case.
fn procedures(source: &str) -> impl Iterator<Item = String> + '_ {
    source.split(['\n', ':']).filter_map(|line| {
        let mut words = line.split_whitespace();
        let first = words.find(|word| {
            !["private", "public", "static", "friend"]
                .iter()
                .any(|skip| word.eq_ignore_ascii_case(skip))
        })?;
        if !first.eq_ignore_ascii_case("sub") && !first.eq_ignore_ascii_case("function") {
            return None;
        }
        let name = words.next()?;
        let name = name.split('(').next().unwrap_or_default();
        Some(name.to_ascii_lowercase())
    })
}

fn is_automatic(name: &str) -> bool {
    AUTOMATIC.contains(&name) || AUTOMATIC_ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether one of these words is called: `Shell "x"`, `Shell(x)`, `= Environ$("TEMP")`; not a member (`x.shell`) and no declared name.
fn calls(source: &str, names: &[&str]) -> bool {
    let lower = source.to_ascii_lowercase();
    names.iter().any(|name| {
        memchr::memmem::find_iter(lower.as_bytes(), name.as_bytes()).any(|at| {
            let before = lower.get(..at).unwrap_or_default();
            let after = lower.get(at + name.len()..).unwrap_or_default();
            let word_before = before
                .trim_end_matches([' ', '\t'])
                .rsplit(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or_default();
            let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            let is_member = before.ends_with('.')
                && !before.ends_with("vba.")
                && !before.ends_with("interaction.");
            let is_name = matches!(
                word_before,
                "sub" | "function" | "dim" | "as" | "end" | "property"
            );
            let argument = after.trim_start_matches(['$', ' ', '\t']);
            let is_call = argument.starts_with(['(', '"'])
                || argument.starts_with(|c: char| c.is_alphabetic() || c == '_');
            whole && !is_member && !is_name && is_call
        })
    })
}

/// `CreateObject` of what is put together at run time, or of the shells and loaders that are no
/// part of Office.
fn creates_unknown(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    ["createobject", "getobject"].iter().any(|name| {
        lower.split(name).skip(1).any(|after| {
            let argument = after.trim_start_matches([' ', '\t', '(']);
            !argument.starts_with('"')
                && after.trim_start().starts_with('(')
                && !argument.starts_with([',', ')'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::reveal::revealed;
    use super::suspicion;

    #[test]
    fn degrees() {
        let of = |source: &str| suspicion(&revealed(source));
        let empty = of("Attribute VB_Name = \"Module1\"\r\nOption Explicit\r\n' note\r\n");
        assert!(!empty.has_code && !empty.starts_by_itself && !empty.is_risky);
        let plain = of("Function Tax(x)\r\n  Tax = x * 1.1\r\nEnd Function");
        assert!(plain.has_code && !plain.starts_by_itself && !plain.is_risky);
        let opens = of("Private Sub Workbook_Open()\r\n  Sheets(1).Select\r\nEnd Sub");
        assert!(opens.starts_by_itself && !opens.is_risky);
        let shell = of("Sub AutoOpen()\r\n  Shell \"calc.exe\", 1\r\nEnd Sub");
        assert!(shell.starts_by_itself && shell.is_risky && !shell.is_grave);
        assert!(of("x = \"power\" & \"shell -w hidden\"").is_grave);
        assert!(of("Set o = CreateObject(a & b)").is_risky);
        assert!(!of("Set d = CreateObject(\"Scripting.Dictionary\")").is_risky);
        assert!(!of("Sub Shell_Sort(a)\r\nEnd Sub").is_risky);
    }
}
