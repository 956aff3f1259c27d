//! Words that banks head their columns with.

use crate::imports::rules::Cell;
use crate::imports::rules::words::plain;
use kept_shared::bank_statements::BankField as F;
use rust_decimal::Decimal;

const WORDS: [(F, &str); 15] = [
    (
        F::Date,
        "date,posting date,posted date,date posted,booking date,transaction date,trans date,post date,effective date,\
         entry date,buchungstag,buchungsdatum,datum,boekdatum,transaksie datum,transaksiedatum,date operation,completed date",
    ),
    (
        F::ValueDate,
        "value date,valuta,valutadatum,wertstellung,waardedatum,interest date,rentedatum",
    ),
    (
        F::Amount,
        "amount,transaction amount,betrag,bedrag,umsatz,montant,amount zar,amount eur,amount usd,amount gbp,value,bedrag eur",
    ),
    (
        F::Debit,
        "debit,debit amount,debits,money out,paid out,withdrawal,withdrawals,payments,debiet,af,soll,uit",
    ),
    (
        F::Credit,
        "credit,credit amount,credits,money in,paid in,deposit,deposits,receipts,krediet,bij,haben,in",
    ),
    (
        F::Direction,
        "debit credit,debitcredit,dr cr,drcr,cr dr,credit debit,direction,type debit credit,af bij,credit debit indicator,\
         debit credit indicator,sign",
    ),
    (
        F::Balance,
        "balance,running balance,account balance,saldo,balans,closing balance,ledger balance,balance after",
    ),
    (
        F::Text,
        "description,long description,statement description,transaction description,details,particulars,narrative,memo,\
         description 1,description 2,verwendungszweck,omschrijving,beskrywing,remittance information,text,buchungstext,\
         mededelingen,communication,payment details,transaction details",
    ),
    (
        F::Reference,
        "reference,ref,customer reference,payment reference,statement reference,your reference,their reference,\
         beneficiary reference,kundenreferenz,betalingskenmerk,verwysing",
    ),
    (
        F::Name,
        "name,payer,payee,counterparty,counterparty name,payer name,beneficiary,remitter,name of other party,naam,\
         name description,naam omschrijving,auftraggeber,empfanger,beguenstigter zahlungspflichtiger,naam tegenpartij",
    ),
    (
        F::CounterpartyAccount,
        "counterparty account,other account,payer account,account counterparty,tegenrekening,tegenrekening iban iban,\
         kontonummer,counterparty iban,iban counterparty,remitter account",
    ),
    (
        F::EndToEndId,
        "end to end id,end to end reference,endtoend id,endtoendid",
    ),
    (
        F::BankId,
        "unique id,transaction id,id,fitid,transaction number,bank reference,trans id,unique reference",
    ),
    (
        F::Code,
        "type,transaction type,code,transaction code,category,parent category,trans type",
    ),
    (
        F::Account,
        "account,account number,own account,iban,rekening,rekeningnummer,account no",
    ),
];

/// What a heading usually means.
pub(super) fn meaning(header: &str) -> Option<F> {
    let word = plain(header);
    if word.is_empty() {
        return None;
    }
    WORDS
        .iter()
        .find(|(_, list)| list.split(',').any(|w| plain(w) == word))
        .map(|(field, _)| *field)
}

/// +1 for in, −1 for out.
pub(super) fn direction(text: &str) -> Option<Decimal> {
    match plain(text).as_str() {
        "credit" | "cr" | "c" | "in" | "bij" | "h" | "haben" | "crdt" | "moneyin" | "deposit" | "krediet" => {
            Some(Decimal::ONE)
        }
        "debit" | "dr" | "d" | "out" | "af" | "s" | "soll" | "dbit" | "moneyout" | "withdrawal" | "debiet" => {
            Some(Decimal::NEGATIVE_ONE)
        }
        _ => None,
    }
}

/// A row that sums the ones above: one of its texts is the word for it.
pub(super) fn is_total(cells: &[Cell]) -> bool {
    const TOTALS: [&str; 14] = [
        "total",
        "totals",
        "totaal",
        "totale",
        "totaldebits",
        "totalcredits",
        "totaldebit",
        "totalcredit",
        "grandtotal",
        "openingbalance",
        "closingbalance",
        "balancebroughtforward",
        "balancecarriedforward",
        "broughtforward",
    ];
    cells.iter().any(|cell| match cell {
        Cell::Text(text) => TOTALS.contains(&plain(text).as_str()),
        Cell::Empty | Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) => false,
    })
}
