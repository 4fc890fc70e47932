"""One function of texts over all cores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import polars as pl

SMALLEST = 2_000
"""Values per slice below which another thread is not worth its start."""


def in_slices(function: Callable[[pl.Series], pl.Series], values: pl.Series) -> pl.Series:
    """Apply a function that treats each value alone, one slice of the values per thread.

    Polars works on one column in one thread; on long columns of text that leaves cores idle.

    Parameters
    ----------
    function
        Of a Series; gives a Series of the same length.
    values
        Any length.

    Returns
    -------
    Series
        What `function(values)` gives.

    Examples
    --------
    >>> import polars as pl
    >>> in_slices(lambda texts: texts.str.to_uppercase(), pl.Series(["a", "b"])).to_list()
    ['A', 'B']
    """
    threads = min(pl.thread_pool_size(), len(values) // SMALLEST)
    if threads < 2:
        return function(values)
    length = -(-len(values) // threads)
    slices = [values.slice(start, length) for start in range(0, len(values), length)]
    with ThreadPoolExecutor(threads) as pool:
        return pl.concat(pool.map(function, slices))
