"""Commands on the machine: how well it can isolate student code."""

from __future__ import annotations

from grader.cli.options import AsJson, WantedIsolation, isolation_of, print_json

__all__ = ["doctor"]


def doctor(isolation: WantedIsolation = None, as_json: AsJson = False) -> int:
    """Say how well this machine can isolate student code; try it with hostile code."""
    from grader.sandbox.doctor import examine

    findings = examine(isolation_of(isolation))
    if as_json:
        print_json([{"what": f.what, "ok": f.ok, "detail": f.detail} for f in findings])
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'NO '} {finding.what}: {finding.detail}")
    return 0 if all(finding.ok for finding in findings) else 3
