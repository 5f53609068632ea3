"""The networks that parameter files can name."""

from typing import Literal

NetworkName = Literal["nano", "nano_ext", "resnet51", "resnet51_ext", "resnet153", "affact"]
