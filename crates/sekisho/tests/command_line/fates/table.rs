//! Every fate that a mail with a content can have, and what the trace says of it.

/// Mail to outside leaves at once, but for one domain; two people have rules of their own.
pub(super) const POLICY: &str = r#"preset = "standard"
[[change]]
rule = "delay-outside"
mode = "off"
[[rule]]
name = "later"
direction = "outbound"
when = { recipients = { address = "@later.example.org" } }
then = { action = "delay", seconds = 3600 }
[[rule]]
name = "not-to-the-manager"
direction = "inbound"
when = { recipients = { address = "manager@hanko.example.jp" } }
then = { action = "refuse", code = 554, text = "Write to the secretary" }
[[rule]]
name = "nothing-for-admin"
direction = "inbound"
when = { recipients = { address = "admin@hanko.example.jp" } }
then = "discard"
"#;

pub(super) const USER: &str = "user1@hanko.example.jp";
const PROGRAM_FILE: &str = "\nMIME-Version: 1.0\nContent-Type: application/pdf; name=\"invoice.pdf.exe\"\n\
    Content-Disposition: attachment; filename=\"invoice.pdf.exe\"\nContent-Transfer-Encoding: base64\n\n\
    TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
const MY_NUMBER: &str = "\nContent-Type: text/plain; charset=utf-8\n\n個人番号: 1234-5678-9018\n";
const PLAIN: &str = "\n\nhello\n";

/// A mail and what the trace must say of it.
pub(super) struct Fate {
    pub(super) id: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) rest: &'static str,
    /// What is done to it once it is there.
    pub(super) then: &'static [&'static str],
    pub(super) state: &'static [&'static str],
    /// In the words of the verdict, or of the state.
    pub(super) ja: &'static str,
    pub(super) en: &'static str,
    /// In the far side's (or our own) reply.
    pub(super) reply: &'static str,
}

