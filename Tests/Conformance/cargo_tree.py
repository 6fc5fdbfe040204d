#!/usr/bin/env python3
"""Holds `lockgate tree` against `cargo tree`: cargo_tree.py LOCKGATE CORPUS [--count N] [--seed S] [--only NAME]

CORPUS has `index` and `workspaces-dev`. The locked packages of a workspace are made as stubs from their index lines, in a
directory source for cargo and as unpacked sources for lockgate, which otherwise has the index tree's data alone (a
database given by LOCKGATE_DB). Some packages, by their name, become procedural macros. Every workspace is run as it is
and with `resolver = "2"`. Prints each difference and the totals; exits with 1 if there is one.
"""
import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def index_path(name):
    low = name.lower()
    if len(low) < 3:
        return "%d/%s" % (len(low), low)
    return "3/%s/%s" % (low[0], low) if len(low) == 3 else "%s/%s/%s" % (low[:2], low[2:4], low)


def is_macro(name):
    if re.search(r"(derive|macros?|impl|attributes)$", name):
        return True
    return hashlib.sha256(name.encode()).digest()[0] < 20


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def manifest(line):
    out = ["[package]", "name = " + quoted(line["name"]), "version = " + quoted(line["vers"])]
    if line.get("links"):
        out += ["links = " + quoted(line["links"]), 'build = "build.rs"']
    out += ["[lib]", 'path = "src/lib.rs"']
    if is_macro(line["name"]):
        out.append("proc-macro = true")
    features = dict(line["features"], **(line.get("features2") or {}))
    tables = {}
    for dep in line["deps"]:
        kind = {"normal": "dependencies", "dev": "dev-dependencies", "build": "build-dependencies"}[dep.get("kind") or "normal"]
        if kind == "dev-dependencies":
            continue
        head = "target.%s.%s" % (quoted(dep["target"]), kind) if dep.get("target") else kind
        entry = {"version": quoted(dep["req"])}
        if dep.get("package"):
            entry["package"] = quoted(dep["package"])
        if dep["optional"]:
            entry["optional"] = "true"
        if not dep["default_features"]:
            entry["default-features"] = "false"
        if dep["features"]:
            entry["features"] = json.dumps(dep["features"])
        tables.setdefault(head, {})[dep["name"]] = "{ %s }" % ", ".join("%s = %s" % pair for pair in entry.items())
    for head, deps in tables.items():
        out.append("[%s]" % head)
        out += ["%s = %s" % (quoted(key), value) for key, value in deps.items()]
    out.append("[features]")
    out += ["%s = %s" % (quoted(key), json.dumps(values)) for key, values in features.items()]
    return "\n".join(out) + "\n"


