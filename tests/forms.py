"""What members and moderators find in forms."""

from collections.abc import Mapping
from typing import Any


def filled(modal: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in a form as it opens, by the ids of its inputs."""
    found: dict[str, Any] = {}
    for label in modal["components"]:
        control = label["component"]
        if "options" in control:
            found[control["custom_id"]] = [each["value"] for each in control["options"] if each.get("default")]
        else:
            found[control["custom_id"]] = control.get("value") or ""
    return found
