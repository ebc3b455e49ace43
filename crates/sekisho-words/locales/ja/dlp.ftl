## Area dlp.
