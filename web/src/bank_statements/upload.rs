//! The drop zone: several files at once, and the community where a bank account is new.

use super::words;
use crate::kernel::{
    api::{new_key, use_api},
    i18n::t::bank_statements as t,
    upload::Upload as Sending,
};
use crate::shell::use_place;
use crate::ui::{Button, ButtonKind, Callout, Card, FileDrop, FileState, Select, Upload, use_toasts};
use kept_shared::bank_statements::BankFile;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::{components::A, hooks::use_navigate};

/// A file whose bank account nobody knows yet.
#[derive(Clone)]
struct Waiting {
    key: String,
    name: String,
    reason: String,
    file: StoredValue<web_sys::File, LocalStorage>,
    /// Whose bank account it is: proposed, then chosen.
    community: RwSignal<String>,
}

#[component]
pub(super) fn UploadStatements(on_taken: Callback<()>) -> impl IntoView {
    let (api, place, toasts, navigate) = (use_api(), use_place(), use_toasts(), use_navigate());
    let uploads: RwSignal<Vec<Upload>> = RwSignal::new(vec![]);
    let waiting: RwSignal<Vec<Waiting>> = RwSignal::new(vec![]);
    let known: RwSignal<Vec<(String, String)>> = RwSignal::new(vec![]);
    let under_way = StoredValue::new(Vec::<(String, Sending)>::new());
    let options = Signal::derive(move || {
        let all = place.communities.get().map(|page| page.items).unwrap_or_default();
        all.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    let owner = Owner::current().unwrap_or_default();
    let here = owner.clone();
    let send = StoredValue::new_local(move |file: web_sys::File, community: String, alone: bool| {
        // A row outlives the button that asked for it: what it shows belongs to the page.
        let (sent, state, key) = owner.with(|| {
            let (sent, state) = (Sending::default(), RwSignal::new(FileState::Sending(0)));
            Effect::new(move |_| {
                let percent = sent.progress.get();
                if matches!(state.get_untracked(), FileState::Sending(_)) {
                    state.set(FileState::Sending(percent));
                }
            });
            (sent, state, new_key())
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sizes of files are whole numbers"
        )]
        let bytes = file.size() as u64;
        let row = Upload {
            key: key.clone(),
            name: file.name(),
            bytes,
            state: state.into(),
        };
        uploads.update(|all| all.insert(0, row));
        under_way.update_value(|all| all.push((key.clone(), sent)));
        let here = here.clone();
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let fields = [("community_id", community.as_str())];
            let answer = api
                .upload::<BankFile>("/bank-files", &fields, ("file", &file), sent, &key)
                .await;
            // Cancelled, or the page is gone: nobody waits for it here.
            let waits = under_way.try_update_value(|all| {
                let before = all.len();
                all.retain(|(other, _)| *other != key);
                all.len() < before
            });
            if waits != Some(true) {
                return;
            }
            match answer {
                Ok(taken) => {
                    // Where this page is left nothing of it is told any more: its signals are gone before its view is.
                    if taken.needs_mapping {
                        navigate(&format!("/bank-files/{}", taken.id), Default::default());
                    } else {
                        if taken.known_statements > 0 {
                            toasts.good(t::known_left_out(taken.known_statements as usize));
                        }
                        // One file that held one statement: there is the work.
                        match taken.statements.as_slice() {
                            [only] if alone => navigate(&format!("/bank-statements/{only}"), Default::default()),
                            _ => {
                                let _gone = state.try_set(FileState::Done);
                                on_taken.run(());
                            }
                        }
                    }
                }
                Err(problem) => {
                    let reason = words::refusal(&problem);
                    let earlier = problem.errors.first().and_then(|f| f.params.get("statement").cloned());
                    if let Some(earlier) = earlier {
                        let _gone = known.try_update(|all| all.push((file.name(), earlier)));
                    }
                    let _gone = state.try_set(FileState::Failed(reason.clone()));
                    if problem
                        .flaw("/community_id")
                        .is_some_and(|f| f.code == "community_needed")
                    {
                        // Whose settings name this account as their own is most likely meant; else where one is at work.
                        let likely = problem.errors.iter().find_map(|f| f.params.get("suggested").cloned());
                        let likely =
                            likely.or_else(|| place.community.try_get_untracked().flatten().map(|id| id.to_string()));
                        let one = here.with(|| Waiting {
                            key,
                            name: file.name(),
                            reason,
                            file: StoredValue::new_local(file),
                            community: RwSignal::new(likely.unwrap_or_default()),
                        });
                        let _gone = waiting.try_update(|all| all.push(one));
                    }
                }
            }
        });
    });
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        let alone = files.len() == 1;
        known.set(vec![]);
        // Whose account it is the file says, or somebody is asked: an account stays with the community it was given to.
        for file in files {
            send.with_value(|send| send(file, String::new(), alone));
        }
    });
    let on_cancel = Callback::new(move |key: String| {
        let sent = under_way.try_update_value(|all| {
            let at = all.iter().position(|(other, _)| *other == key);
            at.map(|at| all.swap_remove(at).1)
        });
        if let Some(sent) = sent.flatten() {
            sent.cancel();
        }
        uploads.update(|all| all.retain(|u| u.key != key));
        waiting.update(|all| all.retain(|w| w.key != key));
    });
    let again = Callback::new(move |one: Waiting| {
        let alone = waiting.with_untracked(|all| all.len() == 1);
        uploads.update(|all| all.retain(|u| u.key != one.key));
        waiting.update(|all| all.retain(|w| w.key != one.key));
        let community = one.community.get_untracked();
        one.file
            .with_value(|file| send.with_value(|send| send(file.clone(), community, alone)));
    });
    view! {
        <Card title=t::upload_title subtitle=t::upload_text>
            <div class="stack-4">
                <FileDrop label=t::upload_title hint=TextProp::from(t::upload_hint) on_files=on_files uploads=uploads on_cancel=on_cancel
                    accept=".sta,.mt940,.940,.txt,.xml,.camt,.ofx,.qfx,.csv,.xlsx,.xls,.ods"/>
                <Show when=move || known.with(|all| !all.is_empty())>
                    <Callout tone="info" title=t::known_title>
                        <ul>{move || known.get().into_iter().map(|(name, id)| view! {
                            <li>{t::known_text(name)}" "<A href=format!("/bank-statements/{id}")>{t::known_open}</A></li>
                        }).collect_view()}</ul>
                    </Callout>
                </Show>
                <For each=move || waiting.get() key=|one| one.key.clone() let:one>
                    <Ask one options again/>
                </For>
            </div>
        </Card>
    }
    .into_any()
}

/// Whose bank account is it: asked once for each account that nobody has seen before.
#[component]
fn Ask(one: Waiting, options: Signal<Vec<(String, String)>>, again: Callback<Waiting>) -> impl IntoView {
    let community = one.community;
    let (name, reason) = (one.name.clone(), one.reason.clone());
    view! {
        <Callout tone="warn" title=name>
            <p>{reason}</p>
            <div class="row wrap bank_statements-ask">
                <Select label=t::community value=community options=options empty=t::choose_community/>
                <Button label=t::take_in kind=ButtonKind::Primary icon="check"
                    disabled=Signal::derive(move || community.with(String::is_empty)) on_click=move |_| again.run(one.clone())/>
            </div>
        </Callout>
    }
    .into_any()
}
