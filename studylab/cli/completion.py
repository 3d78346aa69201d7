"""`studylab completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from studylab.cli import COMPLETE_VARIABLE
from studylab.cli.output import write

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes.

    It knows commands, items, labs and their settings, runs and questions.

    \b
    bash: echo 'eval "$(studylab completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(studylab completion zsh)"' >> ~/.zshrc
    fish: studylab completion fish > ~/.config/fish/completions/studylab.fish
    """
    found = get_completion_class(shell)
    assert found is not None
    made = found(context.find_root().command, {}, "studylab", COMPLETE_VARIABLE)
    # Not `made.source()`: for bash that runs whichever bash there is to ask its version.
    write(made.source_template % made.source_vars())
