//! Any bytes are a mail; its readings, parts, names and texts can be asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_mime::Message;

fuzz_target!(|raw: &[u8]| {
    let message = Message::parse(raw);
    let _ = (
        message.subject(),
        message.from(),
        message.message_id(),
        message.date(),
    );
    for part in message.all_parts() {
        let _ = (part.names(), part.text(), part.decodings().len());
    }
    let _ = (message.anomalies(), message.is_ambiguous());
});
