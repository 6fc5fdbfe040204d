#!/usr/bin/env python3
"""What `lockgate report` says there is above each package, against `cargo update --dry-run --verbose`.

    updates_match.py --lockgate PROGRAM --db DATABASE --index INDEX --corpus WORKSPACES [--oracle FILE] [--count N]

Needs cargo. Prints one line per workspace that differs, and a summary; exits with 1 if any does.
"""
import argparse, importlib.machinery, importlib.util, json, os, re, subprocess, sys

LINE = re.compile(
    r"^\s+(Updating|Downgrading|Adding|Removing|Unchanged) (\S+) v(\S+?)(?: -> v(\S+))?"
    r"((?: \([^()]*\))*)$")
AVAILABLE = re.compile(r"\(available: v([^ ,)]+)")


def load_oracle(path):
    loader = importlib.machinery.SourceFileLoader("oracle", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("oracle", loader))
    loader.exec_module(module)
    return module


def cases(corpus, count):
    """Current locks of different repositories, the larger ones first within each."""
    best = {}
    for name in sorted(os.listdir(corpus)):
        path = os.path.join(corpus, name, "case.json")
        if not os.path.exists(path):
            continue
        case = json.load(open(path))
        if case["verdict"] != "current" or case.get("updated_error") or case.get("fresh_error"):
            continue
        known = best.get(case["repo"])
        if known is None or case["packages"] > known[1]["packages"]:
            best[case["repo"]] = (os.path.join(corpus, name), case)
    return [best[k] for k in sorted(best)][:count]


def cargo_view(text):
    """-> (old id -> new version or None, id after -> available version)"""
    moved, available = {}, {}
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        word, name, version, new, notes = match.groups()
        if word in ("Updating", "Downgrading") and new is None:
            continue
        after = (name, new or version)
        if word in ("Updating", "Downgrading"):
            moved[name, version] = new
        if word == "Removing":
            moved[name, version] = None
        found = AVAILABLE.search(notes or "")
        if found and word != "Removing":
            available[after] = found.group(1)
    return moved, available


def series(version):
    parts = version.split("-")[0].split("+")[0].split(".")
    return parts[0] if parts[0] != "0" else ".".join(parts[:2]) if parts[1] != "0" else ".".join(parts[:3])


def key(version):
    core, _, pre = version.split("+")[0].partition("-")
    return ([int(x) for x in core.split(".")], pre == "", pre)


def expected(package, after):
    """What cargo would call available above `after`, by the report's facts."""
    def above(offer):
        return package.get(offer) and key(package[offer]["version"]) > key(after)
    if above("compatible") and series(package["compatible"]["version"]) == series(after):
        return package["compatible"]["version"]
    if package["direct"] and above("newest"):
        return package["newest"]["version"]
    return None


def compare(report, moved, available):
    faults = []
    added = {}
    for package in report["packages"]:
        if not package["source"].endswith("crates.io") and "crates.io-index" not in package["source"]:
            continue
        name, locked = package["name"], package["locked"]
        ours = None if package.get("leaves") else package.get("cargo_update", locked)
        theirs = moved.get((name, locked), locked)
        if theirs is None and ours is not None and (name, ours) in available or theirs is None and ours != locked:
            theirs = ours                      # cargo pairs old and new only where there is one of each
        if ours != theirs:
            faults.append(f"{name} {locked}: update gives {ours}, cargo {theirs}")
        elif ours is not None and expected(package, ours) != available.get((name, ours)):
            faults.append(f"{name} {ours}: available {expected(package, ours)}, cargo {available.get((name, ours))}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lockgate", "db", "index", "corpus", "oracle"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    oracle = load_oracle(options.oracle)
    packages = differing = 0
    with oracle.Cargo(options.index) as cargo:
        for path, case in cases(options.corpus, options.count):
            _, root = oracle.scratch_dir()
            oracle.copy_tree(os.path.join(path, "tree"), root)
            oracle.touch_stubs(os.path.join(path, "stubs.txt"), root)
            workspace = os.path.dirname(os.path.join(root, case["lock_path"]))
            status, err, _, _, _ = cargo.run(workspace, "update", "--dry-run", "--verbose")
            if status != 0:
                print(f"{os.path.basename(path)}: cargo fails: {err.strip().splitlines()[-1]}")
                continue
            found = subprocess.run(
                [options.lockgate, "report", "--offline", "--no-fix", "--format", "json", "--db", options.db],
                cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            report = json.loads(found.stdout)["workspaces"][0]
            if "packages" not in report:
                faults = [str(report)[:300]]
            else:
                faults = compare(report, *cargo_view(err))
                packages += len(report["packages"])
            differing += bool(faults)
            for fault in faults:
                print(f"{os.path.basename(path)}: {fault}")
    print(f"{options.count} workspaces, {packages} packages, {differing} workspaces differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
