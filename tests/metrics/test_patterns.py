"""Lines of output: what is a metric, and above all what is none."""

from __future__ import annotations

import json
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.adapters.patterns import read_line

SEEN = [
    ("loss: 0.31", {"loss": 0.31}),
    ("loss=.5 acc = 91.", {"loss": 0.5, "acc": 91.0}),
    ("Loss 0.31", {"Loss": 0.31}),
    ("loss: nan", {"loss": math.nan}),
    ("loss: -inf, lr: 1e-3", {"loss": -math.inf, "lr": 0.001}),
    ("acc: 91.5%", {"acc": 0.915}),
    ("Accuracy: 9816/10000 (98%)", {"Accuracy": 0.9816}),
    ("val loss: 0.25", {"val/loss": 0.25}),
    ("Test set: Average loss: 0.0579", {"test/Average_loss": 0.0579}),
    ("train Loss: 0.3121 Acc: 0.9012", {"train/Loss": 0.3121, "train/Acc": 0.9012}),
    ("[val] loss=0.3 acc=0.9", {"val/loss": 0.3, "val/acc": 0.9}),
    ("step 250: train loss 1.9, val loss 2.1", {"train/loss": 1.9, "val/loss": 2.1}),
    ("iter 100: loss 2.4012, time 20.11ms, mfu 3.45%", {"loss": 2.4012, "mfu": 0.0345}),
    ("INFO:root:loss: tensor(0.3110, device='cuda:0')", {"loss": 0.311}),
    ("2024-01-02 10:00:00,123 - INFO - train.py:45 - loss: 0.31", {"loss": 0.31}),
    ("2024-01-02 10:00:00.123 | INFO | __main__:main:45 - loss: 2.5", {"loss": 2.5}),
    ("Loss 6.9e+00 (6.95e+00)\tAcc@1   0.00 (  0.39)", {"Loss": 6.9, "Acc@1": 0.0}),
    ("{'loss': 0.5, 'epoch': 0.1}", {"loss": 0.5, "epoch": 0.1}),
    ("{'loss': '0.5', 'grad_norm': 'nan'}", {"loss": 0.5, "grad_norm": math.nan}),
    ('{"step": 10, "loss": NaN, "train": {"acc": 0.5}}', {"loss": math.nan, "train/acc": 0.5}),
    (" 30%|███ | 30/100 [00:01<00:02, 25.1it/s, loss=0.31]", {"loss": 0.31}),
    ("100%|##| 938/938 [00:10<00:00, 90.12it/s, v_num=0, a=1e-3]", {"a": 0.001}),
    ("val: 100%|██| 10/10 [00:01<00:00, loss=0.31]", {"val/loss": 0.31}),
    ("123it [00:10, 12.3it/s, loss=0.3]", {"loss": 0.3}),
    (
        "938/938 ━━━━━━━━ 2s 2ms/step - accuracy: 0.91 - val_loss: 0.31",
        {"accuracy": 0.91, "val_loss": 0.31},
    ),
    ("| lr 20.00 | ms/batch 11.2 | loss  7.62 |", {"lr": 20.0, "loss": 7.62}),
    ("the loss is now 0.3. loss: 0.3.", {"loss": 0.3}),
]


@pytest.mark.parametrize(("line", "scalars"), SEEN)
def test_lines_of_well_known_programs(line, scalars):
    found = read_line(line)
    assert found is not None
    assert repr(found.scalars) == repr(scalars)


@pytest.mark.parametrize(
    ("line", "epoch", "count", "total"),
    [
        ("epoch 3 step 100 loss=0.3", 3, 100, None),
        ("Epoch [1/10], Step [100/600], Loss: 0.3412", 1, 100, 600),
        ("Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.3", 1, 640, 60000),
        ("Epoch: [0][  10/5005]\tLoss 6.9", 0, 10, 5005),
        ("Epoch 3/10", 3, None, None),
        ("Epoch 3: 100%|███| 9/10 [00:10<00:00, 90.12it/s, a=1]", 3, 9, 10),
        ("1%|  | 1.20k/60.0k [00:10<00:00, 90.12it/s, a=1]", None, 1200, 60000),
        ("[1,  2000] loss: 2.177", 1, 2000, None),
        ("| epoch   1 |   200/ 2928 batches | loss  7.62", 1, 200, 2928),
        ("Iter: 200, D_loss=0.3", None, 200, None),
        ('{"global_step": 7, "epoch": 2, "loss": 0.5}', 2, 7, None),
        ("938/938 - 2s - loss: 0.5", None, 938, 938),
        ("epoch 0.5 loss: 1", None, None, None),
        ("best epoch: 3, loss: 1", None, None, None),
    ],
)
def test_where_in_the_training_a_line_stands(line, epoch, count, total):
    found = read_line(line)
    assert (found.epoch, found.count, found.total) == (epoch, count, total)


