"""Records that two or three machines may have: few uids and few times, so that they meet."""

from __future__ import annotations

from hypothesis import strategies as st

from studylab.store.transfer_format import nothing

HOSTILE = [
    "Why?",
    "为什么 softmax 要减去最大值？",
    "🎉 é e\u0301 \u202eevil\u2066",
    "[bold]x[/] {{Front}} <script>alert(1)</script> &amp; [sound:x.mp3]",
    "'; DROP TABLE questions; --",
    '=HYPERLINK("http://x","y")',
    "-3",
    "+1",
    "@SUM(A1)",
    "'=x",
    "\t=1",
    "\r=1",
    '"quoted", with; commas',
    "line 1\nline 2\r\nline 3\rline 4\n\n    indented\n# heading\n- item\n---\n1. one\n> q\n| a |",
    "nul\x00 bell\x07 esc\x1b[31mred\x1b]0;t\x07 del\x7f c1\x9b \u2028\u2029 \ufeff \x85",
    "\\ `code` *a* _b_ ~~c~~ $x$ ![i](u) <a@b.c> http://x.y 😀",
]

words = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1).filter(str.strip)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)
text = st.one_of(st.just(""), words)
seconds = st.integers(0, 5)
moment = seconds.map(lambda s: f"2026-11-24T09:00:0{s}+00:00")
maybe_moment = st.one_of(st.none(), moment)
week = st.one_of(st.none(), st.integers(1, 10))
state = st.sampled_from(["to read", "first pass", "companion", "compare", "done"])
tags = st.lists(st.sampled_from(["cnn", "注意力", "a-b"]), unique=True).map(sorted)
day = st.sampled_from(["2026-11-23", "2026-11-24", "2026-12-01"])
paper = st.sampled_from(["bert", "gpt"])

SUBJECTS = {"question": ["q1", "q2"], "missed": ["m1", "m2"]}


def keyed(key, uids, **columns):
    """Some of the rows that may be there."""
    row = st.fixed_dictionaries(columns)
    return st.lists(st.sampled_from(uids), unique=True).flatmap(
        lambda chosen: st.tuples(*(row.map(lambda r, u=u: {key: u, **r}) for u in chosen)).map(list)
    )


def named(row):
    """A filter whose name goes with its uid, as if no two machines had chosen the same."""
    return {**row, "name": f"filter {row['uid']}"}


GRAVES = [
    ("questions", "q1"),
    ("questions", "q2"),
    ("answers", "a1"),
    ("answers", "a2"),
    ("missed_points", "m1"),
    ("cards", "card-q1"),
    ("cards", "card-m1"),
    ("progress", "tick-p9"),
    ("reviews", "r1"),
    ("paper_history", "h1"),
    ("sessions", "s1"),
    ("pauses", "z1"),
    ("saved_filters", "f1"),
    ("run_marks", "run-cnn-1"),
    ("expectations", "expected-cnn-1"),
    ("papers", "paper-bert"),
    ("plan", "plan-start"),
]


@st.composite
def records(draw, names=named):
    """What one machine has."""
    found = nothing()
    found["progress"] = draw(keyed("item", ["p9", "p10"], done_at=moment))
    found["papers"] = draw(keyed("paper", ["bert", "gpt"], state=state, changed_at=moment))
    found["paper_history"] = draw(keyed("uid", ["h1", "h2"], paper=paper, state=state, at=moment))
    found["questions"] = draw(
        keyed(
            "uid",
            ["q1", "q2"],
            text=words,
            status=st.sampled_from(["open", "answered"]),
            week=week,
            item=text,
            paper=text,
            place=text,
            run=text,
            step=st.one_of(st.none(), st.integers(0, 2**63 - 1)),
            asked_at=moment,
            changed_at=moment,
            tags=tags,
        )
    )
    there = [row["uid"] for row in found["questions"]]
    of = {"a1": "q1", "a2": "q1", "a3": "q2"}
    mine = [uid for uid, question in of.items() if question in there]
    if mine:
        found["answers"] = [
            {"uid": row["uid"], "question": of[row["uid"]], **row}
            for row in draw(
                keyed(
                    "uid",
                    mine,
                    text=words,
                    source=text,
                    source_kind=text,
                    answered_at=moment,
                    changed_at=moment,
                )
            )
        ]
    found["missed_points"] = draw(
        keyed(
            "uid",
            ["m1", "m2"],
            paper=paper,
            week=week,
            point=st.one_of(st.none(), st.just(3)),
            text=words,
            remark=text,
            noted_at=moment,
            changed_at=moment,
        )
    )
    for row in found["missed_points"]:
        # Points of one guide meet in a test of their own.
        row["point"] = row["point"] and {"m1": 3, "m2": 4}[row["uid"]]
    for kind, uids in SUBJECTS.items():
        found["cards"] += [
            {"uid": row["uid"], "kind": kind, "of": row["uid"], **row}
            for row in draw(
                keyed(
                    "uid",
                    uids,
                    state=st.integers(1, 3),
                    step=st.one_of(st.none(), st.just(0)),
                    stability=st.floats(0, 100),
                    difficulty=st.one_of(st.none(), st.floats(1, 10)),
                    due_at=moment,
                    reviewed_at=maybe_moment,
                    changed_at=moment,
                )
            )
        ]
    found["reviews"] = draw(
        keyed(
            "uid",
            ["r1", "r2"],
            card=st.sampled_from(["q1", "m1"]),
            rating=st.integers(1, 4),
            reviewed_at=moment,
        )
    )
    found["sessions"] = draw(
        keyed(
            "uid",
            ["s1", "s2"],
            item=text,
            week=week,
            day=day,
            started_at=moment,
            running_since=maybe_moment,
            seen_at=maybe_moment,
            ended_at=maybe_moment,
            seconds=st.floats(0, 1e5),
            changed_at=moment,
        )
    )
    found["plan"] = draw(keyed("name", ["start", "weeks"], value=text, changed_at=moment))
    found["pauses"] = draw(
        keyed("uid", ["z1", "z2"], first_day=day, last_day=day, why=text, changed_at=moment)
    )
    found["run_marks"] = draw(
        keyed(
            "run",
            ["cnn-1", "cnn-2"],
            star=st.sampled_from([0, 1]),
            archived=st.sampled_from([0, 1, 2, 3]),
            tags=st.sampled_from(["", " loss ", " loss 批 "]),
            note=text,
            changed_at=moment,
        )
    )
    found["expectations"] = draw(
        keyed(
            "run",
            ["cnn-1", "cnn-2"],
            metric=st.sampled_from(["", "accuracy"]),
            value=st.sampled_from([None, -1.5, 0.9]),
            shape=st.sampled_from(["", "falls"]),
            why=text,
            told_at=moment,
            changed_at=moment,
        )
    )
    found["saved_filters"] = [
        names(row)
        for row in draw(
            keyed(
                "uid",
                ["f1", "f2", "f3"],
                name=st.sampled_from(["loss", "mine"]),
                filter=st.sampled_from(["{}", '{"week": 3}']),
                changed_at=moment,
            )
        )
    ]
    graves = draw(st.lists(st.sampled_from(GRAVES), unique=True))
    found["tombstones"] = [
        {"uid": uid, "kind": kind, "deleted_at": draw(moment)} for kind, uid in graves
    ]
    return found
