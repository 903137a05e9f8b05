// The page's few movements: colours, copying, trying a request. One rule: answers are shown as text, never as markup.
const root = document.documentElement;
const keyField = document.getElementById("key");

document.getElementById("theme").addEventListener("click", () => {
  const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = shown === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept */ }
});

try { keyField.value = sessionStorage.getItem("key") || ""; } catch { /* nothing kept */ }
keyField.addEventListener("input", () => {
  try { sessionStorage.setItem("key", keyField.value.trim()); } catch { /* not kept */ }
});
document.getElementById("key-form").addEventListener("submit", (event) => event.preventDefault());

for (const code of document.querySelectorAll(".example code"))
  code.textContent = code.textContent.replace("http://localhost:8080", location.origin);

for (const button of document.querySelectorAll(".copy"))
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("code").textContent;
    try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; }
    catch { getSelection().selectAllChildren(button.parentElement.querySelector("code")); }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });

for (const link of document.querySelectorAll(".menu a"))
  link.addEventListener("click", () => { link.closest("details").open = false; });

function readRequest(form) {
  const query = new URLSearchParams();
  const request = { method: form.dataset.method, path: form.dataset.path, headers: {}, body: undefined };
  for (const field of form.elements) {
    if (!field.name || field.value === "") continue;
    if (field.name === "body") request.body = field.value;
    else if (field.dataset.in === "path") request.path = request.path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.dataset.in === "header") request.headers[field.name] = field.value;
    else if (field.tagName === "TEXTAREA")
      for (const line of field.value.split("\n")) { if (line.trim()) query.append(field.name, line.trim()); }
    else query.append(field.name, field.value);
  }
  if (request.body !== undefined) request.headers["Content-Type"] = "application/json";
  if (keyField.value.trim()) request.headers.Authorization = `Bearer ${keyField.value.trim()}`;
  request.address = request.path + (query.size ? `?${query}` : "");
  return request;
}

function arrange(text, type) {
  if (!type.includes("json")) return text;
  // Only white space is added, so that numbers stay digit for digit as they came.
  let depth = 0, inText = false, arranged = "";
  const feed = () => `\n${"  ".repeat(depth)}`;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inText) {
      arranged += letter;
      if (letter === "\\") arranged += text[++at];
      else if (letter === '"') inText = false;
    } else if (letter === '"') { inText = true; arranged += letter; }
    else if ("{[".includes(letter)) {
      if ("}]".includes(text[at + 1])) { arranged += letter + text[++at]; }
      else { depth += 1; arranged += letter + feed(); }
    } else if ("}]".includes(letter)) { depth -= 1; arranged += feed() + letter; }
    else if (letter === ",") arranged += `,${feed()}`;
    else arranged += letter === ":" ? ": " : letter;
  }
  return arranged;
}

async function send(form) {
  const shown = form.querySelector("output");
  const button = form.querySelector("button[type=submit]");
  const { method, address, headers, body } = readRequest(form);
  button.disabled = true;
  const started = performance.now();
  try {
    const answer = await fetch(address, { method, headers, body, cache: "no-store", credentials: "omit" });
    const text = await answer.text();
    const took = Math.round(performance.now() - started);
    shown.className = answer.ok ? "good" : "bad";
    shown.replaceChildren(
      line("status", `${answer.status} ${answer.statusText} · ${took} ms · ${method} ${address}`),
      line("content", arrange(text, answer.headers.get("Content-Type") || "")),
    );
  } catch (error) {
    shown.className = "bad";
    shown.replaceChildren(line("status", `No answer: ${error.message}`));
  }
  button.disabled = false;
}

function line(name, text) {
  const element = document.createElement(name === "content" ? "pre" : "p");
  element.className = name;
  element.textContent = text;
  return element;
}

for (const form of document.querySelectorAll(".trial form"))
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });

const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(entry.target.id)?.setAttribute("aria-current", "true");
  }
}, { rootMargin: "-15% 0px -75% 0px" });
for (const id of links.keys()) { const target = document.getElementById(id); if (target) watcher.observe(target); }
