//! Many rows at once, in INSERT statements of a few fixed sizes: whatever the number of rows, both engines meet the same
//! handful of texts again and prepare each of them once a connection.

use super::super::Stop;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DatabaseTransaction, DbBackend, EntityName, EntityTrait,
    IdenStatic, Iterable, Statement, Value,
};

type ColumnOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;

/// Rows of one statement, largest first. A round trip to PostgreSQL costs more than a call inside the process.
const fn sizes(backend: DbBackend) -> &'static [usize] {
    match backend {
        DbBackend::Postgres => &[256, 32, 4, 1],
        _ => &[64, 8, 1],
    }
}

/// The text for so many rows of these columns.
fn text(table: &str, columns: &[&str], rows: usize) -> String {
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
        for size in sizes(backend) {
            if count < *size {
                continue;
            }
            let sql = text(entity.table_name(), &columns, *size);
            while count >= *size {
                let part: Vec<Value> = values.by_ref().take(*size * columns.len()).collect();
                conn.execute_raw(Statement::from_sql_and_values(backend, sql.as_str(), part))
                    .await?;
                count -= *size;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through() {
        assert_eq!(
            text("t", &["a", "b"], 2),
            "INSERT INTO t (\"a\", \"b\") VALUES ($1, $2), ($3, $4)"
        );
    }

    #[test]
    fn the_smallest_size_is_one_so_no_row_is_left_over() {
        for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
            assert_eq!(sizes(backend).last(), Some(&1));
            assert!(sizes(backend).is_sorted_by(|a, b| a > b));
        }
    }
}
