"""Single questions to NVIDIA's driver, and its errors in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studylab.language import N_, _

_NO_PERMISSION, _DRIVER_NOT_LOADED, _TIMEOUT, _LIBRARY_NOT_FOUND = 4, 9, 10, 12
_LOST, _RESET_REQUIRED, _VERSION_MISMATCH = 15, 16, 18
_WORDS = {
    _NO_PERMISSION: N_("this user may not ask the NVIDIA driver"),
    _DRIVER_NOT_LOADED: N_("the NVIDIA driver is not loaded"),
    _TIMEOUT: N_("the NVIDIA driver does not answer in time"),
    _LIBRARY_NOT_FOUND: N_("no NVIDIA driver on this machine (libnvidia-ml.so.1 not found)"),
    _LOST: N_("lost: it fell off the bus, and comes back after a restart of the machine"),
    _RESET_REQUIRED: N_("it has to be reset before it works again"),
    _VERSION_MISMATCH: N_("the NVIDIA driver was updated; it works again after a restart"),
}
_NO_FIGURE = (2**64 - 1, 2**32 - 1)


def words(error: Exception) -> str:
    """What an error of NVML means to someone who wants to know why there are no figures."""
    code = getattr(error, "value", None)
    if code in _WORDS:
        return _(_WORDS[code])
    try:
        return f"NVML: {error}"
    except Exception:
        return _("NVML: error {code}", code=code)


def name(nvml: Any, handle: Any) -> str:
    """The name of a GPU, or of a part of one."""
    try:
        found = nvml.nvmlDeviceGetName(handle)
    except Exception:
        return "NVIDIA GPU"
    # Up to version 11.5 of the bindings names are bytes.
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)


def memory(nvml: Any, handle: Any) -> tuple[int, int]:
    """Bytes in use, as nvidia-smi counts them, and in all."""
    try:
        # The first version counts what the driver reserves as in use.
        info = nvml.nvmlDeviceGetMemoryInfo(handle, version=nvml.nvmlMemory_v2)
    except Exception:
        info = nvml.nvmlDeviceGetMemoryInfo(handle)
    return int(info.used), int(info.total)


def power_limit(nvml: Any, handle: Any) -> float:
    """Watts that the card is held to."""
    try:
        milliwatts = nvml.nvmlDeviceGetEnforcedPowerLimit(handle)
    except Exception:
        milliwatts = nvml.nvmlDeviceGetPowerManagementLimit(handle)
    return float(milliwatts) / 1000


def listed(processes: Iterable[Any]) -> dict[int, int | None]:
    """The pids of a list of processes with the bytes that each holds."""
    held = ((int(process.pid), process.usedGpuMemory) for process in processes)
    # With MIG a process is listed once for each part that it runs on.
    return summed(
        {pid: None if used is None or used in _NO_FIGURE else int(used)} for pid, used in held
    )


def summed(lists: Iterable[dict[int, int | None]]) -> dict[int, int | None]:
    """Several lists of different processes or different memory, put together."""
    found: dict[int, int | None] = {}
    for each in lists:
        for pid, used in each.items():
            before = found.get(pid, 0)
            found[pid] = None if used is None or before is None else before + used
    return found


def merged(
    compute: dict[int, int | None] | None, graphics: dict[int, int | None] | None
) -> dict[int, int | None] | None:
    """Both lists; a process that is in both holds what the larger figure says."""
    if compute is None or graphics is None:
        return compute if graphics is None else graphics
    both = dict(compute)
    for pid, used in graphics.items():
        other = both.get(pid)
        both[pid] = used if other is None else other if used is None else max(used, other)
    return both


def parts(nvml: Any, handle: Any) -> list[Any]:
    """The handles of the parts that a GPU with MIG is divided into."""
    found = []
    for index in range(int(nvml.nvmlDeviceGetMaxMigDeviceCount(handle))):
        try:
            found.append(nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index))
        except Exception:  # noqa: S112 - a place without a part
            continue
    return found
