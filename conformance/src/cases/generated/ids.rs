//! Ids over all of Unicode, none of which the provider issued.

use crate::catalogue::ids;
use kfp_operator_sim::{ResourceKind, encode_id, encode_id_jq16};

use super::series::{PATIENCE, Tally};
use crate::cases::refusals::safe_delete;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Intent};
use crate::stimuli::generate::path_id;
use crate::wire::Request;

/// Updates and deletes of what does not exist, in both spellings that the operator's steps may choose. The id comes
/// back as it was sent, and a delete lets go.
pub(super) async fn unknown(c: &mut Context) -> Step {
    let body = c.body().await?.bytes();
    let mut tally = Tally::default();
    for _ in 0..c.session.setup.generated / 4 {
        let name = c.fresh_name();
        let id = path_id(&name, &mut c.rng);
        let encoded = if c.rng.bool() {
            encode_id(&id)
        } else {
            encode_id_jq16(&id)
        };
        let target = format!("{}/{encoded}", c.session.resource_target(c.kind(), None));
        // The operator never updates runs.
        if c.kind() != ResourceKind::Run {
            let request = Request::new("PUT", &target).json(body.clone());
            let (answer, findings) = c
                .probe(request, Class::Update(id.clone(), Intent::Open))
                .await?;
            tally.add_all(findings, &answer);
        }
        let request = Request::new("DELETE", &target);
        let (answer, findings) = c.probe(request, Class::Delete(id, Intent::Open)).await?;
        tally.add_all(findings, &answer);
        tally.add(ids::DELETE_ID_ENCODING, safe_delete(&answer), &answer);
        if answer.total > PATIENCE {
            break;
        }
    }
    tally.note(c);
    Ok(())
}
