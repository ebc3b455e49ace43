## Area store.

# Why the store did not do what was asked.
store-full = ディスクに空きがないため保存できませんでした。空きを作ると自動で再開します。
store-stopped = ディスクへの書き込みを確認できなかったため、受け付けを止めました。ディスクを調べてから再起動してください。
store-not-found = 見つかりません。
store-state = すでに別の処理が済んでいます（現在の状態: { $state }）。
store-decided = この保留はすでに決裁されています。
store-lease-lost = この送信は別の処理に引き継がれています。
store-over-quota = メールボックスの容量を超えます（使用中 { $used } / 上限 { $quota } バイト）。
store-exists = { $name } はすでにあります。
store-limit = 上限（{ $max }）を超えています。
store-invalid = 指定が正しくないため実行できません。
store-damaged = 保存されたデータが壊れています。バックアップから戻してください。
store-io = ファイルの読み書きに失敗しました。ディスクを調べてください。
store-sql = データベースの処理に失敗しました。ログを調べてください。

# Where a recipient's mail is.
store-state-queued = 送信待ち
store-state-held = 承認待ち（保留）
store-state-delayed = 遅延送信待ち
store-state-quarantined = 隔離
store-state-mailbox = 受信箱に配送済み
store-state-junked = 迷惑メールに配送済み
store-state-sent = 送信済み
store-state-relayed = 次のサーバーへ引き渡し済み
store-state-bounced = 配送不能
store-state-expired = 再送期限切れ
store-state-returned = 差戻し
store-state-cancelled = 送信取消
store-state-refused = 受信拒否
store-state-discarded = 破棄

# Steps of the trace.
store-step-queued = { $recipient } への送信待ちに入りました。
store-step-held = { $recipient } 宛を承認待ちで保留しました。
store-step-delayed = { $recipient } 宛を遅延送信にしました。送信までは取り消せます。
store-step-quarantined = { $recipient } 宛を隔離しました。
store-step-mailbox = { $recipient } のメールボックスに配送しました。
store-step-junked = { $recipient } の迷惑メールに配送しました。
store-step-sent = { $recipient } 宛を { $remote } が受け取りました。
store-step-relayed = { $recipient } 宛を { $remote } に引き渡しました。その先の通知はありません。
store-step-bounced = { $recipient } 宛は配送できませんでした。
store-step-expired = { $recipient } 宛は再送期限までに届きませんでした。
store-step-returned = { $recipient } 宛は差し戻されました。送信していません。
store-step-queue-deleted = { $by } が { $recipient } 宛を送信待ちから削除しました。
store-step-cancelled = { $recipient } 宛の送信を取り消しました。
store-step-refused = { $recipient } 宛を受け取りませんでした。
store-step-discarded = { $recipient } 宛を破棄しました。
store-step-deferred = { $recipient } 宛はまだ届いていません（{ $remote }）。再送します。
store-step-cut-off = { $recipient } 宛を送信している間にサーバーが止まりました。もう一度送ります。相手が止まる前に受け取っていた場合は、2 通届きます。
store-step-account-gone = { $recipient } のメールボックスはなくなっていたため、配送できませんでした。
store-step-refused-at-door = 受信時に拒否しました。
store-step-hold-released = { $by } が承認しました。{ $comment }
store-step-hold-refused = { $by } が差し戻しました。{ $comment }
store-step-hold-expired = 決裁の期限が過ぎました。{ $by } { $comment }
store-step-hold-cancelled = { $by } が送信を取り消しました。{ $comment }
store-step-reminded = 承認者に催促しました。
store-step-deputised = 代理の承認者に依頼しました。
store-step-hold-deadline = { $by } が保留の期限を { $until } に変更しました。
