//! Compares a sheet with the book. Pure: the same sheet and book always come to the same lines and deeds, in whatever
//! order the rows stand.

use super::{SheetChange, SheetColumn as C, SheetFault, SheetLine, SheetRow};
use crate::accounts::MAX_CONTACTS;
use crate::contacts::{ContactKind, NewContact, split_list};
use crate::ids::{AccountId, ContactId, UnitId};
use crate::imports::Verdict;
use crate::phone::{self, Dialling};
use crate::text::{fold, tidy};
use crate::units::NewUnit;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A unit of the book with its present owner.
#[derive(Clone, Debug)]
pub struct KnownUnit {
    pub id: UnitId,
    pub details: NewUnit,
    pub owner: Option<AccountId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KnownContact {
    pub id: ContactId,
    pub kind: ContactKind,
    /// As stored; numbers are E.164.
    pub value: String,
    pub normalised: String,
    /// A system of record feeds it: it stays as it is.
    pub is_fed: bool,
}

/// A customer of the community: an owner, or one whose code a row names.
#[derive(Clone, Debug)]
pub struct KnownCustomer {
    pub id: AccountId,
    pub reference: String,
    pub name: String,
    /// E-mails and telephones of the primary debtor.
    pub contacts: Vec<KnownContact>,
}

/// What the book holds of a community.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub units: Vec<KnownUnit>,
    pub customers: Vec<KnownCustomer>,
}

/// What the caller may do beyond changing units.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    pub create_units: bool,
    pub edit_contacts: bool,
}

/// One thing to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A unit of this row; its owner follows by code.
    Create(NewUnit),
    Edit(UnitId, NewUnit),
    /// The unit of this code belongs to the customer from today on.
    Own(String, AccountId),
    AddContact(AccountId, NewContact),
    ChangeContact(AccountId, ContactKind, ContactId, String),
    RemoveContact(AccountId, ContactKind, ContactId),
}

impl Deed {
    /// Whose contacts of which kind it changes.
    fn contacts_of(&self) -> Option<(AccountId, ContactKind)> {
        match self {
            Self::AddContact(account, new) => Some((*account, new.kind)),
            Self::ChangeContact(account, kind, ..) | Self::RemoveContact(account, kind, _) => Some((*account, *kind)),
            Self::Create(_) | Self::Edit(..) | Self::Own(..) => None,
        }
    }
}

/// A row with its line and what it asks for.
#[derive(Clone, Debug)]
pub struct Judged {
    pub line: SheetLine,
    pub deeds: Vec<Deed>,
}

/// How a contact stands in a cell, numbers spaced as people write them.
pub fn shown(kind: ContactKind, value: &str) -> String {
    match kind {
        ContactKind::Phone => phone::display(value),
        ContactKind::Email | ContactKind::Postal => value.to_owned(),
    }
}

/// Judges every row. `home` is the country whose numbers are written without a code.
pub fn judge(known: &Known, rows: &[SheetRow], rights: Rights, home: Option<Dialling>) -> Vec<Judged> {
    let book = Book::of(known, rights, home);
    let mut of_unit: HashMap<Whose, Vec<u32>> = HashMap::new();
    for row in rows {
        of_unit.entry(book.whose(row)).or_default().push(row.number);
    }
    let wishes = wishes(&book, rows);
    let mut all: Vec<Judged> = rows
        .iter()
        .map(|row| {
            let same = of_unit.get(&book.whose(row)).map(Vec::as_slice).unwrap_or_default();
            Work::of(&book, row).run(same, &wishes)
        })
        .collect();
    // Said of several units of one owner, contacts are written with the first row that says so.
    let mut written = BTreeSet::new();
    for judged in &mut all {
        let mine: BTreeSet<_> = judged.deeds.iter().filter_map(Deed::contacts_of).collect();
        let first: BTreeSet<_> = mine.difference(&written).copied().collect();
        judged
            .deeds
            .retain(|deed| deed.contacts_of().is_none_or(|of| first.contains(&of)));
        written.extend(first);
    }
    all
}

