"""JAX on Jacquard: JAX_PLATFORMS=jacquard python program.py

JAX imports this module when it looks for plug-ins, and calls initialize(). The library is the file next to
this one, or the one that JACQUARD_PJRT_LIBRARY names.
"""
import os
import pathlib

from jax._src import xla_bridge
from jax._src.interpreters import mlir

NAME = "jacquard"


class _Rules(dict):
    """Lowering rules: those of CPUs, so that linear algebra becomes calls of LAPACK, also those that are
    registered later. Rules that are registered for Jacquard come first."""

    def __contains__(self, primitive):
        return super().__contains__(primitive) or primitive in mlir._platform_specific_lowerings["cpu"]

    def __missing__(self, primitive):
        return mlir._platform_specific_lowerings["cpu"][primitive]


def initialize():
    library = pathlib.Path(__file__).with_name("libjacquard_pjrt.so")
    library = os.environ.get("JACQUARD_PJRT_LIBRARY", library)
    xla_bridge._nonexperimental_plugins.add(NAME)  # or JAX prints a warning
    # A CPU has priority 0: without JAX_PLATFORMS programs run as before.
    xla_bridge.register_plugin(NAME, priority=-1, library_path=str(library))
    mlir._platform_specific_lowerings[NAME] = _Rules()
    if NAME not in mlir._platforms_with_donation:
        mlir._platforms_with_donation.append(NAME)
