"""What Discord is told about the commands."""

from tests.recordings import screens
from tests.recordings.scenario import SMALL, played
from tests.recordings.stage import Stage


@played(SMALL)
async def commands_as_discord_is_told_of_them(stage: Stage) -> None:
    (told,) = [request for request in stage.env.http_requests if request.method == "PUT"]
    assert isinstance(told.json, list)
    for command in sorted(told.json, key=lambda each: str(each["name"])):
        stage.write(["", *screens.command(command)])
