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

/// The same as [`number`]s: to compare 28 of them takes less than to compare one text.
const ENGLISH_NUMBERS: [u64; ENGLISH.len()] = {
    let mut numbers = [0; ENGLISH.len()];
    let mut nth = 0;
    while nth < numbers.len() {
        numbers[nth] = number(ENGLISH[nth].as_bytes());
        nth += 1;
    }
    numbers
};

/// A word of up to eight bytes as a number, whatever the case of its letters; 0 for a longer one.
const fn number(mut word: &[u8]) -> u64 {
    let mut number = 0;
    if word.len() > 8 {
        return number;
    }
    while let [first, rest @ ..] = word {
        number = number << 8 | first.to_ascii_lowercase() as u64;
        word = rest;
    }
    number
}

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
    let mut left = LETTERS_MAX;
    for text in texts.clone() {
        left -= letters.count(text, left);
        if left == 0 {
            break;
        }
    }
    letters.told(is_japanese_charset, || is_english(texts.clone()))
}

impl Letters {
    /// Counts at most so many letters; gives how many there were.
    fn count(&mut self, text: &str, letters_max: usize) -> usize {
        if text.is_ascii() {
            // Many at a time, and each of them Latin.
            let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
            let letters = letters.min(letters_max);
            self.latin += letters;
            return letters;
        }
        let letters = text.chars().filter(|c| c.is_alphabetic());
        letters
            .take(letters_max)
            .map(|letter| self.note(letter))
            .count()
    }

    fn note(&mut self, letter: char) {
        match letter {
            'ぁ'..='ヿ' | 'ｦ'..='ﾟ' => self.kana += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '々' => self.han += 1,
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' => self.hangul += 1,
            '\u{400}'..='\u{52f}' => self.others[0] += 1,
            '\u{370}'..='\u{3ff}' => self.others[1] += 1,
            '\u{600}'..='\u{6ff}' => self.others[2] += 1,
            '\u{590}'..='\u{5ff}' => self.others[3] += 1,
            '\u{e00}'..='\u{e7f}' => self.others[4] += 1,
            _ => self.latin += 1,
        }
    }

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
    let (mut all, mut known) = (0usize, 0usize);
    let mut goes_on = |word: &[u8]| {
        if !word.is_empty() {
            all += 1;
            known += usize::from(ENGLISH_NUMBERS.contains(&number(word)));
        }
        all < LETTERS_MAX / 4
    };
    for text in texts {
        let is_read = if text.is_ascii() {
            let mut words = text.as_bytes().split(|byte| !byte.is_ascii_alphabetic());
            words.all(&mut goes_on)
        } else {
            let mut words = text.split(|c: char| !c.is_alphabetic());
            words.all(|word| goes_on(word.as_bytes()))
        };
        if !is_read {
            break;
        }
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
