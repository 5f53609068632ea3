"""What a network of the small family is made of."""

from typing import Annotated, Literal

from pydantic import Field

from heed.base.settings import Params


class SmallNetwork(Params):
    """A residual network for few pixels and few cores.

    Attributes:
        depth: residual blocks per stage.
        batch_norm: whether layers are normalised by their batch (Ioffe & Szegedy 2015).
        dropout: share of the pooled features that a training step sets to 0 (Srivastava et al.
            2014).
        stride: pixels of the image between two cells of the last features.
        width: channels of the first stage; each further stage has twice as many.
    """

    depth: Annotated[int, Field(ge=1, le=16)]
    batch_norm: bool
    dropout: Annotated[float, Field(ge=0, lt=1)]
    stride: Literal[8, 16, 32]
    width: Annotated[int, Field(ge=4, le=256)]
