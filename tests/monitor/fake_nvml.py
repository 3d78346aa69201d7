"""A stand-in for pynvml: its functions, structures and errors, for cards described in a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

UNINITIALIZED = 1
NOT_SUPPORTED = 3
NO_PERMISSION = 4
NOT_FOUND = 6
DRIVER_NOT_LOADED = 9
LIBRARY_NOT_FOUND = 12
FUNCTION_NOT_FOUND = 13
GPU_IS_LOST = 15
LIB_RM_VERSION_MISMATCH = 18
UNKNOWN = 999


class NVMLError(Exception):
    """As pynvml's: the code is `value`, and each code has a subclass of its own."""

    classes: dict[int, type[NVMLError]] = {}
    texts = {
        UNINITIALIZED: "Uninitialized",
        NOT_SUPPORTED: "Not Supported",
        NO_PERMISSION: "Insufficient Permissions",
        NOT_FOUND: "Not Found",
        DRIVER_NOT_LOADED: "Driver Not Loaded",
        LIBRARY_NOT_FOUND: "NVML Shared Library Not Found",
        FUNCTION_NOT_FOUND: "Function Not Found",
        GPU_IS_LOST: "GPU is lost",
        LIB_RM_VERSION_MISMATCH: "RM has detected an NVML/RM version mismatch.",
        UNKNOWN: "Unknown Error",
    }
    value: int

    def __new__(cls, value: int) -> NVMLError:  # noqa: PYI034
        error = Exception.__new__(cls.classes.get(value, cls))
        error.value = value
        return error

    def __str__(self) -> str:
        return self.texts[self.value]


for _code, _name in {
    UNINITIALIZED: "NVMLError_Uninitialized",
    NOT_SUPPORTED: "NVMLError_NotSupported",
    NO_PERMISSION: "NVMLError_NoPermission",
    NOT_FOUND: "NVMLError_NotFound",
    DRIVER_NOT_LOADED: "NVMLError_DriverNotLoaded",
    LIBRARY_NOT_FOUND: "NVMLError_LibraryNotFound",
    FUNCTION_NOT_FOUND: "NVMLError_FunctionNotFound",
    GPU_IS_LOST: "NVMLError_GpuIsLost",
    LIB_RM_VERSION_MISMATCH: "NVMLError_LibRmVersionMismatch",
    UNKNOWN: "NVMLError_Unknown",
}.items():
    NVMLError.classes[_code] = type(_name, (NVMLError,), {})


@dataclass
class Card:
    """What a card answers; an integer in `refuses` is the code that a function fails with."""

    name: str | bytes = "NVIDIA H100 80GB HBM3"
    utilisation: int = 87
    total: int = 80 << 30
    used: int = 20 << 30
    reserved: int = 600 << 20
    temperature: int = 61
    milliwatts: int = 512_345
    clocks: dict[int, int] = field(default_factory=lambda: {1: 1980, 2: 2619})
    compute: dict[int, int | None] = field(default_factory=dict)
    graphics: dict[int, int | None] = field(default_factory=dict)
    mig: int | None = None
    parts: tuple[Card, ...] = ()
    milliwatts_most: int = 700_000
    clock_most: int = 1980
    refuses: dict[str, int] = field(default_factory=dict)
    refuses_all: int | None = None


