"""The HTML report: one file that needs nothing else, made of small functions and escaped text."""

from moalloy.report.html.report import write_report

__all__ = ["write_report"]
