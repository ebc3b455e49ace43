## What was seen in the structure of a mail.

facts-structure = メールの構造に誤りがあります: { $what } ({ $where })。読み手によって見え方が変わることがあります。

## What antivirus engines say.

facts-malware = { $where } からマルウェアが見つかりました: { $signature } ({ $engine })。
facts-unscanned = ウイルス検査 ({ $engine }) が応答しなかったため、このメールはマルウェアを検査できていません。
