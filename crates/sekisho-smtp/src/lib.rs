//! SMTP sessions without IO: server, client, envelope, replies, delivery status notifications.
