"""Who is who, by chat: help, invitations, teams, branches, companies, digests. One rule: one's role decides, in core,
whatever a menu shows."""

import re

from bot.commands import COMMANDS, list_menu
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.methods.profile import find_commands
from core.access import Role, act_as_operator
from core.company import create_company
from core.people.accounts import Visitor, link_account
from core.people.employment import add_branch_membership
from core.people.members import add_person
from tests.bot.conftest import GROUP_ID, Chat, sell_for_everybody
from tests.shop import TELEGRAM_IDS

# ---- /help and menus ------------------------------------------------------------------------------------------------


async def test_help_shows_what_the_asker_may_do_and_nothing_else(chat: Chat) -> None:
    managers = ("/team", "/invite", "/people", "/teams", "/branch")
    helped = {name: (await getattr(chat, name).send("/help")).text for name in TELEGRAM_IDS}
    for name in ("bob", "charlie"):
        assert not any(f"{command} " in helped[name] for command in (*managers, "/company")), name
        assert not any(word in helped[name] for word in ("@ann", "set one", "take in", "for @")), name
    assert "/team " in helped["dana"]
    assert "/invite " not in helped["dana"]
    assert all(f"{command} " in helped["alice"] for command in managers)
    assert "/company " not in helped["alice"]
    assert "/company " in helped["sam"]


async def test_every_example_that_help_shows_is_understood(chat: Chat) -> None:
    with chat.database.begin() as tx:
        add_person(tx, chat.shop.operator, "Ann", Role.EMPLOYEE, chat.shop.mall_id, handle="ann")
        add_person(tx, chat.shop.operator, "Omar", Role.EMPLOYEE, chat.shop.corniche_id, handle="omar")
    for writer in (chat.bob, chat.alice, chat.sam):
        for name in re.findall(r"^/(\w+) ·", (await writer.send("/help")).text, re.MULTILINE):
            about = (await writer.send(f"/help {name}")).text
            assert about.startswith(f"/{name}"), name
            for example in re.split(r"\n(?=/)", about.split("\n\n")[1]):
                answer = (await writer.send(example)).text
                assert not answer.startswith(("🤔", "🔒", "🔍", "🛠")), (example, answer)
                if example.endswith(" leaves"):
                    await writer.send(example.replace(" leaves", " returns"))


async def test_an_employees_help_about_a_command_has_no_managers_words(chat: Chat) -> None:
    assert "[NUMBER]" not in (await chat.bob.send("/help goal")).text
    assert "@ann 200 units" in (await chat.alice.send("/help goal")).text
    assert "no command “invite”" in (await chat.bob.send("/help invite")).text


async def test_every_command_is_refused_to_whom_its_role_does_not_give_it(chat: Chat) -> None:
    for command in COMMANDS.values():
        is_given = command.name in dict(list_menu(Role.EMPLOYEE))
        answer = (await chat.bob.send(f"/{command.name}")).text
        assert answer.startswith(f"🔒 /{command.name} is not for your role") is not is_given, command.name


async def test_what_is_private_is_not_said_in_a_group(chat: Chat) -> None:
    for text in ("/invite", "/people", "/teams", "/branch", "/switch"):
        answer = (await chat.alice.within(GROUP_ID).send(text)).text
        assert "in private" in answer, text
        assert "join_" not in answer


# ---- /invite, /start ------------------------------------------------------------------------------------------------


async def invite(writer: Correspondent, words: str = "") -> str:
    """The code of a new invitation."""
    found = re.search(r"/start (join_\S+)", (await writer.send(f"/invite {words}")).text)
    assert found
    return found[1]


async def test_a_stranger_comes_in_by_invitation_and_sells_at_once(chat: Chat) -> None:
    text = (await chat.alice.send("/invite")).text
    assert "an employee at Mall" in text
    code = re.search(r"start=(join_\S+)", text)
    assert code
    welcome = (await chat.stranger.send(f"/start {code[1]}")).text
    assert "Welcome, Stranger" in welcome
    assert "an employee at Lumina" in welcome
    assert "Sale recorded" in (await chat.stranger.send("/sale 1 SOL-3077")).text
    assert "Stranger · employee · @stranger" in (await chat.alice.send("/people")).text