/// The book as a sheet: judged as it is, it changes nothing.
pub fn sheet(known: &Known) -> Vec<SheetRow> {
    let customers: HashMap<AccountId, &KnownCustomer> = known.customers.iter().map(|c| (c.id, c)).collect();
    let row = |(number, unit): (u32, &KnownUnit)| {
        let owner = unit.owner.and_then(|id| customers.get(&id));
        let contacts = |kind: ContactKind| {
            let of_kind = owner.iter().flat_map(|o| &o.contacts).filter(|c| c.kind == kind);
            of_kind.map(|c| shown(kind, &c.value)).collect::<Vec<_>>().join("; ")
        };
        let cell = |column: &C| match column {
            C::Reference => owner.map(|o| o.reference.clone()).unwrap_or_default(),
            C::Owner => owner.map(|o| o.name.clone()).unwrap_or_default(),
            C::Emails => contacts(ContactKind::Email),
            C::Phones => contacts(ContactKind::Phone),
            C::Unit | C::Block | C::Section | C::Type | C::Size | C::Quota | C::Description | C::Active => {
                text_of(&unit.details, *column)
            }
        };
        SheetRow {
            number,
            cells: C::ALL.iter().map(|column| (*column, cell(column))).collect(),
            odd: BTreeMap::new(),
        }
    };
    (2_u32..).zip(&known.units).map(row).collect()
}

struct Book<'a> {
    units: HashMap<&'a str, &'a KnownUnit>,
    /// Where exactly one unit is called so, whatever its case.
    folded: HashMap<String, Option<&'a KnownUnit>>,
    customers: HashMap<AccountId, &'a KnownCustomer>,
    by_reference: HashMap<&'a str, &'a KnownCustomer>,
    rights: Rights,
    home: Option<Dialling>,
}

/// Which unit a row is about. Two of the book may differ in capitals only; two new ones may not.
#[derive(PartialEq, Eq, Hash)]
enum Whose {
    Known(UnitId),
    New(String),
}

impl<'a> Book<'a> {
    fn of(known: &'a Known, rights: Rights, home: Option<Dialling>) -> Self {
        let mut folded: HashMap<String, Option<&KnownUnit>> = HashMap::new();
        for unit in &known.units {
            folded
                .entry(fold(&unit.details.code))
                .and_modify(|one| *one = None)
                .or_insert(Some(unit));
        }
        Self {
            units: known.units.iter().map(|u| (u.details.code.as_str(), u)).collect(),
            folded,
            customers: known.customers.iter().map(|c| (c.id, c)).collect(),
            by_reference: known.customers.iter().map(|c| (c.reference.as_str(), c)).collect(),
            rights,
            home,
        }
    }
    fn code<'r>(&self, row: &'r SheetRow) -> &'r str {
        row.cells.get(&C::Unit).map(|c| c.trim()).unwrap_or_default()
    }
    fn unit(&self, row: &SheetRow) -> Option<&'a KnownUnit> {
        let code = self.code(row);
        self.units
            .get(code)
            .copied()
            .or_else(|| self.folded.get(&fold(code)).copied().flatten())
    }
    fn whose(&self, row: &SheetRow) -> Whose {
        self.unit(row)
            .map_or_else(|| Whose::New(fold(self.code(row))), |unit| Whose::Known(unit.id))
    }
    /// The present owner, or the customer whom the row makes owner of a unit that has none.
    fn customer(&self, row: &SheetRow) -> Option<&'a KnownCustomer> {
        match self.unit(row).and_then(|unit| unit.owner) {
            Some(owner) => self.customers.get(&owner).copied(),
            None => {
                let reference = row.cells.get(&C::Reference)?.trim();
                self.by_reference.get(reference).copied()
            }
        }
    }
}

