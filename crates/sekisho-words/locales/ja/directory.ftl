## Area directory.

# Why a change was refused.
directory-not-ours = { $address } はこの組織のドメインにありません。先にドメインを追加するか、組織のドメインを指定してください。
directory-password = パスワードは { $min } 文字以上で、制御文字を含まないものにしてください。
directory-not-found = 見つかりません。一覧を読み直してください。
directory-literal = 角括弧の IP アドレスにはメールボックスを作れません。ドメイン名を指定してください。
directory-local-part = @ の前には +、%、!、:、@ を使えません。別の名前にしてください。
directory-shared-password = 共有メールボックスにパスワードは付けられません。代わりにメンバーを追加してください。
directory-own-manager = 本人を上長や代理に指定することはできません。別の人を選んでください。
directory-members = グループのメンバーは { $max } 件までです。分けてください。
directory-machine = いまは実行できません。時間をおいて試し、続く場合はログを調べてください。

# Why a sign-in was refused.
directory-sign-in-refused = ユーザー名かパスワードが違います。
directory-sign-in-later = サインインの失敗が続いたため止めています。{ $minutes } 分後にやり直してください。
directory-sign-in-unavailable = いまはサインインできません。しばらくしてからやり直してください。
