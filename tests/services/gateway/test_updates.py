"""Updates: keys, states, once only, and whom they mail."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from services.domain.statusmap import STATUS_MAPS, Dialect, State, Told
from services.errors import Forbidden, Invalid
from services.gateway.keys import KeyRing, new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from services.gateway.updates import state_of, word_of
from tests.services.gateway.conftest import City
from tests.services.notify.mailbox import smtp_server, text_of

GATEWAY = STATUS_MAPS[Dialect.GATEWAY]


def detailed(city: City, number: str) -> tuple[str, str]:
    """The two words a request shows for its state."""
    shown = city.shown(number)
    return shown["status"], shown["extended_attributes"]["detailed_status"]


@pytest.mark.parametrize("key", ["", "wrong", "00000000.wrong"])
def test_an_update_needs_a_right_key(city: City, key: str) -> None:
    number = city.report()
    answer = city.update(number, "u1", status="FIXED", api_key=key)
    assert answer.status_code == 403
    assert answer.json()[0]["code"] == 403
    assert detailed(city, number) == ("open", "NEW")
    if key:
        assert city.get("requests.json", api_key=key).status_code == 403


def test_every_word_the_desk_may_send_is_taken_and_read_back_as_sent(city: City) -> None:
    number = city.report()
    for n, (state, told) in enumerate(GATEWAY.outgoing.items()):
        if isinstance(told, Told):
            assert city.update(number, f"u{n}", status=told.word).status_code == 200
            assert detailed(city, number) == ("open" if state[0].is_open else "closed", told.word)
            assert GATEWAY.read(told.word) == state


def test_open_and_closed_say_too_little_to_change_what_already_is_so(city: City) -> None:
    number = city.report()
    steps = [("OPEN", "NEW"), ("IN_PROGRESS", "IN_PROGRESS"), ("OPEN", "IN_PROGRESS"), ("", "IN_PROGRESS")]
    steps += [("CLOSED", "CLOSED"), ("FIXED", "FIXED"), ("CLOSED", "FIXED"), ("open", "ACKNOWLEDGED")]
    for n, (word, shown) in enumerate(steps):
        assert city.update(number, f"u{n}", status=word).status_code == 200
        assert detailed(city, number)[1] == shown


@pytest.mark.parametrize("word", ["WIBBLE", "UNCHANGED", "NEW", "PROCESSED"])
def test_a_word_it_does_not_know_is_refused_and_changes_nothing(city: City, word: str) -> None:
    number = city.report()
    answer = city.update(number, "u1", status=word, description="text")
    assert answer.status_code == 400
    assert "IN_PROGRESS" in answer.json()[0]["description"]
    assert city.get("servicerequestupdates.json").json() == []


def test_the_same_update_again_answers_the_same_and_does_nothing(city: City) -> None:
    number = city.report(email="ana@example.org")
    first = city.update(number, "u1", status="IN_PROGRESS", description="Begun")
    shown = city.shown(number)
    city.clock.move(minutes=1)
    again = city.update(number, "u1", status="in_progress", description="Begun")
    assert again.json() == first.json() == [{"update_id": "u1", "service_request_id": number}]
    assert city.shown(number) == shown
    assert len(city.get("servicerequestupdates.json").json()) == 1
    other = city.update(number, "u1", status="IN_PROGRESS", description="Other words")
    assert other.status_code == 400


@pytest.mark.parametrize("missing", ["service_request_id", "update_id"])
def test_an_update_says_which_and_of_what(city: City, missing: str) -> None:
    form = {"api_key": city.key, "service_request_id": city.report(), "update_id": "u1", "status": "FIXED", missing: ""}
    assert city.post("servicerequestupdates.json", **form).status_code == 400
    assert city.update("none", "u1").status_code == 404


def test_the_last_message_is_the_status_note(city: City) -> None:
    number = city.report()
    city.update(number, "u1", description="Read.\r\nA crew comes.")
    city.update(number, "u2", status="ASSIGNED")
    assert city.shown(number)["status_notes"] == "Read.\nA crew comes."


def mail_home(tmp_path: Path) -> tuple[GatewaySettings, str]:
    """A gateway's settings and a key."""
    settings = GatewaySettings(tmp_path, city="Gulfport", sender="Gulfport <311@example.org>")
    store = GatewayStore.open(settings.store_path)
    key = new_key(store, "desk")
    store.close()
    return settings, key


