"""`do`, `list`, `show`, `outbox` and `crews` on a home without a config, and against a real gateway."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from services.contact import email, phone
from services.errors import Invalid
from tests.console.cli.conftest import Run
from tests.console.test_places import HARBOR

LOG = ("do", "log", "--service", "pothole", "--description", "A hole")


@pytest.fixture
def number(run: Run) -> str:
    """One report at this desk only."""
    made = run(*LOG, "--address", "1 Main St", "--name", "Ana", "--phone", "228 868 5700", "--json")
    assert made.code == 0
    return str(made.json["numbers"][0])


def test_a_home_without_a_config_just_works(run: Run, number: str) -> None:
    (row,) = run("list", "--json").rows
    assert row["number"] == number
    assert (row["status"], row["service"], row["address"], row["description"]) == (
        "new",
        "pothole",
        "1 Main St",
        "A hole",
    )
    assert (row["upstream"], row["crew"], row["outcome"], row["lat"], row["due_at"]) == ("", None, None, None, None)
    assert row["version"] == 1
    assert set(row) == {
        *("number", "upstream", "upstream_id", "service_code", "service", "status", "outcome", "address", "lat", "lon"),
        *("requested_at", "updated_at", "due_at", "crew", "claimed_by", "description", "version"),
    }


def test_show_has_history_callers_and_outbox(run: Run, number: str) -> None:
    shown = run("show", number, "--json").json
    assert [event["kind"] for event in shown["events"]] == ["logged"]
    assert shown["callers"] == [{"name": "Ana", "phone": "+1 228-868-5700", "email": "", "language": "en"}]
    assert shown["outbox"] == []
    text = run("show", number[-1]).out
    assert text.startswith(f"{number}  pothole  New\n")
    assert "Caller:    Ana +1 228-868-5700" in text
    assert "  Logged by phone by " in text.splitlines()[-1]


def test_a_report_in_writing_says_so(run: Run) -> None:
    number = run(*LOG, "--address", "2 Main St", "--channel", "email", "--json").json["numbers"][0]
    assert "  Logged from an e-mail by " in run("show", number).out


def test_a_message_to_a_caller_without_an_address_is_a_call_back(run: Run, number: str) -> None:
    said = run("do", "message", number, "Hello").out
    assert said == "Message to 1 request\nThis request lives at this desk only. 1 caller is to be called back.\n"
    assert run("list", "is:callback", "--json").json["number"] == number
    made = run(*LOG, "--address", "2 Main St", "--json").json["numbers"][0]
    refused = run("do", "message", made, "Hello")
    assert (refused.code, "lives at this desk only" in refused.err) == (1, True)


def test_show_tells_the_history_in_the_desks_words(run: Run, number: str) -> None:
    run("do", "assign", number, "--crew", "Forestry 2")
    run("do", "note", number, "Brought a saw")
    text = run("show", number).out
    assert "  Assigned to Forestry 2 by " in text
    assert ": Brought a saw\n" in text
    assert "=" not in text


def test_the_normal_way_from_new_to_closed_and_back(run: Run, number: str) -> None:
    assert run("do", "assign", number, "--crew", "Forestry 2").out.startswith("1 request assigned to Forestry 2\n")
    assert "lives at this desk only" in run("do", "status", number, "In progress").out
    assert run("do", "note", number, "Brought a saw").out == "Note on 1 request\nStaff only; nobody outside is told.\n"
    closed = run("do", "status", number, "closed", "--outcome", "fixed", "--json").json
    assert closed["numbers"] == [number]
    assert run("list", "outcome:fixed", "--json").json["crew"] == "Forestry 2"
    undone = run("do", "undo", closed["operation"])
    assert undone.out.startswith("Undone: ")
    assert run("show", number, "--json").json["status"] == "in_progress"
    assert run("do", "redo").code == 0
    assert "Closed: fixed" in run("show", number).out
    assert run("list", "is:open").out == "0 of 1\n"


def test_a_request_is_claimed_handed_over_and_released(run: Run, number: str) -> None:
    assert run("do", "claim", number).out == "1 request claimed\nStaff only; nobody outside is told.\n"
    me = run("list", "is:mine", "--json").json["claimed_by"]
    assert run("list", f'claimed:"{me}"', "--json").json["number"] == number
    assert run("do", "claim", number).err == "connect-console: You have it already.\n"
    unknown = run("do", "handover", number, "eve")
    assert (unknown.code, unknown.err) == (1, f"connect-console: Nobody called “eve” works here. One of: {me}.\n")
    assert run("do", "release", number, "--json").json["sentence"] == "1 request let go of"
    assert run("list", "claimed:none", "--json").json["claimed_by"] is None
    assert run("do", "undo").out == "Undone: 1 request let go of.\n"
    shown = run("show", number).out
    assert f"  Claimed:   by {me}\n" in shown
    assert f"  Claimed by {me}\n" in shown


def test_taking_it_off_its_crew(run: Run, number: str) -> None:
    run("do", "assign", number, "--crew", "Forestry 2")
    assert run("do", "assign", number, "--none").code == 0
    assert run("list", "--json").json["crew"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("do assign {} --crew Forrestry", "There is no crew “Forrestry”; the nearest is “Tree 1”."),
        ("do status {} closed", "Closing needs an outcome."),
        ("do status {} closed/fixed --outcome duplicate", "two outcomes"),
        ("do status {} assigned", "needs a crew"),
        ("do note {} \0", "There is no text."),
        ("do note 26-999999 x", "There is no request “26-999999”"),
        ("do undo nothing", "That operation is not in this store."),
        ("do status {} in_progress --seen 7", "changed"),
        ("show x", "There is no request “x”"),
        ("list status:sleeping", "“sleeping” is no status"),
        ("list srvice:x", "Did you mean service:"),
        ("outbox --retry x", "Nothing in the outbox has the id “x”"),
        ("crews --add", ""),
        ("statuses --upstream x", "There is no upstream “x”. Configured: none."),
        ("do log --service x --description y --address z --phone 12", "“12” is no telephone number"),
        ("do log --service x --description y --address z --email a@", "“a@” is no e-mail address"),
        ("do log --service x --description y --address z --upstream u", "There is no upstream “u”"),
    ],
)
def test_what_cannot_be_is_a_sentence_on_stderr(run: Run, number: str, words: str, says: str) -> None:
    run("crews", "--add", "Tree 1")
    told = run(*words.format(number).split(" "))
    assert told.code == (1 if says else 2)
    assert says in told.err
    assert told.out == ""
    assert "Traceback" not in told.err


def test_the_role_decides(run: Run, home: Path, number: str) -> None:
    home.joinpath("config.toml").write_text('[desk]\nrole = "call_taker"\nactor = "ben"\n', encoding="utf-8")
    refused = run("do", "assign", number, "--crew", "Tree 1")
    assert refused.code == 1
    assert "A call taker may not assign." in refused.err
    assert run("do", "note", number, "Seen").code == 0
    run("do", "note", number, "Seen too", "--as", "cleo")
    assert [event["actor"] for event in run("show", number, "--json").json["events"]][:2] == ["cleo", "ben"]


def test_crews_are_listed_added_and_not_doubled(run: Run) -> None:
    assert "There are no crews" in run("crews").out
    added = run("crews", "--add", "Tree 1", "--skill", "tree", "--capacity", "3", "--json")
    assert added.json.items() >= {"name": "Tree 1", "skills": ["tree"], "capacity": 3, "areas": []}.items()
    assert "There is a crew “tree 1” already" in run("crews", "--add", "tree 1").err
    assert "a name on one line" in run("crews", "--add", " ").err
    assert "Tree 1  3           always  anywhere  tree" in run("crews").out


def test_crews_come_out_of_a_file_all_or_none(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "crews.csv"
    file.write_text("team,takes,jobs per day,hours\nTree 1,tree,3,Mon-Fri 7:00-15:30\nOdd jobs,,many,\n", "utf-8")
    refused = run("crews", "import", str(file))
    assert (refused.code, "Line 3: “many” is no number of jobs" in refused.out) == (1, True)
    assert "There are no crews" in run("crews").out
    file.write_text(file.read_text("utf-8").replace("many", "4"), "utf-8")
    assert "2 would be saved." in run("crews", "import", str(file), "--dry-run").out
    done = run("crews", "import", str(file)).out
    assert "Odd jobs has no skills" in done
    assert done.endswith("2 crews saved.\n")
    assert [row["hours"] for row in run("crews", "--json").rows] == ["", "Mon-Fri 7:00-15:30"]
    home.joinpath("config.toml").write_text('[desk]\nrole = "dispatcher"\n', encoding="utf-8")
    assert "may not edit crews" in run("crews", "import", str(file)).err


def test_query_words_limit_and_text(run: Run, number: str) -> None:
    run("do", "log", "--service", "tree", "--description", "Ein Baum", "--lat", "42", "--long", "-71")
    assert len(run("list", "--json").rows) == 2
    assert len(run("list", "--json", "--limit", "1").rows) == 1
    assert run("list", "baum", "--json").json["lat"] == 42
    assert run("list", "service:pothole", "status:new", "--json").json["number"] == number
    assert run("list").out.endswith("2 of 2\n")


def test_a_place_outside_the_city_gets_the_citys_sentence(run: Run, home: Path) -> None:
    home.joinpath("config.toml").write_text(
        '[city]\nextent = [-89.2, 30.3, -89.0, 30.5]\noutside_message = "Please call Biloxi."\n', encoding="utf-8"
    )
    assert "Please call Biloxi." in run(*LOG, "--lat", "30.4", "--long", "-88.9").out
    assert "Please call Biloxi." not in run(*LOG, "--lat", "30.4", "--long", "-89.1").out


def test_what_is_logged_has_the_areas_of_its_point(run: Run, home: Path) -> None:
    (home / "wards.geojson").write_text(HARBOR, encoding="utf-8")
    home.joinpath("config.toml").write_text('[map]\nareas = ["wards.geojson"]\n', encoding="utf-8")
    for lat in ("30.4", "31"):
        run(*LOG, "--lat", lat, "--long", "-89.1")
    shown = [run("show", row["number"], "--json").json for row in run("list", "--json").rows if row["lat"]]
    assert {one["lat"]: one["area"] for one in shown} == {30.4: "Ward 1", 31: ""}


def test_outside_text_cannot_steer_the_terminal(run: Run) -> None:
    run("do", "log", "--service", "x\x1b[2J", "--description", "a\r\n\x1b]0;t\x07b", "--address", "\u202eteerts")
    for told in (run("list"), run("show", "1"), run("list", "--json"), run("show", "1", "--json")):
        assert told.code == 0
        assert not set(told.out) & set("\x1b\r\x07\u202e")


@pytest.mark.parametrize(("typed", "kept"), [("", ""), (" ", ""), ("+44 20 7946 0958", "+44 20 7946 0958")])
def test_telephone_numbers(typed: str, kept: str) -> None:
    assert phone(typed, "US") == kept


def test_e_mail_addresses() -> None:
    assert email(" Ana@EXAMPLE.com ") == "Ana@example.com"
    assert email("") == ""
    with pytest.raises(Invalid, match="no e-mail address"):
        email("a b@example.com")


def test_the_whole_loop_with_a_real_gateway(run: Run, city: str, tmp_path: Path) -> None:
    assert run("sync", "--once", "--json").json["new"] == 1
    assert run("show", city, "--json").json["reach"] == [{"channel": "email", "language": "en"}]
    assert "without a message nobody is mailed" in run("do", "assign", city, "--crew", "lights 1").out
    told = run("do", "status", city, "in_progress", "--message", "A crew is on its way.")
    assert told.out == "1 request set to In progress\nWill reach the reporter by e-mail in English.\n"
    assert [row["status_word"] for row in run("outbox", "--json").rows] == ["ASSIGNED", "IN_PROGRESS"]
    assert "A crew is on its way." in run("outbox").out
    synced = run("sync", "--once")
    assert "2 posted" in synced.out
    assert run("outbox").out == "Nothing waits to be told.\n"
    assert {row["state"] for row in run("outbox", "--all", "--json").rows} == {"sent"}
    text = run("show", city).out
    assert "Outbox:    The message was sent" in text
    assert "In progress by" in text
    assert "; sent, the reporter told by e-mail in English: A crew is on its way." in text
    assert "The update was taken by “city” as “IN_PROGRESS”" in text
    (letter,) = (tmp_path / "gateway" / "mail").glob("*.eml")
    assert "A crew is on its way." in letter.read_text(encoding="utf-8")


def test_a_report_logged_here_reaches_the_gateway(run: Run, city: str) -> None:
    run("sync", "--once")
    wrong = run("do", "log", "--service", "street-lite", "--description", "Out", "--lat", "42.3", "--long", "-71")
    assert "There is no service “street-lite”. The nearest is street-light (Street light out)." in wrong.err
    logged = run("do", "log", "--service", "street light out", "--description", "Out", "--lat", "42.3", "--long", "-71")
    assert "It waits to be posted to “city”." in logged.out
    assert run("sync", "--once", "--json").json["posted"] == 1
    (row,) = [row for row in run("list", "--json").rows if row["upstream_id"] != city]
    assert row["upstream_id"]
    assert row["service_code"] == "street-light"


def test_answers_to_a_services_questions_go_along(run: Run, city: str) -> None:
    run("sync", "--once")
    where = ("--lat", "42.3", "--long", "-71", "--description", "Deep")
    assert run("do", "log", "--service", "pothole", *where, "--answer", "size=large").code == 0
    assert run("do", "log", "--service", "pothole", *where, "--answer", "size").code == 2
    for wrong, said in (
        ((), "“How big is it?”: This has to be answered. Answer it in the form, or with --answer size=…, one of: "),
        (("--answer", "size=huge"), "“huge” is none of the answers."),
        (("--answer", "colour=red"), "The service does not ask “colour”. It asks: size (How big is it?)"),
    ):
        refused = run("do", "log", "--service", "pothole", *where, *wrong)
        assert refused.code == 1
        assert said in refused.err
    synced = run("sync", "--once", "--json")
    assert (synced.json["posted"], synced.json["refused"]) == (1, 0)
    shown = run("list", "--json", "service:pothole").json
    assert shown["upstream_id"]
    (answer,) = run("show", shown["number"], "--json").json["attributes"]
    assert answer["question"] == "How big is it?"
    assert answer["answer"]


def test_an_upstream_that_is_told_less_is_said(run: Run, home: Path, city: str) -> None:
    config = home / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("updates =", 'dialect = "georeport"\nupdates ='))
    run("sync", "--once")
    assert "“city” is told nothing: a plain GeoReport server" in run("do", "status", city, "acknowledged").out
    told = run("statuses", "--upstream", "city").out
    assert "closed/not_ours   CLOSED       only with a message" in told
    config.write_text(config.read_text(encoding="utf-8").replace("servicerequestupdates", "none"))
    refused = run("do", "message", city, "Hello")
    assert refused.code == 1
    assert "takes no updates" in refused.err
    assert "it takes no updates" in run("statuses").out


def test_a_refused_update_can_be_sent_again_or_given_up(run: Run, city: str, tmp_path: Path) -> None:
    run("sync", "--once")
    run("do", "status", city, "in_progress", "--message", "One")
    with sqlite3.connect(tmp_path / "gateway" / "gateway.db") as there:
        there.execute("DELETE FROM requests")
    there.close()
    failed = run("sync", "--once", "--json")
    assert failed.json["refused"] == 1
    (item,) = run("outbox", "--json").rows
    assert item["state"] == "refused"
    assert run("outbox", "--retry", item["id"][:8], "--json").json["id"] == item["id"]
    assert run("outbox", "--json").json["state"] == "queued"
    run("sync", "--once")
    assert run("outbox", "--give-up", item["id"]).code == 0
    assert run("outbox").out == "Nothing waits to be told.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_goes_away_is_no_fault(run: Run, number: str, home: Path) -> None:
    import subprocess

    command = [sys.executable, "-m", "console.cli", "--home", str(home), "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_what_is_personal_is_erased_and_the_history_stays(run: Run, number: str, home: Path) -> None:
    run("do", "note", number, "Ana's brother will be there")
    before = len(run("show", number, "--json").json["events"])
    ran = run("do", "erase", number)
    assert (ran.code, "Erased" in ran.out) == (0, True)
    shown = run("show", number, "--json")
    for word in ("Ana", "868-5700", "8685700", "A hole"):
        assert word not in shown.out
    assert len(shown.json["events"]) > before
    assert run("list", "brother", "--json").rows == []


def test_only_a_supervisor_may_erase(run: Run, number: str, home: Path) -> None:
    (home / "config.toml").write_text('[desk]\nrole = "dispatcher"\n', encoding="utf-8")
    ran = run("do", "erase", number)
    assert ran.code == 1
    assert "Only a supervisor may erase" in ran.err
    assert "Ana" in run("show", number, "--json").out
