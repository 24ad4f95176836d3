//! Creates that have to be refused, and requests about ids that do not exist. Nothing is created
//! on a provider that is right.

mod body;
mod place;
mod synthetic;

pub(super) use place::safe_delete;

use crate::catalogue::ids;
use futures::FutureExt as _;

use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Profile, RUN, RUNSCHEDULE, Stage, Subjects, UPDATED};
use crate::engine::context::{Context, Step};
use crate::oracle::ambient::groups::{ANY_ANSWER, ANY_DELETE, REFUSED_CREATE, REFUSED_UPDATE};
use crate::oracle::exchange::{Exchange, Intent};

macro_rules! refusal {
    ($id:literal, $subjects:expr, $profile:ident, $decides:expr, $run:path) => {
        &Case {
            id: $id,
            subjects: $subjects,
            creates: 0,
            extra: &[],
            profile: Profile::$profile,
            stage: Stage::Any,
            decides: $decides,
            run: |c| $run(c).boxed_local(),
        }
    };
}

pub(crate) const CASES: &[&Case] = &[
    refusal!(
        "refuse.malformed",
        ALL,
        Smoke,
        &[
            &[ids::CREATE_MALFORMED_JSON_400],
            ANY_ANSWER,
            REFUSED_CREATE
        ],
        body::malformed
    ),
    refusal!(
        "refuse.unknown-delete",
        ALL,
        Smoke,
        &[
            &[
                ids::DELETE_UNKNOWN_ID_404,
                ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE
            ],
            ANY_ANSWER,
            ANY_DELETE
        ],
        place::unknown_delete
    ),
    refusal!(
        "refuse.unknown-update",
        UPDATED,
        Smoke,
        &[&[ids::UPDATE_UNKNOWN_ID_404], ANY_ANSWER, REFUSED_UPDATE],
        place::unknown_update
    ),
    refusal!(
        "refuse.empty",
        ALL,
        Core,
        &[&[ids::CREATE_EMPTY_BODY_4XX], REFUSED_CREATE],
        body::empty
    ),
    refusal!(
        "refuse.non-object",
        ALL,
        Core,
        &[&[ids::CREATE_NON_OBJECT_4XX], REFUSED_CREATE],
        body::non_object
    ),
    refusal!(
        "refuse.wrong-types",
        ALL,
        Core,
        &[&[ids::CREATE_WRONG_TYPES_4XX], REFUSED_CREATE],
        body::wrong_types
    ),
    refusal!(
        "refuse.wrong-resource",
        ALL,
        Core,
        &[&[ids::CREATE_WRONG_RESOURCE_422], REFUSED_CREATE],
        body::wrong_resource
    ),
    refusal!(
        "refuse.missing-name",
        ALL,
        Core,
        &[&[ids::CREATE_MISSING_NAME_4XX], REFUSED_CREATE],
        body::missing_name
    ),
    refusal!(
        "refuse.many-slashes",
        ALL,
        Core,
        &[&[ids::CREATE_TOO_MANY_SLASHES_4XX], REFUSED_CREATE],
        body::many_slashes
    ),
    refusal!(
        "refuse.long-name",
        ALL,
        Core,
        &[
            &[
                ids::RESPONSE_PROVIDER_ERROR_LENGTH,
                ids::RESPONSE_SIZE_LIMIT
            ],
            REFUSED_CREATE
        ],
        body::long_name
    ),
    refusal!(
        "refuse.unknown-type",
        Subjects::Once,
        Core,
        &[&[ids::CREATE_UNKNOWN_TYPE_NOT_SUCCESS]],
        place::unknown_type
    ),
    refusal!(
        "refuse.unknown-pipeline",
        RUN,
        Core,
        &[&[ids::CREATE_RUN_UNKNOWN_PIPELINE]],
        place::unknown_pipeline
    ),
    refusal!(
        "refuse.bad-cron",
        RUNSCHEDULE,
        Core,
        &[&[ids::CREATE_RUNSCHEDULE_BAD_CRON_4XX]],
        place::bad_cron
    ),
    refusal!(
        "refuse.synthetic-ids",
        UPDATED,
        Core,
        &[&[
            ids::UPDATE_ID_SLASH,
            ids::UPDATE_ID_DECODED_ONCE,
            ids::UPDATE_ID_ENCODING_EQUIVALENCE
        ]],
        synthetic::synthetic_updates
    ),
    refusal!(
        "refuse.synthetic-deletes",
        ALL,
        Core,
        &[&[ids::DELETE_ID_ENCODING]],
        synthetic::synthetic_deletes
    ),
    refusal!(
        "refuse.twice-alike",
        ALL,
        Core,
        &[&[ids::ROBUST_DETERMINISTIC_ERRORS]],
        synthetic::twice_alike
    ),
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
