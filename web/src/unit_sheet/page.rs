//! The page: what to do, the upload, what it would do, what it did.

use super::{lines::Changes, words};
use crate::kernel::{
    api::{new_key, use_api},
    i18n::{flaw_text, problem_text, t, t::unit_sheet as w},
    load,
    upload::Upload as Sending,
    url::encode,
    use_session,
};
use crate::shell::use_place;
use crate::ui::{Breadcrumbs, Button, Callout, Card, FileDrop, NoPermission, PageHead, Select, use_toasts};
use kept_shared::ids::CommunityId;
use kept_shared::permission::Permission;
use kept_shared::problem::Code;
use kept_shared::unit_sheet::{SheetPreview, SheetWritten};
use leptos::prelude::*;
use leptos_router::components::A;

/// How far it is.
#[derive(Clone)]
enum Step {
    Choose,
    Reading(String),
    Look(String, SheetPreview),
    Done(SheetWritten),
}

/// The file that is looked at and then written.
type Chosen = StoredValue<Option<web_sys::File>, LocalStorage>;

#[component]
pub fn UnitSheetPage() -> impl IntoView {
    let (api, session, toasts, place) = (use_api(), use_session(), use_toasts(), use_place());
    let may = move || {
        [Permission::EditUnits, Permission::ViewAccounts]
            .into_iter()
            .all(|p| session.may(p))
    };
    let community = RwSignal::new(
        place
            .community
            .get_untracked()
            .map(|id| id.to_string())
            .unwrap_or_default(),
    );
    let options = Signal::derive(move || {
        let all = place.communities.get().map(|page| page.items).unwrap_or_default();
        all.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        if let [(only, _)] = options.get().as_slice() {
            community.set(only.clone());
        }
    });
    let block = RwSignal::new(String::new());
    let blocks = load(move || {
        block.set(String::new());
        let of = community.with(|c| c.parse::<CommunityId>());
        async move {
            match of {
                Ok(community) => api.blocks(community).await,
                Err(_) => Ok(vec![]),
            }
        }
    });
    let block_options = Signal::derive(move || {
        let all = blocks.get().unwrap_or_default().into_iter();
        all.map(|b| (b.name.clone(), t::units::block_option(b.name, b.units)))
            .collect::<Vec<_>>()
    });
    let (step, refused, busy) = (
        RwSignal::new(Step::Choose),
        RwSignal::new(None::<String>),
        RwSignal::new(false),
    );
    let (file, key): (Chosen, _) = (StoredValue::new_local(None), StoredValue::new(new_key()));
    let path = move || {
        let id = community.get_untracked().parse::<CommunityId>().ok()?;
        Some(format!("/communities/{id}/unit-sheet"))
    };
    let look = move || {
        let (Some(path), Some(sent)) = (path(), file.get_value()) else {
            return;
        };
        let name = sent.name();
        refused.set(None);
        step.set(Step::Reading(name.clone()));
        leptos::task::spawn_local(async move {
            let answer = api
                .upload::<SheetPreview>(
                    &format!("{path}/preview"),
                    &[],
                    ("file", &sent),
                    Sending::default(),
                    &new_key(),
                )
                .await;
            key.set_value(new_key());
            let (next, reason) = match answer {
                Ok(preview) => (Step::Look(name, preview), None),
                Err(problem) => (Step::Choose, Some(words::refusal(&problem))),
            };
            let _gone = step.try_set(next);
            let _gone = refused.try_set(reason);
        });
    };
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        file.set_value(files.into_iter().next());
        look();
    });
    let again = Callback::new(move |()| {
        file.set_value(None);
        refused.set(None);
        step.set(Step::Choose);
    });
    let on_write = Callback::new(move |skip: bool| {
        let (Some(path), Some(sent), Step::Look(_, preview)) = (path(), file.get_value(), step.get_untracked()) else {
            return;
        };
        busy.set(true);
        refused.set(None);
        leptos::task::spawn_local(async move {
            let fields = [
                ("digest", preview.digest.as_str()),
                ("skip_faulty", if skip { "true" } else { "false" }),
            ];
            let answer = api
                .upload::<SheetWritten>(&path, &fields, ("file", &sent), Sending::default(), &key.get_value())
                .await;
            let _gone = busy.try_set(false);
            match answer {
                Ok(written) => {
                    let _gone = step.try_set(Step::Done(written));
                }
                // The book is another one by now: what is shown is made anew, nothing was written.
                Err(problem) if problem.is(Code::ChangedMeanwhile) => {
                    toasts.bad(w::changed_meanwhile());
                    look();
                }
                Err(problem) => {
                    let _gone = refused.try_set(Some(words::refusal(&problem)));
                }
            }
        });
    });
    let downloading = RwSignal::new(false);
    let download = move |_| {
        let Some(path) = path() else { return };
        downloading.set(true);
        leptos::task::spawn_local(async move {
            let only = block.get_untracked();
            let only = if only.is_empty() {
                only
            } else {
                format!("?block={}", encode(&only))
            };
            match api.download(&format!("{path}.xlsx{only}")).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => {
                    let flaw = problem.flaw("/block").map(flaw_text);
                    toasts.bad(flaw.unwrap_or_else(|| problem_text(&problem)));
                }
            }
            let _gone = downloading.try_set(false);
        });
    };
    let nowhere = Signal::derive(move || community.with(String::is_empty));
    let fixed = Signal::derive(move || step.with(|s| !matches!(s, Step::Choose)));
    view! {
        <div class="page page-narrow">
            <Breadcrumbs trail=vec![("/units".to_owned(), t::units::title.into())] here=w::title/>
            <PageHead title=w::title subtitle=w::subtitle/>
            <Show when=may fallback=|| view! { <NoPermission/> }>
                <div class="stack-4">
                    <Show when=move || !fixed.get()>
                        <Card title=w::get subtitle=w::get_text>
                            <div class="stack-4">
                                <Select label=w::community value=community options=options empty=w::choose/>
                                <Show when=move || block_options.with(|all| !all.is_empty())>
                                    <Select label=t::units::block value=block options=block_options empty=t::units::block_all/>
                                </Show>
                                <div class="row wrap">
                                    <Show when=move || session.may(Permission::Export) fallback=|| view! { <p class="soft">{w::no_export}</p> }>
                                        <Button label=w::download icon="download" busy=downloading disabled=nowhere on_click=download/>
                                    </Show>
                                </div>
                            </div>
                        </Card>
                        <Card title=w::put subtitle=w::put_text>
                            <div class="stack-4">
                                <FileDrop label=w::file on_files=on_files hint=w::file_hint accept=".xlsx,.xls,.ods,.csv" multiple=false disabled=nowhere/>
                                {move || nowhere.get().then(|| view! { <p class="soft">{w::choose_first}</p> })}
                            </div>
                        </Card>
                    </Show>
                    <div aria-live="polite">{move || refused.get().map(|reason| view! { <Callout tone="bad"><p>{reason}</p></Callout> })}</div>
                    {move || match step.get() {
                        Step::Choose => ().into_any(),
                        Step::Reading(name) => view! { <Card title=name><p role="status" class="soft">{w::reading}</p><crate::ui::Loading rows=5/></Card> }.into_any(),
                        Step::Look(name, preview) => view! { <Changes name preview busy on_write on_again=again/> }.into_any(),
                        Step::Done(written) => view! { <Written written on_again=again/> }.into_any(),
                    }}
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// What was written, and where to look at it.
#[component]
fn Written(written: SheetWritten, on_again: Callback<()>) -> impl IntoView {
    let lines = [
        (written.units_created, w::n_units_created as fn(usize) -> String),
        (written.units_changed, w::n_units_changed),
        (written.owners_assigned, w::n_owners_assigned),
        (written.contacts_added, w::n_contacts_added),
        (written.contacts_changed, w::n_contacts_changed),
        (written.contacts_removed, w::n_contacts_removed),
        (written.left_out, w::n_left_out),
    ];
    let lines = lines.into_iter().filter(|(count, _)| *count > 0);
    view! {
        <Card title=w::done>
            <div class="stack-4">
                <Callout tone="good" title=w::done_title>
                    <ul>{lines.map(|(count, words)| view! { <li>{words(count as usize)}</li> }).collect_view()}</ul>
                </Callout>
                <p class="soft">{w::done_text}</p>
                <div class="row wrap">
                    <A href="/units" attr:class="btn btn-primary"><crate::ui::Icon name="home"/><span>{t::units::title}</span></A>
                    <Button label=w::another icon="upload" on_click=move |_| on_again.run(())/>
                </div>
            </div>
        </Card>
    }
    .into_any()
}
