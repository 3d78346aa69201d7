"""NVIDIA GPUs, asked through NVML.

Any figure may be missing: drivers refuse single questions, a divided GPU (MIG) has no utilisation,
a card falls off the bus in the middle of a run. A missing figure is None, and the rest goes on.
"""

from __future__ import annotations

import importlib
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from studylab.language import N_, _

Figure = TypeVar("Figure")

_UNINITIALIZED, _NO_PERMISSION, _DRIVER_NOT_LOADED = 1, 4, 9
_LIBRARY_NOT_FOUND, _VERSION_MISMATCH = 12, 18
_WORDS = {
    _NO_PERMISSION: N_("this user may not ask the NVIDIA driver"),
    _DRIVER_NOT_LOADED: N_("the NVIDIA driver is not loaded"),
    _LIBRARY_NOT_FOUND: N_("no NVIDIA driver on this machine (libnvidia-ml.so.1 not found)"),
    _VERSION_MISMATCH: N_("the NVIDIA driver was updated; it works again after a restart"),
}
_NO_FIGURE = (2**64 - 1, 2**32 - 1)


@dataclass(frozen=True, slots=True)
class GpuSample:
    """One look at a GPU.

    `utilisation` is in percent of the time that a kernel ran; memory in bytes; `temperature` in
    degrees Celsius; `power` in watts; clocks in MHz. `processes` maps the pids on the GPU to their
    bytes, None where the driver won't say; it is None as a whole if there is no list. In a
    container the driver may list pids as the host numbers them, or none.
    """

    index: int
    name: str
    utilisation: float | None = None
    memory_used: int | None = None
    memory_total: int | None = None
    temperature: float | None = None
    power: float | None = None
    clock_sm: int | None = None
    clock_memory: int | None = None
    processes: dict[int, int | None] | None = field(default=None)
    is_mig: bool = False

    def memory_of(self, pids: Iterable[int]) -> int | None:
        """Bytes that some processes hold together; None if that is not known."""
        if self.processes is None:
            return None
        held = [self.processes[pid] for pid in set(pids) if pid in self.processes]
        known = [used for used in held if used is not None]
        return sum(known) if known or not held else None


@dataclass(slots=True)
class _Device:
    index: int
    handle: Any
    name: str
    is_mig: bool


