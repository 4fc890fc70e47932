"""An autoencoder over days of residuals: what it cannot rebuild is unusual."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, STRIDE = 24, 12
HIDDEN, CODE = 48, 8
EPOCHS, BATCH, RATE = 12, 512, 2e-3
CLIP = 5.0
WORST = 3
Values = NDArray[np.float32]


def autoencoder_scores(z: Values, seed: int, train: NDArray[np.intp] | None = None) -> Values:
    """How badly each account's strangest days are rebuilt.

    Days of 24 steps, half a day apart, go through a code of 8 numbers and back; the network is
    trained on all days, or those of the accounts `train`, most of which are usual also in
    accounts that fake some. Labels are not read.

    Parameters
    ----------
    z
        Residuals, shape (n, steps, channels).

    Returns
    -------
    Mean squared error of the three worst days, shape (n,).
    """
    import torch

    days = _days(np.clip(z, -CLIP, CLIP))
    n, count, size = days.shape
    known = days if train is None else days[train]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = _network(torch, size)
        _train(torch, network, torch.from_numpy(known.reshape(-1, size)))
        with torch.no_grad():
            flat = torch.from_numpy(days.reshape(-1, size))
            error = ((network(flat) - flat) ** 2).mean(dim=1).numpy()
    per_day = np.sort(error.reshape(n, count), axis=1)[:, -WORST:]
    return np.asarray(per_day.mean(axis=1), dtype=np.float32)


def _days(z: Values) -> Values:
    width = min(WIDTH, z.shape[1])
    begins = range(0, z.shape[1] - width + 1, STRIDE)
    days = [z[:, begin : begin + width].reshape(len(z), -1) for begin in begins]
    return np.ascontiguousarray(np.stack(days, axis=1), dtype=np.float32)


def _network(torch: Any, size: int) -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.Linear(size, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CODE), nn.ReLU(),
        nn.Linear(CODE, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, size),
    )  # fmt: skip


def _train(torch: Any, network: Any, days: Any) -> None:
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(days)).split(BATCH):
            optimiser.zero_grad()
            # The absolute error lets single strange hours pull less than the squared one.
            loss = (network(days[batch]) - days[batch]).abs().mean()
            loss.backward()
            optimiser.step()
