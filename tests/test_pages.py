"""Every page is true: each example reports what its markers say, and nothing else anywhere."""

from fastlint import testing


def test_example(page, example):
    mismatches = testing.check_example(page, example)
    assert not mismatches, "\n".join(map(str, mismatches))
