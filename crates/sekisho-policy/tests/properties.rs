//! What must hold for every mail and every policy.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use proptest::sample::select;
use sekisho_policy::*;
use sekisho_words::Words;

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Internal, Side::External])
}

fn outcome() -> impl Strategy<Value = Outcome> {
    use Outcome as O;
    select(vec![
        O::None,
        O::Pass,
        O::Fail,
        O::Softfail,
        O::Neutral,
        O::Policy,
        O::Temperror,
        O::Permerror,
    ])
}

fn direction() -> impl Strategy<Value = Direction> {
    select(vec![
        Direction::Inbound,
        Direction::Outbound,
        Direction::Internal,
    ])
}

fn dmarc_policy() -> impl Strategy<Value = Option<DmarcPolicy>> {
    proptest::option::of(select(vec![
        DmarcPolicy::None,
        DmarcPolicy::Quarantine,
        DmarcPolicy::Reject,
    ]))
}

fn finding() -> impl Strategy<Value = Finding> {
    let ids = vec![
        "dlp.my_number",
        "dlp.keyword",
        "dlp.credit_card",
        "dlp.jp_mobile",
        "dlp.corporate_number",
        "mime.ambiguous",
        "auth.dmarc_reject",
        "auth.spf_fail",
        "attach.malware",
        "attach.dangerous_type",
        "attach.macro",
        "phish.phishing",
        "spam.junk",
        "recipient.external",
        "ppap.pair",
    ];
    (select(ids), 0u8..=100).prop_map(|(id, percent)| {
        let why = Words {
            ja: "見つかりました。".to_owned(),
            en: "Found.".to_owned(),
        };
        Finding {
            confidence: f64::from(percent) / 100.0,
            ..Finding::certain(id, "***", "part 1", why)
        }
    })
}

fn part() -> impl Strategy<Value = PartFacts> {
    (
        select(PartVerdict::ALL.to_vec()),
        select(vec!["exe", "zip", "pdf"]),
        any::<bool>(),
    )
        .prop_map(|(verdict, kind, encrypted)| PartFacts {
            path: "2".to_owned(),
            name: Some("a.pdf".to_owned()),
            kind: kind.to_owned(),
            verdict,
            verdicts: vec![verdict],
            encrypted,
            ..PartFacts::default()
        })
}

fn recipient() -> impl Strategy<Value = Recipient> {
    (side(), "[a-z]{1,5}").prop_map(|(side, local)| Recipient {
        address: format!(
            "{local}@{}",
            if side == Side::Internal {
                "hanko.example.jp"
            } else {
                "soto.example.net"
            }
        )
        .parse()
        .unwrap(),
        side,
        place: HeaderPlace::To,
    })
}

prop_compose! {
    fn facts()(
        direction in direction(), (spf, dmarc, policy) in (outcome(), outcome(), dmarc_policy()),
        from_side in side(), aligned in any::<bool>(), from_count in 0u32..3, manager in any::<bool>(),
        recipients in prop::collection::vec(recipient(), 0..4), parts in prop::collection::vec(part(), 0..3),
        findings in prop::collection::vec(finding(), 0..4), ambiguous in any::<bool>(), signed_in in any::<bool>(),
    ) -> Facts {
        let person = Person { address: "boss@hanko.example.jp".parse().unwrap(), name: None };
        let mut facts = Facts { direction, recipients, parts, findings, ambiguous, ..Facts::default() };
        facts.authentication = AuthenticationFacts { spf, dmarc, dmarc_policy: policy, aligned, ..Default::default() };
        facts.message.from.push(HeaderMailbox { address: "x@hanko.example.jp".to_owned(), side: from_side, ..Default::default() });
        facts.message.headers.insert("from".to_owned(), from_count);
        facts.sender.manager = manager.then_some(person);
        facts.envelope.signed_in = signed_in.then(|| "user1".to_owned());
        facts
    }
}

fn patterns() -> impl Strategy<Value = Vec<AddressPattern>> {
    let texts = vec![
        "a@x.example",
        "\"a b\"@x.example",
        "@x.example",
        "@*.日本語.example",
        "@[192.0.2.1]",
    ];
    prop::collection::vec(
        select(texts).prop_map(|text| AddressPattern::parse(text).unwrap()),
        0..3,
    )
}

