"""Where a lab computes: cuda, then mps, then cpu; bf16 and tf32 where the device has them."""

from __future__ import annotations

import contextlib
import platform

import torch

from labs.kit.errors import UsageError, first_line
from labs.kit.run import Run


def pick_device(run: Run) -> torch.device:
    """The device that `--device` names, or the fastest that works; says which, and records it.

    Raises:
        UsageError: the named device is not there.
    """
    device = _pick(run)
    if device.type == "cuda" and _capability(device) >= (8, 0):
        torch.set_float32_matmul_precision("high")  # tf32 in matrix products
    run.say(f"device: {describe(device)}")
    run.reporter.event("device", device=device.type, text=describe(device), torch=torch.__version__)
    return device


def describe(device: torch.device) -> str:
    """One line: what it is, and how it computes."""
    if device.type == "cuda":
        found = torch.cuda.get_device_properties(device)
        how = "bf16 and tf32" if has_bf16(device) else "float32"
        return f"{found.name}, {found.total_memory / 2**30:.0f} GiB, {how}"
    if device.type == "mps":
        return "Apple GPU (mps), float32"
    threads = torch.get_num_threads()
    plural = "" if threads == 1 else "s"
    return f"CPU ({platform.machine()}), {threads} thread{plural}, float32"


def has_bf16(device: torch.device) -> bool:
    """Whether bfloat16 is a format of the device itself (Ampere and later)."""
    return device.type == "cuda" and _capability(device) >= (8, 0)


def autocast(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """Forward passes in bf16 where the device has it; weights and loss stay float32."""
    if has_bf16(device):
        return torch.autocast(device.type, torch.bfloat16)
    return contextlib.nullcontext()


def _pick(run: Run) -> torch.device:
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if run.device != "auto" and not there[run.device]:
        raise UsageError(f"--device {run.device}: torch {torch.__version__} finds none here")
    for kind in (run.device,) if run.device != "auto" else ("cuda", "mps", "cpu"):
        if not there[kind]:
            continue
        try:
            # A card can be seen and yet be too old for this torch; only computing tells.
            (torch.ones(1, device=kind) + 1).item()
            return torch.device(kind)
        except RuntimeError as error:
            if run.device != "auto":
                raise UsageError(f"--device {kind} does not work: {first_line(error)}") from None
            run.warn(f"{kind} is there but does not work: {first_line(error)}")
    return torch.device("cpu")


def _capability(device: torch.device) -> tuple[int, int]:
    major, minor = torch.cuda.get_device_capability(device)
    return major, minor
