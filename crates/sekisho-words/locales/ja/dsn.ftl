## Area dsn.
