// Formatted text from Telegram's entities. One rule: built from nodes, never parsed as HTML.
import { make } from "./dom.js";
import { toast } from "./overlays.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const SCHEMES = /^(https?|mailto|tel|ftp):/i;

/** Append `text` with its entities to `parent`. Offsets are UTF-16 units, as are JavaScript's. `go` runs commands. */
export function writeRichText(parent, text, entities, go) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  writeSpan(parent, text, 0, text.length, sorted, go);
}

function writeSpan(parent, text, start, end, entities, go) {
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at), to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    if (from > at) parent.append(text.slice(at, from));
    const inner = entities.slice(index + 1).filter((other) => other.offset < to);
    const element = wrap(entity, text.slice(from, to), go);
    writeSpan(element, text, from, to, inner, go);
    parent.append(element);
    at = to;
    if (isBlock(entity) && text[at] === "\n") at += 1;
  }
  if (at < end) parent.append(text.slice(at, end));
}

const isBlock = (entity) => entity.type === "pre" || entity.type.endsWith("blockquote");

function wrap(entity, part, go) {
  const { type } = entity;
  if (TAGS[type]) return make(TAGS[type]);
  if (type === "code" || type === "pre") return copyable(type);
  if (type === "blockquote") return make("blockquote");
  if (type === "expandable_blockquote") {
    return make("blockquote", { class: "folded", onclick: (event) => event.currentTarget.classList.remove("folded") });
  }
  if (type === "spoiler") return spoiler();
  if (type === "bot_command") return make("button", { class: "inline", type: "button", onclick: () => go.run(part) });
  if (type === "email") return make("a", { href: `mailto:${part}` });
  if (type === "url" || type === "text_link") return link(type === "url" ? part : entity.url, go);
  return make("span", { class: type });
}

function copyable(tag) {
  const element = make(tag, { title: "Click to copy" });
  element.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(element.textContent); toast("Copied."); } catch { /* no clipboard here */ }
  });
  return element;
}

function spoiler() {
  const inner = make("span");
  const outer = make("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text" }, inner);
  const open = () => { outer.classList.add("open"); outer.removeAttribute("role"); outer.removeAttribute("aria-label"); };
  outer.addEventListener("click", open);
  outer.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
  outer.append = (...children) => inner.append(...children);
  return outer;
}

function link(address, go) {
  const url = SCHEMES.test(address) ? address : `https://${address.replace(/^[a-z]+:(\/\/)?/i, "")}`;
  const start = go.startParameter(url);
  if (start !== null) return make("button", { class: "inline", type: "button", onclick: (event) => go.start(start, event) });
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
}
