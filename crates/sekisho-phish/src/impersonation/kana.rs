//! Kana names in Latin letters, however they are spelt.

/// The word in one Latin spelling: kana transliterated (Hepburn), long vowels short, `si` as `shi`.
/// `None` when it is neither kana nor ASCII letters.
pub(crate) fn reading(word: &str) -> Option<String> {
    let latin = if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        word.to_owned()
    } else {
        romaji(word)?
    };
    Some(one_spelling(&latin))
}

fn romaji(word: &str) -> Option<String> {
    let mut out = String::with_capacity(word.len());
    let mut doubles = false;
    for c in word.chars() {
        let c = katakana(c);
        match c {
            'ッ' => {
                doubles = true;
                continue;
            }
            'ー' => continue,
            'ャ' | 'ュ' | 'ョ' => {
                let vowel = match c {
                    'ャ' => 'a',
                    'ュ' => 'u',
                    _ => 'o',
                };
                // ki + ya = kya, shi + ya = sha, ji + yo = jo.
                out.pop();
                if !(out.ends_with("sh") || out.ends_with("ch") || out.ends_with('j')) {
                    out.push('y');
                }
                out.push(vowel);
                continue;
            }
            _ => {}
        }
        let (_, latin) = KANA.iter().find(|(kana, _)| *kana == c)?;
        if doubles {
            out.extend(latin.chars().next());
            doubles = false;
        }
        out.push_str(latin);
    }
    (!out.is_empty()).then_some(out)
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    }
}

fn one_spelling(latin: &str) -> String {
    let mut text = latin.to_owned();
    for (written, meant) in [
        ("sya", "sha"),
        ("syu", "shu"),
        ("syo", "sho"),
        ("tya", "cha"),
        ("tyu", "chu"),
        ("tyo", "cho"),
        ("zya", "ja"),
        ("zyu", "ju"),
        ("zyo", "jo"),
        ("jya", "ja"),
        ("jyu", "ju"),
        ("jyo", "jo"),
        ("tch", "cch"),
        ("dzu", "zu"),
        ("dji", "ji"),
        ("oh", "o"),
        ("ou", "o"),
        ("oo", "o"),
        ("uu", "u"),
        ("mb", "nb"),
        ("mp", "np"),
        ("mm", "nm"),
    ] {
        if text.contains(written) {
            text = text.replace(written, meant);
        }
    }
    for (written, meant) in [
        ("si", "shi"),
        ("ti", "chi"),
        ("tu", "tsu"),
        ("hu", "fu"),
        ("zi", "ji"),
        ("di", "ji"),
        ("du", "zu"),
    ] {
        text = replaced_alone(&text, written, meant);
    }
    text
}

/// `si` becomes `shi`, but `tsu` holds no `su`, and `chi` no `hi`.
fn replaced_alone(text: &str, written: &str, meant: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(written) {
        let (front, back) = rest.split_at(at);
        out.push_str(front);
        let inside = out.ends_with(['s', 'c', 't']) && written == "hu";
        out.push_str(if inside { written } else { meant });
        rest = back.get(written.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

const KANA: &[(char, &str)] = &[
    ('ア', "a"),
    ('イ', "i"),
    ('ウ', "u"),
    ('エ', "e"),
    ('オ', "o"),
    ('カ', "ka"),
    ('キ', "ki"),
    ('ク', "ku"),
    ('ケ', "ke"),
    ('コ', "ko"),
    ('サ', "sa"),
    ('シ', "shi"),
    ('ス', "su"),
    ('セ', "se"),
    ('ソ', "so"),
    ('タ', "ta"),
    ('チ', "chi"),
    ('ツ', "tsu"),
    ('テ', "te"),
    ('ト', "to"),
    ('ナ', "na"),
    ('ニ', "ni"),
    ('ヌ', "nu"),
    ('ネ', "ne"),
    ('ノ', "no"),
    ('ハ', "ha"),
    ('ヒ', "hi"),
    ('フ', "fu"),
    ('ヘ', "he"),
    ('ホ', "ho"),
    ('マ', "ma"),
    ('ミ', "mi"),
    ('ム', "mu"),
    ('メ', "me"),
    ('モ', "mo"),
    ('ヤ', "ya"),
    ('ユ', "yu"),
    ('ヨ', "yo"),
    ('ラ', "ra"),
    ('リ', "ri"),
    ('ル', "ru"),
    ('レ', "re"),
    ('ロ', "ro"),
    ('ワ', "wa"),
    ('ヲ', "o"),
    ('ン', "n"),
    ('ガ', "ga"),
    ('ギ', "gi"),
    ('グ', "gu"),
    ('ゲ', "ge"),
    ('ゴ', "go"),
    ('ザ', "za"),
    ('ジ', "ji"),
    ('ズ', "zu"),
    ('ゼ', "ze"),
    ('ゾ', "zo"),
    ('ダ', "da"),
    ('ヂ', "ji"),
    ('ヅ', "zu"),
    ('デ', "de"),
    ('ド', "do"),
    ('バ', "ba"),
    ('ビ', "bi"),
    ('ブ', "bu"),
    ('ベ', "be"),
    ('ボ', "bo"),
    ('パ', "pa"),
    ('ピ', "pi"),
    ('プ', "pu"),
    ('ペ', "pe"),
    ('ポ', "po"),
    ('ヴ', "vu"),
    ('ァ', "a"),
    ('ィ', "i"),
    ('ゥ', "u"),
    ('ェ', "e"),
    ('ォ', "o"),
];

#[cfg(test)]
mod tests {
    use super::reading;

    #[test]
    fn one_spelling_of_each() {
        for (a, b) in [
            ("イチロウ", "ichiro"),
            ("いちろう", "itirou"),
            ("シンイチ", "shinichi"),
            ("ジョウジ", "joji"),
            ("ハットリ", "hattori"),
            ("ケンイチロー", "kenichiro"),
            ("シュウゾウ", "syuzo"),
            ("ナンバ", "namba"),
            ("フミ", "humi"),
        ] {
            assert_eq!(reading(a), reading(b), "{a}");
        }
        assert_eq!(reading("田中"), None);
        assert_ne!(reading("イチロウ"), reading("ジロウ"));
    }
}
