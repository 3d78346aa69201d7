"""`studylab session` and `studylab plan`, as someone types them."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from studylab import locations
from studylab.cli import exit_codes
from studylab.store import database
from studylab.store.database import open_database


class Clock:
    """Stands in for `datetime` where the present is read."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def now(self, _zone: object) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time stands still, in UTC, until it is turned."""
    clock = Clock()
    monkeypatch.setattr(database, "datetime", clock)
    monkeypatch.setattr("studylab.study.days.today", lambda moment=None: clock.time.date())
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield clock
    monkeypatch.undo()
    time.tzset()


def said(outcome) -> str:
    assert (outcome.code, outcome.err) == (0, ""), outcome
    return outcome.out


def refused(outcome, code: int = exit_codes.USAGE) -> str:
    assert (outcome.code, outcome.out) == (code, ""), outcome
    assert outcome.err.count("\n") == 1
    return outcome.err


def test_a_session_from_start_to_stop(cli, clock):
    assert said(cli("session", "start")) == (
        "session 1, running: 0:00  P9 What is a Neural Network?\n"
    )
    clock.turn(minutes=20)
    assert "running: 20:00" in said(cli("session"))
    assert "paused: 20:00" in said(cli("session", "pause"))
    clock.turn(hours=1)
    assert "running: 20:00" in said(cli("session", "resume"))
    clock.turn(minutes=50)
    assert said(cli("session", "stop")).startswith("session 1, ended: 1 h 10 min  P9")
    assert "1 h 10 min" in said(cli("week"))


def test_a_session_on_something_else(cli, clock):
    cli("session", "start", "p10")
    assert "a session on P10 Supervised Learning" in refused(cli("session", "start", "bert"))
    assert "BERT" in said(cli("session", "start", "bert", "--switch"))
    assert [row["item"] for row in json.loads(cli("session", "list", "--json").out)] == [
        "paper-bert",
        "p10",
    ]


def test_a_session_of_yesterday_is_told_of(cli, clock):
    cli("session", "start", "p9")
    clock.turn(hours=20)
    shown = cli("session")
    assert "was left running; 4 h 00 min are booked, until 2026-11-24 13:00" in shown.err
    assert "no session is open" in shown.err
    assert cli("session", "stop").code == exit_codes.FAILED


