//! Adding a note, a document, or both.

use super::{
    document::{Document, DocumentFields, words},
    draft::draft,
    quick::QuickMenu,
};
use crate::kernel::{
    api::{new_key, use_api},
    i18n::t,
    upload::Upload,
    use_session,
};
use crate::ui::{
    Button, ButtonKind, Callout, Checkbox, ProblemPanel, Select, SubmitButton, TextArea, focus_first_flaw, use_toasts,
};
use kept_shared::{
    ids::{AccountId, NoteId, UnitId},
    notes::{ChoiceUnit, DraftMarks, MAX_NOTE, NewNote, NoteChoices, NoteMail, Visibility, preset_unit},
    permission::Permission,
    problem::Problem,
};
use leptos::{html, prelude::*};

/// The units one may choose from, as a select shows them.
pub(super) fn unit_options(units: &[ChoiceUnit]) -> Vec<(String, String)> {
    let label = |unit: &ChoiceUnit| {
        if unit.is_current {
            unit.code.clone()
        } else {
            t::notes::unit_earlier(&unit.code)
        }
    };
    units.iter().map(|unit| (unit.id.to_string(), label(unit))).collect()
}

/// What a note is about, and its marks.
#[derive(Clone, Copy)]
struct Marks {
    unit: RwSignal<String>,
    unit_trouble: RwSignal<Option<String>>,
    all_units: RwSignal<bool>,
    is_urgent: RwSignal<bool>,
    is_collection: RwSignal<bool>,
    visibility: RwSignal<String>,
}

impl Marks {
    fn new() -> Self {
        Self {
            unit: RwSignal::new(String::new()),
            unit_trouble: RwSignal::new(None),
            all_units: RwSignal::new(false),
            is_urgent: RwSignal::new(false),
            is_collection: RwSignal::new(false),
            visibility: RwSignal::new(String::new()),
        }
    }
    /// The unit there is no choice about is chosen.
    fn preset(self, choices: Option<&NoteChoices>) {
        if let Some(only) = choices.and_then(|c| preset_unit(&c.units))
            && self.unit.with_untracked(String::is_empty)
        {
            self.unit.set(only.to_string());
        }
    }
    /// For a note like the one that was added: the marks are taken away, who reads it stays.
    fn clear(self, choices: Option<&NoteChoices>) {
        self.put(DraftMarks {
            visibility: self.visibility.get_untracked().parse().ok(),
            ..DraftMarks::default()
        });
        self.preset(choices);
    }
    fn put(self, marks: DraftMarks) {
        let visibility = marks.visibility.map(|v| v.as_str().to_owned());
        self.visibility.set(visibility.unwrap_or_default());
        self.unit
            .set(marks.unit_id.map(|id| id.to_string()).unwrap_or_default());
        self.all_units.set(marks.all_units);
        self.is_urgent.set(marks.is_urgent);
        self.is_collection.set(marks.is_collection);
    }
    /// As a draft keeps them.
    fn chosen(self) -> DraftMarks {
        DraftMarks {
            visibility: self.visibility.with(|v| v.parse().ok()),
            unit_id: self.unit.with(|id| id.parse().ok()),
            all_units: self.all_units.get(),
            is_urgent: self.is_urgent.get(),
            is_collection: self.is_collection.get(),
        }
    }
    fn note(self, body: String) -> NewNote {
        let all_units = self.all_units.get_untracked();
        let unit: Option<UnitId> = self.unit.get_untracked().parse().ok();
        let unit = unit.filter(|_| !all_units);
        NewNote {
            body,
            visibility: self.visibility.get_untracked().parse().ok(),
            unit_ids: unit.into_iter().collect(),
            all_units,
            is_urgent: self.is_urgent.get_untracked(),
            is_collection: self.is_collection.get_untracked(),
        }
    }
}

