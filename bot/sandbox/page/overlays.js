// What lies over the chats: toasts, alerts, pictures, menus. One rule: Escape closes it, and focus goes back.
import { icon, make } from "./dom.js";

const find = (selector) => document.querySelector(selector);

/** Say something in passing, over the pane `near` when it belongs to one. */
export function toast(text, { seconds = 3.5, near } = {}) {
  const element = make("div", { class: "toast", dir: "auto" }, text);
  const box = near?.getBoundingClientRect();
  find("#toasts").style.left = box?.width ? `${box.left + box.width / 2}px` : "";
  find("#toasts").append(element);
  setTimeout(() => { element.classList.add("leaving"); setTimeout(() => element.remove(), 320); }, seconds * 1000);
}

export function showAlert(text) {
  const dialog = find("#alert");
  find("#alert-text").textContent = text;
  if (!dialog.open) dialog.showModal();
}

export function showPicture(address, name, description) {
  const dialog = find("#picture");
  const image = dialog.querySelector("img"), download = dialog.querySelector("a");
  image.src = address;
  image.alt = description || "Picture";
  download.href = address;
  download.download = name;
  dialog.onclick = (event) => { if (event.target !== download) dialog.close(); };
  dialog.showModal();
}

/** Ask what to do with a file: resolves to {caption, asPhoto}, or null when it was cancelled. */
export function askAboutFile(file) {
  const dialog = find("#upload"), form = dialog.querySelector("form");
  const [image, box] = [dialog.querySelector("img"), dialog.querySelector("[type=checkbox]")];
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.type);
  const address = isPicture ? URL.createObjectURL(file) : "";
  image.hidden = !isPicture;
  if (isPicture) image.src = address; else image.removeAttribute("src");
  dialog.querySelector(".file-icon").hidden = isPicture;
  dialog.querySelector("strong").textContent = file.name;
  dialog.querySelector(".names p").textContent = describeSize(file.size);
  box.checked = isPicture;
  box.parentElement.hidden = !isPicture;
  form.reset();
  box.checked = isPicture;
  dialog.querySelector("[value=cancel]").onclick = () => dialog.close("cancel");
  dialog.returnValue = "cancel";
  dialog.showModal();
  find("#caption").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (address) URL.revokeObjectURL(address);
      resolve(dialog.returnValue === "send" ? { caption: find("#caption").value, asPhoto: box.checked } : null);
    }, { once: true });
  });
}

/** A small menu at a point: `choices` are {icon, label, run}. */
export function showActions(choices, x, y) {
  const menu = find("#actions");
  menu.replaceChildren(...choices.map((choice) => make("button", {
    type: "button", role: "menuitem", onclick: () => { menu.hidePopover(); choice.run(); },
  }, icon(choice.icon), choice.label)));
  menu.showPopover();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - box.height - 8))}px`;
  menu.firstElementChild?.focus();
  menu.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...menu.children];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  };
}

export function describeSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
