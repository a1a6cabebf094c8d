"""Who may do what: every command, suggestion, control and form there is, tried by whoever has no right to it.

Each is also tried by a moderator who has lost the right between two clicks.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from simcord import InteractionResult, MemberActor

from bot.chat.client import CaseBot
from bot.chat.cogs.edit_confirm import _LABELS as DRAFT_VERBS
from bot.chat.cogs.edit_confirm import DraftButton, UndoButton
from bot.chat.cogs.entry_forms import EditButton, SpeakerMenu
from bot.chat.cogs.faq_unanswered import _VERBS as STEPS
from bot.chat.cogs.faq_unanswered import AddButton, EntryMenu, QueuePosition, StepButton
from bot.chat.message.modal import Modal
from bot.chat.message.page import Control, Page
from bot.chat.rights import NOT_MANAGER, NOT_MODERATOR, Right, right_of
from bot.chat.screens.browse import TopicSelect
from bot.chat.screens.entry import StoredButton
from bot.chat.screens.entry_form import EntryForm
from bot.chat.screens.feedback import DeleteButton, SourcesButton, VoteButton
from bot.chat.screens.paginator import LIST_KINDS, GoTo, ListPosition, PageButton, StaffListKind
from bot.chat.screens.people import AboutButton, PersonSelect
from bot.chat.screens.reply import EntrySelect, NoneButton, PickButton
from bot.chat.screens.setup_panel import _LABELS as SETTINGS
from bot.chat.screens.setup_panel import ChannelMenu, LanguageMenu, PrefixModal, RoleMenu, SetupButton
from bot.chat.screens.stop import MessageRef, RemoveButton, StartButton, StopButton
from bot.store.types import GuildSettings, Resolution
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau
from tests.settings import save_settings

TOKEN = "0" * 16
ASKED = "0" * 12
OPTIONS = [discord.SelectOption(label="Where is the ladder now?", value="ladder")]

MEMBERS = {
    *("ask", "who", "quotes", "topics", "sources", "timeline", "changes", "about", "help", "Find an answer"),
    *("privacy show", "privacy forget-me", "privacy logging"),
}
"""The commands for everybody; whatever is added to them is for everybody, too."""

OPEN = (
    PickButton,
    NoneButton,
    EntrySelect,
    TopicSelect,
    PersonSelect,
    AboutButton,
    VoteButton,
    SourcesButton,
    DeleteButton,
)
"""The controls for everybody. A list is turned by whoever opened it, if it is one of the members' lists."""


def closed(owner: int) -> Iterator[Control]:
    """Every control that somebody needs a right for, as it would stand below a message of the bot."""
    yield from (PageButton(verb, ListPosition(owner, name)) for name in LIST_KINDS if _staff(name) for verb in "fpgnl")
    yield from (DraftButton(verb, TOKEN) for verb in DRAFT_VERBS)
    yield UndoButton(1)
    yield EditButton("ladder")
    yield SpeakerMenu.build(TOKEN, 0, OPTIONS)
    yield from (StepButton(verb, QueuePosition()) for verb in STEPS)
    yield AddButton(QueuePosition(), "ladder")
    yield from (
        EntryMenu.build(QueuePosition(), how, "Add it", [("Where is the ladder now?", "ladder")])
        for how in (Resolution.PHRASING, Resolution.NOT_COVERED)
    )
    yield from (ChannelMenu.build(name, ()) for name in ("channels", "auto_channels", "moderator_channel"))
    yield RoleMenu.build(())
    yield LanguageMenu.build(None)
    yield from map(SetupButton, SETTINGS)
    yield StoredButton("ladder")
    yield StopButton("ladder", MessageRef())
    yield StartButton("ladder")
    yield RemoveButton(MessageRef(1, 1))


def _staff(name: str) -> bool:
    return isinstance(LIST_KINDS[name], StaffListKind)


async def _press(bureau: Bureau, who: MemberActor, message: discord.Message, control: Any) -> Seen:  # noqa: ANN401
    """Click a control, or pick from it what there is."""
    item = control.item
    if isinstance(item, ui.Button):
        return shown(await who.click(message, custom_id=item.custom_id))
    values: Sequence[Any] = ()
    if isinstance(item, ui.Select):
        values = [item.options[0].value]
    elif item.min_values:
        values = [bureau.channel]
    return shown(await who.select(message, values, custom_id=item.custom_id))


