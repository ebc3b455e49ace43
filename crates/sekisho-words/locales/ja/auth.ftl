## Area auth.
