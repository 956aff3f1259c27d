//! The words themselves, as programs and people write them, English and Afrikaans; best first, separated by commas.
//! A heading is compared spelt out and as it stands, so `account number` also stands for `Acct #` and `ACCOUNTNUMBER`.

use kept_shared::imports::ImportField as F;

/// Words that mean one field in every kind of file.
pub(super) const WORDS: &[(F, &str)] = &[
    (
        F::AccountReference,
        "account reference, account number, account no, account code, account id, acc no, acc number, acc nr, acct no, \
         cust number, cust no, cust code, cust id, customer number, customer no, customer code, customer id, customer reference, \
         customer account number, customer account no, customer account, debtor number, debtor no, debtor code, debtor id, \
         debtor account number, debtor account, debtors account, client number, client no, client code, client id, \
         client reference, member no, member number, levy account number, levy account no, levy account, levy number, \
         owner code, owner number, owner no, tenant code, tenant number, tenant no, lease number, lease no, lease code, \
         contract number, contract no, loan account number, loan number, loan no, policy number, policy no, \
         municipal account number, rekeningnommer, rekening no, rekening kode, rekeningkode, kliëntnommer, kliënt nommer, \
         klientnommer, klient nommer, kliëntkode, klientkode, debiteurnommer, debiteur nommer, debiteurkode, lidnommer, \
         lid nommer, huurdernommer, account, acc, rekening, pin, id",
    ),
    (
        F::Community,
        "community, community code, scheme, scheme code, complex, complex code, estate, estate code, body corporate, hoa, \
         building, building code, property, property code, skema, skemakode, skema kode, kompleks, gemeenskap, regspersoon, gebou",
    ),
    (
        F::InvoiceNumber,
        "invoice number, invoice no, invoice id, invoice nr, invoice, inv no, inv number, inv, tax invoice number, tax invoice no, \
         tax invoice, invoice reference, document number, document no, doc number, doc no, doc id, doc, document, \
         document reference, bill number, bill no, transaction number, transaction no, transaction id, transaction reference, \
         voucher number, voucher no, charge number, faktuurnommer, faktuur nommer, faktuur no, faktuur, belastingfaktuur, \
         dokumentnommer, dokument nommer, transaksienommer, transaksie nommer, ref, reference, verwysing, verwysingsnommer, \
         verwysing nommer",
    ),
    (
        F::DueDate,
        "due date, due in date, due on, due by, due, payment due, payment due date, payment due by, payment due on, date due, \
         date payable, payable by, payable on, pay by, pay by date, maturity date, net due date, last day to pay, vervaldatum, \
         verval datum, vervaldag, datum verskuldig, verskuldig op, betaalbaar op, betaalbaar voor, betaal voor",
    ),
    (
        F::SettledDate,
        "settled date, settled on, date settled, settlement date, clear date, clearing date, cleared date, date cleared, \
         paid date, paid on, date paid, date of payment, payment date, receipt date, date received, betaaldatum, betaal datum, \
         datum betaal, betaal op, datum van betaling, datum vereffen",
    ),
    (
        F::InvoiceDate,
        "invoice date, date of invoice, inv date, invoiced on, document date, doc date, transaction date, date of transaction, \
         trans date, tran date, txn date, posting date, date posted, issue date, issued on, bill date, billing date, charge date, \
         levy date, date issued, date raised, raised on, entry date, faktuurdatum, faktuur datum, datum van faktuur, \
         dokumentdatum, dokument datum, transaksiedatum, transaksie datum, date, datum",
    ),
    (
        F::Disputed,
        "disputed, in dispute, dispute, is disputed, dispute flag, betwis, in geskil, geskil",
    ),
    (
        F::Unit,
        "unit, unit no, unit number, unit code, unit name, unit id, unit reference, unit door, unit door number, \
         door, door no, door number, erf, erf no, erf number, stand, stand no, stand number, section, section no, section number, \
         plot, plot number, lot number, house, house number, shop, shop number, apartment, apartment number, premises, \
         eenheid, eenheid nommer, eenheidnommer, eenheidsnommer, eenheidkode, deur, deurnommer, deur nommer, erfnommer, \
         standnommer, woonstel, woonstelnommer, woonstel nommer, huisnommer, huis nommer, deelnommer, flat, flat no, flat number",
    ),
    (
        F::Email,
        "email, email address, email addresses, emails, mail, contact email, owner email, customer email, debtor email, \
         client email, tenant email, primary email, secondary email, email 1, email 2, email 3, epos, eposadres, epos adres",
    ),
    (
        F::Phone,
        "phone, phone number, phone no, telephone, telephone no, telephone number, tel, tel no, tel number, tel h, tel w, tel home, \
         tel work, tel cell, home tel, work tel, home phone, work phone, cell, cell no, cell phone, cell phone number, cellphone, \
         cellphone number, cellular, cellular number, cell number, mobile, mobile no, mobile number, mobile phone, \
         mobile phone number, contact number, contact no, contact phone, contact tel, landline, whatsapp, whatsapp number, \
         telefoon, telefoonnommer, telefoon nommer, sel, selnommer, sel nommer, selfoon, selfoonnommer, selfoon nommer, \
         kontaknommer, kontak nommer, foon, phone 1, phone 2, phone 3",
    ),
    (
        F::CustomerGroup,
        "customer group, group, account group, cust group, debtor group, client group, customer type, account type, debtor type, \
         client type, owner type, category, class, segment, country code, business code, groep, kliëntgroep, klientgroep, kategorie",
    ),
];

