"""REST: each method is one of Discord's endpoints.

https://discord.com/developers/docs/reference
"""

import json
from collections.abc import Iterator
from typing import Final, final

from aiohttp import web

from tests.wire import limits
from tests.wire.faults import Handler, respond
from tests.wire.gateway import Gateway
from tests.wire.payloads import Json
from tests.wire.world import Interaction, UnknownError, World

APPLICATION: Final = {
    "id": "2",
    "name": "casebot",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "owner": {"id": "3", "username": "owner", "discriminator": "0", "avatar": None},
}

_MESSAGES: Final = {4, 7}
"""Answers to an interaction that are messages."""

_EPHEMERAL: Final = 1 << 6
_NO_CONTENT: Final = 204


@final
class Rest:
    """Does what the bot asks for, or says as Discord would why not."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.refused: Final[list[str]] = []
        """What was wrong with messages: over a limit, which is refused, or able to ping somebody."""

        self._world: Final = world
        self._gateway: Final = gateway

    def routes(self) -> Iterator[web.RouteDef]:
        """List the endpoints."""
        api = "/api/v10"
        yield web.get(f"{api}/gateway/bot", self._bot_gateway)
        yield web.get(f"{api}/users/@me", self._me)
        yield web.post(f"{api}/users/@me/channels", self._direct)
        yield web.get(f"{api}/oauth2/applications/@me", self._application)
        yield web.get(f"{api}/applications/2/commands", self._commands)
        yield web.put(f"{api}/applications/2/commands", self._publish)
        yield web.get(f"{api}/channels/{{channel}}", self._channel)
        yield web.post(f"{api}/channels/{{channel}}/messages", self._post)
        yield web.get(f"{api}/channels/{{channel}}/messages/{{message}}", self._read)
        yield web.patch(f"{api}/channels/{{channel}}/messages/{{message}}", self._change)
        yield web.delete(f"{api}/channels/{{channel}}/messages/{{message}}", self._delete)
        yield web.post(f"{api}/interactions/{{interaction}}/{{token}}/callback", self._answer)
        yield web.post(f"{api}/webhooks/2/{{token}}", self._follow_up)
        yield web.get(f"{api}/webhooks/2/{{token}}/messages/{{message}}", self._read)
        yield web.patch(f"{api}/webhooks/2/{{token}}/messages/{{message}}", self._change)
        yield web.delete(f"{api}/webhooks/2/{{token}}/messages/{{message}}", self._delete)

    @web.middleware
    async def refuse(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn away who has no token, and say what is not known or not valid; aiohttp calls this."""
        bare = request.path.startswith(("/api/v10/interactions/", "/api/v10/webhooks/", "/gateway"))
        if not bare and request.headers.get("Authorization") != f"Bot {self._world.token}":
            return respond({"message": "401: Unauthorized", "code": 0}, status=401)
        try:
            return await handler(request)
        except UnknownError as error:
            return respond({"message": str(error), "code": error.code}, status=404)
        except ValueError as error:
            self.refused.append(str(error))
            return respond({"message": f"Invalid Form Body: {error}", "code": 50035}, status=400)

    async def _bot_gateway(self, _: web.Request) -> web.Response:
        start = {"total": 1000, "remaining": self._gateway.starts_left, "reset_after": 86_400_000}
        start |= {"max_concurrency": self._gateway.max_concurrency}
        return respond({"url": self._gateway.url, "shards": self._gateway.shards, "session_start_limit": start})

    async def _me(self, _: web.Request) -> web.Response:
        return respond(self._world.me.json)

    async def _direct(self, request: web.Request) -> web.Response:
        recipient = self._world.users[int((await request.json())["recipient_id"])]
        return respond(self._world.direct(recipient).json)

    async def _application(self, _: web.Request) -> web.Response:
        return respond(APPLICATION)

    async def _commands(self, _: web.Request) -> web.Response:
        return respond(self._world.commands)

    async def _publish(self, request: web.Request) -> web.Response:
        about = {"application_id": "2", "version": "1", "description": ""}
        self._world.publish([about | command | {"id": str(at)} for at, command in enumerate(await request.json(), 10)])
        return respond(self._world.commands)

    async def _channel(self, request: web.Request) -> web.Response:
        return respond(self._world.channel(int(request.match_info["channel"])).json)

    async def _post(self, request: web.Request) -> web.Response:
        body = await self._message(request)
        return respond(self._world.post(int(request.match_info["channel"]), body))

    async def _read(self, request: web.Request) -> web.Response:
        return respond(self._world.message(self._number(request)))

    async def _change(self, request: web.Request) -> web.Response:
        return respond(self._world.change(self._number(request), await self._message(request)))

    async def _delete(self, request: web.Request) -> web.Response:
        self._world.delete(self._number(request))
        return web.Response(status=_NO_CONTENT)

    async def _answer(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        if interaction.answer:
            return respond({"message": "Interaction has already been acknowledged.", "code": 40060}, status=400)
        body = await _body(request)
        if body["type"] in _MESSAGES:
            self._check(body["data"])
        written = self._world.answer(interaction, body)
        hidden = bool((body.get("data") or {}).get("flags", 0) & _EPHEMERAL)
        about = {"id": interaction.json["id"], "type": interaction.json["type"], "activity_instance_id": None}
        about |= {"response_message_id": written and written["id"], "response_message_ephemeral": hidden}
        resource = {"resource": {"type": body["type"], "message": written}} if written else {}
        return respond({"interaction": about} | resource)

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        return respond(self._world.follow_up(interaction, await self._message(request)))

    async def _message(self, request: web.Request) -> Json:
        body = await _body(request)
        self._check(body)
        return body

    def _check(self, body: Json) -> None:
        if limits.pings(body):
            self.refused.append(f"may ping: {body.get('allowed_mentions')}")
        if wrong := limits.broken(body):
            raise ValueError("; ".join(wrong))

    def _number(self, request: web.Request) -> int:
        number = request.match_info["message"]
        if number != "@original":
            return int(number)
        return self._interaction(request).message or 0

    def _interaction(self, request: web.Request) -> Interaction:
        return self._world.interaction(request.match_info["token"])


async def _body(request: web.Request) -> Json:
    """Read JSON, or the JSON beside files."""
    if request.content_type == "multipart/form-data":
        return json.loads(str((await request.post())["payload_json"]))  # type: ignore[no-any-return] # Discord's shape
    return await request.json()  # type: ignore[no-any-return] # as above
