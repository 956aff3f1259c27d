//! Many rows at once. PostgreSQL takes them in statements of a few fixed sizes: whatever the number of rows, it meets the
//! same handful of texts again and prepares each of them once a connection. SQLite takes as many as fit. Its parameters
//! have no numbers: a numbered one is a named one there, and names are looked up one after another, when the statement is
//! prepared and again for each value that is bound.

use super::super::Stop;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DatabaseTransaction, DbBackend, EntityName, EntityTrait,
    IdenStatic, Iterable, Statement, Value,
};

type ColumnOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;

/// Rows of one statement on PostgreSQL, largest first.
const SIZES: [usize; 4] = [256, 32, 4, 1];
/// Most rows of one statement, and most parameters: SQLite allows 32,766.
const MOST: usize = 1_000;
const PARAMETERS: usize = 30_000;

/// Rows of the next statement when so many are left.
fn next(backend: DbBackend, left: usize, columns: usize) -> usize {
    match backend {
        DbBackend::Postgres => SIZES.into_iter().find(|size| *size <= left).unwrap_or(1),
        _ => left.min(PARAMETERS / columns.max(1)).clamp(1, MOST),
    }
}

/// The text for so many rows of these columns.
fn text(backend: DbBackend, table: &str, columns: &[&str], rows: usize) -> String {
    if backend == DbBackend::Sqlite {
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        return format!(
            "INSERT INTO {table} (\"{}\") VALUES {}",
            columns.join("\", \""),
            vec![row.as_str(); rows].join(", ")
        );
    }
    let mut sql = format!("INSERT INTO {table} (\"{}\") VALUES ", columns.join("\", \""));
    sql.reserve(rows * columns.len() * 7);
    let mut n = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            n += 1;
            sql.push_str(if column == 0 { "$" } else { ", $" });
            sql.push_str(&n.to_string());
        }
        sql.push(')');
    }
    sql
}

/// The columns of a row that have a value, and the values.
fn parts<A: ActiveModelTrait>(mut row: A) -> (Vec<&'static str>, Vec<Value>) {
    let mut set = (vec![], vec![]);
    for column in ColumnOf::<A>::iter() {
        if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = row.take(column) {
            set.0.push(column.as_str());
            set.1.push(value);
        }
    }
    set
}

/// Inserts the rows in their order.
pub(super) async fn insert<A: ActiveModelTrait + Send>(conn: &DatabaseTransaction, rows: Vec<A>) -> Result<(), Stop> {
    let (entity, backend) = (A::Entity::default(), conn.get_database_backend());
    let mut rows = rows.into_iter().map(parts).peekable();
    while let Some((columns, mut values)) = rows.next() {
        let mut count = 1;
        // Rows that leave the same columns to the database go together.
        while let Some((_, more)) = rows.next_if(|(next, _)| *next == columns) {
            values.extend(more);
            count += 1;
        }
        let mut values = values.into_iter();
        let (mut size, mut sql) = (0, String::new());
        while count > 0 {
            let rows = next(backend, count, columns.len());
            if rows != size {
                (size, sql) = (rows, text(backend, entity.table_name(), &columns, rows));
            }
            let part: Vec<Value> = values.by_ref().take(size * columns.len()).collect();
            conn.execute_raw(Statement::from_sql_and_values(backend, sql.as_str(), part))
                .await?;
            count -= size;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through_on_postgres_and_have_no_names_on_sqlite() {
        assert_eq!(
            text(DbBackend::Postgres, "t", &["a", "b"], 2),
            "INSERT INTO t (\"a\", \"b\") VALUES ($1, $2), ($3, $4)"
        );
        assert_eq!(
            text(DbBackend::Sqlite, "t", &["a", "b"], 2),
            "INSERT INTO t (\"a\", \"b\") VALUES (?, ?), (?, ?)"
        );
    }

    #[test]
    fn no_row_is_left_over_and_no_statement_is_too_long() {
        for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
            for columns in [1, 14, 400] {
                for count in [1, 3, 63, 64, 999, 1_000, 1_001, 2_345] {
                    let (mut left, mut statements) = (count, 0);
                    while left > 0 {
                        let rows = next(backend, left, columns);
                        assert!((1..=left).contains(&rows) && rows * columns <= 256 * 400);
                        assert!(backend == DbBackend::Postgres || rows * columns <= PARAMETERS);
                        left -= rows;
                        statements += 1;
                    }
                    assert!(statements <= count.div_ceil(75) + 17, "{statements} for {count}");
                }
            }
        }
    }
}
