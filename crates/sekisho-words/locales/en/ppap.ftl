## Locked files, and mails that tell the password (PPAP).

ppap-locked-file = { $name } is locked with a password ({ $where }).
ppap-locked-file-opened = { $name } is locked with a password; it was opened with one that was found, and inspected ({ $where }).
ppap-password-in-mail = The text has what looks like a password: { $value }. A file and its password sent by the same path give no protection against an eavesdropper.
ppap-pair-file = The file { $name } of this mail opens with a password from another mail of the same sender ({ $where }).
ppap-pair-password = The password in this mail opens the file { $name } of another mail of the same sender.
