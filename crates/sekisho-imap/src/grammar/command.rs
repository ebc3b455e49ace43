//! The commands, each with its arguments.

use sekisho_sasl::Secret;

use super::cursor::{Bad, Cursor, Parsed};
use super::fetch::{self, Item};
use super::list::List;
use super::search::Search;
use super::sequence::SequenceSet;
use crate::limits::{ID_PAIRS_MAX, KEYWORDS_MAX};
use crate::{Flag, Flags, MailboxName, MailboxNameError, SpecialUse, StoreHow};

/// A mailbox argument. A name that cannot be is `NO`, not `BAD`: the syntax was right.
pub(crate) type Mailbox = Result<MailboxName, MailboxNameError>;

/// One command. APPEND is not here: its message is streamed (see [`super::AppendHead`]).
#[derive(Debug)]
pub(crate) enum Command {
    Capability,
    Noop,
    Logout,
    StartTls,
    Authenticate(SaslStart),
    Login {
        user: String,
        password: Secret,
    },
    Id,
    Enable,
    Namespace,
    List(List),
    Subscribe {
        mailbox: Mailbox,
        subscribed: bool,
    },
    Create {
        mailbox: Mailbox,
        special_use: Option<SpecialUse>,
    },
    Delete(Mailbox),
    Rename {
        from: Mailbox,
        to: Mailbox,
    },
    Status {
        mailbox: Mailbox,
        items: Vec<StatusItem>,
    },
    Select {
        mailbox: Mailbox,
        read_only: bool,
    },
    Unselect,
    Close,
    Check,
    Expunge(Option<SequenceSet>),
    Fetch {
        by_uid: bool,
        set: SequenceSet,
        items: Vec<Item>,
    },
    Store {
        by_uid: bool,
        set: SequenceSet,
        how: StoreHow,
        silent: bool,
        flags: Flags,
    },
    Search {
        by_uid: bool,
        search: Search,
    },
    Copy {
        by_uid: bool,
        set: SequenceSet,
        to: Mailbox,
    },
    Move {
        by_uid: bool,
        set: SequenceSet,
        to: Mailbox,
    },
    Idle,
    Quota {
        root: Vec<u8>,
    },
    QuotaRoot {
        mailbox: Mailbox,
    },
}

/// AUTHENTICATE with its initial response (RFC 4959), still in base64.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SaslStart {
    pub(crate) mechanism: String,
    pub(crate) initial: Option<String>,
}

/// What STATUS can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusItem {
    Messages,
    Recent,
    UidNext,
    UidValidity,
    Unseen,
    Deleted,
    Size,
    AppendLimit,
}

/// The tag that a command begins with, if it has one.
pub(crate) fn tag_of(command: &[u8]) -> Option<String> {
    let mut cursor = Cursor::new(command);
    let tag = cursor.tag().ok()?;
    // A line of binary or a mail's header has no tag that could be answered.
    (tag.len() <= 100 && matches!(cursor.peek(), Some(b' ') | None)).then(|| tag.to_owned())
}

/// Reads what comes after the tag.
pub(crate) fn parse(command: &[u8]) -> Parsed<Command> {
    let mut cursor = Cursor::new(command);
    cursor.tag()?;
    cursor.space()?;
    let word = cursor.atom()?.to_ascii_uppercase();
    let command = if word == "UID" {
        cursor.space()?;
        let word = cursor.atom()?.to_ascii_uppercase();
        uid_command(&word, &mut cursor)?
    } else {
        match any_state(&word, &mut cursor)? {
            Some(command) => command,
            None => match mailbox_command(&word, &mut cursor)? {
                Some(command) => command,
                None => selected_command(&word, &mut cursor)?,
            },
        }
    };
    cursor.end()?;
    Ok(command)
}

fn any_state(word: &str, cursor: &mut Cursor<'_>) -> Parsed<Option<Command>> {
    Ok(Some(match word {
        "CAPABILITY" => Command::Capability,
        "NOOP" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => Command::StartTls,
        "AUTHENTICATE" => Command::Authenticate(sasl_start(cursor)?),
        "LOGIN" => login(cursor)?,
        "ID" => id(cursor)?,
        "ENABLE" => enable(cursor)?,
        _ => return Ok(None),
    }))
}

