//! Ids that only a stranger would send.

use super::safe_delete;
use crate::context::{Context, Step};
use crate::exchange::{Class, Intent};
use crate::outcome::Finding;
use crate::wire::Request;

/// Ids that no provider here issued; what is echoed shows how often the path was decoded.
pub(super) async fn synthetic_updates(c: &mut Context) -> Step {
    let body = c.body().await?;
    let name = c.fresh_name();
    let table = [
        ("update.id-slash", format!("{name}/with/slashes")),
        ("update.id-decoded-once", format!("{name}%2Fpercent%25")),
    ];
    for (requirement, id) in table {
        let answer = c.update(&id, &body, Intent::Synthetic).await?;
        let finding = if answer.accepted() {
            Finding::prerequisite("the id was accepted, so nothing is echoed")
        } else {
            Finding::when(
                answer.envelope.text("id") == Some(id.as_str()),
                answer.describe(),
            )
        };
        c.check(
            requirement,
            finding.expected(format!("id {id:?} in the error answer")),
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
        "update.id-encoding-equivalence",
        Finding::when(same, actual),
        raw,
    );
    Ok(())
}

pub(super) async fn synthetic_deletes(c: &mut Context) -> Step {
    let name = c.fresh_name();
    for id in [
        format!("{name}/a/b"),
        format!("{name}%2F"),
        format!("{name}!*'()"),
        format!("{name} é€"),
    ] {
        let answer = c.delete(&id, Intent::Synthetic).await?;
        c.check("delete.id-encoding", safe_delete(&answer), &answer);
    }
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
        c.check("robust.deterministic-errors", finding, &last);
    }
    Ok(())
}
