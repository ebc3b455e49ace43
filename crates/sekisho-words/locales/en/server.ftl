## Area server.
