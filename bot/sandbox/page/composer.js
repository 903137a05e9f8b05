// Where one types. One rule: what was typed stays until the sandbox has taken it.
import { act, Offline, upload } from "./connection.js";
import { fullName, make } from "./dom.js";
import { previewText } from "./bubbles.js";
import { askAboutFile, toast } from "./overlays.js";

const isTouch = matchMedia("(pointer: coarse)").matches;
const store = {
  get: (key) => { try { return localStorage.getItem(key) || ""; } catch { return ""; } },
  set: (key, value) => { try { if (value) localStorage.setItem(key, value); else localStorage.removeItem(key); } catch { /* private window */ } },
};

export class Composer {
  constructor(pane) {
    this.pane = pane;
    const find = (selector) => pane.element.querySelector(selector);
    [this.form, this.field, this.button] = [find(".composer"), find("textarea"), find(".send")];
    [this.menu, this.chips, this.context, this.file] = [find(".menu"), find(".chips"), find(".context"), find("[type=file]")];
    this.slash = find(".commands");
    const id = `field-${pane.isGroup ? "group" : "bot"}`;
    this.field.id = id;
    find(".composer label").htmlFor = id;
    this.menu.id = `${id}-menu`;
    this.slash.setAttribute("aria-controls", this.menu.id);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener("input", () => this.noticeInput());
    this.field.addEventListener("keydown", (event) => this.noticeKey(event));
    this.field.addEventListener("paste", (event) => { const [file] = event.clipboardData.files; if (file) { event.preventDefault(); this.sendFile(file); } });
    this.field.addEventListener("blur", () => setTimeout(() => { if (!this.form.contains(document.activeElement)) this.closeMenu(); }, 150));
    this.slash.addEventListener("click", () => { if (this.menu.hidden) { this.openMenu(""); this.field.focus(); } else this.closeMenu(); });
    find(".attach").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => { const [file] = this.file.files; this.file.value = ""; if (file) this.sendFile(file); });
    find(".cancel").addEventListener("click", () => this.cancel());
    this.addDrop(find(".drop"));
  }

  get draftKey() { return `draft:${this.pane.me}:${this.pane.chatId}`; }

  show(isOther) {
    if (isOther) { this.cancel(false); this.setText(store.get(this.draftKey)); this.closeMenu(); }
    this.slash.hidden = !this.pane.chat.commands.length;
    this.form.querySelector("label").textContent = `Message to ${this.pane.chat.title}`;
    this.showChips();
  }

  showChips() {
    const { me, isGroup, messages, app } = this.pane;
    const isFresh = ![...messages.values()].some((message) => message.from.id === me);
    const offered = isFresh ? app.state[isGroup ? "group_suggestions" : "suggestions"] : [];
    this.chips.replaceChildren(...offered.map((text) => make("button", { type: "button", dir: "auto", onclick: () => this.send(text) }, text)));
  }

  setText(text) {
    this.field.value = text;
    this.fit();
  }

  fit() {
    this.field.style.height = "40px";
    if (this.field.value) this.field.style.height = `${Math.min(this.field.scrollHeight, innerHeight * 0.4)}px`;
    this.button.disabled = !this.field.value.trim();
  }

  noticeInput() {
    this.fit();
    if (!this.editing) store.set(this.draftKey, this.field.value);
    if (this.noticeSearch()) return;
    const typed = this.field.value.match(/^\/(\w*)$/);
    if (typed) this.openMenu(typed[1]); else this.closeMenu();
  }

  noticeKey(event) {
    if (event.isComposing) return;
    if (!this.menu.hidden && this.moveInMenu(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !isTouch) { event.preventDefault(); this.submit(); }
    else if (event.key === "Escape" && !this.context.hidden) { event.preventDefault(); this.cancel(); }
    else if (event.key === "ArrowUp" && !this.field.value) {
      const own = [...this.pane.messages.values()].reverse().find((message) => message.from.id === this.pane.me && !message.pending);
      if (own) { event.preventDefault(); this.edit(own); }
    }
  }

  openMenu(typed) {
    const found = this.pane.chat.commands.filter((one) => one.command.startsWith(typed.toLowerCase()));
    this.menu.replaceChildren(...found.map((one, index) => make("button", {
      type: "button", role: "option", tabindex: "-1", "aria-selected": index ? "false" : "true", onclick: () => this.pick(one),
    }, make("b", {}, `/${one.command}`), make("span", {}, one.description))));
    this.menu.hidden = !found.length;
    this.slash.setAttribute("aria-expanded", String(!this.menu.hidden));
  }

  closeMenu() {
    this.menu.hidden = true;
    this.slash.setAttribute("aria-expanded", "false");
  }

  pick(one) {
    this.setText(`/${one.command} `);
    store.set(this.draftKey, this.field.value);
    this.closeMenu();
    this.field.focus();
  }

  /** What is typed after the bot's name is searched for, and what it offers stands above the box. */
  search(words) {
    this.setText(`@${this.pane.app.state.bot.username} ${words}`);
    this.field.focus();
    this.noticeInput();
  }

  noticeSearch() {
    const name = `@${this.pane.app.state.bot.username} `;
    clearTimeout(this.searchTimer);
    if (!this.field.value.toLowerCase().startsWith(name.toLowerCase())) { this.asked = undefined; return false; }
    const query = this.field.value.slice(name.length);
    this.searchTimer = setTimeout(async () => {
      try {
        const { result } = await act("search", { as: this.pane.me, chat_id: this.pane.chatId, query });
        this.asked = result.id;
        if (this.early?.query_id === result.id) this.showFound(this.early);
      } catch (error) { toast(error.message, { near: this.pane.element }); }
    }, 120);
    return true;
  }

  /** The answer to a search may be heard before the search itself is known by its number. */
  showFound(found) {
    if (found.query_id !== this.asked) { this.early = found; return; }
    this.menu.replaceChildren(...found.results.map((one, index) => make("button", {
      type: "button", role: "option", tabindex: "-1", class: "found", "aria-selected": index ? "false" : "true", onclick: () => this.choose(found.query_id, one.id),
    }, make("b", { dir: "auto" }, one.title), make("span", { dir: "auto" }, one.description || ""))));
    if (!found.results.length) this.menu.replaceChildren(make("p", {}, "Nothing found."));
    this.menu.hidden = false;
  }

  async choose(queryId, resultId) {
    clearTimeout(this.searchTimer);
    this.asked = undefined;
    this.closeMenu();
    this.setText("");
    store.set(this.draftKey, "");
    const { pane } = this;
    try {
      pane.add((await act("choose", { as: pane.me, chat_id: pane.chatId, query_id: queryId, result_id: resultId })).result);
    } catch (error) { toast(error.message, { near: pane.element }); }
  }

  moveInMenu(event) {
    const items = [...this.menu.children], at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items.forEach((item, index) => item.setAttribute("aria-selected", String(index === (at + step + items.length) % items.length)));
      this.menu.querySelector("[aria-selected=true]").scrollIntoView({ block: "nearest" });
      return true;
    }
    if (event.key === "Escape") { event.preventDefault(); this.closeMenu(); return true; }
    const name = items[at]?.querySelector("b").textContent;
    if (event.key === "Tab" || (event.key === "Enter" && name !== this.field.value.trim())) {
      event.preventDefault();
      if (at >= 0) items[at].click();
      return true;
    }
    return false;
  }

  submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.closeMenu();
    if (this.editing) this.finishEdit(text); else { this.setText(""); store.set(this.draftKey, ""); this.send(text, true); }
  }

  async send(text, isTyped = false) {
    const { pane } = this;
    const replyTo = isTyped ? this.replying?.message_id : undefined;
    if (isTyped) this.cancel(false);
    const pending = pane.addPending(text, replyTo);
    try {
      const { result } = await act("send", { as: pane.me, chat_id: pane.chatId, text, reply_to: replyTo ?? null });
      pane.remove(pending);
      pane.add(result);
    } catch (error) {
      pane.remove(pending);
      if (!this.field.value) { this.setText(text); store.set(this.draftKey, text); }
      toast(error instanceof Offline ? "Not sent: there is no connection. Your text is back in the box." : error.message, { near: pane.element });
    }
  }

  async finishEdit(text) {
    const message = this.editing;
    this.cancel(false);
    this.setText(store.get(this.draftKey));
    if (text.trim() === (message.text ?? message.caption)) return;
    try {
      await act("edit", { as: this.pane.me, chat_id: this.pane.chatId, message_id: message.message_id, text });
    } catch (error) { this.edit(message); this.setText(text); toast(error.message); }
  }

  async sendFile(file) {
    const choice = await askAboutFile(file);
    if (!choice) return;
    const { pane } = this;
    const fields = { as: pane.me, chat_id: pane.chatId, caption: choice.caption, as_photo: choice.asPhoto, reply_to: this.replying?.message_id };
    this.cancel(false);
    try { pane.add((await upload(fields, file)).result); } catch (error) { toast(error.message); }
  }

  reply(message) { this.editing = undefined; this.replying = message; this.showContext(fullName(message.from), previewText(message)); }

  edit(message) {
    this.replying = undefined;
    this.editing = message;
    this.setText(message.text ?? message.caption ?? "");
    this.showContext("Edit message", previewText(message));
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  showContext(title, text) {
    this.context.querySelector("use").setAttribute("href", `page/icons.svg#${this.editing ? "pen" : "reply"}`);
    this.context.querySelector("strong").textContent = title;
    this.context.querySelector("p").textContent = text;
    this.context.hidden = false;
    this.field.focus();
  }

  cancel(restore = true) {
    const wasEditing = this.editing;
    this.editing = this.replying = undefined;
    this.context.hidden = true;
    if (wasEditing && restore) this.setText(store.get(this.draftKey));
  }

  addDrop(cover) {
    const { element } = this.pane;
    const hasFile = (event) => event.dataTransfer?.types.includes("Files");
    element.addEventListener("dragover", (event) => { if (hasFile(event)) { event.preventDefault(); cover.hidden = false; } });
    element.addEventListener("dragleave", (event) => { if (!element.contains(event.relatedTarget)) cover.hidden = true; });
    element.addEventListener("drop", (event) => {
      cover.hidden = true;
      const [file] = event.dataTransfer.files;
      if (file) { event.preventDefault(); this.sendFile(file); }
    });
  }
}
