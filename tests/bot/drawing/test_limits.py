from __future__ import annotations

import pytest

from bot.drawing.limits import InFlight
from bot.kit.errors import UserError


def test_a_person_has_only_so_many_under_way():
    limits = InFlight()
    most = {"per_person": 2, "per_server": 10}
    with limits.place(1, 7, **most), limits.place(1, 7, **most):
        with pytest.raises(UserError) as caught, limits.place(1, 7, **most):
            pass
        assert caught.value.key == "refused.busy_person"
        with limits.place(2, 7, **most):
            assert limits.total == 3


def test_a_server_has_only_so_many_under_way():
    limits = InFlight()
    most = {"per_person": 2, "per_server": 2}
    with limits.place(1, 7, **most), limits.place(2, 7, **most):
        with pytest.raises(UserError) as caught, limits.place(3, 7, **most):
            pass
        assert caught.value.key == "refused.busy_server"
        with limits.place(3, 8, **most), limits.place(3, None, **most):
            assert limits.total == 4


def test_a_place_is_given_back_whatever_happens():
    limits = InFlight()
    most = {"per_person": 1, "per_server": 1}
    with pytest.raises(ZeroDivisionError), limits.place(1, 7, **most):
        raise ZeroDivisionError
    with limits.place(1, 7, **most):
        assert limits.total == 1
    assert limits.total == 0
