"""Entries on tools, questions that they answer, and questions on food, that they do not."""

from bot.matching.types import Target

TOOLS = ("hammer", "saw", "drill", "chisel", "plane", "wrench", "pliers", "level", "clamp", "file")
FOOD = ("bread", "soup", "salad", "cake", "rice", "pasta", "pizza", "curry", "stew", "pie")
TARGETS = tuple(
    Target(tool, (f"how do i use a {tool}", f"{tool} instructions", f"what is a {tool} good for", f"{tool} help"))
    for tool in TOOLS
)
INSIDE = tuple(
    f"{verb} the {tool} please" for tool in TOOLS for verb in ("explain", "using", "show me", "teach me", "about")
)
OUTSIDE = tuple(
    f"{verb} the {food} please" for food in FOOD for verb in ("cook", "eating", "bake me", "serve me", "taste")
)
