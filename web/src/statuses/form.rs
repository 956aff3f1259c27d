//! Adding and editing a status.

use crate::kernel::{
    api::use_api,
    i18n::{problem_text, t},
};
use crate::ui::{Button, Callout, Checkbox, Dialog, Pill, Select, SubmitButton, TextInput, use_toasts};
use kept_shared::{
    handovers::CloseCode,
    problem::{Code, Problem},
    statuses::*,
};
use leptos::prelude::*;

pub(super) fn kind_words(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Notice => t::statuses::kind_notice(),
        StatusKind::Debt => t::statuses::kind_debt(),
        StatusKind::Interest => t::statuses::kind_interest(),
        StatusKind::Legal => t::statuses::kind_legal(),
    }
}

fn tone_words(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => t::statuses::tone_neutral(),
        Tone::Info => t::statuses::tone_info(),
        Tone::Good => t::statuses::tone_good(),
        Tone::Warn => t::statuses::tone_warn(),
        Tone::Bad => t::statuses::tone_bad(),
        Tone::Violet => t::statuses::tone_violet(),
        Tone::Ink => t::statuses::tone_ink(),
    }
}

/// The words of a flaw this form can have.
fn flaw_words(problem: RwSignal<Option<Problem>>, pointer: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let code = problem.with(|p| p.as_ref()?.flaw(pointer).map(|f| f.code.clone()))?;
        let words = match code.as_str() {
            "taken" => t::statuses::taken(),
            "blank_inside" => t::statuses::blank_inside(),
            "required" => t::statuses::needed(),
            "too_long" => t::statuses::too_long(),
            _ => t::statuses::flaw_other(),
        };
        Some(words.to_owned())
    })
}

