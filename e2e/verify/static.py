"""T-35: dependencies and source. Licences, bans, known advisories, patterns that must not be in a collections product."""
import json
import os
import pathlib
import subprocess

from kept import ROOT, VENV, PEERS, Tally


def run(args, **options):
    return subprocess.run([str(a) for a in args], cwd=ROOT, capture_output=True, text=True, check=False, **options)


def advisories():
    """A copy of the advisory database: the named one, cargo's own, or one beside the clone."""
    cargo = pathlib.Path(os.environ.get("CARGO_HOME") or pathlib.Path.home() / ".cargo")
    for place in (os.environ.get("KEPT_ADVISORY_DB"), cargo / "advisory-db", *(above / "shared" / "advisory-db" for above in ROOT.parents[:2])):
        if place and (pathlib.Path(place) / "crates").is_dir():
            return pathlib.Path(place)
    return None


def check(_):
    t = Tally("T-35 supply chain and source")
    # cargo-deny looks at the crates of every platform; a build fetches those of its own.
    fetched = run(["cargo", "fetch", "--locked"])
    t.check("crates of every platform", fetched.returncode == 0, fetched.stderr[-300:])
    deny = run([VENV / "cargo-deny", "--offline", "check", "bans", "licenses", "sources"])
    t.check("cargo deny", deny.returncode == 0, deny.stderr[-600:])

    database = advisories()
    if database is None:
        print("SKIPPED T-35 advisories: no advisory database here (set KEPT_ADVISORY_DB to a copy of it)", flush=True)
    else:
        audit = run([VENV / "cargo-audit", "audit", "--db", database, "--no-fetch", "--stale", "--json", "-f", "Cargo.lock"])
        found = json.loads(audit.stdout)["vulnerabilities"]["list"] if audit.stdout else [{"advisory": {"id": audit.stderr[-300:]}}]
        t.check("no known vulnerability", not found, [f["advisory"]["id"] for f in found])

    # A second crypto provider makes rustls panic at its first use; only the server counts, not the web app's build tools.
    ring = run(["cargo", "tree", "--offline", "-p", "kept-api", "-e", "normal", "--prefix", "none"])
    t.check("dependency tree", ring.returncode == 0, ring.stderr[-300:])
    t.check("one crypto provider", not any(line.startswith("ring v") for line in ring.stdout.splitlines()), "ring is in the server")

    rust = run(["git", "ls-files", "*.rs"]).stdout.split()
    t.check("no unsafe code", "unsafe_code = \"forbid\"" in (ROOT / "Cargo.toml").read_text(), "the lint is gone from Cargo.toml")
    scan = run([VENV / "semgrep", "scan", "--config", PEERS / "semgrep-rust.yml", "--metrics=off", "--disable-version-check", "--json", "--quiet", *rust],
               env={**os.environ, "SEMGREP_SEND_METRICS": "off", "PATH": f"{VENV}:{os.environ['PATH']}"})
    try:
        findings = json.loads(scan.stdout)["results"]
        t.check("semgrep read the files", len(json.loads(scan.stdout)["paths"]["scanned"]) > 0, scan.stderr[-300:])
    except (ValueError, KeyError):
        findings = []
        t.check("semgrep ran", False, scan.stderr[-600:] or scan.stdout[-600:])
    # Tests may state amounts as they please; the product may not.
    serious = [f"{f['path']}:{f['start']['line']} {f['check_id'].rsplit('.', 1)[-1]}" for f in findings if "/tests/" not in f["path"]]
    t.check("source patterns", not serious, serious)
    return t.done()
