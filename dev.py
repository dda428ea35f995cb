"""Set up a local environment and work in it, with nothing but Python 3.11 or newer.

    python3 dev.py run problems/fe_soft_magnetic_glass.yaml    the main job
    python3 dev.py test                                        the tests; --slow adds the slow ones
    python3 dev.py lint                                        ruff, mypy, import contracts
    python3 dev.py COMMAND ...                                 any other command of moalloy

The environment is made in .venv on the first call and reused until pyproject.toml or constraints.txt
change. Its packages have the versions of constraints.txt; they come from wherever pip is set to look.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "moalloy-setup"
SETUP_FILES = ("pyproject.toml", "constraints.txt", "dev.py")


def main(arguments: list[str]) -> int:
    """Set up what is missing and run the command; return its exit code."""
    if sys.version_info < (3, 11):
        print(f"moalloy needs Python 3.11 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    command, *rest = arguments
    set_up()
    if command == "test":
        return test(rest)
    if command == "lint":
        return lint()
    return run([str(tool("moalloy")), command, *rest])


def set_up() -> None:
    """Make or update .venv; does nothing if it is up to date."""
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in SETUP_FILES)).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == digest:
        return
    print("setting up .venv (once; some minutes)", file=sys.stderr)
    if not tool("python").exists():
        make_environment()
    install = [str(tool("python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run(
        [*install, *constraints, "--editable", f"{ROOT}[test,lint]"], check=True, stdout=sys.stderr
    )
    STAMP.write_text(digest, encoding="utf-8")


def make_environment() -> None:
    """Create .venv, or say what the machine lacks."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode != 0:
        print(made.stdout + made.stderr, file=sys.stderr)
        print(
            "Python can't make virtual environments here; on Debian: apt-get install python3-venv",
            file=sys.stderr,
        )
        sys.exit(1)


def tool(name: str) -> Path:
    """Return the path of a program in .venv."""
    folder = VENV / ("Scripts" if os.name == "nt" else "bin")
    return folder / (f"{name}.exe" if os.name == "nt" else name)


def test(rest: list[str]) -> int:
    """Run the tests side by side; ``--slow`` adds the slow ones."""
    chosen = ["-m", "", "--hypothesis-profile=thorough"] if "--slow" in rest else ["-m", "not slow"]
    arguments = [*chosen, *(item for item in rest if item != "--slow")]
    # Two OpenMP threads on a busy core were measured at 25 times the time of one.
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return run(
        [str(tool("python")), "-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments], environment
    )


def lint() -> int:
    """Run the static checks; return the first code that isn't 0."""
    codes = [
        run([str(tool("ruff")), "check", "."]),
        run([str(tool("ruff")), "format", "--check", "."]),
        run([str(tool("mypy"))]),
        run([str(tool("lint-imports")), "--no-logo"]),
    ]
    return next((code for code in codes if code), 0)


def run(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run a command; relative paths in it are relative to where the user stands."""
    is_moalloy = Path(command[0]).stem == "moalloy"
    return subprocess.run(command, check=False, cwd=None if is_moalloy else ROOT, env=environment).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        print(f"set-up failed: {' '.join(error.cmd[:6])} ... ended with {error.returncode}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
