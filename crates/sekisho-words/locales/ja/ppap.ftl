## ロックされたファイルと、パスワードを書いたメール (PPAP)。

ppap-locked-file = { $name } はパスワードで保護されています ({ $where })。
ppap-locked-file-opened = { $name } はパスワードで保護されていましたが、見つかったパスワードで開いて検査しました ({ $where })。
ppap-password-in-mail = メールの本文にパスワードと見られる文字列 { $value } があります。ファイルとパスワードを同じ経路で送っても、盗み見への備えになりません。
ppap-pair-file = このメールのファイル { $name } は、同じ差出人の別のメールにあるパスワードで開きます ({ $where })。
ppap-pair-password = このメールのパスワードは、同じ差出人の別のメールのファイル { $name } を開きます。
