## What was seen in the structure of a mail.

facts-structure = メールの構造に誤りがあります: { $what } ({ $where })。読み手によって見え方が変わることがあります。
