"""Which advisories of a RustSec checkout affect the packages of some locks, worked out without lockgate.

    rustsec_match.py ADVISORY_DB LOCK…

Prints for each lock its path, then one line `name version id,id…` for each package with advisories, all sorted.
Written from the database's own description of its format: a version is affected unless a `patched` or `unaffected`
requirement covers it; versions are compared in plain SemVer order, pre-releases included.
"""

import pathlib
import re
import sys
import tomllib

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def version(text):
    """Numbers and pre-release identifiers; build metadata does not count."""
    text = text.split("+")[0]
    numbers, _, pre = text.partition("-")
    numbers = [int(part) for part in numbers.split(".")]
    return numbers + [0] * (3 - len(numbers)), pre.split(".") if pre else None


def compare_identifiers(left, right):
    if left.isdigit() and right.isdigit():
        return (int(left) > int(right)) - (int(left) < int(right))
    if left.isdigit() != right.isdigit():
        return -1 if left.isdigit() else 1
    return (left > right) - (left < right)


def compare(left, right):
    """SemVer precedence: negative, zero or positive."""
    if left[0] != right[0]:
        return -1 if left[0] < right[0] else 1
    if left[1] is None or right[1] is None:
        return (left[1] is None) - (right[1] is None)
    for one, other in zip(left[1], right[1]):
        order = compare_identifiers(one, other)
        if order:
            return order
    return len(left[1]) - len(right[1])


def bumped(numbers, count):
    """The first pre-release of the next version that differs in number `count`."""
    raised = numbers[: count - 1] + [numbers[count - 1] + 1] + [0] * (3 - count)
    return raised, ["0"]


def covers(comparator, candidate):
    operator, text = re.fullmatch(r"(>=|<=|>|<|=|\^|~)?\s*(\S+)", comparator.strip()).groups()
    bound = version(text)
    written = len(text.split("+")[0].split("-")[0].split("."))
    order = compare(candidate, bound)
    if operator == ">":
        return order > 0
    if operator == ">=":
        return order >= 0
    if operator == "<":
        return order < 0
    if operator == "<=":
        return order <= 0
    if operator == "=":
        return order == 0
    if operator == "~":
        return order >= 0 and compare(candidate, bumped(bound[0], min(written, 2))) < 0
    significant = next((place for place in range(written) if bound[0][place]), written - 1)
    return order >= 0 and compare(candidate, bumped(bound[0], significant + 1)) < 0


def is_affected(advisory, candidate):
    versions = advisory["versions"]
    requirements = versions.get("patched", []) + versions.get("unaffected", [])
    return not any(all(covers(part, candidate) for part in req.split(",") if part.strip() != "*") for req in requirements)


def read_advisories(database):
    by_package = {}
    for path in sorted(pathlib.Path(database, "crates").glob("*/*.md")):
        front_matter = path.read_text().split("```toml", 1)[1].split("\n```", 1)[0]
        advisory = tomllib.loads(front_matter)
        if "withdrawn" not in advisory["advisory"]:
            by_package.setdefault(advisory["advisory"]["package"], []).append(advisory)
    return by_package


def main(database, locks):
    by_package = read_advisories(database)
    for lock in locks:
        print(lock)
        packages = tomllib.loads(pathlib.Path(lock).read_text()).get("package", [])
        lines = set()
        for package in packages:
            if package.get("source") != CRATES_IO:
                continue
            advisories = by_package.get(package["name"], [])
            hits = [each["advisory"]["id"] for each in advisories if is_affected(each, version(package["version"]))]
            if hits:
                lines.add(f"{package['name']} {package['version']} {','.join(sorted(hits))}")
        for line in sorted(lines):
            print(line)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
