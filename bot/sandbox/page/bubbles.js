// One message as elements. One rule: a bubble is drawn from the message alone, so an edit just draws it again.
import { fileAddress } from "./connection.js";
import { avatar, fullName, icon, make, tint } from "./dom.js";
import { describeSize, showPicture } from "./overlays.js";
import { writeRichText } from "./rich_text.js";

// The narrow space before AM and PM is in few fonts, and a fallback font breaks the width of the bubble.
export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }).replace(/\u202f/g, " ");

export function dayName(seconds) {
  const day = new Date(seconds * 1000), today = new Date();
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = day.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString([], { day: "numeric", month: "long", year });
}

export function serviceText(message) {
  const names = (users) => users.map(fullName).join(", ");
  if (message.new_chat_members) return `${names(message.new_chat_members)} joined the group`;
  if (message.left_chat_member) return `${fullName(message.left_chat_member)} left the group`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "This group was upgraded to a supergroup";
  return null;
}

export const previewText = (message) => message.text || message.caption || (message.photo ? "Picture" : message.document?.file_name || "Message");

/** The row of a message. `pane` offers: me, isGroup, go, press(), reply(), jumpTo(), openActions(). */
export function drawTurn(message, pane) {
  const isOwn = message.from.id === pane.me;
  const turn = make("div", { class: `turn ${tint(message.from.id)}${isOwn ? " out" : ""}` });
  turn.append(drawBubble(message, pane, isOwn));
  if (pane.isGroup && !isOwn) turn.append(avatar(message.from.id, fullName(message.from), message.from.is_bot));
  const rows = message.reply_markup?.inline_keyboard;
  if (rows?.length) {
    turn.classList.add("keyed");
    turn.append(make("div", { class: "keys" }, ...rows.map((row) => make("div", {}, ...row.map((button) => drawKey(button, message, pane))))));
  }
  return turn;
}

function drawBubble(message, pane, isOwn) {
  const isBare = Boolean(message.photo && !message.caption);
  const bubble = make("div", { class: `bubble${isBare ? " bare" : ""}`, tabindex: "-1", "aria-label": `${fullName(message.from)}, ${clock(message.date)}`, role: "article" });
  if (pane.isGroup && !isOwn) bubble.append(make("span", { class: "author", dir: "auto" }, fullName(message.from)));
  if (message.via_bot) bubble.append(make("span", { class: "author", dir: "auto" }, `via @${message.via_bot.username}`));
  if (message.reply_to_message) bubble.append(drawQuote(message.reply_to_message, pane));
  if (message.photo) bubble.append(drawPhoto(message));
  if (message.document) bubble.append(drawDocument(message.document));
  const body = make("div", { class: "body", dir: "auto" });
  writeRichText(body, message.text ?? message.caption ?? "", message.entities || message.caption_entities, pane.go);
  body.append(drawMeta(message, isOwn));
  bubble.append(body);
  if (message.reactions?.length) {
    bubble.append(make("div", { class: "reactions" }, ...message.reactions.map((one) => make("span", {}, one.emoji || "★"))));
  }
  if (!message.pending) {
    bubble.append(make("button", { class: "tool", type: "button", tabindex: "-1", "aria-label": "Reply", title: "Reply", onclick: () => pane.reply(message) }, icon("reply")));
  }
  bubble.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    pane.openActions(message, event.clientX, event.clientY);
  });
  bubble.addEventListener("keydown", (event) => {
    if (event.target !== bubble || (event.key !== "Enter" && event.key !== "ContextMenu")) return;
    event.preventDefault();
    const box = bubble.getBoundingClientRect();
    pane.openActions(message, box.left + 20, box.top + 20);
  });
  bubble.addEventListener("dblclick", (event) => { if (!event.target.closest("a, button, code, pre")) pane.reply(message); });
  return bubble;
}

function drawMeta(message, isOwn) {
  const isEdited = message.edit_date && !message.reply_markup;
  const meta = make("span", { class: "meta" }, isEdited ? "edited " : null, make("time", {}, clock(message.date)));
  if (isOwn) {
    const state = message.pending ? "clock" : message.isRead ? "ticks" : "tick";
    const label = { clock: "sending", tick: "sent", ticks: "read by the bot" }[state];
    meta.append(icon(state, "0 0 16 12"), make("span", { class: "hidden" }, label));
  }
  return meta;
}

function drawQuote(message, pane) {
  return make("button", { class: `quote ${tint(message.from.id)}`, type: "button", onclick: () => pane.jumpTo(message.message_id) },
    make("strong", { dir: "auto" }, fullName(message.from)), make("span", { dir: "auto" }, previewText(message)));
}

function drawPhoto(message) {
  const size = message.photo[message.photo.length - 1], address = fileAddress(size.file_id);
  const description = message.caption || "Picture";
  return make("button", { class: "photo", type: "button", "aria-label": "Enlarge the picture", onclick: () => showPicture(address, "picture", description) },
    make("img", { src: address, alt: description, width: size.width, height: size.height, decoding: "async" }));
}

function drawDocument(file) {
  return make("a", { class: "document", href: fileAddress(file.file_id), download: file.file_name || "file" },
    make("span", { class: "file-icon" }, icon("file")),
    make("span", { class: "names" }, make("strong", { dir: "auto" }, file.file_name || "File"), make("p", {}, describeSize(file.file_size || 0))));
}

function drawKey(button, message, pane) {
  if (button.url) {
    const start = pane.go.startParameter(button.url);
    if (start === null) return make("a", { class: "key link", href: button.url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, button.text);
    return make("button", { class: "key", type: "button", dir: "auto", onclick: (event) => pane.go.start(start, event) }, button.text);
  }
  if (button.switch_inline_query_current_chat !== undefined) {
    const search = () => pane.go.search(button.switch_inline_query_current_chat);
    return make("button", { class: "key", type: "button", dir: "auto", onclick: search }, button.text);
  }
  const key = make("button", { class: "key", type: "button", dir: "auto" }, button.text);
  key.addEventListener("click", () => pane.press(message, button.callback_data, key));
  return key;
}
