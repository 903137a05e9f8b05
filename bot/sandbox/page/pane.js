// One chat: its messages and where they are scrolled to. One rule: a message is known by its id, so hearing of it
// twice changes nothing.
import { Composer } from "./composer.js";
import { act } from "./connection.js";
import { dayName, drawTurn, serviceText } from "./bubbles.js";
import { avatar, badge, make } from "./dom.js";
import { showActions, toast } from "./overlays.js";

const RUN_SECONDS = 600;

export class Pane {
  constructor(app, isGroup) {
    this.app = app;
    this.isGroup = isGroup;
    this.element = document.querySelector("#pane").content.firstElementChild.cloneNode(true);
    this.element.classList.toggle("group", isGroup);
    this.list = this.element.querySelector(".messages");
    this.scroll = this.element.querySelector(".scroll");
    this.jump = this.element.querySelector(".jump");
    this.messages = new Map();
    this.turns = new Map();
    this.gone = new Set();
    this.unread = 0;
    this.go = {
      run: (text) => this.composer.send(text), startParameter: (url) => app.startParameter(url),
      start: (code, event) => app.openStart(code, event), search: (words) => this.composer.search(words),
    };
    this.composer = new Composer(this);
    this.isAtEnd = true;
    this.lastTop = 0;
    this.scroll.addEventListener("scroll", () => this.noticeScroll(), { passive: true });
    this.jump.addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => { if (this.isAtEnd) this.toEnd(); }).observe(this.scroll);
    new ResizeObserver(() => { if (this.isAtEnd) this.toEnd(); }).observe(this.list);
    this.addLongPress();
  }

  get me() { return this.app.me; }
  get chatId() { return this.chat.chat_id; }
  get isShown() { return this.element.offsetParent !== null && document.visibilityState === "visible"; }

  /** Draw a whole chat as the state describes it. */
  show(chat) {
    const isOther = this.chat?.chat_id !== chat.chat_id;
    this.chat = chat;
    if (isOther) this.gone.clear();
    this.messages = new Map(chat.messages.map((message) => [message.message_id, message]));
    this.turns.clear();
    this.markRead();
    const head = this.element.querySelector(".pane-head");
    head.querySelector(".avatar").replaceWith(avatar(chat.chat_id, chat.title, !this.isGroup));
    head.querySelector("h2").textContent = chat.title;
    this.element.setAttribute("aria-label", chat.title);
    this.setStatus(null);
    this.redraw();
    this.composer.show(isOther);
    if (isOther) { this.unread = 0; this.isAtEnd = true; }
    this.toEnd();
    this.showUnread();
  }

  redraw() {
    this.list.replaceChildren();
    let previous = null;
    for (const message of this.messages.values()) { this.append(message, previous); previous = message; }
    if (!this.messages.size) this.list.append(this.drawHello());
    this.group();
  }

  append(message, previous) {
    if (!previous || dayName(previous.date) !== dayName(message.date)) {
      this.list.append(make("div", { class: "day" }, dayName(message.date)));
    }
    const text = serviceText(message);
    const turn = text ? make("div", { class: "service" }, text) : drawTurn(message, this);
    this.turns.set(message.message_id, turn);
    this.list.append(turn);
    return turn;
  }

  /** A message that is new, or newly known. */
  add(message) {
    if (this.gone.has(message.message_id)) return;
    if (this.messages.has(message.message_id)) { this.update(message); return; }
    this.list.querySelector(".hello")?.remove();
    if (message.from.id === this.me) this.dropPending(message.text ?? message.caption);
    const last = [...this.messages.values()].at(-1);
    const wasAtEnd = this.isAtEnd;
    this.messages.set(message.message_id, message);
    if (message.from.is_bot) { this.noticeBot(); this.setStatus(null); }
    this.append(message, last).classList.add("new");
    this.group();
    if (wasAtEnd || message.from.id === this.me) this.toEnd(true);
    if (message.from.id !== this.me && (!wasAtEnd || !this.isShown)) { this.unread += 1; this.showUnread(); }
    this.composer.showChips();
  }

  addPending(text, replyTo) {
    const id = `pending-${Date.now()}-${Math.random()}`;
    const from = { id: this.me, first_name: this.app.person.name };
    const quoted = replyTo ? this.messages.get(replyTo) : undefined;
    this.add({ message_id: id, from, text, date: Math.floor(Date.now() / 1000), pending: true, reply_to_message: quoted });
    return id;
  }

  dropPending(text) {
    for (const [id, message] of this.messages) {
      if (message.pending && (text === undefined || message.text.trim() === text.trim())) { this.remove(id); return; }
    }
  }

  update(message) {
    const old = this.messages.get(message.message_id);
    if (!old) return;
    message.isRead ??= old.isRead;
    message.reactions ??= old.reactions;
    this.messages.set(message.message_id, message);
    const turn = this.turns.get(message.message_id);
    if (serviceText(message)) return;
    const drawn = drawTurn(message, this);
    for (const name of ["first", "last"]) drawn.classList.toggle(name, turn.classList.contains(name));
    const isFocused = turn.contains(document.activeElement);
    turn.replaceWith(drawn);
    this.turns.set(message.message_id, drawn);
    if (isFocused) (drawn.querySelector(".key") ?? drawn.querySelector(".bubble")).focus({ preventScroll: true });
    if (message.from.is_bot) { this.noticeBot(); this.setStatus(null); }
    if (this.isAtEnd) this.toEnd();
  }

  /** A message may be taken away before the page knows that it was sent. */
  remove(id) {
    this.gone.add(id);
    this.turns.get(id)?.remove();
    this.turns.delete(id);
    this.messages.delete(id);
    if (!this.messages.size) this.redraw(); else this.group();
  }

  /** First and last of each run of one sender; the last has the tail and the picture. */
  group() {
    const ids = [...this.messages.keys()];
    ids.forEach((id, index) => {
      const turn = this.turns.get(id), before = this.messages.get(ids[index - 1]), after = this.messages.get(ids[index + 1]);
      turn.classList.toggle("first", !this.isRun(before, this.messages.get(id)));
      turn.classList.toggle("last", !this.isRun(this.messages.get(id), after));
    });
  }

  isRun(one, next) {
    return Boolean(one && next && one.from.id === next.from.id && next.date - one.date < RUN_SECONDS
      && !serviceText(one) && !serviceText(next) && dayName(one.date) === dayName(next.date));
  }

  markRead() {
    let isRead = false;
    for (const message of [...this.messages.values()].reverse()) {
      if (message.from.is_bot) isRead = true; else if (message.from.id === this.me) message.isRead = isRead;
    }
  }

  /** The bot did something here: what one wrote before has been read. */
  noticeBot() {
    for (const message of this.messages.values()) {
      if (message.from.id !== this.me || message.isRead || message.pending) continue;
      message.isRead = true;
      const mark = this.turns.get(message.message_id)?.querySelector(".meta use");
      mark?.setAttribute("href", "page/icons.svg#ticks");
    }
  }

  setStatus(action) {
    clearTimeout(this.statusTimer);
    const isBusy = Boolean(action);
    const idle = this.isGroup ? `${this.chat.member_count} members and ${this.app.state.bot.first_name}` : "bot";
    const words = { typing: "typing", upload_photo: "sending a picture", upload_document: "sending a file" };
    const text = isBusy ? `${this.isGroup ? `${this.app.state.bot.first_name} is ` : ""}${words[action] || "busy"}` : idle;
    for (const status of [this.element.querySelector(".status"), this.tab?.querySelector(".status")]) {
      if (!status) continue;
      status.textContent = text;
      status.classList.toggle("busy", isBusy);
    }
    if (isBusy) this.statusTimer = setTimeout(() => this.setStatus(null), 5500);
  }

  noticeScroll() {
    this.list.classList.add("scrolling");
    clearTimeout(this.scrollTimer);
    this.scrollTimer = setTimeout(() => this.list.classList.remove("scrolling"), 900);
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    // Only going up leaves the end: while it glides down to a message, the next one is to be followed too.
    if (scrollHeight - scrollTop - clientHeight < 60) this.isAtEnd = true;
    else if (scrollTop < this.lastTop) this.isAtEnd = false;
    this.lastTop = scrollTop;
    this.jump.hidden = this.isAtEnd;
    if (this.isAtEnd && this.unread) { this.unread = 0; this.showUnread(); }
  }

  toEnd(isSmooth = false) {
    this.isAtEnd = true;
    const isNear = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 900;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: isSmooth && isNear ? "smooth" : "instant" });
    if (this.isShown) { this.unread = 0; this.showUnread(); }
  }

  showUnread() {
    const mark = this.jump.querySelector(".badge");
    mark.hidden = !this.unread;
    mark.textContent = String(this.unread);
    this.tab?.querySelector(".badge")?.remove();
    if (this.unread && !this.element.classList.contains("shown")) this.tab?.append(badge(this.unread));
  }

  jumpTo(id) {
    const turn = this.turns.get(id);
    if (!turn) { toast("That message is further back.", { near: this.element }); return; }
    turn.scrollIntoView({ block: "center", behavior: "smooth" });
    turn.classList.add("flash");
    setTimeout(() => turn.classList.remove("flash"), 1300);
  }

  reply(message) { this.composer.reply(message); }

  /** The bot wants an answer to a message: in a group, from whom it replies to or names. */
  askForReply({ message_id: id, is_selective: isSelective }) {
    const message = this.messages.get(id);
    if (!message || this.composer.editing) return;
    const isNamed = (message.entities || []).some((entity) => entity.user?.id === this.me);
    if (!isSelective || isNamed || message.reply_to_message?.from.id === this.me) this.reply(message);
  }

  async press(message, data, key) {
    const free = () => key.removeAttribute("aria-busy");
    key.setAttribute("aria-busy", "true");
    this.pressed = { messageId: message.message_id, free };
    setTimeout(free, 10000);
    try {
      await act("press", { as: this.me, chat_id: this.chatId, message_id: message.message_id, data });
    } catch (error) { free(); toast(error.message, { near: this.element }); }
  }

  settlePress(messageId) { if (this.pressed?.messageId === messageId) this.pressed.free(); }

  openActions(message, x, y) {
    if (message.pending) return;
    const choices = [{ icon: "reply", label: "Reply", run: () => this.reply(message) }];
    if (message.from.id === this.me) choices.push({ icon: "pen", label: "Edit", run: () => this.composer.edit(message) });
    const text = message.text || message.caption;
    if (text) choices.push({ icon: "copy", label: "Copy text", run: () => navigator.clipboard?.writeText(text).then(() => toast("Copied."), () => {}) });
    showActions(choices, x, y);
  }

  addLongPress() {
    let timer;
    const cancel = () => clearTimeout(timer);
    this.list.addEventListener("touchstart", (event) => {
      const turn = event.target.closest(".turn");
      if (!turn || event.target.closest(".key, .photo") || event.touches.length > 1) return;
      const { clientX, clientY } = event.touches[0];
      const id = [...this.turns].find(([, one]) => one === turn)?.[0];
      timer = setTimeout(() => { navigator.vibrate?.(10); this.openActions(this.messages.get(id), clientX, clientY); }, 480);
    }, { passive: true });
    for (const name of ["touchend", "touchmove", "touchcancel"]) this.list.addEventListener(name, cancel, { passive: true });
  }

  drawHello() {
    const { bot } = this.app.state;
    const words = this.isGroup
      ? `In the group ${bot.first_name} sees commands, replies to it and @${bot.username}. Everything else stays between people.`
      : this.app.person.hello || bot.description || `Write to ${bot.first_name} as you would to a colleague. Pick a message below, or type your own.`;
    return make("div", { class: "hello" }, avatar(this.chatId, this.chat.title, !this.isGroup),
      make("h3", {}, this.isGroup ? this.chat.title : `Hello, ${this.app.person.name.split(" ")[0]}`), make("p", {}, words));
  }
}

