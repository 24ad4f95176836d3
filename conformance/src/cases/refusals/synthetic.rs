//! Ids that only a stranger would send.

use super::safe_delete;
use crate::base::outcome::Finding;
use crate::base::text::percent_decoded;
use crate::catalogue::ids;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::wire::Request;

/// Ids that no provider here issued; what is echoed shows how often the path was decoded.
pub(super) async fn synthetic_updates(c: &mut Context) -> Step {
    let body = c.body().await?;
    let name = c.fresh_name();
    let table = [
        (ids::UPDATE_ID_SLASH, format!("{name}/with/slashes")),
        // A router that cleans paths after decoding them redirects this one.
        (ids::UPDATE_ID_SLASH, format!("{name}//with/two")),
        (ids::UPDATE_ID_DECODED_ONCE, format!("{name}%2Fpercent%25")),
        // Decoded twice, this is no encoding any more.
        (ids::UPDATE_ID_DECODED_ONCE, format!("{name}%")),
    ];
    // How an id that needs no decoding is answered, which nothing has either.
    let plain = c.update(&name, &body, Intent::Synthetic).await?;
    for (requirement, id) in table {
        let answer = c.update(&id, &body, Intent::Synthetic).await?;
        c.check(
            requirement,
            echo(&id, &answer, &plain).expected(format!("id {id:?} in the error answer")),
            &answer,
        );
    }
    let id = format!("{name}!*'()");
    let mut echoes = Vec::new();
    for encoded in [
        kfp_operator_sim::encode_id(&id),
        kfp_operator_sim::encode_id_jq16(&id),
    ] {
        let target = format!("{}/{encoded}", c.session.resource_target(c.kind(), None));
        let request = Request::new("PUT", &target).json(body.bytes());
        let answer = c
            .send(request, Class::Update(id.clone(), Intent::Synthetic))
            .await?;
        echoes.push(answer);
    }
    let [escaped, raw] = [&echoes[0], &echoes[1]];
    let same =
        escaped.status() == raw.status() && escaped.envelope.text("id") == raw.envelope.text("id");
    let actual = format!("{} and {}", escaped.describe(), raw.describe());
    c.check(
        ids::UPDATE_ID_ENCODING_EQUIVALENCE,
        Finding::when(same, actual),
        raw,
    );
    Ok(())
}

/// What an answer shows of how the path was decoded. An answer from which the id is missing, or that names another one
/// altogether, shows nothing of it: that is `update.error.echoes-id`.
fn echo(id: &str, answer: &Exchange, plain: &Exchange) -> Finding {
    let told = answer.describe();
    if answer.accepted() {
        return Finding::prerequisite("the id was accepted, so nothing is echoed");
    }
    match answer.envelope.text("id") {
        Some(echoed) if echoed == id => Finding::pass(told),
        Some(echoed) if is_misread(id, echoed) => Finding::fail(told),
        // As one that needs no decoding: the handler was reached.
        echoed if answer.status() == plain.status() && echoed == plain.envelope.text("id") => {
            Finding::prerequisite(format!(
                "{told}: the id is not echoed, so how it was read is not seen"
            ))
        }
        // Refused before the handler, or as no id at all.
        _ => Finding::fail(told),
    }
}

/// Whether a text is what wrong decoding makes of an id, or a part of that.
fn is_misread(id: &str, echoed: &str) -> bool {
    let encoded = kfp_operator_sim::encode_id(id);
    let twice = percent_decoded(id);
    let readings = [Some(encoded), twice];
    let part =
        |reading: &String| !echoed.is_empty() && (reading.contains(echoed) || id.contains(echoed));
    readings.iter().flatten().any(part)
}

pub(super) async fn synthetic_deletes(c: &mut Context) -> Step {
    let name = c.fresh_name();
    for id in [
        format!("{name}/a/b"),
        format!("{name}%2F"),
        format!("{name}!*'()"),
        format!("{name} é€"),
        format!("{name}//a"),
        format!("{name}%"),
    ] {
        let answer = c.delete(&id, Intent::Synthetic).await?;
        c.check(ids::DELETE_ID_ENCODING, safe_delete(&answer), &answer);
        if id.ends_with('%') && answer.provider_error().is_some() {
            // Not the router's: the handler has refused an id that it should only not know.
            let status = answer.status().unwrap_or_default();
            let documented = matches!(status, 200 | 404 | 500);
            let finding =
                Finding::when(documented, format!("DELETE {id:?}: {}", answer.describe()));
            c.check(ids::DELETE_STATUS_DOCUMENTED, finding, &answer);
        }
    }
    // As jq before 1.7 spells it.
    let id = format!("{name}!*'()");
    let lenient = kfp_operator_sim::encode_id_jq16(&id);
    let target = format!("{}/{lenient}", c.session.resource_target(c.kind(), None));
    let class = Class::Delete(id, Intent::Synthetic);
    let answer = c.send(Request::new("DELETE", &target), class).await?;
    c.check(ids::DELETE_ID_ENCODING, safe_delete(&answer), &answer);
    Ok(())
}

pub(super) async fn twice_alike(c: &mut Context) -> Step {
    const TIMES: usize = 3;
    let bad = c.body().await?.set("name", "42").bytes();
    for (name, body) in [("malformed", b"{".to_vec()), ("wrong type", bad)] {
        let mut statuses = Vec::new();
        let mut last = None;
        for _ in 0..TIMES {
            let answer = c.create_raw(&body, Intent::Invalid).await?;
            statuses.push(answer.status());
            last = Some(answer);
        }
        let Some(last) = last else { continue };
        let same = statuses.windows(2).all(|pair| pair[0] == pair[1]);
        let told: Vec<String> = statuses
            .iter()
            .map(|status| status.map_or("none".to_owned(), |s| s.to_string()))
            .collect();
        let finding = Finding::when(same, format!("{name}: {}", told.join(", ")));
        c.check(ids::ROBUST_DETERMINISTIC_ERRORS, finding, &last);
    }
    Ok(())
}