/// The form. `on_added` is called after each note (1) or document (0) that arrived, with how many notes there are more;
/// `on_done` when all of it has. `busy` while something is on its way.
#[component]
pub fn Composer(
    #[prop(into)] account: Signal<AccountId>,
    #[prop(into)] choices: Signal<Option<NoteChoices>>,
    on_added: Callback<i32>,
    #[prop(optional)] on_done: Option<Callback<()>>,
    #[prop(optional)] busy: Option<RwSignal<bool>>,
) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let body = RwSignal::new(String::new());
    let area = NodeRef::<html::Textarea>::new();
    let marks = Marks::new();
    let document = Document::new();
    let trouble = RwSignal::new(None::<String>);
    let busy = busy.unwrap_or_else(|| RwSignal::new(false));
    // A note that arrived while its document did not: the next try sends the document only.
    let note_sent = RwSignal::new(None::<NoteId>);
    // The same note sent again is the same attempt: nothing is written or mailed twice.
    let attempt = StoredValue::new(None::<(NewNote, String)>);
    let upload = Upload::default();
    let chosen = Memo::new(move |_| marks.chosen());
    let choose = Callback::new(move |chosen| {
        marks.put(chosen);
        choices.with_untracked(|c| marks.preset(c.as_ref()));
    });
    let draft = draft(account, body, chosen, choose);
    let holds = move || body.with(|b| !b.trim().is_empty());
    crate::cards::unsaved(
        move || Some(account.get()),
        holds,
        move || draft.is_kept(),
        Callback::new(move |()| body.set(String::new())),
    );
    Effect::new(move |_| choices.with(|c| marks.preset(c.as_ref())));
    // Whoever types on mends what was wrong.
    Effect::new(move |_| {
        body.track();
        trouble.set(None);
    });
    Effect::new(move |_| {
        marks.unit.track();
        marks.all_units.track();
        marks.unit_trouble.set(None);
    });
    let must_choose = move || choices.with_untracked(|c| c.as_ref().is_some_and(|c| c.units.len() > 1));
    let key_for = move |note: &NewNote| {
        if let Some((before, key)) = attempt.get_value()
            && before == *note
        {
            return key;
        }
        let key = new_key();
        attempt.set_value(Some((note.clone(), key.clone())));
        key
    };
    let send = move || {
        let account = account.get_untracked();
        let text = body.get_untracked().trim().to_owned();
        let chosen = document.chosen();
        if text.is_empty() && chosen.is_none() {
            trouble.set(Some(t::notes::note_or_file().into()));
            return;
        }
        let new = marks.note(text);
        let is_new = !new.body.is_empty();
        if is_new && must_choose() && new.unit_ids.is_empty() && !new.all_units {
            marks.unit_trouble.set(Some(t::notes::choose_unit().into()));
            focus_first_flaw();
            return;
        }
        trouble.set(None);
        busy.set(true);
        let wanted = new.visibility;
        leptos::task::spawn_local(async move {
            let mut note = note_sent.get_untracked();
            if is_new {
                draft.hold();
                match api.add_note(account, &new, &key_for(&new)).await {
                    Ok(added) => {
                        note = Some(added.id);
                        let _gone = note_sent.try_set(note);
                        toasts.good(added_words(added.mail));
                        let _gone = on_added.try_run(1);
                        if attempt.try_update_value(|a| *a = None).is_none() {
                            // The form was closed meanwhile; a document that was to follow still does.
                        } else {
                            // The field is free for the next note while a document is still on its way.
                            draft.done();
                            draft.clear();
                            choices.with_untracked(|c| marks.clear(c.as_ref()));
                        }
                    }
                    Err(problem) => {
                        let text = words(&problem);
                        if busy.try_set(false).is_some() {
                            toasts.bad(text);
                        } else {
                            draft.resume();
                            trouble.set(Some(text));
                        }
                        return;
                    }
                }
            }
            if let Some((file, name, kind)) = chosen {
                let note = note.map(|n| n.to_string());
                let mut fields: Vec<(&str, &str)> = vec![("document_type", &kind)];
                if !name.is_empty() {
                    fields.push(("document_name", &name));
                }
                match (&note, wanted) {
                    (Some(note), _) => fields.push(("note_id", note)),
                    (None, Some(wanted)) => fields.push(("visibility", wanted.as_str())),
                    (None, None) => {}
                }
                match api.upload_document(account, &fields, &file, upload, &new_key()).await {
                    Ok(uploaded) => {
                        let text = uploaded
                            .duplicate_of
                            .map_or_else(|| t::notes::uploaded().to_owned(), |same| t::notes::duplicate(same));
                        toasts.good(text);
                        let _gone = on_added.try_run(0);
                    }
                    Err(problem) => {
                        let text = words(&problem);
                        let text = match note {
                            Some(_) => format!("{} {text}", t::notes::upload_failed_after_note()),
                            None => text,
                        };
                        // Where the form is gone, somebody still has to hear of it.
                        if busy.try_set(false).is_some() {
                            toasts.bad(text);
                        } else {
                            trouble.set(Some(text));
                        }
                        return;
                    }
                }
            }
            if busy.try_set(false).is_none() {
                note_sent.set(None);
                document.forget();
            }
            if let Some(on_done) = on_done {
                let _gone = on_done.try_run(());
            }
        });
    };
    let uploading = move || busy.get() && document.file_name.with(Option::is_some) && upload.progress.get() > 0;
    view! {
        <form class="notes-form" on:submit=move |e| { e.prevent_default(); if !busy.get_untracked() { send(); } }>
            <div class="notes-text">
                <TextArea label=t::notes::note value=body node=area placeholder=t::notes::note_hint rows=3 maxlength=MAX_NOTE as u32/>
                <QuickMenu choices body area/>
            </div>
            <MarkFields choices marks/>
            <Show when=move || session.may(Permission::CreateFiles)>
                <DocumentFields document trouble/>
            </Show>
            <Show when=move || !session.is_attorney() fallback=|| view! { <p class="soft"><small>{t::notes::shared_always}</small></p> }>
                <WhoReads visibility=marks.visibility/>
            </Show>
            {move || choices.with(|c| c.as_ref().and_then(|c| c.mail)).map(mail_hint)}
            {move || trouble.get().map(|text| view! { <Callout tone="bad"><p>{text}</p></Callout> })}
            <Show when=uploading>
                <p class="row"><span class="meter grow"><i style:width=move || format!("{}%", upload.progress.get())></i></span>
                    <span class="num soft">{move || t::notes::uploading(upload.progress.get())}</span>
                    <Button label=t::notes::cancel_upload class="btn-sm" on_click=move |_| upload.cancel()/></p>
            </Show>
            <div class="row wrap">
                <SubmitButton busy label=Signal::derive(move || {
                    if document.file_name.get().is_some() && body.with(|b| b.trim().is_empty()) { t::notes::upload() } else { t::notes::add() }
                })/>
                <Show when=move || document.file_name.with(Option::is_some) && !busy.get()>
                    <Button label=t::notes::remove_file_short kind=ButtonKind::Ghost on_click=move |_| { document.forget(); note_sent.set(None); }/>
                </Show>
                <small class="soft" role="status">{move || draft.words()}</small>
            </div>
        </form>
    }
    .into_any()
}