def tell(url: str, key: str, number: str, update_id: str, **form: str) -> None:
    """Post an update."""
    data = {"api_key": key, "service_request_id": number, "update_id": update_id, **form}
    assert requests.post(f"{url}/servicerequestupdates.json", data=data, timeout=10).status_code == 200


def report(url: str, **form: str) -> str:
    """Post a report."""
    data = {"service_code": "dumping", "address_string": "12 Main St", **form}
    answer = requests.post(f"{url}/requests.json", data=data, timeout=10)
    return str(answer.json()[0]["service_request_id"])


def test_only_a_message_that_is_meant_for_a_reporter_with_an_address_is_mailed(tmp_path: Path) -> None:
    settings, key = mail_home(tmp_path)
    with smtp_server() as box:
        with running(GatewaySettings(tmp_path, city="Gulfport", smtp=box.smtp())) as gateway:
            ana, silent = report(gateway.url, email="ana@example.org", language="es"), report(gateway.url)
            tell(gateway.url, key, ana, "u1", status="ACKNOWLEDGED")
            tell(gateway.url, key, ana, "u2", status="ASSIGNED", description="Told elsewhere", tell_reporter="false")
            tell(gateway.url, key, silent, "u3", status="ASSIGNED", description="Nobody to tell")
            tell(gateway.url, key, ana, "u4", status="IN_PROGRESS", description="The crew <b>has</b> begun")
            tell(gateway.url, key, ana, "u4", status="IN_PROGRESS", description="The crew <b>has</b> begun")
            (message,) = box.wait_for(1)
        assert len(box.messages) == 1
    assert settings.store_path.exists()
    assert message["To"] == "ana@example.org"
    assert "The crew <b>has</b> begun" in text_of(message)
    assert "Estado: En curso" in text_of(message)
    assert "The crew &lt;b&gt;has&lt;/b&gt; begun" in text_of(message, "html")


def test_without_smtp_the_mail_lies_in_a_folder(tmp_path: Path) -> None:
    settings, key = mail_home(tmp_path)
    with running(settings) as gateway:
        number = report(gateway.url, email="ana@example.org")
        tell(gateway.url, key, number, "u1", status="FIXED", description="Done")
    (file,) = settings.mail_folder.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert file.stem == str(message["Message-ID"]).strip("<>")
    assert message["From"] == "Gulfport <311@example.org>"
    assert "Status: Closed: fixed" in text_of(message)


def test_a_key_is_checked_against_the_store_each_time(tmp_path: Path) -> None:
    store = GatewayStore.open(tmp_path / "gateway.db")
    ring, old = KeyRing(store), new_key(store, "desk")
    ring.check(old)
    ring.check(old)
    new = new_key(store, " desk ", replace=True)
    ring.check(new)
    for wrong in (old, new + "x", new.partition(".")[0], "", "."):
        with pytest.raises(Forbidden):
            ring.check(wrong)
    with pytest.raises(Invalid):
        new_key(store, " ")
    store.close()
    kept = (tmp_path / "gateway.db").read_bytes()
    assert new.partition(".")[2].encode() not in kept


@given(st.sampled_from([(s, None) for s in Status if s.is_open] + [(Status.CLOSED, o) for o in Outcome]))
def test_every_state_has_one_word_that_reads_back(state: State) -> None:
    assert state_of(*state) == state
    assert GATEWAY.read(word_of(state)) == state
    assert len(CHOSEN_OUTCOMES) == len(Outcome) - 1
