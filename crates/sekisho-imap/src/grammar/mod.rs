//! The grammar of commands (RFC 9051 §9): one whole command in, one [`Command`] out.

mod append;
mod command;
mod cursor;
pub(crate) mod date;
mod fetch;
mod list;
mod literal;
mod search;
mod sequence;

pub(crate) use append::AppendHead;
pub(crate) use command::{Command, SaslStart, StatusItem, parse, tag_of};
pub(crate) use cursor::{Bad, is_atom_char};
pub(crate) use fetch::{Item, Part, Partial, Section, Spelling};
pub(crate) use list::List;
pub(crate) use literal::{LiteralMark, literal_mark};
pub(crate) use search::{Key, Needle, Results, Search};
pub(crate) use sequence::{SequenceSet, to_set};
