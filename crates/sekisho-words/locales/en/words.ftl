## Small words that every area uses.

words-and-more = and { $count } more
words-nobody = nobody
words-unknown = unknown
words-administrators = the administrators
words-product = Sekisho
