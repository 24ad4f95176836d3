//! Creates that have to be refused, and requests about ids that do not exist. Nothing is created
//! on a provider that is right.

mod body;
mod place;
mod synthetic;

pub(super) use place::safe_delete;

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
        &[&["create.malformed-json.400"], ANY_ANSWER, REFUSED_CREATE],
        body::malformed
    ),
    refusal!(
        "refuse.unknown-delete",
        ALL,
        Smoke,
        &[
            &["delete.unknown-id.404", "delete.unknown-id.operator-safe"],
            ANY_ANSWER,
            ANY_DELETE
        ],
        place::unknown_delete
    ),
    refusal!(
        "refuse.unknown-update",
        UPDATED,
        Smoke,
        &[&["update.unknown-id.404"], ANY_ANSWER, REFUSED_UPDATE],
        place::unknown_update
    ),
    refusal!(
        "refuse.empty",
        ALL,
        Core,
        &[&["create.empty-body.4xx"], REFUSED_CREATE],
        body::empty
    ),
    refusal!(
        "refuse.non-object",
        ALL,
        Core,
        &[&["create.non-object.4xx"], REFUSED_CREATE],
        body::non_object
    ),
    refusal!(
        "refuse.wrong-types",
        ALL,
        Core,
        &[&["create.wrong-types.4xx"], REFUSED_CREATE],
        body::wrong_types
    ),
    refusal!(
        "refuse.wrong-resource",
        ALL,
        Core,
        &[&["create.wrong-resource.422"], REFUSED_CREATE],
        body::wrong_resource
    ),
    refusal!(
        "refuse.missing-name",
        ALL,
        Core,
        &[&["create.missing-name.4xx"], REFUSED_CREATE],
        body::missing_name
    ),
    refusal!(
        "refuse.many-slashes",
        ALL,
        Core,
        &[&["create.too-many-slashes.4xx"], REFUSED_CREATE],
        body::many_slashes
    ),
    refusal!(
        "refuse.long-name",
        ALL,
        Core,
        &[
            &["response.provider-error-length", "response.size-limit"],
            REFUSED_CREATE
        ],
        body::long_name
    ),
    refusal!(
        "refuse.unknown-type",
        Subjects::Once,
        Core,
        &[&["create.unknown-type.not-success"]],
        place::unknown_type
    ),
    refusal!(
        "refuse.unknown-pipeline",
        RUN,
        Core,
        &[&["create.run.unknown-pipeline"]],
        place::unknown_pipeline
    ),
    refusal!(
        "refuse.bad-cron",
        RUNSCHEDULE,
        Core,
        &[&["create.runschedule.bad-cron.4xx"]],
        place::bad_cron
    ),
    refusal!(
        "refuse.synthetic-ids",
        UPDATED,
        Core,
        &[&[
            "update.id-slash",
            "update.id-decoded-once",
            "update.id-encoding-equivalence"
        ]],
        synthetic::synthetic_updates
    ),
    refusal!(
        "refuse.synthetic-deletes",
        ALL,
        Core,
        &[&["delete.id-encoding"]],
        synthetic::synthetic_deletes
    ),
    refusal!(
        "refuse.twice-alike",
        ALL,
        Core,
        &[&["robust.deterministic-errors"]],
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
