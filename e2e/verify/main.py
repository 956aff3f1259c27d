"""make verify-fast: every check of the fast block, against one running product. Each prints `N passed, N failed`.

Usage: main.py [T-01 …]   (all without a name)
"""
import importlib
import sys
import time
import traceback

# In this order; each module has check(names) -> bool.
CHECKS = [
    (("T-01", "T-02", "T-03"), "access"),
    (("T-04",), "spraying"),
    (("T-05", "T-06"), "tokens"),
    (("T-09", "T-15"), "storms"),
    (("T-10",), "kill_statuses"),
    (("T-11",), "kill_import"),
    (("T-19",), "uploads"),
    (("T-25",), "spreadsheets"),
    (("T-31",), "surface"),
    (("T-35",), "static"),
]


def main():
    wanted = set(sys.argv[1:])
    known = {name for names, _ in CHECKS for name in names}
    if wanted - known:
        sys.exit(f"unknown: {', '.join(sorted(wanted - known))}; known: {', '.join(sorted(known))}")
    passed, failed, times = 0, [], []
    for names, module in CHECKS:
        if wanted and not wanted & set(names):
            continue
        began = time.monotonic()
        try:
            good = importlib.import_module(module).check(names)
        except Exception:  # the others shall still be told
            traceback.print_exc()
            good = False
        times.append(f"{time.monotonic() - began:6.1f} s  {' '.join(names)} {module}")
        if good:
            passed += 1
        else:
            failed.append(module)
    print("\n".join(["", "verify-fast, time per check", *times]))
    if failed:
        print("failed: " + ", ".join(failed))
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
