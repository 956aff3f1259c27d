//! Keys that programs sent and no field has, as candidates of the schema.

use super::schema::Desk;
use super::words::{kind_words, raw};
use crate::kernel::{Load, i18n::t};
use crate::ui::*;
use kept_shared::metadata::*;
use leptos::prelude::*;

/// Those of the entity on show; nothing where there are none.
#[component]
pub(super) fn Unmapped(desk: Desk, all: Load<Vec<UnmappedKey>>) -> impl IntoView {
    let here = Memo::new(move |_| {
        let entity = desk.entity.get();
        let of = |all: &Vec<UnmappedKey>| all.iter().filter(|u| u.entity == entity).cloned().collect::<Vec<_>>();
        all.value.with(|all| all.as_ref().map(of).unwrap_or_default())
    });
    view! {
        {move || all.problem.get().map(|problem| view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| all.reload()/> })}
        <Show when=move || here.with(|h| !h.is_empty())>
            <div class="metadata-unmapped">
            <Card title=t::metadata::unmapped_title subtitle=t::metadata::unmapped_text flush=true>
                <ul class="plain-list metadata-keys">
                    {move || here.get().into_iter().map(|u| line(desk, u)).collect_view()}
                </ul>
            </Card>
            </div>
        </Show>
    }
    .into_any()
}

fn line(desk: Desk, u: UnmappedKey) -> AnyView {
    let rows = usize::try_from(u.rows).unwrap_or_default();
    let samples = u.samples.iter().map(raw).collect::<Vec<_>>().join(" · ");
    let (key, label) = (u.key.clone(), t::metadata::map_key(&u.key));
    let map = match u.kind {
        Some(kind) => view! {
            <button type="button" class="btn btn-sm push" aria-label=label on:click=move |_| desk.add(key.clone(), kind)><Icon name="plus"/><span>{t::metadata::map}</span></button>
        }
        .into_any(),
        None => view! { <small class="soft push">{t::metadata::unfit}</small> }.into_any(),
    };
    let kind = u
        .kind
        .map(|kind| view! { <small class="faint">{kind_words(kind)}</small> });
    view! {
        <li class="row wrap">
            <span class="metadata-candidate"><b class="mono">{u.key}</b>" "{kind}<small class="soft">{t::metadata::on_rows(rows)}" · "{samples}</small></span>
            {map}
        </li>
    }
    .into_any()
}