fn mailbox_command(word: &str, cursor: &mut Cursor<'_>) -> Parsed<Option<Command>> {
    Ok(Some(match word {
        "NAMESPACE" => Command::Namespace,
        "LIST" => Command::List(List::parse(cursor)?),
        "LSUB" => Command::List(List::parse_lsub(cursor)?),
        "SUBSCRIBE" | "UNSUBSCRIBE" => Command::Subscribe {
            mailbox: mailbox(cursor)?,
            subscribed: word == "SUBSCRIBE",
        },
        "CREATE" => create(cursor)?,
        "DELETE" => Command::Delete(mailbox(cursor)?),
        "RENAME" => Command::Rename {
            from: mailbox(cursor)?,
            to: mailbox(cursor)?,
        },
        "STATUS" => {
            let mailbox = mailbox(cursor)?;
            cursor.space()?;
            let items = status_items(cursor)?;
            Command::Status { mailbox, items }
        }
        "SELECT" | "EXAMINE" => Command::Select {
            mailbox: mailbox(cursor)?,
            read_only: word == "EXAMINE",
        },
        "IDLE" => Command::Idle,
        "GETQUOTA" => {
            cursor.space()?;
            let root = cursor.astring()?.into_owned();
            Command::Quota { root }
        }
        "GETQUOTAROOT" => Command::QuotaRoot {
            mailbox: mailbox(cursor)?,
        },
        "APPEND" => return Err(Bad("APPEND wants a mailbox and a message literal")),
        _ => return Ok(None),
    }))
}

fn selected_command(word: &str, cursor: &mut Cursor<'_>) -> Parsed<Command> {
    match word {
        "UNSELECT" => Ok(Command::Unselect),
        "CLOSE" => Ok(Command::Close),
        "CHECK" => Ok(Command::Check),
        "EXPUNGE" => Ok(Command::Expunge(None)),
        _ => numbers_command(word, false, cursor),
    }
}

fn uid_command(word: &str, cursor: &mut Cursor<'_>) -> Parsed<Command> {
    if word == "EXPUNGE" {
        cursor.space()?;
        return Ok(Command::Expunge(Some(SequenceSet::parse(cursor)?)));
    }
    numbers_command(word, true, cursor)
}

/// The commands that name messages, by number or by UID.
fn numbers_command(word: &str, by_uid: bool, cursor: &mut Cursor<'_>) -> Parsed<Command> {
    match word {
        "FETCH" | "STORE" | "COPY" | "MOVE" => {}
        "SEARCH" => {
            let search = Search::parse(cursor)?;
            return Ok(Command::Search { by_uid, search });
        }
        _ => return Err(Bad("unknown command")),
    }
    cursor.space()?;
    let set = SequenceSet::parse(cursor)?;
    match word {
        "FETCH" => {
            cursor.space()?;
            let items = fetch::items(cursor)?;
            Ok(Command::Fetch { by_uid, set, items })
        }
        "STORE" => store(by_uid, set, cursor),
        "COPY" => Ok(Command::Copy {
            by_uid,
            set,
            to: mailbox(cursor)?,
        }),
        _ => Ok(Command::Move {
            by_uid,
            set,
            to: mailbox(cursor)?,
        }),
    }
}

fn mailbox(cursor: &mut Cursor<'_>) -> Parsed<Mailbox> {
    cursor.space()?;
    Ok(MailboxName::from_wire(&cursor.astring()?))
}

fn sasl_start(cursor: &mut Cursor<'_>) -> Parsed<SaslStart> {
    cursor.space()?;
    let mechanism = cursor.atom()?.to_owned();
    let mut initial = None;
    if !cursor.is_at_end() {
        cursor.space()?;
        let base64 = cursor.take_while(|byte| byte.is_ascii_graphic());
        initial = Some(String::from_utf8_lossy(base64).into_owned());
    }
    Ok(SaslStart { mechanism, initial })
}

