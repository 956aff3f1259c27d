"""The security and reliability checks, side by side, each against servers of its own: one line for each, and whatever
failed in full. It ends with `N passed, N failed`.

Usage: main.py [T-01 …]   (all without a name; -v prints what every check said)
Environment: KEPT_BIN the program (target/debug/kept), KEPT_VERIFY_JOBS how many at a time (one more than processors),
KEPT_VERIFY_KEEP=1 leaves every folder and log where it is.
"""
import dataclasses
import importlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import kept

BOTH = ("sqlite", "postgres")


@dataclasses.dataclass
class Check:
    names: tuple
    module: str
    # Its work in seconds on an idle machine of two processors: the longest begins first.
    seconds: int
    engine: str = "sqlite"
    needs_book: bool = True
    # Measures time, so nothing else may run beside it.
    alone: bool = False

    @property
    def title(self):
        return f"{' '.join(self.names)} {self.module}" + ("" if self.engine == "sqlite" else f" {self.engine}")


CHECKS = [
    Check(("T-01", "T-02", "T-03"), "access", 40),
    Check(("T-04",), "spraying", 15, alone=True),
    Check(("T-05", "T-06"), "tokens", 15),
    *(Check(("T-09", "T-15"), "storms", 30, engine) for engine in BOTH),
    *(Check(("T-10",), "kill_statuses", 40, engine) for engine in BOTH),
    *(Check(("T-11",), "kill_import", 60, engine) for engine in BOTH),
    *(Check(("T-11b",), "kill_bank", 60, engine) for engine in BOTH),
    Check(("T-19",), "uploads", 90),
    *(Check(("T-19b",), "bucket", 120, engine) for engine in BOTH),
    Check(("T-25",), "spreadsheets", 30),
    Check(("T-36",), "workbooks", 40),
    Check(("T-31",), "surface", 10, needs_book=False),
    Check(("T-35",), "static", 20, needs_book=False),
]
# A check that takes longer hangs.
LIMIT = 400


def one(module, engine):
    """A check in this process."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped on the way out
    try:
        good = importlib.import_module(module).check(engine)
    except Exception:
        traceback.print_exc()
        good = False
    sys.exit(0 if good else 1)


class Run:
    def __init__(self, verbose):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kept-verify-"))
        self.env = {**os.environ, "TMPDIR": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
        self.verbose, self.running, self.lock = verbose, set(), threading.Lock()
        self.passed, self.failed, self.stopping = 0, [], False

    def start(self, args, log):
        """A process of a group of its own, which nothing outlives."""
        process = subprocess.Popen([*kept.WITH_PARENT[:-1], "TERM", *args] if kept.WITH_PARENT else args, env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        with self.lock:
            self.running.add(process)
        return process

    def one(self, check):
        began, path = time.monotonic(), self.folder / f"{check.module}-{check.engine}.out"
        with open(path, "wb") as log:
            process = self.start([sys.executable, __file__, "--one", check.module, check.engine], log)
            try:
                process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                end(process)
                log.write(f"\n{check.title} was ended: it took longer than {LIMIT} s\n".encode())
        with self.lock:
            self.running.discard(process)
            if self.stopping:
                return
            text = path.read_text(errors="replace")
            counts = re.findall(r"^.*: (\d+) passed, (\d+) failed$", text, re.M)
            good = process.returncode == 0 and bool(counts)
            figures = f"{counts[-1][0]:>5} passed {counts[-1][1]:>3} failed" if counts else "      did not end      "
            print(f"{'passed' if good else 'FAILED'}  {check.title:<34}{figures}{time.monotonic() - began:8.1f} s", flush=True)
            for line in text.splitlines():
                if self.verbose or line.startswith("SKIPPED"):
                    print("        " + line, flush=True)
            if good:
                self.passed += 1
            else:
                self.failed.append((check.title, text))

    def side_by_side(self, checks, slots):
        """The longest first, each as soon as a slot is free."""
        waiting, gate = sorted(checks, key=lambda c: -c.seconds), threading.Lock()

        def work():
            while not self.stopping:
                with gate:
                    if not waiting:
                        return
                    check = waiting.pop(0)
                self.one(check)

        workers = [threading.Thread(target=work, daemon=True) for _ in range(slots)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def templates(self, engines):
        """One demo book for each engine, made at the same time."""
        began, made, processes = time.monotonic(), {}, []
        for engine in engines:
            log = open(self.folder / f"template-{engine}.out", "wb")
            processes.append((engine, self.start([sys.executable, __file__, "--template", engine], log), log.name))
        for engine, process, log in processes:
            process.wait()
            text = pathlib.Path(log).read_text(errors="replace")
            if process.returncode:
                sys.exit(f"the demo book cannot be made on {engine}:\n{text}")
            made[engine] = json.loads(text.splitlines()[-1])
        self.env["KEPT_VERIFY_TEMPLATES"] = json.dumps(made)
        if engines:
            print(f"        demo books of {', '.join(engines)}{time.monotonic() - began:>{52 - len(', '.join(engines))}.1f} s", flush=True)

    def close(self):
        self.stopping = True
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, signal.SIG_IGN)
        for process in list(self.running):
            end(process)
        for pid_file in self.folder.rglob("clamd.pid"):
            try:
                os.kill(int(pid_file.read_text()), signal.SIGKILL)
            except (OSError, ValueError):
                pass
        if os.environ.get("KEPT_VERIFY_KEEP"):
            print(f"kept: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def end(process):
    """Asks a process and all it started to end, then makes them."""
    for kind, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, kind)
            process.wait(patience)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


def main():
    verbose = "-v" in sys.argv
    wanted = {a for a in sys.argv[1:] if a != "-v"}
    known = {name for check in CHECKS for name in check.names}
    if wanted - known:
        sys.exit(f"unknown: {', '.join(sorted(wanted - known))}; known: {', '.join(sorted(known))}")
    if not kept.BIN.is_file():
        sys.exit(f"{kept.BIN} is not built")
    checks = [c for c in CHECKS if not wanted or wanted & set(c.names)]
    if not kept.has_postgres():
        for check in checks:
            if check.engine == "postgres":
                print(f"SKIPPED {check.title}: no PostgreSQL here (e2e/verify/run.sh starts one)", flush=True)
        checks = [c for c in checks if c.engine != "postgres"]
    slots = int(os.environ.get("KEPT_VERIFY_JOBS") or (os.cpu_count() or 1) + 1)
    began, run = time.monotonic(), Run(verbose)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        run.templates([e for e in BOTH if any(c.engine == e and c.needs_book for c in checks)])
        for check in checks:
            if check.alone:
                run.one(check)
        run.side_by_side([c for c in checks if not c.alone], slots)
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        sys.exit(130)
    finally:
        run.close()
    for title, text in run.failed:
        print(f"\n── {title}\n{text.rstrip()}", flush=True)
    print(f"\n{run.passed} passed, {len(run.failed)} failed  ({time.monotonic() - began:.0f} s)", flush=True)
    sys.exit(1 if run.failed else 0)


match sys.argv[1:]:
    case ["--one", module, engine]:
        one(module, engine)
    case ["--template", engine]:
        print(json.dumps(kept.make_template(engine)))
    case _:
        main()
