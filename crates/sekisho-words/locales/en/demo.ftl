demo-ready =
    Sekisho is running (127.0.0.1): { $ports }
    Sign-ins (the user name may be just what stands before the @):
demo-zone = What DNS says of the samples' senders comes from a built-in fixture zone and is invented; nothing is asked on the network.
demo-samples = Sending the samples:
demo-settled = Each sample ended where it should.
demo-not-as-wanted = Some samples did not end where they should. Look at the lines marked “!!” above.
demo-invite =
    To try it:
      - open { $pages } and sign in as manager: approve the held mail
      - sign in as user1: cancel the delayed mail
      - point a mail client at the IMAP and submission ports above, server name localhost (CA certificate: { $ca })
    Press Ctrl-C to end.
