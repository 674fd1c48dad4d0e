"""Callers from the command line: joined, merged, called back, found, given out and erased."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from console.forgetting import MONTH, Named, forget
from services.store.callers import Person
from tests.console.cli.conftest import Run

NOBODY = Person("", "", "", "", "", consent=False, do_not_call=False)
LOG = ("do", "log", "--service", "pothole", "--description", "Wolframite", "--address", "1 Main St")
XA = ("--name", "Xaverius Ytter", "--phone", "228 868 5700", "--email", "xaverius@example.org")


@pytest.fixture
def numbers(run: Run) -> list[str]:
    """Two reports at this desk only."""
    return [str(run(*LOG, *who, "--json").json["numbers"][0]) for who in (XA, ("--name", "Bo"))]


def test_join_ask_merge_and_call_back(run: Run, numbers: list[str]) -> None:
    first, second = numbers
    cy = ("--name", "Cy", "--phone", "228 868 5701", "--reply", "phone")
    assert run("do", "join", second, *cy, "--said", "Here too").out == f"{second}: one more caller\n"
    assert run("do", "enquiry", first, "--phone", "228-868-5700").out == f"{first}: question logged\n"
    done = run("do", "merge", second, "--into", first, "--json").json
    assert done["sentence"] == f"1 request merged into {first}"
    said = run("do", "status", first, "closed/fixed").out
    assert "We tell 1 caller by e-mail; 1 is to be called back." in said
    (call,) = run("callbacks", "--json").rows
    assert (call["name"], call["number"], call["state"]) == ("Cy", second, "Closed: fixed")
    assert "Cy" in run("callbacks").out
    assert "not reached, still" in run("callbacks", "--missed", str(call["id"])).out
    assert run("callbacks", "--done", str(call["id"])).out == f"{second}: caller called back\n"
    assert run("callbacks").out == "Nobody is to be called back.\n"
    assert "merged into this one" in run("show", first).out
    assert run("sync", "--once").code == 0


@pytest.mark.parametrize("end", [0, 1])
def test_what_was_merged_is_taken_apart_from_either_end(run: Run, numbers: list[str], end: int) -> None:
    first, second = numbers
    run("do", "merge", second, "--into", first)
    assert run("do", "unmerge", numbers[end]).out == f"Undone: 1 request merged into {first}.\n"
    assert run("do", "status", second, "in_progress").code == 0, "it may be worked on again"
    again = run("do", "unmerge", numbers[end])
    assert (again.code, "not merged" in again.err) == (1, True)


def test_a_notice_is_a_file_without_a_mail_server(run: Run, home: Path, numbers: list[str]) -> None:
    (home / "config.toml").write_text("[messages]\nhold_seconds = 0\n", encoding="utf-8")
    run("do", "message", numbers[0], "We come")
    assert run("sync", "--once", "--json").json["posted"] == 1
    (letter,) = (home / "mail").iterdir()
    assert b"xaverius@example.org" in letter.read_bytes()


def test_who_may_not_see_contacts_sees_them_masked(run: Run, home: Path, numbers: list[str]) -> None:
    (home / "config.toml").write_text(
        '[desk]\nrole = "dispatcher"\n[rights]\nsee_contacts = ["supervisor"]\n', encoding="utf-8"
    )
    shown = run("show", numbers[0]).out
    assert "Xaverius Ytter •••• 5700 x•••@example.org" in shown
    refused = run("person", "find", "--name", "Xaverius")
    assert (refused.code, "may not see contacts" in refused.err) == (1, True)
    (home / "config.toml").write_text('[rights]\nsee_contacts = ["janitor"]\n', encoding="utf-8")
    assert "see_contacts" in run("list").err


def test_a_person_is_found_given_out_and_erased_everywhere(run: Run, home: Path, numbers: list[str]) -> None:
    (home / "config.toml").write_text("[messages]\nhold_seconds = 0\n", encoding="utf-8")
    found = run("person", "find", "--phone", "(228) 868-5700")
    assert found.out.startswith("Xaverius Ytter, +1 228-868-5700, xaverius@example.org, en\n")
    assert run("person", "find", "--email", "xaverius@example.org", "--json").json["requests"] == [numbers[0]]
    given = run("person", "export", "--name", "ytter").json
    assert given["entries"][0]["description"] == "Wolframite"
    run("do", "note", numbers[0], "Xaverius Ytter waits")
    run("do", "message", numbers[0], "We come")
    run("sync", "--once")
    drafts = home / "drafts"
    drafts.mkdir()
    (drafts / "a.json").write_text(json.dumps({"phone": "228.868.5700"}), encoding="utf-8")
    (drafts / "b.json").write_text(json.dumps({"phone": "228 868 9999"}), encoding="utf-8")
    (home / "front").write_text("Xaverius", encoding="utf-8")
    erased = run("person", "erase", "--phone", "2288685700", "--json").json
    assert (erased["callers"], erased["files"], erased["upstreams"]) == (1, 2, [])
    assert [path.name for path in drafts.iterdir()] == ["b.json"]
    for path in home.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        for word in (b"xaverius", b"ytter", b"868-5700", b"8685700", b"wolframite"):
            assert word not in content or (word == b"wolframite" and path.name == "desk.db"), (word, path)
    assert run("show", numbers[0]).code == 0
    assert run("person", "find", "--name", "Xaverius").out == "Nobody is known by that.\n"
    assert "Nobody is known" in run("person", "erase", "--name", "Xaverius").err


def test_more_than_one_is_not_guessed(run: Run, numbers: list[str]) -> None:
    run(*LOG, "--name", "Bo", "--phone", "228 868 5799")
    refused = run("person", "erase", "--name", "Bo")
    assert (refused.code, "2 people are known by that" in refused.err) == (1, True)
    said = run("person", "erase", "--phone", "228 868 5799").out
    assert said.endswith("Drafts and letters deleted: 0.\n")


def test_a_file_that_cannot_be_erased_is_said(
    run: Run, home: Path, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("console.forgetting.forget", denied)
    assert "could not be erased: Permission denied" in run("person", "erase", "--phone", "2288685700").err


def test_retention_is_dry_first(run: Run, home: Path, numbers: list[str]) -> None:
    assert "kept for ever" in run("retention").err
    run("do", "status", numbers[1], "closed/withdrawn")
    (home / "config.toml").write_text("[retention]\nmonths = 6\n", encoding="utf-8")
    assert run("retention", "--dry-run").out.startswith("0 callers of requests closed more than 6 months ago would be")
    assert run("retention", "--months", "3", "--json").json == {"dry_run": False, "years": {}}
    assert 30 < MONTH.days + 1 < 32


def test_retention_says_the_years(run: Run, numbers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run("do", "status", numbers[1], "closed/withdrawn")
    monkeypatch.setattr("console.forgetting.MONTH", -MONTH)
    said = run("retention", "--months", "1", "--dry-run").out
    assert ": 1 callers\n" in said
    assert run("retention", "--months", "1").out.endswith(
        "1 callers of requests closed more than 1 months ago are erased.\n"
    )


def test_nothing_named_deletes_nothing(tmp_path: Path) -> None:
    mails = tmp_path / "mail"
    mails.mkdir()
    (mails / "x.eml").write_text("Dear all", encoding="utf-8")
    assert forget(tmp_path, mails, Named([replace(NOBODY, phone="911", name=" ")])) == 0


def test_a_household_is_asked_whom_and_the_other_stays(run: Run, home: Path, numbers: list[str]) -> None:
    theirs = run(*LOG, "--name", "Bea Quill", "--phone", "(228) 868-5700", "--json").json["numbers"][0]
    refused = run("person", "erase", "--phone", "2288685700")
    assert "2 people share that: Bea Quill, Xaverius Ytter. Say whom with --name; the others stay." in refused.err
    assert run("person", "export", "--phone", "2288685700").code == 1
    given = run("person", "export", "--phone", "2288685700", "--name", "bea").json
    assert [entry["request"] for entry in given["entries"]] == [theirs]
    unknown = run("person", "erase", "--phone", "2288685700", "--name", "Zed")
    assert "Nobody of that name is known by that. Known are: Bea Quill, Xaverius Ytter." in unknown.err
    drafts = home / "drafts"
    drafts.mkdir()
    for name, said in (("a", "Xaverius"), ("b", "Bea Quill"), ("c", "")):
        (drafts / f"{name}.json").write_text(json.dumps({"name": said, "phone": "228.868.5700"}), encoding="utf-8")
    done = run("person", "erase", "--phone", "2288685700", "--name", "Xaverius", "--json").json
    assert done["callers"] == 1
    assert sorted(path.name for path in drafts.iterdir()) == ["b.json"]
    left = run("person", "find", "--phone", "2288685700", "--json").json
    assert (left["name"], left["requests"]) == ("Bea Quill", [theirs])
    assert "Wolframite" in run("show", theirs).out
    assert "Wolframite" not in run("show", numbers[0]).out