async def test_an_invitation_for_one_lets_in_one(chat: Chat) -> None:
    one, many = await invite(chat.alice), await invite(chat.alice, "employee many")
    for number, code, is_let_in in ((2001, one, True), (2002, one, False), (2002, many, True), (2003, many, True)):
        if number not in chat.world.people:
            chat.world.add_person(number, f"New {number}")
        newcomer = Correspondent(chat.world, number, chat.application)
        assert ("Welcome" in (await newcomer.send(f"/start {code}")).text) is is_let_in


async def test_a_role_above_ones_own_is_not_ones_to_give(chat: Chat) -> None:
    for words in ("manager", "admin", "super admin"):
        assert (await chat.alice.send(f"/invite {words}")).text.startswith("🔒"), words
    assert "is not a role" in (await chat.alice.send("/invite king")).text
    code = await invite(chat.sam, "manager at Corniche")
    assert "a manager at Lumina" in (await chat.stranger.send(f"/start {code}")).text
    assert "Charlie" in (await chat.stranger.send("/people")).text


async def test_the_menu_follows_the_role(chat: Chat) -> None:
    def menu(writer: Correspondent) -> list[str]:
        return [one["command"] for one in find_commands(chat.world, writer.user_id, writer.user_id)]

    code = await invite(chat.sam, "manager")
    await chat.stranger.send(f"/start {code}")
    assert menu(chat.stranger) == [name for name, _ in list_menu(Role.MANAGER)]
    await chat.sam.send("/people @bob manager")
    assert menu(chat.bob) == [name for name, _ in list_menu(Role.MANAGER)]
    await chat.sam.send("/people @bob employee")
    assert menu(chat.bob) == [name for name, _ in list_menu(Role.EMPLOYEE)]


# ---- /teams, /branch, /company, /switch -----------------------------------------------------------------------------


async def test_it_forms_teams(chat: Chat) -> None:
    assert "There are no teams yet" in (await chat.alice.send("/teams")).text
    assert "Falcons: Bob, Dana" in (await chat.alice.send("/teams Falcons @bob @dana")).text
    assert "Falcons: Alice, Bob, Dana" in (await chat.alice.send("/teams falcons @alice")).text
    assert "Which team?" in (await chat.alice.send("/teams @bob")).text
    assert "@zoe" in (await chat.alice.send("/teams Owls @zoe")).text
    assert "Owls" not in (await chat.alice.send("/teams")).text


