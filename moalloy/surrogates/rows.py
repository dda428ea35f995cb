"""Training rows on disk: what every fit can be judged by, and made again from.

``oof.csv`` has a row per measurement with its out-of-fold prediction, ``transitions.csv`` the measured
transitions that treatments are counted from, ``proxies.csv`` the alloys that have a proxy only. Floats are
written in full, so that they come back.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.surrogates.proxies import ProxyRows
from moalloy.surrogates.scale import Scale
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.transitions import TransitionRows

__all__ = ["read_rows", "write_rows"]

_FRACTION = "x_"
_PROCESS = "process: "
_PROXY = "proxy: "
_ROWS, _TRANSITIONS, _PROXIES = "oof.csv", "transitions.csv", "proxies.csv"


def write_rows(folder: Path, rows: TrainingRows, inputs: Inputs, predicted: FloatArray) -> None:
    """Write the rows with their out-of-fold predictions, shape ``(n_rows,)``, in the property's unit."""
    header = ["formula", "group", "reference", "measured", "predicted"]
    header += [_PROCESS + item.name for item in inputs.process] + [_FRACTION + e for e in rows.elements]
    header += [_PROXY + item.column for item in rows.proxies]
    texts = zip(rows.formulas, rows.groups, rows.references, strict=True)
    beside = [item.beside for item in rows.proxies]
    numbers = np.column_stack([rows.values, predicted, rows.process, rows.fractions, *beside])
    _write(folder / _ROWS, header, texts, numbers)
    if rows.transitions:
        _write_transitions(folder / _TRANSITIONS, rows)
    if rows.proxies:
        _write_proxies(folder / _PROXIES, rows, inputs)


def read_rows(folder: Path, inputs: Inputs, *, grouped_by: str) -> tuple[TrainingRows, FloatArray]:
    """Return what `write_rows` wrote."""
    header, texts, numbers = _read(folder / _ROWS, n_texts=3)
    elements = _elements(header)
    n_process, n_elements = len(inputs.process), len(elements)
    process, fractions, beside = np.split(numbers[:, 2:], [n_process, n_process + n_elements], axis=1)
    columns = [name.removeprefix(_PROXY) for name in header if name.startswith(_PROXY)]
    rows = TrainingRows(
        elements=elements,
        fractions=np.ascontiguousarray(fractions),
        process=process,
        values=numbers[:, 0],
        groups=tuple(line[1] for line in texts),
        formulas=tuple(line[0] for line in texts),
        references=tuple(line[2] for line in texts),
        grouped_by=grouped_by,
        transitions=_read_transitions(folder / _TRANSITIONS),
        proxies=_read_proxies(folder / _PROXIES, dict(zip(columns, beside.T, strict=True)), n_process),
        process_names=tuple(item.name for item in inputs.process),
    )
    return rows, numbers[:, 1]


def _write_proxies(path: Path, rows: TrainingRows, inputs: Inputs) -> None:
    header = ["column", "scale", "group", "value", *(_PROCESS + item.name for item in inputs.process)]
    header += [_FRACTION + symbol for symbol in rows.elements]
    texts = [(item.column, item.scale, group) for item in rows.proxies for group in item.groups]
    numbers = [np.column_stack([item.values, item.process, item.fractions]) for item in rows.proxies]
    _write(path, header, texts, np.concatenate(numbers))


def _read_proxies(path: Path, beside: Mapping[str, FloatArray], n_process: int) -> tuple[ProxyRows, ...]:
    """Return the proxies, given those of the training rows by column."""
    if not beside:
        return ()
    _, texts, numbers = _read(path, n_texts=3)
    proxies = []
    for column, of_rows in beside.items():
        own = [i for i, line in enumerate(texts) if line[0] == column]
        scale: Scale = "log" if texts[own[0]][1] == "log" else "linear"
        proxies.append(
            ProxyRows(
                column=column,
                scale=scale,
                fractions=np.ascontiguousarray(numbers[own, 1 + n_process :]),
                process=numbers[own, 1 : 1 + n_process],
                values=numbers[own, 0],
                groups=tuple(texts[i][2] for i in own),
                beside=np.ascontiguousarray(of_rows),
            )
        )
    return tuple(proxies)


def _write_transitions(path: Path, rows: TrainingRows) -> None:
    elements = rows.transitions[0].elements  # of one table, as all of them are
    header = ["process", "column", "group", "value", *(_FRACTION + symbol for symbol in elements)]
    texts = [(item.process, item.column, group) for item in rows.transitions for group in item.groups]
    numbers = [np.column_stack([item.values, item.fractions]) for item in rows.transitions]
    _write(path, header, texts, np.concatenate(numbers))


def _read_transitions(path: Path) -> tuple[TransitionRows, ...]:
    if not path.exists():
        return ()
    header, texts, numbers = _read(path, n_texts=3)
    kinds = dict.fromkeys((line[0], line[1]) for line in texts)
    transitions = []
    for process, column in kinds:
        own = [i for i, line in enumerate(texts) if (line[0], line[1]) == (process, column)]
        transitions.append(
            TransitionRows(
                process=process,
                column=column,
                elements=_elements(header),
                fractions=numbers[own, 1:],
                values=numbers[own, 0],
                groups=tuple(texts[i][2] for i in own),
            )
        )
    return tuple(transitions)


def _elements(header: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.removeprefix(_FRACTION) for name in header if name.startswith(_FRACTION))


def _write(path: Path, header: Sequence[str], texts: Iterable[Sequence[str]], numbers: FloatArray) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for text, row in zip(texts, numbers, strict=True):
            writer.writerow([*text, *(repr(float(number)) for number in row)])


def _read(path: Path, *, n_texts: int) -> tuple[list[str], list[list[str]], FloatArray]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = list(csv.reader(file))
    numbers = np.array([[float(cell) for cell in line[n_texts:]] for line in body])
    return header, [line[:n_texts] for line in body], numbers
