"""What a workload in JAX is made of."""
from dataclasses import dataclass
from typing import Any, Callable, Optional


@dataclass
class Work:
    """f, to be jitted, and its arguments. run(jitted, *args) stands for one run where that is more than
    one call; carried(result) gives the first arguments of the next run, which are donated."""

    f: Callable
    args: list
    x64: bool = False
    run: Optional[Callable] = None
    carried: Optional[Callable[[Any], Any]] = None
