# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines over a shared logarithmic y axis, a panel beside the other, as SVG that reads in light and dark."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, GAP, FOOT = 300, 230, 56, 34, 18, 58
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
    return f"{value:.3g}" if abs(value) < 1e5 else f"{value:.0e}"


class Panel:
    def __init__(self, left, x_high, y_low, y_high):
        self.left, self.x_high, self.y_low, self.y_high = left, x_high, y_low, y_high

    def x(self, value):
        return self.left + WIDTH * value / self.x_high

    def y(self, value):
        value = min(max(value, self.y_low), self.y_high)
        return TOP + HEIGHT * (1 - math.log(value / self.y_low) / math.log(self.y_high / self.y_low))

    def frame(self, title, x_label):
        middle = self.left + WIDTH / 2
        yield f'<rect x="{self.left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" class="frame"/>'
        yield f'<text x="{middle}" y="{TOP - 12}" text-anchor="middle" class="title">{escape(title)}</text>'
        yield f'<text x="{middle}" y="{TOP + HEIGHT + 34}" text-anchor="middle">{escape(x_label)}</text>'
        for tick in nice_ticks(0, self.x_high):
            yield f'<text x="{self.x(tick):.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{number(tick)}</text>'
        for tick in log_ticks(self.y_low, self.y_high):
            yield f'<line x1="{self.left}" x2="{self.left + WIDTH}" y1="{self.y(tick):.1f}" y2="{self.y(tick):.1f}" class="grid"/>'

    def scale(self, label):
        for tick in log_ticks(self.y_low, self.y_high):
            yield f'<text x="{self.left - 6}" y="{self.y(tick) + 4:.1f}" text-anchor="end">{number(tick)}</text>'
        yield f'<text transform="translate(14 {TOP + HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(label)}</text>'

    def line(self, method, order, points):
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        return f'<polyline points="{path}" fill="none" stroke="{COLOURS[method]}" stroke-width="1.8"{dash_of(order)}/>'


def limits(panels):
    """Largest x, and the range of y. Values far above the ends, as at the start from scratch, are cut off."""
    lines = [points for _, series in panels for _, _, _, points in series]
    values = [y for points in lines for _, y in points]
    ends = max(points[-1][1] for points in lines)
    return max(x for points in lines for x, _ in points), min(values) * 0.9, min(max(values), 10 * ends) * 1.1


def legend(series, top):
    column = 0
    for label, method, order, _ in series:
        x, y = LEFT + (column % 3) * 290, top + (column // 3) * 18
        yield f'<line x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}" stroke="{COLOURS[method]}" stroke-width="1.8"{dash_of(order)}/>'
        yield f'<text x="{x + 32}" y="{y + 4}">{escape(label)}</text>'
        column += 1


def figure(panels, x_label, y_label):
    """`panels`: [(title, [(label, method, order of the strategy, [(x, y)])])], y above 0."""
    x_high, y_low, y_high = limits(panels)
    series = panels[0][1]
    width = max(LEFT + len(panels) * (WIDTH + GAP), LEFT + 3 * 290 if len(series) > 1 else 0)
    height = TOP + HEIGHT + FOOT + 18 * -(-len(series) // 3) + 6
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
             f"<title>{escape(y_label)} against {escape(x_label)}</title>",
             "<style>text{font:12px sans-serif;fill:#808080}.title{font-weight:bold}.frame{fill:none;stroke:#808080}"
             ".grid{stroke:#808080;stroke-opacity:.25}</style>"]
    for index, (title, lines) in enumerate(panels):
        panel = Panel(LEFT + index * (WIDTH + GAP), x_high, y_low, y_high)
        parts += panel.frame(title, x_label)
        parts += panel.scale(y_label) if index == 0 else []
        parts += [panel.line(method, order, points) for _, method, order, points in lines if points]
    return "\n".join([*parts, *legend(series, TOP + HEIGHT + FOOT), "</svg>"]) + "\n"
