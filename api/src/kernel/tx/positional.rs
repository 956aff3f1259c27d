//! Numbered parameters without their numbers. To SQLite `$7` is a name, and names are looked up one after another: when
//! the statement is prepared, and by the driver for each value it binds. A list of a thousand ids spent more time on that
//! than on its rows.

use sea_orm::Value;

/// Below so many parameters the look-up costs less than writing the text anew.
const FEW: usize = 24;

/// The statement with `?` for each `$n`, and the values in the order in which the text takes them. A text that names a
/// parameter there is none for stays as it is: the database says so.
pub(super) fn positional(sql: String, values: Vec<Value>) -> (String, Vec<Value>) {
    if values.len() < FEW {
        return (sql, values);
    }
    let mut text = String::with_capacity(sql.len());
    let mut order = Vec::with_capacity(values.len());
    let (mut rest, mut quoted) = (sql.as_str(), false);
    while let Some(at) = rest.find(['$', '\'']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let digits = from[1..].bytes().take_while(u8::is_ascii_digit).count();
        if from.starts_with('$') && !quoted && digits > 0 {
            match from[1..=digits].parse::<usize>() {
                Ok(n) if (1..=values.len()).contains(&n) => order.push(n - 1),
                Ok(_) | Err(_) => return (sql, values),
            }
            text.push('?');
            rest = &from[1 + digits..];
        } else {
            quoted ^= from.starts_with('\'');
            text.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    text.push_str(rest);
    let mut left = vec![0_usize; values.len()];
    for n in &order {
        left[*n] += 1;
    }
    let mut values: Vec<Option<Value>> = values.into_iter().map(Some).collect();
    let bound = order.into_iter().filter_map(|n| {
        left[n] -= 1;
        if left[n] == 0 {
            values[n].take()
        } else {
            values[n].clone()
        }
    });
    let bound = bound.collect();
    (text, bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(n: i64) -> Vec<Value> {
        (1..=n).map(Value::from).collect()
    }

    #[test]
    fn each_place_gets_the_value_of_its_number() {
        let (text, values) = positional("SELECT $2, '$1 it''s $3', $30, $2 || x$ FROM t".into(), numbers(30));
        assert_eq!(text, "SELECT ?, '$1 it''s $3', ?, ? || x$ FROM t");
        assert_eq!(values, [2_i64, 30, 2].map(Value::from));
    }

    #[test]
    fn few_parameters_and_wrong_numbers_stay_as_they_are() {
        for (sql, n) in [("SELECT $1", 1), ("SELECT $31", 30), ("SELECT $0", 30)] {
            assert_eq!(positional(sql.into(), numbers(n)), (sql.to_owned(), numbers(n)));
        }
    }

    proptest! {
        #[test]
        fn reading_the_places_in_turn_gives_what_the_numbers_said(places in prop::collection::vec(1..=40_i64, 0..80)) {
            let sql: Vec<String> = places.iter().map(|n| format!("${n}")).collect();
            let (text, values) = positional(sql.join(", "), numbers(40));
            prop_assert_eq!(text, vec!["?"; places.len()].join(", "));
            prop_assert_eq!(values, places.into_iter().map(Value::from).collect::<Vec<_>>());
        }
    }
}
