## What was seen in the structure of a mail.

facts-structure = The mail's structure has a fault: { $what } ({ $where }). Mail programs may show it differently.

## What antivirus engines say.

facts-malware = Malware was found in { $where }: { $signature } ({ $engine }).
facts-unscanned = The virus scanner ({ $engine }) did not answer, so nobody has looked for malware in this mail.
