cli-no-password = パスワードが空です。標準入力に 1 行で書いてください。
cli-nothing-found = 該当するメールはありません。
cli-bad-since = 「{ $value }」は時刻でも期間でもありません。2026-11-24T10:00:00+09:00、30m、12h、7d のように書いてください。
cli-store-not-open = 保存領域を開けません: { $why }
cli-inspect-what = 調べるものがありません。メールのファイル、--attachment、--batch のどれかを指定してください。
