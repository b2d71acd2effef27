"""What a sampler may read and write while it draws: a storage whose writes can be dropped. Imports Optuna.

Samplers read the trials so far, and leave marks on the trial and on the study, such as the generation that a
trial belongs to. Reading goes to what was told; writing goes aside, so that a question leaves no trace.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from optuna.storages import InMemoryStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

STUDY = "sweep"
"""The name of the one study that there is."""

_LONG_AGO = datetime(2000, 1, 1)  # Optuna wants a naive time; no sampler and no pruner reads it


def blank(number: int, state: TrialState) -> FrozenTrial:
    """A trial in which nothing stands yet but its number and its state."""
    return FrozenTrial(
        number=number,
        trial_id=number,
        state=state,
        value=None,
        datetime_start=_LONG_AGO,
        datetime_complete=None if state == TrialState.RUNNING else _LONG_AGO,
        params={},
        distributions={},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
    )


class Memory(InMemoryStorage):
    """The storage of one study. A trial's id is its number. All that Optuna does outside of samplers is left out."""

    def __init__(self, objectives: int) -> None:
        super().__init__()
        self.trials: list[FrozenTrial] = []
        """All that was told, by number."""
        self.study_marks: dict[str, Any] = {}
        """The marks on the study that were told."""
        self.aside: dict[str, dict[str, Any]] = {"trial": {}, "study": {}}
        """The marks made since the last `wipe`: on the trial being drawn, and on the study."""
        self._asked: list[FrozenTrial] = []
        """The trial being drawn, where samplers are shown it among the others, as Optuna does."""
        self._directions = [StudyDirection.MINIMIZE] * objectives

    def wipe(self) -> None:
        """Drop the marks that were made and not told."""
        self.aside = {"trial": {}, "study": {}}

    @contextmanager
    def showing(self, asked: FrozenTrial | None) -> Iterator[None]:
        """Inside of this, the trial being drawn is the last of the trials; with None, it is not among them."""
        self._asked = [asked] if asked is not None else []
        try:
            yield
        finally:
            self._asked = []

    def get_study_id_from_name(self, study_name: str) -> int:  # noqa: ARG002
        """The one study."""
        return 0

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:  # noqa: ARG002
        """Smaller is better, for every objective."""
        return self._directions

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:  # noqa: ARG002
        """The study's marks, told and set aside."""
        return {**self.study_marks, **self.aside["study"]}

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:  # noqa: ARG002
        """Put a mark on the study aside."""
        self.aside["study"][key] = value

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:  # noqa: ARG002
        """Put a mark on the trial being drawn aside; a sampler writes on no other."""
        self.aside["trial"][key] = value

    def get_trial(self, trial_id: int) -> FrozenTrial:
        """The trial with this number."""
        return [*self.trials, *self._asked][trial_id]

    def get_best_trial(self, study_id: int) -> FrozenTrial:  # noqa: ARG002
        """The completed trial with the least value. ValueError if none is completed, as elsewhere in Optuna."""
        complete = self.get_all_trials(0, states=(TrialState.COMPLETE,))
        if not complete:
            raise ValueError("No trials are completed yet.")
        return min(complete, key=lambda trial: trial.values[0])

    def get_study_name_from_id(self, study_id: int) -> str:  # noqa: ARG002
        """The name of the one study."""
        return STUDY

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:  # noqa: ARG002
        """None: users have no hand in this study."""
        return {}

    def get_all_trials(
        self,
        study_id: int,  # noqa: ARG002
        deepcopy: bool = True,  # noqa: ARG002  # samplers read trials, and never change them
        states: Container[TrialState] | None = None,
    ) -> list[FrozenTrial]:
        """The trials that were told, in these states."""
        return [trial for trial in (*self.trials, *self._asked) if states is None or trial.state in states]

    def get_n_trials(self, study_id: int, state: tuple[TrialState, ...] | TrialState | None = None) -> int:
        """How many trials were told, in these states."""
        states: Sequence[TrialState] | None = (state,) if isinstance(state, TrialState) else state
        return len(self.get_all_trials(study_id, states=states))
