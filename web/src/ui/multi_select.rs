//! Choosing several of many: type to find, tick in the list, see what is chosen as chips.

use super::{
    field::{Frame, field_error},
    small::Icon,
    unique_id,
};
use crate::kernel::i18n::t;
use kept_shared::problem::Problem;
use leptos::{ev, html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

/// More options than this are not drawn at once; typing narrows them.
const DRAWN: usize = 200;
/// More chips than this become one chip with their number.
const CHIPS: usize = 4;

/// Several of `options` (id, label). `chosen` keeps ids in the order of choice. `all` offers "select all" of what the search shows.
#[component]
pub fn MultiSelect(
    #[prop(into)] label: TextProp,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    chosen: RwSignal<Vec<String>>,
    #[prop(optional, into)] placeholder: Option<TextProp>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(default = true)] all: bool,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let id = unique_id("multi");
    let error = field_error(problem, pointer, None, move || chosen.track());
    let control = Control {
        options,
        chosen,
        all,
        invalid: Signal::derive(move || error.with(Option::is_some)),
    };
    let placeholder = placeholder.unwrap_or_else(|| t::ui::pick_search.into());
    let name = label.clone();
    Frame {
        id: id.clone(),
        label,
        hint,
        required,
        pointer,
        error,
        room: None,
        class,
    }
    .around(view! { {control.view(id, name, placeholder)} })
}

#[derive(Clone, Copy)]
struct Control {
    options: Signal<Vec<(String, String)>>,
    chosen: RwSignal<Vec<String>>,
    all: bool,
    invalid: Signal<bool>,
}

impl Control {
    fn toggle(self, id: &str) {
        self.chosen.update(|chosen| {
            if let Some(i) = chosen.iter().position(|c| c == id) {
                chosen.remove(i);
            } else {
                chosen.push(id.to_owned());
            }
        });
    }

    fn view(self, id: String, name: TextProp, placeholder: TextProp) -> AnyView {
        let Self {
            options,
            chosen,
            all,
            invalid,
        } = self;
        let (open, query, cursor) = (
            RwSignal::new(false),
            RwSignal::new(String::new()),
            RwSignal::new(0_usize),
        );
        let root = NodeRef::<html::Div>::new();
        let input = NodeRef::<html::Input>::new();
        let found = Memo::new(move |_| {
            let wanted = query.get().trim().to_lowercase();
            options.with(|o| {
                o.iter()
                    .filter(|(_, label)| label.to_lowercase().contains(&wanted))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        });
        let shown = move || found.with(|f| f.iter().take(DRAWN).cloned().enumerate().collect::<Vec<_>>());
        let every = move || found.with(|f| !f.is_empty() && chosen.with(|c| f.iter().all(|(id, _)| c.contains(id))));
        let toggle_all = move || {
            let on = !every();
            found.with_untracked(|f| {
                chosen.update(|c| {
                    c.retain(|id| !f.iter().any(|(other, _)| other == id));
                    if on {
                        c.extend(f.iter().map(|(id, _)| id.clone()));
                    }
                });
            });
        };
        let outside = window_event_listener(ev::pointerdown, move |e| {
            let within = root.get_untracked().is_some_and(|root| {
                e.target()
                    .and_then(|t| t.dyn_into::<web_sys::Node>().ok())
                    .is_some_and(|at| root.contains(Some(&at)))
            });
            if !within {
                open.set(false);
            }
        });
        on_cleanup(move || outside.remove());
        let list_id = format!("{id}-list");
        let stem = list_id.clone();
        let at_cursor = {
            let stem = stem.clone();
            move || open.get().then(|| format!("{stem}-{}", cursor.get()))
        };
        let keep_in_view = move |i: usize| {
            if let Some(option) = document().get_element_by_id(&format!("{stem}-{i}")) {
                option.scroll_into_view_with_bool(false);
            }
        };
        let on_key = move |e: ev::KeyboardEvent| {
            let n = found.with_untracked(Vec::len).min(DRAWN);
            let i = cursor.get_untracked();
            let to = match e.key().as_str() {
                "ArrowDown" => {
                    if open.get_untracked() {
                        (i + 1).min(n.saturating_sub(1))
                    } else {
                        i.min(n.saturating_sub(1))
                    }
                }
                "ArrowUp" => i.saturating_sub(1),
                "Enter" if open.get_untracked() => {
                    e.prevent_default();
                    if let Some((id, _)) = found.with_untracked(|f| f.get(i).cloned()) {
                        self.toggle(&id);
                    }
                    return;
                }
                "Escape" if open.get_untracked() => {
                    e.prevent_default();
                    e.stop_propagation();
                    open.set(false);
                    return;
                }
                "Backspace" if query.with_untracked(String::is_empty) => {
                    chosen.update(|c| drop(c.pop()));
                    return;
                }
                "Tab" => {
                    open.set(false);
                    return;
                }
                _ => return,
            };
            e.prevent_default();
            open.set(true);
            cursor.set(to);
            keep_in_view(to);
        };
        let chips = move || {
            let picked = chosen.get();
            if picked.len() > CHIPS {
                return vec![view! { <span class="chip"><span>{t::ui::pick_count(picked.len())}</span>{remove_button(t::ui::clear_selection().to_owned(), move || chosen.set(vec![]))}</span> }.into_any()];
            }
            options.with(|o| {
                picked
                    .into_iter()
                    .map(|id| {
                        let label = o.iter().find(|(other, _)| *other == id).map_or_else(|| id.clone(), |(_, label)| label.clone());
                        let name = t::ui::remove_item(&label);
                        view! { <span class="chip"><span>{label}</span>{remove_button(name, move || self.toggle(&id))}</span> }.into_any()
                    })
                    .collect()
            })
        };
        let list_name = name.clone();
        let (own_list, row_stem) = (list_id.clone(), list_id.clone());
        view! {
            <div class="multi" node_ref=root data-pop=move || if open.get() { "open" } else { "closed" } on:click=move |_| {
                open.set(true);
                if let Some(input) = input.get_untracked() {
                    let _detached = input.focus();
                }
            }>
                {chips}
                <input id=id.clone() node_ref=input type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded=move || open.get().to_string()
                    aria-controls=list_id aria-activedescendant=at_cursor aria-invalid=move || invalid.get().then_some("true") aria-describedby=format!("{id}-msg")
                    placeholder=move || chosen.with(Vec::is_empty).then(|| placeholder.get().to_string()) prop:value=query
                    on:input=move |e| { query.set(event_target_value(&e)); cursor.set(0); open.set(true); } on:keydown=on_key/>
                <div class="pop" role="listbox" id=own_list aria-multiselectable="true" aria-label=move || list_name.get() hidden=move || !open.get()>
                    <Show when=move || all && open.get() && found.with(|f| f.len() > 1)>
                        <div class="option option-all" role="option" aria-selected=move || every().to_string() on:click=move |e| { e.stop_propagation(); toggle_all(); }>
                            <span class="tick"><Icon name="check" size=15/></span>{t::ui::pick_all}
                        </div>
                    </Show>
                    <Show when=move || found.with(Vec::is_empty)><p class="pop-none" role="option" aria-disabled="true" aria-selected="false">{t::ui::pick_none}</p></Show>
                    <For each=move || if open.get() { shown() } else { vec![] } key=|row| row.clone() let:row>
                        {
                            let (i, (id, label)) = row;
                            let own = id.clone();
                            view! {
                                <div class="option" role="option" id=format!("{row_stem}-{i}") class:at=move || cursor.get() == i
                                    aria-selected=move || chosen.with(|c| c.contains(&own)).to_string()
                                    on:click=move |e| { e.stop_propagation(); cursor.set(i); self.toggle(&id); }>
                                    <span class="tick"><Icon name="check" size=15/></span><span class="truncate">{label}</span>
                                </div>
                            }
                        }
                    </For>
                </div>
            </div>
        }
        .into_any()
    }
}

fn remove_button(name: String, remove: impl Fn() + 'static) -> impl IntoView {
    let tip = name.clone();
    view! {
        <button type="button" tabindex="-1" aria-label=name title=tip on:click=move |e| { e.stop_propagation(); remove(); }><Icon name="x" size=12/></button>
    }
}
