## Area content.
