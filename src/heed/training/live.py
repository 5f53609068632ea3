"""DVCLive as what it is here: a writer of curves, in any folder."""

from dvclive import Live


class LocalLive(Live):
    """DVCLive that looks for no repository and sends nothing.

    DVCLive asks git for the last commit, which a fresh repository does not have: the training
    would end with ``Empty git repo``. In a git repository without DVC it would even set DVC up.
    The repository serves experiments that DVCLive saves by itself and DVC Studio; here the
    pipeline saves both, so neither is asked for.
    """

    def _init_dvc(self) -> None:
        self._save_dvc_exp = False

    def _init_studio(self) -> None:
        self._studio_events_to_skip |= {"start", "data", "done"}