async def _posted(bureau: Bureau, control: Control) -> discord.Message:
    """Let the bot post a control for all to see, as a forged id would have it."""
    return await bureau.bot.get_partial_messageable(bureau.channel.id).send(view=Page(["Control"], [control]))


@pytest.fixture(params=["a member", "who was a moderator"])
async def nobody(request: pytest.FixtureRequest, bureau: Bureau) -> MemberActor:
    """Somebody without any right, to whom Discord shows all commands."""
    for command in await bureau.bot.tree.fetch_commands():
        bureau.guild.set_command_permissions(command, {bureau.guild.default_role: True})
    return bureau.ana if request.param == "a member" else bureau.mod


@pytest.fixture
async def untouched(bureau: Bureau) -> AsyncIterator[None]:
    """Nothing has become of it: no file, no setting, no stop, no word to the moderators."""

    def state() -> object:
        store = bureau.bot.store
        return bureau.files(), store.settings(SERVER), dict(store.stops(SERVER)), bureau.told()

    before = state()
    yield
    assert state() == before


def _commands(bot: CaseBot) -> dict[str, Any]:
    """Every command and context menu that Discord can call."""
    slash = {each.qualified_name: each for each in bot.tree.walk_commands() if isinstance(each, app_commands.Command)}
    kinds = (discord.AppCommandType.message, discord.AppCommandType.user)
    return slash | {each.name: each for kind in kinds for each in bot.tree.get_commands(type=kind)}


async def test_only_these_commands_are_for_everybody(bureau: Bureau) -> None:
    commands = _commands(bureau.bot)
    assert {name for name, command in commands.items() if right_of(command) is Right.MEMBER} == MEMBERS


async def test_every_control_there_is_is_tried_here(bureau: Bureau) -> None:
    known = bureau.bot._connection._view_store._dynamic_items.values()  # noqa: SLF001 (discord.py tells nobody)
    # By name: discord.py loads the module of a cog once more.
    names = [each.__name__ for each in known]
    assert sorted(names) == sorted({type(control).__name__ for control in closed(1)} | {each.__name__ for each in OPEN})
    assert all(each.right is Right.MEMBER for each in OPEN)
    forms = {each for each in Modal.__subclasses__() if each.__module__.startswith("bot.")}
    assert forms == {EntryForm, GoTo, PrefixModal}


@pytest.mark.usefixtures("untouched")
async def test_who_has_no_right_to_a_command_is_told_so_and_sees_nothing(bureau: Bureau, nobody: MemberActor) -> None:
    await bureau.ana.send(bureau.channel, "!ask where is the ladder now")
    answer = bureau.channel.history()[-1]
    await bureau.dismiss(bureau.mod)
    for name, command in _commands(bureau.bot).items():
        if name in MEMBERS:
            continue
        if isinstance(command, app_commands.ContextMenu):
            refused = shown(await nobody.context_menu(bureau.channel, name, answer))
        else:
            refused = shown(await nobody.slash(bureau.channel, name, **_options(command)))
        assert (refused.text, refused.private) == (_refusal(right_of(command)), True), name


def _options(command: app_commands.Command[Any, ..., Any]) -> dict[str, Any]:
    """What must be filled in."""
    typed: dict[discord.AppCommandOptionType, str | int] = {
        discord.AppCommandOptionType.string: "ladder",
        discord.AppCommandOptionType.integer: 1,
    }
    required = [each for each in command.parameters if each.required]
    return {each.name: each.choices[0].value if each.choices else typed[each.type] for each in required}


def _refusal(right: Right) -> str:
    return NOT_MANAGER if right is Right.MANAGER else NOT_MODERATOR


