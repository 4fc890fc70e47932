"""The application: its commands, and how errors and exit codes reach the caller."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .. import __version__
from ..safetext import visible
from . import (
    case,
    changes,
    convert,
    demo,
    evaluate,
    export,
    feedback,
    hub,
    key,
    look,
    models,
    neo4j,
    nightly,
    query,
    rules,
    run,
    serve,
    signals,
    simulate,
    train,
    verdict,
    watch,
)

DONE, FAILED, WRONG_USE, HELD = 0, 1, 2, 75


class Application(TyperGroup):
    """The root command: every error becomes one line on stderr and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - it is always off: errors are shown here
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command line; leaves by `SystemExit`."""
        words = list(sys.argv[1:] if args is None else args)
        debug, words = _take_debug(words)
        # Libraries warn their callers, not who runs a command: scikit-learn by the thousand, for it
        # keeps its filters for the whole process and not for each thread.
        logging.captureWarnings(not debug)
        try:
            code = super().main(
                words, prog_name or "ringscope", complete_var, False, windows_expand_args, **extra
            )
        except typer.Abort:
            _say("stopped")
            code = FAILED
        except Exception as error:  # noqa: BLE001 - the last stop: nothing may end in a traceback
            if debug:
                traceback.print_exc()
            code = _report(error)
        finally:
            logging.captureWarnings(False)
        sys.exit(code if isinstance(code, int) else DONE)


def _take_debug(words: list[str]) -> tuple[bool, list[str]]:
    """Take `--debug` out of a command line: it may stand anywhere before a `--`."""
    end = words.index("--") if "--" in words else len(words)
    kept = [word for word in words[:end] if word != "--debug"]
    return len(kept) < end, kept + words[end:]


def _report(error: Exception) -> int:
    """Print an error, or the help where a group was called without a command."""
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error, err=True)
        return WRONG_USE
    code, line = _explain(error)
    _say(line)
    return code


def _explain(error: Exception) -> tuple[int, str]:
    """Exit code and one line for an error."""
    from ingest.errors import RingscopeError, SettingsError, StoreHeld

    # typer carries a private copy of click; its usage errors are known by this method.
    message = getattr(error, "format_message", None)
    if message:
        return WRONG_USE, f"{message().replace('Value error, ', '')} (-h shows the options)"
    if isinstance(error, StoreHeld):
        return HELD, str(error)
    if isinstance(error, RingscopeError):
        return (WRONG_USE if isinstance(error, SettingsError) else FAILED), str(error)
    if isinstance(error, MemoryError):
        return FAILED, "out of memory: use a machine with more, or fewer rows"
    return FAILED, f"internal error: {type(error).__name__}: {error} (--debug shows where)"


def _say(line: str) -> None:
    typer.echo(f"ringscope: {visible(line)}", err=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


app = typer.Typer(
    name="ringscope",
    cls=Application,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def root(
    _version_wanted: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
    _debug: Annotated[
        bool,
        typer.Option("--debug", help="Show a traceback on errors; may stand after a command too."),
    ] = False,
) -> None:
    """Find spam rings: accounts that are linked by what they share.

    Exit codes: 0 done, 1 failed, 2 wrong use, 75 another run holds the store.

    Example: ringscope demo world

    Example: ringscope run world --out out

    Example: ringscope ring --run out
    """


for group in (
    demo,
    run,
    look,
    evaluate,
    export,
    case,
    serve,
    key,
    convert,
    signals,
    rules,
    simulate,
    neo4j,
    query,
    train,
    nightly,
    changes,
    verdict,
    hub,
    models,
    watch,
    feedback,
):
    group.register(app)


def main() -> None:
    """Entry point of the `ringscope` command."""
    app()
