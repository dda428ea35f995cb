"""Does what the file says make sense? A list of small checks, each yielding issues.

Every check looks at one thing and at all of it, so that one reading of the file finds every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from moalloy.spec.lint import (
    aims,
    conditions,
    constraints,
    data,
    models,
    presence,
    search,
    space,
    starting,
    stopping,
)
from moalloy.spec.lint import names as naming
from moalloy.spec.lint.names import Names
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue

__all__ = ["CHECKS", "Names", "lint"]

Check = Callable[[ProblemSpec, Names], Iterator[Issue]]

CHECKS: tuple[Check, ...] = (
    naming.are_identifiers,
    naming.are_unique,
    naming.leave_columns_free,
    space.elements_exist,
    space.bounds_are_percentages,
    space.bounds_lie_on_the_grid,
    space.zero_is_allowed_once,
    space.step_divides_100,
    space.step_is_given,
    space.count_fits_the_elements,
    space.groups_hold_elements,
    space.process_ranges_ascend,
    space.process_steps_reach_the_end,
    space.process_choices_differ,
    constraints.lines_are_linear,
    constraints.descriptor_limits_are_usable,
    presence.presence_is_possible,
    presence.windows_name_alloys,
    conditions.conditions_are_readable,
    data.compositions_name_elements,
    data.sheets_are_in_workbooks,
    data.tables_are_declared,
    data.tables_are_used,
    data.bases_are_given,
    data.grouping_is_given,
    data.inputs_are_process_variables,
    data.transitions_are_of_inputs,
    data.proxies_are_other_columns,
    data.ceilings_are_descriptors,
    data.process_variables_are_used,
    search.goals_are_known,
    search.limits_are_intervals,
    search.log_scales_are_positive,
    search.properties_are_wanted,
    search.seeds_differ,
    models.kinds_are_known,
    models.settings_are_used,
    models.tuning_has_settings_to_try,
    models.device_is_used,
    models.features_are_known,
    models.features_are_assigned_once,
    search.algorithm_fits_the_objectives,
    search.weights_belong_to_objectives,
    aims.aims_are_given_where_used,
    aims.aims_name_every_objective,
    aims.aims_are_values_and_not_chances,
    search.chances_have_thresholds,
    search.domains_belong_to_models,
    search.random_has_a_budget,
    search.exhaustive_can_count,
    search.exhaustive_needs_no_budget,
    stopping.evaluations_make_a_generation,
    stopping.time_limits_are_no_seeds,
    stopping.stagnation_can_be_seen,
    starting.starts_are_used,
    starting.systems_are_searched,
)


def lint(spec: ProblemSpec, names: Names) -> list[Issue]:
    """Return every issue in ``spec``.

    Args:
        spec: What of the file could be understood.
        names: All names in the file, those of entries that could not be understood included, so
            that one fault doesn't cause others.
    """
    return [issue for check in CHECKS for issue in check(spec, names)]
