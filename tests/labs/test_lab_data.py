"""The student's own folders, in the layouts that they come in."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

from labs.kit import images as images_module  # noqa: E402
from labs.kit.data import Tier  # noqa: E402
from labs.kit.errors import DataError  # noqa: E402
from labs.kit.images import digits, hold_back, images_in  # noqa: E402
from labs.kit.local import tables_in  # noqa: E402
from labs.kit.mistakes import accuracy, confusion, correct  # noqa: E402
from labs.kit.pictures import decode, grid, save_picture  # noqa: E402

PICTURES = np.arange(60 * 5 * 4, dtype=np.uint8).reshape(60, 5, 4)
LABELS = np.arange(60, dtype=np.uint8) % 3


def png(picture, kind: str = "PNG") -> bytes:
    image = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    image.fromarray(picture).save(file, kind)
    return file.getvalue()


def write_parquet(path: Path, pictures, labels, column: str = "image") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"bytes": png(p), "path": ""} for p in pictures]
    parquet.write_table(pa.table({column: rows, "label": pa.array(labels)}), path)


def write_idx(path: Path, array) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    data = head + array.tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def test_digits_are_split_alike_every_time_and_by_class():
    one, two = digits(), digits()
    assert one.provenance.sizes == {"train": 1077, "validation": 360, "test": 360}
    assert torch.equal(one.test.pictures, two.test.pictures)
    assert one.train.pictures.shape[1:] == (1, 8, 8)
    assert one.train.pictures.min() >= 0 and one.train.pictures.max() == 1
    for split in (one.train, one.val, one.test):
        shares = split.labels.bincount(minlength=10) / len(split)
        assert (shares - 0.1).abs().max() < 0.01
    seen = {p.numpy().tobytes() for p in one.train.pictures}
    assert not seen & {p.numpy().tobytes() for p in one.test.pictures}
    assert one.majority() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("column", ["image", "img"])
def test_parquet_as_on_the_hub(tmp_path, column):
    folder = tmp_path / "my digits"
    write_parquet(
        folder / "data" / "train-00000-of-00002.parquet", PICTURES[:30], LABELS[:30], column
    )
    write_parquet(
        folder / "data" / "train-00001-of-00002.parquet", PICTURES[30:], LABELS[30:], column
    )
    write_parquet(folder / "data" / "test-00000-of-00001.parquet", PICTURES[:6], LABELS[:6], column)
    (folder / "README.md").write_text("nothing to read")
    found = images_in(folder)
    assert found.provenance.tier is Tier.LOCAL
    assert found.provenance.name == "local-my-digits"
    assert found.provenance.sizes == {"train": 54, "validation": 6, "test": 6}
    assert found.classes == ("0", "1", "2")
    assert torch.equal(
        (found.test.pictures[:, 0] * 255).round().byte(), torch.from_numpy(PICTURES[:6])
    )


@pytest.mark.parametrize(
    "names",
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
         "t10k-labels-idx1-ubyte"),
        ("MNIST/raw/train-images-idx3-ubyte.gz", "MNIST/raw/train-labels-idx1-ubyte.gz",
         "MNIST/raw/t10k-images.idx3-ubyte", "MNIST/raw/t10k-labels.idx1-ubyte"),
    ],
)  # fmt: skip
def test_mnists_own_files(tmp_path, names):
    arrays = (PICTURES, LABELS, PICTURES[:6], LABELS[:6])
    for name, array in zip(names, arrays, strict=True):
        write_idx(tmp_path / name, array)
    found = images_in(tmp_path)
    assert found.provenance.sizes == {"train": 54, "validation": 6, "test": 6}
    assert found.test.labels.tolist() == LABELS[:6].tolist()


def test_mnist_is_known_by_its_counts_wherever_it_lies(tmp_path, monkeypatch):
    large = np.zeros((60, 28, 28), np.uint8)
    for name, array in (("train-images-idx3-ubyte", large), ("train-labels-idx1-ubyte", LABELS),
                        ("t10k-images-idx3-ubyte", large[:6]),
                        ("t10k-labels-idx1-ubyte", LABELS[:6])):  # fmt: skip
        write_idx(tmp_path / "mnist" / name, array)
    assert images_in(tmp_path / "mnist").provenance.name == "local-mnist"
    counts = ((20, 20, 20, *[0] * 7), (2, 2, 2, *[0] * 7))
    monkeypatch.setattr(images_module, "MNIST_COUNTS", counts)
    assert images_in(tmp_path / "mnist").provenance.name == "mnist"


def refused(folder: Path) -> str:
    with pytest.raises(DataError) as told:
        images_in(folder)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_what_cannot_be_read_is_told_in_a_line(tmp_path):
    assert "holds no pictures that can be read" in refused(tmp_path)
    (tmp_path / "file").write_text("x")
    assert "is not a folder" in refused(tmp_path / "file")

    train = tmp_path / "train-0.parquet"
    train.write_bytes(b"PAR1 and nothing more")
    assert "train-0.parquet cannot be read" in refused(tmp_path)
    write_parquet(train, PICTURES, LABELS)
    assert "has no test split, only train" in refused(tmp_path)
    parquet.write_table(pa.table({"text": ["a"]}), tmp_path / "test-0.parquet")
    assert "has the columns text, and pictures need image and label" in refused(tmp_path)
    write_parquet(tmp_path / "test-0.parquet", PICTURES[:2], ["cat", "dog"])
    assert "labels that are no class numbers" in refused(tmp_path)
    write_parquet(tmp_path / "test-0.parquet", [PICTURES[0], PICTURES[0, :3]], [0, 1])
    assert "has pictures of several sizes or kinds: 4x5 and 4x3" in refused(tmp_path)
    write_parquet(tmp_path / "test-0.parquet", PICTURES[:2, :3], [0, 1])
    assert "has pictures of several sizes" in refused(tmp_path)
    rows = pa.table({"image": [{"bytes": b"no picture"}], "label": [0]})
    parquet.write_table(rows, tmp_path / "test-0.parquet")
    assert "has a picture that can't be read" in refused(tmp_path)
    parquet.write_table(pa.table({"image": [3], "label": [0]}), tmp_path / "test-0.parquet")
    assert "has no picture files in its column image" in refused(tmp_path)


@pytest.mark.parametrize(
    "damage", [lambda d: d[:40], lambda d: b"\x00\x01" + d[2:], lambda d: b"", lambda d: d + b"1"]
)
def test_damaged_idx_files_are_told_in_a_line(tmp_path, damage):
    write_idx(tmp_path / "train-labels-idx1-ubyte", LABELS)
    path = tmp_path / "train-images-idx3-ubyte"
    write_idx(path, PICTURES)
    path.write_bytes(damage(path.read_bytes()))
    assert str(path) in refused(tmp_path)


def test_a_damaged_gzip_is_told_in_a_line(tmp_path):
    write_idx(tmp_path / "train-labels-idx1-ubyte", LABELS)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    write_idx(path, PICTURES)
    path.write_bytes(path.read_bytes()[:-20])
    assert "cannot be read" in refused(tmp_path)


def test_classes_too_small_to_split_are_told():
    with pytest.raises(DataError, match="cannot be split"):
        hold_back(np.array([0, 0, 1]), 0.3)


def test_tables_of_text(tmp_path):
    """GLUE's TSV has a byte-order mark and lone quotes; its splits are called dev and test."""
    (tmp_path / "MRPC").mkdir()
    (tmp_path / "MRPC" / "train.tsv").write_text(
        'Quality\tString\n1\tHe said "no\n0\tagain\n', "utf-8-sig"
    )
    (tmp_path / "MRPC" / "dev.tsv").write_text("Quality\tString\n1\tyes\n", "utf-8")
    found = tables_in(tmp_path, "MRPC")
    assert found["train"].to_pylist() == [
        {"Quality": 1, "String": 'He said "no'},
        {"Quality": 0, "String": "again"},
    ]
    assert found["validation"].num_rows == 1
    (tmp_path / "RTE").mkdir()
    (tmp_path / "RTE" / "train.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    assert tables_in(tmp_path, "RTE")["train"].to_pylist() == [{"a": 1}, {"a": 2}]
    with pytest.raises(DataError, match=r"holds several sets \(MRPC, RTE\)"):
        tables_in(tmp_path)


def test_pictures_are_saved_and_read_back(tmp_path):
    pytest.importorskip("PIL")
    colours = np.random.default_rng(0).integers(0, 255, (3, 5, 4, 3), dtype=np.uint8)
    assert (decode([png(p) for p in colours], "here") == colours).all()
    laid = grid(colours, columns=2, scale=2)
    assert laid.shape == (2 * 12, 2 * 10, 3)
    assert (laid[1:11:2, 1:9:2] == colours[0]).all()
    assert (laid[12:, 10:] == 255).all()
    for picture in (laid, laid[..., :1]):
        assert save_picture(picture, tmp_path / "grid.png")
        assert (decode([(tmp_path / "grid.png").read_bytes()], "here")[0] == picture).all()


def test_pictures_with_a_palette_or_transparency_become_rgb():
    Image = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    Image.new("RGBA", (2, 2), (10, 20, 30, 128)).save(file, "PNG")
    assert decode([file.getvalue()], "here").tolist() == [[[[10, 20, 30]] * 2] * 2]


def test_counts_of_hits():
    labels = torch.tensor([0, 1, 1, 2])
    logits = torch.eye(3)[torch.tensor([0, 1, 2, 2])]
    assert (int(correct(logits, labels)), float(accuracy(logits, labels))) == (3, 0.75)
    expected = [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    assert confusion(logits.argmax(1), labels, 3).tolist() == expected
