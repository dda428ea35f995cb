"""A problem file, read: syntax, then structure, then sense, and every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from moalloy.domain.values import Descriptor
from moalloy.errors import Fault, InputError, ProblemFileError
from moalloy.spec.lint import Names, lint
from moalloy.spec.nearest import did_you_mean
from moalloy.spec.offered import known_feature_sets, known_kinds
from moalloy.spec.overrides import override
from moalloy.spec.problem import Origin, ProblemSpec
from moalloy.spec.source import read_tree
from moalloy.spec.structure import read_structure
from moalloy.spec.tree import Node

__all__ = ["load_spec", "parse_spec", "read_text"]

_BUILTIN = "builtin:"
_SECTIONS = "a mapping with version, name, space, data, properties and objectives"


def load_spec(path: str | Path, overrides: Sequence[str] = ()) -> ProblemSpec:
    """Return the problem in the file at ``path``.

    Args:
        path: A YAML file.
        overrides: Settings such as ``space.step=0.5``, applied in order.

    Returns:
        The problem, with the paths of its tables and starts made absolute. Its ``faults`` are warnings and
        notes.

    Raises:
        InputError: There is no such file, or it can't be read as text.
        ProblemFileError: The file has faults; all of them are in the exception.
    """
    path = Path(path)
    return parse_spec(read_text(path), file=str(path), path=path.absolute(), overrides=overrides)


def parse_spec(
    text: str, *, file: str = "<text>", path: Path | None = None, overrides: Sequence[str] = ()
) -> ProblemSpec:
    """Return the problem that ``text`` describes.

    Args:
        text: YAML.
        file: What messages call the text.
        path: Where the text was read; paths are relative to its folder, and left as they
            are without it.
        overrides: Settings such as ``space.step=0.5``, applied in order.

    Raises:
        ProblemFileError: The text has faults; all of them are in the exception.
    """
    root, faults = _tree(text, file, overrides)
    spec, sound, more = read_structure(root)
    names = Names.of(root, _descriptors(), kinds=known_kinds(), feature_sets=known_feature_sets())
    more += [sound.fault(issue) for issue in lint(spec, names)]
    faults = _ordered([*faults, *more], file)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors:
        raise ProblemFileError(errors)
    return _with_paths(spec, path).read_from(Origin(root, path, tuple(faults)))


def read_text(path: Path, *, expected: str | None = None) -> str:
    """Return the text of a YAML file.

    Args:
        path: The file.
        expected: What it should be, for messages; a problem file where omitted.

    Raises:
        InputError: There is no such file, or it can't be read as text.
        ProblemFileError: It isn't UTF-8.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file. {_similar_file(path)}".rstrip()) from None
    except IsADirectoryError:
        wanted = f"a problem file. {_inside(path)}" if expected is None else f"{expected}."
        raise InputError(f"{path}: this is a folder; expected {wanted}".rstrip()) from None
    except OSError as error:
        raise InputError(f"{path}: the file can't be read: {error.strerror or error}.") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProblemFileError(
            [Fault(str(path), line, "", "this isn't UTF-8 text", "UTF-8", "Save the file as UTF-8.")]
        ) from None


def _similar_file(path: Path) -> str:
    siblings = path.parent.iterdir() if path.parent.is_dir() else ()
    return did_you_mean(path.name, sorted(p.name for p in siblings if p.suffix in {".yaml", ".yml"}))


def _inside(path: Path) -> str:
    first = next(iter(sorted(path.glob("*.yaml"))), None)
    return f"Did you mean {str(first)!r}?" if first is not None else ""


def _tree(text: str, file: str, overrides: Sequence[str]) -> tuple[Node, list[Fault]]:
    root, faults = read_tree(text, file=file)
    if root is None or root.content is None:
        empty = Fault(
            file, None, "", "the file is empty", _SECTIONS, "`moalloy init` writes one to start from."
        )
        raise ProblemFileError(faults or [empty])
    if not isinstance(root.content, Mapping):
        found = (
            "the file holds a list" if isinstance(root.content, tuple) else "the file holds a single value"
        )
        raise ProblemFileError([*faults, Fault(file, root.line, "", found, _SECTIONS)])
    for setting in overrides:
        root, more = override(root, setting)
        faults += more
    return root, faults


def _descriptors() -> Mapping[str, Descriptor]:
    from moalloy.features.descriptors import DESCRIPTORS

    return DESCRIPTORS


def _ordered(faults: Sequence[Fault], file: str) -> list[Fault]:
    """Return the faults as one reads the file, those of settings last, each once."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.file != file, fault.line or 0))


def _with_paths(spec: ProblemSpec, path: Path | None) -> ProblemSpec:
    if path is None:
        return spec
    tables = {
        name: table.model_copy(update={"table": _beside(path, table.table)})
        for name, table in spec.data.items()
    }
    optimize = spec.optimize
    if optimize.start is not None:
        start = tuple(_beside(path, source) for source in optimize.start)
        optimize = optimize.model_copy(update={"start": start})
    return spec.model_copy(update={"data": tables, "optimize": optimize})


def _beside(path: Path, source: str) -> str:
    return source if source.startswith(_BUILTIN) else str(path.parent / source)
