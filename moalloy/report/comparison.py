"""A comparison of searches in words and small tables, and its figures on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from moalloy.domain.problem import DesignProblem
from moalloy.files import write_bytes
from moalloy.pareto import HypervolumeScale
from moalloy.report.plots.comparison import growth_figure, indicator_figure
from moalloy.report.style import to_bytes
from moalloy.report.wording import counted, joined
from moalloy.study.comparison import INDICATORS, Comparison, quartiles
from moalloy.study.ranking import FEWEST_SEEDS, SIGNIFICANT, Pair, Ranking, smallest_p

__all__ = ["conclusion", "contest_table", "pair_table", "run_table", "scale_sentence", "write_comparison"]

# The indicator that decides.
_LEADING = "hypervolume"


def contest_table(comparison: Comparison, seconds: pd.DataFrame) -> pd.DataFrame:
    """Return one row per contender: medians with quartiles over its seeds, and what the tests say.

    Args:
        comparison: The scores.
        seconds: The columns of seconds.csv; may be empty.
    """
    rows = []
    for name in comparison.contenders:
        of = {indicator: comparison.values(name, indicator) for indicator in INDICATORS}
        rows.append(
            {
                "algorithm": name,
                "seeds": len(of[_LEADING]),
                "evaluations": _range(comparison.values(name, "evaluations")),
                "hypervolume": _spread(of["hypervolume"]),
                "IGD+": _spread(of["igd_plus"]),
                "spread": _spread(of["spread"]),
                "front": f"{np.median(comparison.values(name, 'front_size')):g}",
                "valid": _percent(float(comparison.values(name, "valid_share").min())),
                "CPU s": _median_seconds(seconds, name),
                "by hypervolume": _verdict(comparison, name),
            }
        )
    return pd.DataFrame(rows)


def run_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of runs as a terminal shows it."""
    shares = ("in_domain_share", "valid_share", "valid_in_all_share", "kept_when_judged_again")
    shown = table.assign(**{name: [_percent(value) for value in table[name]] for name in shares})
    names = {
        "alloys_evaluated": "evaluated",
        "front_size": "front",
        "igd_plus": "IGD+",
        "in_domain_share": "in domain",
        "valid_share": "valid",
        "valid_in_all_share": "valid in all",
        "kept_when_judged_again": "kept if judged again",
        "search_seconds": "search s",
    }
    return shown.rename(columns=names)


def pair_table(comparison: Comparison) -> pd.DataFrame:
    """Return every pair of contenders by every indicator, the better one first; empty with too few seeds."""
    rows = [
        {
            "indicator": name,
            "better": pair.first,
            "worse": pair.second,
            "p_holm": pair.p,
            "superiority_A12": pair.superiority,
            "p_kruskal_wallis": ranking.p,
        }
        for name, ranking in comparison.rankings.items()
        for pair in ranking.pairs
    ]
    columns = ["indicator", "better", "worse", "p_holm", "superiority_A12", "p_kruskal_wallis"]
    return pd.DataFrame(rows, columns=columns)


def conclusion(comparison: Comparison) -> list[str]:
    """Return what the hypervolumes say, in sentences."""
    names = comparison.contenders
    if len(names) < 2:
        return [f"{names[0]} has nothing to be compared with."]
    ranking = comparison.rankings.get(_LEADING)
    if ranking is None:
        return [
            f"With {counted(_fewest(comparison), 'seed')} nothing can be told: such differences may be luck. "
            f"{FEWEST_SEEDS} seeds are the fewest that can decide."
        ]
    best = _best(comparison)
    if _is_blunt(comparison, ranking):
        return [
            f"{best} has the largest median hypervolume, but with {len(names)} contenders "
            f"{counted(_fewest(comparison), 'seed')} can tell no two of them apart: take more."
        ]
    return [_sentence(comparison, ranking, best)]


