#!/usr/bin/env python3
"""Whether what `lockgate fix` prints works: every command is run by real cargo, every edit is made, and the lock that is
left has to be the predicted one, byte for byte, and pass a second audit.

    fix_match.py --lockgate PROGRAM --db DATABASE --index INDEX --corpus WORKSPACES --oracle FILE [--count N] [-- ARG…]

The arguments behind `--` go to `lockgate fix`; without any, `--advisories`. Needs cargo. Exits with 1 if a plan is wrong.
"""
import argparse, json, os, re, shlex, shutil, subprocess, sys, tempfile
from updates_match import load_oracle

EDIT = re.compile(r"edit (.+):(\d+):(\d+): write (\".*\"|'.*')$")


def all_cases(corpus, count):
    """Locks that are current and that cargo can resolve, one of each content."""
    seen, found = set(), []
    for name in sorted(os.listdir(corpus)):
        path = os.path.join(corpus, name, "case.json")
        if not os.path.exists(path):
            continue
        case = json.load(open(path))
        if case["verdict"] != "current":
            continue
        lock = open(os.path.join(corpus, name, "tree", case["lock_path"]), "rb").read()
        if lock not in seen:
            seen.add(lock)
            found.append((os.path.join(corpus, name), case))
    step = max(1, len(found) // count)
    return found[::step][:count]


def scratch(oracle, path, case):
    folder, root = oracle.scratch_dir()
    oracle.copy_tree(os.path.join(path, "tree"), root)
    oracle.touch_stubs(os.path.join(path, "stubs.txt"), root)
    return folder, os.path.dirname(os.path.join(root, case["lock_path"]))


def edit(workspace, path, line, column, text):
    full = os.path.join(workspace, path)
    lines = open(full, encoding="utf-8", newline="").read().split("\n")
    content = lines[line - 1]
    old = re.compile(r"\"[^\"]*\"|'[^']*'").match(content, column - 1)
    lines[line - 1] = content[:column - 1] + text + content[old.end():]
    open(full, "w", encoding="utf-8", newline="").write("\n".join(lines))


def follow(cargo, workspace, commands):
    """-> what went wrong, or None"""
    edits = [EDIT.match(c) for c in commands]
    places = sorted(((m[1], int(m[2]), int(m[3]), m[4]) for m in edits if m), reverse=True)
    for path, line, column, text in places:
        edit(workspace, path, line, column, text)
    for command in commands:
        if command.startswith("cargo "):
            status, err, *_ = cargo.run(workspace, *shlex.split(command)[1:])
            if status:
                return command + ": " + err[-300:]
    return None


def run(program, workspace, db, *args):
    return subprocess.run(
        [program, *args, "--offline", "--db", db], cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)


def keys(program, workspace, db):
    """Rule and crate of each denied finding, how often."""
    found = run(program, workspace, db, "check", "--format", "json")
    report = json.loads(found.stdout)
    counts = {}
    for finding in report.get("findings", []):
        if finding["level"] == "denied":
            key = re.sub(r"@[^/]*$", "", finding["id"])
            counts[key] = counts.get(key, 0) + 1
    return counts, report.get("unjudged", [])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lockgate", "db", "index", "corpus", "oracle"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("rest", nargs="*", default=["--advisories"])
    options = parser.parse_args()
    oracle = load_oracle(options.oracle)
    looked = cleared = left = blocked = nothing = proven = plans = commands_run = wrong = 0
    with oracle.Cargo(options.index) as cargo:
        for path, case in all_cases(options.corpus, options.count):
            label = os.path.basename(path)
            folder, workspace = scratch(oracle, path, case)
            planned, predicted = scratch(oracle, path, case)
            try:
                found = run(options.lockgate, workspace, options.db, "fix", *options.rest)
                if found.returncode not in (0, 1):
                    print(f"{label}: {found.stderr.strip()[:200]}")
                    continue
                lines = found.stdout.splitlines()
                if lines == ["nothing to fix"]:
                    continue
                looked += 1
                commands = [l for l in lines if l.startswith(("cargo ", "edit "))]
                cleared += sum(l.startswith("cleared:") for l in lines)
                left += sum(l.startswith("left:") for l in lines)
                reasons = [l for l in lines if l.startswith("         = ")]
                blocked += sum("blocked by" in l for l in reasons)
                nothing += sum("no higher version" in l for l in reasons)
                proven += sum("resolved:" in l for l in reasons)
                if not commands:
                    continue
                plans += 1
                commands_run += len(commands)
                before, _ = keys(options.lockgate, workspace, options.db)
                run(options.lockgate, predicted, options.db, "fix", *options.rest, "--write")
                fault = follow(cargo, workspace, commands)
                read = lambda w: open(os.path.join(w, "Cargo.lock"), "rb").read()
                if fault is None and read(workspace) != read(predicted):
                    fault = "cargo leaves another lock"
                after, unjudged = keys(options.lockgate, workspace, options.db)
                worse = [k for k in after if after[k] > before.get(k, 0)]
                if fault is None and (worse or unjudged):
                    fault = f"the second audit: {worse} {unjudged}"
                if fault:
                    wrong += 1
                    print(f"{label}: {fault}\n    " + "\n    ".join(commands))
            finally:
                shutil.rmtree(folder)
                shutil.rmtree(planned)
    print(
        f"{looked} workspaces with findings: {cleared} cleared, {left} left ({blocked} blocked by somebody, {proven} of them proven; {nothing} "
        f"without any fix); {plans} plans, {commands_run} commands run by cargo, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
