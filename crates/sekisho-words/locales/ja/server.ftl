# 設定ファイル。KEY は何が悪いか、KEY-write は何と書けばよいか。
config-unreadable = ファイルを読めません ({ $why })
config-unreadable-write = `sekisho init` で作るか、`--config FILE` で別のファイルを指定してください
config-syntax = TOML として読めません: { $why }
config-syntax-write = `[区分]` の行の下に `名前 = "値"` の形で書いてください
config-version = 設定の版が書かれていません
config-version-write = 先頭に `version = "1"` と書いてください
config-unknown = この設定項目はありません
config-unknown-write = 行を削除してください。全項目は `sekisho check --sample` で表示できます
config-unknown-near = この設定項目はありません
config-unknown-near-write = `{ $near }` の誤りではありませんか
config-missing = 既定値のない設定項目が書かれていません
config-missing-write = `{ $example }` を加えてください
config-type = 値の型が { $found } です
config-type-write = { $wanted } のように書いてください
config-address = "{ $value }" はアドレスとポートではありません
config-address-write = "0.0.0.0:2525" のように書いてください。IPv6 も使うときは "[::]:2525" です
config-network = "{ $value }" はネットワークではありません
config-network-write = "192.0.2.0/24" または "2001:db8::/32" のように書いてください
config-hostname = "{ $value }" は完全なホスト名ではありません
config-hostname-write = "mail.example.jp" のように書いてください
config-choice = "{ $value }" は使えません
config-choice-write = 次のどれかを書いてください: { $choices }
config-range = 数値が範囲の外です
config-range-write = { $min } から { $max } までの整数を書いてください
config-size = "{ $value }" は大きさではありません
config-size-write = "512 MB" や "2 GB" のように書いてください
config-file = { $path } を読めません ({ $why })
config-file-write = パスを直すか、Sekisho を動かす利用者が読めるようにしてください
config-tls-sources = 証明書の取得元は一つだけ指定してください
config-tls-sources-write = `[tls.acme]`、`[[tls.certificate]]`、`self_made_ca = true` のうち一つを残してください
config-no-certificate = パスワードを受け取る { $service } が開いていますが、証明書の指定がありません
config-no-certificate-write = `[tls.acme]`、または `chain` と `key` のある `[[tls.certificate]]` を加えてください
config-no-listener = 開いているサービスがありません
config-no-listener-write = `address = "0.0.0.0:25"` のある `[listeners.smtp]` を加えてください
config-address-twice = { $value } は別のサービスが使っています
config-address-twice-write = サービスごとに別のポートを指定してください
config-metrics-public = 計測値が誰からでも見えてしまいます
config-metrics-public-write = "127.0.0.1:9090" と書き、プロキシやトンネルを通して読んでください
config-trusts-all = 世界中の誰でもこのサーバーで中継できてしまいます
config-trusts-all-write = 自組織のネットワークだけを書くか、`trusted_networks = []` としてください

# メールの足取り。
step-received = { $helo } ({ $ip }) から { $protocol } で受信しました
step-submitted = { $user } が { $ip } から { $protocol } で送信しました
step-copy = メール { $mail } から、内容を変えた写しとして分けました
step-split = 宛先により内容が違うため、{ $count } 通に分けました
step-recipient-removed = 規則により宛先 { $recipient } を外しました
step-recipient-added = 規則により宛先 { $recipient } を加えました
step-recipient-not-added = 規則が加える宛先 { $recipient } は存在しないため、加えていません
step-edited = 規則により内容を変えました: { $edits }
step-cannot-edit = 規則どおりに内容を変えられないため、送らずに隔離しました: { $why }
step-judged = 判定: { $action } (規則: { $rule })
step-refused = メールの終わりで受信を拒否しました
step-refused-at-rcpt = { $ip } から { $recipient } 宛の受信を拒否しました
step-checker-failed = 検査プログラムがこのメールで止まったため、内容を確認できていません。隔離して待っています。確認のうえ、解放または削除してください
step-unscanned = ウイルス検査が応答しなかったため、隔離して待っています。検査のうえ、解放または削除してください
