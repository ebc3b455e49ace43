## Files that were opened, or not.

content-unopened = This version cannot read what is inside a file of type { $type } ({ $where }). Treat it as an attachment that was not inspected.
