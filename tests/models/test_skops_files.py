"""Equal models give equal files, whichever process wrote them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import skops.io
from sklearn.ensemble import RandomForestClassifier

from models.skops_files import dump_skops
from models.tabular.saving import TRUSTED

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from models.skops_files import dump_skops
rng = np.random.default_rng(3)
X, y = rng.random((80, 4)), rng.integers(0, 2, 80)
dump_skops(RandomForestClassifier(5, random_state=0).fit(X, y), Path(sys.argv[1]))
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    for name in ("one", "two"):
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / name)]
        subprocess.run(command, check=True, cwd=root)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_read_back_predicts_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    X, y = rng.random((200, 6)), rng.integers(0, 2, 200)
    model = RandomForestClassifier(20, random_state=0, class_weight="balanced").fit(X, y)
    dump_skops(model, tmp_path / "forest.skops")
    again = skops.io.load(tmp_path / "forest.skops", trusted=TRUSTED)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
