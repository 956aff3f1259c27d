//! The command palette: a combobox in a native dialog. Pages and commands by their names; customers, units and claims by
//! whatever is known of them.

use super::side::shows;
use crate::{
    cards::use_cards,
    features::NAV,
    kernel::{i18n::t, prefs::use_look, use_session},
    search::{HitFace, Stand, customers, icon, search, way},
    ui::Icon,
};
use kept_shared::permission::Permission;
use kept_shared::search::SearchHit;
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// Whether the palette is open, and what for.
#[derive(Clone, Copy)]
pub struct PaletteState {
    open: RwSignal<bool>,
    /// Customers only: somebody's call is matched to their record.
    customers: RwSignal<bool>,
}

impl PaletteState {
    pub(super) fn provide() -> Self {
        let state = Self {
            open: RwSignal::new(false),
            customers: RwSignal::new(false),
        };
        provide_context(state);
        state
    }
    pub fn show(self) {
        self.customers.set(false);
        self.open.set(true);
    }
    pub fn find_customer(self) {
        self.customers.set(true);
        self.open.set(true);
    }
    pub(super) fn toggle(self) {
        if self.open.get_untracked() {
            self.open.set(false);
        } else {
            self.show();
        }
    }
}

/// The palette; inside the shell.
pub fn use_palette() -> PaletteState {
    expect_context()
}

#[derive(Clone, PartialEq)]
enum What {
    Go(&'static str),
    Hit(SearchHit),
    /// The list of customers by what was typed.
    Find,
    Theme,
    Density,
    SignOut,
}

#[derive(Clone, PartialEq)]
struct Line {
    what: What,
    icon: &'static str,
    label: String,
}

/// The lines in the order of the arrow keys: pages and commands, then what was found.
#[derive(Clone, Default, PartialEq)]
struct Lines {
    commands: Vec<Line>,
    hits: Vec<Line>,
}

impl Lines {
    fn len(&self) -> usize {
        self.commands.len() + self.hits.len()
    }
    fn at(&self, n: usize) -> Option<&Line> {
        self.commands.iter().chain(&self.hits).nth(n)
    }
}

/// What can be done by name.
fn commands(wanted: &str) -> Vec<Line> {
    let session = use_session();
    let line = |what, icon, label: &str| Line {
        what,
        icon,
        label: label.to_owned(),
    };
    let pages = NAV.iter().flat_map(|g| g.items.iter()).filter(|i| shows(session, i));
    let mut all: Vec<Line> = pages.map(|i| line(What::Go(i.href), i.icon, (i.label)())).collect();
    all.push(line(What::Go("/profile"), "user", t::shell::profile()));
    all.push(line(What::Theme, "moon", t::shell::switch_theme()));
    all.push(line(What::Density, "rows-3", t::shell::switch_density()));
    all.push(line(What::SignOut, "log-out", t::shell::sign_out()));
    all.retain(|l| l.label.to_lowercase().contains(wanted));
    all
}

#[component]
pub fn Palette() -> impl IntoView {
    let PaletteState { open, customers: only } = use_palette();
    let (node, field) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new());
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            typed.set(String::new());
            let _already_open = dialog.show_modal();
            if let Some(input) = field.get_untracked() {
                let _not_focusable = input.focus();
            }
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let may_find = Signal::derive(move || open.get() && use_session().may(Permission::ViewAccounts));
    let found = search(typed, may_find);
    let stand = Memo::new(move |_| if may_find.get() { found.stand() } else { Stand::Quiet });
    let lines = Memo::new(move |_| {
        let wanted = typed.with(|t| t.trim().to_lowercase());
        let hits = match stand.get() {
            Stand::Found(answer) if only.get() => customers(answer.hits),
            Stand::Found(answer) => answer.hits,
            Stand::Quiet | Stand::Searching | Stand::Failed(_) => vec![],
        };
        let mut hits: Vec<Line> = hits
            .into_iter()
            .map(|hit| Line {
                icon: icon(&hit),
                label: String::new(),
                what: What::Hit(hit),
            })
            .collect();
        if !wanted.is_empty() && may_find.get() {
            hits.push(Line {
                what: What::Find,
                icon: "users",
                label: t::shell::find_customers(typed.with(|t| t.trim().to_owned())),
            });
        }
        let commands = if only.get() { vec![] } else { commands(&wanted) };
        Lines { commands, hits }
    });
    // What was found comes later and below: the choice stays where it is.
    Effect::new(move |_| {
        typed.track();
        at.set(0);
    });
    let run = runner(open, only, typed);
    let key = move |e: ev::KeyboardEvent| {
        let n = lines.with(Lines::len).max(1);
        match e.key().as_str() {
            "ArrowDown" => at.update(|a| *a = (*a + 1) % n),
            "ArrowUp" => at.update(|a| *a = (*a + n - 1) % n),
            "Enter" => {
                if let Some(line) = lines.with(|l| l.at(at.get()).cloned()) {
                    run.run(line.what);
                }
            }
            _ => return,
        }
        e.prevent_default();
        // What Enter runs may have taken the palette, and the page, away by then.
        request_animation_frame(move || {
            if let Some(at) = at.try_get_untracked() {
                into_view(at);
            }
        });
    };
    let option = move |n: usize, line: Line| {
        let what = line.what.clone();
        let face = match line.what {
            What::Hit(hit) => view! { <HitFace hit/> }.into_any(),
            What::Go(_) | What::Find | What::Theme | What::Density | What::SignOut => line.label.into_any(),
        };
        view! {
            <li id=format!("cmd-{n}") role="option" aria-selected=move || (at.get() == n).to_string()
                on:click=move |_| run.run(what.clone()) on:pointermove=move |_| at.set(n)>
                <Icon name=line.icon size=17/>{face}
            </li>
        }
    };
    let group = move |label: &'static str, from: usize, all: Vec<Line>| {
        (!all.is_empty()).then(|| {
            let options = all
                .into_iter()
                .enumerate()
                .map(|(n, line)| option(from + n, line))
                .collect_view();
            view! {
                <div role="group" aria-label=label class="palette-group">
                    <p aria-hidden="true">{label}</p><ul role="presentation">{options}</ul>
                </div>
            }
        })
    };
    view! {
        <dialog node_ref=node class="palette" aria-label=t::shell::palette on:close=move |_| open.set(false)>
            <div class="palette-in">
                <div class="palette-q"><Icon name="search" size=18/>
                    <input type="text" node_ref=field role="combobox" aria-expanded="true" aria-controls="palette-list" autocomplete="off" maxlength="200"
                        aria-label=move || if only.get() { t::search::find_customer() } else { t::shell::find() }
                        aria-autocomplete="list" aria-activedescendant=move || lines.with(|l| l.at(at.get()).map(|_| format!("cmd-{}", at.get())))
                        placeholder=move || if only.get() { t::search::hint() } else { t::shell::palette_hint() } bind:value=typed on:keydown=key/>
                    <kbd>"Esc"</kbd></div>
                <div id="palette-list" class="palette-list" role="listbox" aria-label=t::shell::results>
                    {move || {
                        let Lines { commands, hits } = lines.get();
                        let from = commands.len();
                        view! { {group(t::search::pages(), 0, commands)}{group(t::search::results(), from, hits)} }
                    }}
                </div>
                <p class="palette-note" role="status" class:is-bad=move || matches!(stand.get(), Stand::Failed(_))>{move || note(&stand.get())}</p>
            </div>
        </dialog>
    }
    .into_any()
}

