//! Words beside a number that say what it is.

use std::ops::Range;

/// What a word says of the number beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    MyNumber,
    Card,
    /// 口座番号 and its kin: the number that follows is an account.
    Account,
    /// 普通, 当座, …: a kind of account, but also ordinary words.
    AccountKind,
    /// 銀行, 支店, …: a bank is spoken of.
    Bank,
    Passport,
    Licence,
    /// 注文番号 and its kin: the number that follows is some other one.
    OtherNumber,
}

/// Written in any width or case; folded when the automaton is built. The words for My Number are
/// those of the common commercial detectors.
pub(crate) const WORDS: &[(Context, &[&str])] = &[
    (
        Context::MyNumber,
        &[
            "マイナンバー",
            "個人番号",
            "共通番号",
            "個人識別番号",
            "個人識別ナンバー",
            "社会保障・税番号",
            "通知カード",
            "my number",
            "individual number",
        ],
    ),
    (
        Context::Card,
        &[
            "カード番号",
            "クレジット",
            "クレカ",
            "支払カード",
            "支払いカード",
            "card no",
            "card number",
            "credit card",
            "有効期限",
            "visa",
            "mastercard",
            "jcb",
            "amex",
        ],
    ),
    (
        Context::Account,
        &[
            "口座番号",
            "口座no",
            "普通預金",
            "当座預金",
            "貯蓄預金",
            "普通口座",
            "当座口座",
            "account number",
            "account no",
        ],
    ),
    (
        Context::AccountKind,
        &["普通", "当座", "貯蓄", "(普)", "(当)"],
    ),
    (
        Context::Bank,
        &[
            "銀行",
            "支店",
            "信用金庫",
            "信金",
            "信用組合",
            "農協",
            "ゆうちょ",
            "出張所",
            "振込先",
            "bank",
        ],
    ),
    (Context::Passport, &["パスポート", "旅券", "passport"]),
    (
        Context::Licence,
        &[
            "免許証",
            "免許番号",
            "運転免許",
            "driver's license",
            "driver's licence",
            "driving licence",
        ],
    ),
    (
        Context::OtherNumber,
        &[
            "注文番号",
            "管理番号",
            "整理番号",
            "受付番号",
            "伝票",
            "問い合わせ番号",
            "問合せ番号",
            "資材コード",
            "商品コード",
            "janコード",
            "型番",
            "品番",
            "製造番号",
            "シリアル",
            "追跡番号",
            "トラッキング",
            "法人番号",
            "請求書番号",
            "契約番号",
            "会員番号",
            "order no",
            "tracking",
            "invoice",
            "serial",
        ],
    ),
];

/// The context words of one text, in the order in which they end.
#[derive(Debug, Default)]
pub(crate) struct Contexts {
    found: Vec<(Context, Range<usize>)>,
    /// Seen in an earlier window of the same text, or elsewhere in the same mail.
    pub(crate) my_number_elsewhere: bool,
}

impl Contexts {
    pub(crate) fn push(&mut self, context: Context, range: Range<usize>) {
        self.found.push((context, range));
    }

    pub(crate) fn has(&self, context: Context) -> bool {
        self.found.iter().any(|(found, _)| *found == context)
    }

    /// Whether the word stands within `reach` bytes before the number.
    pub(crate) fn before(&self, context: Context, number: &Range<usize>, reach: usize) -> bool {
        self.upto(number.start)
            .take_while(|(_, range)| range.end + reach >= number.start)
            .any(|(found, _)| *found == context)
    }

    /// Whether the word starts within `reach` bytes after the number.
    pub(crate) fn after(&self, context: Context, number: &Range<usize>, reach: usize) -> bool {
        let from = self
            .found
            .partition_point(|(_, range)| range.end <= number.end);
        self.found
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|(_, range)| range.start <= number.end + reach)
            .any(|(found, range)| *found == context && range.start >= number.end)
    }

    /// The nearest word before the number on its own line, of those that label a number.
    pub(crate) fn label(&self, text: &str, number: &Range<usize>) -> Option<Context> {
        let (context, range) = self
            .upto(number.start)
            .find(|(found, _)| !matches!(found, Context::AccountKind | Context::Bank))?;
        let between = text.get(range.end..number.start)?;
        (between.len() <= LABEL_REACH_BYTES && !between.contains('\n')).then_some(*context)
    }

    fn upto(&self, end: usize) -> impl Iterator<Item = &(Context, Range<usize>)> {
        let upto = self.found.partition_point(|(_, range)| range.end <= end);
        self.found.get(..upto).unwrap_or_default().iter().rev()
    }
}

/// Some thirty Japanese characters: a label stands at its number.
const LABEL_REACH_BYTES: usize = 100;
