// Shows how far the upload of a list of employees is. Without this the form does the same, silently.
"use strict";

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || button.id !== "upload-list") return;
  const form = event.target;
  if (!form.querySelector("#list").files.length) return;
  event.preventDefault();
  send(form, button);
});

function send(form, button) {
  const box = form.querySelector("#upload-progress");
  const bar = box.querySelector("progress");
  const note = box.querySelector("[role=status]");
  const request = new XMLHttpRequest();
  const say = (text) => { if (note.textContent !== text) note.textContent = text; };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
    say(note.dataset.sending);
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value"); // how long the check takes is not known beforehand
    say(note.dataset.checking);
  });
  const stop = (text) => {
    button.disabled = false;
    bar.hidden = true;
    say(text);
  };
  request.addEventListener("load", () => {
    if (!show(request)) stop(reasonOf(request) || note.dataset.failed);
  });
  request.addEventListener("error", () => stop(note.dataset.failed));
  bar.hidden = box.hidden = false;
  bar.value = 0;
  button.disabled = true;
  const data = new FormData(form);
  data.set("action", button.value);
  request.open("POST", form.getAttribute("action")); // the buttons are called "action" too
  request.send(data);
}

// Puts the page of the answer in the place of this one, as a form without a script would. False where
// the answer is an error page: the file is too large, or there were too many attempts.
function show(request) {
  const page = parsed(request);
  const main = page.querySelector("main");
  if (!main || !main.querySelector("#upload-list")) {
    if (request.status >= 400) return false;
    location.assign(request.responseURL || location.href);
    return true;
  }
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  const target = document.getElementById("error-summary") || document.querySelector("main");
  target.focus();
  target.scrollIntoView({ block: "start" });
  return true;
}

function reasonOf(request) {
  const lead = parsed(request).querySelector("main .lead");
  return lead && lead.textContent.trim();
}

function parsed(request) {
  return new DOMParser().parseFromString(request.responseText, "text/html");
}