fn text_pattern() -> impl Strategy<Value = TextPattern> {
    (
        prop::collection::vec("[ -#%-~あ-ん\"\\\\\n]{0,6}x", 1..3),
        prop::option::of("[a-z\"' ]{1,5}[+*]?"),
        0u32..3,
    )
        .prop_map(|(words, expression, count_min)| {
            let pattern = TextPattern::new(words, expression.as_deref()).unwrap();
            pattern.at_least(count_min)
        })
}

fn person_is() -> impl Strategy<Value = PersonIs> {
    let groups = select(vec![
        Vec::new(),
        vec![AddressPattern::parse("sales@x.example").unwrap()],
    ]);
    (groups, any::<bool>(), any::<bool>()).prop_map(|(groups, attribute, managed)| PersonIs {
        manager: if managed { groups.clone() } else { Vec::new() },
        groups,
        attributes: if attribute {
            vec![AttributeIs {
                name: "department".to_owned(),
                values: vec!["営業 \"部\"".to_owned()],
            }]
        } else {
            Vec::new()
        },
    })
}

fn recipients_are() -> impl Strategy<Value = RecipientsAre> {
    let sides = prop::option::of(side());
    let yes_no = || prop::option::of(any::<bool>());
    let numbers = (0u32..5, 0u32..5, 0u32..5, 0u32..5);
    let relation = select(vec![vec![], vec![Relation::Manager, Relation::Report]]);
    (
        (
            sides,
            patterns(),
            prop::option::of(text_pattern()),
            person_is(),
        ),
        (yes_no(), yes_no(), yes_no(), any::<bool>(), relation),
        numbers,
    )
        .prop_map(
            |(
                (side, address, address_text, person),
                (personal, first_contact, lookalike, every, relation),
                n,
            )| {
                RecipientsAre {
                    side,
                    address,
                    address_text,
                    place: vec![HeaderPlace::Cc],
                    person,
                    same: if every {
                        vec!["office".to_owned()]
                    } else {
                        Vec::new()
                    },
                    personal,
                    first_contact,
                    lookalike,
                    count_min: n.0,
                    count_max: n.1,
                    domains_min: n.2,
                    organisations_min: n.3,
                    every,
                    relation,
                    ..RecipientsAre::default()
                }
            },
        )
}

fn sender_is() -> impl Strategy<Value = SenderIs> {
    let yes_no = || prop::option::of(any::<bool>());
    (
        (
            prop::option::of(side()),
            patterns(),
            patterns(),
            person_is(),
        ),
        (yes_no(), yes_no(), yes_no(), yes_no()),
        prop::option::of(text_pattern()),
    )
        .prop_map(
            |(
                (side, address, from, person),
                (has_manager, personal, first_contact, lookalike),
                address_text,
            )| SenderIs {
                side,
                address,
                address_text,
                from,
                person,
                has_manager,
                personal,
                first_contact,
                lookalike,
                ..SenderIs::default()
            },
        )
}

