"""Who does the work: threads or processes of this machine, or a cluster.

A unit of work is large: one search, one range of ranks, one member of a surrogate. It is a function of a
module, called with what all units share and with what tells one from the others, so that it can be sent
anywhere; and it gives the same bytes wherever it is done.
"""

from moalloy.workers.local import ALONE, Local, Processes, suited
from moalloy.workers.order import Workers, in_order

__all__ = ["ALONE", "Local", "Processes", "Workers", "in_order", "suited"]
