## What was seen in the structure of a mail.

facts-structure = The mail's structure has a fault: { $what } ({ $where }). Mail programs may show it differently.