async def test_who_has_no_right_to_a_command_gets_no_suggestions_for_it(bureau: Bureau, nobody: MemberActor) -> None:
    await bureau.press(await bureau.slash("retire", entry="what-was-taken"), "Confirm")
    await bureau.slash("stop", entry="ladder")
    suggesting = [
        (name, option.name)
        for name, command in _commands(bureau.bot).items()
        if name not in MEMBERS and isinstance(command, app_commands.Command)
        for option in command.parameters
        if option.autocomplete
    ]
    for name, option in suggesting:
        filled = {"entry": "who-saw-it"} if option != "entry" else {}
        assert await bureau.other.autocomplete(bureau.channel, name, option, "", **filled), name
    await bureau.dismiss(bureau.mod)
    for name, option in suggesting:
        for typed in ("", "w", "what-was-taken"):
            assert await nobody.autocomplete(bureau.channel, name, option, typed) == [], name


@pytest.mark.usefixtures("untouched")
async def test_who_has_no_right_to_a_control_is_told_so_and_sees_nothing(bureau: Bureau, nobody: MemberActor) -> None:
    messages = [(control, await _posted(bureau, control)) for control in closed(nobody.id)]
    await bureau.dismiss(bureau.mod)
    for control, message in messages:
        assert isinstance(control, ui.DynamicItem)
        refused = await _press(bureau, nobody, message, control)
        setting = isinstance(control, ChannelMenu | RoleMenu | LanguageMenu | SetupButton)
        assert (refused.text, refused.private) == (NOT_MANAGER if setting else NOT_MODERATOR, True), control.custom_id


async def test_a_moderators_list_is_turned_by_nobody_else_whoever_opened_it(bureau: Bureau) -> None:
    """A list of the members opens for its owner: what is refused above is refused for the right alone."""
    for name in LIST_KINDS:
        if not _staff(name):
            button = PageButton("g", ListPosition(bureau.ana.id, name))
            opened = await bureau.ana.click(await _posted(bureau, button), custom_id=button.custom_id)
            assert opened.modal, name


Open = Callable[[Bureau, MemberActor], Any]


async def _entry_form(bureau: Bureau, who: MemberActor) -> tuple[InteractionResult, dict[str, Any]]:
    typed = {"question": "Who?", "phrasings": "who", "answer": "Nobody.", "kind": ["reported"], "topics": ["theft"]}
    return await who.slash(bureau.channel, "faq add"), typed


async def _go_to(bureau: Bureau, who: MemberActor) -> tuple[InteractionResult, dict[str, Any]]:
    button = PageButton("g", ListPosition(who.id, "check"))
    return await who.click(await _posted(bureau, button), custom_id=button.custom_id), {"number": "1"}


async def _prefix(bureau: Bureau, who: MemberActor) -> tuple[InteractionResult, dict[str, Any]]:
    button = SetupButton("prefix")
    return await who.click(await _posted(bureau, button), custom_id=button.custom_id), {"prefix": "?"}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("form", "sentence"), [(_entry_form, NOT_MODERATOR), (_go_to, NOT_MODERATOR), (_prefix, NOT_MANAGER)]
)
async def test_who_loses_the_right_while_they_type_is_told_so(bureau: Bureau, form: Open, sentence: str) -> None:
    roles = [bureau.role, bureau.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))]
    chief = bureau.guild.add_member(bureau.env.create_user("chief"), roles=roles)
    opened, typed = await form(bureau, chief)
    await bureau.dismiss(chief)
    refused = shown(await chief.submit_modal(opened, typed))
    assert (refused.text, refused.private) == (sentence, True)


async def test_what_declares_no_right_is_for_managers_only(bureau: Bureau) -> None:
    async def forgotten(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("Come in.")

    bureau.bot.tree.add_command(app_commands.Command(name="forgotten", description="-", callback=forgotten))
    await bureau.bot.tree.sync()
    assert shown(await bureau.mod.slash(bureau.channel, "forgotten")).text == NOT_MANAGER


async def test_a_moderator_elsewhere_is_none_here(bureau: Bureau) -> None:
    elsewhere = bureau.guild.create_role("elsewhere", permissions=discord.Permissions(manage_messages=True))
    stranger = bureau.guild.add_member(bureau.env.create_user("stranger"), roles=[elsewhere])
    assert (await bureau.slash("stop", stranger, entry="ladder")).text == NOT_MODERATOR
    await save_settings(bureau.bot.store, SERVER, GuildSettings(moderator_roles=frozenset({elsewhere.id})))
    assert (await bureau.slash("stop", stranger, entry="ladder")).text.startswith("**Stopped everywhere:**")
