#!/usr/bin/env python3
"""The analytical engine beside the product.   analytical.py FOLDER DATE…
Reads FOLDER/{customers,entries,allocations}.csv, works out the age analysis as at each DATE in one SQL statement
(explicit allocations first, what is left of the credits oldest first; edges 30, 60, 90, 120 days past due), writes
FOLDER/age-DATE.csv and prints one JSON line a date: {"date", "ms"} (median of five after one warm-up; rows fetched)."""
import json, statistics, sys, time
import duckdb

folder, dates = sys.argv[1], sys.argv[2:]
db = duckdb.connect(config={"threads": 2})
db.execute(f"CREATE TABLE customer AS SELECT * FROM read_csv('{folder}/customers.csv', header=true, columns={{'id':'INTEGER','account_no':'VARCHAR'}})")
db.execute(f"CREATE TABLE entry AS SELECT * FROM read_csv('{folder}/entries.csv', header=true, columns={{'id':'INTEGER','customer_id':'INTEGER','date':'DATE','due_date':'DATE','amount':'BIGINT'}})")
db.execute(f"CREATE TABLE alloc AS SELECT * FROM read_csv('{folder}/allocations.csv', header=true, columns={{'credit_id':'INTEGER','debit_id':'INTEGER','date':'DATE','amount':'BIGINT'}})")


def age(d):
    sums = ", ".join(f"SUM(a) FILTER (WHERE k = {i}) AS b{i}" for i in range(5))
    none = ", ".join(f"coalesce(b{i}, 0) AS b{i}" for i in range(5))
    return f"""
WITH paid AS (SELECT debit_id, SUM(amount) AS p FROM alloc WHERE date <= {d} GROUP BY debit_id),
deb AS (
  SELECT c, CASE WHEN n < 30 THEN 0 WHEN n < 60 THEN 1 WHEN n < 90 THEN 2 WHEN n < 120 THEN 3 ELSE 4 END AS k,
         a - coalesce(p, 0) AS a, coalesce(p, 0) AS p FROM (
    SELECT e.customer_id AS c, ({d} - e.due_date) AS n, e.amount AS a, paid.p AS p
    FROM entry e LEFT JOIN paid ON paid.debit_id = e.id WHERE e.date <= {d} AND e.amount > 0) y),
s AS (SELECT c, {sums}, SUM(p) AS pd FROM deb GROUP BY c),
cr AS (SELECT customer_id AS c, -SUM(amount) AS x FROM entry WHERE date <= {d} AND amount < 0 GROUP BY customer_id),
f AS (SELECT cu.account_no, {none}, coalesce(cr.x, 0) - coalesce(s.pd, 0) AS p
  FROM customer cu LEFT JOIN s ON s.c = cu.id LEFT JOIN cr ON cr.c = cu.id)
SELECT account_no, greatest(b0 - greatest(p - b4 - b3 - b2 - b1, 0), 0) AS b0,
  greatest(b1 - greatest(p - b4 - b3 - b2, 0), 0) AS b1, greatest(b2 - greatest(p - b4 - b3, 0), 0) AS b2,
  greatest(b3 - greatest(p - b4, 0), 0) AS b3, greatest(b4 - p, 0) AS b4,
  -greatest(p - b4 - b3 - b2 - b1 - b0, 0) AS u FROM f"""


for date in dates:
    sql, times = age(f"DATE '{date}'"), []
    for n in range(6):
        started = time.perf_counter()
        rows = db.execute(sql).fetchnumpy()
        times.append((time.perf_counter() - started) * 1000)
    with open(f"{folder}/age-{date}.csv", "w") as out:
        for row in zip(*(rows[k].tolist() for k in ("account_no", "b0", "b1", "b2", "b3", "b4", "u"))):
            out.write(",".join(str(v if k == 0 else int(v)) for k, v in enumerate(row)) + "\n")
    print(json.dumps({"date": date, "ms": statistics.median(times[1:])}), flush=True)
