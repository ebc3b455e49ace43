//! The language of a text, by its letters.

/// Letters that are looked at: enough to tell, and a long mail costs no more.
const LETTERS_MAX: usize = 4_000;

/// Below this a text may be anything: a name, a greeting, a link.
const LETTERS_MIN: usize = 10;

/// Words that no English text of some lines does without.
const ENGLISH: [&str; 28] = [
    "the", "and", "to", "of", "a", "in", "is", "you", "for", "this", "that", "with", "we", "your",
    "are", "please", "on", "i", "have", "it", "be", "will", "our", "as", "at", "from", "not", "or",
];

#[derive(Default)]
struct Letters {
    kana: usize,
    han: usize,
    hangul: usize,
    latin: usize,
    others: [usize; 5],
}

/// In the order of [`Letters::others`].
const OTHERS: [&str; 5] = ["ru", "el", "ar", "he", "th"];

/// `ja`, `en`, `zh`, `ko`, `ru` (any in Cyrillic), `latin` (not English), …; none where it is too short to
/// tell. `is_japanese_charset`: a text of Chinese characters alone is Japanese then.
pub(crate) fn of<'t>(
    texts: impl Iterator<Item = &'t str> + Clone,
    is_japanese_charset: bool,
) -> Option<&'static str> {
    let mut letters = Letters::default();
    let all = texts.clone().flat_map(str::chars);
    for c in all.filter(|c| c.is_alphabetic()).take(LETTERS_MAX) {
        match c {
            'ぁ'..='ヿ' | 'ｦ'..='ﾟ' => letters.kana += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '々' => letters.han += 1,
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' => letters.hangul += 1,
            '\u{400}'..='\u{52f}' => letters.others[0] += 1,
            '\u{370}'..='\u{3ff}' => letters.others[1] += 1,
            '\u{600}'..='\u{6ff}' => letters.others[2] += 1,
            '\u{590}'..='\u{5ff}' => letters.others[3] += 1,
            '\u{e00}'..='\u{e7f}' => letters.others[4] += 1,
            _ => letters.latin += 1,
        }
    }
    letters.told(is_japanese_charset, || is_english(texts.clone()))
}

impl Letters {
    fn told(
        &self,
        is_japanese_charset: bool,
        is_english: impl Fn() -> bool,
    ) -> Option<&'static str> {
        let east = self.kana + self.han + self.hangul;
        let all = east + self.latin + self.others.iter().sum::<usize>();
        if all < LETTERS_MIN {
            return None;
        }
        // A signature in Latin letters, links and names do not make a Japanese mail a foreign one.
        if east * 8 >= all {
            return Some(match () {
                () if self.hangul > self.kana + self.han => "ko",
                // Chinese texts quote a Japanese name now and then.
                () if self.kana * 20 >= east || is_japanese_charset => "ja",
                () => "zh",
            });
        }
        let most = OTHERS
            .iter()
            .zip(self.others)
            .max_by_key(|(_, count)| *count);
        if let Some((name, _)) = most.filter(|(_, count)| *count * 3 >= all) {
            return Some(name);
        }
        Some(if is_english() { "en" } else { "latin" })
    }
}

fn is_english<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    let words = words.filter(|word| !word.is_empty()).take(LETTERS_MAX / 4);
    let (mut all, mut known) = (0usize, 0usize);
    for word in words {
        all += 1;
        let word = word.to_lowercase();
        known += usize::from(ENGLISH.contains(&word.as_str()));
    }
    known * 7 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_their_letters() {
        for (text, want) in [
            ("お世話になっております。関所の山田です。", Some("ja")),
            (
                "添付の件、御確認願います。 Taro Yamada <taro@hanko.example.jp> https://hanko.example.jp/",
                Some("ja"),
            ),
            ("您好，附件是我们最新的报价单，请查收，谢谢。", Some("zh")),
            (
                "안녕하세요. 첨부 파일을 확인해 주시기 바랍니다.",
                Some("ko"),
            ),
            (
                "Please find the quotation attached to this mail.",
                Some("en"),
            ),
            (
                "Sehr geehrte Damen und Herren, anbei erhalten Sie unser Angebot.",
                Some("latin"),
            ),
            ("Здравствуйте, во вложении наше предложение.", Some("ru")),
            ("สวัสดีครับ ขอส่งใบเสนอราคาให้ครับ", Some("th")),
            ("OK!", None),
            ("", None),
        ] {
            assert_eq!(of(std::iter::once(text), false), want, "{text}");
        }
        assert_eq!(
            of(std::iter::once("御見積書送付之件御確認願上候"), true),
            Some("ja")
        );
    }
}