pub(super) const NAMES: &str = "account name, account holder, account holder name, name of account holder, customer name, \
    name customer, cust name, customer full name, debtor name, debtor full name, client name, client full name, owner name, \
    owner full name, owner names, name of owner, registered owner, unit owner, full name, full names, name and surname, \
    name surname, names and surname, first name and surname, surname and name, surname and initials, surname initials, \
    initials and surname, name, customer, debtor, client, owner, owners, contact, contact name, member, member name, tenant, \
    tenant name, tenants, lessee, lessee name, borrower, borrower name, resident, resident name, occupant, company, \
    company name, naam, naam en van, van en voorletters, voorletters en van, naam van eienaar, eienaar, eienaars, \
    eienaar naam, eienaarnaam, geregistreerde eienaar, kliënt, klient, kliëntnaam, klientnaam, kliënt naam, klient naam, \
    debiteur, debiteur naam, debiteurnaam, rekeninghouer, rekening naam, rekeningnaam, lid, lid naam, huurder, huurder naam";

pub(super) const AMOUNTS: &str = "invoice amount, amount, total open amount, open amount, amount due, amount owing, \
    amount payable, outstanding amount, amount outstanding, outstanding, owing, invoice total, invoice value, document amount, \
    doc amount, gross amount, amount incl, amount incl vat, amount including vat, bedrag, faktuurbedrag, faktuur bedrag, \
    bedrag verskuldig, bedrag uitstaande, uitstaande bedrag, uitstaande, verskuldig, value, balance, balance due, \
    balance owing, balance outstanding, outstanding balance, open balance, total, total amount, total due, total owing, \
    total outstanding, total incl, total incl vat, total including vat, saldo, balans, totaal";

pub(super) const BALANCES: &str = "balance, closing balance, current balance, account balance, total balance, \
    net balance, balance due, balance owing, balance outstanding, outstanding balance, outstanding, outstanding amount, \
    amount outstanding, amount due, amount owing, owing, total due, total owing, total amount, total outstanding, \
    total debt, debt, debt amount, amount, saldo, balans, uitstaande saldo, uitstaande balans, uitstaande bedrag, uitstaande, \
    bedrag uitstaande, bedrag verskuldig, verskuldig, totaal verskuldig, totaal uitstaande, totale saldo, \
    skuld, bedrag, total, totaal, total arrears, arrears, arrear, arrears amount, arrear amount, arrear balance, \
    arrears balance, amount in arrears, agterstallig, agterstallige bedrag, agterstand, opening balance, openingsbalans";

/// What may stand at the end of an age analysis. Arrears leave out the current bucket, so they are no total.
pub(super) const TOTALS: &str = "total, total balance, balance, account balance, closing balance, total due, balance due, \
    total owing, balance owing, amount owing, owing, total amount, total outstanding, balance outstanding, \
    outstanding balance, amount outstanding, outstanding, c total, totaal, totale saldo, totaal verskuldig, \
    totaal uitstaande, uitstaande saldo, uitstaande balans, uitstaande bedrag, uitstaande, saldo, balans";
