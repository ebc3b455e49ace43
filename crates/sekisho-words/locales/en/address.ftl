## Why a text is no mail address (sekisho-address).

address-empty = The address is empty. Write it as name@domain.
address-brackets = The address must stand between one < and one >, as in <user@example.jp>.
address-no-at = The address has no @. Write it as name@domain.
address-local-part = The part before the @ is empty or has a character that is not allowed there. Put spaces and signs in double quotes, as in "a b"@example.jp.
address-quoted-local-part = The quoted part before the @ is not closed, or has a character that is not allowed there.
address-local-part-too-long = The part before the @ is longer than 64 octets.
address-domain = The domain is not well-formed. Write it as example.jp.
address-domain-characters = The domain has characters that no domain name has (full-width or circled letters, for instance). Type it again in plain letters.
address-bare-ip = An IP address stands in square brackets, as in [192.0.2.1].
address-domain-too-long = The domain is longer than 255 octets, or one of its labels longer than 63.
address-literal = What stands in square brackets is no IP address. Write [192.0.2.1] or [IPv6:2001:db8::1].
address-path-too-long = The whole address is longer than 256 octets.
address-source-route = The source route (@relay:recipient) is not well-formed. Leave it out and write only the recipient.
address-control = The address has a control character, or an invisible one that turns the direction of the text. Remove it.
address-null-recipient = A recipient cannot be empty (<>).
