"""The catalogue of errors: all in one place to import from, none left out."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from droitcommun.graph import errors


def test_every_error_of_every_room_is_given_by_the_package() -> None:
    rooms = [importlib.import_module(f"{errors.__name__}.{m.name}") for m in pkgutil.iter_modules(errors.__path__)]
    found = {
        name: cls
        for room in rooms
        for name, cls in vars(room).items()
        if inspect.isclass(cls) and issubclass(cls, errors.DroitCommunError) and cls.__module__ == room.__name__
    }
    assert len(rooms) > 5
    assert sorted(found) == list(errors.__all__)
    assert all(getattr(errors, name) is cls for name, cls in found.items())
    assert {cls.exit_code for cls in found.values()} == {2, 3, 4}
