//! What an attachment really is and holds: type by content, text, encryption.
