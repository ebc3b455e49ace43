## Area directory.

# Why a change was refused.
directory-not-ours = { $address } is not in a domain of this organisation. Add the domain first, or use one of yours.
directory-password = The password needs at least { $min } characters, without control characters.
directory-not-found = Not found. Reload the list and try again.
directory-literal = An IP address in brackets is no domain to have mailboxes in. Give a domain name.
directory-local-part = The part before @ may not hold +, %, !, : or @. Choose another one.
directory-shared-password = A shared mailbox has no password. Give it members instead.
directory-own-manager = Nobody can be their own manager or deputy. Choose someone else.
directory-members = A group may have { $max } members at most. Divide it.
directory-machine = This is not possible at the moment. Try again, and look at the log if it stays so.

# Why a sign-in was refused.
directory-sign-in-refused = Wrong user name or password.
directory-sign-in-later = Too many failed sign-ins. Try again in { $minutes } min.
directory-sign-in-unavailable = Signing in is not possible at the moment. Try again in a while.