/// What rows that change a customer's contacts want them to be: several units may have one owner, and who corrects an
/// address on one of them need not correct it on all.
type Wishes = HashMap<(AccountId, ContactKind), BTreeMap<Vec<String>, u32>>;

fn wishes(book: &Book<'_>, rows: &[SheetRow]) -> Wishes {
    let mut all = Wishes::new();
    for row in rows {
        let Some(customer) = book.customer(row) else { continue };
        for (kind, column) in KINDS {
            let Some(cell) = row.cells.get(&column) else { continue };
            let Ok(wanted) = wanted(cell, kind, book.home) else {
                continue;
            };
            let names: Vec<String> = wanted.into_keys().collect();
            if names.iter().ne(present(customer, kind).keys()) {
                let first = all
                    .entry((customer.id, kind))
                    .or_default()
                    .entry(names)
                    .or_insert(row.number);
                *first = row.number.min(*first);
            }
        }
    }
    all
}

const KINDS: [(ContactKind, C); 2] = [(ContactKind::Email, C::Emails), (ContactKind::Phone, C::Phones)];

fn present(customer: &KnownCustomer, kind: ContactKind) -> BTreeMap<String, &KnownContact> {
    let of_kind = customer.contacts.iter().filter(|c| c.kind == kind);
    of_kind.map(|c| (c.normalised.clone(), c)).collect()
}

/// The contacts of a cell by what they come to. Errors: the value that is none, and why.
fn wanted(cell: &str, kind: ContactKind, home: Option<Dialling>) -> Result<BTreeMap<String, String>, (String, String)> {
    let mut all = BTreeMap::new();
    for value in split_list(cell) {
        let new = NewContact::of(kind, &value);
        if let Some(flaw) = new.flaws(home).0.into_iter().next() {
            return Err((value, flaw.code));
        }
        match new.normalised(home) {
            Ok(normalised) => all.entry(normalised).or_insert(value),
            Err(code) => return Err((value, code.to_owned())),
        };
    }
    Ok(all)
}

/// One row in the making.
struct Work<'a> {
    book: &'a Book<'a>,
    row: &'a SheetRow,
    unit: Option<&'a KnownUnit>,
    changes: Vec<SheetChange>,
    faults: Vec<SheetFault>,
    deeds: Vec<Deed>,
}

impl<'a> Work<'a> {
    fn of(book: &'a Book<'a>, row: &'a SheetRow) -> Self {
        Self {
            book,
            row,
            unit: book.unit(row),
            changes: vec![],
            faults: vec![],
            deeds: vec![],
        }
    }

