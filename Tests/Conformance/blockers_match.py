#!/usr/bin/env python3
"""Whether the requirements that `lockgate report` names are what holds a package back: real cargo updates the workspace
with them lifted, and with some other requirement lifted instead.

    blockers_match.py --lockgate PROGRAM --db DATABASE --index INDEX --corpus WORKSPACES --oracle FILE [--count N]

A requirement of a manifest is lifted in the manifest, one of a published version in a copy of its index file: on the
held package it becomes `=WANTED`, else `*`. Needs cargo. Exits with 1 if an answer is wrong.
"""
import argparse, json, os, random, re, shutil, subprocess, sys, tempfile
from updates_match import cases, load_oracle, series


def index_path(name):
    name = name.lower()
    if len(name) <= 2:
        return f"{len(name)}/{name}"
    return f"3/{name[0]}/{name}" if len(name) == 3 else f"{name[:2]}/{name[2:4]}/{name}"


class Overlay:
    """An index in which single files differ: everything else are links."""

    def __init__(self, index):
        self.index, self.root = index, tempfile.mkdtemp(prefix="overlay-")
        for entry in os.listdir(index):
            os.symlink(os.path.join(index, entry), os.path.join(self.root, entry))

    def open_up(self, relative):
        """Real folders along a path, links beside them."""
        place = ""
        for part in relative.split("/")[:-1]:
            place = os.path.join(place, part)
            full = os.path.join(self.root, place)
            if os.path.islink(full):
                os.unlink(full)
                os.mkdir(full)
                for entry in os.listdir(os.path.join(self.index, place)):
                    os.symlink(os.path.join(self.index, place, entry), os.path.join(full, entry))

    def lift(self, owner, version, crate, requirement):
        relative = index_path(owner)
        self.open_up(relative)
        full = os.path.join(self.root, relative)
        lines = open(full).read().splitlines()
        for number, line in enumerate(lines):
            entry = json.loads(line)
            if entry["vers"] != version:
                continue
            for dependency in entry["deps"]:
                if dependency.get("package", dependency["name"]) == crate:
                    dependency["req"] = requirement
            lines[number] = json.dumps(entry)
        os.unlink(full)
        open(full, "w").write("\n".join(lines) + "\n")

    def close(self):
        shutil.rmtree(self.root)