/// What is asked of a mail as a whole.
fn message_predicate() -> impl Strategy<Value = Predicate> {
    let time = (0u16..1440, 0u16..=1440).prop_map(|(from, to)| TimeIs {
        weekdays: vec![Weekday::Monday, Weekday::Sunday],
        from: Some(from),
        to: Some(to),
    });
    let present = || prop::option::of(any::<bool>());
    prop_oneof![
        text_pattern().prop_map(Predicate::Subject),
        text_pattern().prop_map(Predicate::Body),
        text_pattern().prop_map(Predicate::Text),
        text_pattern().prop_map(Predicate::Anywhere),
        (present(), prop::option::of(text_pattern())).prop_map(|(present, text)| {
            Predicate::Header(HeaderIs {
                name: "X-Mailer".to_owned(),
                present,
                text,
            })
        }),
        (present(), prop::option::of(text_pattern())).prop_map(|(present, text)| {
            Predicate::Classification(ClassificationIs { present, text })
        }),
        select(vec![MessageTrait::List, MessageTrait::Calendar])
            .prop_map(|one| Predicate::Trait(vec![one])),
        select(vec![Importance::Low, Importance::High])
            .prop_map(|importance| Predicate::Importance(vec![importance])),
        Just(Predicate::Language(vec!["ja".to_owned(), "en".to_owned()])),
        Just(Predicate::Charset(vec!["iso-2022-jp".to_owned()])),
        time.prop_map(Predicate::Time),
        (0u64..4_000_000_000).prop_map(Predicate::SizeMax),
        any::<bool>().prop_map(Predicate::AnswersSuspect),
    ]
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let ids = vec!["dlp.my_number", "dlp.*", "attach.macro*"];
    let ids = prop::collection::vec(
        select(ids).prop_map(|id| IdPattern::parse(id).unwrap()),
        0..3,
    );
    let yes_no = || prop::option::of(any::<bool>());
    let outcomes = || prop::collection::vec(outcome(), 0..3);
    prop_oneof![
        (ids, 0u32..9, 0u32..9, 0u8..=100).prop_map(
            |(ids, count_min, count_max, confidence_percent_min)| {
                Predicate::Finding(FindingIs {
                    ids,
                    count_min,
                    count_max,
                    confidence_percent_min,
                })
            }
        ),
        recipients_are().prop_map(|are| Predicate::Recipients(Box::new(are))),
        sender_is().prop_map(|is| Predicate::Sender(Box::new(is))),
        message_predicate(),
        (
            select(PartVerdict::ALL.to_vec()),
            prop::option::of(text_pattern()),
            (yes_no(), yes_no()),
            0u64..9
        )
            .prop_map(|(verdict, name, (encrypted, uninspectable), size_min)| {
                Predicate::Attachment(Box::new(AttachmentIs {
                    kind: vec!["exe".to_owned()],
                    verdict: vec![verdict],
                    extension: vec!["js".to_owned()],
                    text: name.clone(),
                    name,
                    encrypted,
                    uninspectable,
                    size_min,
                    total_size_min: size_min,
                    count_min: 2,
                }))
            }),
        (outcomes(), outcomes(), outcomes(), dmarc_policy(), yes_no()).prop_map(
            |(spf, dkim, dmarc, policy, proved)| {
                let dmarc_policy = policy.into_iter().collect();
                Predicate::Auth(AuthIs {
                    spf,
                    dkim,
                    dmarc,
                    dmarc_policy,
                    arc: Vec::new(),
                    proved,
                })
            }
        ),
        (any::<bool>(), yes_no(), yes_no()).prop_map(|(v6, tls, signed_in)| {
            let network = Network::parse(if v6 { "2001:db8::/32" } else { "192.0.2.1" }).unwrap();
            Predicate::Client(ClientIs {
                ip: vec![network],
                tls,
                signed_in,
            })
        }),
        direction().prop_map(|direction| Predicate::Direction(vec![direction])),
        (0u64..4_000_000_000).prop_map(Predicate::SizeMin),
        prop::sample::select(vec![
            MessageKind::Bounce,
            MessageKind::Arf,
            MessageKind::AutoReply,
            MessageKind::Ordinary
        ])
        .prop_map(|kind| Predicate::MessageKind(vec![kind])),
        any::<bool>().prop_map(Predicate::Uninspectable),
        any::<bool>().prop_map(Predicate::Ambiguous),
        (-99i64..99).prop_map(Predicate::SpamScoreMin),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![1 => Just(Condition::Always), 5 => predicate().prop_map(Condition::Is)];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn action() -> impl Strategy<Value = Action> {
    let named = ApproverRule::Named(vec![
        "\"a b\"@x.example".parse().unwrap(),
        "c@x.example".parse().unwrap(),
    ]);
    let approver = select(vec![
        ApproverRule::Manager,
        ApproverRule::Administrators,
        named,
    ]);
    let reply = ReplyText {
        code: 554,
        enhanced: "5.7.26".to_owned(),
        text: "No \"thanks\"".to_owned(),
    };
    prop_oneof![
        Just(Action::Deliver),
        Just(Action::Junk),
        Just(Action::Discard),
        Just(Action::Quarantine),
        (1u32..86_400).prop_map(|seconds| Action::Delay { seconds }),
        (approver, 1u32..2000, 1u32..100).prop_map(|(approver, deadline_hours, deputy_hours)| {
            Action::Hold {
                approver,
                deadline_hours,
                deputy_hours,
            }
        }),
        any::<bool>().prop_map(move |own| Action::Refuse {
            reply: own.then(|| reply.clone())
        }),
    ]
}

fn edit() -> impl Strategy<Value = EditRule> {
    let address: Vec<sekisho_policy::AddedRule> = vec![
        AddedRule::Manager,
        AddedRule::Address("c@x.example".parse().unwrap()),
    ];
    let people = vec!["\"a b\"@x.example".parse().unwrap()];
    let attachment = AttachmentIs {
        extension: vec!["exe".to_owned()],
        ..AttachmentIs::default()
    };
    let text = "[ -#%-~あ-ん\n]{0,20}x";
    prop_oneof![
        Just(EditRule::AddHeader {
            name: "X-Seen".to_owned(),
            value: "\"yes\"".to_owned()
        }),
        Just(EditRule::RemoveHeader {
            name: "X-Mailer".to_owned()
        }),
        Just(EditRule::TagSubject {
            tag: "[社外]".to_owned()
        }),
        (
            text,
            prop::option::of(text),
            select(vec![BannerPlace::Top, BannerPlace::Bottom]),
            select(vec![IfSigned::Wrap, IfSigned::Skip, IfSigned::Refuse])
        )
            .prop_map(|(text, html, place, if_signed)| EditRule::Banner {
                place,
                text,
                html,
                if_signed
            }),
        select(vec![Whose::External, Whose::All]).prop_map(|whose| EditRule::ToBcc { whose }),
        select(vec![Whose::External, Whose::All]).prop_map(|whose| EditRule::OneEach { whose }),
        select(vec![HeaderPlace::To, HeaderPlace::Cc, HeaderPlace::Bcc]).prop_map(move |header| {
            EditRule::AddRecipients {
                header,
                who: address.clone(),
            }
        }),
        patterns().prop_map(|who| EditRule::RemoveRecipients { who }),
        Just(EditRule::Redirect { who: people }),
        prop::option::of(text).prop_map(move |note| EditRule::Strip {
            what: Box::new(attachment.clone()),
            note
        }),
    ]
}

fn notify() -> impl Strategy<Value = Vec<NotifyRule>> {
    select(vec![
        Vec::new(),
        vec![
            NotifyRule::Sender,
            NotifyRule::Manager,
            NotifyRule::Administrators,
            NotifyRule::Person("c@x.example".parse().unwrap()),
        ],
    ])
}

fn scope_for() -> impl Strategy<Value = For> {
    select(vec![
        For::default(),
        For {
            domains: vec!["hanko.example.jp".parse().unwrap()],
            groups: vec![AddressPattern::parse("sales@hanko.example.jp").unwrap()],
            users: vec!["a@hanko.example.jp".parse().unwrap()],
        },
    ])
}

prop_compose! {
    fn rule()(
        when in condition(), unless in prop::option::of(condition()), action in action(), order in -5i32..5,
        (mode, stop) in (select(vec![Mode::Off, Mode::Watch, Mode::WatchNotify, Mode::Enforce]), any::<bool>()),
        applies_to in select(vec![Scope::All, Scope::External, Scope::Internal, Scope::Matching]),
        direction in prop::option::of(direction()),
        (title, comment, owner) in (prop::option::of("\\PC{0,8}"), "[ -~\n\t\"']{0,12}", "[a-z ]{0,5}"),
        (scope, starts) in (scope_for(), prop::option::of(Just(jiff::civil::date(2026, 4, 1)))),
        (edits, notify) in (prop::collection::vec(edit(), 0..3), notify()),
    ) -> Rule {
        let refuse = action.kind() == ActionKind::Refuse;
        Rule {
            name: String::new(),
            title: title.map(|ja| Words { ja, en: "title".to_owned() }),
            comment,
            owner,
            directions: direction.into_iter().collect(),
            scope,
            ends: starts,
            starts,
            when,
            unless,
            then: Then { action, edits, notify },
            order,
            mode,
            stop,
            applies_to: if refuse { Scope::All } else { applies_to },
        }
    }
}

prop_compose! {
    fn policy()(
        preset in prop::option::of(select(Preset::ALL.to_vec())), mut rules in prop::collection::vec(rule(), 0..4),
        delay_seconds in prop::option::of(0u32..600),
    ) -> Policy {
        for (n, rule) in rules.iter_mut().enumerate() {
            rule.name = format!("rule-{n}");
        }
        let change = Change { rule: "delay-outside".to_owned(), mode: None, delay_seconds };
        Policy::new(preset, preset.map(|_| change).into_iter().collect(), rules)
    }
}

fn check_whole(facts: &Facts, verdict: &Verdict) -> Result<(), TestCaseError> {
    let mut shared: Vec<usize> = verdict
        .shares
        .iter()
        .flat_map(|share| share.recipients.clone())
        .collect();
    shared.sort_unstable();
    prop_assert_eq!(shared, (0..facts.recipients.len()).collect::<Vec<_>>());
    for disposition in verdict
        .shares
        .iter()
        .map(|share| &share.disposition)
        .chain([&verdict.disposition])
    {
        prop_assert!(disposition.action <= verdict.disposition.action);
        prop_assert_eq!(
            disposition.hold.is_some(),
            disposition.action == ActionKind::Hold
        );
        prop_assert_eq!(
            disposition.delay.is_some(),
            disposition.action == ActionKind::Delay
        );
        prop_assert_eq!(
            disposition.reply.is_some(),
            disposition.action == ActionKind::Refuse
        );
        for text in [&disposition.why.ja, &disposition.why.en] {
            prop_assert!(
                !text.is_empty() && !text.contains("policy-") && !text.contains("{$"),
                "{}",
                text
            );
        }
        if let Some(reply) = &disposition.reply {
            prop_assert!(
                reply.text.bytes().all(|b| (b' '..=b'~').contains(&b)) && reply.text.len() <= 400
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_policy_reads_what_it_prints(policy in policy()) {
        let text = policy.to_string();
        let again = Policy::parse(&text);
        prop_assert_eq!(again.as_ref(), Ok(&policy), "{}", text);
        let again = again.unwrap();
        prop_assert_eq!(again.rules(), policy.rules());
    }

    #[test]
    fn judging_twice_gives_the_same(facts in facts(), policy in policy()) {
        let verdict = judge(&facts, &policy);
        prop_assert_eq!(&judge(&facts, &policy), &verdict);
        check_whole(&facts, &verdict)?;
        // Facts are stored with the mail: what is read back is judged alike.
        let stored: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        prop_assert_eq!(&judge(&stored, &policy), &verdict);
        let told: Verdict = serde_json::from_str(&serde_json::to_string(&verdict).unwrap()).unwrap();
        prop_assert_eq!(told, verdict);
    }

    #[test]
    fn one_more_finding_never_makes_a_preset_milder(
        facts in facts(), more in finding(), preset in select(Preset::ALL.to_vec()),
    ) {
        let policy = Policy::preset(preset);
        let before = judge(&facts, &policy);
        let mut facts = facts;
        facts.findings.push(more);
        let after = judge(&facts, &policy);
        prop_assert!(after.disposition.action >= before.disposition.action);
        for index in 0..facts.recipients.len() {
            prop_assert!(after.for_recipient(index).action >= before.for_recipient(index).action);
        }
    }

    #[test]
    fn strict_is_never_milder_than_standard(facts in facts()) {
        let standard = judge(&facts, &Policy::preset(Preset::Standard));
        let strict = judge(&facts, &Policy::preset(Preset::Strict));
        prop_assert!(strict.disposition.action >= standard.disposition.action);
    }

    #[test]
    fn every_rule_explains_itself(rule in rule()) {
        let words = explain(&rule);
        for text in [words.ja, words.en] {
            prop_assert!(!text.contains("policy-") && !text.contains("{$"), "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}|(\\[\\[rule\\]\\]|[a-z]{1,6} = |[{}\\[\\]\",\n]|[a-z0-9]{1,4}){0,40}") {
        let _ = Policy::parse(&text);
    }
}
