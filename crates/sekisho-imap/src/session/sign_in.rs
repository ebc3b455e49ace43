//! LOGIN and AUTHENTICATE (RFC 9051 §6.2.2, §6.2.3; RFC 4959).

use sekisho_sasl::{Exchange, Failure, Mechanism, Secret, Step, encoding};

use super::core::Core;
use super::reader::Reader;
use super::task::{Next, Task, refuse};
use crate::grammar::SaslStart;
use crate::{Answer, AuthAnswer, AuthQuestion, Question, limits};

/// RFC 5530 §3: one answer for a wrong password and an unknown user.
const REFUSED: &str = "NO [AUTHENTICATIONFAILED] user name or password is wrong";
const TRY_LATER: &str = "NO [UNAVAILABLE] sign-in is not possible now, try again later";
/// RFC 5530 §3, RFC 9051 §6.2.3.
const TLS_FIRST: &str = "NO [PRIVACYREQUIRED] use TLS first";

/// Waits for the directory's word.
#[derive(Debug)]
pub(super) struct Login {
    tag: String,
}

impl Login {
    pub(super) fn begin(core: &mut Core, tag: String, user: String, password: Secret) -> Next {
        if !core.may_sign_in() {
            return refuse(core, Some(&tag), TLS_FIRST);
        }
        let question = AuthQuestion::Password {
            user,
            authzid: None,
            password,
        };
        Next::Ask(Question::Auth(question), Task::Login(Self { tag }))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        verdict(core, self.tag, answer)
    }
}

fn verdict(core: &mut Core, tag: String, answer: Option<Answer>) -> Next {
    match answer {
        Some(Answer::Auth(AuthAnswer::Accepted)) => {
            core.signed_in = true;
            let reply = format!("OK [CAPABILITY {}] signed in", core.capabilities());
            Next::done(tag, reply)
        }
        Some(Answer::Auth(AuthAnswer::Refused)) => failed(core, &tag, REFUSED),
        _ => failed(core, &tag, TRY_LATER),
    }
}

fn failed(core: &mut Core, tag: &str, reply: &str) -> Next {
    core.tagged(tag, reply);
    core.sign_in_failures += 1;
    if core.sign_in_failures >= limits::SIGN_IN_FAILURES_MAX {
        core.bye("too many failed sign-ins");
    }
    Next::Nothing
}

/// One SASL exchange.
pub(super) struct Authenticate {
    tag: String,
    exchange: Exchange,
    stage: Stage,
}

impl std::fmt::Debug for Authenticate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticate")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
enum Stage {
    /// The client answers a challenge.
    Line,
    /// The driver looks the keys up.
    Keys,
    /// The client has the server's proof and says so with an empty line.
    Acknowledge {
        user: String,
        authzid: Option<String>,
    },
    /// The driver decides.
    Verdict,
    /// The driver has been told of a failure.
    Failed,
}

impl Authenticate {
    pub(super) fn begin(core: &mut Core, tag: String, start: SaslStart) -> Next {
        let Some(mechanism) = Mechanism::parse(&start.mechanism) else {
            return refuse(
                core,
                Some(&tag),
                "NO [CANNOT] this mechanism is not offered",
            );
        };
        if !core.may_sign_in() {
            return refuse(core, Some(&tag), TLS_FIRST);
        }
        if !core.mechanisms().any(|offered| offered == mechanism) {
            return refuse(
                core,
                Some(&tag),
                "NO [CANNOT] this mechanism is not offered",
            );
        }
        let initial = match start.initial.as_deref() {
            None => None,
            Some("=") => Some(Vec::new()), // RFC 4959 §3: an empty response
            Some(base64) => match encoding::decode(base64) {
                Some(bytes) => Some(bytes),
                None => return refuse(core, Some(&tag), "BAD the initial response is not base64"),
            },
        };
        let bindings = core.tls.clone().unwrap_or_default();
        let mut exchange = Exchange::new(mechanism, bindings, core.next_nonce());
        let step = exchange.begin(initial.as_deref());
        Box::new(Self {
            tag,
            exchange,
            stage: Stage::Line,
        })
        .go_on(core, step)
    }

    pub(super) fn step(
        mut self: Box<Self>,
        core: &mut Core,
        reader: &mut Reader,
        answer: Option<Answer>,
    ) -> Next {
        match (&self.stage, answer) {
            (Stage::Line | Stage::Acknowledge { .. }, _) => self.read_line(core, reader),
            (Stage::Keys, Some(Answer::Auth(AuthAnswer::Keys(keys)))) => {
                let step = self.exchange.keys(keys);
                self.go_on(core, step)
            }
            (Stage::Verdict, answer) => verdict(core, self.tag, answer),
            (Stage::Failed, _) => failed(core, &self.tag, REFUSED),
            (Stage::Keys, _) => failed(core, &self.tag, TRY_LATER),
        }
    }

    fn read_line(mut self: Box<Self>, core: &mut Core, reader: &mut Reader) -> Next {
        let line = match reader.line(limits::SASL_LINE_BYTES_MAX) {
            Ok(Some(line)) => line,
            Ok(None) => return Next::Read(Task::Authenticate(self)),
            Err(_) => {
                core.bye("the SASL answer is too long");
                return Next::Nothing;
            }
        };
        if line.as_ref() == b"*" {
            return refuse(core, Some(&self.tag), "BAD cancelled"); // RFC 9051 §6.2.2
        }
        let Some(message) = encoding::decode(&line) else {
            return refuse(core, Some(&self.tag), "BAD the SASL answer is not base64");
        };
        if let Stage::Acknowledge { user, authzid } = self.stage {
            self.stage = Stage::Verdict;
            let question = Question::Auth(AuthQuestion::Proven { user, authzid });
            return Next::Ask(question, Task::Authenticate(self));
        }
        let step = self.exchange.respond(&message);
        self.go_on(core, step)
    }

    fn go_on(mut self: Box<Self>, core: &mut Core, step: Step) -> Next {
        match step {
            Step::Challenge(challenge) => {
                core.go_on(&encoding::encode(challenge));
                self.stage = Stage::Line;
                Next::Again(Task::Authenticate(self))
            }
            Step::NeedKeys { user } => {
                self.stage = Stage::Keys;
                self.ask(AuthQuestion::Keys { user })
            }
            Step::CheckPassword {
                user,
                authzid,
                password,
            } => {
                self.stage = Stage::Verdict;
                self.ask(AuthQuestion::Password {
                    user,
                    authzid,
                    password,
                })
            }
            // The client checks the server's proof before it says anything more.
            Step::Proven {
                user,
                authzid,
                final_message,
            } => {
                core.go_on(&encoding::encode(final_message));
                self.stage = Stage::Acknowledge { user, authzid };
                Next::Again(Task::Authenticate(self))
            }
            Step::Failed(Failure::Malformed | Failure::OutOfTurn) => {
                refuse(core, Some(&self.tag), "BAD the SASL message makes no sense")
            }
            Step::Failed(_) => match self.exchange.user().map(str::to_owned) {
                Some(user) => {
                    self.stage = Stage::Failed;
                    self.ask(AuthQuestion::Failed { user })
                }
                None => failed(core, &self.tag, REFUSED),
            },
        }
    }

    fn ask(self: Box<Self>, question: AuthQuestion) -> Next {
        Next::Ask(Question::Auth(question), Task::Authenticate(self))
    }
}
