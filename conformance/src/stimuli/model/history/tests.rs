use std::time::Duration;

use super::Effect::*;
use super::State::{Absent, Held};
use super::*;

/// Effects with the ticks at which they were sent and answered.
fn events(list: &[(Effect, u64, u64)]) -> Vec<Event> {
    let zero = Instant::now();
    let at = |tick: u64| zero + Duration::from_millis(tick);
    let event = |(effect, sent, answered): &(Effect, u64, u64)| Event {
        effect: *effect,
        sent: at(*sent),
        answered: at(*answered),
    };
    list.iter().map(event).collect()
}

#[test]
fn answers_are_explained_by_some_order_or_by_none() {
    type Row<'a> = (&'a str, State, &'a [(Effect, u64, u64)], bool, &'a [State]);
    let table: &[Row] = &[
        ("nothing happens", Held(1), &[], false, &[Held(1)]),
        ("born", Absent, &[(Born(1), 0, 9)], false, &[Held(1)]),
        (
            "born again under its name",
            Held(1),
            &[(Born(1), 0, 9)],
            false,
            &[Held(1)],
        ),
        (
            "born for another name",
            Held(1),
            &[(Born(2), 0, 9)],
            false,
            &[],
        ),
        (
            "an id issued twice at once",
            Absent,
            &[(Born(1), 0, 9), (Born(2), 1, 8)],
            false,
            &[],
        ),
        (
            "removed while updated, update first",
            Held(1),
            &[(Removed, 0, 9), (Kept(1), 0, 9)],
            false,
            &[Absent],
        ),
        (
            "removed while updated, update later",
            Held(1),
            &[(Removed, 0, 9), (Missed, 0, 9)],
            false,
            &[Absent],
        ),
        (
            "updated after it was removed",
            Held(1),
            &[(Removed, 0, 4), (Kept(1), 5, 9)],
            false,
            &[],
        ),
        (
            "that with upsert",
            Held(1),
            &[(Removed, 0, 4), (Kept(1), 5, 9)],
            true,
            &[Held(1)],
        ),
        (
            "that with upsert, at once",
            Held(1),
            &[(Removed, 0, 9), (Kept(1), 5, 9)],
            true,
            &[Absent, Held(1)],
        ),
        (
            "moved after it was removed",
            Held(1),
            &[(Removed, 0, 4), (Left, 5, 9)],
            false,
            &[],
        ),
        (
            "that with upsert, which moves what it creates",
            Held(1),
            &[(Removed, 0, 4), (Left, 5, 9)],
            true,
            &[Absent],
        ),
        (
            "removed twice",
            Held(1),
            &[(Removed, 0, 9), (Removed, 0, 9)],
            false,
            &[Absent],
        ),
        (
            "missed twice",
            Held(1),
            &[(Missed, 0, 9), (Missed, 0, 9)],
            false,
            &[],
        ),
        (
            "missed, but nobody removed it yet",
            Held(1),
            &[(Missed, 0, 4), (Removed, 5, 9)],
            false,
            &[],
        ),
        (
            "two updates, the id moves",
            Held(1),
            &[(Left, 0, 9), (Missed, 0, 9)],
            false,
            &[Absent],
        ),
        (
            "two updates, both moved it",
            Held(1),
            &[(Left, 0, 9), (Left, 0, 9)],
            false,
            &[],
        ),
        (
            "two updates, one kept and one moved",
            Held(1),
            &[(Left, 0, 9), (Kept(1), 0, 9)],
            false,
            &[Absent],
        ),
        (
            "a conflict in words",
            Held(1),
            &[(Declined, 0, 9), (Kept(1), 0, 9)],
            false,
            &[Held(1)],
        ),
        (
            "an error for no reason",
            Held(1),
            &[(Failed, 0, 9), (Kept(1), 0, 9)],
            false,
            &[],
        ),
        (
            "an error beside a removal",
            Held(1),
            &[(Failed, 0, 9), (Removed, 0, 9)],
            false,
            &[Absent],
        ),
        (
            "an error before a removal",
            Held(1),
            &[(Failed, 0, 1), (Removed, 2, 9)],
            false,
            &[],
        ),
        (
            "no answer",
            Held(1),
            &[(Unknown, 0, 9)],
            false,
            &[Absent, Held(1)],
        ),
        (
            "no answer, then missed",
            Held(1),
            &[(Unknown, 0, 2), (Missed, 3, 9)],
            false,
            &[Absent],
        ),
        (
            "no answer, then updated",
            Held(1),
            &[(Unknown, 0, 2), (Kept(1), 3, 9)],
            false,
            &[Held(1)],
        ),
    ];
    for (name, from, list, upserts, expected) in table {
        let found = explain(&[*from].into(), &events(list), *upserts);
        assert_eq!(found, expected.iter().copied().collect(), "{name}");
    }
}

/// Compares with trying every permutation.
#[test]
fn the_search_finds_what_trying_all_orders_finds() {
    let mut rng = fastrand::Rng::with_seed(11);
    let effects = [
        Born(1),
        Born(2),
        Kept(1),
        Left,
        Removed,
        Missed,
        Declined,
        Failed,
        Unknown,
    ];
    for round in 0..2_000 {
        let list: Vec<_> = (0..rng.usize(1..6))
            .map(|_| {
                let sent = rng.u64(..8);
                (
                    effects[rng.usize(..effects.len())],
                    sent,
                    sent + rng.u64(1..6),
                )
            })
            .collect();
        let (events, upserts) = (events(&list), rng.bool());
        let from = if rng.bool() { Absent } else { Held(1) };
        let mut orders = Vec::new();
        permute(&mut (0..events.len()).collect::<Vec<_>>(), 0, &mut orders);
        let mut expected = BTreeSet::new();
        for order in orders {
            let timely = |(at, one): (usize, &usize)| {
                order[at + 1..]
                    .iter()
                    .all(|later| events[*later].answered >= events[*one].sent)
            };
            if order.iter().enumerate().all(timely) {
                let start = BTreeSet::from([from]);
                let step = |states: BTreeSet<State>, one: &usize| -> BTreeSet<State> {
                    states
                        .iter()
                        .flat_map(|s| events[*one].effect.after(*s, upserts))
                        .collect()
                };
                expected.extend(order.iter().fold(start, step));
            }
        }
        assert_eq!(
            explain(&[from].into(), &events, upserts),
            expected,
            "round {round}: {list:?}"
        );
    }
}

fn permute(list: &mut Vec<usize>, at: usize, orders: &mut Vec<Vec<usize>>) {
    if at == list.len() {
        orders.push(list.clone());
    }
    for other in at..list.len() {
        list.swap(at, other);
        permute(list, at + 1, orders);
        list.swap(at, other);
    }
}
