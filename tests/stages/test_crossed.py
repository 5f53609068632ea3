"""Stage crossed in a folder of its own."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.audit.tables.score_arrays import METRICS
from heed.base.errors import InputError
from heed.base.settings import ParamsError
from heed.celeba.attributes import ATTRIBUTES
from stages import crossed
from tests.places import ROOT
from tests.trainings import set_replicates

FACES = 60


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    entry = params["models"]["balanced"] | {"replicates": 1}
    params["models"] = dict.fromkeys(("zebra", "ant"), entry)
    params["aggregate"]["resamples"] = 50
    params["crossed"] = {"attributes": ["Smiling"]}
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    rng = np.random.default_rng(0)
    labels = rng.choice([-1, 1], (FACES, 40)).astype(np.int8)
    faces = pd.DataFrame(labels, columns=ATTRIBUTES)
    images = [f"{index}.jpg" for index in range(FACES)]
    faces.insert(0, "image", images)
    faces.insert(1, "identity", np.arange(FACES) // 2)
    faces.insert(2, "partition", np.repeat([0, 2], [20, 40]))
    Path("data").mkdir()
    faces.to_parquet("data/faces.parquet")
    for model in params["models"]:
        table = {
            "image": np.repeat(images[20:], 40),
            "attribute": np.tile(ATTRIBUTES, 40),
            "label": labels[20:].ravel(),
            "logit": rng.normal(size=1600).astype(np.float32),
            "empty": False,
        }
        Path("data/scores", model).mkdir(parents=True)
        scores = {metric: rng.random(1600) for metric in METRICS}
        pd.DataFrame(table | scores).to_parquet(f"data/scores/{model}/1.parquet")
    return tmp_path


def test_it_is_pandas_mean_of_each_side(folder):
    crossed.main()
    table = pd.read_csv("metrics/tables/crossed.csv")
    assert table["model"].unique().tolist() == ["zebra", "ant"]
    assert set(table["cross"]) == {"Smiling"}
    scores = pd.read_parquet("data/scores/ant/1.parquet")
    smiling = scores[scores["attribute"] == "Smiling"].set_index("image")["label"]
    with_it = scores["image"].map(smiling) == 1
    rows = table[(table["model"] == "ant") & (table["metric"] == "proportional_energy")]
    for side, chosen in (("with", with_it), ("without", ~with_it)):
        expected = scores[chosen].groupby("attribute")["proportional_energy"].mean()
        found = rows.set_index("attribute")[side].drop("OVERALL")
        np.testing.assert_allclose(found, expected[found.index], atol=6e-4)  # it is rounded


def test_same_input_gives_the_same_bytes(folder):
    crossed.main()
    first = Path("metrics/tables/crossed.csv").read_bytes()
    crossed.main()
    assert Path("metrics/tables/crossed.csv").read_bytes() == first


def test_a_training_that_params_no_longer_has_is_not_averaged(folder):
    set_replicates("ant", 2)
    with pytest.raises(InputError, match=r"data/scores/ant: found 1 of .* ant; expected 2, by mod"):
        crossed.main()
    shutil.copy("data/scores/ant/1.parquet", "data/scores/ant/2.parquet")
    crossed.main()
    set_replicates("ant", 1)
    with pytest.raises(InputError, match=r"found 2 of .*; expected 1, by models\.ant\.replicates"):
        crossed.main()


def test_more_faces_than_are_audited_are_refused_by_the_key(folder):
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["aggregate"]["least_faces"] = 41
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    with pytest.raises(ParamsError, match=r"aggregate\.least_faces: found 41, but 40 faces are"):
        crossed.main()
