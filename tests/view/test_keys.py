import pygame

from game.view.keys import BINDINGS, arrow_of, digit_of, meaning_of


def test_no_key_means_two_things() -> None:
    keys = [key for binding in BINDINGS for key in binding.keys]
    assert len(keys) == len(set(keys))


def test_grammar_of_the_hands_is_on_its_keys() -> None:
    grammar = {
        pygame.K_RETURN: "work",
        pygame.K_q: "roll_left",
        pygame.K_e: "roll_right",
        pygame.K_SPACE: "other_hand",
        pygame.K_f: "pedal",
        pygame.K_v: "ask_view",
        pygame.K_s: "stylet",
        pygame.K_t: "talk",
        pygame.K_l: "lean",
        pygame.K_TAB: "next_instrument",
        pygame.K_ESCAPE: "pause",
        pygame.K_F1: "help",
    }
    assert {key: meaning_of(key) for key in grammar} == grammar
    assert meaning_of(pygame.K_j) is None


def test_every_line_can_be_done_by_keyboard_alone() -> None:
    assert all(binding.keyboard for binding in BINDINGS)


def test_arrows_point_right_and_up_in_the_field() -> None:
    assert arrow_of(pygame.K_UP) == (0, 1)
    assert arrow_of(pygame.K_LEFT) == (-1, 0)
    assert digit_of(pygame.K_3) == 3
    assert digit_of(pygame.K_a) is None