pub(super) const FATES: &[Fate] = &[
    Fate {
        id: "refused-by-policy",
        from: "alert@bank.example.com",
        to: USER,
        rest: PLAIN,
        then: &[],
        state: &["refused"],
        ja: "DMARC",
        en: "DMARC",
        reply: "550",
    },
    Fate {
        id: "inbox",
        from: "news@soto.example.com",
        to: USER,
        rest: PLAIN,
        then: &[],
        state: &["mailbox"],
        ja: "問題は見つかりませんでした",
        en: "Nothing was found",
        reply: "",
    },
    Fate {
        id: "junk",
        from: "sale@shop.example.net",
        to: USER,
        rest: PLAIN,
        then: &[],
        state: &["junked"],
        ja: "規則「許可されていない送信元」",
        en: "rule “Server not allowed to send”",
        reply: "",
    },
    Fate {
        id: "quarantined",
        from: "news@soto.example.com",
        to: USER,
        rest: PROGRAM_FILE,
        then: &[],
        state: &["quarantined"],
        ja: "規則「危険な添付」",
        en: "rule “Dangerous attachment”",
        reply: "",
    },
    Fate {
        id: "released",
        from: "news@soto.example.com",
        to: USER,
        rest: PROGRAM_FILE,
        then: &["quarantine", "release"],
        state: &["mailbox"],
        ja: "規則「危険な添付」",
        en: "rule “Dangerous attachment”",
        reply: "",
    },
    Fate {
        id: "thrown-away",
        from: "news@soto.example.com",
        to: USER,
        rest: PROGRAM_FILE,
        then: &["quarantine", "delete"],
        state: &["discarded"],
        ja: "規則「危険な添付」",
        en: "rule “Dangerous attachment”",
        reply: "",
    },
    Fate {
        id: "held",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &[],
        state: &["held"],
        ja: "規則「マイナンバーの社外送信」",
        en: "rule “My Number to the outside”",
        reply: "",
    },
    Fate {
        id: "approved",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["hold", "release"],
        state: &["sent", "relayed"],
        ja: "管理者",
        en: "an administrator",
        reply: "250",
    },
    Fate {
        id: "sent-back",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["hold", "refuse"],
        state: &["returned"],
        ja: "管理者",
        en: "an administrator",
        reply: "",
    },
    Fate {
        id: "cancelled-while-held",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["delay", "cancel"],
        state: &["cancelled"],
        ja: "規則「マイナンバーの社外送信」",
        en: "rule “My Number to the outside”",
        reply: "",
    },
    Fate {
        id: "deferred-dead-port",
        from: USER,
        to: "a@dead.example.org",
        rest: PLAIN,
        then: &[],
        state: &["queued"],
        ja: "送信",
        en: "sent",
        reply: "refused",
    },
    Fate {
        id: "deferred-by-the-far-side",
        from: USER,
        to: "a@slow.example.org",
        rest: PLAIN,
        then: &[],
        state: &["queued"],
        ja: "送信",
        en: "sent",
        reply: "451 4.7.1 come back later",
    },
    Fate {
        id: "bounced",
        from: USER,
        to: "a@strict.example.org",
        rest: PLAIN,
        then: &[],
        state: &["bounced"],
        ja: "送信",
        en: "sent",
        reply: "550 5.1.1 no such person here",
    },
    Fate {
        id: "no-such-domain",
        from: USER,
        to: "a@nowhere.example.org",
        rest: PLAIN,
        then: &[],
        state: &["bounced"],
        ja: "送信",
        en: "sent",
        reply: "5.1.2",
    },
    Fate {
        id: "taken-out-of-the-queue",
        from: USER,
        to: "a@slow.example.org",
        rest: PLAIN,
        then: &["queue", "delete"],
        state: &["bounced"],
        ja: "送信待ちから削除しました",
        en: "Taken out of the queue",
        reply: "451 4.7.1 come back later",
    },
    Fate {
        id: "sent",
        from: USER,
        to: "a@sink.example.org",
        rest: PLAIN,
        then: &[],
        state: &["sent", "relayed"],
        ja: "送信",
        en: "sent",
        reply: "taken as sink-1",
    },
    Fate {
        id: "to-a-colleague",
        from: USER,
        to: "user2@hanko.example.jp",
        rest: PLAIN,
        then: &[],
        state: &["mailbox"],
        ja: "社内",
        en: "inside the organisation",
        reply: "",
    },
    Fate {
        id: "to-an-alias",
        from: "news@soto.example.com",
        to: "tantou@hanko.example.jp",
        rest: PLAIN,
        then: &[],
        state: &["mailbox"],
        ja: "問題は見つかりませんでした",
        en: "Nothing was found",
        reply: "",
    },
    Fate {
        id: "to-a-group",
        from: "news@soto.example.com",
        to: "everyone@hanko.example.jp",
        rest: PLAIN,
        then: &[],
        state: &["mailbox"],
        ja: "問題は見つかりませんでした",
        en: "Nothing was found",
        reply: "",
    },
    Fate {
        id: "refused-by-a-rule-of-ones-own",
        from: "news@soto.example.com",
        to: "manager@hanko.example.jp",
        rest: PLAIN,
        then: &[],
        state: &["refused"],
        ja: "規則「not-to-the-manager」",
        en: "rule “not-to-the-manager”",
        reply: "554 5.7.1 Write to the secretary",
    },
    Fate {
        id: "thrown-away-by-a-rule",
        from: "news@soto.example.com",
        to: "admin@hanko.example.jp",
        rest: PLAIN,
        then: &[],
        state: &["discarded"],
        ja: "規則「nothing-for-admin」",
        en: "rule “nothing-for-admin”",
        reply: "",
    },
    Fate {
        id: "in-a-name-that-is-not-ones-own",
        from: USER,
        to: "user2@hanko.example.jp",
        rest: "\nFrom: manager@hanko.example.jp\n\nhello\n",
        then: &[],
        state: &["refused"],
        ja: "受信を拒否しました",
        en: "Refused at the end of the mail",
        reply: "is not one of yours",
    },
    Fate {
        id: "hold-ran-out",
        from: USER,
        to: "sakura@partner.example.com",
        rest: MY_NUMBER,
        then: &["hold", "deadline", "1s"],
        state: &["returned"],
        ja: "決裁の期限が過ぎました",
        en: "The time to decide ran out",
        reply: "",
    },
    Fate {
        id: "delayed",
        from: USER,
        to: "a@later.example.org",
        rest: PLAIN,
        then: &[],
        state: &["delayed"],
        ja: "60 分後に送信します",
        en: "It is sent in 60 min",
        reply: "",
    },
    Fate {
        id: "cancelled-while-delayed",
        from: USER,
        to: "a@later.example.org",
        rest: PLAIN,
        then: &["delay", "cancel"],
        state: &["cancelled"],
        ja: "取り消し",
        en: "Cancelled",
        reply: "",
    },
];
