## Area imap.
