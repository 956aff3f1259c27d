//! What the organisation decides about itself: its name, its day and language, how handovers go and which marks notes have
//! (spec A08, I12).

use crate::communities::zone::choices;
use crate::kernel::{
    act::{Act, acceptable},
    api::{Api, Versioned, use_api},
    i18n::{Language, t},
    load, use_session,
};
use crate::logos::LogoPanel;
use crate::ui::{
    Checkbox, Choice, Loading, PageHead, ProblemNote, ProblemPanel, RadioGroup, Section, Select, SkeletonKind,
    SubmitButton, TextInput, use_toasts,
};
use kept_shared::{
    permission::Permission,
    problem::Problem,
    settings::{MAX_ORGANISATION_NAME, Settings, SettingsPatch},
};
use leptos::{ev, prelude::*};

impl Api {
    pub async fn settings(self) -> Result<Settings, Problem> {
        self.get("/settings").await
    }
    pub async fn change_settings(self, version: i64, patch: &SettingsPatch) -> Result<Versioned<Settings>, Problem> {
        self.patch("/settings", version, patch).await
    }
}

/// `/settings/organisation`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let api = use_api();
    let found = load(move || async move { api.settings().await });
    view! {
        <div class="page page-narrow">
            <PageHead title=t::settings::title subtitle=t::settings::subtitle/>
            {move || match (found.get(), found.problem.get()) {
                (Some(settings), _) => view! { <Form settings saved=Callback::new(move |now| found.set(now))/> }.into_any(),
                (None, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=8/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Form(settings: Settings, saved: Callback<Settings>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let save = Act::new();
    let name = RwSignal::new(settings.name.clone());
    let time_zone = RwSignal::new(settings.time_zone.clone());
    let locale = RwSignal::new(settings.locale.clone());
    let accepting = RwSignal::new(settings.handover_auto_accept.to_string());
    let days = RwSignal::new(settings.handover_readable_days.to_string());
    let note_urgent = RwSignal::new(settings.note_urgent);
    let note_all_units = RwSignal::new(settings.note_all_units);
    let note_collection = RwSignal::new(settings.note_collection);
    let (own_zone, own_locale) = (settings.time_zone.clone(), settings.locale.clone());
    let languages = Signal::derive(move || {
        let mut all: Vec<(String, String)> = Language::ALL.map(|l| (l.code().to_owned(), l.offered())).to_vec();
        if !all.iter().any(|(code, _)| *code == own_locale) {
            all.insert(0, (own_locale.clone(), own_locale.clone()));
        }
        all
    });
    let may_edit = session.may(Permission::EditSettings);
    let problem = save.problem();
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let patch = SettingsPatch {
            name: Some(name.get_untracked().trim().to_owned()),
            time_zone: Some(time_zone.get_untracked()),
            locale: Some(locale.get_untracked()),
            handover_auto_accept: Some(accepting.with_untracked(|a| a == "true")),
            // What is no number is out of every range, and is said so at its field.
            handover_readable_days: Some(days.get_untracked().trim().parse().unwrap_or(-1)),
            note_urgent: Some(note_urgent.get_untracked()),
            note_all_units: Some(note_all_units.get_untracked()),
            note_collection: Some(note_collection.get_untracked()),
        };
        if !acceptable(save, patch.flaws()) {
            return;
        }
        let version = settings.version;
        save.run(
            async move { api.change_settings(version, &patch).await },
            move |now: Versioned<Settings>| {
                toasts.good(t::settings::saved());
                saved.run(now.value);
            },
        );
    };
    view! {
        <form class="form-page" novalidate=true on:submit=send>
            <Section title=t::settings::organisation text=t::settings::organisation_text>
                <div class="form-grid">
                    <TextInput label=t::settings::name value=name required=true maxlength={MAX_ORGANISATION_NAME as u32} problem pointer="/name" class="span-all"
                        disabled=Signal::stored(!may_edit)/>
                    <Select label=t::settings::time_zone hint=t::settings::time_zone_hint value=time_zone options=choices(own_zone) problem pointer="/time_zone"
                        disabled=Signal::stored(!may_edit)/>
                    <Select label=t::settings::language hint=t::settings::language_hint value=locale options=languages problem pointer="/locale"
                        disabled=Signal::stored(!may_edit)/>
                </div>
            </Section>
            <Section title=t::settings::handovers text=t::settings::handovers_text>
                <div class="stack-4">
                    <RadioGroup legend=t::settings::accepting value=accepting choices=vec![
                        Choice::new("true", t::settings::at_once).hint(t::settings::at_once_hint),
                        Choice::new("false", t::settings::asked).hint(t::settings::asked_hint),
                    ]/>
                    <div class="form-grid">
                        <TextInput label=t::settings::readable hint=t::settings::readable_hint value=days inputmode="numeric" maxlength=4 problem
                            pointer="/handover_readable_days" disabled=Signal::stored(!may_edit)/>
                    </div>
                </div>
            </Section>
            <Section title=t::settings::notes text=t::settings::notes_text>
                <div class="stack-4">
                    <Checkbox label=t::settings::note_urgent hint=t::settings::note_urgent_hint checked=note_urgent disabled=Signal::stored(!may_edit)/>
                    <Checkbox label=t::settings::note_all_units hint=t::settings::note_all_units_hint checked=note_all_units disabled=Signal::stored(!may_edit)/>
                    <Checkbox label=t::settings::note_collection hint=t::settings::note_collection_hint checked=note_collection disabled=Signal::stored(!may_edit)/>
                </div>
            </Section>
            <Section title=t::logos::title text=t::logos::text><LogoPanel may_edit/></Section>
            <ProblemNote problem/>
            <Show when=move || may_edit>
                <div class="form-foot"><SubmitButton label=t::common::save busy=save.busy()/></div>
            </Show>
        </form>
    }
    .into_any()
}