/// The form in its dialog. `editing` is `None` for a new status.
#[component]
pub fn StatusDialog(open: RwSignal<bool>, editing: Option<Status>, on_saved: Callback<()>) -> impl IntoView {
    let title = if editing.is_some() {
        t::statuses::edit_title()
    } else {
        t::statuses::add_title()
    };
    let editing = StoredValue::new(editing);
    view! { <Dialog open title>{move || view! { <Form open editing=editing.get_value() on_saved/> }}</Dialog> }
        .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, editing: Option<Status>, on_saved: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let was = editing.clone();
    let flag = |of: fn(&Status) -> bool| RwSignal::new(was.as_ref().is_some_and(of));
    let kind = RwSignal::new(was.as_ref().map_or(StatusKind::Debt, |s| s.kind).as_str().to_owned());
    let code = RwSignal::new(was.as_ref().map(|s| s.code.clone()).unwrap_or_default());
    let name = RwSignal::new(was.as_ref().map(|s| s.title.clone()).unwrap_or_default());
    let tone = RwSignal::new(was.as_ref().map_or(Tone::Neutral, |s| s.tone).as_str().to_owned());
    let position = RwSignal::new(was.as_ref().map_or(500, |s| s.position).to_string());
    let closes = RwSignal::new(String::new());
    let is_handover = flag(|s| s.is_handover);
    let attorney_allowed = flag(|s| s.attorney_allowed);
    let is_terminal = flag(|s| s.is_terminal);
    let notice_exempt = flag(|s| s.notice_exempt);
    let interest_exempt = flag(|s| s.interest_exempt);
    let contact_hold = flag(|s| s.contact_hold);
    let is_active = RwSignal::new(was.as_ref().is_none_or(|s| s.is_active));
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let is_new = editing.is_none();
    let send = move || {
        let wish = NewStatus {
            kind: kind.get_untracked().parse().unwrap_or(StatusKind::Debt),
            code: code.get_untracked().trim().to_owned(),
            title: name.get_untracked().trim().to_owned(),
            tone: tone.get_untracked().parse().unwrap_or(Tone::Neutral),
            is_handover: is_handover.get_untracked(),
            attorney_allowed: attorney_allowed.get_untracked(),
            is_terminal: is_terminal.get_untracked(),
            notice_exempt: notice_exempt.get_untracked(),
            interest_exempt: interest_exempt.get_untracked(),
            contact_hold: contact_hold.get_untracked(),
            collection_fee: editing.as_ref().is_some_and(|s| s.collection_fee),
            closes_handover: if is_new {
                closes.get_untracked().parse::<CloseCode>().ok()
            } else {
                editing.as_ref().and_then(|s| s.closes_handover)
            },
            position: position.get_untracked().trim().parse().unwrap_or(-1),
        };
        let flaws = wish.flaws();
        if !flaws.is_empty() {
            problem.set(Some(Problem::of(Code::NotAcceptable).with_errors(flaws.0)));
            return;
        }
        problem.set(None);
        busy.set(true);
        let before = editing.clone();
        leptos::task::spawn_local(async move {
            let answer = match before {
                None => api.create_status(&wish).await.map(drop),
                Some(status) => {
                    let patch = StatusPatch {
                        code: Some(wish.code),
                        title: Some(wish.title),
                        tone: Some(wish.tone),
                        attorney_allowed: Some(wish.attorney_allowed),
                        is_terminal: Some(wish.is_terminal),
                        notice_exempt: Some(wish.notice_exempt),
                        interest_exempt: Some(wish.interest_exempt),
                        contact_hold: Some(wish.contact_hold),
                        collection_fee: None,
                        position: Some(wish.position),
                        is_active: Some(is_active.get_untracked()),
                    };
                    api.change_status(status.id, status.version, &patch).await.map(drop)
                }
            };
            let _gone = busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.good(if is_new {
                        t::statuses::added()
                    } else {
                        t::statuses::saved()
                    });
                    open.set(false);
                    on_saved.run(());
                }
                Err(p) => {
                    let _gone = problem.try_set(Some(p));
                }
            }
        });
    };
    let kinds = Signal::derive(|| {
        StatusKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), kind_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let tones = Signal::derive(|| {
        Tone::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), tone_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let codes = Signal::derive(|| {
        CloseCode::ALL
            .iter()
            .map(|c| (c.as_str().to_owned(), crate::notes::close_words(*c).to_owned()))
            .collect::<Vec<_>>()
    });
    let tone_of = move || tone.get().parse::<Tone>().map_or("neutral", crate::notes::tone_class);
    let general = move || {
        problem.get().filter(|p| {
            p.errors
                .iter()
                .all(|e| !matches!(e.pointer.as_str(), "/code" | "/title"))
        })
    };
    view! {
        <form on:submit=move |e| { e.prevent_default(); send(); }>
            <div class="dialog-body">
                <div class="form-grid">
                    <Select label=t::statuses::kind value=kind options=kinds disabled=!is_new/>
                    <TextInput label=t::statuses::code value=code hint=t::statuses::code_hint required=true maxlength=6 problem pointer="/code" error=flaw_words(problem, "/code")/>
                    <TextInput label=t::statuses::title value=name required=true maxlength=60 problem pointer="/title" error=flaw_words(problem, "/title")/>
                    <TextInput label=t::statuses::position value=position/>
                    <Select label=t::statuses::tone value=tone options=tones/>
                    <p class="statuses-look"><Pill tone=Signal::derive(tone_of) label=Signal::derive(move || name.get())/></p>
                </div>
                <fieldset>
                    <legend>{t::statuses::effects}</legend>
                    <div class="checks-column">
                        {is_new.then(|| view! { <Checkbox label=t::statuses::is_handover checked=is_handover/> })}
                        <Checkbox label=t::statuses::attorney_allowed checked=attorney_allowed/>
                        <Checkbox label=t::statuses::notice_exempt checked=notice_exempt/>
                        <Checkbox label=t::statuses::interest_exempt checked=interest_exempt/>
                        <Checkbox label=t::statuses::contact_hold checked=contact_hold/>
                        <Checkbox label=t::statuses::is_terminal checked=is_terminal/>
                        {(!is_new).then(|| view! { <Checkbox label=t::statuses::active checked=is_active/> })}
                    </div>
                </fieldset>
                {is_new.then(|| view! { <Select label=t::statuses::closes value=closes options=codes empty=t::common::no/> })}
                {move || general().map(|p| {
                    let text = if p.is(Code::ChangedMeanwhile) { t::statuses::changed_meanwhile().to_owned() } else { problem_text(&p) };
                    view! { <Callout tone="bad"><p>{text}</p></Callout> }
                })}
            </div>
            <div class="dialog-foot">
                <Button label=t::statuses::cancel disabled=busy on_click=move |_| open.set(false)/>
                <SubmitButton label=t::statuses::save busy/>
            </div>
        </form>
    }
    .into_any()
}
