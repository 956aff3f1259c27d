//! Choosing several in a toolbar: a button that says what is chosen, and a list of tick boxes below it.

use super::{
    popup::{close_outside, on_escape},
    small::Icon,
    unique_id,
};
use crate::kernel::i18n::t;
use leptos::{html, prelude::*, text_prop::TextProp};

/// More options than this are not drawn at once; typing narrows them.
const DRAWN: usize = 200;
/// From so many options on the list has a search field.
const SEARCHED: usize = 9;

/// Several of `options` (id, label); nothing chosen means no filter, and then the button shows the `label` alone.
/// `all` offers to choose all that the search shows, and a search field however short the list is.
#[component]
pub fn FilterMulti(
    #[prop(into)] label: TextProp,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    chosen: RwSignal<Vec<String>>,
    #[prop(optional)] all: bool,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    close_outside(root, open);
    let id = unique_id("filter");
    let words = label.clone();
    let face = move || {
        chosen.with(|chosen| match chosen.as_slice() {
            [] => words.get().to_string(),
            [one] => options.with(|o| {
                let name = o.iter().find(|(id, _)| id == one).map(|(_, label)| label.clone());
                name.unwrap_or_else(|| t::ui::filter_count(words.get(), 1))
            }),
            several => t::ui::filter_count(words.get(), several.len()),
        })
    };
    let name = label.clone();
    let list_id = id.clone();
    view! {
        <div class="menu menu-start" node_ref=root on:keydown=on_escape(root, open)>
            <button type="button" class="btn filter-btn" class:is-on=move || chosen.with(|c| !c.is_empty()) aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string() aria-controls=list_id aria-label=move || {
                    let (name, face) = (label.get().to_string(), face());
                    if face.starts_with(&name) { face } else { format!("{name}: {face}") }
                } on:click=move |_| open.update(|o| *o = !*o)>
                <span class="truncate">{face.clone()}</span><Icon name="chevron-down" size=14/>
            </button>
            <Show when=move || open.get()><Choices id=id.clone() name=name.clone() options chosen all/></Show>
        </div>
    }
    .into_any()
}

#[component]
fn Choices(
    id: String,
    name: TextProp,
    options: Signal<Vec<(String, String)>>,
    chosen: RwSignal<Vec<String>>,
    all: bool,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _not_focusable = field.focus();
        }
    });
    let found = Memo::new(move |_| {
        let wanted = typed.get().trim().to_lowercase();
        options.with(|o| {
            let hits = o.iter().filter(|(_, label)| label.to_lowercase().contains(&wanted));
            hits.take(DRAWN).cloned().collect::<Vec<_>>()
        })
    });
    let tick = move |id: &str, on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|c| c != id);
            if on {
                chosen.push(id.to_owned());
            }
        });
    };
    let every = move || {
        found.with(|found| !found.is_empty() && chosen.with(|chosen| found.iter().all(|(id, _)| chosen.contains(id))))
    };
    let tick_all = move |on: bool| {
        found.with_untracked(|found| {
            chosen.update(|chosen| {
                chosen.retain(|c| !found.iter().any(|(id, _)| id == c));
                if on {
                    chosen.extend(found.iter().map(|(id, _)| id.clone()));
                }
            });
        });
    };
    view! {
        <div class="menu-list filter-list" role="dialog" id=id aria-label=move || name.get()>
            <Show when=move || all || options.with(|o| o.len() >= SEARCHED)>
                <div class="input-wrap">
                    <Icon name="search"/>
                    <input type="search" node_ref=field aria-label=t::ui::pick_search placeholder=t::ui::pick_search autocomplete="off" bind:value=typed/>
                </div>
            </Show>
            <Show when=move || all && found.with(|f| f.len() > 1)>
                <label class="check filter-all">
                    <input type="checkbox" prop:checked=every on:change=move |e| tick_all(event_target_checked(&e))/>
                    <span>{t::ui::pick_all}</span>
                </label>
            </Show>
            <ul>
                <For each=move || found.get() key=|row| row.clone() let((id, label))>
                    {
                        let own = id.clone();
                        view! {
                            <li><label class="check">
                                <input type="checkbox" prop:checked=move || chosen.with(|c| c.contains(&own)) on:change=move |e| tick(&id, event_target_checked(&e))/>
                                <span>{label}</span>
                            </label></li>
                        }
                    }
                </For>
            </ul>
            <Show when=move || found.with(Vec::is_empty)><p class="pop-none" role="status">{t::ui::pick_none}</p></Show>
            <Show when=move || chosen.with(|c| !c.is_empty())>
                <button type="button" class="btn btn-ghost btn-sm filter-clear" on:click=move |_| chosen.set(vec![])>{t::ui::clear_selection}</button>
            </Show>
        </div>
    }
    .into_any()
}
