// The page put together. One rule: the sandbox's state is the truth; events only bring it up to date.
import { follow, loadState } from "./connection.js";
import { avatar, make } from "./dom.js";
import { showActions, showAlert, toast } from "./overlays.js";
import { Pane } from "./pane.js";
import { People } from "./people.js";

const THEMES = ["auto", "light", "dark"];
const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };
const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

class App {
  constructor() {
    this.people = new People(this);
    this.privatePane = new Pane(this, false);
    this.groupPanes = [];
    this.held = null;
    this.addThemeButton();
  }

  get panes() { return [this.privatePane, ...this.groupPanes]; }
  get person() { return this.state.people.find((one) => one.user_id === this.me) || { name: "Somebody", subtitle: "" }; }

  async start() {
    await this.become(new URLSearchParams(location.search).get("as") ?? kept("person"));
    follow(this.state.position, (event) => this.hear(event), (isConnected) => this.showConnection(isConnected));
  }

  /** Load everything as this person sees it; events that come meanwhile are heard afterwards. */
  async become(userId) {
    this.held ??= [];
    try {
      this.state = await loadState(userId ?? this.me);
    } catch (error) { this.held = null; toast(error.message); if (!this.state) setTimeout(() => location.reload(), 3000); throw error; }
    this.me = this.state.user_id;
    keep("person", String(this.me));
    this.show();
    const held = this.held;
    this.held = null;
    held?.forEach((event) => this.hear(event));
  }

  show() {
    const { title, groups, links } = this.state;
    document.title = `${title} sandbox`;
    document.querySelector("#title").textContent = title;
    document.querySelector("#links").replaceChildren(...links.map((link) => make("a", { href: link.url }, link.label)));
    while (this.groupPanes.length > groups.length) this.groupPanes.pop().element.remove();
    while (this.groupPanes.length < groups.length) this.groupPanes.push(new Pane(this, true));
    document.querySelector("#panes").replaceChildren(...this.panes.map((pane) => pane.element));
    this.drawTabs();
    this.privatePane.show(this.state.private);
    this.groupPanes.forEach((pane, index) => pane.show(groups[index]));
    this.people.show();
  }

  drawTabs() {
    const chats = [this.state.private, ...this.state.groups];
    const tabs = this.panes.map((pane, index) => {
      const chat = chats[index];
      pane.tab = make("button", { class: "tab", type: "button", role: "tab", "aria-selected": "false", onclick: () => this.choose(pane) },
        avatar(chat.chat_id, chat.title, !pane.isGroup), make("span", { class: "names" }, make("strong", {}, chat.title), make("p", { class: "status" })));
      return pane.tab;
    });
    document.querySelector("#tabs").replaceChildren(...tabs);
    this.choose(this.panes.find((pane) => pane.element.classList.contains("shown")) || this.privatePane);
  }

  choose(chosen) {
    for (const pane of this.panes) {
      pane.element.classList.toggle("shown", pane === chosen);
      pane.tab.setAttribute("aria-selected", String(pane === chosen));
    }
    if (chosen.chat) { chosen.toEnd(); chosen.showUnread(); }
  }

  hear(event) {
    if (this.held) { this.held.push(event); return; }
    const { kind, chat_id: chatId, payload } = event;
    if (["reset", "migrate", "people", "commands"].includes(kind)) { this.reload(); return; }
    const pane = this.panes.find((one) => one.chat?.chat_id === chatId);
    if (kind === "answer") this.hearAnswer(pane, payload);
    else if (kind === "inline") { if (payload.user_id === this.me) this.panes.forEach((one) => one.composer.showFound(payload)); }
    else if (!pane) { if (kind === "message" && payload.from.is_bot && chatId > 0) this.people.noticeMessage(chatId); }
    else if (kind === "message") pane.add(payload);
    else if (kind === "edit") { pane.update(payload); pane.settlePress(payload.message_id); }
    else if (kind === "delete") pane.remove(payload.message_id);
    else if (kind === "force_reply") pane.askForReply(payload);
    else if (kind === "action") { pane.noticeBot(); pane.setStatus(payload); }
    else if (kind === "reaction") { const message = pane.messages.get(payload.message_id); if (message) pane.update({ ...message, reactions: payload.reaction }); }
  }

  hearAnswer(pane, answer) {
    pane?.settlePress(answer.message_id);
    pane?.noticeBot();
    if (answer.user_id !== this.me || !answer.text) return;
    if (answer.show_alert) showAlert(answer.text); else toast(answer.text, { near: pane?.element });
  }

  /** Several changes at once (a set of commands, a group that moved) are one new look at the state. */
  reload() {
    clearTimeout(this.reloadTimer);
    this.reloadTimer = setTimeout(() => this.become(this.me).catch(() => {}), 120);
  }

  /** The code of an invitation link to this bot (t.me/bot?start=code), "" without one; null for other links. */
  startParameter(url) {
    try {
      const { hostname, pathname, searchParams } = new URL(url);
      const isBot = /^(t|telegram)\.me$/.test(hostname) && pathname.slice(1).toLowerCase() === this.state.bot.username.toLowerCase();
      return isBot ? searchParams.get("start") || "" : null;
    } catch { return null; }
  }

  /** An invitation is meant for somebody else: ask who opens it. Without a code the bot is just greeted. */
  openStart(code, event) {
    const guests = this.state.people.filter((one) => one.is_guest).reverse();
    if (!code || this.person.is_guest || !guests.length) { this.startChat(code); return; }
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    const who = [...guests, this.person];
    showActions(who.map((one) => ({ icon: "people", label: `Open as ${one.name}`, run: () => this.startAs(one.user_id, code) })), left, bottom + 4);
  }

  async startAs(userId, code) {
    if (userId !== this.me) await this.become(userId);
    this.startChat(code);
  }

  startChat(code) {
    this.choose(this.privatePane);
    this.privatePane.composer.send(`/start ${code}`.trim());
  }

  showConnection(isConnected) {
    clearTimeout(this.connectionTimer);
    const show = () => { document.querySelector("#connection").hidden = isConnected; };
    if (isConnected) show(); else this.connectionTimer = setTimeout(show, 700);
  }

  addThemeButton() {
    const button = document.querySelector("#theme");
    const label = () => { button.title = `Colours: ${document.documentElement.dataset.theme || "as the system"}`; };
    button.addEventListener("click", () => {
      const root = document.documentElement, now = root.dataset.theme || "auto";
      const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
      if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
      keep("theme", next);
      label();
      toast(`Colours: ${next === "auto" ? "as the system" : next}`, { seconds: 1.6 });
    });
    label();
  }
}

new App().start();
