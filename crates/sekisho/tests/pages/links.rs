//! P16: a link in a notice never acts by being fetched.

use std::collections::BTreeSet;

use crate::world::World;

/// How often a link scanner may come by.
const FETCHES: usize = 10;

#[test]
fn fetching_links_changes_nothing() {
    let world = World::new();
    let held = world.held("user1", "Held mail");
    world.delayed("Delayed mail");
    let base = format!("http://{}", world.demo.port("console"));
    let mut links = BTreeSet::from(["/".to_owned()]);
    for user in ["user1", "manager", "admin"] {
        for (subject, text) in world.inbox(user) {
            let found: Vec<_> = text
                .split_whitespace()
                .filter_map(|word| word.strip_prefix(&base))
                .map(str::to_owned)
                .collect();
            assert!(!found.is_empty(), "{subject} leads nowhere: {text}");
            links.extend(found);
        }
    }
    assert!(links.contains(&format!("/hold/{held}")), "{links:?}");
    assert!(links.len() >= 4, "{links:?}");

    // A scanner has no session; the same machine's browser may have the approver's.
    let mut browsers =
        ["nobody", "user1", "user2", "manager", "admin"].map(|who| world.browser(who));
    for browser in &mut browsers {
        for link in links.clone() {
            links.extend(browser.get(&link).links());
        }
    }
    let before = world.everything();
    for browser in &mut browsers {
        for link in &links {
            for _ in 0..FETCHES {
                browser.get(link);
                browser.head(link);
            }
        }
    }
    assert_eq!(world.everything(), before);
}
