## Area mime.