class Skip(Exception):
    pass


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Case:
    def __init__(self, corpus, name, scratch, resolver):
        source = os.path.join(corpus, "workspaces-dev", name)
        case = json.load(open(os.path.join(source, "case.json")))
        if case["verdict"] == "git":
            raise Skip("git")
        shutil.copytree(os.path.join(source, "tree"), os.path.join(scratch, "tree"))
        self.root = os.path.normpath(os.path.join(scratch, "tree", os.path.dirname(case["lock_path"])))
        for line in open(os.path.join(source, "stubs.txt"), encoding="utf-8"):
            if line.strip():
                path = os.path.join(scratch, "tree", line.rstrip("\n"))
                if not os.path.exists(path):
                    write(path, "")
        updated = os.path.join(source, "updated.lock")
        if not os.path.exists(updated):
            raise Skip("no lock")
        shutil.copyfile(updated, os.path.join(self.root, "Cargo.lock"))
        if resolver:
            self.set_resolver(resolver)
        lock = tomllib.load(open(updated, "rb"))
        self.packages = [p for p in lock.get("package", []) if p.get("source") == CRATES_IO]
        if len(lock.get("package", [])) < 5 or any("git+" in p.get("source", "") for p in lock["package"]):
            raise Skip("small or git")
        self.names = sorted({p["name"] for p in lock["package"]})
        self.vendor(corpus, lock, scratch)

    def set_resolver(self, resolver):
        path = os.path.join(self.root, "Cargo.toml")
        text = open(path, encoding="utf-8").read()
        if re.search(r"^resolver", text, re.M):
            raise Skip("resolver given")
        for head in ("workspace", "package", "project"):
            text, count = re.subn(r"^\[%s\][ \t]*\n" % head, '[%s]\nresolver = "%s"\n' % (head, resolver), text, 1, re.M)
            if count:
                return write(path, text)
        raise Skip("no place for resolver")

    def vendor(self, corpus, lock, scratch):
        sums = lock.get("metadata", {})
        self.homes = [os.path.join(scratch, home) for home in ("cargo-home", "lockgate-home")]
        vendor = self.homes[1] + "/registry/src/index.crates.io-1949cf8c6b5b557f"
        os.makedirs(vendor)
        for package in self.packages:
            name, version = package["name"], package["version"]
            for text in open(os.path.join(corpus, "index", index_path(name)), encoding="utf-8"):
                line = json.loads(text)
                if line["name"] == name and line["vers"] == version:
                    break
            else:
                raise Skip("not in the index: %s %s" % (name, version))
            folder = os.path.join(vendor, "%s-%s" % (name, version))
            write(folder + "/Cargo.toml", manifest(line))
            write(folder + "/src/lib.rs", "")
            write(folder + "/build.rs", "fn main() {}")
            sum = package.get("checksum") or sums.get("checksum %s %s (%s)" % (name, version, CRATES_IO)) or line["cksum"]
            write(folder + "/.cargo-checksum.json", json.dumps({"files": {}, "package": sum}))
        write(self.homes[0] + "/config.toml",
              '[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = %s\n' % quoted(vendor))

    def runs(self, rng):
        picks = rng.sample(self.names, min(3, len(self.names)))
        for args in (
            [], ["--target", "all"], ["-d"], ["-e", "features"], ["-e", "no-dev"], ["--workspace", "-f", "{p} {f}"],
            ["--workspace", "--all-features", "-e", "normal", "-f", "{p}|{f}"], ["--target", "x86_64-pc-windows-msvc"],
            ["--workspace", "-d", "--target", "all"], ["-e", "no-proc-macro,no-build", "--no-default-features"],
            ["--target", "aarch64-apple-darwin", "--target", "wasm32-unknown-unknown", "-f", "{p} {f}"],
            ["--workspace", "--depth", "2", "--charset", "ascii"], ["--prefix", "depth", "--prune", picks[0]],
        ):
            yield args
        for pick in picks:
            yield ["--workspace", "-i", pick]
            yield ["--workspace", "-e", "features", "-i", pick]
        yield ["--target", "all", "-i", picks[0], "--no-dedupe", "--depth", "4"]


def run(program, args, cwd, home, extra):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CARGO", "RUST")) or k == "RUSTUP_HOME"}
    env.update(CARGO_HOME=home, CARGO_NET_OFFLINE="true", CARGO_TERM_COLOR="never", **extra)
    done = subprocess.run([program, "tree", *args], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=300)
    return done.returncode, done.stdout, done.stderr


CONDITIONS = ["cfg(windows)", "cfg(unix)", "cfg(not(windows))", "cfg(target_os = \"macos\")", "x86_64-pc-windows-msvc",
              "cfg(all(unix, target_arch = \"wasm32\"))", "cfg(any(windows, target_arch = \"wasm32\"))"]


