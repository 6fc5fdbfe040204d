"""Converts a RustSec checkout into a folder of OSV records, one file each, without lockgate.

    rustsec_osv.py ADVISORY_DB FOLDER

Written from rustsec's own description of its export: the versions that no `patched` or `unaffected` requirement covers
become ranges of events `introduced` and `fixed`, in SemVer order, beginning at 0.0.0-0.
"""

import functools
import json
import pathlib
import sys
import tomllib

from rustsec_match import compare, version


def bounds(requirement):
    """The half-open interval [low, high) a requirement covers; None is without end. `=` covers one version."""
    low, high = "0.0.0-0", None
    for part in requirement.split(","):
        part = part.strip()
        if part == "*":
            continue
        operator = next((sign for sign in (">=", "<=", ">", "<", "=", "^", "~") if part.startswith(sign)), "")
        text = part[len(operator) :].strip()
        numbers = text.split("+")[0].split("-")[0].split(".")
        written = len(numbers)
        core = [int(number) for number in numbers] + [0] * (3 - written)
        pre = text.split("+")[0].partition("-")[2]
        full = ".".join(map(str, core)) + ("-" + pre if pre else "")
        after = full + ".0" if pre else f"{core[0]}.{core[1]}.{core[2] + 1}-0"

        def raised(place):
            raised = core[:place] + [core[place] + 1] + [0] * (2 - place)
            return ".".join(map(str, raised)) + "-0"

        if operator == ">=":
            low = full
        elif operator == ">":
            low = after
        elif operator == "<":
            high = full
        elif operator == "<=":
            high = after
        elif operator == "=":
            low, high = full, after
        elif operator == "~":
            low, high = full, raised(min(written, 2) - 1)
        else:
            low, high = full, raised(next((place for place in range(written) if core[place]), written - 1))
    return low, high


def order(left, right):
    return compare(version(left), version(right))


def ranges(versions):
    covered = sorted((bounds(text) for text in versions.get("patched", []) + versions.get("unaffected", [])),
                     key=functools.cmp_to_key(lambda left, right: order(left[0], right[0])))
    events, position = [], "0.0.0-0"
    for low, high in covered:
        if order(low, position) > 0:
            events += [{"introduced": position}, {"fixed": low}]
        if high is None:
            return events
        if order(high, position) > 0:
            position = high
    return events + [{"introduced": position}]


def main(database, folder):
    for path in sorted(pathlib.Path(database, "crates").glob("*/*.md")):
        entry = tomllib.loads(path.read_text().split("```toml", 1)[1].split("\n```", 1)[0])
        advisory = entry["advisory"]
        events = ranges(entry["versions"])
        specific = {"informational": advisory.get("informational"), "cvss": advisory.get("cvss"), "categories": []}
        record = {
            "id": advisory["id"], "aliases": advisory.get("aliases", []), "summary": "",
            "published": f"{advisory['date']}T12:00:00Z", "modified": f"{advisory['date']}T12:00:00Z",
            "affected": [{
                "package": {"ecosystem": "crates.io", "name": advisory["package"]},
                "ranges": [{"type": "SEMVER", "events": events}], "versions": [], "database_specific": specific,
            }],
        }
        if "withdrawn" in advisory:
            record["withdrawn"] = f"{advisory['withdrawn']}T12:00:00Z"
        pathlib.Path(folder, advisory["id"] + ".json").write_text(json.dumps(record))


main(sys.argv[1], sys.argv[2])