class Gpus:
    """The GPUs of this machine. Nothing here raises.

    `why` says in words why there is none, or what went wrong in the last sample; it is empty when
    all is well.
    """

    def __init__(self, nvml: Any, devices: list[_Device], why: str = "") -> None:
        self.why = why
        self._nvml = nvml
        self._devices = devices

    @classmethod
    def open(
        cls, nvml: Any = None, *, system: str = sys.platform, processor: str | None = None
    ) -> Gpus:
        """Find the GPUs. `nvml` is a module with pynvml's functions, by default pynvml itself."""
        if system == "darwin":
            if (processor or platform.machine()) == "arm64":
                why = _("Apple GPU: PyTorch uses it as mps; macOS gives no per-process figures")
                return cls(None, [], why)
            return cls(None, [], _("macOS has no NVIDIA driver"))
        if nvml is None:
            try:
                nvml = importlib.import_module("pynvml")
            except Exception:
                return cls(None, [], _("the package nvidia-ml-py is not installed"))
        try:
            nvml.nvmlInit()
        except Exception as error:
            return cls(None, [], _words(error))
        devices = []
        why = ""
        try:
            count = nvml.nvmlDeviceGetCount()
        except Exception as error:
            count, why = 0, _words(error)
        for index in range(count):
            try:
                handle = nvml.nvmlDeviceGetHandleByIndex(index)
            except Exception as error:
                why = f"GPU {index}: {_words(error)}"
                continue
            devices.append(_describe(nvml, index, handle))
        gpus = cls(nvml, devices, why or ("" if devices else _("the NVIDIA driver sees no GPU")))
        if not devices:
            gpus.close()
        return gpus

    def __len__(self) -> int:
        return len(self._devices)

    def sample(self) -> list[GpuSample]:
        """Each GPU now, in the order of their indices; those that don't answer have no figures."""
        if not self._devices:
            return []
        troubles: list[str] = []
        samples = [self._sample(device, troubles) for device in self._devices]
        self.why = "; ".join(troubles)
        return samples

    def close(self) -> None:
        """Let go of the driver; no GPU is left."""
        nvml, self._nvml, self._devices = self._nvml, None, []
        if nvml is not None:
            try:
                nvml.nvmlShutdown()
            except Exception:
                return

    def _sample(self, device: _Device, troubles: list[str]) -> GpuSample:
        nvml, handle = self._nvml, device.handle
        errors: list[Exception] = []
        answers = 0

        def ask(question: Callable[[], Figure]) -> Figure | None:
            nonlocal answers
            try:
                answer = question()
            except Exception as error:
                errors.append(error)
                return None
            answers += 1
            return answer

        utilisation = ask(lambda: float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu))
        memory = ask(lambda: _memory(nvml, handle))
        temperature = ask(
            lambda: float(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))
        )
        power = ask(lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000)
        clock_sm = ask(lambda: int(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM)))
        clock_memory = ask(lambda: int(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_MEM)))
        processes = _merged(
            ask(lambda: _processes(nvml.nvmlDeviceGetComputeRunningProcesses(handle))),
            ask(lambda: _processes(nvml.nvmlDeviceGetGraphicsRunningProcesses(handle))),
        )
        if not answers:
            troubles.append(f"GPU {device.index}: {_words(errors[0])}")
        return GpuSample(
            index=device.index,
            name=device.name,
            utilisation=utilisation,
            memory_used=memory[0] if memory is not None else None,
            memory_total=memory[1] if memory is not None else None,
            temperature=temperature,
            power=power,
            clock_sm=clock_sm,
            clock_memory=clock_memory,
            processes=processes,
            is_mig=device.is_mig,
        )


def _describe(nvml: Any, index: int, handle: Any) -> _Device:
    try:
        name = nvml.nvmlDeviceGetName(handle)
        # Up to version 11.5 of the bindings names are bytes.
        name = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    except Exception:
        name = "NVIDIA GPU"
    try:
        is_mig = nvml.nvmlDeviceGetMigMode(handle)[0] == 1
    except Exception:
        is_mig = False
    return _Device(index, handle, name, is_mig)


def _memory(nvml: Any, handle: Any) -> tuple[int, int]:
    """Bytes in use, as nvidia-smi counts them, and in all."""
    try:
        # The first version counts what the driver reserves as in use.
        info = nvml.nvmlDeviceGetMemoryInfo(handle, version=nvml.nvmlMemory_v2)
    except Exception:
        info = nvml.nvmlDeviceGetMemoryInfo(handle)
    return int(info.used), int(info.total)


def _processes(listed: Iterable[Any]) -> dict[int, int | None]:
    processes: dict[int, int | None] = {}
    for process in listed:
        used = process.usedGpuMemory
        processes[int(process.pid)] = None if used is None or used in _NO_FIGURE else int(used)
    return processes


def _merged(
    compute: dict[int, int | None] | None, graphics: dict[int, int | None] | None
) -> dict[int, int | None] | None:
    """Both lists; a process that is in both holds what the larger figure says."""
    if compute is None or graphics is None:
        return compute if graphics is None else graphics
    merged = dict(compute)
    for pid, used in graphics.items():
        other = merged.get(pid)
        merged[pid] = used if other is None else other if used is None else max(used, other)
    return merged


def _words(error: Exception) -> str:
    """What an error of NVML means to someone who wants to know why there are no figures."""
    code = getattr(error, "value", None)
    if code in _WORDS:
        return _(_WORDS[code])
    try:
        return f"NVML: {error}"
    except Exception:
        return _("NVML: error {code}", code=code)
