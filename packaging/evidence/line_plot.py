# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines over a shared logarithmic y axis, a panel beside the other, as SVG that reads in light and dark."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, GAP, FOOT = 300, 230, 56, 34, 18, 58
COLUMN = 290  # of the legend
DASHES = ["", "6 4", "2 3", "10 3 2 3", "10 4", "4 2 1 2 1 2"]
COLOURS = {"continued": "#0072b2", "lora": "#e69f00", "distill": "#009e73", "scratch": "#cc79a7"}  # Okabe and Ito


def nice_ticks(low, high, count=4):
    """Round numbers that cover [low, high]."""
    step = 10 ** math.floor(math.log10(max(high - low, 1e-12) / count))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= count)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, int(high / step + 1e-9) + 1)]


def log_ticks(low, high):
    """1, 2 and 5 times powers of ten; finer where that leaves fewer than three."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [f * 10.0**e for e in exponents for f in (1, 2, 5) if low <= f * 10.0**e <= high]
    return ticks if len(ticks) >= 3 else nice_ticks(low, high)


def dash_of(order):
    """Of the lines of the `order`-th strategy; the first is solid."""
    return f' stroke-dasharray="{DASHES[order % len(DASHES)]}"' if order else ""


def number(value):
    return f"{value:.3g}" if abs(value) < 1e3 else f"{value:.0f}" if abs(value) < 1e5 else f"{value:.0e}"


def marker(order, x, y, colour):
    """A point of the `order`-th line of a colour: circle, square, diamond, triangle."""
    if order % 4 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    corners = [[(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)], [(0, -5), (5, 0), (0, 5), (-5, 0)], [(0, -5), (4.5, 4), (-4.5, 4)]][order % 4 - 1]
    return f'<polygon points="{" ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)}" fill="{colour}"/>'


class Panel:
    def __init__(self, left, x_range, y_range, size=(WIDTH, HEIGHT), colours=None, marked=False):
        self.left, (self.x_low, self.x_high), (self.y_low, self.y_high), (self.width, self.height) = left, x_range, y_range, size
        self.colours, self.marked = colours or COLOURS, marked

    def x(self, value):
        return self.left + self.width * (value - self.x_low) / (self.x_high - self.x_low)

    def y(self, value):
        value = min(max(value, self.y_low), self.y_high)
        return TOP + self.height * (1 - math.log(value / self.y_low) / math.log(self.y_high / self.y_low))

    def frame(self, title, x_label):
        middle = self.left + self.width / 2
        yield f'<rect x="{self.left}" y="{TOP}" width="{self.width}" height="{self.height}" class="frame"/>'
        yield f'<text x="{middle}" y="{TOP - 12}" text-anchor="middle" class="title">{escape(title)}</text>'
        yield f'<text x="{middle}" y="{TOP + self.height + 34}" text-anchor="middle">{escape(x_label)}</text>'
        for tick in nice_ticks(self.x_low, self.x_high):
            yield f'<text x="{self.x(tick):.1f}" y="{TOP + self.height + 16}" text-anchor="middle">{number(tick)}</text>'
        for tick in log_ticks(self.y_low, self.y_high):
            yield f'<line x1="{self.left}" x2="{self.left + self.width}" y1="{self.y(tick):.1f}" y2="{self.y(tick):.1f}" class="grid"/>'

    def scale(self, label):
        for tick in log_ticks(self.y_low, self.y_high):
            yield f'<text x="{self.left - 6}" y="{self.y(tick) + 4:.1f}" text-anchor="end">{number(tick)}</text>'
        yield f'<text transform="translate(14 {TOP + self.height / 2}) rotate(-90)" text-anchor="middle">{escape(label)}</text>'

    def line(self, kind, order, points):
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        if not self.marked or len({x for x, _ in points}) > 1:
            yield f'<polyline points="{path}" fill="none" stroke="{self.colours[kind]}" stroke-width="1.8"{dash_of(order)}/>'
        if self.marked:
            yield from (marker(order, self.x(x), self.y(y), self.colours[kind]) for x, y in points)


def limits(panels):
    """Largest x, and the range of y. Values far above the ends, as at the start from scratch, are cut off."""
    lines = [points for _, series in panels for _, _, _, points in series]
    values = [y for points in lines for _, y in points]
    ends = max(points[-1][1] for points in lines)
    return max(x for points in lines for x, _ in points), min(values) * 0.9, min(max(values), 10 * ends) * 1.1


def legend(series, top, colours, marked):
    for column, (label, kind, order, _) in enumerate(series):
        x, y = LEFT + (column % 3) * COLUMN, top + (column // 3) * 18
        yield f'<line x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}" stroke="{colours[kind]}" stroke-width="1.8"{dash_of(order)}/>'
        if marked:
            yield marker(order, x + 13, y, colours[kind])
        yield f'<text x="{x + 32}" y="{y + 4}">{escape(label)}</text>'


def figure(panels, x_label, y_label, *, colours=None, size=(WIDTH, HEIGHT), x_range=None, marked=False):
    """`panels`: [(title, [(label, kind, order among the lines of a kind, [(x, y)])])], y above 0; x from 0 unless there is a range. A kind has a colour;
    `marked` points have marks, and no line where they lie above one another."""
    colours = colours or COLOURS
    x_most, y_low, y_high = limits(panels)
    x_range = x_range or (0, x_most)
    series = panels[0][1]
    width = max(LEFT + len(panels) * (size[0] + GAP), LEFT + 3 * COLUMN if len(series) > 1 else 0)
    foot = TOP + size[1] + FOOT
    height = foot + 18 * -(-len(series) // 3) + 6
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
             f"<title>{escape(y_label)} against {escape(x_label)}</title>",
             "<style>text{font:12px sans-serif;fill:#808080}.title{font-weight:bold}.frame{fill:none;stroke:#808080}"
             ".grid{stroke:#808080;stroke-opacity:.25}</style>"]
    for index, (title, lines) in enumerate(panels):
        panel = Panel(LEFT + index * (size[0] + GAP), x_range, (y_low, y_high), size, colours, marked)
        parts += panel.frame(title, x_label)
        parts += panel.scale(y_label) if index == 0 else []
        for _, kind, order, points in lines:
            parts += panel.line(kind, order, points) if points else []
    return "\n".join([*parts, *legend(series, foot, colours, marked), "</svg>"]) + "\n"
