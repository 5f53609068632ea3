"""What networks are trained on: crops as they are, with the mouth alone, or both."""

import numpy as np
from numpy.typing import NDArray

from heed.attention.faces import Faces
from heed.attention.run_settings import Images
from heed.guidance.concealed import concealed
from heed.training.crops import Batch


class SeenFaces:
    """Faces of a partition, indexed by a batch (:class:`heed.training.crops.LabelledImages`).

    Crops are concealed when they are read, so that no second copy of them is stored. Of a mixture
    the first N rows are the crops, the next N the same ones with the mouth alone.

    Args:
        faces: N of them.
        of: what is seen of them.
    """

    def __init__(self, faces: Faces, of: Images) -> None:
        self._faces, self._of = faces, of
        times = 2 if of == "mixture" else 1
        self.labels: NDArray[np.int8] = np.concatenate([faces.labels] * times)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, batch: Batch) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
        """Read a batch: (B, S, S, 3) uint8 crops and (B, 40) int8 labels."""
        chosen = np.asarray(batch.rows)
        count = len(self._faces)
        crops = self._faces.crops[chosen % count]
        hidden = np.full(len(chosen), self._of == "mouth_only") | (chosen >= count)
        if hidden.any():
            points = self._faces.landmarks[chosen[hidden] % count]
            crops[hidden] = concealed("mouth_only", crops[hidden], points)
        return crops, self.labels[chosen]
