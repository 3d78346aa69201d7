"""Options that several commands have."""

from __future__ import annotations

import click

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, with all that is known."
)

week_option = click.option("--week", type=int, metavar="N", help="Only of this week.")

EVERY = 1 << 62
"""A limit that is none."""
