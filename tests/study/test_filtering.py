"""A filter in words."""

from __future__ import annotations

from studylab.store.question_list import SORTS, Filter
from studylab.study.filtering import SORTED, filter_words


def test_every_part_is_told(workspace):
    wanted = Filter("open", 6, "transformer", "p32", "loss", "cnn-1", "residual", "oldest")

    assert filter_words(workspace, wanted) == (
        "open, week 6, Transformer, p32, #loss, run cnn-1, with “residual”, oldest first"
    )
    assert filter_words(workspace, Filter()) == "open and answered"
    assert filter_words(workspace, Filter("answered", paper="gone\n")) == "answered, gone"


def test_every_order_has_words():
    assert set(SORTED) == set(SORTS)