def test_time_by_hand(cli):
    assert said(cli("session", "add", "45m", "--item", "p9", "--on", "2026-11-20")).startswith(
        "session 1, ended: 45 min  P9"
    )
    cli("session", "add", "1:30", "--week", "3")
    assert "2026-11-20" in said(cli("session", "list", "--week", "1"))
    assert "2026-11-20" not in said(cli("session", "list", "--since", "yesterday"))
    assert "50 min  P60" in said(cli("session", "edit", "1", "--time", "50m", "--item", "p60"))
    [edited] = json.loads(cli("session", "list", "--week", "2", "--json").out)
    assert (edited["seconds"], edited["day"]) == (3000, "2026-11-20")
    assert said(cli("session", "delete", "1", "2")) == "2 sessions deleted\n"
    assert "no session yet" in cli("session", "list").err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("session add soon", "'soon' is no length of time; write it as 45m"),
        ("session add 45m --on someday", "'someday' is no day; write it as 2026-11-24"),
        ("session add 45m --on tomorrow", "2026-11-25 is still to come"),
        ("session add 25h", "at most 24 hours"),
        ("session add 0m", "more than nothing"),
        ("session edit 1", "say what to correct"),
        ("plan start someday", "'someday' is no day"),
        ("plan start 1026-01-01", "can't be meant"),
        ("plan stretch 9", "10 weeks of the syllabus take 10 to 52 weeks"),
        ("plan stretch lots", "'lots' won't do"),
        ("plan pause tomorrow today", "before it begins"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(cli, words, why):
    assert why in refused(cli(*words.split()))
    assert cli("session", "list").out == ""
    assert json.loads(cli("plan", "--json").out)["start"] is None


@pytest.mark.parametrize(
    "words",
    ["session edit 9 --time 1h", "session delete 9", "plan resume 9", "plan edit 9 --why exam"],
)
def test_what_is_not_there_is_told(cli, words):
    assert " 9;" in refused(cli(*words.split()), exit_codes.NOT_FOUND)


@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
def test_without_a_session(cli, verb):
    assert "no session is open" in refused(cli("session", verb), exit_codes.FAILED)


def test_an_open_session_is_not_edited(cli):
    cli("session", "start")
    assert "stop it first" in refused(
        cli("session", "edit", "1", "--time", "1h"), exit_codes.FAILED
    )


def test_the_status_as_json(cli, clock):
    assert json.loads(cli("session", "status", "--json").out) == []
    cli("session", "start", "p9")
    clock.turn(seconds=90)
    [shown] = json.loads(cli("session", "status", "--json").out)
    assert (shown["state"], shown["seconds"], shown["item"]) == ("running", 90, "p9")


def test_the_plan(cli):
    assert "no start date; `studylab plan start today`" in said(cli("plan"))
    assert said(cli("plan", "start", "2026-11-09")) == ("Week 10 ends on 2027-01-17.\n")
    assert said(cli("plan", "stretch", "15")) == (
        "15 calendar weeks\nWeek 10 ends on 2027-02-21.\n"
    )
    assert said(cli("plan", "stretch", "10")).endswith("2027-01-17.\n")
    assert said(cli("plan", "pause", "2026-12-24", "2027-01-02", "--why", "Christmas")) == (
        "pause 1: 2026-12-24 to 2027-01-02\nWeek 10 ends on 2027-01-27.\n"
    )
    shown = said(cli("plan"))
    assert shown.startswith("2026-11-09 to 2027-01-27  10 weeks\n15 days behind: about 98 items\n")
    assert "Week 7   2026-12-21 – 2027-01-06" in shown
    assert "10 days  Christmas" in shown
    assert said(cli("plan", "edit", "1", "--to", "2026-12-26")).endswith("2027-01-20.\n")
    assert said(cli("plan", "resume", "1")).endswith("2027-01-17.\n")
    assert said(cli("plan", "start", "none")) == "The weeks have no dates.\n"


def test_a_pause_of_one_day(cli):
    assert "2026-11-27 to 2026-11-27" in said(cli("plan", "pause", "+3d"))


def test_the_plan_as_json(cli):
    cli("plan", "start", "2026-11-09")
    cli("plan", "pause", "tomorrow")
    cli("session", "add", "1h", "--week", "2")
    shown = json.loads(cli("plan", "--json").out)
    assert (shown["start"], shown["last"], shown["length"]) == ("2026-11-09", "2027-01-18", 10)
    assert shown["days_ahead"] == -15
    assert shown["weeks"][1] == {
        "number": 2,
        "first_day": "2026-11-16",
        "last_day": "2026-11-22",
        "seconds": 3600,
    }
    assert shown["pauses"] == [
        {"id": 1, "first_day": "2026-11-25", "last_day": "2026-11-25", "why": ""}
    ]


def test_the_week_says_how_it_stands(cli):
    assert "behind" not in said(cli("week"))
    cli("plan", "start", "2026-11-22")
    cli("session", "add", "2h", "--week", "1")
    shown = said(cli("week"))
    assert "Nov 22 – Nov 28  2 days behind: about 24 items  2 h 00 min\n" in shown
    record = json.loads(cli("week", "--json").out)
    assert (record["first_day"], record["days_ahead"], record["seconds"]) == (
        "2026-11-22",
        -2,
        7200,
    )


def test_the_calendar(cli):
    db = open_database(locations.database())
    for days, count in ((0, 1), (1, 3), (2, 8), (8, 20)):
        day = date(2026, 11, 24) - timedelta(days=days)
        for n in range(count):
            db.execute(
                "INSERT INTO progress VALUES (?, ?)", (f"{days}-{n}", f"{day}T12:00:00+00:00")
            )
    db.close()
    lines = said(cli("plan", "calendar")).splitlines()
    assert lines[0].split() == ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    assert [line[4:].split(" ")[-2:] for line in lines[1:3]] == [["█", "▒"], ["·", "░"]]
    assert lines[7].endswith(" ▓")
    assert lines[8:] == ["    less · ░ ▒ ▓ █ more", "3 days in a row"]


def test_the_calendar_where_only_ascii_can_be_written(program):
    shown = program("plan", "calendar", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert shown.out.splitlines()[8] == "    less . : + # @ more"