fn added_words(mail: Option<NoteMail>) -> &'static str {
    match mail {
        None => t::notes::added(),
        Some(NoteMail::Queued) => t::notes::added_mailed(),
        Some(NoteMail::NoAddress) => t::notes::added_no_address(),
    }
}

fn mail_hint(mail: NoteMail) -> AnyView {
    match mail {
        NoteMail::Queued => view! { <p class="soft"><small>{t::notes::is_mailed}</small></p> }.into_any(),
        NoteMail::NoAddress => view! { <Callout tone="warn"><p>{t::notes::no_address}</p></Callout> }.into_any(),
    }
}

/// Above the form while its units and quick responses could not be loaded: without them a note cannot say what it is about.
#[component]
pub(super) fn ChoicesMissing(problem: RwSignal<Option<Problem>>, retry: Callback<()>) -> impl IntoView {
    move || {
        problem
            .get()
            .map(|problem| view! { <ProblemPanel problem=Signal::stored(problem) retry/> })
    }
}

/// Which unit, and the marks the organisation uses. Where the customer has one unit nothing is asked.
#[component]
fn MarkFields(choices: Signal<Option<NoteChoices>>, marks: Marks) -> impl IntoView {
    let of = move |look: fn(&NoteChoices) -> bool| choices.with(|c| c.as_ref().is_some_and(look));
    let several = move || of(|c| c.units.len() > 1);
    let may_all = move || of(|c| c.switches.all_units && c.units.iter().filter(|u| u.is_current).count() > 1);
    let options =
        Signal::derive(move || choices.with(|c| c.as_ref().map(|c| unit_options(&c.units)).unwrap_or_default()));
    view! {
        <Show when=several>
            <div class="notes-units">
                <Select label=t::notes::unit value=marks.unit options empty=t::notes::unit_empty error=marks.unit_trouble pointer="/unit_ids"
                    disabled=marks.all_units/>
                <Show when=may_all><Checkbox label=t::notes::all_units checked=marks.all_units/></Show>
            </div>
        </Show>
        <Show when=move || of(|c| c.switches.urgent || c.switches.collection)>
            <div class="notes-marks">
                <Show when=move || of(|c| c.switches.urgent)><Checkbox label=t::notes::urgent checked=marks.is_urgent/></Show>
                <Show when=move || of(|c| c.switches.collection)><Checkbox label=t::notes::collection_note checked=marks.is_collection/></Show>
            </div>
        </Show>
    }
    .into_any()
}

/// Who may read a note or a file; empty for what is usual.
#[component]
pub(crate) fn WhoReads(visibility: RwSignal<String>) -> impl IntoView {
    let visibilities = Signal::derive(move || {
        [
            (Visibility::Internal, t::notes::internal()),
            (Visibility::Shared, t::notes::shared()),
        ]
        .map(|(v, label)| (v.as_str().to_owned(), label.to_owned()))
        .to_vec()
    });
    view! { <Select label=t::notes::who_reads value=visibility options=visibilities empty=t::notes::who_default/> }
        .into_any()
}
