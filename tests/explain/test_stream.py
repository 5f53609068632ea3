import threading

import numpy as np
import pytest

from heed.base.arrays import StoredImages
from heed.explain import stream as module
from heed.explain.forward import Explained
from heed.explain.stream import stream


class StopError(Exception):
    pass


class Brightness:
    """Explains an image by its brightness, and notes what it was asked."""

    def __init__(self, fail_at=None):
        self.asked, self.fail_at = [], fail_at

    def begin(self, images, batch_size=64, first=0):
        self.asked.append((len(images), batch_size, first))

        def finish():
            values = images.mean((1, 2, 3), dtype=np.float32)[:, None]  # as late as a GPU would
            if self.fail_at == first:
                raise StopError
            return Explained(values, values, {"gradcam": values[:, :, None, None]})

        return finish


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 4)
    file = tmp_path / "images.npy"
    rows = np.arange(25, dtype=np.uint8)[:, None, None, None]
    np.save(file, np.broadcast_to(rows, (25, 2, 2, 3)).copy())
    return StoredImages(file)


def test_rows_arrive_in_their_order_chunk_by_chunk(images):
    rows = np.array([20, 3, 4, 24, 0, 7, 9, 9, 1, 2])
    explainer, found, by = Brightness(), np.full(10, np.nan, np.float32), set()

    def store(chunk, result):
        by.add(threading.current_thread())
        assert np.isnan(found[chunk]).all()
        found[chunk] = result.maps["gradcam"][:, 0, 0, 0]

    stream(explainer, images, rows, 3, store)
    assert found.tolist() == rows.tolist()
    assert explainer.asked == [(4, 3, 0), (4, 3, 4), (2, 3, 8)]
    again = []
    stream(Brightness(), images, np.arange(25), 3, lambda chunk, result: again.append(result))
    assert np.concatenate([part.logits[:, 0] for part in again]).tolist() == list(range(25))
    assert len(by) == 1
    assert threading.current_thread() not in by


@pytest.mark.parametrize("where", ["explaining", "storing", "reading"])
def test_what_fails_is_raised_and_ends_it(images, where):
    stored = []

    def store(chunk, result):
        if where == "storing" and chunk.start == 4:
            raise StopError
        stored.append(chunk.start)

    rows = np.arange(25)
    if where == "reading":
        rows[5] = 99
    explainer = Brightness(fail_at=4 if where == "explaining" else None)
    with pytest.raises(IndexError if where == "reading" else StopError):
        stream(explainer, images, rows, 2, store)
    assert stored in ([], [0])
    assert threading.active_count() == 1 or not any(
        thread.name.startswith(("ahead", "behind")) for thread in threading.enumerate()
    )
