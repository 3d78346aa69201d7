"""The command line: one file per command or group of commands, each a thin layer."""

from __future__ import annotations

COMPLETE_VARIABLE = "_STUDYLAB_COMPLETE"
"""Set by the shell's completion script when it wants to know how a line may go on."""
