## Area cli.
