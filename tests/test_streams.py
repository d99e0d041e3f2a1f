import numpy as np

from game.streams import stable_id, stream

RAW = 8009818292654712392


def test_a_name_has_the_same_number_in_every_process():
    assert stable_id("needle") == 1700323845
    assert stable_id("") == 0


def test_a_seed_and_a_name_give_the_same_stream_in_every_process():
    assert stream(7, "needle").bit_generator.random_raw() == RAW


def test_one_seed_and_name_give_the_same_numbers_again():
    assert stream(7, "needle").random(5).tolist() == stream(7, "needle").random(5).tolist()


def test_another_seed_or_another_name_gives_other_numbers():
    drawn = [tuple(stream(seed, name).random(3)) for seed in (7, 8) for name in ("needle", "talk", "patient")]
    assert len({round(first, 12) for first, *_ in drawn}) == 6


def test_drawing_from_one_stream_leaves_the_others_alone():
    talk = stream(7, "talk")
    stream(7, "needle").random(100)
    assert talk.random() == stream(7, "talk").random()


def test_streams_of_neighbouring_seeds_are_not_correlated():
    first, second = stream(7, "needle").random(4000), stream(8, "needle").random(4000)
    assert abs(float(np.corrcoef(first, second)[0, 1])) < 0.06
