## What must not leave, as found in a text. { $value } is masked.

dlp-my-number = マイナンバー (個人番号) と見られる番号 { $value } があります ({ $where })。送る必要がなければ取り除いてください。
dlp-credit-card = クレジットカード番号と見られる番号 { $value } があります ({ $where })。送る必要がなければ取り除いてください。
dlp-jp-mobile = 携帯電話番号 { $value } があります ({ $where })。
dlp-bank-account = 銀行口座番号と見られる番号 { $value } があります ({ $where })。宛先に知らせてよいか確かめてください。
dlp-passport-jp = 旅券番号と見られる番号 { $value } があります ({ $where })。送る必要がなければ取り除いてください。
dlp-drivers-licence-jp = 運転免許証番号と見られる番号 { $value } があります ({ $where })。送る必要がなければ取り除いてください。
dlp-keyword-confidential = 「{ $value }」の表示があります ({ $where })。社外へ送ってよい内容か確かめてください。
dlp-keyword = 管理者が登録した語句「{ $value }」があります ({ $where })。送ってよい内容か確かめてください。
