"""What names and addresses of one account look like: `models.features` for a single account.

The same figures as `identity_features` and `tabular_features` give in a run, but for those that
compare an account with all others, and without a table for each account. Tests hold them equal.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter

from models.features.identity import LONGEST, PAIRS

from .fields import Fresh


def profile(fresh: Fresh) -> dict[str, float]:
    """Figures by the name of their feature; what cannot be told is left out."""
    told = {"email": fresh.mail, "username": fresh.username, "country": fresh.country}
    missing = {f"profile_no_{name}": float(value is None) for name, value in told.items()}
    found = {
        **missing,
        "profile_no_created_at": 0.0,
        "profile_missing": sum(missing.values()) + float(fresh.phone is None),
        "phone_given": float(fresh.phone is not None),
    }
    if fresh.username is not None:
        found |= _username(fresh.username[:LONGEST])
    if fresh.mail is not None:
        found |= _mail(fresh.mail.email.partition("@")[0][:LONGEST], fresh.mail.disposable)
        if fresh.username is not None:
            box = fresh.mail.email.partition("@")[0][:LONGEST].partition("+")[0]
            found |= _both(box, fresh.username[:LONGEST].lower())
    return found


def _username(name: str) -> dict[str, float]:
    digits = sum(map(_is_digit, name))
    letters = 0
    while letters < len(name) and _is_letter(name[letters]):
        letters += 1
    size = len(name)
    return {
        "username.length": float(size),
        "username.digit_share": digits / size,
        "username.entropy": _bits(name),
        "username.letters_digits": float(0 < letters < size and digits == size - letters),
        "username.separator": float(any(not _is_letter(c) and not _is_digit(c) for c in name)),
    }


def _mail(local: str, disposable: bool) -> dict[str, float]:
    return {
        "email_name.digits": float(sum(map(_is_digit, local.partition("+")[0]))),
        "email_tag": float("+" in local),
        "email_disposable": float(disposable),
    }


def _both(box: str, name: str) -> dict[str, float]:
    """How far mail name and user name agree."""
    found = {"email_name.same_number": float(_number(box) == _number(name) != "")}
    left, right = (("".join(filter(_is_letter, text))) for text in (box, name))
    pairs = [left[at : at + 2] for at in range(min(max(len(left) - 1, 0), PAIRS))]
    others = [right[at : at + 2] for at in range(min(max(len(right) - 1, 0), PAIRS))]
    if pairs and others:
        shared = sum(pair in right for pair in pairs) + sum(pair in left for pair in others)
        found["email_name.similarity"] = shared / (len(pairs) + len(others))
    return found


def _number(text: str) -> str:
    """The digits at the end."""
    start = len(text)
    while start and _is_digit(text[start - 1]):
        start -= 1
    return text[start:]


def _bits(name: str) -> float:
    counts = Counter(name).values()
    return max(math.log2(len(name)) - sum(n * math.log2(n) for n in counts) / len(name), 0.0)


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] == "L"


def _is_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"
