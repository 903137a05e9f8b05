// Who one can be. One rule: being somebody else is one click, and shows at once what they missed.
import { act } from "./connection.js";
import { avatar, badge, make } from "./dom.js";
import { toast } from "./overlays.js";

export class People {
  constructor(app) {
    this.app = app;
    this.unread = new Map();
    const find = (selector) => document.querySelector(selector);
    [this.panel, this.list, this.veil, this.me] = [find("#people"), find("#people-list"), find("#veil"), find("#me")];
    this.me.addEventListener("click", () => this.setOpen(true));
    this.veil.addEventListener("click", () => this.setOpen(false));
    addEventListener("keydown", (event) => { if (event.key === "Escape") this.setOpen(false); });
    this.list.addEventListener("keydown", (event) => this.noticeKey(event));
    find("#newcomer").addEventListener("submit", (event) => { event.preventDefault(); this.addNewcomer(find("#newcomer-name")); });
  }

  setOpen(isOpen) {
    if (isOpen === this.panel.classList.contains("open")) return;
    this.panel.classList.toggle("open", isOpen);
    this.veil.hidden = !isOpen;
    this.me.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.list.querySelector("[aria-selected=true]")?.focus(); else this.me.focus();
  }

  show() {
    const { state, me, person } = this.app;
    this.unread.delete(me);
    this.list.replaceChildren(...state.people.map((one) => this.drawPerson(one, one.user_id === me)));
    this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    this.me.replaceChildren(avatar(me, person.name));
    this.me.setAttribute("aria-label", `You are ${person.name}. Change person`);
    const waiting = [...this.unread.values()].reduce((sum, count) => sum + count, 0);
    if (waiting) this.me.append(badge(waiting));
  }

  drawPerson(one, isMe) {
    const count = this.unread.get(one.user_id);
    return make("button", {
      class: "person", type: "button", role: "option", "aria-selected": String(isMe), tabindex: isMe ? "0" : "-1",
      onclick: () => { this.setOpen(false); this.app.become(one.user_id); },
    }, avatar(one.user_id, one.name), make("span", { class: "names" }, make("strong", { dir: "auto" }, one.name), make("p", {}, one.subtitle)), count ? badge(count) : null);
  }

  noticeKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...this.list.children];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
  }

  noticeMessage(userId) {
    if (!this.app.state.people.some((one) => one.user_id === userId)) return;
    this.unread.set(userId, (this.unread.get(userId) || 0) + 1);
    this.show();
  }

  async addNewcomer(field) {
    try {
      const { person } = await act("people", { name: field.value });
      field.value = "";
      this.setOpen(false);
      await this.app.become(person.user_id);
    } catch (error) { toast(error.message); }
  }
}
