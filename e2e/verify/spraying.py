"""T-04: guessing and spraying passwords, with the limits a real installation has."""
import subprocess
import sys

from kept import API, PEERS, SIGN_IN, Kept, Tally


def check(_):
    t = Tally("T-04 password guessing")
    with Kept(settings={"KEPT__AUTH__ATTEMPTS_PER_ADDRESS": "50"}) as kept:
        people = kept.fixtures["sign_ins"]
        good = people["manager"]
        others = ",".join(people[role]["email"] for role in ("agent", "location", "attorney", "attorney2", "trustee"))
        spray = subprocess.run(
            [sys.executable, str(PEERS / "spray.py"), "--url", kept.base + API + SIGN_IN, "--body", '{"email":"{user}","password":"{pass}"}',
             "--users", others, "--good", f"{good['email']}:{good['password']}", "--n", "60"], capture_output=True, text=True, check=False)
        for line in spray.stdout.splitlines():
            if line.startswith(("FAIL", "note")):
                print(line, flush=True)
        passed, failed = (int(word) for word in spray.stdout.splitlines()[-1].split() if word.isdigit())
        t.passed, t.failed = passed, failed
        stored = kept.sql("SELECT COUNT(*) FROM app_user WHERE password_hash NOT LIKE '$argon2id$v=19$m=%'")
        t.check("passwords are argon2id", stored == 0, stored)
        weak = kept.sql("SELECT COUNT(*) FROM app_user WHERE CAST(substr(password_hash, instr(password_hash, 'm=') + 2, "
                        "instr(password_hash, ',t=') - instr(password_hash, 'm=') - 2) AS INTEGER) < 19456")
        t.check("... with 19 MiB at least", weak == 0, weak)
    return t.done()
