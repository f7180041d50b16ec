"""What a run shows while it goes on."""

import io

from rich.console import Console

from bridge.training.display import Display, loss_plot


def test_a_plot_has_both_curves_and_its_units() -> None:
    plot = loss_plot([(0.1, 20.0), (0.2, 15.0), (0.4, 12.0)], [(0.2, 14.0), (0.4, 11.5)], 60, 10)
    assert "bits per note" in plot and "train" in plot and "held out" in plot
    assert plot.count("o") >= 2
    assert max(len(line) for line in plot.splitlines()) < 90


def test_nothing_yet_or_no_room_is_no_plot() -> None:
    assert loss_plot([(0.1, 20.0)], [], 60, 10) == ""
    assert loss_plot([(0.1, 20.0), (0.2, 15.0)], [], 10, 10) == ""


def test_a_terminal_sees_the_bar_and_the_plot_and_keeps_the_checks() -> None:
    out = io.StringIO()
    with Display(Console(file=out, force_terminal=True, width=100, height=40)) as display:
        display.trained(0.25, 20, 14.0, 1900.0)
        display.trained(0.5, 40, 12.0, 1900.0)
        display.checked(0.5, 40, 11.0, best=True)
    text = out.getvalue()
    assert "step 40  12.000 bits per note  1,900 notes/s" in text and "bits per note)" in text
    assert "50%" in text and "step 40: 11.000 bits per note held out, the best so far" in text


def test_a_file_gets_the_checks_only() -> None:
    out = io.StringIO()
    with Display(Console(file=out, width=100)) as display:
        display.trained(0.5, 20, 14.0, 1900.0)
        display.checked(0.5, 20, 13.0, best=False)
        display.say("stopped")
    assert out.getvalue() == " 50%  step 20: 13.000 bits per note held out\nstopped\n"
