"""How the recorded files beside this were made: by the real writers, in the benchmark's peers.

benchmarks/.peers/trackers/bin/python tests/metrics/foreign/make.py
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
START = 1_700_000_000.25


def kept(folder: Path, name: str) -> None:
    """Keep the one event file in a folder, under a name without this machine."""
    (file,) = folder.glob("*tfevents*")
    target = HERE / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, target)


def torch_writer(folder: Path) -> None:
    import torch
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder / "scalars"))
    for step in range(5):
        writer.add_scalar("loss", 1 / (step + 1), step, walltime=START + step)
    at = {"walltime": START + 5}
    writer.add_scalar("损失/训练 🔥", 0.5, 5, **at)
    writer.add_scalar("x" * 300, 0.25, 6, **at)
    writer.add_scalar("nan", math.nan, 7, **at)
    writer.add_scalar("inf", -math.inf, 8, **at)
    writer.add_scalar("far", 1.0, 10**12, **at)
    writer.add_scalar("back", 2.0, -3, **at)
    writer.add_scalar("none", 0.0, None, **at)
    writer.add_scalar("new", 0.75, 9, new_style=True, **at)
    writer.add_scalar("double", 0.1, 10, new_style=True, double_precision=True, **at)
    writer.add_histogram("weights", torch.arange(8.0), 11, **at)
    writer.add_text("sample", "loss: 0.31", 12, **at)
    writer.add_scalar("hp_metric", -1, 0, **at)
    writer.close()
    kept(folder / "scalars", "torch/events.out.tfevents.1700000000.lab.1234.0")

    writer = SummaryWriter(str(folder / "hparams"))
    writer.add_hparams({"lr": 0.1}, {"hparam/accuracy": 0.9}, run_name="trial")
    writer.close()
    kept(folder / "hparams" / "trial", "hparams/events.out.tfevents.1700000001.lab.1234.1")


def tensorboard_writer(folder: Path) -> None:
    from tensorboard.summary import Writer

    writer = Writer(str(folder))
    for step in range(3):
        writer.add_scalar("accuracy", 0.25 * step, step, wall_time=START + step)
    writer.close()
    kept(folder, "tensorboard/validation/events.out.tfevents.1700000002.lab.1234.0.v2")


def wandb_run(folder: Path) -> None:
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=str(folder))
    import wandb

    run = wandb.init(
        project="digits",
        name="wide net",
        notes="a note",
        tags=["first"],
        config={"lr": 3e-4, "optimizer": {"name": "adam", "betas": [0.9, 0.99]}, "seed": 7},
        settings=wandb.Settings(
            disable_git=True,
            save_code=False,
            x_disable_meta=True,
            x_disable_stats=True,
            console="off",
            host="lab",
        ),
    )
    for step in range(10):
        run.log({"train/loss": 1 / (step + 1), "nested": {"a": step}, "word": "text"})
    run.log({"val/loss": math.nan, "big": math.inf}, step=60)
    run.summary["best"] = 0.93
    run.finish()
    wandb.teardown()
    (file,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    target = HERE / "wandb" / "run-abcd1234.wandb"
    target.parent.mkdir(exist_ok=True)
    shutil.copy(file, target)


if __name__ == "__main__":
    for make in (torch_writer, tensorboard_writer, wandb_run):
        with tempfile.TemporaryDirectory() as name:
            make(Path(name))