async def test_a_manager_of_two_branches_chooses_and_her_figures_follow(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert "Corniche" not in (await chat.alice.send("/branch")).text
    refused = (await chat.alice.send("/branch Corniche")).text
    assert "none of your branches: Mall" in refused
    with chat.database.begin() as tx:
        assert chat.shop.alice.person_id
        add_branch_membership(tx, chat.shop.operator, chat.shop.alice.person_id, chat.shop.corniche_id)
    assert "/branch corniche" in (await chat.alice.send("/branch")).text
    assert "now work on Corniche" in (await chat.alice.send("/branch corn")).text
    for text in ("/sales", "/leaderboard", "/team"):
        answer = (await chat.alice.send(text)).text
        assert "Corniche" in answer.splitlines()[0], text
        assert "Charlie" in answer, text
        assert "Bob" not in answer, text
    await chat.alice.send("/branch own")
    assert "Charlie" not in (await chat.alice.send("/team")).text


async def test_the_super_admin_changes_the_company(chat: Chat) -> None:
    assert "Currency: SAR" in (await chat.sam.send("/company")).text
    assert "Currency: EUR" in (await chat.sam.send("/company currency eur")).text
    assert "A <b>b</b> & c" in (await chat.sam.send("/company name A <b>b</b> & c")).text
    assert "Mars" in (await chat.sam.send("/company zone Mars")).text
    await chat.sam.send("/sale 1.00")
    assert "the currency stays" in (await chat.sam.send("/company currency USD")).text
    assert (await chat.alice.send("/company")).text.startswith("🔒")


async def test_two_companies_stay_apart(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert "one company: Lumina" in (await chat.bob.send("/switch")).text
    with chat.database.begin() as tx:
        umbra = create_company(tx, "Umbra", currency="EUR", time_zone="Europe/Paris", first_branch="Rue Cler")
        operator = act_as_operator(umbra)
        person = add_person(tx, operator, "Robert", Role.MANAGER, None, handle="bob")
        link_account(tx, Visitor(TELEGRAM_IDS["bob"], "Bob"), person.id)
    listed = (await chat.bob.send("/switch")).text
    assert "Lumina" in listed
    assert "Umbra" in listed
    await chat.bob.send("/switch lumina")
    assert "SAR 99.96" in (await chat.bob.send("/me")).text
    assert "now in Umbra, as a manager" in (await chat.bob.send("/switch Umbra")).text
    for text in ("/me", "/sales", "/leaderboard", "/team", "/people", "/stock", "/goal"):
        answer = (await chat.bob.send(text)).text
        assert not any(name in answer for name in ("Lumina", "Alice", "SolarGlow", "99.96")), text
    assert "EUR 5.00" in (await chat.bob.send("/sale 5.00")).text
    assert "no product like" in (await chat.bob.send("/sale 1 SOL-3077")).text
    assert "EUR" not in (await chat.alice.send("/sales")).text
    assert "in no company “Vega”" in (await chat.bob.send("/switch Vega")).text
    assert "SAR 99.96" in (await chat.bob.send("/switch lumina") and await chat.bob.send("/me")).text


# ---- /digest --------------------------------------------------------------------------------------------------------


async def test_it_subscribes_shows_and_ends_a_digest(chat: Chat) -> None:
    assert "No digest comes here." in (await chat.bob.send("/digest")).text
    assert "every day at 18:00 (Asia/Riyadh)" in (await chat.bob.send("/digest daily 18:00")).text
    assert "every Sunday at 09:00" in (await chat.bob.send("/digest weekly sunday 9")).text
    shown = (await chat.bob.send("/digest")).text
    assert "every day at 18:00" in shown
    assert "every Sunday at 09:00" in shown
    assert "No digest comes here." in (await chat.dana.send("/digest")).text
    assert "No more digests here." in (await chat.bob.send("/digest off")).text
    assert "No digest comes here." in (await chat.bob.send("/digest")).text


async def test_a_group_gets_a_digest_from_a_manager_only(chat: Chat) -> None:
    assert (await chat.bob.within(GROUP_ID).send("/digest daily 18:00")).text.startswith("🔒")
    assert "every day at 18:00" in (await chat.alice.within(GROUP_ID).send("/digest daily 18:00")).text
    assert "every day at 18:00" in (await chat.alice.within(GROUP_ID).send("/digest")).text


# ---- edited messages, strangers -------------------------------------------------------------------------------------


async def test_a_message_edited_into_nonsense_leaves_the_sale_and_says_so(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    sent = chat.bob.last_message_id or 0
    for text in ("hello", "/me", "/sale 2 nosuchthing", "/sale"):
        answer = await chat.bob.edit(sent, text)
        assert "stays as it was" in answer.text, text
    assert "SAR 49.98" in (await chat.bob.send("/me")).text
    await chat.bob.send("hello")
    assert not await chat.bob.edit(chat.bob.last_message_id or 0, "good morning")


async def test_the_stranger_gets_one_answer_whatever_is_asked(chat: Chat) -> None:
    sell_for_everybody(chat)
    answers = {(await chat.stranger.send(f"/{name}")).text for name in COMMANDS}
    assert len(answers) == 1
    assert "invitation" in answers.pop()
    (receipt,) = await chat.bob.within(GROUP_ID).send("/sale 1 SOL-3077")
    chat.world.add_person(3001, "Outsider")
    chat.world.chats[GROUP_ID].members[3001] = "member"
    outsider = Correspondent(chat.world, 3001, chat.application, chat_id=GROUP_ID)
    assert "SAR" not in (await outsider.press("Undo", message_id=receipt.message_id)).text
    assert not await outsider.send("hello everybody")
