#!/usr/bin/env python3
"""How many findings people are shown, and how many repeat one another: benches/findings.py [OPTIONS] REPOSITORY…

Scans each repository by itself, without its configuration, and prints

- findings at `low` and above: all that count, and those that are not folded into another one;
- the reports of the human format, the echoes among them, and the size of that format; and the echoes if each finding,
  `info` too, was a report of its own, as it was before findings were folded;
- the checks with the most findings that are not folded: everywhere, and outside directories of tests and examples.

A report is what the human format prints as one. An echo is a report about an object that has an earlier report of the
same mistake (see `mistake`): in the same file, and, as a stricter count, under the same address anywhere in the
repository. An object is a resource without its containers, instances and instructions.

With --against the same is done with an older program, with --against-checks with the pages of an older state of the
checks. The totals are then also given for what both can find: files that both evaluated, and checks that both have; the
checks with the most findings that only one of them has are listed.
Repositories that are vulnerable on purpose (--vulnerable NAME) count everywhere, but not as outside tests and examples.
With --sample N the program prints instead N findings of each of the most frequent checks (or of those of --only), drawn
with --seed, taken in turn from the repositories that have them, outside directories of tests and examples.
With --checks the pages are those of a directory instead of those in the program.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HEADER = re.compile(r"^(critical|high|medium|low|info) [a-z]+(/[a-z0-9-]+)+ ")
SEVERITIES = ("critical", "high", "medium", "low")
# The address of an object of Kubernetes: its kind, and where it has them its namespace and name.
MANIFEST = re.compile(r"[A-Z][A-Za-z]*/")
# As in `rarely_deployed` of src/source/files.rs.
REHEARSALS = set(
    "__tests__ e2e example examples fixture fixtures integration-tests mocks node_modules sample samples test testdata"
    " testing tests vendor".split()
)
# Checks that find the same mistake; of other checks each is a mistake of its own.
MISTAKES = {
    "security context": r"(kubernetes/container|kubernetes/pod|compose/service)/(no-(own-)?security-context"
    r"|seccomp-(unset|unconfined|annotation)|apparmor-un.*|capabilit.*-dropped|net-raw-.*|privilege-escalation.*"
    r"|may-run-as-root|runs-as-root|root-group|low-(user|group)-id|writable-root-filesystem|no-kernel-hardening)",
    "resources": r"(kubernetes|compose)/resources/.*",
    "image tag": r".*/image/(latest-tag|no-tag|stale-latest|no-digest|pull-policy-not-always)",
    "access to the node": r"(kubernetes/(pod|container)|compose/service)/(host-.*|.*host-path|runtime-socket|privileged"
    r"|dangerous-capability|added-capability|capability-.*|writable-system-mount)",
    "rights": r"kubernetes/rbac/.*|kubernetes/pod/account-with-cluster-rights",
}
MISTAKES = {name: re.compile(pattern) for name, pattern in MISTAKES.items()}


def mistake(check: str) -> str:
    return next((name for name, pattern in MISTAKES.items() if pattern.fullmatch(check)), check)


def item(finding: dict) -> str:
    """The object that a finding is about."""
    address = finding["resource"]
    if finding["check"].startswith("dockerfile/"):
        return re.match(r"stage\[\d+\]|stage\.[\w-]+|[^.\[]*", address)[0]
    if MANIFEST.match(address):
        return re.split(r"/container/|/spec\.|/admission/|/pod$", address)[0]
    return re.sub(r"\[[^\]]*\]", "", address)



class Scan:
    """What a scan of a repository found, and what people are shown of it."""

    def __init__(self, program: list, pages: list, folder: pathlib.Path, is_drawn: bool):
        self.folder, self.name, self.is_vulnerable = folder, folder.name, False
        report = json.loads(self.run(program, pages, "json"))
        self.files = {f["file"] for f in report["ledger"]["files"] if f["status"] == "evaluated"}
        # Programs that fold nothing show each finding, info too.
        self.is_folded = "folded" in report["summary"]
        self.take([f for f in report["findings"] if not f["suppressed"]])
        text = self.run(program, pages, "human") if is_drawn else ""
        lines = text.splitlines()
        self.lines, self.bytes = len(lines), len(text.encode())
        starts = [now for before, now in zip(["", *lines], lines) if HEADER.match(now) and not HEADER.match(before)]
        self.printed = len(starts)

    def take(self, findings: list):
        self.all = findings
        self.findings = [finding for finding in findings if finding["severity"] in SEVERITIES]
        self.open = [finding for finding in self.findings if not finding.get("folded_into")]
        self.reports = self.groups(self.open) if self.is_folded else [[finding] for finding in findings]

    def leave(self, checks: set):
        """Forgets what other checks found."""
        self.take([finding for finding in self.all if finding["check"] in checks])

    def is_outside(self, finding: dict) -> bool:
        """Whether a finding lies outside directories of tests and examples."""
        return not (self.is_vulnerable or REHEARSALS & set(finding["location"]["file"].split("/")[:-1]))

    def run(self, program: list, pages: list, form: str) -> str:
        command = [*program, "scan", ".", "--no-config", "--exit-zero", "--color", "never", "--format", form, *pages]
        how = {"cwd": self.folder, "env": {**os.environ, "COLUMNS": "100"}, "capture_output": True, "text": True}
        done = subprocess.run(command, errors="replace", **how)
        if done.returncode not in (0, 4):
            sys.exit(f"{self.name}: {done.stderr[-2000:]}")
        return done.stdout

    def groups(self, findings: list) -> list:
        """The findings of one resource at one place, without copies of the same in other files."""
        here = collections.defaultdict(list)
        for finding in findings:
            here[json.dumps(finding["location"]), finding["resource"]].append(finding)
        kept, last = [], {}
        for group in here.values():
            group.sort(key=lambda finding: SEVERITIES.index(finding["severity"]))
            lead = group[0]
            said = tuple((finding["check"], finding["path"], finding["message"]) for finding in group)
            said = (lead["resource"], self.text(lead["location"]), said)
            if last.get(said, lead["location"]["file"]) == lead["location"]["file"]:
                kept.append(group)
            last[said] = lead["location"]["file"]
        return kept

    def text(self, location: dict) -> str:
        lines = (self.folder / location["file"]).read_text(errors="replace").split("\n")
        start, end = location["start"], location["end"]
        lines = lines[start["line"] - 1 : end["line"]] or [""]
        lines[-1] = lines[-1][: end["column"] - 1]
        lines[0] = lines[0][start["column"] - 1 :]
        return "\n".join(lines)

    def echoes(self, is_strict: bool, groups: list | None = None) -> int:
        seen, count = set(), 0
        for group in self.reports if groups is None else groups:
            is_everywhere = is_strict and MANIFEST.match(group[0]["resource"])
            file = "" if is_everywhere else group[0]["location"]["file"]
            keys = {(file, item(finding), mistake(finding["check"])) for finding in group}
            count += keys <= seen
            seen |= keys
        return count


def scans(arguments, program: list, pages: list, is_drawn: bool) -> list:
    folders = [folder.resolve() for folder in arguments.repositories if folder.is_dir()]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        found = list(pool.map(lambda folder: Scan(program, pages, folder, is_drawn), folders))
    for scan in found:
        scan.is_vulnerable = scan.name in arguments.vulnerable
    return found


def share(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else f"{part}"


def totals(title: str, found: list):
    reports = sum(len(scan.reports) for scan in found)
    print(f"== {title}")
    print(f"findings at low and above           {sum(len(scan.findings) for scan in found):,}")
    print(f"  not folded                        {sum(len(scan.open) for scan in found):,}")
    outside = sum(scan.is_outside(finding) for scan in found for finding in scan.open)
    print(f"  outside tests and examples        {outside:,}")
    print(f"reports (in the human format)       {reports:,} ({sum(scan.printed for scan in found):,})")
    print(f"  echoes, in the same file          {share(sum(scan.echoes(False) for scan in found), reports)}")
    print(f"  echoes, in the repository         {share(sum(scan.echoes(True) for scan in found), reports)}")
    each = sum(len(scan.all) for scan in found)
    echoes = (sum(scan.echoes(is_strict, [[f] for f in scan.all]) for scan in found) for is_strict in (False, True))
    told = "; ".join(share(count, each) for count in echoes)
    print(f"all findings, each by itself        {each:,}; echoes in the file, in the repository: {told}")
    print(f"human format: lines, bytes          {sum(s.lines for s in found):,}, {sum(s.bytes for s in found):,}")


def counts(found: list, is_outside: bool = False) -> collections.Counter:
    findings = (f for scan in found for f in scan.open if not is_outside or scan.is_outside(f))
    return collections.Counter(finding["check"] for finding in findings)


def ids(program: list, pages: pathlib.Path | None) -> set:
    if pages:
        return {page.relative_to(pages).with_suffix("").as_posix() for page in pages.rglob("*.md")}
    done = subprocess.run([*program, "checks", "--format", "json"], capture_output=True, text=True, check=True)
    return {check["id"] for check in json.loads(done.stdout)}


def readable(pages: pathlib.Path, folder: str) -> str:
    """Copies pages without their frameworks, whose controls were named otherwise and decide nothing."""
    for page in pages.rglob("*.md"):
        copy = folder / page.relative_to(pages)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(re.sub(r"(?m)^frameworks:\n(?:  .*\n)+", "", page.read_text(), count=1))
    return folder


def compare(found: list, before: list, shared: set):
    """Totals of what both programs can find."""
    files = {now.name: now.files & old.files for now, old in zip(found, before)}
    print(f"== both: {sum(map(len, files.values())):,} files that both evaluated, {len(shared)} checks that both have")
    for title, side in (("before", before), ("now", found)):
        inside = [(scan, f) for scan in side for f in scan.open if f["location"]["file"] in files[scan.name]]
        both = [(scan, f) for scan, f in inside if f["check"] in shared]
        outside = sum(scan.is_outside(finding) for scan, finding in both)
        print(f"{title}: in these files {len(inside):,}, of these checks {len(both):,}, outside tests {outside:,}")
        only = collections.Counter(f["check"] for _, f in inside if f["check"] not in shared)
        print(f"  of checks that only this program has: {sum(only.values()):,}")
        for check, count in only.most_common(12):
            print(f"    {check} {count:,}")


def sample(found: list, checks: list, most: int, seed: int):
    for check in checks:
        dice = random.Random(f"{seed} {check}")
        queues = []
        for scan in found:
            findings = [(scan.name, f) for f in scan.open if f["check"] == check and scan.is_outside(f)]
            dice.shuffle(findings)
            queues += [findings] if findings else []
        dice.shuffle(queues)
        rounds = range(max(map(len, queues), default=0))
        turns = [queue[turn] for turn in rounds for queue in queues if turn < len(queue)]
        print(f"== {check}: {len(turns)}")
        for name, finding in turns[:most]:
            place = f"{finding['location']['file']}:{finding['location']['start']['line']}"
            print(f"{name}/{place} {finding['severity']} {finding['resource']}: {finding['message']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default="target/release/gatelint")
    parser.add_argument("--against", type=pathlib.Path)
    parser.add_argument("--against-checks", type=pathlib.Path)
    parser.add_argument("--checks", type=pathlib.Path)
    parser.add_argument("--vulnerable", action="append", default=[])
    parser.add_argument("--most", type=int, default=25)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("repositories", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    program = [str(arguments.program.resolve())]
    pages = ["--checks", str(arguments.checks.resolve())] if arguments.checks else []
    is_sampled = arguments.sample is not None

    found = scans(arguments, program, pages, not is_sampled)
    # Samples are of what is frequent where they are taken.
    frequent = [check for check, _ in counts(found, is_sampled).most_common(arguments.most)]
    if is_sampled:
        return sample(found, arguments.only or frequent, arguments.sample, arguments.seed)
    totals("now", found)
    before = []
    if arguments.against or arguments.against_checks:
        older = [str((arguments.against or arguments.program).resolve())]
        with tempfile.TemporaryDirectory() as folder:
            older_pages = ["--checks", readable(arguments.against_checks, folder)] if arguments.against_checks else []
            before = scans(arguments, older, older_pages, bool(arguments.against))
        had = ids(older, arguments.against_checks)
        for scan in before:
            scan.leave(had)
        totals("before", before)
        compare(found, before, ids(program, None) & had)
    old, outside, old_outside = counts(before), counts(found, True), counts(before, True)
    frequent += [check for check, _ in old.most_common(arguments.most) if check not in frequent]
    columns = "; before, now" if before else ""
    print(f"== checks: findings not folded, in brackets outside tests and examples{columns}")
    for check in frequent:
        was = f"{old[check]:>6,} ({old_outside[check]:,})" if before else ""
        print(f"{check:<60} {was} {counts(found)[check]:>6,} ({outside[check]:,})")
    print("== repositories: findings not folded, reports, echoes, lines")
    for scan in found:
        print(f"{scan.name:<50} {len(scan.open):>6,} {len(scan.reports):>6,} {scan.echoes(False):>6,} {scan.lines:>7,}")


if __name__ == "__main__":
    main()
