"""How the layer that an extension adds begins; apart, so that parameters need no torch."""

from typing import Literal

NewLayer = Literal["random", "identity"]
"""``random`` leaves it as it was initialised; with ``identity`` the logits are the base's."""
