//! Who works with the demo book, and how they sign in.

use kept_shared::permission::UserType;

/// Everybody's password: this is a demo.
pub(super) const PASSWORD: &str = "Loerie-demo-2026";

/// Somebody with a sign-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worker {
    /// The word tests use for them.
    pub(super) role: &'static str,
    pub(super) email: &'static str,
    pub(super) first: &'static str,
    pub(super) surname: &'static str,
    pub(super) firm: Option<&'static str>,
    pub(super) user_type: UserType,
    pub(super) group: &'static str,
    /// Codes of the communities given to them.
    pub(super) communities: &'static [&'static str],
    pub(super) says: &'static str,
}

pub(super) const SUPERUSER: Worker = Worker {
    role: "superuser",
    email: "nomvula.khoza@loerie.example",
    first: "Nomvula",
    surname: "Khoza",
    firm: None,
    user_type: UserType::Superuser,
    group: "Superuser",
    communities: &[],
    says: "everything, users and settings too",
};

pub(super) const WORKERS: &[Worker] = &[
    Worker {
        role: "manager",
        email: "anton.brink@loerie.example",
        first: "Anton",
        surname: "Brink",
        firm: None,
        user_type: UserType::Business,
        group: "Manager",
        communities: &["JAC", "KFB", "VSS"],
        says: "manages all three communities",
    },
    Worker {
        role: "agent",
        email: "lerato.mokoena@loerie.example",
        first: "Lerato",
        surname: "Mokoena",
        firm: None,
        user_type: UserType::Business,
        group: "Agent",
        communities: &["JAC", "KFB"],
        says: "collects for Jacaranda Ridge and Kingfisher Bay, imports, hands over",
    },
    Worker {
        role: "location",
        email: "ruan.steyn@loerie.example",
        first: "Ruan",
        surname: "Steyn",
        firm: None,
        user_type: UserType::Location,
        group: "Location",
        communities: &["VSS"],
        says: "runs the storage site",
    },
    Worker {
        role: "call_centre",
        email: "zanele.dube@loerie.example",
        first: "Zanele",
        surname: "Dube",
        firm: None,
        user_type: UserType::CallCentre,
        group: "Call centre",
        communities: &["JAC", "KFB"],
        says: "answers the telephone for Jacaranda Ridge and Kingfisher Bay",
    },
    Worker {
        role: "attorney",
        email: "thandi.naidoo@naidoo.example",
        first: "Thandi",
        surname: "Naidoo",
        firm: Some("Naidoo & Malherbe Inc."),
        user_type: UserType::Attorney,
        group: "Attorney",
        communities: &["JAC", "KFB", "VSS"],
        says: "sees only what is handed over to her",
    },
    Worker {
        role: "attorney2",
        email: "pieter.malherbe@naidoo.example",
        first: "Pieter",
        surname: "Malherbe",
        firm: Some("Naidoo & Malherbe Inc."),
        user_type: UserType::Attorney,
        group: "Attorney",
        communities: &["JAC", "KFB", "VSS"],
        says: "her partner, with other matters",
    },
    Worker {
        role: "trustee",
        email: "elmarie.fourie@jacaranda.example",
        first: "Elmarie",
        surname: "Fourie",
        firm: None,
        user_type: UserType::Trustee,
        group: "Trustee",
        communities: &["JAC"],
        says: "trustee of Jacaranda Ridge: figures, no names",
    },
];

/// The other organisation of the test profile: nothing of the demo may ever reach it, nor the other way round.
pub(super) const STRANGER: Worker = Worker {
    role: "stranger",
    email: "gert.visser@kudu.example",
    first: "Gert",
    surname: "Visser",
    firm: None,
    user_type: UserType::Superuser,
    group: "Superuser",
    communities: &[],
    says: "another agency",
};
