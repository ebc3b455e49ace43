INSERT INTO organisation (id, name, created_at) VALUES (1, 'Hanko', 1800000000000);
INSERT INTO domain (id, tenant, name) VALUES (1, 1, 'hanko.example.jp');
INSERT INTO account (id, tenant, kind, address, name, language, roles)
    VALUES (1, 1, 1, 'user@hanko.example.jp', '利用者', 'ja', 1);
INSERT INTO address (key, tenant, domain, address, kind, account)
    VALUES ('user@hanko.example.jp', 1, 'hanko.example.jp', 'user@hanko.example.jp', 1, 1);
INSERT INTO mailbox (id, tenant, account, name, special_use, subscribed, uid_validity, uid_next, modseq, messages, unseen, bytes)
    VALUES (1, 1, 1, 'INBOX', '', 1, 1800000000, 3, 4, 1, 0, 10);
INSERT INTO blob (id, tenant, sha, length, refs, segment, offset, subject, from_text, to_text, message_id, envelope, body_structure)
    VALUES (1, 1, zeroblob(32), 10, 2, 1, 48, '古い便り', 'a', 'b', '<1@x>', '', '');
INSERT INTO mail (id, tenant, received_at, direction, sender, sender_key, return_full, body_kind, smtputf8, with_protocol, subject, from_text, to_text, message_id, size, blob)
    VALUES (3774873600000000000, 1, 1800000000000, 2, 'user@hanko.example.jp', 'user@hanko.example.jp', 0, 1, 0, 'ESMTPSA', '古い便り', 'a', 'b', '<1@x>', 10, 1);
INSERT INTO recipient (mail, nr, tenant, address, address_key, notify, state, state_at, destination, lifetime_s)
    VALUES (3774873600000000000, 0, 1, 'someone@example.com', 'someone@example.com', 0, 1, 1800000000000, 'example.com', 432000);
INSERT INTO queue (mail, nr, tenant, destination, queued_at, next_at, expires_at)
    VALUES (3774873600000000000, 0, 1, 'example.com', 1800000000000, 1800000000000, 1800432000000);
INSERT INTO step (mail, seq, at, key, args) VALUES (3774873600000000000, 1, 1800000000000, 'store-step-queued', '');
INSERT INTO message (mailbox, uid, blob, mail, flags, keywords, modseq, internal_at, size)
    VALUES (1, 2, 1, NULL, 1, '', 3, 1800000000000, 10);
INSERT INTO expunged (mailbox, modseq, uid) VALUES (1, 4, 1);
INSERT INTO setting (tenant, key, value, updated_at) VALUES (1, 'policy/outbound', x'6f6c64', 1800000000000);
