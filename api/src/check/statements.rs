//! What must hold in the database, as statements that return the rows where it does not.
//!
//! Plain SQL for both engines. `{text X}` is X as text (ids are binary on SQLite); every statement returns one column
//! named `what`.

/// One thing that must hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Stable, for scripts.
    pub(super) name: &'static str,
    /// For the operator who reads the answer.
    pub(super) says: &'static str,
    pub(super) faults: &'static str,
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "balance",
        says: "An account's aged total is the sum of its entries, those dated ahead apart",
        faults: "SELECT {text a.id} AS what FROM account a
            LEFT JOIN aged g ON g.account_id = a.id
            LEFT JOIN (SELECT e.account_id, SUM(e.amount_minor) AS total FROM entry e JOIN aged d ON d.account_id = e.account_id
                WHERE e.effective_on <= d.valid_until GROUP BY e.account_id) e ON e.account_id = a.id
            WHERE COALESCE(e.total, 0) <> COALESCE(g.total_minor, 0)",
    },
    Rule {
        name: "buckets",
        says: "Buckets and unallocated credit add up to the total",
        faults: "SELECT {text account_id} AS what FROM aged
            WHERE current_minor + d30_minor + d60_minor + d90_minor + d120_minor + unallocated_minor <> total_minor
               OR unallocated_minor > 0",
    },
    Rule {
        name: "open-items",
        says: "The open items of an account, debits and credits, add up to its balance",
        faults: "SELECT {text g.account_id} AS what FROM aged g
            LEFT JOIN (SELECT account_id, SUM(open_minor) AS open FROM open_item GROUP BY account_id) o ON o.account_id = g.account_id
            WHERE COALESCE(o.open, 0) <> g.total_minor",
    },
    Rule {
        name: "open-item-size",
        says: "An open item is more than nothing and at most its entry",
        faults: "SELECT {text o.entry_id} AS what FROM open_item o JOIN entry e ON e.id = o.entry_id
            WHERE o.open_minor = 0 OR o.open_minor > CASE WHEN e.amount_minor > 0 THEN e.amount_minor ELSE 0 END
               OR o.open_minor < CASE WHEN e.amount_minor < 0 THEN e.amount_minor ELSE 0 END OR o.account_id <> e.account_id",
    },
    Rule {
        name: "allocation-accounts",
        says: "An allocation joins two entries of one account",
        faults: "SELECT {text l.id} AS what FROM allocation l
            JOIN entry c ON c.id = l.credit_entry_id JOIN entry d ON d.id = l.debit_entry_id
            WHERE c.account_id <> l.account_id OR d.account_id <> l.account_id OR c.amount_minor >= 0 OR d.amount_minor <= 0",
    },
    Rule {
        name: "allocation-credit",
        says: "No credit pays more than it is",
        faults: "SELECT {text l.credit_entry_id} AS what FROM allocation l JOIN entry c ON c.id = l.credit_entry_id
            GROUP BY l.credit_entry_id, c.amount_minor HAVING SUM(l.amount_minor) > -c.amount_minor OR SUM(l.amount_minor) < 0",
    },
    Rule {
        name: "allocation-debit",
        says: "No debit is paid more than it is",
        faults: "SELECT {text l.debit_entry_id} AS what FROM allocation l JOIN entry d ON d.id = l.debit_entry_id
            GROUP BY l.debit_entry_id, d.amount_minor HAVING SUM(l.amount_minor) > d.amount_minor OR SUM(l.amount_minor) < 0",
    },
    Rule {
        name: "reversals",
        says: "A reversal is the exact negative of an entry of the same account",
        faults: "SELECT {text r.id} AS what FROM entry r JOIN entry e ON e.id = r.reverses_id
            WHERE r.amount_minor <> -e.amount_minor OR r.account_id <> e.account_id OR e.reverses_id IS NOT NULL",
    },
    Rule {
        name: "claims",
        says: "A claim and its entries belong to one account",
        faults: "SELECT {text e.id} AS what FROM entry e JOIN claim c ON c.id = e.claim_id WHERE c.account_id <> e.account_id",
    },
    Rule {
        name: "communities",
        says: "Entries, claims and aged rows name the community of their account",
        faults: "SELECT {text e.id} AS what FROM entry e JOIN account a ON a.id = e.account_id WHERE e.community_id <> a.community_id
            UNION ALL SELECT {text c.id} FROM claim c JOIN account a ON a.id = c.account_id WHERE c.community_id <> a.community_id
            UNION ALL SELECT {text g.account_id} FROM aged g JOIN account a ON a.id = g.account_id
                WHERE g.community_id <> a.community_id OR g.organisation_id <> a.organisation_id
            UNION ALL SELECT {text a.id} FROM account a JOIN community c ON c.id = a.community_id WHERE c.organisation_id <> a.organisation_id",
    },
    Rule {
        name: "accounts",
        says: "Every account has a primary debtor",
        faults: "SELECT {text a.id} AS what FROM account a
            WHERE NOT EXISTS (SELECT 1 FROM debtor d WHERE d.account_id = a.id AND d.role = 'primary')",
    },
    Rule {
        name: "statuses",
        says: "The debt status of an account is the last one applied to it",
        faults: "SELECT {text a.id} AS what FROM account a
            LEFT JOIN status_change s ON s.account_id = a.id AND s.slot = 'debt' AND NOT EXISTS
                (SELECT 1 FROM status_change n WHERE n.account_id = s.account_id AND n.slot = 'debt' AND n.id > s.id)
            WHERE (a.debt_status_id IS NULL AND s.status_id IS NOT NULL) OR (a.debt_status_id IS NOT NULL AND s.status_id IS NULL)
               OR a.debt_status_id <> s.status_id",
    },
    Rule {
        name: "handovers",
        says: "An account that is handed over names its open handover, and the other way round",
        faults: "SELECT {text a.id} AS what FROM account a LEFT JOIN handover h ON h.account_id = a.id AND h.closed_at IS NULL
            WHERE (a.open_handover_id IS NULL AND h.id IS NOT NULL) OR (a.open_handover_id IS NOT NULL AND h.id IS NULL)
               OR a.open_handover_id <> h.id",
    },
    Rule {
        name: "notes",
        says: "The number of notes shown is the number there is",
        faults: "SELECT {text a.id} AS what FROM account a
            LEFT JOIN (SELECT account_id, COUNT(*) AS n FROM note WHERE deleted_at IS NULL GROUP BY account_id) n ON n.account_id = a.id
            WHERE a.note_count <> COALESCE(n.n, 0)",
    },
    Rule {
        name: "batches",
        says: "A batch of statuses changed as many accounts as it says",
        faults: "SELECT {text b.id} AS what FROM status_batch b
            LEFT JOIN (SELECT batch_id, COUNT(DISTINCT account_id) AS n FROM status_change WHERE batch_id IS NOT NULL GROUP BY batch_id) s
                ON s.batch_id = b.id
            WHERE b.applied <> COALESCE(s.n, 0) OR b.asked <> b.applied + b.skipped",
    },
    Rule {
        name: "batch-orphans",
        says: "No status change names a batch that is not there",
        faults: "SELECT {text s.id} AS what FROM status_change s LEFT JOIN status_batch b ON b.id = s.batch_id
            WHERE s.batch_id IS NOT NULL AND b.id IS NULL",
    },
    Rule {
        name: "imports",
        says: "An import that is being written has a job that writes it",
        faults: "SELECT {text i.id} AS what FROM import i WHERE i.state IN ('committing', 'checking')
            AND NOT EXISTS (SELECT 1 FROM job j WHERE j.state IN ('ready', 'running') AND j.payload LIKE '%' || {text i.id} || '%')",
    },
    Rule {
        name: "import-rows",
        says: "A finished import left no row undone",
        faults: "SELECT {text i.id} AS what FROM import i WHERE i.state = 'done'
            AND EXISTS (SELECT 1 FROM import_row r WHERE r.import_id = i.id AND r.verdict IN ('new', 'changed') AND NOT r.done)",
    },
    Rule {
        name: "levy-charges",
        says: "A charge of a run is what its entry says, and one that was taken back has the entry that did",
        faults: "SELECT {text x.entry_id} AS what FROM levy_charge x LEFT JOIN entry e ON e.id = x.entry_id
            WHERE e.id IS NULL OR e.account_id <> x.account_id OR e.amount_minor <> x.amount_minor OR e.effective_on <> x.charge_on
               OR e.unit_id IS NULL OR e.unit_id <> x.unit_id
               OR (x.reversed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = x.entry_id))",
    },
    Rule {
        name: "levy-runs",
        says: "A charge run that is under way has a job that works on it",
        faults: "SELECT {text r.id} AS what FROM levy_run r WHERE r.state IN ('running', 'reversing')
            AND NOT EXISTS (SELECT 1 FROM job j WHERE j.state IN ('ready', 'running') AND REPLACE(j.payload, '-', '') LIKE '%' || REPLACE({text r.id}, '-', '') || '%')",
    },
    Rule {
        name: "files",
        says: "A file is scanned, or is waiting for its scan",
        faults: "SELECT {text f.id} AS what FROM file f WHERE f.state = 'clean' AND f.scanned_at IS NULL",
    },
    Rule {
        name: "fields",
        says: "What stands in a field hangs on a row that exists, under a version",
        faults: "SELECT {text v.row_id} AS what FROM metadata_value v
            WHERE NOT EXISTS (SELECT 1 FROM metadata_record r WHERE r.row_id = v.row_id)
               OR NOT EXISTS (SELECT 1 FROM account x WHERE x.id = v.row_id AND v.entity = 'account'
                    UNION ALL SELECT 1 FROM claim x WHERE x.id = v.row_id AND v.entity = 'claim'
                    UNION ALL SELECT 1 FROM debtor x WHERE x.id = v.row_id AND v.entity = 'debtor'
                    UNION ALL SELECT 1 FROM product x WHERE x.id = v.row_id AND v.entity = 'product'
                    UNION ALL SELECT 1 FROM unit x WHERE x.id = v.row_id AND v.entity = 'unit')",
    },
    Rule {
        name: "jobs",
        says: "No job has given up",
        faults: "SELECT kind || ' ' || {text id} AS what FROM job WHERE state = 'dead'",
    },
    Rule {
        name: "outbox",
        says: "No mail waits without a job that sends it, and none has failed",
        faults: "SELECT {text m.id} AS what FROM mail m WHERE m.state = 'failed'",
    },
];
