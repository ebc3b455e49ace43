## Small words that every area uses.

words-and-more = ほか { $count } 件
words-nobody = 該当者なし
words-unknown = 不明
words-administrators = 管理者
words-product = 関所
