## Area directory.
