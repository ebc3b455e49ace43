## Why a text is no mail address (sekisho-address).

address-empty = アドレスが空です。「名前@ドメイン」の形で書いてください。
address-brackets = アドレスが山括弧 < > で正しく囲まれていません。<user@example.jp> のように、1 組だけで囲んでください。
address-no-at = アドレスに @ がありません。「名前@ドメイン」の形で書いてください。
address-local-part = @ の前の部分が空か、使えない文字を含みます。空白や記号は二重引用符で囲んでください (例: "a b"@example.jp)。
address-quoted-local-part = 引用符で囲んだ名前の部分が閉じていないか、使えない文字を含みます。
address-local-part-too-long = @ の前の部分が 64 オクテットを超えています。
address-domain = ドメインの形が正しくありません。example.jp のように書いてください。
address-domain-characters = ドメイン名に使えない文字 (全角や囲み文字など) があります。半角で書き直してください。
address-bare-ip = IP アドレスは [192.0.2.1] のように角括弧で囲んでください。
address-domain-too-long = ドメインが 255 オクテット、またはその一区切りが 63 オクテットを超えています。
address-literal = 角括弧の中が IP アドレスではありません。[192.0.2.1] または [IPv6:2001:db8::1] のように書いてください。
address-path-too-long = アドレス全体が 256 オクテットを超えています。
address-source-route = 経路指定 (@中継先:宛先) の形が正しくありません。経路指定は使わず、宛先だけを書いてください。
address-control = アドレスに制御文字、または文字の向きを変える見えない文字が含まれています。取り除いてください。
address-null-recipient = 宛先を空 <> にすることはできません。
