// Making elements. One rule: text is only ever set as text.

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name, viewBox) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `page/icons.svg#${name}`);
  svg.setAttribute("aria-hidden", "true");
  if (viewBox) svg.setAttribute("viewBox", viewBox);
  svg.append(use);
  return svg;
}

export const tint = (id) => `t${Math.abs(id) % 7}`;
export const fullName = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ") || "Somebody";

const initials = (name) => {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : ""];
  return letters.map((word) => [...(word || "")][0] || "").join("").toUpperCase();
};

export function avatar(id, name, isBot = false) {
  return make("span", { class: `avatar ${isBot ? "bot" : tint(id)}`, "aria-hidden": "true" }, isBot ? "" : initials(name));
}

export function badge(count) {
  return make("span", { class: "badge", "aria-label": `${count} unread` }, count > 99 ? "99+" : String(count));
}
