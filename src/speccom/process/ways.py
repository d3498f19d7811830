"""The ways through a procedure: which acts can have been done before an act is."""

from __future__ import annotations

from speccom.process.procedure import PREVIOUS, Procedure, Transition


class Ways:
    """Which states and acts can come before each state."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._before = self._spread()

    def before(self, transition: Transition) -> frozenset[str]:
        """Return the acts that can have been done before an act."""
        states = [name for name in self._procedure.states if transition in self._procedure.acts_from(name)]
        return frozenset(act for state in states for act in self._before[state])

    def _spread(self) -> dict[str, frozenset[str]]:
        """Carry the acts along every transition until no state learns of another."""
        found: dict[str, frozenset[str]] = {name: frozenset() for name in self._procedure.states}
        changed = True
        while changed:
            changed = False
            for source, transition in self._steps():
                carried = (found[source] if source else frozenset()) | {transition.act}
                for target in self._targets(source, transition):
                    if not carried <= found[target]:
                        found[target] |= carried
                        changed = True
        return found

    def _steps(self) -> list[tuple[str, Transition]]:
        return [
            (state, each)
            for state in ("", *self._procedure.states)
            for each in self._procedure.acts_from(state)
        ]

    def _targets(self, source: str, transition: Transition) -> list[str]:
        """Return where an act leads: where it leads back, any state from which its own can be come to."""
        if transition.target != PREVIOUS:
            return [transition.target]
        return [state for state, each in self._steps() if state and each.target == source]
