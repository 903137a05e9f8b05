// Talking to the sandbox. One rule: a lost network is waited out, and nothing typed is lost with it.

export class Refused extends Error {}
export class Offline extends Error {}

async function ask(path, options) {
  let response;
  try { response = await fetch(path, { cache: "no-store", ...options }); } catch { throw new Offline("No connection."); }
  const body = await response.json().catch(() => ({ error: `The sandbox answered ${response.status}.` }));
  if (!response.ok) throw new Refused(body.error || `The sandbox answered ${response.status}.`);
  return body;
}

export const loadState = (userId) => ask(`api/state?as=${encodeURIComponent(userId ?? "")}`);

export const act = (name, body) => ask(`api/${name}`, {
  method: "POST", headers: { "Content-Type": "application/json", "X-Sandbox-Page": "1" }, body: JSON.stringify(body),
});

export function upload(fields, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null) form.append(name, value);
  form.append("file", file, file.name || "file");
  return ask("api/upload", { method: "POST", headers: { "X-Sandbox-Page": "1" }, body: form });
}

export const fileAddress = (fileId) => `api/files/${encodeURIComponent(fileId)}`;

/** Follow events after `position`; `onEvent({kind, chat_id, payload})`, `onState(isConnected)`. Reconnects for ever. */
export function follow(position, onEvent, onState) {
  let last = position, source;
  const connect = () => {
    source = new EventSource(`api/events?after=${encodeURIComponent(last)}`);
    source.onopen = () => onState(true);
    source.onmessage = (message) => { last = message.lastEventId || last; onEvent(JSON.parse(message.data)); };
    source.onerror = () => {
      onState(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
    };
  };
  connect();
  addEventListener("online", () => { if (source.readyState !== EventSource.OPEN) { source.close(); connect(); } });
}
