"""NVIDIA GPUs, asked through NVML.

Any figure may be missing: drivers refuse single questions, a divided GPU (MIG) has no utilisation,
a card falls off the bus in the middle of a run. A missing figure is None, and the rest goes on.
"""

from __future__ import annotations

import importlib
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from studylab.language import _
from studylab.monitor import nvml as driver

Figure = TypeVar("Figure")


@dataclass(frozen=True, slots=True)
class GpuPart:
    """A part of a GPU that is divided by MIG, as a GPU of its own to whoever was given it."""

    name: str
    memory_used: int | None = None
    memory_total: int | None = None
    processes: dict[int, int | None] | None = None


@dataclass(frozen=True, slots=True)
class GpuSample:
    """One look at a GPU.

    `utilisation` is in percent of the time that a kernel ran; memory in bytes; `temperature` in
    degrees Celsius; `power` and its limit in watts; clocks in MHz. `processes` maps the pids on the
    GPU to their bytes, None where the driver won't say; it is None as a whole if there is no list.
    In a container the driver may list pids as the host numbers them, or none.
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
    power_limit: float | None = None
    clock_max: int | None = None
    """The highest clock of its processors."""
    parts: tuple[GpuPart, ...] = ()
    trouble: str = ""
    """Why it answers nothing at all, in words; empty if it answers something."""

    @property
    def memory_free(self) -> int | None:
        """Bytes that nobody holds; None if that is not known."""
        if self.memory_total is None or self.memory_used is None:
            return None
        return self.memory_total - self.memory_used

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
    power_limit: float | None = None
    clock_max: int | None = None


class Ask(Protocol):
    """Puts a question to the driver; None where it has no answer."""

    def __call__(self, question: Callable[[], Figure]) -> Figure | None: ...


class Gpus:
    """The GPUs of this machine. Nothing here raises.

    `why` says in words why there is none, or what went wrong in the last sample; it is empty when
    all is well.
    """

    def __init__(
        self, nvml: Any, devices: list[_Device], why: str = "", left_out: tuple[str, ...] = ()
    ) -> None:
        self.why = why
        self.left_out = left_out
        """What is the matter with the GPUs that could not be opened, and are not among these."""
        self._nvml = nvml
        self._devices = devices

    @classmethod
    def open(
        cls, nvml: Any = None, *, system: str = sys.platform, processor: str | None = None
    ) -> Gpus:
        """Find the GPUs. `nvml` is a module with pynvml's functions, by default pynvml itself."""
        if system == "darwin":
            if (processor or platform.machine()) == "arm64":
                why = _("an Apple GPU shares it (mps in PyTorch), and macOS tells no figures of it")
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
            return cls(None, [], driver.words(error))
        devices, left_out = [], []
        why = ""
        try:
            count = int(nvml.nvmlDeviceGetCount())
        except Exception as error:
            count, why = 0, driver.words(error)
        for index in range(count):
            try:
                handle = nvml.nvmlDeviceGetHandleByIndex(index)
            except Exception as error:
                left_out.append(f"GPU {index}: {driver.words(error)}")
                continue
            devices.append(_describe(nvml, index, handle))
        why = why or "; ".join(left_out)
        if not devices:
            why = why or _("the NVIDIA driver sees no GPU")
        gpus = cls(nvml, devices, why, tuple(left_out))
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
        self.why = "; ".join([*self.left_out, *troubles])
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

        sensor = getattr(nvml, "NVML_TEMPERATURE_GPU", 0)
        sm, memory_clock = getattr(nvml, "NVML_CLOCK_SM", 1), getattr(nvml, "NVML_CLOCK_MEM", 2)
        utilisation = ask(lambda: float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu))
        memory = ask(lambda: driver.memory(nvml, handle))
        temperature = ask(lambda: float(nvml.nvmlDeviceGetTemperature(handle, sensor)))
        power = ask(lambda: float(nvml.nvmlDeviceGetPowerUsage(handle)) / 1000)
        clock_sm = ask(lambda: int(nvml.nvmlDeviceGetClockInfo(handle, sm)))
        clock_memory = ask(lambda: int(nvml.nvmlDeviceGetClockInfo(handle, memory_clock)))
        processes = self._processes(handle, ask)
        sample = GpuSample(
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
        if not answers:
            trouble = driver.words(errors[0])
            troubles.append(f"GPU {device.index}: {trouble}")
            return replace(sample, trouble=trouble)
        # What does not change: asked once, as soon as the card answers.
        if device.power_limit is None:
            device.power_limit = ask(lambda: driver.power_limit(nvml, handle))
        if device.clock_max is None:
            device.clock_max = ask(lambda: int(nvml.nvmlDeviceGetMaxClockInfo(handle, sm)))
        sample = replace(sample, power_limit=device.power_limit, clock_max=device.clock_max)
        if not device.is_mig:
            return sample
        handles = ask(lambda: driver.parts(nvml, handle)) or []
        parts = tuple(self._part(part, ask) for part in handles)
        if sample.processes is None:
            # Who may not ask the whole card may ask the parts.
            found = [part.processes for part in parts if part.processes is not None]
            sample = replace(sample, processes=driver.summed(found) if found else None)
        return replace(sample, parts=parts)

    def _processes(self, handle: Any, ask: Ask) -> dict[int, int | None] | None:
        nvml = self._nvml
        return driver.merged(
            ask(lambda: driver.listed(nvml.nvmlDeviceGetComputeRunningProcesses(handle))),
            ask(lambda: driver.listed(nvml.nvmlDeviceGetGraphicsRunningProcesses(handle))),
        )

    def _part(self, handle: Any, ask: Ask) -> GpuPart:
        memory = ask(lambda: driver.memory(self._nvml, handle))
        return GpuPart(
            name=driver.name(self._nvml, handle),
            memory_used=memory[0] if memory is not None else None,
            memory_total=memory[1] if memory is not None else None,
            processes=self._processes(handle, ask),
        )


def _describe(nvml: Any, index: int, handle: Any) -> _Device:
    try:
        is_mig = nvml.nvmlDeviceGetMigMode(handle)[0] == 1
    except Exception:
        is_mig = False
    return _Device(index, handle, driver.name(nvml, handle), is_mig)
