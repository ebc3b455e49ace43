//! What lists show of a mail counts the lines that we put above it.

use sekisho_imap::limits::LIST_HEADER_BYTES_MAX;
use sekisho_mime::Message;

use super::check::ListColumns;

/// `head` was written after the columns had been worked out of the message below it, whose header is `header`.
pub(super) fn complete(columns: &mut ListColumns, head: &[u8], header: &[u8]) {
    let (summary, view) = (&mut columns.summary, &mut columns.view);
    // Without columns lists open the message, and find everything there.
    if view.envelope.is_empty() {
        return;
    }
    let above = Message::parse(head);
    view.list_header = view
        .list_header
        .take()
        .zip(sekisho_imap::list_header(&above))
        .map(|(below, above)| [above.as_ref(), &below].concat())
        .filter(|whole| whole.len() <= LIST_HEADER_BYTES_MAX);
    // Of what an ENVELOPE holds we add these two (RFC 6409 §8.1, §8.2), where the client left them out.
    if above.header_count("date") + above.header_count("message-id") == 0 {
        return;
    }
    let whole = [head, header].concat();
    let message = Message::parse(&whole);
    view.envelope = String::from_utf8_lossy(&sekisho_imap::envelope(&message)).into_owned();
    summary.message_id = message.message_id().unwrap_or_default();
    summary.date = message.date().map(|date| date.timestamp);
}
