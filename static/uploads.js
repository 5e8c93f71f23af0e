// Uploads files piece by piece. After a broken connection the server is asked where it stopped.
"use strict";

const WAITS = [1, 2, 4, 8, 15, 15, 30, 30, 60, 60]; // seconds before each further attempt

class Refusal extends Error {} // the server will not take this file; trying again would not help

async function ask(section, address, options = {}) {
  const token = section.querySelector("[name=csrf_token]").value;
  const answer = await fetch(address, { ...options, headers: { "X-CSRFToken": token, Accept: "application/json" } });
  const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  if (answer.status === 422 && isJson) throw new Refusal((await answer.json()).message);
  if (answer.ok || (answer.status === 409 && isJson)) return isJson ? answer.json() : {};
  if (answer.status < 500 && answer.status !== 429) throw new Refusal(section.dataset.textExpired);
  throw new Error(String(answer.status));
}

function announce(section, file) {
  const form = new FormData();
  form.set("purpose", section.querySelector("[name=purpose]").value);
  form.set("name", file.name);
  form.set("size", file.size);
  form.set("mark", `${file.name} ${file.size} ${file.lastModified}`);
  return ask(section, section.dataset.begin, { method: "POST", body: form });
}

// Waits for some seconds, or until the browser says that it is online again.
function pause(seconds) {
  return new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
}

async function sendPieces(section, file, row) {
  let upload = null;
  for (let failures = 0; ;) {
    if (row.cancelled) return upload;
    try {
      if (!upload) upload = await announce(section, file);
      else if (failures) upload = { ...upload, ...(await ask(section, `/attachments/${upload.ref}`)) };
      while (upload.state === "uploading" && !row.cancelled) {
        row.show(upload.offset / file.size, section.dataset.textSending);
        const piece = file.slice(upload.offset, upload.offset + upload.piece);
        const address = `/attachments/${upload.ref}/piece?offset=${upload.offset}`;
        const answer = await ask(section, address, { method: "POST", body: piece });
        if (answer.offset === upload.offset && !answer.state) throw new Error("no progress");
        upload = { ...upload, ...answer };
        failures = 0;
      }
      return upload;
    } catch (error) {
      if (error instanceof Refusal || failures === WAITS.length) throw error;
      row.show(null, error.message === "429" ? section.dataset.textBusy : section.dataset.textWaiting);
      await pause(WAITS[failures]);
      failures += 1;
    }
  }
}

function addRow(section, file) {
  const element = section.querySelector("template").content.cloneNode(true).querySelector("li");
  const part = (name) => element.querySelector(`[data-${name}]`);
  const row = {
    cancelled: false,
    show(share, note) {
      if (share !== null) element.querySelector("progress").value = share * 100;
      if (part("note").textContent !== note) part("note").textContent = note;
    },
    fail(note, mayRetry) {
      element.querySelector("progress").hidden = true;
      part("note").textContent = note;
      part("note").classList.add("file-refused");
      part("retry").hidden = !mayRetry;
      row.failed = true;
    },
    remove() { element.remove(); },
  };
  part("name").textContent = file.name;
  part("cancel").addEventListener("click", () => { row.cancelled = true; row.remove(); refresh(section); });
  part("retry").addEventListener("click", () => { row.remove(); enqueue(section, [file]); });
  section.querySelector("[data-sending]").append(element);
  return row;
}

// One file after the other: a telephone's connection is not faster with two at once.
function enqueue(section, files) {
  for (const file of files) {
    const row = addRow(section, file);
    section.queue = (section.queue || Promise.resolve()).then(() => send(section, file, row));
  }
}

async function send(section, file, row) {
  if (row.cancelled) return;
  try {
    const upload = await sendPieces(section, file, row);
    if (row.cancelled && upload) await ask(section, `/attachments/${upload.ref}/remove`, { method: "POST" });
    row.remove();
  } catch (error) {
    const known = error instanceof Refusal;
    row.fail(known ? error.message : section.dataset.textFailed, !known);
  }
  await refresh(section);
}

// Puts the list of files into the page as the server has it, until none is being checked any more.
async function refresh(section) {
  const list = section.querySelector("[data-list]");
  const answer = await fetch(section.dataset.files).catch(() => null);
  if (answer && answer.ok) {
    const fresh = document.createElement("div");
    fresh.innerHTML = await answer.text();
    const forms = (root) => root.textContent + [...root.querySelectorAll("[data-state]")].map((row) => row.dataset.state);
    if (forms(fresh) !== forms(list)) list.replaceChildren(...fresh.childNodes);
  }
  watch(section);
}

function watch(section) {
  clearTimeout(section.timer);
  if (section.querySelector("[data-state=checking]")) section.timer = setTimeout(() => refresh(section), 1500);
}

function takeChosen(section, input) {
  enqueue(section, [...input.files]);
  input.value = "";
}

function live(section) {
  section.classList.add("uploads-live");
  watch(section);
  section.addEventListener("change", (event) => {
    if (event.target.type === "file") takeChosen(section, event.target);
  });
  // On a slow line somebody chooses before this script has come.
  section.querySelectorAll("input[type=file]").forEach((input) => takeChosen(section, input));
  section.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-remove]")) return;
    event.preventDefault();
    await fetch(event.target.action, { method: "POST", body: new FormData(event.target), redirect: "manual" });
    await refresh(section);
    section.querySelector("input[type=file]").focus();
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    section.addEventListener(name, (event) => {
      event.preventDefault();
      section.classList.toggle("uploads-over", name === "dragover");
      if (name === "drop") enqueue(section, [...event.dataTransfer.files]);
    });
  }
}

document.querySelectorAll(".uploads").forEach(live);
addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-row] progress:not([hidden])")) event.preventDefault();
});
