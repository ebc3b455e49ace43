cli-no-password = The password is empty. Write it on one line of the standard input.
cli-nothing-found = No mail fits.
cli-bad-since = “{ $value }” is neither a time nor a span. Write it as in 2026-11-24T10:00:00+09:00, 30m, 12h or 7d.
cli-store-not-open = The store cannot be opened: { $why }
cli-inspect-what = There is nothing to inspect. Name a mail file, --attachment, or --batch.
