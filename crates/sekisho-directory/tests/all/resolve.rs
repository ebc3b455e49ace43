use crate::kit::*;
use sekisho_address::Address;
use sekisho_directory::*;

/// A resolution as the case file writes it.
fn shown(resolution: &Resolution) -> serde_json::Value {
    let (targets, tag, kind, left_out) = match resolution {
        Resolution::Unknown { .. } => return serde_json::json!({ "kind": "unknown" }),
        Resolution::Foreign => return serde_json::json!({ "kind": "foreign" }),
        Resolution::Ours {
            targets,
            tag,
            kind,
            left_out,
            ..
        } => (targets, tag, kind, left_out),
    };
    let kind = match kind {
        AddressKind::Primary => "primary",
        AddressKind::Alias => "alias",
        AddressKind::Group(_) => "group",
        AddressKind::Administrators => "administrators",
        AddressKind::CatchAll => "catch-all",
    };
    let to: Vec<_> = targets
        .iter()
        .map(|target| match target {
            Target::Mailbox { address, .. } => address.to_string(),
            Target::Outside(address) => format!("outside {address}"),
        })
        .collect();
    let mut shown = serde_json::json!({ "kind": kind, "to": to });
    if let Some(tag) = tag {
        shown["tag"] = tag.as_str().into();
    }
    if !left_out.is_empty() {
        shown["left_out"] = left_out.clone().into();
    }
    shown
}

#[tokio::test]
async fn addresses_lead_where_the_cases_say() {
    let world = World::new().await;
    let snapshot = world.directory.snapshot();
    let cases = include_str!("../../cases/resolve.jsonl").lines();
    let mut count = 0;
    for case in cases {
        let mut case: serde_json::Value = serde_json::from_str(case).unwrap();
        let fields = case.as_object_mut().unwrap();
        fields.remove("note");
        let address = fields.remove("address").unwrap();
        let resolution = snapshot.resolve(&Address::parse(address.as_str().unwrap()).unwrap());
        assert_eq!(shown(&resolution), case, "{address}");
        count += 1;
    }
    assert!(count > 20, "{count} cases");
}

#[tokio::test]
async fn postmaster_is_someone_even_without_an_administrator() {
    let world = World::new().await;
    world
        .set("admin@hanko.example.jp", |account| account.enabled = false)
        .await;
    let resolution = world
        .directory
        .snapshot()
        .resolve(&address("postmaster@hanko.example.jp"));
    assert!(
        matches!(
            resolution,
            Resolution::Ours {
                kind: AddressKind::Administrators,
                ..
            }
        ),
        "{resolution:?}"
    );
}

#[tokio::test]
async fn a_large_group_is_cut_at_its_bound_and_says_so() {
    let world = World::new().await;
    let max = limits::TARGETS_MAX;
    let members = |from: usize, to: usize| -> Vec<_> {
        (from..to)
            .map(|n| address(&format!("m{n}@outside.example")))
            .collect()
    };
    let group = address("huge@hanko.example.jp");
    let tenant = world.tenant;
    let put = |members: Vec<Address>| {
        let (directory, group) = (world.directory.clone(), group.clone());
        async move {
            directory
                .put_group(tenant, &group, "", &members, by(), at(1))
                .await
        }
    };
    assert!(put(members(0, max + 1)).await.is_err());
    put(members(0, max)).await.unwrap();
    let both = [group.clone(), address("partner@outside.example")];
    let outer = address("outer@hanko.example.jp");
    let put = world
        .directory
        .put_group(world.tenant, &outer, "", &both, by(), at(1));
    put.await.unwrap();
    let resolution = world.directory.snapshot().resolve(&outer);
    let Resolution::Ours {
        targets, left_out, ..
    } = resolution
    else {
        panic!("{resolution:?}")
    };
    assert_eq!((targets.len(), left_out.len()), (max, 1));
}