def scale_sentence(design: DesignProblem, scale: HypervolumeScale) -> str:
    """Return the two points that hypervolumes are normalized by, in the units of the objectives."""
    units = {o.name: "" if design.is_chance(o) else o.unit for o in design.objectives}
    ideal, reference = (_point(design.in_units(point), units) for point in (scale.ideal, scale.reference))
    return (
        f"hypervolume is 1 for everything between the ideal point ({ideal}) and the reference ({reference})"
    )


def write_comparison(comparison: Comparison, folder: Path) -> list[Path]:
    """Draw the figures of a comparison as PNG and SVG into ``folder`` and return their paths."""
    values = {
        indicator: {name: comparison.values(name, indicator) for name in comparison.contenders}
        for indicator in INDICATORS
    }
    figures = {
        "indicators": indicator_figure(values),
        "growth": growth_figure(
            {name: (curve.evaluations, curve.hypervolume) for name, curve in comparison.curves.items()}
        ),
    }
    paths = []
    for name, figure in figures.items():
        for fmt in ("png", "svg"):
            paths.append(folder / f"{name}.{fmt}")
            write_bytes(paths[-1], to_bytes(figure, fmt))
    return paths


def _best(comparison: Comparison) -> str:
    medians = {name: np.median(comparison.values(name, _LEADING)) for name in comparison.contenders}
    return max(medians, key=lambda name: float(medians[name]))


def _verdict(comparison: Comparison, name: str) -> str:
    """Return what the tests say of one contender beside the best."""
    best = _best(comparison)
    ranking = comparison.rankings.get(_LEADING)
    if name == best:
        return "best median"
    if ranking is None or _is_blunt(comparison, ranking):
        return "too few seeds"
    pair = ranking.pair(name, best)
    if _is_worse(pair, name):
        return f"worse than {best}, p = {pair.p:.2g}"
    return f"can't be told from {best}, p = {pair.p:.2g}"


def _is_worse(pair: Pair, name: str) -> bool:
    return pair.is_significant and pair.second == name


def _sentence(comparison: Comparison, ranking: Ranking, best: str) -> str:
    others = [(name, ranking.pair(name, best)) for name in comparison.contenders if name != best]
    worse = [
        f"{name} (which wins {_percent(1 - pair.superiority)} of all pairings)"
        for name, pair in others
        if _is_worse(pair, name)
    ]
    level = [name for name, pair in others if not _is_worse(pair, name)]
    said = f"{best} has the largest median hypervolume"
    if worse:
        said += f", and beats {joined(worse)} by more than luck explains"
    if level:
        said += (
            f"; {joined(level)} can't be told from it"
            if worse
            else f", but {joined(level)} can't be told from it"
        )
    return f"{said}."


def _fewest(comparison: Comparison) -> int:
    """Return the seeds of the contender that has the fewest."""
    return min(len(comparison.values(name, _LEADING)) for name in comparison.contenders)


def _is_blunt(comparison: Comparison, ranking: Ranking) -> bool:
    """Return whether the tests found nothing where they could hardly have found anything."""
    most = smallest_p(_fewest(comparison), len(comparison.contenders))
    return most >= SIGNIFICANT and not any(pair.is_significant for pair in ranking.pairs)


def _spread(values: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    low, middle, high = quartiles(np.asarray(values, dtype=np.float64))
    return "" if np.isnan(middle) else f"{middle:.4f} [{low:.4f}, {high:.4f}]"


def _range(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    low, high = int(values.min()), int(values.max())
    return f"{low}" if low == high else f"{low} to {high}"


def _median_seconds(seconds: pd.DataFrame, name: str) -> str:
    own = seconds.loc[seconds["contender"] == name, "cpu_seconds"]
    return "" if own.empty else f"{own.median():.1f}"


def _percent(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.3g} %"


def _point(point: Mapping[str, float], units: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value:.4g} {units[name]}".rstrip() for name, value in point.items())
