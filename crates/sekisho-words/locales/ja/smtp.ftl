## Area smtp.
