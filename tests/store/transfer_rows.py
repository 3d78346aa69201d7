"""Single rows as a machine may have them."""

from __future__ import annotations

from studylab.store.transfer_format import nothing

LATER = "2026-11-24T10:00:00+00:00"
AT = "2026-11-24T09:00:00+00:00"
BEFORE = "2026-11-24T08:00:00+00:00"


def with_rows(**tables):
    return nothing() | tables


def question(uid="q", at=AT, **more):
    row = {
        "uid": uid,
        "text": "Why?",
        "status": "open",
        "week": 1,
        "item": "",
        "paper": "",
        "place": "",
        "run": "",
        "step": None,
        "asked_at": BEFORE,
        "changed_at": at,
        "tags": [],
    }
    return row | more


def answer(uid="a", of="q", at=AT, **more):
    row = {
        "uid": uid,
        "question": of,
        "text": "So.",
        "source": "",
        "source_kind": "",
        "answered_at": at,
        "changed_at": at,
    }
    return row | more


def tombstone(uid, kind="questions", at=AT):
    return {"uid": uid, "kind": kind, "deleted_at": at}


def point(uid, at=AT, **more):
    row = {
        "uid": uid,
        "paper": "bert",
        "week": 6,
        "point": 3,
        "text": "The [MASK] token.",
        "remark": "",
        "noted_at": BEFORE,
        "changed_at": at,
    }
    return row | more
