"""Measured alloys: the built-in tables, and tables that users bring as CSV or Excel."""

from moalloy.tables.alloys import read_alloys
from moalloy.tables.builtin import BuiltinTable, about, builtin_names, builtin_path, export
from moalloy.tables.cells import Numbers, is_missing, parse_numbers
from moalloy.tables.compositions import CompositionColumns, find_composition
from moalloy.tables.describe import ColumnSummary, describe, suspicions, unit_of, without_unit
from moalloy.tables.detect import Detected, detect_table
from moalloy.tables.load import table_hash, table_headers
from moalloy.tables.read import BadRows, read_table
from moalloy.tables.table import AlloyTable

__all__ = [
    "AlloyTable",
    "BadRows",
    "BuiltinTable",
    "ColumnSummary",
    "CompositionColumns",
    "Detected",
    "Numbers",
    "about",
    "builtin_names",
    "builtin_path",
    "describe",
    "detect_table",
    "export",
    "find_composition",
    "is_missing",
    "parse_numbers",
    "read_alloys",
    "read_table",
    "suspicions",
    "table_hash",
    "table_headers",
    "unit_of",
    "without_unit",
]
