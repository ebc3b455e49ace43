notice-sender = Sekisho 関所
notice-administrator = 管理者
notice-queue-deleted = 管理者が送信待ちから削除しました。
notice-comment = コメント: { $comment }
notice-approval-subject = 【承認依頼】{ $subject }
notice-approval-text =
    { $sender } さん（{ $address }）が送信したメールは、あなたの承認を待っています。

    件名: { $subject }
    宛先: { $recipients }
    期限: { $until }（過ぎると差出人に戻ります）

    下のページで内容を確かめ、承認または差戻しをしてください。理由は次のとおりです。
notice-held-subject = 【保留】{ $subject }
notice-held-text =
    あなたのメールは送信せずに保留しています。{ $approver } さんの承認を待っています。

    件名: { $subject }
    宛先: { $recipients }
    期限: { $until }（過ぎるとあなたに戻ります）

    取り消すときは下のページで［送信取消］を押してください。理由は次のとおりです。
notice-delayed-subject = 【遅延送信】{ $subject }
notice-delayed-text =
    あなたのメールは { $until } に送信します。それまでは取り消せます。

    件名: { $subject }
    宛先: { $recipients }

    取り消すときは下のページで［送信取消］を押してください。理由は次のとおりです。
notice-released-subject = 【承認】{ $subject }
notice-released-text = { $by } さんが承認しました。メールを送信します。宛先: { $recipients }
notice-refused-subject = 【差戻し】{ $subject }
notice-refused-text = { $by } さんが差し戻しました。メールは送信していません。内容を直して送り直してください。宛先: { $recipients }
notice-expired-returned-subject = 【期限切れ】{ $subject }
notice-expired-returned-text = 期限までに承認されませんでした。メールは送信していません。必要なら送り直してください。宛先: { $recipients }
notice-expired-sent-subject = 【期限で送信】{ $subject }
notice-expired-sent-text = 期限までに判断がなかったため、規則に従って送信します。宛先: { $recipients }
notice-reminder-subject = 【承認の催促】{ $subject }
notice-reminder-text =
    { $sender } さん（{ $address }）が送信したメールは、まだあなたの承認を待っています。期限までの半分が過ぎました。

    件名: { $subject }
    宛先: { $recipients }
    期限: { $until }（過ぎると差出人に戻ります）

    下のページで内容を確かめ、承認または差戻しをしてください。理由は次のとおりです。
notice-deputy-subject = 【代理承認の依頼】{ $subject }
notice-deputy-text =
    { $approver } さんがまだ判断していないため、あなたも代理として承認できます。

    差出人: { $sender }（{ $address }）
    件名: { $subject }
    宛先: { $recipients }
    期限: { $until }（過ぎると差出人に戻ります）

    下のページで内容を確かめ、承認または差戻しをしてください。理由は次のとおりです。
notice-reasons-unknown = 理由を読み出せません。承認のページで内容を確かめてください。
notice-more-recipients = 、ほか { $count } 件
notice-rule-subject = 【規則のお知らせ】{ $subject }
notice-rule-text =
    { $words }

    差出人: { $sender }
    宛先: { $recipients }
    件名: { $subject }