NOTHING = [
    "version: 1.2.3",
    "version: 2.5",
    "torch: 2.5",
    "torch==2.5.1",
    "Python 3.11.7",
    "date: 2024-01-02",
    "date: 20240102",
    "time: 12:30:05",
    "started at: 12:30",
    "ip: 10.0.0.1",
    "server: 10.0.0.1:8080",
    "http://localhost:8080/",
    "size: 12.5 MB",
    "model: 440M",
    "saved: 12 files",
    "took: 3.2s",
    "took 3.2s, loss: 0.31 s",
    "eta: 3:20",
    "10%|#         | 10/100 [00:01<00:09, 9.8it/s]",
    "Downloading: 100%|###| 9.91M/9.91M [00:00<00:00, 11.2MB/s]",
    "Namespace(lr=0.1, epochs=10)",
    "python train.py --lr=0.1 --loss=2",
    "batch_size: 32",
    "seed: 42",
    "num_workers=4",
    "tokens: 1,234,567",
    "loss: 1,234",
    "main:45",
    "GPU 0: 34C, 120W",
    "commit: 1234567",
    "cuda:0",
    "0x7f: 3",
    "accuracy: high",
    "loss: 0x1f",
    "a/b/c.py:12: UserWarning: loss",
    'File "train.py", line 12, in main',
    "",
    "nan",
]


@pytest.mark.parametrize("line", NOTHING)
def test_what_only_looks_like_a_metric(line):
    found = read_line(line)
    assert found is None or not found.scalars, found


@given(st.text(max_size=400))
def test_no_line_raises(line):
    read_line(line)


@given(st.lists(st.sampled_from([*"[]|/%:=,-. {}'\"", "epoch", "loss", "1", "nan", "it"])))
def test_no_line_of_telling_pieces_raises(pieces):
    read_line("".join(pieces))


NUMBER = st.floats(allow_nan=False, width=32) | st.integers(-1000, 1000).map(float)
NAMES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "train_", "val_", "eval_", "train/", "my_", "x/"]),
    st.sampled_from(["loss", "acc", "auc", "Loss", "kl", "reward", "bleu"]),
    st.sampled_from(["", "1", "_a", "@5", "2"]),
)
METRICS = st.dictionaries(NAMES, NUMBER, min_size=1, max_size=6)
FORMATS = [
    lambda m: ", ".join(f"{k}: {v}" for k, v in m.items()),
    lambda m: " ".join(f"{k}={v}" for k, v in m.items()),
    lambda m: " | ".join(f"{k} = {v}" for k, v in m.items()),
    lambda m: " - ".join(f"{k}: {v}" for k, v in m.items()),
    lambda m: f"12:30:05 INFO step 7: {', '.join(f'{k}={v}' for k, v in m.items())}",
    lambda m: " ".join(f"{k} {v}" for k, v in m.items()),
    lambda m: json.dumps(m),
    lambda m: str(m),
    lambda m: f"50%|## | 5/10 [00:01<00:02, 9it/s, {', '.join(f'{k}={v}' for k, v in m.items())}]",
]


@given(METRICS, st.sampled_from(FORMATS))
def test_figures_that_are_printed_are_found(metrics, shown):
    line = shown(metrics)
    found = read_line(line)
    assert found is not None, line
    # The split that a line begins with is said of all of it.
    split = next(iter(metrics)).split("_")[0].split("/")[0]
    names = {name.removeprefix(f"{split}/"): value for name, value in found.scalars.items()}
    expected = {name.removeprefix(f"{split}/"): value for name, value in metrics.items()}
    assert names == expected, line


DIGITS = st.integers(0, 10**9).map(str)
DATES = st.dates().map(str) | st.datetimes().map(str) | st.datetimes().map(lambda d: d.isoformat())
TIMES = st.times().map(str) | st.builds("{}:{:02}".format, st.integers(0, 99), st.integers(0, 59))
VERSIONS = st.builds("{}.{}.{}{}".format, *[st.integers(0, 99)] * 3, st.sampled_from(["", "rc1"]))
ADDRESSES = st.ip_addresses().map(str) | st.builds("{}:{}".format, st.ip_addresses(v=4), DIGITS)
UNITS = st.sampled_from(["B", "kB", "MB", "GiB", "KB", "bytes"])
SIZES = st.builds("{}{}{}".format, st.floats(0, 999), st.sampled_from(["", " "]), UNITS)
SPANS = st.builds("{:.2f}{}".format, st.floats(0, 999), st.sampled_from(["s", "ms", " min", " h"]))
PERCENTAGES = st.builds(
    "{}%|{}| {}/100 [00:01<00:02, 1.2it/s]".format,
    st.integers(0, 100), st.text("█▉▊# ", max_size=20), st.integers(0, 100),
)  # fmt: skip
OTHERS = DATES | TIMES | VERSIONS | ADDRESSES | SIZES | SPANS | PERCENTAGES
WORDS = st.text(string.ascii_lowercase + " ", max_size=12) | st.just("loss")


@given(WORDS, st.sampled_from([": ", "=", " ", " = ", ":"]), OTHERS, WORDS)
def test_no_date_time_version_address_size_or_progress_is_a_metric(before, between, other, after):
    line = f"{before}{between}{other} {after}"
    found = read_line(line)
    assert found is None or not found.scalars, line