class RandomCase:
    """Members and packages in folders, with whatever features and conditions a seed makes up."""

    def __init__(self, seed, scratch):
        rng = random.Random(seed)
        self.root, self.homes = os.path.join(scratch, "w"), [os.path.join(scratch, "home")] * 2
        os.makedirs(self.homes[0])
        crates = list("abcdefgh"[: rng.randint(4, 8)])
        members = ["m%d" % number for number in range(rng.randint(1, 3))]
        self.names = crates + members
        for number, name in enumerate(crates):
            self.package(rng, "crates/" + name, name, crates[number + 1:], "../", False)
        for number, name in enumerate(members):
            later = [(m, "../") for m in members[number + 1:]]
            self.package(rng, name, name, crates, "../crates/", True, later)
        write(self.root + "/Cargo.toml", '[workspace]\nresolver = "%d"\nmembers = %s\nexclude = ["crates"]\n' % (
            rng.choice([1, 2, 2, 3]), json.dumps(members)))

    def package(self, rng, folder, name, needs, prefix, is_member, others=()):
        lines = ["[package]", "name = " + quoted(name), 'version = "1.0.0"', 'edition = "2021"']
        macro = rng.random() < 0.2
        lines += ["[lib]", "proc-macro = true"] if macro else []
        tables, features, optional = {}, {"f": [], "g": ["f"]}, set()
        if rng.random() < 0.5:
            features["default"] = [rng.choice("fg")]
        for need, place in [(need, prefix) for need in needs] + list(others):
            if rng.random() > (0.5 if is_member else 0.45):
                continue
            key = rng.choice([need, need, need, need + "_x"])
            kinds = [""] + ["build-"] * (rng.random() < 0.2) + ["dev-"] * (is_member and rng.random() < 0.3)
            is_optional = rng.random() < 0.4
            for kind in rng.sample(kinds, rng.randint(1, len(kinds))):
                head = kind + "dependencies"
                if rng.random() < 0.35:
                    head = "target.%s.%s" % (quoted(rng.choice(CONDITIONS)), head)
                entry = ["path = " + quoted(place + need)] + ["package = " + quoted(need)] * (key != need)
                if is_optional and kind != "dev-":
                    entry.append("optional = true")
                    optional.add(key)
                if rng.random() < 0.3:
                    entry.append("default-features = false")
                if rng.random() < 0.5:
                    entry.append("features = " + json.dumps(rng.sample(["f", "g"], rng.randint(1, 2))))
                tables.setdefault(head, {})[key] = "{ %s }" % ", ".join(entry)
            used = {k for table in tables.values() for k in table}
            if key not in used:
                continue
            for _ in range(rng.randint(0, 3)):
                values = [key + "/f", key + "/g"]
                if key in optional:
                    values += ["dep:" + key, key + "?/f", key + "?/g"]
                into = rng.choice(["f", "g", "h" + key])
                features.setdefault(into, []).append(rng.choice(values))
            if key in optional and any("dep:" + key in values for values in features.values()) and rng.random() < 0.3:
                features[key] = ["f"]
        for key in optional:
            if not any("dep:" + key in values for values in features.values()):
                # A dependency that only weak features name needs one that turns it on, or its own.
                features.pop(key, None)
        for head, deps in tables.items():
            lines.append("[%s]" % head)
            lines += ["%s = %s" % pair for pair in deps.items()]
        lines += ["[features]"] + ["%s = %s" % (key, json.dumps(values)) for key, values in features.items()]
        write("%s/%s/Cargo.toml" % (self.root, folder), "\n".join(lines) + "\n")
        write("%s/%s/src/lib.rs" % (self.root, folder), "")
        write("%s/%s/build.rs" % (self.root, folder), "fn main() {}")

    def runs(self, rng):
        targets = ["x86_64-pc-windows-msvc", "aarch64-apple-darwin", "wasm32-unknown-unknown", "x86_64-unknown-linux-gnu"]
        picks = rng.sample(self.names, 2)
        yield ["-f", "{p} {f}"]
        yield ["--target", "all", "-f", "{p} {f}"]
        yield ["-e", rng.choice(["no-dev", "normal", "no-build", "build,dev"]), "-f", "{p} {f}"]
        yield [arg for target in rng.sample(targets, rng.randint(1, 3)) for arg in ("--target", target)] + ["-f", "{p} {f}"]
        yield ["-e", "features"]
        yield ["-e", "features", "-i", picks[0], "--all-features"]
        yield ["-d", "--target", "all", "-f", "{p} {f}"]
        yield ["-p", "m0", "--no-default-features", "-F", rng.choice(["f", "g", "m0/g", "f g"]), "-e", "features"]
        yield ["-i", picks[1], "--target", rng.choice(targets), "--no-dedupe"]
        yield ["--all-features", "-e", "all,no-proc-macro" if rng.random() < 0.2 else "all"]


def try_random(options, seed, cargo, totals):
    scratch = tempfile.mkdtemp(prefix="cargo-tree-", dir=options.scratch)
    try:
        case, rustc = RandomCase(seed, scratch), os.path.join(os.path.dirname(cargo), "rustc")
        extra = {"RUSTC": rustc}
        if run(cargo, ["--workspace"], case.root, case.homes[0], extra)[0] != 0:
            raise Skip("random: cargo refuses the workspace")
        totals.workspaces += 1
        check_labels(options, "seed %s" % seed, case, cargo, extra, totals)
        compare(options, "random", seed, case, cargo, extra, totals)
    except Skip as reason:
        totals.skipped[str(reason)] = totals.skipped.get(str(reason), 0) + 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def compare(options, name, seed, case, cargo, extra, totals):
    for args in case.runs(random.Random("%s%s" % (seed, name))):
        theirs = run(cargo, args, case.root, case.homes[0], extra)
        ours = run(options.lockgate, args + ["--offline"], case.root, case.homes[1], {})
        totals.runs += 1
        totals.both_fail += theirs[0] != 0 and ours[0] != 0
        if theirs[1] != ours[1] or (theirs[0] == 0) != (ours[0] == 0):
            totals.differences += 1
            tell(options, name, seed, args, theirs, ours)


def real_cargo():
    if shutil.which("rustup"):
        return subprocess.run(["rustup", "which", "cargo"], stdout=subprocess.PIPE, text=True).stdout.strip()
    return shutil.which("cargo")


REAL = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin", "wasm32-unknown-unknown",
        "x86_64-unknown-redox", "x86_64-unknown-fuchsia", "x86_64-fortanix-unknown-sgx", "x86_64-unknown-freebsd"]


