#!/usr/bin/env python3
"""What fixes make of real repositories: benches/fixes.py [--program PATH] [--checks DIR] [--kept DIR] REPOSITORY…

Copies each repository, makes all fixes that are proved (`gatelint fix --apply --unsafe`) in the copy, and scans it again.
Prints for each repository, and for all, how many findings are of pages with a `fix` block, how many of them have a safe
fix, how many have any, and how many were left. It is an error, and the exit code is 1, if after that

- a file is read in part or not at all that was read before, or there is a warning or an error that was not there;
- there is a finding of severity `low` or above that was not there, for any instance and environment;
- a second `gatelint fix --unsafe` finds anything to change.

With --checks the pages are those of a directory instead of those in the program. With --kept the copies are kept
below DIR.
"""

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CHECKS = pathlib.Path(__file__).resolve().parent.parent / "checks"
SUMMARY = re.compile(r"^gatelint: (\d+) findings? \w+(?: be fixed)?; (\d+) left", re.MULTILINE)


def run(program: list, folder: pathlib.Path, *arguments: str):
    command = [program[0], *arguments, *program[1:], "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")


def fix(program: list, folder: pathlib.Path, *arguments: str):
    """How many findings were fixed and left, and the diff."""
    result = run(program, folder, "fix", *arguments)
    summary = SUMMARY.search(result.stderr)
    if result.returncode or not summary:
        sys.exit(f"{folder.name}: gatelint fix failed: {result.stderr[-2000:]}")
    return int(summary[1]), int(summary[2]), result.stdout


class Scan:
    """What a scan of a folder found."""

    def __init__(self, program: list, folder: pathlib.Path):
        report = json.loads(run(program, folder, "scan", "--format", "json").stdout)
        self.findings = [finding for finding in report["findings"] if not finding["suppressed"]]
        ledger = report["ledger"]
        self.unread = {file["file"] for file in ledger["files"] if file["status"] in ("partial", "failed")}
        problems = [problem for problem in ledger["problems"] if problem["level"] != "note"]
        self.problems = collections.Counter((problem["location"]["file"], problem["message"]) for problem in problems)

    def count(self) -> collections.Counter:
        """How often each check finds something at each resource, at `low` or above: once an environment."""
        count = collections.Counter()
        for finding in self.findings:
            if finding["severity"] != "info":
                for resource in (finding["resource"], *finding["also"]):
                    count[finding["check"], resource] += max(1, len(finding["environments"]))
        return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/gatelint")
    parser.add_argument("--checks", type=pathlib.Path)
    parser.add_argument("--kept", type=pathlib.Path)
    parser.add_argument("repositories", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    program = [str(pathlib.Path(arguments.program).resolve())]
    program += ["--checks", str(arguments.checks.resolve())] if arguments.checks else []
    is_fixed = {
        page.relative_to(CHECKS).with_suffix("").as_posix()
        for page in CHECKS.rglob("*.md")
        if re.search(r"^\s+fix \{", page.read_text(), re.MULTILINE)
    }
    total, broken = collections.Counter(), 0
    for repository in arguments.repositories:
        with tempfile.TemporaryDirectory() as place:
            folder = (arguments.kept or pathlib.Path(place)).resolve() / repository.name
            shutil.copytree(repository, folder, symlinks=True)
            (folder / ".git").mkdir(exist_ok=True)
            before = Scan(program, folder)
            safe, _, _ = fix(program, folder)
            fixed, left, _ = fix(program, folder, "--unsafe", "--apply")
            after = Scan(program, folder)
            _, _, again = fix(program, folder, "--unsafe")
        faults = [f"{file} cannot be read any more" for file in sorted(after.unread - before.unread)]
        faults += [f"{file}: new: {message}" for file, message in sorted((after.problems - before.problems).keys())]
        faults += [f"{resource}: new: {check}" for check, resource in sorted((after.count() - before.count()).keys())]
        faults += [f"the second run changes more:\n{again}"] if again else []
        broken += len(faults)
        own = sum(finding["check"] in is_fixed for finding in before.findings)
        total += collections.Counter(own=own, safe=safe, fixed=fixed, left=left)
        if own or fixed or faults:
            print(f"{repository.name}: {own} findings of pages with a fix, {safe} safe, {fixed} fixed, {left} left", flush=True)
        for fault in faults:
            print(f"  {fault}", flush=True)
    own, safe, fixed, left = (total[key] for key in ("own", "safe", "fixed", "left"))
    repositories = len(arguments.repositories)
    print(f"{repositories} repositories, {len(is_fixed)} pages: {own} findings, {safe} safe, {fixed} fixed, {left} left, {broken} faults")
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()
