"""What is asked of every picture: its texts, and that none touches another."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def check_layout(figure: Figure) -> None:
    """Check that no two texts touch, and that every text is within the picture."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call] # of matplotlib
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts if text.get_text().strip()]
    for one, other in itertools.combinations(boxes, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert wide <= 0 or high <= 0
    for box in boxes:
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y0 >= 0
        assert box.y1 <= figure.bbox.y1


def written(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.axes[0].texts)
