//! Names and ids.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn ids_are_distinct_and_of_one_type() {
    let provider = provider(&clock()).await;
    let mut ids = HashSet::new();
    for named in ["a-b/c", "a/b-c", "a/b", "b/a", "ab", "a/x", "b/x", "x"] {
        ids.insert(
            Experiments::create(&provider, experiment(named))
                .await
                .expect(named),
        );
        ids.insert(
            Pipelines::create(&provider, pipeline(named, "v"))
                .await
                .expect(named),
        );
    }
    assert_eq!(ids.len(), 16);
    for id in &ids {
        let outcomes = [
            Pipelines::delete(&provider, id.as_str()).await,
            Runs::delete(&provider, id.as_str()).await,
            RunSchedules::delete(&provider, id.as_str()).await,
            Experiments::delete(&provider, id.as_str()).await,
        ];
        let removed = outcomes
            .iter()
            .filter(|outcome| **outcome == Ok(Deleted::Removed))
            .count();
        assert_eq!(removed, 1, "{id}: {outcomes:?}");
    }
}

#[tokio::test]
async fn names_and_ids() {
    let provider = provider(&clock()).await;
    let first = Experiments::create(&provider, experiment("a/x"))
        .await
        .expect("first");
    assert_eq!(
        Experiments::create(&provider, experiment("a/x"))
            .await
            .as_ref(),
        Ok(&first),
        "a name has one id"
    );
    let second = Experiments::create(&provider, experiment("a/y"))
        .await
        .expect("second");
    let refusal = Experiments::update(&provider, first.as_str(), experiment("a/y"))
        .await
        .expect_err("taken");
    assert_eq!(refusal.kind, RefusalKind::Invalid);
    assert_eq!(
        Experiments::update(&provider, first.as_str(), experiment("a/z"))
            .await
            .as_ref(),
        Ok(&first)
    );
    let third = Experiments::create(&provider, experiment("a/x"))
        .await
        .expect("the name is free again");
    assert_eq!(HashSet::from([&first, &second, &third]).len(), 3);
    assert_eq!(
        Experiments::delete(&provider, third.as_str()).await,
        Ok(Deleted::Removed)
    );
    let fourth = Experiments::create(&provider, experiment("a/x"))
        .await
        .expect("again");
    assert_ne!(third, fourth, "a deleted id never comes back");
    assert_eq!(
        Experiments::delete(&provider, third.as_str()).await,
        Ok(Deleted::NotThere)
    );
    assert_eq!(
        Experiments::update(&provider, fourth.as_str(), experiment("a/x")).await,
        Ok(fourth)
    );
    for id in ["", "nothing", "\0", &"x".repeat(100_000)] {
        let refusal = Experiments::update(&provider, id, experiment("a/q"))
            .await
            .expect_err("unknown");
        assert_eq!(refusal.kind, RefusalKind::NotFound);
        assert_eq!(
            Experiments::delete(&provider, id).await,
            Ok(Deleted::NotThere)
        );
    }
}

/// What a client may do, with small numbers so that names and ids meet often.
#[derive(Clone, Debug)]
enum Action {
    Create(u8),
    Update(u8, u8),
    Delete(u8),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        (0..4_u8).prop_map(Action::Create),
        (0..12_u8, 0..4_u8).prop_map(|(id, name)| Action::Update(id, name)),
        (0..12_u8).prop_map(Action::Delete),
    ];
    proptest::collection::vec(action, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever is done, the provider agrees with a map from id to name.
    #[test]
    fn experiments_agree_with_a_model(actions in actions()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async {
            let provider = provider(&clock()).await;
            let mut issued: Vec<ResourceId> = Vec::new();
            let mut model: BTreeMap<String, u8> = BTreeMap::new();
            for action in actions {
                match action {
                    Action::Create(named) => {
                        let id = Experiments::create(&provider, experiment(&format!("n/{named}"))).await.expect("create");
                        let owner = model.iter().find(|(_, name)| **name == named).map(|(id, _)| id.clone());
                        prop_assert!(owner.is_none_or(|owner| owner == id.as_str()));
                        model.insert(id.to_string(), named);
                        issued.push(id);
                    }
                    Action::Update(at, named) => {
                        let Some(id) = issued.get(usize::from(at)) else { continue };
                        let outcome = Experiments::update(&provider, id.as_str(), experiment(&format!("n/{named}"))).await;
                        let taken = model.iter().any(|(other, name)| *name == named && other != id.as_str());
                        match (model.contains_key(id.as_str()), taken) {
                            (false, _) => prop_assert_eq!(outcome.map_err(|refusal| refusal.kind), Err(RefusalKind::NotFound)),
                            (true, true) => prop_assert_eq!(outcome.map_err(|refusal| refusal.kind), Err(RefusalKind::Invalid)),
                            (true, false) => {
                                prop_assert_eq!(outcome.as_ref(), Ok(id));
                                model.insert(id.to_string(), named);
                            }
                        }
                    }
                    Action::Delete(at) => {
                        let Some(id) = issued.get(usize::from(at)) else { continue };
                        let existed = model.remove(id.as_str()).is_some();
                        let expected = if existed { Deleted::Removed } else { Deleted::NotThere };
                        prop_assert_eq!(Experiments::delete(&provider, id.as_str()).await, Ok(expected));
                    }
                }
            }
            Ok(())
        })?;
    }
}
