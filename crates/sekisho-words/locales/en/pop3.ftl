## Area pop3.
