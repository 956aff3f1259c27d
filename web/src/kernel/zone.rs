//! The time zone times of day are shown in: the one a person chose, or the device's.

use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    // What is on the page keeps its times until it is drawn again; one changes the zone once in a while.
    static CHOSEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Shows times in this zone from now on; `None`: in the device's.
pub fn choose(zone: Option<String>) {
    CHOSEN.with(|chosen| *chosen.borrow_mut() = zone);
}

/// What clocks show in a zone at an instant; `None` for a zone the browser does not know.
fn clock(zone: &str, at: DateTime<Utc>) -> Option<NaiveDateTime> {
    let date = js_sys::Date::new(&JsValue::from_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true)));
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
    let write: js_sys::Function = js_sys::Reflect::get(&date, &"toLocaleString".into())
        .ok()?
        .dyn_into()
        .ok()?;
    // Sweden writes 2026-11-22 14:05:09.
    let text = write.call2(&date, &"sv-SE".into(), &options).ok()?.as_string()?;
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").ok()
}

/// An instant as clocks show it where the reader works.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let shown = CHOSEN.with(|chosen| chosen.borrow().as_deref().and_then(|zone| clock(zone, at)));
    let offset = shown.and_then(|shown| {
        let seconds = (shown - at.naive_utc()).num_seconds();
        // Clocks stand at whole minutes; what is left is the fraction of a second that was cut off.
        FixedOffset::east_opt(i32::try_from((seconds + 30).div_euclid(60) * 60).ok()?)
    });
    match offset {
        Some(offset) => at.with_timezone(&offset),
        None => at.with_timezone(&Local).fixed_offset(),
    }
}

/// The midnight a day begins with where the reader works; where the clocks skip it, the first moment after.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let first = day.and_time(NaiveTime::MIN);
    if CHOSEN.with(|chosen| chosen.borrow().is_none()) {
        let here = Local.from_local_datetime(&first).earliest();
        return here.map_or_else(|| first.and_utc(), |at| at.with_timezone(&Utc));
    }
    // The offset at that moment, found from the one at about that moment.
    let near = first.and_utc() - *local(first.and_utc()).offset();
    first.and_utc() - *local(near).offset()
}
