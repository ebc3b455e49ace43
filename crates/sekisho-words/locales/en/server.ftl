# Configuration file. KEY says what is wrong, KEY-write what to write.
config-unreadable = the file cannot be read ({ $why })
config-unreadable-write = make one with `sekisho init`, or name another with `--config FILE`
config-syntax = this is not TOML: { $why }
config-syntax-write = write settings as `name = "value"` below `[section]` lines
config-version = the file does not say which version of the settings it holds
config-version-write = write `version = "1"` at the top
config-unknown = there is no such setting
config-unknown-write = remove the line; `sekisho check --sample` prints all settings
config-unknown-near = there is no such setting
config-unknown-near-write = did you mean `{ $near }`?
config-missing = this setting is missing and has no default
config-missing-write = add `{ $example }`
config-type = the value is of the type { $found }
config-type-write = write it like { $wanted }
config-address = "{ $value }" is not an address and port
config-address-write = write it as "0.0.0.0:2525", or "[::]:2525" for IPv6 too
config-network = "{ $value }" is not a network
config-network-write = write it as "192.0.2.0/24" or "2001:db8::/32"
config-hostname = "{ $value }" is not a full host name
config-hostname-write = write it as "mail.example.jp"
config-choice = "{ $value }" is not known here
config-choice-write = write one of: { $choices }
config-range = this number is out of bounds
config-range-write = write a whole number from { $min } to { $max }
config-size = "{ $value }" is not a size
config-size-write = write it as "512 MB" or "2 GB"
config-file = { $path } cannot be read ({ $why })
config-file-write = correct the path, or let the user that runs Sekisho read the file
config-tls-sources = certificates must come from exactly one source
config-tls-sources-write = keep one of `[tls.acme]`, `[[tls.certificate]]`, `self_made_ca = true`
config-no-certificate = { $service } takes passwords and is open, but no certificate is named
config-no-certificate-write = add `[tls.acme]`, or `[[tls.certificate]]` with `chain` and `key`
config-no-listener = no service is open
config-no-listener-write = add `[listeners.smtp]` with `address = "0.0.0.0:25"`
config-address-twice = { $value } is used by another service
config-address-twice-write = give each service its own port
config-metrics-public = metrics would be open to everyone
config-metrics-public-write = write "127.0.0.1:9090" and let a proxy or a tunnel reach it
config-trusts-all = every client in the world could relay mail through this server
config-trusts-all-write = name only your own networks, or write `trusted_networks = []`

# Steps of a mail's way.
step-received = Received from { $helo } ({ $ip }) by { $protocol }
step-submitted = Submitted by { $user } from { $ip } by { $protocol }
step-copy = Split off from mail { $mail } as a copy of its own
step-split = Split into { $count } mails, as recipients get different content
step-recipient-removed = The recipient { $recipient } was removed by a rule
step-recipient-added = The recipient { $recipient } was added by a rule
step-recipient-not-added = The recipient { $recipient } that a rule adds does not exist, and was not added
step-edited = Changed by rules: { $edits }
step-cannot-edit = It could not be changed as the rules want, so it waits in quarantine: { $why }
step-judged = Judged: { $action } (rule: { $rule })
step-refused = Refused at the end of the mail
step-refused-at-rcpt = Mail to { $recipient } from { $ip } was refused
step-checker-failed = The checker stopped on this mail, so nobody knows what is in it. It waits in quarantine: look at it, then release or delete it
step-unscanned = The virus scanner did not answer, so the mail waits in quarantine: scan it, then release or delete it