class World:
    """One workspace in a scratch folder, with an index that can be changed."""

    def __init__(self, oracle, path, case, index):
        self.oracle, self.path, self.case, self.index = oracle, path, case, index

    def __enter__(self):
        self.folder, self.root = self.oracle.scratch_dir()
        self.oracle.copy_tree(os.path.join(self.path, "tree"), self.root)
        self.oracle.touch_stubs(os.path.join(self.path, "stubs.txt"), self.root)
        self.workspace = os.path.dirname(os.path.join(self.root, self.case["lock_path"]))
        self.overlay = Overlay(self.index)
        return self

    def __exit__(self, *_):
        self.overlay.close()
        shutil.rmtree(self.folder)

    def lift(self, blocker, held, wanted):
        """-> whether it could be lifted here; a feature that is gone needs more than another requirement"""
        if blocker.get("reason") == "feature":
            return False
        requirement = f"={wanted}" if blocker["package"] == held else "*"
        place = blocker.get("location")
        if place and "line" in place:
            return self.edit(place, requirement)
        match = re.match(r"(\S+) (\S+)$", blocker["owner"])
        if not match:
            return False
        self.overlay.lift(match.group(1), match.group(2), blocker["package"], requirement)
        return True

    def edit(self, place, requirement):
        file = place["file"]
        if os.path.isabs(file):             # outside the folder of the workspace, in the world it was reported in
            file = os.path.join(self.root, re.sub(r"^.*?/up/up/up/root/", "", file))
        full = os.path.join(self.workspace, file)
        lines = open(full).read().split("\n")
        line = lines[place["line"] - 1]
        start = place["column"] - 1
        end = re.compile(r'"[^"]*"|\'[^\']*\'').match(line, start)
        if not end:
            return False
        lines[place["line"] - 1] = line[:start] + f'"{requirement}"' + line[end.end():]
        open(full, "w").write("\n".join(lines))
        return True

    def lock_after_update(self):
        """-> set of (name, version), or None if cargo refuses"""
        with self.oracle.Cargo(self.overlay.root) as cargo:
            status, err, _, _, _ = cargo.run(self.workspace, "update")
            self.message = err
        if status != 0:
            return None
        text = open(os.path.join(self.workspace, "Cargo.lock")).read()
        return set(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', text))


def reached(lock, package):
    """The wanted version is there, and nothing of the series that the package shall leave."""
    wanted = package["held"]["from"]
    old = series(package.get("cargo_update", package["locked"]))
    if lock is None or (package["name"], wanted) not in lock:
        return False
    return not any(name == package["name"] and version != wanted and series(version) == old for name, version in lock)


def others(report, package, named, count, rng):
    """Requirements of members that are not named and not on the way to a named one."""
    owners = {p for b in package["held"]["by"] for p in [q.split(" ")[0] for q in b["path"]]}
    pool = [
        {"owner": r["owner"], "package": r["package"], "location": r["location"]}
        for r in report["requirements"]
        if (r["owner"], r["package"]) not in named and r["package"] not in owners and r["package"] != package["name"]
    ]
    return rng.sample(pool, min(count, len(pool)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lockgate", "db", "index", "corpus", "oracle"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, oracle = random.Random(options.seed), load_oracle(options.oracle)
    done = wrong = other = several = published = skipped = 0
    for path, case in cases(options.corpus, 1000):
        with World(oracle, path, case, options.index) as world:
            found = subprocess.run(
                [options.lockgate, "report", "--offline", "--no-fix", "--format", "json", "--db", options.db],
                cwd=world.workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            report = json.loads(found.stdout)["workspaces"][0]
        held = [p for p in report.get("packages", []) if p.get("held", {}).get("proof") == "resolved"]
        inner = [p for p in held if any("location" not in b for b in p["held"]["by"])]
        chosen = rng.sample(inner, min(4, len(inner)))
        rest = [p for p in held if p not in chosen]
        for package in chosen + rng.sample(rest, min(3, len(rest))):
            if done >= options.count:
                break
            blockers = package["held"]["by"]
            label = f"{os.path.basename(path)}: {package['name']} {package['locked']} -> {package['held']['from']}"
            with World(oracle, path, case, options.index) as world:
                if not all([world.lift(b, package["name"], package["held"]["from"]) for b in blockers]):
                    skipped += 1
                    continue
                lock = world.lock_after_update()
                if not reached(lock, package):
                    wrong += 1
                    print(f"{label}: not reached without {[b['message'] for b in blockers]}: {world.message[-300:]}")
            done += 1
            several += len(blockers) > 1
            published += any("location" not in b for b in blockers)
            for blocker in blockers if len(blockers) > 1 else []:
                with World(oracle, path, case, options.index) as world:
                    for b in blockers:
                        if b is not blocker:
                            world.lift(b, package["name"], package["held"]["from"])
                    if reached(world.lock_after_update(), package):
                        wrong += 1
                        print(f"{label}: reached although {blocker['message']}")
            named = {(b["owner"].split(" ")[0], b["package"]) for b in blockers}
            for requirement in others(report, package, named, 2, rng):
                with World(oracle, path, case, options.index) as world:
                    if not world.lift(requirement, package["name"], package["held"]["from"]):
                        continue
                    other += 1
                    if reached(world.lock_after_update(), package):
                        wrong += 1
                        print(f"{label}: reached without {requirement['owner']} -> {requirement['package']}")
    print(
        f"{done} held packages ({several} with several requirements, {published} with one of a published version), "
        f"{other} other requirements lifted, {skipped} not editable, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
