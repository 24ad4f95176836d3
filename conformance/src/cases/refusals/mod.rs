//! Creates that have to be refused, and requests about ids that do not exist. Nothing is created
//! on a provider that is right.

mod body;
mod place;
mod synthetic;

pub(super) use place::safe_delete;

use crate::catalogue::ids;

use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Profile, RUN, RUNSCHEDULE, UPDATED, case};
use crate::engine::context::{Context, Step};
use crate::oracle::ambient::groups::{ANY_ANSWER, ANY_DELETE, REFUSED_CREATE, REFUSED_UPDATE};
use crate::oracle::exchange::{Exchange, Intent};

pub(crate) const CASES: &[&Case] = &[
    &case!("refuse.malformed", body::malformed)
        .subjects(ALL)
        .profile(Profile::Smoke)
        .decides(&[
            &[ids::CREATE_MALFORMED_JSON_400],
            ANY_ANSWER,
            REFUSED_CREATE,
        ]),
    &case!("refuse.unknown-delete", place::unknown_delete)
        .subjects(ALL)
        .profile(Profile::Smoke)
        .decides(&[
            &[
                ids::DELETE_UNKNOWN_ID_404,
                ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
            ],
            ANY_ANSWER,
            ANY_DELETE,
        ]),
    &case!("refuse.unknown-update", place::unknown_update)
        .subjects(UPDATED)
        .profile(Profile::Smoke)
        .decides(&[&[ids::UPDATE_UNKNOWN_ID_404], ANY_ANSWER, REFUSED_UPDATE]),
    &case!("refuse.empty", body::empty)
        .subjects(ALL)
        .decides(&[&[ids::CREATE_EMPTY_BODY_4XX], REFUSED_CREATE]),
    &case!("refuse.non-object", body::non_object)
        .subjects(ALL)
        .decides(&[&[ids::CREATE_NON_OBJECT_4XX], REFUSED_CREATE]),
    &case!("refuse.wrong-types", body::wrong_types)
        .subjects(ALL)
        .decides(&[&[ids::CREATE_WRONG_TYPES_4XX], REFUSED_CREATE]),
    &case!("refuse.wrong-resource", body::wrong_resource)
        .subjects(ALL)
        .decides(&[&[ids::CREATE_WRONG_RESOURCE_422], REFUSED_CREATE]),
    &case!("refuse.missing-name", body::missing_name)
        .subjects(ALL)
        .decides(&[&[ids::CREATE_MISSING_NAME_4XX], REFUSED_CREATE]),
    &case!("refuse.many-slashes", body::many_slashes)
        .subjects(ALL)
        .decides(&[&[ids::CREATE_TOO_MANY_SLASHES_4XX], REFUSED_CREATE]),
    &case!("refuse.long-name", body::long_name)
        .subjects(ALL)
        .decides(&[
            &[
                ids::RESPONSE_PROVIDER_ERROR_LENGTH,
                ids::RESPONSE_SIZE_LIMIT,
            ],
            REFUSED_CREATE,
        ]),
    &case!("refuse.unknown-type", place::unknown_type)
        .decides(&[&[ids::CREATE_UNKNOWN_TYPE_NOT_SUCCESS]]),
    &case!("refuse.unknown-pipeline", place::unknown_pipeline)
        .subjects(RUN)
        .decides(&[&[ids::CREATE_RUN_UNKNOWN_PIPELINE]]),
    &case!("refuse.bad-cron", place::bad_cron)
        .subjects(RUNSCHEDULE)
        .decides(&[&[ids::CREATE_RUNSCHEDULE_BAD_CRON_4XX]]),
    &case!("refuse.synthetic-ids", synthetic::synthetic_updates)
        .subjects(UPDATED)
        .decides(&[&[
            ids::UPDATE_ID_SLASH,
            ids::UPDATE_ID_DECODED_ONCE,
            ids::UPDATE_ID_ENCODING_EQUIVALENCE,
        ]]),
    &case!("refuse.synthetic-deletes", synthetic::synthetic_deletes)
        .subjects(ALL)
        .decides(&[&[ids::DELETE_ID_ENCODING]]),
    &case!("refuse.twice-alike", synthetic::twice_alike)
        .subjects(ALL)
        .decides(&[&[ids::ROBUST_DETERMINISTIC_ERRORS]]),
];

/// Judges the status of refusals: the worst of several answers stands for all.
struct Verdict {
    requirement: &'static str,
    right: &'static [u16],
    tolerated: &'static [u16],
}

impl Verdict {
    fn of(&self, name: &str, answer: &Exchange) -> Finding {
        let actual = format!("{name}: {}", answer.describe());
        match answer.status() {
            Some(status) if self.right.contains(&status) => Finding::pass(actual),
            Some(status) if self.tolerated.contains(&status) => Finding::tolerated(actual),
            _ => Finding::fail(actual),
        }
    }

    async fn judge(&self, c: &mut Context, bodies: &[(&str, Vec<u8>)]) -> Step {
        for (name, body) in bodies {
            let answer = c.create_raw(body, Intent::Invalid).await?;
            let finding = self.of(name, &answer);
            c.check(self.requirement, finding, &answer);
        }
        Ok(())
    }
}
