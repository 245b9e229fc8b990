"""What to do next: a pure function of the history, bounded by attempts and seconds. A pass is final."""

from layoutgen.retry.best_of import another
from layoutgen.retry.decide import POLICIES, decide, naive, open_policy
from layoutgen.retry.ladder import ladder
from layoutgen.retry.model import Decision, RetryPolicy, Step, Task, best

__all__ = [
    "POLICIES",
    "Decision",
    "RetryPolicy",
    "Step",
    "Task",
    "another",
    "best",
    "decide",
    "ladder",
    "naive",
    "open_policy",
]
