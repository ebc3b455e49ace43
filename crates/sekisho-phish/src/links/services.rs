//! Services that stand between a link and its target.

/// Hosts that only forward: whoever reads the link does not see where it goes.
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "tinyurl.com",
    "t.ly",
    "is.gd",
    "v.gd",
    "ow.ly",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "shorturl.at",
    "tiny.cc",
    "rb.gy",
    "s.id",
    "bl.ink",
    "x.gd",
    "ux.nu",
    "00m.in",
    "qr.paps.jp",
    "onl.tw",
    "onl.la",
    "onl.sc",
    "goo.su",
    "urlz.fr",
    "adf.ly",
    "shorte.st",
    "soo.gd",
    "clck.ru",
    "u.to",
    "tr.ee",
    "linktr.ee",
    "lnkd.in",
    "t.co",
    "goo.gl",
    "j.mp",
    "bitly.ws",
    "short.gy",
    "dub.sh",
    "shorturl.asia",
    "tinyurl.gg",
    "2.gy",
    "wa.link",
    "urlr.me",
    "cli.re",
    "n9.cl",
    "acortar.link",
    "kutt.it",
    "qrco.de",
    "me-qr.com",
    "l.ead.me",
    "page.link",
    "app.link",
    "surl.li",
    "ln.run",
    "inx.lv",
    "snip.ly",
    "hyperurl.co",
    "tiny.one",
    "rotf.lol",
    "bit.do",
    "amzn.to",
    "lin.ee",
    "r10.to",
    "a.r10.to",
    "p.tl",
    "ur0.work",
    "w.wiki",
    "git.io",
    "youtu.be",
    "db.tt",
];

/// Names of parameters that redirectors take their target from.
const TARGET_PARAMETERS: &[&str] = &[
    "url",
    "u",
    "q",
    "to",
    "target",
    "dest",
    "destination",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "redirecturl",
    "redir",
    "return",
    "returnurl",
    "return_url",
    "returnto",
    "return_to",
    "next",
    "goto",
    "go",
    "link",
    "continue",
    "r",
    "out",
    "href",
    "adurl",
    "rurl",
    "ref_url",
    "forward",
    "l",
    "targeturl",
    "uri",
];

/// Words in a host or a path that say: this counts a click and goes on.
const COUNTERS: &[&str] = &[
    "click",
    "clicks",
    "clickthru",
    "clickthrough",
    "track",
    "tracking",
    "tracker",
    "trk",
    "links",
    "link",
    "lnk",
    "url",
    "redirect",
    "redir",
    "r",
    "t",
    "c",
    "e",
    "l",
    "ls",
    "wf",
    "go",
    "out",
    "ct",
    "cl",
    "clk",
    "cc",
    "uni",
    "email",
    "mail",
    "mailer",
    "news",
    "newsletter",
    "em",
    "mkt",
    "marketing",
    "info",
    "campaign",
    "open",
    "view",
    "elink",
    "emltrk",
    "rd",
    "tr",
    "q",
    "f",
    "u",
    "jump",
    "cgi-bin",
    "response",
    "list-manage",
    "mandrillapp",
    "sendgrid",
    "urldefense",
    "safelinks",
    "hubspotlinks",
    "awstrack",
    "mkto",
    "exacttarget",
    "createsend1",
];

pub(crate) fn is_shortener(host: &str) -> bool {
    let bare = host.strip_prefix("www.").unwrap_or(host);
    SHORTENERS.contains(&bare)
        || bare
            .split_once('.')
            .is_some_and(|(_, above)| matches!(above, "page.link" | "app.link"))
}

/// The place that a parameter of the link names.
pub(crate) fn redirect_target(url: &url::Url) -> Option<String> {
    // Most links name no other place: told without decoding anything.
    let behind = url.as_str().get(8..).unwrap_or_default().as_bytes();
    let slashes: [&[u8]; 3] = [b"//", b"%2F%2F", b"%2f%2f"];
    if !slashes
        .iter()
        .any(|slashes| memchr::memmem::find(behind, slashes).is_some())
    {
        return None;
    }
    url.query_pairs()
        .take(32)
        .find(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let names_place = TARGET_PARAMETERS.contains(&name.as_str());
            names_place && is_place(value)
        })
        .map(|(_, value)| value.into_owned())
        .or_else(|| in_path(url))
}

/// `https://redirector.example/https://target.example/`.
fn in_path(url: &url::Url) -> Option<String> {
    let path = url.path();
    let at = path.find("/http://").or_else(|| path.find("/https://"))?;
    path.get(at + 1..).map(str::to_owned)
}

fn is_place(value: &str) -> bool {
    let start: String = value
        .chars()
        .take(8)
        .collect::<String>()
        .to_ascii_lowercase();
    start.starts_with("http://") || start.starts_with("https://") || start.starts_with("//")
}

/// Whether a link has the shape that mail services give to links they count: a word for it in host or
/// path, and a long opaque token.
pub(crate) fn counts_clicks(url: &url::Url, host: &str) -> bool {
    let says = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        COUNTERS.contains(&word)
    };
    let path = url.path().to_ascii_lowercase();
    let named = host.split(['.', '-']).any(says) || path.split(['/', '.']).any(says);
    let opaque = url
        .path()
        .split('/')
        .chain(url.query().unwrap_or_default().split(['=', '&']))
        .any(|token| {
            token.len() >= 16
                && token.bytes().any(|byte| byte.is_ascii_digit())
                && token
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%+".contains(&byte))
        });
    named && opaque
}

/// Addresses that anybody can have.
const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.jp",
    "hotmail.com",
    "hotmail.co.jp",
    "live.com",
    "live.jp",
    "msn.com",
    "yahoo.com",
    "yahoo.co.jp",
    "ymail.com",
    "ymail.ne.jp",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "aol.jp",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "gmx.com",
    "gmx.net",
    "gmx.de",
    "mail.com",
    "mail.ru",
    "yandex.com",
    "yandex.ru",
    "zoho.com",
    "zohomail.com",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "foxmail.com",
    "tutanota.com",
    "tuta.io",
    "fastmail.com",
    "hey.com",
    "excite.co.jp",
    "goo.jp",
    "nifty.com",
    "infoseek.jp",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "au.com",
    "softbank.ne.jp",
    "i.softbank.jp",
    "rocketmail.com",
    "inbox.lv",
    "web.de",
    "mail.ee",
    "rediffmail.com",
    "naver.com",
    "daum.net",
    "hanmail.net",
    "consultant.com",
    "usa.com",
    "email.com",
];

pub(crate) fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain)
}
