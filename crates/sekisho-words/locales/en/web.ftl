## Area web.