def built(cargo, case, args, extra, targets=("all",)):
    """What cargo shows of a build, (name, version); for `all` conditions do not count."""
    args = args + [arg for target in targets for arg in ("--target", target)]
    status, out, _ = run(cargo, args + ["--workspace", "--prefix", "none"], case.root, case.homes[0], extra)
    if status:
        raise Skip("cargo cannot show everything")
    return {tuple(line.split(" ")[:2]) for line in out.decode("utf-8", "replace").split("\n") if " v" in line}


def check_labels(options, name, case, cargo, extra, totals):
    """What is only locked, and what is built, against what cargo builds; with and without knowledge of macros."""
    real = built(cargo, case, ["--all-features"], extra, REAL)
    everything, standard = built(cargo, case, ["--all-features"], extra), built(cargo, case, [], extra)
    for home in (case.homes[1], case.root):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("CARGO", "RUST"))}
        done = subprocess.run([options.lockgate, "explain", "--format", "json", "--offline"], cwd=case.root,
                              env=dict(env, CARGO_HOME=home), capture_output=True, timeout=300)
        if done.returncode:
            print("different: %s explain fails: %s" % (name, done.stderr.decode("utf-8", "replace")[:300]))
            totals.differences += 1
            return
        for package in json.loads(done.stdout)["packages"]:
            key = (package["crate"], "v" + package["version"])
            state, features = package["build"]["state"], package["build"].get("features")
            totals.labels[state] = totals.labels.get(state, 0) + 1
            wrong = key in real if state == "only-locked" else state == "built" and key not in everything
            if wrong or (state == "built" and features == "default" and key not in standard):
                totals.differences += 1
                print("different: %s %s is said to be %s %s" % (name, key, state, features))


class Totals:
    def __init__(self):
        self.labels = {}
        self.workspaces = self.runs = self.both_fail = self.differences = self.assumed = 0
        self.skipped = {}


def try_case(options, name, resolver, cargo, totals):
    scratch = tempfile.mkdtemp(prefix="cargo-tree-", dir=options.scratch)
    try:
        case = Case(options.corpus, name, scratch, resolver)
        rustc = os.path.join(os.path.dirname(cargo), "rustc")
        first = run(cargo, [], case.root, case.homes[0], {"RUSTC": rustc})
        if first[0] != 0:
            raise Skip("cargo: " + first[2].decode("utf-8", "replace").strip().split("\n")[0][:90])
        totals.workspaces += 1
        check_labels(options, name, case, cargo, {"RUSTC": rustc}, totals)
        compare(options, name, options.seed, case, cargo, {"RUSTC": rustc}, totals)
    except Skip as reason:
        text = str(reason)
        totals.skipped[text] = totals.skipped.get(text, 0) + 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def tell(options, name, resolver, args, theirs, ours):
    print("different: %s %s: tree %s" % (name, resolver, " ".join(args)))
    print("  status %d %d; %s" % (theirs[0], ours[0], (ours[2] or theirs[2]).decode("utf-8", "replace")[:300]))
    pairs = [text.decode("utf-8", "replace").split("\n") for text in (theirs[1], ours[1])]
    shown = 0
    for number in range(max(map(len, pairs))):
        lines = [pair[number] if number < len(pair) else "<end>" for pair in pairs]
        if lines[0] != lines[1]:
            print("  %d: %s\n  %s  %s" % (number + 1, lines[0], " " * len(str(number + 1)), lines[1]))
            shown += 1
            if shown == options.lines:
                break


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lockgate")
    parser.add_argument("corpus")
    parser.add_argument("--count", type=int, default=20, help="workspaces, each with two resolvers")
    parser.add_argument("--random", type=int, default=0, help="also so many workspaces that a seed makes up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--scratch")
    options = parser.parse_args()
    options.lockgate = os.path.abspath(options.lockgate)
    cargo = real_cargo()
    names = sorted(os.listdir(os.path.join(options.corpus, "workspaces-dev")))
    random.Random(options.seed).shuffle(names)
    totals = Totals()
    for name in [options.only] if options.only else names:
        if totals.workspaces >= options.count * 2:
            break
        for resolver in (None, "2"):
            try_case(options, name, resolver, cargo, totals)
    for number in range(options.random):
        try_random(options, options.seed * 100000 + number, cargo, totals)
    for reason, count in sorted(totals.skipped.items()):
        print("skipped %d: %s" % (count, reason), file=sys.stderr)
    print("cargo-tree     seed %d: %d workspaces, %d runs (%d fail with both), %d different" % (
        options.seed, totals.workspaces, totals.runs, totals.both_fail, totals.differences))
    print("cargo-tree     labels: %s" % ", ".join("%d %s" % (totals.labels[key], key) for key in sorted(totals.labels)))
    sys.exit(1 if totals.differences else 0)


main()
