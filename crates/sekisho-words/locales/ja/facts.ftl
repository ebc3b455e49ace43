## Area facts.