fn login(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let user = cursor.astring()?;
    let user = std::str::from_utf8(&user)
        .map_err(|_| Bad("the user name is not UTF-8"))?
        .to_owned();
    cursor.space()?;
    let password = Secret::new(cursor.astring()?.into_owned());
    Ok(Command::Login { user, password })
}

/// RFC 2971: what the client says of itself is read and dropped.
fn id(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    if !cursor.eat_word("NIL") {
        cursor.list(ID_PAIRS_MAX * 2, |cursor| cursor.nstring().map(drop))?;
    }
    Ok(Command::Id)
}

/// RFC 5161: unknown names are ignored, and none is known yet.
fn enable(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    cursor.atom()?;
    while !cursor.is_at_end() {
        cursor.space()?;
        cursor.atom()?;
    }
    Ok(Command::Enable)
}

/// CREATE with `(USE (\Sent))` (RFC 6154 §3).
fn create(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mailbox = mailbox(cursor)?;
    let mut special_use = None;
    if !cursor.is_at_end() {
        cursor.space()?;
        cursor.expect(b'(', "(USE (…)) was expected")?;
        if !cursor.eat_word("USE") {
            return Err(Bad("(USE (…)) was expected"));
        }
        cursor.space()?;
        let uses = cursor.list(8, |cursor| {
            SpecialUse::parse(&flag_word(cursor)?).ok_or(Bad("unknown special use"))
        })?;
        cursor.expect(b')', "(USE (…)) was expected")?;
        special_use = uses.first().copied();
    }
    Ok(Command::Create {
        mailbox,
        special_use,
    })
}

fn store(by_uid: bool, set: SequenceSet, cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let how = if cursor.eat(b'+') {
        StoreHow::Add
    } else if cursor.eat(b'-') {
        StoreHow::Remove
    } else {
        StoreHow::Replace
    };
    if !cursor.eat_word("FLAGS") {
        return Err(Bad("FLAGS was expected"));
    }
    let silent = cursor.eat_word(".SILENT");
    cursor.space()?;
    let flags = if cursor.peek() == Some(b'(') {
        flag_list(cursor)?
    } else {
        let mut flags = Flags::default();
        flags.insert(&flag(cursor)?);
        while !cursor.is_at_end() {
            cursor.space()?;
            flags.insert(&flag(cursor)?);
        }
        flags
    };
    Ok(Command::Store {
        by_uid,
        set,
        how,
        silent,
        flags,
    })
}

/// `flag-list`
pub(super) fn flag_list(cursor: &mut Cursor<'_>) -> Parsed<Flags> {
    let mut flags = Flags::default();
    cursor.list(KEYWORDS_MAX + 8, |cursor| {
        // `\Recent` in a list is passed over: clients send back what they were shown.
        if !cursor.eat_word("\\Recent") {
            flags.insert(&flag(cursor)?);
        }
        Ok(())
    })?;
    Ok(flags)
}

fn flag(cursor: &mut Cursor<'_>) -> Parsed<Flag> {
    Flag::parse(&flag_word(cursor)?).ok_or(Bad("this flag cannot be set"))
}

fn flag_word(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let backslash = cursor.eat(b'\\');
    let name = cursor.atom()?;
    Ok(if backslash {
        format!("\\{name}")
    } else {
        name.to_owned()
    })
}

/// `( status-att … )`
pub(super) fn status_items(cursor: &mut Cursor<'_>) -> Parsed<Vec<StatusItem>> {
    cursor.list(16, |cursor| {
        let name = cursor.atom()?.to_ascii_uppercase();
        Ok(match name.as_str() {
            "MESSAGES" => StatusItem::Messages,
            "RECENT" => StatusItem::Recent,
            "UIDNEXT" => StatusItem::UidNext,
            "UIDVALIDITY" => StatusItem::UidValidity,
            "UNSEEN" => StatusItem::Unseen,
            "DELETED" => StatusItem::Deleted,
            "SIZE" => StatusItem::Size,
            "APPENDLIMIT" => StatusItem::AppendLimit,
            _ => return Err(Bad("unknown STATUS item")),
        })
    })
}
