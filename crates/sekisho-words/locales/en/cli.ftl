cli-no-password = The password is empty. Write it on one line of the standard input.
cli-nothing-found = No mail fits.
cli-bad-since = “{ $value }” is neither a time nor a span. Write it as in 2026-11-24T10:00:00+09:00, 30m, 12h or 7d.
cli-store-not-open = The store cannot be opened: { $why }
cli-train-what = There is nothing to teach. Name mails with --spam and --ham, or --import or --export.
cli-train-done = The filter has learned { $ham } good mails and { $spam } spam mails.
cli-inspect-what = There is nothing to inspect. Name a mail file, --attachment, or --batch.
cli-dns-differs = Some DNS records are missing or differ. Publish the values in the column “wanted” above.
cli-init-exists = { $path } is there already. Name another directory, or start it with `sekisho --config { $path } serve`.
cli-init-done =
    The installation is ready. Configuration: { $config }
    Administrator: { $user}  password: { $password} (shown only once)
    Publish the DNS records below, then run `sekisho --config { $config } check` and `sekisho --config { $config } serve`.
cli-bad-domain = { $what}: “{ $value }” cannot be used. Write a name such as mail.example.jp.
cli-check-ok = No problem was found.
cli-check-failed = { $count } problem(s) found.
cli-check-data = The data directory { $dir } cannot be written: { $why }. Check its owner and permissions.
cli-check-port = { $service}: { $address } cannot be opened: { $why }. Stop the program that uses it, or write another number.
cli-check-cage = a worker that opens attachments is not locked in on this machine; it could: { $gaps }. Use a kernel with seccomp (Linux 5.13 or later has Landlock too)
cli-check-certificate = The certificate cannot be used: { $why }
cli-check-certificate-name = The certificate is not for the host name { $host}. Provide one for that name.
cli-check-dns = The DNS settings cannot be used: { $why }
cli-bad-dns-server = “{ $value }” is no address of a name server. Write it as in 192.0.2.53 or 192.0.2.53:5353.
cli-dmarc-totals = Reported mails: { $mails }, passed: { $passed }. Reports that cannot be used: { $unreadable }
cli-policy-remarks = There are { $count } remarks about the rules.
cli-policy-tried = { $mails } mails were judged again; { $stopped } of them would have been stopped (records that cannot be read: { $unreadable }).
cli-policy-no-examples = There are no examples (NAME.toml with NAME.eml) in { $dir }.
cli-policy-examples-failed = { $failed } of { $count } examples differ from what is expected.
