"""The kinds of layers by name, for settings that are read without torch."""

from typing import Final, Literal, get_args

Kind = Literal["conv", "batch_norm", "activation", "branch", "sum", "pooling", "linear"]
"""What made the features. ``branch`` is whatever else made what a sum or a concatenation takes and
nothing else does, such as the scale of a residual branch; branches that end with another kind are
of that kind."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
