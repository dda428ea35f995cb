"""``moalloy schema``: what editors need to complete and explain problem files."""

from __future__ import annotations

import json
from pathlib import Path

import click

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy schema --out moalloy.schema.json
\b
Then the first line of a problem file turns completion on in editors with a YAML language server:
  # yaml-language-server: $schema=moalloy.schema.json"""


@click.command(epilog=_EPILOG)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def command(out: Path | None) -> None:
    """Print the JSON Schema of problem files."""
    from moalloy.files import write_text
    from moalloy.spec import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
    else:
        write_text(out, text + "\n")
        click.echo(out)