/// What is said of the search, to eyes and to screen readers.
fn note(stand: &Stand) -> String {
    match stand {
        Stand::Quiet => String::new(),
        Stand::Searching => t::search::searching().to_owned(),
        Stand::Failed(problem) => crate::kernel::i18n::problem_text(problem),
        Stand::Found(answer) if answer.hits.is_empty() => t::search::none().to_owned(),
        Stand::Found(answer) if answer.has_more => t::search::more(answer.hits.len()),
        Stand::Found(answer) => t::search::found(answer.hits.len()),
    }
}

/// Scrolls the list, and the list alone, until a line is in view.
fn into_view(n: usize) {
    let by_id = |id: &str| {
        document()
            .get_element_by_id(id)
            .and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok())
    };
    let (Some(list), Some(line)) = (by_id("palette-list"), by_id(&format!("cmd-{n}"))) else {
        return;
    };
    let (top, bottom) = (line.offset_top(), line.offset_top() + line.offset_height());
    if n == 0 {
        list.set_scroll_top(0);
    } else if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

/// Does what a line says.
fn runner(open: RwSignal<bool>, only: RwSignal<bool>, typed: RwSignal<String>) -> Callback<What> {
    let (session, look, cards, navigate) = (use_session(), use_look(), use_cards(), use_navigate());
    Callback::new(move |what: What| {
        open.set(false);
        match what {
            What::Go(to) => cards.leave(to.to_owned()),
            What::Hit(hit) => {
                let to = way(&hit, only.get_untracked(), |id| untrack(|| cards.address(id)));
                if let Some(to) = to {
                    cards.leave(to);
                }
            }
            What::Find => {
                let q = typed.with_untracked(|t| crate::kernel::url::encode(t.trim()));
                cards.leave(format!("/accounts?q={q}"));
            }
            What::SignOut => {
                let navigate = navigate.clone();
                leptos::task::spawn_local(async move {
                    session.sign_out().await;
                    navigate("/sign-in", Default::default());
                });
            }
            What::Theme => {
                let next = if look.is_dark() { "light" } else { "dark" };
                look.theme.set(next.into());
            }
            What::Density => look.density.update(|d| {
                *d = if d == "compact" {
                    "comfortable".into()
                } else {
                    "compact".into()
                }
            }),
        }
    })
}
