cli-no-password = パスワードが空です。標準入力に 1 行で書いてください。
cli-nothing-found = 該当するメールはありません。
cli-bad-since = 「{ $value }」は時刻でも期間でもありません。2026-11-24T10:00:00+09:00、30m、12h、7d のように書いてください。
cli-store-not-open = 保存領域を開けません: { $why }
cli-train-what = 学習するものがありません。--spam と --ham でメールを指定するか、--import または --export を指定してください。
cli-train-done = フィルターは正当なメール { $ham } 通、迷惑メール { $spam } 通を学習しました。
cli-inspect-what = 調べるものがありません。メールのファイル、--attachment、--batch のどれかを指定してください。
cli-dns-differs = 公開されている DNS レコードに、足りないものか違うものがあります。上の表の wanted の値を登録してください。
cli-init-exists = { $path } がすでにあります。別のディレクトリを指定するか、そのまま `sekisho --config { $path } serve` で起動してください。
cli-init-done =
    用意ができました。設定: { $config }
    管理者: { $user}  パスワード: { $password}（一度だけ表示します）
    次の DNS レコードを登録し、`sekisho --config { $config } check`、続いて `sekisho --config { $config } serve` を実行してください。
cli-bad-domain = { $what}: 「{ $value }」は使えません。mail.example.jp のような名前を書いてください。
cli-check-ok = 問題は見つかりませんでした。
cli-check-failed = 問題が { $count } 件あります。
cli-check-data = データの置き場所 { $dir } に書き込めません: { $why }。持ち主と権限を確かめてください。
cli-check-port = { $service } のアドレス { $address } を開けません: { $why }。使っているプログラムを止めるか、別の番号を書いてください。
cli-check-cage = このマシンでは、添付を開く作業プロセスを閉じ込められません。できてしまうこと: { $gaps }。seccomp が有効なカーネル（Linux 5.13 以降なら Landlock も）を使ってください
cli-check-certificate = 証明書が使えません: { $why }
cli-check-certificate-name = 証明書にホスト名 { $host } がありません。その名前の証明書を用意してください。
cli-check-dns = DNS の設定が使えません: { $why }
cli-bad-dns-server = 「{ $value }」はネームサーバーのアドレスではありません。192.0.2.53 や 192.0.2.53:5353 のように書いてください。
cli-dmarc-totals = 報告されたメール: { $mails } 通、うち合格 { $passed } 通。使えなかったレポート: { $unreadable } 件
cli-policy-remarks = 規則に { $count } 件の指摘があります。
cli-policy-tried = { $mails } 通を判定し直しました。止まるメールは { $stopped } 通です（判定できない古い記録: { $unreadable } 通）。
cli-policy-no-examples = { $dir } に例（NAME.toml と NAME.eml）がありません。
cli-policy-examples-failed = { $count } 件の例のうち { $failed } 件が期待と違います。
