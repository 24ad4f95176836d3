//! What is peculiar about the bodies that the operator really sends, each by itself.
//!
//! Creates cost money, so all of it is asked for in one body first. Only if that is refused are halves of it sent, down to
//! a body with one thing alone, which is compared with the same body without it. What a create takes, an update has to
//! take: there each has a body of its own, which costs nothing.

mod table;

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::{compared, made};
use crate::base::outcome::{Finding, SkipReason};
use crate::cases::create::updated;
use crate::engine::context::{Context, Evidence, Step};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;

pub(super) use table::DECIDES;
use table::{Form, experiment, forms, only_updates};

/// Creates at most: one if nothing is refused, and what the search takes until a single thing is found.
pub(super) const CREATES: u32 = 4;

const AS_CREATE: &str = ids::UPDATE_BODY_AS_CREATE;
const FOREIGN: &str = ids::UPDATE_FOREIGN_CONTENT_TYPE;

/// A resource that was made, to be updated.
struct Made {
    body: Body,
    id: String,
}

pub(super) async fn all(c: &mut Context) -> Step {
    let kind = c.kind();
    let mut open = forms(kind);
    if let Some(form) = experiment(c).await? {
        open[0].push(form);
    }
    let (made, good) = search(c, open).await?;
    match made {
        Some(made) if kind != ResourceKind::Run => updates(c, made, good).await,
        _ => Ok(()),
    }
}

/// Things to ask for in one body.
struct Part {
    forms: Vec<Form>,
    /// Half of what was refused, to be asked before the other half.
    first: bool,
    /// The other half was accepted, so this one is not.
    refused: bool,
}

impl Part {
    fn whole(forms: Vec<Form>) -> Self {
        Self {
            forms,
            first: false,
            refused: false,
        }
    }

    /// The halves, the first one last.
    fn halves(mut self) -> [Self; 2] {
        let second = self.forms.split_off(self.forms.len() / 2);
        let first = Self {
            first: true,
            ..Self::whole(self.forms)
        };
        [Self::whole(second), first]
    }
}

/// Which of these the provider refuses in creates. Returns something that was made, and what is not refused.
async fn search(c: &mut Context, wholes: Vec<Vec<Form>>) -> Step<(Option<Made>, Vec<Form>)> {
    let mut open: Vec<Part> = wholes.into_iter().map(Part::whole).collect();
    let (mut left, mut found, mut good) = (CREATES, None, Vec::new());
    while let Some(mut part) = open.pop() {
        // One that is sure to be refused makes nothing.
        if left == 0 && !(part.refused && part.forms.len() == 1) {
            untold(c, &part.forms);
            continue;
        }
        let golden = c.body().await?;
        let all = part.forms.iter();
        let body = all.fold(golden.clone(), |body, form| form.put(body));
        let answer = c.create(&body, Intent::Debatable).await?;
        if made(&answer) {
            left = left.saturating_sub(1);
            for form in &part.forms {
                let finding = Finding::pass(format!("{}: {}", form.what, answer.describe()));
                c.check(form.requirement, finding, &answer);
            }
            if let Some(other) = open.last_mut().filter(|_| part.first) {
                other.refused = true;
            }
            let id = answer.operator_id().unwrap_or_default();
            // By its own name, which may be one of the peculiar things.
            let body = golden.named(&body.text("name"));
            found = Some(Made { body, id });
            good.append(&mut part.forms);
        } else if part.forms.len() > 1 {
            open.extend(part.halves());
        } else {
            for form in part.forms {
                left -= alone(c, &form, &answer, found.is_some(), left).await?;
            }
        }
    }
    Ok((found, good))
}

/// Says what the refusal of one thing alone shows. Returns how many creates that took.
async fn alone(
    c: &mut Context,
    form: &Form,
    refused: &Exchange,
    others: bool,
    left: u32,
) -> Step<u32> {
    if left == 0 && form.without.is_none() && others {
        // Others were made of the same body.
        let finding = Finding::fail(format!("{}: {}", form.what, refused.describe()));
        c.check(form.requirement, finding, refused);
        return Ok(0);
    }
    if left == 0 {
        untold(c, std::slice::from_ref(form));
        return Ok(0);
    }
    let body = form.leave_out(c.body().await?);
    let plain = c.create(&body, Intent::Debatable).await?;
    let finding = compared(c, &form.what, refused, Some(&plain), form.blame);
    c.check(form.requirement, finding, refused);
    Ok(u32::from(made(&plain)))
}

fn untold(c: &mut Context, forms: &[Form]) {
    for form in forms {
        let why = format!(
            "{}: no more creates may be made to tell what is refused",
            form.what
        );
        c.check(
            form.requirement,
            Finding::skip(SkipReason::Disabled, why),
            Evidence::none(),
        );
    }
}

/// The same by updates: what creates took, and what is asked of updates alone.
async fn updates(c: &mut Context, made: Made, good: Vec<Form>) -> Step {
    let Made { body, mut id } = made;
    let taken = good.into_iter().map(|form| Form {
        requirement: AS_CREATE,
        ..form
    });
    let all: Vec<Form> = taken.chain(only_updates(c.kind())).collect();
    for (form, n) in all.iter().zip((1..).step_by(2)) {
        // A name cannot be changed.
        let name = body.text("name");
        let with = form.put(body.next_version(n)).named(&name);
        let answer = put(c, &mut id, &with).await?;
        let finding = if updated(&answer) {
            Finding::pass(format!("{}: {}", form.what, answer.describe()))
        } else {
            let plain = form.leave_out(body.next_version(n + 1)).named(&name);
            let plain = put(c, &mut id, &plain).await?;
            compared(c, &form.what, &answer, Some(&plain), form.blame)
        };
        c.check(form.requirement, finding, &answer);
    }
    foreign(c, &body, &id).await
}

async fn put(c: &mut Context, id: &mut String, body: &Body) -> Step<Exchange> {
    let answer = c.update(id, body, Intent::Debatable).await?;
    if let Some(next) = answer.operator_id().filter(|_| updated(&answer)) {
        *id = next;
    }
    Ok(answer)
}

/// A body that says of itself that it is no JSON. Browsers send that without asking anybody.
async fn foreign(c: &mut Context, body: &Body, id: &str) -> Step {
    const MEDIA: &str = "text/plain";
    let target = c.session.resource_target(c.kind(), Some(id));
    // The body is the resource's latest but one, so a provider that takes it changes little.
    let request = Request::new("PUT", &target).body(body.next_version(0).bytes(), Some(MEDIA));
    let answer = c.send(request, Class::Other).await?;
    let actual = format!("{MEDIA}: {}", answer.describe());
    let finding = match answer.status() {
        Some(400..=499) => Finding::pass(actual),
        Some(200..=299) => Finding::warn(actual),
        _ => Finding::fail(actual),
    };
    c.check(FOREIGN, finding, &answer);
    Ok(())
}

impl Form {
    fn put(&self, body: Body) -> Body {
        (self.change)(body, &self.with)
    }

    fn leave_out(&self, body: Body) -> Body {
        match &self.without {
            Some(without) => (self.change)(body, without),
            None => body,
        }
    }
}
