use std::collections::BTreeSet;

use super::*;
use crate::stimuli::fixture::Body;

fn generator(kind: ResourceKind, seed: u64) -> Generator {
    let golden = Body::valid(kind, "x", "kfp-conformance/p", None).tree();
    Generator::new(kind, golden, vec!["/name".to_owned()], Rng::with_seed(seed))
}

/// A few hundred samples of each sort.
fn samples(kind: ResourceKind, seed: u64) -> Vec<Sample> {
    let mut generator = generator(kind, seed);
    let valid: Vec<Sample> = (0..300).map(|_| generator.valid()).collect();
    let invalid = (0..300).filter_map(|_| generator.invalid());
    valid.iter().cloned().chain(invalid).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |kind, seed| -> Vec<Vec<u8>> {
        samples(kind, seed)
            .iter()
            .map(|sample| wire(kind, &sample.body))
            .collect()
    };
    for kind in ResourceKind::ALL {
        assert!(bytes(kind, 7) == bytes(kind, 7), "{kind}");
        assert!(bytes(kind, 7) != bytes(kind, 8), "{kind}");
    }
}

#[test]
fn bytes_read_back_are_what_was_meant() {
    for kind in ResourceKind::ALL {
        for sample in samples(kind, 3) {
            let read = Json::parse(&wire(kind, &sample.body)).expect("JSON");
            assert!(read == sample.body, "{kind}: {}", sample.body);
        }
    }
}

#[test]
fn every_keyword_of_every_place_is_violated_and_met() {
    for kind in ResourceKind::ALL {
        let mut goals = BTreeSet::new();
        Grammar::embedded()
            .body(kind)
            .walk(false, &mut |shape, required| {
                goals.extend(
                    shape
                        .keywords(required)
                        .into_iter()
                        .map(|keyword| (shape.place.clone(), keyword)),
                );
            });
        let (mut met, mut violated) = (goals.clone(), goals);
        violated.retain(|(_, keyword)| *keyword != Keyword::Nullable);
        for sample in samples(kind, 1) {
            if let Some(flaw) = &sample.flaw {
                violated.remove(&(flaw.place.clone(), flaw.keyword));
            }
            Grammar::embedded()
                .body(kind)
                .visit(&sample.body, &mut |shape, keyword, holds| {
                    if holds {
                        met.remove(&(shape.place.clone(), keyword));
                    }
                });
        }
        assert!(
            violated.is_empty(),
            "{kind}: never violated alone: {violated:?}"
        );
        assert!(met.is_empty(), "{kind}: never met: {met:?}");
    }
}

#[test]
fn the_variety_is_what_was_promised() {
    let bodies: String = ResourceKind::ALL
        .into_iter()
        .flat_map(|kind| {
            let samples = [samples(kind, 2), samples(kind, 3)].concat();
            samples
                .into_iter()
                .map(move |sample| wire(kind, &sample.body))
        })
        .map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
        .collect();
    let parts = [
        "9007199254740993",
        "1e400",
        "\\u0000",
        "\"\":\"\"",
        "\"schedule\":{}",
        "\"artifacts\":[]",
        "\"env\":[]",
        "\"parameters\":null",
        "[pushed == 1]",
        "🐟",
        "\u{10ffff}",
        "{{workflow.name}}",
        "[[[",
        "long long long",
    ];
    for part in parts {
        assert!(bodies.contains(part), "{part}");
    }
}

/// A provider that cannot stand one thing: what is left is that thing in the golden body.
#[test]
fn failures_shrink_to_what_causes_them() {
    let mut generator = generator(ResourceKind::Run, 5);
    let fails = |body: &Json| body.to_string().contains('🐟');
    let mut shrunk = 0;
    for _ in 0..300 {
        let sample = generator.valid();
        if !fails(&sample.body) {
            continue;
        }
        let mut shrinker = generator.shrinker(&sample);
        let (mut smallest, mut tried) = (sample.body.clone(), 0);
        while let Some(attempt) = shrinker.next(|body| generator.keeps(&sample, body)) {
            tried += 1;
            if fails(&attempt.body) {
                smallest = attempt.body;
                shrinker.failed();
            }
        }
        let extra = smallest
            .to_string()
            .len()
            .saturating_sub(generator.golden.to_string().len());
        assert!(
            extra <= 120,
            "{extra} bytes more than the golden body after {tried}: {smallest}"
        );
        assert!(tried <= 200, "{tried}");
        shrunk += 1;
    }
    assert!(shrunk > 10, "{shrunk}");
}

#[test]
fn an_invalid_body_shrinks_to_its_flaw() {
    for kind in ResourceKind::ALL {
        let mut generator = generator(kind, 6);
        for _ in 0..60 {
            let Some(sample) = generator.invalid() else {
                continue;
            };
            let flaw = sample.flaw.clone().expect("invalid");
            let mut shrinker = generator.shrinker(&sample);
            let mut smallest = sample.body.clone();
            while let Some(attempt) = shrinker.next(|body| generator.keeps(&sample, body)) {
                smallest = attempt.body;
                shrinker.failed();
            }
            assert!(
                generator.is_exactly(&smallest, &flaw),
                "{kind} {flaw:?}: {smallest}"
            );
            let (len, golden) = (
                smallest.to_string().len(),
                generator.golden.to_string().len(),
            );
            assert!(len <= golden + 140, "{kind} {flaw:?}: {smallest}");
        }
    }
}
