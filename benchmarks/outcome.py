"""What a run of the benchmark found, and its form as a file."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field

from benchmarks.measuring import Run

FORMAT = 1
STEPS = ("cold", "no change", "one edited", "one added", "one deleted")


@dataclass
class Result:
    """Everything measured of one tool at one size."""

    size: int
    runs: dict[str, list[Run]] = field(default_factory=dict)
    site_bytes: int = 0
    site_files: int = 0

    def median(self, step: str, what: str) -> float:
        return statistics.median(getattr(run, what) for run in self.runs[step])

    def part(self, step: str, part: str) -> float:
        return statistics.median(run.parts.get(part, 0.0) for run in self.runs[step])

    def most(self, what: str, step: str = "") -> float:
        """The largest in any run, or in any run of one step."""
        return max(getattr(run, what) for name, runs in self.runs.items() if step in ("", name) for run in runs)


@dataclass
class Outcome:
    """A whole run: every tool at every size, on one machine."""

    measured: str
    """The day, as 2026-11-30."""
    machine: dict[str, str | int]
    """``cores``, ``processor``, ``memory_gb``, ``system``."""
    versions: dict[str, str]
    real: int
    """Number of real cases, which each size comes on top of."""
    repeats: int
    tools: dict[str, list[Result]]
    """The results of each tool by its name, smallest size first. The first is without made-up cases."""
    left_out: str = ""
    """Why there is no comparison; empty when there is one."""

    def sizes(self) -> list[int]:
        return sorted({result.size for results in self.tools.values() for result in results if result.size})

    def at(self, tool: str, size: int) -> Result | None:
        return next((result for result in self.tools.get(tool, []) if result.size == size), None)

    def runs(self) -> list[Run]:
        return [run for results in self.tools.values() for result in results for runs in result.runs.values() for run in runs]

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **_rounded(asdict(self))}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Outcome:
        """The outcome that a file holds.

        :raises ValueError: when it is not one, or of another format.
        """
        data = json.loads(text)
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise ValueError(f"this file is not a result of format {FORMAT}")
        tools = {name: [Result(**{**result, "runs": {step: [Run(**run) for run in runs] for step, runs in result["runs"].items()}}) for result in results]
                 for name, results in data.pop("tools").items()}
        return cls(tools=tools, **data)


def _rounded(value):
    """Numbers to the thousandth: more is noise."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
