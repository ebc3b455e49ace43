## Files that were opened, or not.

content-unopened = { $type } 形式のファイルの中身は、この版では読めません ({ $where })。検査されていない添付として扱ってください。