class FakeNvml:
    """The part of the module pynvml that a monitor uses."""

    NVMLError = NVMLError
    NVML_TEMPERATURE_GPU = 0
    NVML_CLOCK_SM = 1
    NVML_CLOCK_MEM = 2
    nvmlMemory_v2 = 0x2000028

    def __init__(self, *cards: Card, init_error: int | None = None) -> None:
        self.cards = cards
        self.init_error = init_error
        self.is_open = False
        self.handle_errors: dict[int, int] = {}

    def nvmlInit(self) -> None:
        if self.init_error is not None:
            raise NVMLError(self.init_error)
        self.is_open = True

    def nvmlShutdown(self) -> None:
        if not self.is_open:
            raise NVMLError(UNINITIALIZED)
        self.is_open = False

    def nvmlDeviceGetCount(self) -> int:
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Card:
        if index in self.handle_errors:
            raise NVMLError(self.handle_errors[index])
        return self.cards[index]

    def nvmlDeviceGetName(self, card: Card) -> str | bytes:
        self._check(card, "name")
        return card.name

    def nvmlDeviceGetUtilizationRates(self, card: Card) -> Any:
        self._check(card, "utilisation")
        return SimpleNamespace(gpu=card.utilisation, memory=3)

    def nvmlDeviceGetMemoryInfo(self, card: Card, version: int | None = None) -> Any:
        self._check(card, "memory")
        if version is None:
            used = card.used + card.reserved
            return SimpleNamespace(total=card.total, used=used, free=card.total - used)
        self._check(card, "memory_v2")
        free = card.total - card.used - card.reserved
        return SimpleNamespace(
            version=version, total=card.total, reserved=card.reserved, used=card.used, free=free
        )

    def nvmlDeviceGetTemperature(self, card: Card, sensor: int) -> int:
        self._check(card, "temperature")
        assert sensor == self.NVML_TEMPERATURE_GPU
        return card.temperature

    def nvmlDeviceGetPowerUsage(self, card: Card) -> int:
        self._check(card, "power")
        return card.milliwatts

    def nvmlDeviceGetClockInfo(self, card: Card, kind: int) -> int:
        self._check(card, "clock")
        return card.clocks[kind]

    def nvmlDeviceGetEnforcedPowerLimit(self, card: Card) -> int:
        self._check(card, "power_limit")
        return card.milliwatts_most

    def nvmlDeviceGetPowerManagementLimit(self, card: Card) -> int:
        self._check(card, "power_management")
        return card.milliwatts_most

    def nvmlDeviceGetMaxClockInfo(self, card: Card, kind: int) -> int:
        self._check(card, "clock_max")
        return card.clock_most

    def nvmlDeviceGetMaxMigDeviceCount(self, card: Card) -> int:
        self._check(card, "parts")
        return 7

    def nvmlDeviceGetMigDeviceHandleByIndex(self, card: Card, index: int) -> Card:
        self._check(card, "parts")
        if index >= len(card.parts):
            raise NVMLError(NOT_FOUND)
        return card.parts[index]

    def nvmlDeviceGetComputeRunningProcesses(self, card: Card) -> list[Any]:
        self._check(card, "compute")
        return self._listed(card.compute)

    def nvmlDeviceGetGraphicsRunningProcesses(self, card: Card) -> list[Any]:
        self._check(card, "graphics")
        return self._listed(card.graphics)

    def nvmlDeviceGetMigMode(self, card: Card) -> list[int]:
        if card.mig is None:
            raise NVMLError(NOT_SUPPORTED)
        return [card.mig, card.mig]

    def _listed(self, processes: dict[int, int | None]) -> list[Any]:
        return [
            SimpleNamespace(pid=pid, usedGpuMemory=used, gpuInstanceId=2**32 - 1)
            for pid, used in processes.items()
        ]

    def _check(self, card: Card, question: str) -> None:
        if not self.is_open:
            raise NVMLError(UNINITIALIZED)
        if card.refuses_all is not None:
            raise NVMLError(card.refuses_all)
        if question in card.refuses:
            raise NVMLError(card.refuses[question])


class Failing(FakeNvml):
    """Its calls with these numbers fail, each in its own way."""

    def __init__(self, *cards: Card, failures: dict[int, Exception]) -> None:
        super().__init__(*cards)
        self.failures = failures
        self.calls = 0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not name.startswith("nvmlDevice") and name not in ("nvmlInit", "nvmlShutdown"):
            return found

        def call(*arguments: Any, **more: Any) -> Any:
            self.calls += 1
            failure = self.failures.get(self.calls)
            if failure is not None:
                raise failure
            return found(*arguments, **more)

        return call
