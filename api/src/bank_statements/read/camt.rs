//! CAMT.052 (report), 053 (statement) and 054 (notification) of ISO 20022, every version from 001 on: elements are
//! found by their names, whatever the name space.

use super::tree::{Node, Step, walk};
use super::{Balance, Fault, Line, MAX_TEXT, Statement, account_number, clean, decimal, word};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Reads all statements of a document. Errors: the fault with its line.
pub fn read(text: &str) -> Result<Vec<Statement>, Fault> {
    let mut reader = Reader::default();
    let wanted = |name: &str| {
        matches!(
            name,
            "Acct" | "Bal" | "Ntry" | "Id" | "ElctrncSeqNb" | "LglSeqNb" | "GrpHdr"
        )
    };
    walk(text, &wanted, &mut |step, line| reader.step(step, line))?;
    if !reader.is_camt {
        return Err(Fault::of("not_a_statement"));
    }
    if reader.done.is_empty() {
        return Err(Fault::of("no_statement"));
    }
    Ok(reader.done)
}

#[derive(Default)]
struct Reader {
    is_camt: bool,
    now: Option<Statement>,
    /// Balances by their code, until it is known which of them open and close.
    balances: Vec<(String, Balance)>,
    done: Vec<Statement>,
}

impl Reader {
    fn step(&mut self, step: Step<'_>, line: u32) -> Result<(), Fault> {
        match step {
            Step::Open("BkToCstmrStmt" | "BkToCstmrAcctRpt" | "BkToCstmrDbtCdtNtfctn") => self.is_camt = true,
            Step::Open("Stmt" | "Rpt" | "Ntfctn") if self.is_camt => {
                self.now = Some(Statement::default());
                self.balances.clear();
            }
            Step::Close("Stmt" | "Rpt" | "Ntfctn") => self.close(),
            Step::Open(_) | Step::Close(_) => {}
            Step::Whole(node) => {
                if let Some(now) = &mut self.now {
                    match node.name.as_str() {
                        "Acct" => {
                            now.account = account(&node);
                            now.currency = node.text_at(&["Ccy"]).and_then(super::currency);
                        }
                        "ElctrncSeqNb" | "LglSeqNb" => {
                            now.number = now.number.take().or_else(|| word(&node.text));
                        }
                        "Bal" => self.balances.push(balance(&node)?),
                        "Ntry" => entry(&node, now, line)?,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut statement) = self.now.take() else { return };
        let balances = std::mem::take(&mut self.balances);
        // The first of a kind opens, the last closes: a statement in pages repeats both.
        let first = |code: &str| balances.iter().find(|(c, _)| c == code).map(|(_, b)| b.clone());
        let last = |code: &str| balances.iter().rev().find(|(c, _)| c == code).map(|(_, b)| b.clone());
        statement.opening = first("OPBD").or_else(|| first("PRCD"));
        statement.closing = last("CLBD");
        if statement.currency.is_none() {
            let told = |b: &Option<Balance>| b.as_ref().and_then(|b| b.currency.clone());
            statement.currency = told(&statement.opening)
                .or_else(|| told(&statement.closing))
                .or_else(|| balances.first().and_then(|(_, b)| b.currency.clone()))
                .or_else(|| statement.lines.first().and_then(|l| l.currency.clone()));
        }
        for line in &mut statement.lines {
            if line.currency == statement.currency {
                line.currency = None;
            }
        }
        self.done.push(statement);
    }
}

fn account(node: &Node) -> Option<String> {
    node.text_at(&["Id", "IBAN"])
        .or_else(|| node.text_at(&["Id", "Othr", "Id"]))
        .and_then(account_number)
}

/// The amount with its sign. Errors: neither a decimal nor a direction.
fn signed(node: &Node) -> Result<(Decimal, Option<String>), Fault> {
    let amount = node.child("Amt").ok_or(Fault::at("amount_missing", node.line))?;
    let value =
        decimal(amount.text.trim(), '.').ok_or_else(|| Fault::at("not_an_amount", amount.line).found(&amount.text))?;
    let sign = direction(node)?.ok_or(Fault::at("sign_unreadable", node.line))?;
    Ok((value * sign, amount.currency.clone()))
}

fn direction(node: &Node) -> Result<Option<Decimal>, Fault> {
    match node.text_at(&["CdtDbtInd"]) {
        None => Ok(None),
        Some("CRDT") => Ok(Some(Decimal::ONE)),
        Some("DBIT") => Ok(Some(Decimal::NEGATIVE_ONE)),
        Some(other) => Err(Fault::at("sign_unreadable", node.line).found(other)),
    }
}

fn date(node: Option<&Node>) -> Result<Option<NaiveDate>, Fault> {
    let Some(node) = node else { return Ok(None) };
    let Some(text) = node.text_at(&["Dt"]).or_else(|| node.text_at(&["DtTm"])) else {
        return Ok(None);
    };
    let day = text.get(..10).and_then(|d| d.parse::<NaiveDate>().ok());
    let day = day.filter(|d| kept_shared::ledger::YEARS.contains(&chrono::Datelike::year(d)));
    day.map(Some)
        .ok_or_else(|| Fault::at("date_unreadable", node.line).found(text))
}

fn balance(node: &Node) -> Result<(String, Balance), Fault> {
    let code = node
        .text_at(&["Tp", "CdOrPrtry", "Cd"])
        .or_else(|| node.text_at(&["Tp", "CdOrPrtry", "Prtry"]))
        .unwrap_or_default()
        .to_owned();
    let (amount, currency) = signed(node)?;
    let on = date(node.child("Dt"))?;
    Ok((code, Balance { amount, on, currency }))
}

/// One entry: a line of its own, or one line for each of its transactions where they say their amounts and add up.
fn entry(node: &Node, statement: &mut Statement, line: u32) -> Result<(), Fault> {
    let (amount, currency) = signed(node)?;
    let value_on = date(node.child("ValDt"))?;
    let booked_on = date(node.child("BookgDt"))?
        .or(value_on)
        .ok_or(Fault::at("date_missing", line))?;
    // The state is a word up to version 7 and a code of its own from 8 on.
    let state = node.text_at(&["Sts", "Cd"]).or_else(|| node.text_at(&["Sts"]));
    let whole = Line {
        at: node.line,
        booked_on,
        value_on,
        amount,
        currency: currency.clone(),
        code: code(node),
        bank_id: node.text_at(&["AcctSvcrRef"]).and_then(word),
        reference: node.text_at(&["NtryRef"]).and_then(word),
        text: node
            .text_at(&["AddtlNtryInf"])
            .map(|t| clean(t, MAX_TEXT))
            .unwrap_or_default(),
        is_reversal: matches!(node.text_at(&["RvslInd"]), Some("true" | "1")),
        is_pending: matches!(state, Some("PDNG" | "INFO" | "FUTR")),
        ..Line::default()
    };
    let details: Vec<&Node> = node.all("NtryDtls").flat_map(|d| d.all("TxDtls")).collect();
    if details.len() > 1 {
        if let Some(parts) = split(&whole, &details)? {
            statement.lines.extend(parts);
            return Ok(());
        }
        statement.remark("details_without_amounts");
    }
    let mut line = whole;
    for detail in details {
        let sign = line.amount;
        tell(&mut line, detail, sign);
    }
    statement.lines.push(line);
    Ok(())
}

/// The transactions of a batch as lines, when each says an amount in the entry's currency and they add up to it.
fn split(whole: &Line, details: &[&Node]) -> Result<Option<Vec<Line>>, Fault> {
    let mut parts = Vec::with_capacity(details.len());
    for detail in details {
        let amount = detail.child("Amt").or_else(|| detail.at(&["AmtDtls", "TxAmt", "Amt"]));
        let Some(amount) = amount else { return Ok(None) };
        if amount.currency != whole.currency {
            return Ok(None);
        }
        let value = decimal(amount.text.trim(), '.')
            .ok_or_else(|| Fault::at("not_an_amount", amount.line).found(&amount.text))?;
        let sign = direction(detail)?.unwrap_or_else(|| {
            if whole.amount.is_sign_negative() {
                Decimal::NEGATIVE_ONE
            } else {
                Decimal::ONE
            }
        });
        let mut part = Line {
            at: detail.line,
            amount: value * sign,
            // The entry's id is shared by all; each has its own, or none.
            bank_id: None,
            ..whole.clone()
        };
        tell(&mut part, detail, value * sign);
        part.bank_id = part.bank_id.or_else(|| {
            let number = parts.len() + 1;
            whole.bank_id.as_ref().map(|id| format!("{id}/{number}"))
        });
        parts.push(part);
    }
    let sum: Decimal = parts.iter().map(|p| p.amount).sum();
    Ok((sum == whole.amount).then_some(parts))
}

fn code(node: &Node) -> Option<String> {
    let domain = node.at(&["BkTxCd", "Domn"]).map(|d| {
        [
            d.text_at(&["Cd"]),
            d.text_at(&["Fmly", "Cd"]),
            d.text_at(&["Fmly", "SubFmlyCd"]),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("/")
    });
    domain
        .as_deref()
        .and_then(word)
        .or_else(|| node.text_at(&["BkTxCd", "Prtry", "Cd"]).and_then(word))
}

/// Adds what one transaction says to its line.
fn tell(line: &mut Line, detail: &Node, amount: Decimal) {
    let refs = |name: &str| detail.text_at(&["Refs", name]).and_then(word);
    line.end_to_end_id = line.end_to_end_id.take().or_else(|| refs("EndToEndId"));
    line.bank_id = line
        .bank_id
        .take()
        .or_else(|| refs("AcctSvcrRef"))
        .or_else(|| refs("TxId"));
    // The other party: who paid when money came in, who was paid when it went out.
    let (party, account_of) = if amount.is_sign_negative() {
        (["Cdtr", "UltmtCdtr"], "CdtrAcct")
    } else {
        (["Dbtr", "UltmtDbtr"], "DbtrAcct")
    };
    let parties = detail.child("RltdPties");
    let name = parties.and_then(|p| {
        party
            .iter()
            .find_map(|who| p.text_at(&[who, "Nm"]).or_else(|| p.text_at(&[who, "Pty", "Nm"])))
            .and_then(word)
    });
    line.counterparty_name = line.counterparty_name.take().or(name);
    let number = parties.and_then(|p| p.child(account_of)).and_then(account);
    line.counterparty_account = line.counterparty_account.take().or(number);
    let mut said: Vec<&str> = vec![&line.text];
    if let Some(remittance) = detail.child("RmtInf") {
        for part in &remittance.children {
            if part.name == "Ustrd" {
                said.push(part.text.trim());
            } else {
                if let Some(reference) = part.text_at(&["CdtrRefInf", "Ref"]) {
                    line.reference = line.reference.take().or_else(|| word(reference));
                    said.push(reference);
                }
                said.extend(part.all("AddtlRmtInf").map(|n| n.text.trim()));
            }
        }
    }
    said.extend(detail.text_at(&["AddtlTxInf"]));
    said.extend(detail.text_at(&["RtrInf", "Rsn", "Cd"]));
    let text = clean(&said.join(" "), MAX_TEXT);
    line.text = text;
}
