//! The first step: the upload.

use super::{steps, words};
use crate::kernel::{
    api::{new_key, use_api},
    i18n::t::imports as t,
    upload::Upload as Sending,
    use_session,
};
use crate::shell::use_place;
use crate::ui::{
    Breadcrumbs, Button, Callout, Card, FileDrop, FileState, NoPermission, PageHead, Select, Stepper, Upload,
    use_toasts,
};
use kept_shared::imports::{Import, ImportKind};
use kept_shared::permission::Permission;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_navigate;

/// The first step: where to, and which file.
#[component]
pub fn NewImport() -> impl IntoView {
    let (api, session, toasts, navigate) = (use_api(), use_session(), use_toasts(), use_navigate());
    let place = use_place();
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
    // Where there is only one to choose, it is chosen.
    Effect::new(move |_| {
        if let [(only, _)] = options.get().as_slice() {
            community.set(only.clone());
        }
    });
    let uploads: RwSignal<Vec<Upload>> = RwSignal::new(vec![]);
    let refused: RwSignal<Option<String>> = RwSignal::new(None);
    let sending = StoredValue::new(None::<Sending>);
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        let Some(file) = files.into_iter().next() else { return };
        let (sent, state) = (Sending::default(), RwSignal::new(FileState::Sending(0)));
        sending.set_value(Some(sent));
        refused.set(None);
        Effect::new(move |_| {
            let percent = sent.progress.get();
            if matches!(state.get_untracked(), FileState::Sending(_)) {
                state.set(FileState::Sending(percent));
            }
        });
        // A file larger than the limit is refused by the server, too; saying so at once saves the wait.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sizes of files are whole numbers"
        )]
        let bytes = file.size() as u64;
        uploads.set(vec![Upload {
            key: new_key(),
            name: file.name(),
            bytes,
            state: state.into(),
        }]);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let id = community.get_untracked();
            let answer = api
                .upload::<Import>("/imports", &[("community_id", &id)], ("file", &file), sent, &new_key())
                .await;
            match answer {
                Ok(import) => {
                    let _gone = state.try_set(FileState::Done);
                    navigate(&format!("/imports/{}", import.id), Default::default());
                }
                Err(problem) => {
                    let reason = words::refusal(&problem);
                    let _gone = state.try_set(FileState::Failed(reason.clone()));
                    let _gone = refused.try_set(Some(reason));
                }
            }
        });
    });
    let on_cancel = Callback::new(move |_: String| {
        if let Some(sent) = sending.get_value() {
            sent.cancel();
        }
        uploads.set(vec![]);
        refused.set(None);
    });
    let template = move |kind: ImportKind| {
        Callback::new(move |_| {
            leptos::task::spawn_local(async move {
                if let Err(problem) = api.download(&format!("/imports/template?kind={kind}")).await {
                    toasts.bad(crate::kernel::i18n::problem_text(&problem));
                }
            });
        })
    };
    view! {
        <div class="page page-narrow">
            <Breadcrumbs trail=vec![("/imports".to_owned(), t::title.into())] here=t::new/>
            <PageHead title=t::new/>
            <Stepper steps=steps() at=0/>
            <Show when=move || session.may(Permission::CreateImports) fallback=|| view! { <NoPermission/> }>
                <Card title=t::step_upload>
                    <div class="stack-4">
                        <Select label=t::community hint=t::community_hint value=community options=options empty=t::community_by_column/>
                        <FileDrop label=t::file_label hint=TextProp::from(t::file_hint) on_files=on_files uploads=uploads on_cancel=on_cancel accept=".csv,.txt,.xlsx,.xls,.ods" multiple=false/>
                        {move || refused.get().map(|reason| view! { <Callout tone="bad"><p>{t::not_read(reason)}</p></Callout> })}
                    </div>
                </Card>
                <Card title=t::templates subtitle=t::template_text>
                    <div class="row wrap">
                        {[ImportKind::Invoices, ImportKind::Balances, ImportKind::Customers].into_iter().map(|kind| view! {
                            <Button label=move || words::kind(kind) icon="file-down" on_click=template(kind)/>
                        }).collect_view()}
                    </div>
                </Card>
            </Show>
        </div>
    }
    .into_any()
}
