"""The outputs of a pipeline and what lies there that its stages did not write.

DVC empties a stage's outputs before the stage runs, without looking into them. So the inventory,
which runs first at every ``dvc repro``, looks at all of them.
"""

from heed.base.files import refuse_strangers
from heed.pipeline.plan import STAGE_FILE, planned_stages, stage_entries


def check_outputs() -> None:
    """Refuse to go on where files that Heed did not write lie in the way of an output.

    Raises:
        StrangerError: naming the output, the files and the stage that would remove them.
        StageFileError: if dvc.yaml cannot be read, so that nobody knows the outputs.
    """
    stage_entries(STAGE_FILE)
    refuse_strangers(
        {
            output: f"The stage {stage.name}"
            for stage in planned_stages()
            for output in stage.outputs
        }
    )