    fn cell(&self, column: C) -> Option<&'a str> {
        self.row.cells.get(&column).map(|text| text.trim())
    }
    fn fault(&mut self, column: C, code: &str) -> &mut SheetFault {
        let value = self.cell(column).unwrap_or_default().to_owned();
        self.faults.push(SheetFault {
            column,
            value,
            code: code.to_owned(),
            params: BTreeMap::new(),
        });
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }
    fn change(&mut self, column: C, before: &str, after: &str) {
        self.changes.push(SheetChange {
            column,
            before: before.to_owned(),
            after: after.to_owned(),
        });
    }

    fn run(mut self, same: &[u32], wishes: &Wishes) -> Judged {
        if let Some(first) = same.iter().min().filter(|first| **first < self.row.number) {
            let first = first.to_string();
            self.fault(C::Unit, "repeated_in_file")
                .params
                .insert("row".into(), first);
        } else {
            for (column, code) in &self.row.odd {
                self.fault(*column, code);
            }
            self.details();
            self.owner();
            for (kind, column) in KINDS {
                self.contacts(kind, column, wishes);
            }
        }
        let verdict = match (self.faults.is_empty(), self.unit.is_some(), self.changes.is_empty()) {
            (false, _, _) => Verdict::Faulty,
            (true, false, _) => Verdict::New,
            (true, true, true) => Verdict::Unchanged,
            (true, true, false) => Verdict::Changed,
        };
        let deeds = if verdict == Verdict::Faulty { vec![] } else { self.deeds };
        let code = self
            .unit
            .map_or_else(|| self.book.code(self.row), |unit| &unit.details.code);
        Judged {
            line: SheetLine {
                number: self.row.number,
                unit: code.to_owned(),
                verdict,
                changes: self.changes,
                faults: self.faults,
            },
            deeds,
        }
    }

    fn details(&mut self) {
        let before = self
            .unit
            .map_or_else(|| NewUnit::coded(self.book.code(self.row)), |unit| unit.details.clone());
        let mut after = before.clone();
        for (column, field) in [
            (C::Block, &mut after.block),
            (C::Section, &mut after.section),
            (C::Type, &mut after.unit_type),
            (C::Size, &mut after.size),
            (C::Description, &mut after.description),
        ] {
            if let Some(text) = self.cell(column) {
                *field = tidy(Some(text.to_owned()));
            }
        }
        if let Some(text) = self.cell(C::Quota) {
            // A spreadsheet drops the noughts at the end of a number: the same percentage is no change.
            let same =
                |a: &str, b: &str| matches!((a.parse::<Decimal>(), b.parse::<Decimal>()), (Ok(a), Ok(b)) if a == b);
            if !before.participation_quota.as_deref().is_some_and(|old| same(old, text)) {
                after.participation_quota = tidy(Some(text.to_owned()));
            }
        }
        match self.cell(C::Active).map(yes_or_no) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(on))) => after.is_active = on,
            Some(Err(())) => {
                self.fault(C::Active, "not_yes_or_no");
            }
        }
        for flaw in after.flaws().0 {
            let column = match flaw.pointer.trim_start_matches('/').parse::<C>() {
                Ok(column) => column,
                Err(_) => C::Unit,
            };
            self.fault(column, &flaw.code).params = flaw.params.into_iter().collect();
        }
        let is_new = self.unit.is_none();
        if is_new && !self.book.rights.create_units {
            self.fault(C::Unit, "may_not_create");
        }
        for column in [
            C::Block,
            C::Section,
            C::Type,
            C::Size,
            C::Quota,
            C::Description,
            C::Active,
        ] {
            let (old, new) = (text_of(&before, column), text_of(&after, column));
            if old != new {
                self.change(column, &old, &new);
            }
        }
        if let Some(unit) = self.unit {
            if before != after {
                self.deeds.push(Deed::Edit(unit.id, after));
            }
        } else {
            self.deeds.push(Deed::Create(after));
        }
    }

    fn owner(&mut self) {
        let owner = self.unit.and_then(|unit| unit.owner);
        let known = owner.and_then(|id| self.book.customers.get(&id).copied());
        let mut now = known;
        if let Some(reference) = self.cell(C::Reference) {
            match (owner, known) {
                (Some(_), Some(known)) if known.reference == reference => {}
                // Who owns a unit from which day on is a matter of its own page: a sheet has no day.
                (Some(_), _) => {
                    self.fault(C::Reference, "owner_by_hand");
                }
                (None, _) if reference.is_empty() => {}
                (None, _) => match self.book.by_reference.get(reference).copied() {
                    None => {
                        self.fault(C::Reference, "unknown_customer");
                    }
                    Some(customer) => {
                        now = Some(customer);
                        self.change(C::Reference, "", reference);
                        let code = self
                            .unit
                            .map_or_else(|| self.book.code(self.row), |unit| &unit.details.code);
                        self.deeds.push(Deed::Own(code.to_owned(), customer.id));
                    }
                },
            }
        }
        let name = self.cell(C::Owner).filter(|name| !name.is_empty());
        if name.is_some_and(|name| now.is_none_or(|customer| customer.name != name)) {
            self.fault(C::Owner, "owner_name_is_for_reading");
        }
    }

    fn contacts(&mut self, kind: ContactKind, column: C, wishes: &Wishes) {
        let Some(cell) = self.cell(column) else { return };
        let wanted = match wanted(cell, kind, self.book.home) {
            Ok(wanted) => wanted,
            Err((value, code)) => {
                self.fault(column, &code).value = value;
                return;
            }
        };
        let Some(customer) = self.book.customer(self.row) else {
            if !wanted.is_empty() {
                self.fault(column, "no_owner");
            }
            return;
        };
        let present = present(customer, kind);
        if wanted.keys().eq(present.keys()) {
            return;
        }
        if !self.book.rights.edit_contacts {
            self.fault(column, "may_not_change_contacts");
            return;
        }
        if wanted.len() > MAX_CONTACTS {
            self.fault(column, "too_many");
            return;
        }
        // Another unit of the same owner says otherwise, and neither says what is in the book.
        let names: Vec<String> = wanted.keys().cloned().collect();
        let all = wishes.get(&(customer.id, kind));
        if let Some((_, row)) = all.and_then(|all| all.iter().find(|(other, _)| **other != names)) {
            let row = row.to_string();
            self.fault(column, "contradicts_row").params.insert("row".into(), row);
            return;
        }
        let kept: BTreeSet<&String> = wanted.keys().filter(|n| present.contains_key(*n)).collect();
        let gone: Vec<&&KnownContact> = present
            .iter()
            .filter(|(n, _)| !kept.contains(n))
            .map(|(_, c)| c)
            .collect();
        let fresh: Vec<&String> = wanted
            .iter()
            .filter(|(n, _)| !kept.contains(n))
            .map(|(_, v)| v)
            .collect();
        if gone.iter().any(|contact| contact.is_fed) {
            self.fault(column, "fed_contact");
            return;
        }
        let join = |values: Vec<String>| values.join("; ");
        let before = join(present.values().map(|c| shown(kind, &c.value)).collect());
        let after = join(
            wanted
                .iter()
                .map(|(n, v)| {
                    if kind == ContactKind::Phone {
                        shown(kind, n)
                    } else {
                        v.clone()
                    }
                })
                .collect(),
        );
        self.change(column, &before, &after);
        if let ([old], [new]) = (gone.as_slice(), fresh.as_slice()) {
            // One for one is a correction: it stays the primary one, and keeps its label.
            self.deeds
                .push(Deed::ChangeContact(customer.id, kind, old.id, (*new).clone()));
            return;
        }
        let added = fresh
            .iter()
            .map(|v| Deed::AddContact(customer.id, NewContact::of(kind, v)));
        self.deeds.extend(added);
        let removed = gone.iter().map(|c| Deed::RemoveContact(customer.id, kind, c.id));
        self.deeds.extend(removed);
    }
}

/// A cell of the sheet for what a unit holds.
pub fn text_of(unit: &NewUnit, column: C) -> String {
    let text = match column {
        C::Unit => Some(&unit.code),
        C::Block => unit.block.as_ref(),
        C::Section => unit.section.as_ref(),
        C::Type => unit.unit_type.as_ref(),
        C::Size => unit.size.as_ref(),
        C::Quota => unit.participation_quota.as_ref(),
        C::Description => unit.description.as_ref(),
        C::Active => return if unit.is_active { "Yes" } else { "No" }.to_owned(),
        C::Reference | C::Owner | C::Emails | C::Phones => None,
    };
    text.cloned().unwrap_or_default()
}

/// Errors: neither of them.
fn yes_or_no(text: &str) -> Result<Option<bool>, ()> {
    match fold(text).as_str() {
        "" => Ok(None),
        "yes" | "y" | "true" | "1" | "x" | "ja" | "oui" => Ok(Some(true)),
        "no" | "n" | "false" | "0" | "nee" | "nein" | "non" => Ok(Some(false)),
        _ => Err(()),
    }
}
